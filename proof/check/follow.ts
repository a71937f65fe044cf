import { Fen } from '../../ledger/fen.ts'
import { decodeBatch, decodeOrigin, decodeOutflow } from '../../ledger/slots.ts'
import { NAMES, type Entries } from './entries.ts'
import { ProofError } from './error.ts'
import type { Back, Part, ProvenOutflow, Spent } from './facts.ts'
import type { Route, Step } from './route.ts'
import { pieceOf, unspentOf, type Stretch } from './stretch.ts'

/**
 * Follows the fen of a stretch to where they went or lie.
 *
 * What lies below the cursor, and what was cut from the inflow's tail, must be tiled by pieces; only what lies between
 * is unspent. So a proof that leaves a payment out has a hole, and is refused.
 *
 * @throws {ProofError}
 */
export function follow(route: Route, stretch: Stretch, entries: Entries): Part[] {
  const { fund } = route
  const { end, shift } = stretch
  const unspent = unspentOf(route, stretch, entries)
  const parts: Part[] = []
  const steps = route.steps.values()

  for (let place = stretch.start; place < end;) {
    const part: Part =
      unspent.start <= place && place < unspent.end
        ? { place: 'fund', fund, from: Fen(place - shift), to: Fen(least(unspent.end, end) - shift) }
        : readPart(fund, steps.next().value, { ...stretch, start: place }, entries)
    parts.push(part)
    place = Fen(part.to + shift)
  }

  const needless = steps.next().value
  if (needless) throw new ProofError('NEEDLESS', `piece ${needless.piece} of fund ${fund} is no part of the trace`)
  return parts
}

function readPart(fund: number, step: Step | undefined, { start, end, shift }: Stretch, entries: Entries): Spent {
  if (!step) throw new ProofError('PIECES_GAP', `no piece holds fen ${start} of fund ${fund}`)
  const { piece: number, outflow } = step
  const piece = pieceOf(fund, step, entries)
  if (piece.outflow !== outflow)
    throw new ProofError(
      'PIECE_ELSEWHERE',
      `piece ${number} of fund ${fund} went into outflow ${piece.outflow}, not ${outflow}`,
    )
  if (start < piece.start || piece.end <= start)
    throw new ProofError('PIECES_GAP', `piece ${number} of fund ${fund} does not hold fen ${start}`)

  const proven = readOutflow(fund, outflow, entries)
  const offset = Fen(piece.offset + start - piece.start)
  const from = Fen(start - shift)
  const to = Fen(least(piece.end, end) - shift)
  // What came back of an outflow came from its end.
  const stayed = proven.paid - proven.returned - offset
  const backFrom = Fen(stayed < 0n ? from : least(from + stayed, to))
  const part = { place: 'outflow' as const, from, to, outflow: proven, piece: number, offset, backFrom }
  return { ...part, back: readBacks(step, part, entries) }
}

function readOutflow(fund: number, number: number, entries: Entries): ProvenOutflow {
  const outflow = entries.must(NAMES.outflow(fund, number), decodeOutflow)
  const paper = entries.must(NAMES.paper(fund, number), (word) => word)
  return { fund, number, ...outflow, paper }
}

// The returns tile what came back, or there are none and the facts say that the proof goes no further.
function readBacks({ returns }: Step, part: Omit<Spent, 'back'>, entries: Entries): Back[] {
  const { outflow, to } = part
  const backs: Back[] = []
  let at = part.backFrom

  for (const next of returns) {
    if (at === to)
      throw new ProofError('NEEDLESS', `inflow ${next.inflow} of fund ${next.fund} is no part of the trace`)
    const back = readBack(next, { ...part, from: at, offset: Fen(part.offset + at - part.from) }, entries)
    backs.push(back)
    at = back.to
  }

  if (returns.length && at < to)
    throw new ProofError(
      'RETURNS_GAP',
      `more came back of outflow ${outflow.number} of fund ${outflow.fund} than is shown`,
    )
  return backs
}

// The part's first fen is the one that this return must bring back.
function readBack(next: Route, { outflow, from, to, offset }: Omit<Spent, 'back'>, entries: Entries): Back {
  const { fund, inflow, batch } = next
  const name = `inflow ${inflow} of fund ${fund}`
  const origin = entries.must(NAMES.origin(fund, inflow), decodeOrigin)
  const { start, end, firstNumber, effectiveOn, source } = entries.must(NAMES.batch(fund, batch), decodeBatch)
  if (firstNumber !== inflow) throw new ProofError('RETURN_ELSEWHERE', `${name} is not in batch ${batch}`)
  if (origin.fund !== outflow.fund || origin.outflow !== outflow.number)
    throw new ProofError(
      'RETURN_ELSEWHERE',
      `${name} brings nothing back of outflow ${outflow.number} of fund ${outflow.fund}`,
    )
  const first = start + offset - origin.offset
  if (first < start || end <= first)
    throw new ProofError('RETURNS_GAP', `${name} does not bring back fen ${offset} of outflow ${outflow.number}`)

  const last = least(end, first + to - from)
  const stretch = { start: Fen(first), end: Fen(last), inflowEnd: end, shift: first - from }
  return {
    fund,
    inflow,
    effectiveOn,
    source,
    from,
    to: Fen(last - stretch.shift),
    parts: follow(next, stretch, entries),
  }
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
