import { keccak_256 } from '@noble/hashes/sha3.js'
import type { Fen } from './fen.ts'
import { fromHex, toHex, type Hex } from './hex.ts'

/** What one inflow gives to its batch's Merkle root: the caller's ref, its place on the line, its amount, its paper. */
export type Leaf = { ref: Hex; start: Fen; amount: Fen; paper: Hex }

/** The hash of one leaf: of 128 bytes, so that no node (64 bytes) can be shown as one. Same as BatchTree.sol. */
export function leafOf({ ref, start, amount, paper }: Leaf): Hex {
  return hashOf(ref, wordOf(start), wordOf(amount), paper)
}

/** The root over the leaves' hashes, shaped as in RFC 9162 §2.1. @throws {RangeError} when there is none. */
export function rootOf(leaves: readonly Hex[]): Hex {
  const [root] = treeOf(leaves).at(-1) ?? []
  if (!root) throw new RangeError('a batch has at least one inflow')
  return root
}

/**
 * The hashes that lead from the leaf at `index` (from 0) to the root. @throws {RangeError} when there is no such leaf.
 */
export function pathOf(leaves: readonly Hex[], index: number): Hex[] {
  return pathIn(treeOf(leaves), index)
}

/** All hashes over the leaves' hashes, level by level from the leaves to the root: for whoever wants many paths. */
export function treeOf(leaves: readonly Hex[]): Hex[][] {
  const levels = [[...leaves]]
  for (let level = levels[0] ?? []; level.length > 1; levels.push(level))
    level = level.flatMap((node, i) => (i % 2 ? [] : [hashOf(node, ...level.slice(i + 1, i + 2))]))
  return levels
}

/** The path of a leaf in a tree, as pathOf gives it. @throws {RangeError} when there is no such leaf. */
export function pathIn(tree: readonly (readonly Hex[])[], index: number): Hex[] {
  if (!tree[0]?.[index]) throw new RangeError(`no leaf ${index} among ${tree[0]?.length ?? 0}`)
  return tree.map((level, height) => level[(index >> height) ^ 1]).filter((hash) => hash !== undefined)
}

/** The root that `leaf`, at `index` of `count`, has with `path`; undefined when the path has not the right length. */
export function rootFrom(leaf: Hex, index: number, count: number, path: readonly Hex[]): Hex | undefined {
  let root = leaf
  let used = 0
  for (let last = count - 1; last > 0; last >>= 1, index >>= 1) {
    const right = index % 2 === 1
    if (!right && index === last) continue
    const beside = path[used++]
    if (!beside) return undefined
    root = right ? hashOf(beside, root) : hashOf(root, beside)
  }
  return used === path.length ? root : undefined
}

/** How many hashes the path at `index` of `count` has. */
export function pathLength(index: number, count: number): number {
  let length = 0
  for (let last = count - 1; last > 0; last >>= 1, index >>= 1) if (index % 2 === 1 || index < last) length++
  return length
}

// A last one without a neighbour rises as it is.
function hashOf(...words: Hex[]): Hex {
  const [only] = words
  if (words.length === 1 && only) return only
  return toHex(keccak_256(fromHex(`0x${words.map((word) => word.slice(2)).join('')}`)))
}

function wordOf(amount: Fen): Hex {
  return `0x${amount.toString(16).padStart(64, '0')}`
}
