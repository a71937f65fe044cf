import { concat, keccak256 } from 'ethers'
import type { Hex } from '../../ledger/hex.ts'

/** The root of a Merkle tree by the recursion of RFC 9162, section 2.1.1, over leaves that are hashed already. */
export function rootOf(leaves: readonly Hex[]): Hex {
  const [only] = leaves
  if (!only) throw new RangeError('a tree has a leaf')
  if (leaves.length === 1) return only
  const left = leftCount(leaves.length)
  return keccak256(concat([rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left))])) as Hex
}

/** The audit path of a leaf by the recursion of RFC 9162, section 2.1.3, from the leaf upwards. */
export function pathOf(leaves: readonly Hex[], index: number): Hex[] {
  if (leaves.length === 1) return []
  const left = leftCount(leaves.length)
  const [near, far] = [leaves.slice(0, left), leaves.slice(left)]
  return index < left ? [...pathOf(near, index), rootOf(far)] : [...pathOf(far, index - left), rootOf(near)]
}

/** The largest power of two below `count`. */
function leftCount(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}
