import { existsSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { buildApp } from '../api/app.ts'
import { openEmbedded, type EmbeddedChain } from '../chain/embedded.ts'
import { openRpcServer } from '../chain/rpc.ts'
import { openSeals } from '../chain/seals.ts'
import { catchUp, follow } from '../indexer/follow.ts'
import { openMirror } from '../indexer/mirror.ts'
import { openReader, type Reader } from '../indexer/read.ts'
import type { Anchor } from '../ledger/anchor.ts'
import { Unusable } from '../ledger/failures.ts'
import { openProver } from '../proof/prove/trace.ts'
import { openMasterKey } from '../vault/keys.ts'
import { openVault, type Vault } from '../vault/vault.ts'
import { DEMO_CHAIN_ID, makeDataFolder, openAnchor, openWitnessKey, placesIn, type Places } from './book.ts'
import type { Settings } from './settings.ts'
import { startOwnWitness } from './witness.ts'

/** A book that is open and answers: its chain, its mirror, its pages. */
export type Served = {
  readonly places: Places
  readonly anchor: Anchor
  readonly chain: EmbeddedChain
  readonly vault: Vault
  readonly reader: Reader
  readonly app: FastifyInstance
  readonly demo: boolean
  readonly url: string
  readonly rpcUrl: string
  close(): Promise<void>
}

/** What the person who started it is told while it starts, and what ends it. */
export type Watcher = {
  tell(message: string): void
  /** The book can no longer be believed or written: the process must end. */
  fatal(error: Error): void
}

/**
 * Opens the book of a data folder, founding it when there is none, and serves it.
 *
 * Order matters: nothing answers before the journal is replayed and the mirror has caught up.
 */
export async function serve(settings: Settings, watcher: Watcher): Promise<Served> {
  const places = placesIn(settings.data)
  makeDataFolder(places.data)
  const closing: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }

  try {
    const chain = await openChain(settings, places, watcher)
    closing.push(() => chain.close())
    const vault = openVault({ folder: places.vault, masterKey: openMasterKey(places.masterKey, places.vault) })
    closing.push(() => vault.close())
    const anchor = await openAnchor(chain.client, places, vault)
    const seals = await openSeals(places.seals)
    closing.push(() => seals.close())
    await startIndexer(chain, anchor, places, watcher, closing)
    const reader = openReader(places.mirror)
    closing.push(() => reader.close())
    const rpc = await listening('MZ_RPC_PORT', settings.rpcPort, openRpcServer(chain.client, settings.rpcPort))
    closing.push(() => rpc.close())

    const wallet = openWitnessKey(places)
    const demo = chain.chainId === DEMO_CHAIN_ID
    const prover = openProver({ client: chain.client, anchor, index: reader })
    const app = await buildApp({
      reader, vault, client: chain.client, anchor, seals, prover,
      settings: { publicUrl: settings.publicUrl, trustProxy: settings.trustProxy ?? [], demo, ...names(demo), ownSealers: [wallet.address] },
      log: pino({ base: null }, pino.destination({ dest: places.log, mkdir: true })),
    })
    const url = await listening('MZ_PORT', settings.port, app.listen({ port: settings.port, host: settings.host }), settings.host)
    closing.push(() => app.close())
    const witness = startOwnWitness({
      rpcUrl: rpc.url, folder: places.witness, wallet, keep: (seal) => seals.add(seal),
      onRefusal: (reason) => watcher.tell(`this server's own witness refuses: ${reason}`),
    })
    closing.push(() => witness.stop())
    return { places, anchor, chain, vault, reader, app, demo, url, rpcUrl: rpc.url, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Waits until a port is taken. @throws {Unusable} naming the setting that is in the way. */
async function listening<Listener>(
  name: string, port: number, opening: Promise<Listener>, host = '127.0.0.1',
): Promise<Listener> {
  try {
    return await opening
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'EADDRINUSE')
      throw new Unusable('PORT_TAKEN', {
        zh: `端口 ${port} 已被别的程序占用；请关闭那个程序，或用设置 ${name} 换一个端口。`,
        en: `Another program has port ${port}; close it, or choose another port with the setting ${name}.`,
      }, { cause })
    if (code === 'EACCES')
      throw new Unusable('PORT_FORBIDDEN', {
        zh: `系统不允许使用端口 ${port}；请用设置 ${name} 换一个 1024 以上的端口。`,
        en: `The system does not let this program have port ${port}; choose one above 1024 with the setting ${name}.`,
      }, { cause })
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new Unusable('HOST_UNKNOWN', {
        zh: `本机没有地址 ${host}；请检查设置 MZ_HOST。`, en: `This machine has no address ${host}; check the setting MZ_HOST.`,
      }, { cause })
    throw cause
  }
}

async function openChain(settings: Settings, places: Places, { tell, fatal }: Watcher): Promise<EmbeddedChain> {
  const isNew = !existsSync(places.journal)
  const chain = await openEmbedded({
    file: places.journal,
    ...(isNew && settings.demo && { chainId: DEMO_CHAIN_ID }),
    onProgress: ({ done, total, rate }) => {
      if (done === total || done % 10_000 === 0) tell(`replayed ${done} of ${total} blocks (${Math.round(rate)}/s)`)
    },
    onFatal: fatal,
  })
  if (chain.tornTail)
    tell(`an unfinished last line of the journal (${chain.tornTail.bytes} bytes, never answered) was set aside in ${chain.tornTail.keptIn}`)
  return chain
}

async function startIndexer(
  chain: EmbeddedChain, anchor: Anchor, places: Places, watcher: Watcher, closing: (() => Promise<void> | void)[],
): Promise<void> {
  const mirror = await openMirror(places.mirror)
  closing.push(() => mirror.close())
  const mirroring = { client: chain.client, contracts: anchor.contracts, mirror }
  await catchUp(mirroring)

  const stop = new AbortController()
  const following = follow({
    ...mirroring,
    signal: stop.signal,
    onBlock: (listener) => chain.onBlock(listener),
    onProblem: (error) => watcher.tell(`the indexer tries again: ${String(error)}`),
  }).catch((error: unknown) => watcher.fatal(error instanceof Error ? error : new Error(String(error))))
  closing.push(async () => {
    stop.abort()
    await following
  })
}

function names(demo: boolean) {
  return demo
    ? { book: { zh: '示范慈善会', en: 'Demonstration Charity' }, community: { zh: '示范社区', en: 'Demonstration Community' } }
    : { book: { zh: '慈善账本', en: 'Charity book' }, community: { zh: '社区', en: 'Community' } }
}
