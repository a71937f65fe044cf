import { expect } from 'chai'
import fc from 'fast-check'
import { Fen, formatYuan, parseYuan, readFen, sumFen } from '../../ledger/fen.ts'

describe('An amount of fen', () => {
  for (const [text, fen] of [['0.01', 1n], ['12', 1200n], ['12.5', 1250n], ['12.50', 1250n], ['1,234.50', 123450n],
    ['38422322.24', 3_842_232_224n], ['1,234,567', 123_456_700n], ['100.0000', 10_000n]] as const)
    it(`is ${fen} where a person types ${text}`, () => {
      expect(parseYuan(text)).to.equal(fen)
    })

  for (const text of ['', ' 1', '-1', '+1', '1.', '.5', '1.005', '38422322.23999998', '1e3', '12,34', '1,2345', '0x10', '¥1', '１', 'NaN',
    '1 000', '1234567890123456'])
    it(`is refused, never rounded, where a person types ${JSON.stringify(text)}`, () => {
      expect(() => parseYuan(text)).to.throw(RangeError, 'not an amount of yuan')
    })

  it('reads back what it writes', () => {
    fc.assert(fc.property(fc.bigInt(0n, 10n ** 17n - 1n), (fen) => {
      expect(parseYuan(formatYuan(Fen(fen)))).to.equal(fen)
    }))
  })

  for (const text of ['-1', '01', '1.0', '', '9223372036854775808', '1e3'])
    it(`does not read the string ${JSON.stringify(text)} of JSON`, () => {
      expect(() => readFen(text)).to.throw(RangeError)
    })

  it('is never negative and never beyond a signed 64-bit integer', () => {
    expect(() => Fen(-1n)).to.throw(RangeError, 'not an amount of fen: -1')
    expect(() => Fen(2n ** 63n)).to.throw(RangeError)
    expect(() => sumFen([Fen(2n ** 63n - 1n), Fen(1n)])).to.throw(RangeError)
    expect(readFen('9223372036854775807')).to.equal(2n ** 63n - 1n)
  })

  it('is written with separators and two digits', () => {
    expect(formatYuan(Fen(1n))).to.equal('0.01')
    expect(formatYuan(Fen(123_456_789n))).to.equal('1,234,567.89')
    expect(formatYuan(Fen(100_000n))).to.equal('1,000.00')
  })
})
