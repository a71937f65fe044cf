import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { RpcError, type ChainClient } from './client.ts'
import { DISK, type Disk } from './disk.ts'
import { BLOCK_GAS_LIMIT, openEngine, TRANSACTION_GAS_CAP, type Engine } from './engine.ts'
import { createJournal, openJournal, type Journal, type TornTail } from './journal.ts'
import { lockJournal } from './lock.ts'
import { checkMethod } from './methods.ts'
import { openQueue } from './queue.ts'
import { openWriter, type Head } from './writer.ts'
import { replay, type Progress } from './replay.ts'

/** The chain inside this process, made durable by its journal. */
export type EmbeddedChain = {
  client: ChainClient
  chainId: number
  genesis: Head
  head(): Head
  /** Calls for every block that reaches the disk from now on; returns the way to stop it. */
  onBlock(listener: (block: Head) => void): () => void
  /** Set when a crash had left an unfinished line. */
  tornTail?: TornTail
  close(): Promise<void>
}

/** Where the book lies, and what a test or a command line may want to know or replace. */
export type EmbeddedOptions = {
  file: string
  /** Of a new book; drawn when left out. Of an old one it must be the same. */
  chainId?: number
  onProgress?: (progress: Progress) => void
  /** Unix seconds. */
  clock?: () => number
  /** The disk failed or the engine lost its way: the process must end, since what it holds is no longer the book. */
  onFatal?: (error: Error) => void
  disk?: Disk
}

/** The chain answers no more. Whether a transaction under way was recorded shows only after a new start. */
export class ChainStopped extends Error {
  override name = 'ChainStopped'
}

/**
 * Opens the chain of a journal, or starts one: replays every line, comparing the block hashes, and then answers.
 *
 * @throws {JournalError} naming the line that cannot be believed, {Unusable} when another process has the journal.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedChain> {
  const lock = lockJournal(options.file)
  try {
    const { engine, journal } = await openBook(options)
    try {
      const last = await replay(engine, journal, options.onProgress)
      return serve({ engine, journal, last, unlock: () => lock.release() }, options)
    } catch (error) {
      await Promise.all([journal.close(), engine.close()])
      throw error
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function openBook({ file, chainId, clock = now, disk = DISK }: EmbeddedOptions) {
  if (!existsSync(file)) return await startBook(file, chainId ?? randomInt(1_000_000_000, 2 ** 47), clock(), disk)

  const journal = await openJournal(file, disk)
  const { header } = journal
  if (chainId !== undefined && chainId !== header.chainId) {
    await journal.close()
    throw new RangeError(`the journal ${file} is of chain ${header.chainId}, not ${chainId}`)
  }
  return { journal, engine: await openEngine(header.chainId, header.genesis) }
}

async function startBook(file: string, chainId: number, timestamp: number, disk: Disk) {
  const genesis = { timestamp, blockGasLimit: BLOCK_GAS_LIMIT, transactionGasCap: TRANSACTION_GAS_CAP }
  const engine = await openEngine(chainId, genesis)
  const journal = await createJournal(file, {
    format: 'mingzhang-journal', version: 1, chainId, genesisHash: engine.genesis.hash, hardfork: 'cancun',
    engine: engine.name, genesis,
  }, disk)
  return { engine, journal }
}

type Book = { engine: Engine; journal: Journal; last: Head; unlock: () => void }

function serve({ engine, journal, last, unlock }: Book, options: EmbeddedOptions): EmbeddedChain {
  const { clock = now, onFatal = exit } = options
  const listeners = new Set<(block: Head) => void>()
  const onBlock = (block: Head) => listeners.forEach((listener) => queueMicrotask(() => listener(block)))
  const writer = openWriter({ engine, journal, last, clock, onBlock })
  const stoppable = stopOnFault(onFatal)
  const queue = openQueue({
    read: (method, params) => stoppable.unlessStopped(() => read(engine, journal, method, params)),
    commit: (raws) => stoppable.orStop(() => writer.commit(raws)),
  })

  return {
    client: {
      async request(method, params = []) {
        const checked = checkMethod(method, params)
        return method === 'eth_sendRawTransaction' ? await queue.send(checked[0]) : await queue.read(method, checked)
      },
    },
    chainId: journal.header.chainId,
    genesis: engine.genesis,
    head: writer.head,
    onBlock(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    ...(journal.tornTail && { tornTail: journal.tornTail }),
    async close() {
      await queue.close()
      await Promise.all([journal.close(), engine.close()])
      unlock()
    },
  }
}

async function read(engine: Engine, journal: Journal, method: string, params: readonly unknown[]): Promise<unknown> {
  // The engine would suggest a fee, which nobody here could pay.
  if (method === 'eth_gasPrice' || method === 'eth_maxPriorityFeePerGas') return '0x0'
  if (method === 'mz_journal') return await journalPage(journal, params)
  return await engine.request(method, params)
}

/** Entry 0 is the header, entry n is block n; at most 500, and about a megabyte of them. */
async function journalPage(journal: Journal, [from = 0, limit = 500]: readonly unknown[]): Promise<unknown[]> {
  if (typeof from !== 'number' || !Number.isSafeInteger(from) || from < 0)
    throw new RpcError(-32602, 'the first number of a journal page is a whole number from 0')
  if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < 1 || limit > 500)
    throw new RpcError(-32602, 'a journal page has 1 to 500 entries')
  return await journal.page(from, limit)
}

function stopOnFault(onFatal: (error: Error) => void) {
  let stopped: ChainStopped | undefined
  async function unlessStopped<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (stopped) throw stopped
    return await work()
  }
  async function orStop<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await unlessStopped(work)
    } catch (error) {
      if (error === stopped) throw error
      stopped = new ChainStopped('the chain has stopped', { cause: error })
      onFatal(error instanceof Error ? error : stopped)
      throw stopped
    }
  }
  return { unlessStopped, orStop }
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}

function exit(error: Error): void {
  process.stderr.write(`the chain has stopped: ${error.message}\n`)
  process.exit(70)
}
