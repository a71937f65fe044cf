import { type Hex } from '../ledger/hex.ts'

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

  constructor(mine: number, theirs: number) {
    super(`the source ends at block ${theirs}, this witness holds block ${mine}`)
  }
}

/** One history on this witness's own disk, and the way it grows. */
export type Follower = {
  chainId: number
  genesis: Hex
  head(): { number: number; hash: Hex }
  /** The hash of a block that this witness holds. */
  hashAt(number: number): Hex | undefined
  /**
   * Takes the source's next blocks, some hundred at most; gives how many. They are on the disk when it returns.
   * @throws {ForkSeen} | {SourceShorter}
   */
  advance(): Promise<number>
  close(): Promise<void>
}
