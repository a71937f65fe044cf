import { loadDemo, readDemo, type Demo } from '../demo/load.ts'
import { existsSync } from 'node:fs'
import { Unusable } from '../ledger/failures.ts'
import { serve, type Served } from './serve.ts'
import { readSettings } from './settings.ts'

const settings = settingsOrExit()
const begun = Date.now()
const stopping = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.resolve())

const served = await serve(settings, { tell, fatal }).catch((error: unknown) => exitWith(error, 1))
const demo = served.demo ? await openDemo(served) : undefined
console.log(wordsOf(served, demo))

await stopping.promise
tell('stopping …')
await served.close()

/** Completes the demonstration, unless it is asked to stop meanwhile: the next start goes on where this one was. */
async function openDemo({ places, chain, anchor, vault, reader }: Served): Promise<Demo | undefined> {
  if (readDemo(places)) return readDemo(places)
  tell('filling the demonstration from the lists in demo/data …')
  const onProgress = ({ what, done, total }: { what: string; done: number; total: number }) => tell(`${what}: ${done} / ${total}`)
  const loading = loadDemo({ places, client: chain.client, anchor, vault, reader, onProgress })
  loading.catch(() => {})
  return await Promise.race([loading, stopping.promise.then(() => undefined)])
}

function wordsOf({ places, anchor, chain, url, rpcUrl }: Served, demo: Demo | undefined): string {
  const lines = [
    ['首页 home page', `${settings.publicUrl}/`],
    ...(demo ? [['一位捐赠人的链接 one donor’s link', `${settings.publicUrl}/t/${demo.code}#${demo.key}`]] : []),
    ['办公台 desk', `${settings.publicUrl}/desk`],
    ['接口 API', `${settings.publicUrl}/docs`],
    ['信任锚 anchor', places.anchor],
    [served.demo ? '示范密钥 demonstration keys' : '密钥 keys', keysOf(places.keys)],
    ['链 chain', `${anchor.chainId}, block ${chain.head().number} ${chain.head().hash}; JSON-RPC ${rpcUrl}`],
  ]
  const seconds = ((Date.now() - begun) / 1000).toFixed(1)
  return ['', `明账 Mingzhang is open at ${url} (after ${seconds} s); Ctrl-C stops it.`, ...lines.map(([what, where]) => `  ${what}\n    ${where}`), ''].join('\n')
}

/** A restored book comes without them. */
function keysOf(folder: string): string {
  return existsSync(folder) ? folder : '不在这里：签名密钥由各人自己保管 / not here: people keep their own'
}

function tell(message: string): void {
  console.log(`· ${message}`)
}

/** What this process holds is no longer the book, so nothing of it may be answered or closed properly. */
function fatal(error: Error): void {
  console.error(`明账 stops: ${error.message}`)
  process.exit(70)
}

function settingsOrExit(): ReturnType<typeof readSettings> {
  try {
    return readSettings()
  } catch (error) {
    return exitWith(error, 2)
  }
}

function exitWith(error: unknown, code: 1 | 2): never {
  const text = error instanceof Error ? error.message : String(error)
  const { zh, en } = error instanceof Unusable ? error.words : { zh: text, en: text }
  console.error(zh === en ? `明账无法启动 / cannot start: ${text}` : `明账无法启动：${zh}\nMingzhang cannot start: ${en}`)
  process.exit(code)
}
