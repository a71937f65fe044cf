import { expect } from 'chai'
import { encodeRlp as encodeByEthers, type RlpStructuredData } from 'ethers'
import fc from 'fast-check'
import { fromHex, toHex } from '../../ledger/hex.ts'
import { decodeRlp, encodeRlp, isBytes, type Rlp } from '../../proof/check/rlp.ts'
import { codeOf } from './refused.ts'

const { item } = fc.letrec<{ item: Rlp }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3 },
    fc.uint8Array({ maxLength: 3 }),
    fc.uint8Array({ minLength: 50, maxLength: 300 }),
    fc.array(tie('item'), { maxLength: 6 }),
  ),
}))

const asHex = (item: Rlp): RlpStructuredData => (isBytes(item) ? toHex(item) : item.map(asHex))

describe('RLP', () => {
  it('is written as ethers writes it, and read again as the same', () => {
    fc.assert(
      fc.property(item, (item) => {
        const bytes = encodeRlp(item)

        expect(toHex(bytes)).to.equal(encodeByEthers(asHex(item)))
        expect(asHex(decodeRlp(bytes))).to.deep.equal(asHex(item))
      }),
    )
  })

  it('has one form: whatever bytes are accepted are written again as the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 80 }), item.map(encodeRlp)),
        fc.nat(),
        fc.nat(255),
        (bytes, at, change) => {
          const changed = bytes.map((byte, i) => (i === at % bytes.length ? byte ^ change : byte))

          const answer = codeOf(() => expect(toHex(encodeRlp(decodeRlp(changed)))).to.equal(toHex(changed)))

          expect(answer).to.be.oneOf(['accepted', 'RLP_MALFORMED'])
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('holds items of 64 kilobytes', () => {
    for (const length of [255, 256, 65_535, 65_536]) {
      const bytes = encodeRlp(new Uint8Array(length))

      expect(toHex(bytes)).to.equal(encodeByEthers(toHex(new Uint8Array(length))))
      expect(decodeRlp(bytes).length).to.equal(length)
    }
  })

  for (const [what, hex] of Object.entries({
    nothing: '0x',
    'a small byte with a prefix': '0x8105',
    'a short string in the long form': `0xb801${'05'}`,
    'a length that begins with zero': `0xb90038${'00'.repeat(56)}`,
    'a string that ends early': '0x83aabb',
    'a list that ends early': '0xc3aabb',
    'an item that leaves its list': '0xc283aabbcc',
    'a length that ends early': '0xb9ff',
    'something after the item': '0x0000',
    'a length of four bytes': '0xbb01000000',
    'lists nested ten deep': '0xc9c8c7c6c5c4c3c2c1c0',
  }))
    it(`refuses ${what}`, () => {
      expect(codeOf(() => decodeRlp(fromHex(hex)))).to.equal('RLP_MALFORMED')
    })
})
