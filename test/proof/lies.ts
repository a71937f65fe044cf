import type { Leaf } from '../../ledger/batch.ts'
import type { TraceIndex } from '../../proof/prove/route.ts'

/** A mirror that was tampered with: what the prover is told, and the checker must not believe. */
export type Lie = (index: TraceIndex) => TraceIndex

type Pieces = Awaited<ReturnType<TraceIndex['piecesOver']>>
type Returns = Awaited<ReturnType<TraceIndex['returnsOf']>>

/** Lies about the leaf of every inflow. */
export function leafLie(change: Partial<Leaf>): Lie {
  return (index) => ({
    ...index,
    batchOf: async (fund, inflow) => {
      const batch = await index.batchOf(fund, inflow)
      return batch && { ...batch, leaves: batch.leaves.map((leaf) => ({ ...leaf, ...change })) }
    },
  })
}

/** Lies about the pieces of fund 1. */
export function pieceLie(change: (pieces: Pieces) => Pieces): Lie {
  return (index) => ({
    ...index,
    piecesOver: async (fund, start, end, at) => change(await index.piecesOver(fund, start, end, at)),
  })
}

/** Lies about what came back of payment 1 of fund 1. */
export function returnLie(change: (returns: Returns) => Returns): Lie {
  return (index) => ({
    ...index,
    returnsOf: async (fund, outflow, at) => {
      const returns = await index.returnsOf(fund, outflow, at)
      return fund === 1 && outflow === 1 ? change(returns) : returns
    },
  })
}
