import { expect } from 'chai'
import fc from 'fast-check'
import { leafOf, pathIn, pathLength, pathOf, rootFrom, rootOf, treeOf } from '../../ledger/batch.ts'
import { Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import * as rfc9162 from '../contracts/tree.ts'

const hash = (i: number): Hex => `0x${i.toString(16).padStart(64, '0')}`
const leaves = fc
  .uint8Array({ minLength: 1, maxLength: 70 })
  .map((bytes) => Array.from(bytes, (byte, i) => hash(byte * 1000 + i)))
/** No leaf of these is as large. */
const NO_LEAF = hash(256_000)

describe('The tree over a batch', () => {
  it('hashes a leaf as the contract does: ref, start, amount and paper in 32 bytes each', () => {
    const leaf = leafOf({ ref: hash(1), start: Fen(2n), amount: Fen(3n), paper: hash(4) })

    // keccak256(abi.encode(1, 2, 3, 4)) as ethers computes it.
    expect(leaf).to.equal('0x392791df626408017a264f53fde61065d5a93a32b60171df9d8a46afdf82992d')
  })

  it('has the root and the paths of RFC 9162', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), (leaves, pick) => {
        const index = pick % leaves.length

        const path = pathOf(leaves, index)

        expect(rootOf(leaves)).to.equal(rfc9162.rootOf(leaves))
        expect(path).to.deep.equal(rfc9162.pathOf(leaves, index))
        expect(pathIn(treeOf(leaves), index)).to.deep.equal(path)
        expect(pathLength(index, leaves.length)).to.equal(path.length)
      }),
    )
  })

  it('is reached from a leaf by its own path only', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), (leaves, pick) => {
        const index = pick % leaves.length
        const leaf = leaves[index] ?? hash(0)
        const path = pathOf(leaves, index)

        expect(rootFrom(leaf, index, leaves.length, path)).to.equal(rootOf(leaves))
        expect(rootFrom(NO_LEAF, index, leaves.length, path)).to.not.equal(rootOf(leaves))
        expect(rootFrom(leaf, index, leaves.length, [...path, hash(0)])).to.equal(undefined)
        if (path.length) expect(rootFrom(leaf, index, leaves.length, path.slice(1))).to.equal(undefined)
      }),
    )
  })

  it('has nine hashes on the way from 500 leaves', () => {
    expect(pathLength(0, 500)).to.equal(9)
  })

  it('has a leaf, and paths for its leaves only', () => {
    expect(() => rootOf([])).to.throw(RangeError)
    expect(() => pathOf([hash(1)], 1)).to.throw(RangeError)
  })
})
