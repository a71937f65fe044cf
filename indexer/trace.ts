import type { Day } from '../ledger/day.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import type { Source } from '../ledger/words.ts'
import type { Inflow } from './inflows.ts'
import type { Outflow, Piece, Return } from './outflows.ts'

/**
 * Where the fen of an inflow went or lie, told as a proof's facts are (proof/check/facts.ts), so that the two can be held
 * against each other. `from` and `to` count fen from the inflow's start on every level; `cut` are those of them that
 * voids and refunds took from its tail.
 */
export type Trace = { inflow: Inflow; cut: Fen; from: Fen; to: Fen; parts: Part[] }

/** Fen that are unspent in a fund, or went into an outflow. */
export type Part = Unspent | Spent
export type Unspent = { place: 'fund'; fund: number; from: Fen; to: Fen }
export type Spent = {
  place: 'outflow'
  from: Fen
  to: Fen
  outflow: Outflow
  piece: number
  /** Where in the outflow this part begins. */
  offset: Fen
  /** Those that came back, from here to `to`; equal to `to` when none did. */
  backFrom: Fen
  /** What became of them then; empty with `backFrom` below `to` when they are traced no further. */
  back: Back[]
}

/** An inflow that brought some of the fen back, and what became of them. */
export type Back = {
  fund: number; inflow: number; effectiveOn: Day; source: Source; from: Fen; to: Fen; parts: Part[]
}

/** The mirror as a trace asks it. */
type Entries = {
  inflow(fund: number, number: number): Inflow | undefined
  inflowOfRef(fund: number, ref: Hex): Inflow | undefined
  outflow(fund: number, number: number): Outflow | undefined
  piecesOver(fund: number, start: Fen, end: Fen, at?: bigint, limit?: number): Piece[]
  returnsOf(fund: number, outflow: number): Return[]
}

/** How far a trace goes: the limits of a proof (proof/check/route.ts). */
const MAX_DEPTH = 16
const MAX_STEPS = 2_000

/** Traces inflows to where their fen are. */
export function openTraces(inflows: Pick<Entries, 'inflow' | 'inflowOfRef'>, outflows: Omit<Entries, 'inflow' | 'inflowOfRef'>) {
  const entries = { ...inflows, ...outflows }
  return {
    /** What became of the inflow with this ref; undefined when there is none. */
    traceOfRef(fund: number, ref: Hex): Trace | undefined {
      const inflow = entries.inflowOfRef(fund, ref)
      return inflow && traceInflow(entries, inflow, Fen(0n))
    },
    /**
     * What became of an inflow, or of its fen from `from` on; undefined when there is none. With more pieces than a trace
     * may have, `to` says where it ends, and the next can begin.
     */
    trace(fund: number, number: number, from = Fen(0n)): Trace | undefined {
      const inflow = entries.inflow(fund, number)
      if (!inflow) return undefined
      if (from >= inflow.amount) throw new RangeError(`inflow ${number} of fund ${fund} has no fen ${from}`)
      return traceInflow(entries, inflow, from)
    },
  }
}

function traceInflow(entries: Entries, inflow: Inflow, from: Fen): Trace {
  const { fund, start, end } = inflow
  const pieces = entries.piecesOver(fund, Fen(start + from), end, undefined, MAX_STEPS + 1)
  const beyond = pieces[MAX_STEPS]
  const stretch = { fund, start: Fen(start + from), end: beyond ? beyond.start : end, shift: start }
  const walk = { entries, left: MAX_STEPS - Math.min(pieces.length, MAX_STEPS) }
  const parts = partsOf(walk, stretch, pieces.slice(0, MAX_STEPS), 0)
  return { inflow, cut: cutOf(parts), from, to: Fen(stretch.end - start), parts }
}

/** A walk under way: `left` counts down the pieces and returns that it may still take. */
type Walk = { entries: Entries; left: number }

/** Places `start` to `end` of a fund's line; the place p is the donor's fen number `p - shift`. */
type Stretch = { fund: number; start: Fen; end: Fen; shift: bigint }

// Pieces and what is unspent tile a line, so what lies between two pieces is unspent.
function partsOf(walk: Walk, { fund, start, end, shift }: Stretch, pieces: readonly Piece[], depth: number): Part[] {
  const parts: Part[] = []
  const unspentTo = (place: bigint, to: bigint) => {
    if (place < to) parts.push({ place: 'fund', fund, from: Fen(place - shift), to: Fen(to - shift) })
  }

  let place: bigint = start
  for (const piece of pieces) {
    unspentTo(place, piece.start)
    place = most(place, piece.start)
    const to = least(piece.end, end)
    parts.push(spentOf(walk, fund, piece, { from: Fen(place - shift), to: Fen(to - shift) }, place, depth))
    place = to
  }
  unspentTo(place, end)
  return parts
}

type Span = { from: Fen; to: Fen }

function spentOf(walk: Walk, fund: number, piece: Piece, { from, to }: Span, place: bigint, depth: number): Spent {
  const outflow = walk.entries.outflow(fund, piece.outflow)
  if (!outflow) throw new RangeError(`piece ${piece.piece} of fund ${fund} is of outflow ${piece.outflow}, which is missing`)
  const offset = Fen(piece.offset + place - piece.start)
  // What came back of an outflow came from its end.
  const stayed = outflow.paid - outflow.returned - offset
  const backFrom = Fen(stayed < 0n ? from : least(from + stayed, to))
  const part = { place: 'outflow' as const, from, to, outflow, piece: piece.piece, offset, backFrom }
  return { ...part, back: backFrom < to ? backsOf(walk, part, depth + 1) : [] }
}

// All of a part's ways back, or none where there is no room for them.
function backsOf(walk: Walk, part: Omit<Spent, 'back'>, depth: number): Back[] {
  const { outflow, from, to, offset, backFrom } = part
  const first = offset + backFrom - from
  const last = offset + to - from
  const returns = walk.entries
    .returnsOf(outflow.fund, outflow.number)
    .filter((next) => next.offset < last && first < next.offset + next.end - next.start)

  const before = walk.left
  walk.left -= returns.length
  const backs: Back[] = []
  for (const next of depth > MAX_DEPTH ? [] : returns) {
    // The place that holds the donor's fen n is `shift` above it.
    const shift = next.start - next.offset + offset - from
    const back = backOf(walk, next, { from: Fen(most(backFrom, next.start - shift)), to: Fen(least(to, next.end - shift)) }, shift, depth)
    if (back) backs.push(back)
  }
  if (backs.length === returns.length) return backs
  walk.left = before
  return []
}

function backOf(walk: Walk, { fund, inflow, effectiveOn, source }: Return, { from, to }: Span, shift: bigint, depth: number): Back | undefined {
  const stretch = { fund, start: Fen(from + shift), end: Fen(to + shift), shift }
  const pieces = walk.left < 0 ? [] : walk.entries.piecesOver(fund, stretch.start, stretch.end)
  walk.left -= pieces.length
  if (walk.left < 0) return undefined
  return { fund, inflow, effectiveOn, source, from, to, parts: partsOf(walk, stretch, pieces, depth) }
}

// Voids and refunds of the inflow itself; those of what came back were cut from other inflows.
function cutOf(parts: readonly Part[]): Fen {
  let cut = 0n
  for (const part of parts)
    if (part.place === 'outflow' && (part.outflow.kind === 'Void' || part.outflow.kind === 'Refund')) cut += part.to - part.from
  return Fen(cut)
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function most(a: bigint, b: bigint): bigint {
  return a < b ? b : a
}
