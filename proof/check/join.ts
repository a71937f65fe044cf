import { ProofError } from './error.ts'
import { sumsOf, type TraceFacts } from './facts.ts'

/**
 * Puts the proven ranges of one inflow's long history together, in their order, into facts about all of it.
 *
 * @throws {ProofError} when they are of different blocks or inflows, or do not tile the inflow; {RangeError} when there
 * is none.
 */
export function joinTraces(ranges: readonly TraceFacts[]): TraceFacts {
  const [first] = ranges
  if (!first) throw new RangeError('no range is no trace')

  let to = 0n
  for (const range of ranges) {
    const same =
      range.block.hash === first.block.hash && range.fund === first.fund && range.inflow.number === first.inflow.number
    if (!same) throw new ProofError('RANGES_APART', 'the ranges are of different blocks or inflows')
    if (range.from !== to)
      throw new ProofError('RANGES_APART', `a range ends at fen ${to} and the next begins at ${range.from}`)
    to = range.to
  }
  if (to !== first.inflow.amount)
    throw new ProofError('RANGES_APART', `the ranges end at fen ${to}, the inflow has ${first.inflow.amount}`)

  const parts = ranges.flatMap((range) => range.parts)
  return { ...first, to: first.inflow.amount, parts, sums: sumsOf(parts) }
}
