import { leafOf, pathIn, treeOf, type Leaf } from '../../ledger/batch.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { TraceIndex } from './route.ts'

/** An inflow with its place in its batch, and the path that proves it. */
export type IndexedInflow = { readonly batch: number; readonly leaf: Leaf; readonly path: readonly Hex[] }

/** Finds inflows. A tree over 500 leaves takes 1,000 hashes, so the newest trees are kept for their neighbours. */
export function openInflows(index: TraceIndex, { maxTrees = 50 } = {}) {
  const kept = new Map<string, Hex[][]>()

  return { inflowOf }

  /** @throws {RangeError} when the book has no such inflow. */
  async function inflowOf(fund: number, inflow: number): Promise<IndexedInflow> {
    const batch = await index.batchOf(fund, inflow)
    const leaf = batch?.leaves[inflow - batch.firstNumber]
    if (!batch || !leaf) throw new RangeError(`fund ${fund} has no inflow ${inflow}`)

    const name = `${fund}/${batch.number}`
    const tree = kept.get(name) ?? treeOf(batch.leaves.map(leafOf))
    kept.delete(name)
    kept.set(name, tree)
    for (const oldest of kept.keys()) if (kept.size > maxTrees) kept.delete(oldest)
    return { batch: batch.number, leaf, path: pathIn(tree, inflow - batch.firstNumber) }
  }
}
