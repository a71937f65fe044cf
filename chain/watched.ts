import { setTimeout as pause } from 'node:timers/promises'
import { type ChainClient } from './client.ts'
import { SourceShorter, SourceUnreadable, type Follower } from './fork.ts'
import { type BlockSeal } from './seals.ts'

/** One server that a witness watches. */
export type Server = {
  /** What people call it: its address. */
  name: string
  /** The chain as it shows it; a full witness needs `mz_journal`. */
  chain: ChainClient
  /** Hands a seal to it; when it fails the seal is handed in again. */
  post(seal: BlockSeal): Promise<void>
  /** The seals that it shows, from a block on: kept as evidence when there is a fork. */
  sealsFrom?(number: number): Promise<unknown>
}

/** How a server stands with the witness. `since`: from when on it does not answer, or not well. */
export type ServerState = { name: string; since?: Date; reason?: string }

/** A server with what is still to be told it, and how long it is left alone. */
export type Watched = Server & {
  /** The chain again; a failed request is the server's fault, not ours. */
  source: ChainClient
  outbox: BlockSeal[]
  asking: Patience
  telling: Patience
}

/** Seals that wait for a server; what is older no longer helps anybody. */
const MOST_WAITING = 128

/** Begins to watch a server, from which a first pause is `pauseMs`. `outbox` is what it may not have heard yet. */
export function watch(server: Server, outbox: readonly BlockSeal[], pauseMs: number): Watched {
  const source: ChainClient = { request: (method, params) => reaching(server.chain.request(method, params)) }
  return { ...server, source, outbox: [...outbox], asking: openPatience(pauseMs), telling: openPatience(pauseMs) }
}

/** Puts a seal where a server finds it, and lets go of old ones. */
export function enqueue({ outbox }: Watched, seal: BlockSeal): void {
  outbox.push(seal)
  if (outbox.length > MOST_WAITING) outbox.shift()
}

/** Hands in what waits. Gives what the server took; an error that passes ends it. */
export async function deliver(server: Watched, onTaken: (seal: BlockSeal) => void): Promise<void> {
  for (let seal = server.outbox[0]; seal; seal = server.outbox[0]) {
    await reaching(server.post(seal))
    server.outbox.shift()
    onTaken(seal)
  }
}

/** Whether trying again later may help. */
export function mayPass(error: unknown): error is Error {
  return error instanceof Unreachable || error instanceof SourceShorter || error instanceof SourceUnreadable
}

/** The first block of which a source tells another hash, when it has some such block below `number`. */
export async function firstDifference(follower: Follower, { source }: Watched, number: number) {
  let same = 0
  let other = number
  let found = await follower.statedBy(source, number)
  while (other - same > 1) {
    const middle = (same + other) >> 1
    const theirs = await follower.statedBy(source, middle)
    if (theirs?.hash === follower.blockAt(middle)?.hash) same = middle
    else [other, found] = [middle, theirs]
  }
  const mine = follower.blockAt(other)
  return mine && found && mine.hash !== found.hash ? { number: other, mine: mine.hash, theirs: found.hash, stated: found.stated } : undefined
}

/** Somebody else did not answer, or not well: that passes, and is no fault of this witness. */
class Unreachable extends Error {
  override name = 'Unreachable'
}

async function reaching<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw new Unreachable(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** How long somebody is left alone who does not answer: longer each time, five minutes at most. */
export type Patience = {
  isDue(): boolean
  failed(reason: string): void
  worked(): void
  trouble(): { since: Date; reason: string } | undefined
}

const LONGEST_PAUSE_MS = 5 * 60_000

export function openPatience(firstMs: number, now = Date.now): Patience {
  let trouble: { since: Date; reason: string } | undefined
  let nextAt = 0
  let waitMs = firstMs
  return {
    isDue: () => now() >= nextAt,
    failed(reason) {
      trouble = { since: trouble?.since ?? new Date(now()), reason }
      nextAt = now() + waitMs
      waitMs = Math.min(2 * waitMs, LONGEST_PAUSE_MS)
    },
    worked() {
      trouble = undefined
      nextAt = 0
      waitMs = firstMs
    },
    trouble: () => trouble,
  }
}

/** Waits, unless it is stopped meanwhile. */
export async function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(ms, undefined, signal && { signal }).catch(() => undefined)
}
