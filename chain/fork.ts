import { type Hex } from '../ledger/hex.ts'
import { type ChainClient } from './client.ts'

/** Two different answers about one block: what this witness holds, and what the source says now. */
export type ForkEvidence = {
  number: number
  /** The block this witness computed (or followed) itself. */
  mine: Hex
  /** The block that the source states. */
  theirs: Hex
  /** The source's words as it gave them. */
  stated: unknown
}

/** The source shows another history than the one this witness holds. */
export class ForkSeen extends Error {
  override name = 'ForkSeen'
  readonly evidence: ForkEvidence

  constructor(reason: string, evidence: ForkEvidence) {
    super(reason)
    this.evidence = evidence
  }
}

/** The source has fewer blocks than it showed before. No other history yet, but nothing to sign either. */
export class SourceShorter extends Error {
  override name = 'SourceShorter'
  /** The source's last block. */
  readonly theirs: number

  constructor(mine: number, theirs: number) {
    super(`the source ends at block ${theirs}, this witness holds block ${mine}`)
    this.theirs = theirs
  }
}

/** What the source answers is no part of a book: somebody stands between, or it is another program. It may pass. */
export class SourceUnreadable extends Error {
  override name = 'SourceUnreadable'
}

/** Reads what a source answered. @throws {SourceUnreadable} */
export function reading<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (error instanceof ForkSeen) throw error
    throw new SourceUnreadable(`the source's answer cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** One history on this witness's own disk, and the way it grows. */
export type Follower = {
  chainId: number
  genesis: Hex
  head(): FollowedBlock
  /** A block that this witness holds. */
  blockAt(number: number): FollowedBlock | undefined
  /**
   * Takes the source's next blocks, some hundred at most; gives how many. They are on the disk when it returns.
   * @throws {ForkSeen} | {SourceShorter}
   */
  advance(source: ChainClient): Promise<number>
  /** What the source says of a block, without taking it; nothing when the source has no such block. */
  statedBy(source: ChainClient, number: number): Promise<{ hash: Hex; stated: unknown } | undefined>
  close(): Promise<void>
}

/** Time in unix seconds. */
export type FollowedBlock = { number: number; hash: Hex; time: number }
