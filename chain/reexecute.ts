import { existsSync } from 'node:fs'
import { type ChainClient, RpcError } from './client.ts'
import { openEngine, type Engine } from './engine.ts'
import { ForkSeen, SourceShorter, type Follower } from './fork.ts'
import { decodeHeader, encodeHeader, type JournalHeader } from './header.ts'
import { createJournal, openJournal, type Journal } from './journal.ts'
import { decodeLine, encodeLine, type JournalLine } from './lines.ts'
import { replay, type Progress } from './replay.ts'
import { checkRaw } from './transaction.ts'

export type ReexecutionOptions = {
  /** A chain that answers `mz_journal`. */
  source: ChainClient
  /** This witness's own journal. The caller holds its lock. */
  file: string
  /** Told while the own journal is replayed. */
  onReplay?: (progress: Progress) => void
}

const PAGE = 500

/**
 * The full witness's history: executes every transaction of the source's journal in an engine of its own and believes
 * no hash that did not come out there.
 *
 * @throws {JournalError} when its own journal is not to be believed, {ForkSeen} when the source's book is another one.
 */
export async function openReexecution({ source, file, onReplay }: ReexecutionOptions): Promise<Follower> {
  const header = readHeader(await firstOf(source))
  const journal = await openOwn(file, header)
  const engine = await openEngine(header.chainId, header.genesis)
  await replay(engine, journal, onReplay)
  const hashes = [header.genesisHash]
  for await (const { blockHash } of journal.blocks()) hashes.push(blockHash)
  const head = () => ({ number: hashes.length - 1, hash: hashes.at(-1) ?? header.genesisHash })

  return {
    chainId: header.chainId,
    genesis: header.genesisHash,
    head,
    hashAt: (number) => hashes[number],
    async advance() {
      const lines = await nextLines(source, head())
      const executed: JournalLine[] = []
      for (const line of lines) executed.push(await execute(engine, line))
      await journal.append(executed)
      for (const { blockHash } of executed) hashes.push(blockHash)
      return executed.length
    },
    async close() {
      await journal.close()
      await engine.close()
    },
  }
}

async function openOwn(file: string, header: JournalHeader): Promise<Journal> {
  if (!existsSync(file)) return await createJournal(file, header)
  const journal = await openJournal(file)
  if (encodeHeader(journal.header) === encodeHeader(header)) return journal
  await journal.close()
  throw new ForkSeen('the source shows another book than the one this witness began with', {
    number: 0, mine: journal.header.genesisHash, theirs: header.genesisHash, stated: header,
  })
}

/** The source's lines after `head`, once it has repeated the head itself. */
async function nextLines(source: ChainClient, head: { number: number; hash: `0x${string}` }): Promise<JournalLine[]> {
  const page = await source.request('mz_journal', [head.number, PAGE])
  if (!Array.isArray(page)) throw new RangeError('the source answered mz_journal with something else than a page')
  const [again, ...next]: unknown[] = page
  if (again === undefined)
    throw new SourceShorter(head.number, Number(await source.request('eth_blockNumber')))

  const theirs = head.number === 0 ? readHeader(again).genesisHash : readLine(again, head.number).blockHash
  if (theirs !== head.hash)
    throw new ForkSeen(`the source now shows another block ${head.number}`, {
      number: head.number, mine: head.hash, theirs, stated: again,
    })
  return next.map((line, at) => readLine(line, head.number + 1 + at))
}

async function execute(engine: Engine, line: JournalLine): Promise<JournalLine> {
  const { number, timestamp, rawTransaction, blockHash } = line
  const hash = await mine(engine, line)
  if (hash !== blockHash)
    throw new ForkSeen(`block ${number} of the source, executed here, has another hash than the source states`, {
      number, mine: hash, theirs: blockHash, stated: line,
    })
  return { number, timestamp, rawTransaction, blockHash: hash }
}

async function mine(engine: Engine, line: JournalLine): Promise<`0x${string}`> {
  try {
    const { hash } = await engine.mine(line.timestamp, checkRaw(line.rawTransaction))
    return hash
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    throw new ForkSeen(`block ${line.number} of the source cannot be executed: ${error.message}`, {
      number: line.number, mine: '0x', theirs: line.blockHash, stated: line,
    })
  }
}

async function firstOf(source: ChainClient): Promise<unknown> {
  const page = await source.request('mz_journal', [0, 1])
  if (!Array.isArray(page)) throw new RangeError('the source answered mz_journal with something else than a page')
  return page[0]
}

// Both readers go through the text, which is the one strict form.
function readHeader(value: unknown): JournalHeader {
  const stated: JournalHeader = Object(value)
  if (typeof stated.engine !== 'object' || typeof stated.genesis !== 'object')
    throw new RangeError('the source has no journal of a book')
  return decodeHeader(encodeHeader(stated))
}

function readLine(value: unknown, number: number): JournalLine {
  return decodeLine(encodeLine(Object(value)), number)
}
