import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import type { Wallet } from 'ethers'
import { formatMinute } from '../../ledger/day.ts'
import { openServer } from '../../chain/remote.ts'
import type { Witness, WitnessNews } from '../../chain/witness.ts'
import { formatWords, wordsOf } from '../../ledger/headWords.ts'
import { Address, Hash } from '../../ledger/hex.ts'
import { headerOf } from '../../proof/prove/header.ts'
import { serverUrl } from './arguments.ts'
import type { Context } from './context.ts'
import { newKey, openKey, readPassphrase } from './keystore.ts'
import type { Output } from './output.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'

type Options = { light?: boolean; server?: string[]; data?: string; port?: number; host: string }

const HELP = `
全见证人把日志里的每笔交易在自己的机器上重新执行，只签自己算出的区块；几个网址都要给出同一种历史，发现两种就永远拒绝签封，并保留双方证据。
A full witness executes every transaction again on its own machine and signs only what came out there. All servers must show the
same history; when it sees two it refuses for ever and keeps both. Its address must be in the anchor (anchor add) for its seals to count.
--light 只核对区块头，表示“只有一种历史，内容未核验”。 --light follows headers only: one history, content not checked.
--port 供人查询 / lets people ask: /head /seals /seals/{number} /evidence /healthz
没有密钥时，在 --data 文件夹里生成一个。 Without a key, one is made in the folder of --data.`

/** `witness`: follows a book from another desk and seals it. */
export function addWitness(program: Command, run: Run): void {
  program
    .command('witness')
    .description('见证：重新执行账本并签封，直到 Ctrl-C / execute the book again and seal it, until Ctrl-C')
    .option('--server <url...>', '账本的网址，可以写几个 / where the book is shown; more than one may be given', addServer)
    .option('--data <folder>', '见证人自己的文件夹 / the witness\'s own folder')
    .option('--light', '只跟随区块头 / follow headers only')
    .option('--port <port>', '在此端口公开自己的签封 / serve its own seals there', port)
    .option('--host <address>', '公开签封的地址 / address to serve them on', '0.0.0.0')
    .addHelpText('after', HELP)
    .action(run(witness))
}

async function witness(context: Context, { light = false, server, data, port, host }: Options): Promise<void> {
  const { settings, url, output } = context
  // It brings the engine along, for which no other command should wait.
  const { openWitness, WitnessRefuses } = await import('../../chain/witness.ts')
  const folder = data === undefined ? join(settings.data, 'outside-witness') : resolve(data)
  const key = await keyOf(context, folder)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const stopped = new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }))

  const follower = await openWitness({
    servers: (server ?? [url]).map(openServer),
    folder,
    wallet: { address: Address(key.address), privateKey: Hash(key.privateKey) },
    ...(light && { light: { hashOf: (block: unknown) => headerOf(block).hash } }),
    onNews: (news) => tell(output, news, follower),
    signal: stop.signal,
  })
  let refusal: string | undefined
  const door = port === undefined ? undefined : await openOn(port, host, follower, () => refusal)
  if (!output.json) output.note(`见证人 / witness ${key.address}${door ? `  ${door.url}` : ''}`)
  try {
    await follower.run()
  } catch (error) {
    if (!(error instanceof WitnessRefuses)) throw error
    refusal = error.message
    const words = { zh: `看到两种历史，拒绝签封，证据在 ${error.file}。请立即告诉监督机构和其他见证人。`, en: `Two histories: ${error.message}` }
    if (door) {
      output.note(`⚠ ${words.zh}`)
      output.note(`⚠ ${words.en}; evidence at ${door.url}/evidence`)
      await stopped
    }
    throw new Refused('FORK_SEEN', words, { evidence: error.file })
  } finally {
    await door?.close()
    await follower.close()
  }
}

async function openOn(port: number, host: string, follower: Witness, refusal: () => string | undefined) {
  const { openDoor } = await import('../witnessDoor.ts')
  return await openDoor(follower, port, refusal, host).catch(async (error: unknown) => {
    await follower.close()
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CannotRun('PORT_TAKEN', {
      zh: `不能在 ${host} 的端口 ${port} 上公开签封（${reason}）；请用 --port 换一个。`,
      en: `The seals cannot be served on port ${port} of ${host} (${reason}); choose another --port.`,
    })
  })
}

/** The key that `--key` names, else the book's own `witness`, else one in the witness's folder, made when there is none. */
async function keyOf({ places, passphrases, keyName, output }: Context, folder: string): Promise<Wallet> {
  if (keyName !== undefined) return await openKey(places.keys, keyName, passphrases)
  const file = join(folder, 'key.json')
  if (!existsSync(file) && existsSync(join(places.keys, 'witness.json'))) return await openKey(places.keys, 'witness', passphrases)
  if (!existsSync(file)) {
    const passphrase = await readPassphrase(passphrases, '为见证人的密钥设定口令 / choose a passphrase for the witness\'s key: ')
    const { address } = await newKey(folder, 'key', passphrase)
    output.note(`已生成密钥 ${file}，请账本的人运行 / a key was made; the book's people run: npm run ledger -- anchor add ${address} <名称 name>`)
  }
  return await openKey(folder, file, passphrases)
}

function tell({ json, note }: Output, news: WitnessNews, witness: Witness): void {
  if (json) return void process.stdout.write(`${JSON.stringify(news)}\n`)
  switch (news.state) {
    case 'replaying': return note(`重放自己的日志 / replaying: ${news.progress.done} / ${news.progress.total}`)
    case 'following': return note(`已核对到区块 / checked up to block ${news.block}`)
    case 'sealed': {
      const book = witness.book()
      const words = book ? formatWords(wordsOf(BigInt(book.chainId), book.genesis, BigInt(news.block), news.hash)) : ''
      return note(`已签封 / sealed: ${news.block} ${news.hash}  校验词 ${words}  → ${news.server}`)
    }
    case 'waiting': {
      const since = formatMinute(news.since.getTime() / 1000)
      return note(news.takesNoSeals
        ? `自 ${since} 起 ${news.server} 不收签封 / takes no seals since ${since}: ${news.reason}`
        : `自 ${since} 起等待 ${news.server} / waiting since ${since}: ${news.reason}`)
    }
  }
}

function addServer(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), serverUrl(text)]
}

function port(text: string): number {
  if (/^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('应为端口号 / expected a port')
}
