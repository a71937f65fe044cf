import { expect } from 'chai'
import { createHmac } from 'node:crypto'
import { ordinalsOf, refOf } from '../../ledger/refs.ts'

const KEY = Uint8Array.from({ length: 32 }, (_, place) => place)
const LINE = ['2020-01-29', '刘**', '10000', '']

describe('a ref', () => {
  it('is HMAC-SHA256 of the canonical line and its ordinal, as any other program computes it', () => {
    const text = '["mingzhang/ref/1",["2020-01-29","刘**","10000",""],"1"]'

    expect(refOf(KEY, LINE, 1)).to.equal(`0x${createHmac('sha256', KEY).update(text).digest('hex')}`)
    expect(refOf(KEY, LINE, 1)).to.equal('0x23430a4aae7915804b266887a13adc7a3862d431731c7d7f8c8561867490a481')
  })

  it('differs with the key, the ordinal, and where one field ends', () => {
    const refs = [
      refOf(KEY, LINE, 1), refOf(KEY, LINE, 2), refOf(new Uint8Array(32), LINE, 1),
      refOf(KEY, ['2020-01-29', '刘*', '*10000', ''], 1), refOf(KEY, ['2020-01-29', '刘**', '10000'], 1),
    ]

    expect(new Set(refs).size).to.equal(5)
  })

  it('needs a key of 32 bytes and an ordinal from 1', () => {
    expect(() => refOf(KEY.subarray(1), LINE, 1)).to.throw(RangeError, 'a book key has 32 bytes, not 31')
    for (const ordinal of [0, -1, 1.5, NaN])
      expect(() => refOf(KEY, LINE, ordinal)).to.throw(RangeError, `not an ordinal: ${ordinal}`)
  })

  it('counts equal lines from 1, each by itself', () => {
    expect(ordinalsOf([['a'], ['b'], ['a'], ['a', ''], ['b'], ['a']])).to.deep.equal([1, 1, 2, 1, 2, 3])
  })
})
