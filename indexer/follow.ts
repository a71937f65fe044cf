import { setTimeout } from 'node:timers/promises'
import type { ChainClient } from '../chain/client.ts'
import { Address, type Hex } from '../ledger/hex.ts'
import { HistoryChanged, headerOf, headOf, readChainId, readRange, type Contracts, type Range } from './blocks.ts'
import type { Cursor, Mirror, Source } from './mirror.ts'
import { countOn, GapFound, readNumbers, type Numbers } from './numbers.ts'
import { rowsOf } from './rows.ts'

/** What is to be mirrored, and where to. */
export type Mirroring = {
  client: ChainClient
  contracts: Contracts
  mirror: Mirror
  /** Called after each range. */
  onProgress?: (progress: Progress) => void
  /** Stops between two ranges. */
  signal?: AbortSignal
}

/** Where the mirror stands, and the chain's newest block. */
export type Progress = Cursor & { head: number }

/**
 * Mirrors every block up to the newest. Blocks are final, so nothing is ever taken back: a chain that does not continue
 * what was mirrored is refused.
 *
 * @throws {HistoryChanged} then, {GapFound} when an entry was left out, {MirrorMoved} when another process writes too.
 */
export async function catchUp(mirroring: Mirroring): Promise<Cursor> {
  const { client, mirror } = mirroring
  const standing = await resume(mirroring)
  const { block, events } = standing.cursor
  if ((await headOf(client)) - block > (events === 0 ? 0 : LONG_WAY)) await mirror.loosen()
  await advance(mirroring, standing)
  // Also those that an indexer which was killed did without.
  await mirror.settle()
  return standing.cursor
}

/** How `follow` waits, and to whom it complains. */
export type Following = Mirroring & {
  signal: AbortSignal
  /** Calls its listener at every new block; where there is none, the chain is asked every `pauseMs`. */
  onBlock?: (listener: () => void) => () => void
  pauseMs?: number
  /** The chain did not answer, or another process wrote; it is tried again after a pause. */
  onProblem?: (error: unknown) => void
}

/** Mirrors every block from now on, until `signal` says stop. @throws {HistoryChanged} and {GapFound}, as `catchUp`. */
export async function follow(following: Following): Promise<void> {
  const { signal, onBlock, pauseMs = 1000, onProblem } = following
  let bell = Promise.withResolvers<void>()
  const stop = onBlock?.(() => bell.resolve())
  try {
    let standing: Standing | undefined
    while (!signal.aborted) {
      bell = Promise.withResolvers()
      try {
        if (!standing) await catchUp(following)
        standing ??= await resume(following)
        await advance(following, standing)
      } catch (error) {
        if (error instanceof HistoryChanged || error instanceof GapFound) throw error
        standing = undefined
        onProblem?.(error)
      }
      await pause(bell.promise, standing && onBlock ? 60 * pauseMs : pauseMs, signal)
    }
  } finally {
    stop?.()
  }
}

/** What the indexer remembers between two ranges; all of it stands in the mirror as well. */
type Standing = { cursor: Cursor; numbers: Numbers }

/** More blocks than this to mirror, and it pays to make the indexes by hash at the end. */
const LONG_WAY = 2_000

/** Logs that one range should bring, and the most blocks it may have (what Besu answers at once by default). */
const RANGE_LOGS = 5_000
const RANGE_BLOCKS = 5_000

async function resume({ client, contracts, mirror }: Mirroring): Promise<Standing> {
  const genesis = await headerOf(client, 0)
  const source = sourceOf(await readChainId(client), genesis.hash, contracts)
  const known = await mirror.source()
  if (!known) await mirror.begin(source, { block: 0, hash: genesis.hash, time: genesis.time, events: 0 })
  else if (!sameSource(known, source))
    throw new HistoryChanged(`the mirror ${mirror.file} is of another book: chain ${known.chainId}, genesis ${known.genesis}`)

  const cursor = await mirror.cursor()
  const { hash } = await headerOf(client, cursor.block)
  if (hash !== cursor.hash) throw new HistoryChanged(`block ${cursor.block} was ${cursor.hash} and is now ${hash}`)
  return { cursor, numbers: await readNumbers(mirror.prisma) }
}

async function advance({ client, contracts, mirror, onProgress, signal }: Mirroring, standing: Standing): Promise<void> {
  const head = await headOf(client)
  if (head < standing.cursor.block)
    throw new HistoryChanged(`the mirror is at block ${standing.cursor.block}, and the chain ends at ${head}`)

  for await (const { first, last, entries } of rangesOf(client, contracts, standing.cursor.block + 1, head)) {
    if (signal?.aborted) return
    const { cursor, numbers } = standing
    if (first.parent !== cursor.hash)
      throw new HistoryChanged(`block ${cursor.block} was ${cursor.hash}, and block ${first.number} follows ${first.parent}`)
    countOn(numbers, entries)
    const to = { block: last.number, hash: last.hash, time: last.time, events: cursor.events + entries.length }
    await mirror.write(rowsOf(entries), cursor, to)
    standing.cursor = to
    onProgress?.({ ...to, head })
  }
}

/** The blocks `from` to `head` in ranges of about as many logs; the next is read while the last is written. */
async function* rangesOf(client: ChainClient, contracts: Contracts, from: number, head: number): AsyncGenerator<Range> {
  let blocks = 100
  let asked = ask(from)
  while (asked) {
    const range: Range = await asked
    const read = range.last.number - range.first.number + 1
    blocks = Math.ceil(Math.min(RANGE_BLOCKS, blocks * 4, (read * RANGE_LOGS) / Math.max(range.entries.length, 1)))
    asked = ask(range.last.number + 1)
    yield range
  }

  function ask(first: number): Promise<Range> | undefined {
    if (first > head) return undefined
    const range = readRange(client, contracts, first, Math.min(first + blocks - 1, head))
    // Whoever stops here does not wait for it any more; the others learn of the failure when they do.
    range.catch(() => {})
    return range
  }
}

function sourceOf(chainId: number, genesis: Hex, { charter, people, ledger, bank, audit }: Contracts): Source {
  return {
    chainId, genesis, charter: Address(charter), people: Address(people), ledger: Address(ledger), bank: Address(bank),
    audit: Address(audit),
  }
}

function sameSource(a: Source, b: Source): boolean {
  return a.chainId === b.chainId && a.genesis === b.genesis && a.charter === b.charter && a.people === b.people
    && a.ledger === b.ledger && a.bank === b.bank && a.audit === b.audit
}

async function pause(bell: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const woken = new AbortController()
  const timer = setTimeout(ms, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {})
  await Promise.race([bell, timer])
  woken.abort()
}
