import type { Leaf } from '../../ledger/batch.ts'
import { Fen } from '../../ledger/fen.ts'
import { MAX_DEPTH, MAX_STEPS, type Route, type Step } from '../check/route.ts'

/** A piece as the index knows it: an interval of the fund's line, at `offset` within its outflow. */
export type IndexedPiece = {
  readonly piece: number
  readonly outflow: number
  readonly start: Fen
  readonly end: Fen
  readonly offset: Fen
}

/** An inflow that came back from an outflow: fen `offset` and after, to `[start, end)` of its own fund's line. */
export type IndexedReturn = {
  readonly fund: number
  readonly inflow: number
  readonly batch: number
  readonly offset: Fen
  readonly start: Fen
  readonly end: Fen
}

/**
 * What the prover asks of whoever keeps the entries by number. Only entries of blocks up to `at` are wanted where it is
 * given.
 */
export type TraceIndex = {
  /** The batch that an inflow is in, with all its leaves; undefined when there is none. */
  batchOf(
    fund: number,
    inflow: number,
  ): Awaitable<{ number: number; firstNumber: number; leaves: readonly Leaf[] } | undefined>
  /** The pieces that overlap `[start, end)`, by their start. */
  piecesOver(fund: number, start: Fen, end: Fen, at: bigint): Awaitable<readonly IndexedPiece[]>
  /** The inflows that came back from an outflow, by their offset. */
  returnsOf(fund: number, outflow: number, at: bigint): Awaitable<readonly IndexedReturn[]>
}

type Awaitable<Type> = Type | Promise<Type>

/** A stretch of a fund's line within one inflow. */
type Stretch = { fund: number; inflow: number; batch: number; start: Fen; end: Fen }

/** So many pieces, after the first `skip`. */
export type PieceRange = { readonly skip: number; readonly count: number }

/** A route, and whether there are more pieces before and after it. */
export type RangedRoute = { readonly route: Route; readonly moreBefore: boolean; readonly moreAfter: boolean }

/**
 * The route over an inflow as of block `at`. Where the checker's limits end it, it has no returns, and the facts will
 * say so.
 *
 * @throws {RangeError} when there are more pieces than a proof may have, or none in the range.
 */
export async function routeOf(
  index: TraceIndex,
  stretch: Stretch,
  at: bigint,
  range?: PieceRange,
): Promise<RangedRoute> {
  let left = MAX_STEPS
  const all = await index.piecesOver(stretch.fund, stretch.start, stretch.end, at)
  const { skip, count } = range ?? { skip: 0, count: all.length }
  const pieces = all.slice(skip, skip + count)
  if (range && pieces.length === 0)
    throw new RangeError(`inflow ${stretch.inflow} has ${all.length} pieces, none after ${skip}`)
  const route = await walk(stretch, pieces, 0)
  if (!route) throw new RangeError(`inflow ${stretch.inflow} has ${pieces.length} pieces: ask for at most ${MAX_STEPS}`)
  return { route, moreBefore: skip > 0, moreAfter: skip + count < all.length }

  // Undefined when there is no room for all of it.
  async function walk(stretch: Stretch, pieces: readonly IndexedPiece[], depth: number): Promise<Route | undefined> {
    const { fund, inflow, batch, start, end } = stretch
    left -= pieces.length
    if (left < 0) return undefined
    const steps: Step[] = []
    for (const { piece, outflow, ...place } of pieces) {
      const from = place.offset + most(place.start, start) - place.start
      const to = place.offset + least(place.end, end) - place.start
      steps.push({ piece, outflow, returns: await returnsOver(fund, outflow, from, to, depth + 1) })
    }
    return { fund, inflow, batch, steps }
  }

  // The ways of fen `from` to `to` of an outflow, as far as they came back: all of them, or none.
  async function returnsOver(fund: number, outflow: number, from: bigint, to: bigint, depth: number): Promise<Route[]> {
    const before = left
    const all = await index.returnsOf(fund, outflow, at)
    const returns = all.filter(({ offset, start, end }) => offset < to && from < offset + end - start)
    left -= returns.length
    const routes: Route[] = []
    for (const next of depth > MAX_DEPTH ? [] : returns) {
      const start = Fen(next.start + most(from, next.offset) - next.offset)
      const end = Fen(least(next.end, next.start + to - next.offset))
      const pieces = await index.piecesOver(next.fund, start, end, at)
      const route = left < 0 ? undefined : await walk({ ...next, start, end }, pieces, depth)
      if (route) routes.push(route)
    }
    if (routes.length === returns.length) return routes
    left = before
    return []
  }
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function most(a: bigint, b: bigint): bigint {
  return a < b ? b : a
}
