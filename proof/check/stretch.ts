import { Fen } from '../../ledger/fen.ts'
import { decodeCut, decodeLine, decodePiece, type PieceWord } from '../../ledger/slots.ts'
import { NAMES, type Entries } from './entries.ts'
import { ProofError } from './error.ts'
import type { Beginning, Route, Step } from './route.ts'

/**
 * The part of an inflow that is followed: places `start` to `end` on its fund's line, where the inflow itself ends at
 * `inflowEnd`. The place p is the donor's fen number `p - shift`.
 */
export type Stretch = { readonly start: Fen; readonly end: Fen; readonly inflowEnd: Fen; readonly shift: bigint }

/**
 * The stretch that a trace is of: the whole inflow, or from the first step's piece to the last one's. What is unspent
 * goes with the piece before it, so that there is one way only to cut a history into ranges.
 *
 * @throws {ProofError}
 */
export function stretchOf({ route, leaf, moreBefore, moreAfter }: Beginning, entries: Entries): Stretch {
  const inflowEnd = Fen(leaf.start + leaf.amount)
  const whole = { start: leaf.start, end: inflowEnd, inflowEnd, shift: leaf.start }
  const unspent = unspentOf(route, whole, entries)
  const [first, last] = [route.steps.at(0), route.steps.at(-1)]

  const start = moreBefore && first ? pieceOf(route.fund, first, entries).start : whole.start
  const lastEnd = moreAfter && last ? pieceOf(route.fund, last, entries).end : whole.end
  const end = unspent.start <= lastEnd && lastEnd < unspent.end ? Fen(unspent.end) : lastEnd
  const onlyUnspentBefore = unspent.start <= whole.start && start <= unspent.end
  const noneBefore = moreBefore && (start <= whole.start || onlyUnspentBefore)
  if (noneBefore || (moreAfter && (end >= whole.end || !last)) || start >= end)
    throw new ProofError(
      'RANGE_OUTSIDE',
      `the trace is of a range, but no piece of inflow ${route.inflow} lies beyond its steps`,
    )
  return { ...whole, start, end }
}

/** What is unspent of an inflow. Its cuts lie at its tail; of the rest it is what the cursor has not passed. */
export function unspentOf({ fund, inflow }: Route, { inflowEnd }: Stretch, entries: Entries) {
  const { cursor } = entries.must(NAMES.line(fund), decodeLine)
  const cut = entries.may(NAMES.cut(fund, inflow), decodeCut) ?? 0n
  return { start: cursor, end: inflowEnd - cut }
}

/** A step's piece. @throws {ProofError} when the book has none of its number. */
export function pieceOf(fund: number, { piece }: Step, entries: Entries): PieceWord {
  return entries.must(NAMES.piece(fund, piece), decodePiece)
}
