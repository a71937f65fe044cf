import { expect } from 'chai'
import fc from 'fast-check'
import { openReader } from '../../proof/check/wire.ts'
import { openWriter } from '../../proof/prove/wire.ts'
import { codeOf } from './refused.ts'

const LIMIT = 2n ** 63n - 1n

describe('The canonical binary', () => {
  it('gives back the numbers and bytes that were written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: LIMIT }), fc.uint8Array({ maxLength: 20 }), (number, bytes) => {
        const writer = openWriter()
        writer.varint(number)
        writer.sized(bytes)
        const reader = openReader(writer.done())

        expect(reader.varint(LIMIT)).to.equal(number)
        expect(reader.bytes(reader.number())).to.deep.equal(bytes)
        reader.end()
      }),
    )
  })

  it('has one form of each number: whatever is accepted is written again as the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), (bytes) => {
        const answer = codeOf(() => {
          const reader = openReader(bytes)
          const number = reader.varint(LIMIT)
          const writer = openWriter()
          writer.varint(number)
          const written = writer.done()
          expect(written).to.deep.equal(bytes.subarray(0, written.length))
        })

        expect(answer).to.be.oneOf(['accepted', 'NOT_CANONICAL', 'LIMIT_PASSED', 'CUT_SHORT'])
      }),
      { numRuns: 2_000 },
    )
  })

  for (const [what, code, bytes] of [
    ['a number padded with zero', 'NOT_CANONICAL', [0x80, 0x00]],
    ['a number of ten bytes', 'LIMIT_PASSED', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a number of zeros without end', 'LIMIT_PASSED', new Array<number>(30).fill(0x80)],
    ['a number that does not end', 'CUT_SHORT', [0x80]],
  ] as const)
    it(`refuses ${what}`, () => {
      expect(codeOf(() => openReader(Uint8Array.from(bytes)).varint(LIMIT))).to.equal(code)
    })

  it('refuses a byte that nobody reads', () => {
    const reader = openReader(Uint8Array.of(1, 2))
    reader.byte()

    expect(codeOf(() => reader.end())).to.equal('TOO_LONG')
  })
})
