import { existsSync } from 'node:fs'
import { type ChainClient, RpcError } from './client.ts'
import { openEngine, type Engine } from './engine.ts'
import { ForkSeen, reading, SourceShorter, SourceUnreadable, type Follower } from './fork.ts'
import { decodeHeader, encodeHeader, type JournalHeader } from './header.ts'
import { createJournal, openJournal } from './journal.ts'
import { decodeLine, encodeLine, type JournalLine } from './lines.ts'
import { replay, type Progress } from './replay.ts'
import { checkRaw } from './transaction.ts'

export type ReexecutionOptions = {
  /** A chain that answers `mz_journal`: whose book it is. Asked only when there is no journal of one's own yet. */
  source: ChainClient
  /** This witness's own journal. The caller holds its lock. */
  file: string
  /** Told while the own journal is replayed. */
  onReplay?: (progress: Progress) => void
}

const PAGE = 500

/**
 * The full witness's history: executes every transaction of the sources' journal in an engine of its own and believes
 * no hash that did not come out there.
 *
 * @throws {JournalError} when its own journal is not to be believed; {ForkSeen} from `advance` when a source's book is another.
 */
export async function openReexecution({ source, file, onReplay }: ReexecutionOptions): Promise<Follower> {
  const journal = existsSync(file)
    ? await openJournal(file)
    : await createJournal(file, readHeader(await firstOf(source)))
  const { header } = journal
  const engine = await openEngine(header.chainId, header.genesis)
  await replay(engine, journal, onReplay)
  const hashes = [header.genesisHash]
  const times = [header.genesis.timestamp]
  for await (const line of journal.blocks()) enter(line)
  const blockAt = (number: number) => {
    const hash = hashes[number]
    return hash && { number, hash, time: times[number] ?? 0 }
  }
  const head = () => blockAt(hashes.length - 1) ?? { number: 0, hash: header.genesisHash, time: header.genesis.timestamp }
  const known = new WeakSet<ChainClient>()

  return {
    chainId: header.chainId,
    genesis: header.genesisHash,
    head,
    blockAt,
    async advance(source) {
      if (!known.has(source)) checkSameBook(header, readHeader(await firstOf(source)))
      known.add(source)
      const lines = await nextLines(source, head())
      const executed: JournalLine[] = []
      for (const line of lines) executed.push(await execute(engine, line))
      await journal.append(executed)
      for (const line of executed) enter(line)
      return executed.length
    },
    async statedBy(source, number) {
      const [stated]: unknown[] = await pageOf(source, number, 1)
      if (stated === undefined) return undefined
      return { hash: number === 0 ? readHeader(stated).genesisHash : readLine(stated, number).blockHash, stated }
    },
    async close() {
      await journal.close()
      await engine.close()
    },
  }

  function enter({ blockHash, timestamp }: JournalLine): void {
    hashes.push(blockHash)
    times.push(timestamp)
  }
}

function checkSameBook(mine: JournalHeader, theirs: JournalHeader): void {
  if (encodeHeader(mine) === encodeHeader(theirs)) return
  throw new ForkSeen('the source shows another book than the one this witness began with', {
    number: 0, mine: mine.genesisHash, theirs: theirs.genesisHash, stated: theirs,
  })
}

/** The source's lines after `head`, once it has repeated the head itself. */
async function nextLines(source: ChainClient, head: { number: number; hash: `0x${string}` }): Promise<JournalLine[]> {
  const [again, ...next] = await pageOf(source, head.number, PAGE)
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
  return (await pageOf(source, 0, 1))[0]
}

async function pageOf(source: ChainClient, from: number, limit: number): Promise<unknown[]> {
  const page = await source.request('mz_journal', [from, limit])
  if (!Array.isArray(page)) throw new SourceUnreadable('the source answered mz_journal with something else than a page')
  return page
}

// Both readers go through the text, which is the one strict form.
function readHeader(value: unknown): JournalHeader {
  const stated: JournalHeader = Object(value)
  if (typeof stated.engine !== 'object' || typeof stated.genesis !== 'object')
    throw new SourceUnreadable('the source has no journal of a book')
  return reading(() => decodeHeader(encodeHeader(stated)))
}

function readLine(value: unknown, number: number): JournalLine {
  return reading(() => decodeLine(encodeLine(Object(value)), number))
}
