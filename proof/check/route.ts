import type { Leaf } from '../../ledger/batch.ts'
import { ProofError } from './error.ts'
import type { Reader } from './wire.ts'

/**
 * The way that a trace takes: which entries to read, in which order. It claims nothing: what they say stands in the
 * state.
 */
export type Route = {
  readonly fund: number
  readonly inflow: number
  readonly batch: number
  /** The pieces over the part of the inflow that is traced, from its start; without a gap but for what is unspent. */
  readonly steps: readonly Step[]
}

/**
 * One piece, the outflow it went into, and the inflows that brought fen of it back, in order. None: traced no further.
 */
export type Step = { readonly piece: number; readonly outflow: number; readonly returns: readonly Route[] }

/**
 * Where a donor's trace begins: his inflow. A long history is proven in several ranges, each from a piece to a piece:
 * then there is more before the first step, or more after the last.
 */
export type Beginning = {
  readonly route: Route
  readonly leaf: Leaf
  readonly moreBefore: boolean
  readonly moreAfter: boolean
}

/** A proof follows money through so many returns and transfers, and no further. */
export const MAX_DEPTH = 16
/** A proof has so many pieces and returns; a longer history is proven in several ranges. */
export const MAX_STEPS = 2_000

/** Reads where a trace begins and the way it takes. @throws {ProofError} */
export function readBeginning(reader: Reader): Beginning {
  const leaf = { ref: reader.hex(32), start: reader.fen(), amount: reader.fen(), paper: reader.hex(32) }
  const more = reader.byte()
  if (more > 3) throw new ProofError('NOT_CANONICAL', `the range of the trace is written as ${more}`)
  const route = readRoute(reader, { steps: MAX_STEPS }, 0)
  return { leaf, moreBefore: (more & 1) === 1, moreAfter: more >= 2, route }
}

function readRoute(reader: Reader, left: { steps: number }, depth: number): Route {
  if (depth > MAX_DEPTH) throw new ProofError('LIMIT_PASSED', `the trace is more than ${MAX_DEPTH} returns deep`)
  const fund = reader.number()
  const inflow = reader.number()
  const batch = reader.number()
  const steps = readList(reader, left, () => ({
    piece: reader.number(),
    outflow: reader.number(),
    returns: readList(reader, left, () => readRoute(reader, left, depth + 1)),
  }))
  return { fund, inflow, batch, steps }
}

function readList<Item>(reader: Reader, left: { steps: number }, read: () => Item): Item[] {
  const count = reader.number()
  if ((left.steps -= count) < 0) throw new ProofError('LIMIT_PASSED', `the trace has more than ${MAX_STEPS} steps`)
  return Array.from({ length: count }, read)
}
