import { expect } from 'chai'
import { formatMoney, readMoney } from '../../../intake/statements/money.ts'

describe('an amount of a statement', () => {
  for (const [text, amount] of [
    ['100', 10_000n], ['+10000.00', 1_000_000n], ['-10.00', -1_000n], ['－１，２３４．５０', -123_450n], ['−0.01', -1n], ['(8.80)', -880n],
    ['¥28.16', 2_816n], ['-¥28.16', -2_816n], ['¥-28.16', -2_816n], ['￥50.0', 5_000n], ['1,234,567.89', 123_456_789n],
    ['+0.00', 0n], ['0', 0n], ['12.3400', 1_234n], ['100元', 10_000n], ['90071992547409.93', 9_007_199_254_740_993n],
    ['', undefined], ['-', undefined], ['--', undefined], ['/', undefined], ['------------------', undefined], [' \u3000', undefined],
    ['100.001', 'AMOUNT_FINER_THAN_FEN'], ['0.30000000000000004', 'AMOUNT_FINER_THAN_FEN'],
    ['12,34.50', 'AMOUNT_UNREADABLE'], ['xx,yyyy.zz', 'AMOUNT_UNREADABLE'], ['--5', 'AMOUNT_UNREADABLE'], ['+-5', 'AMOUNT_UNREADABLE'],
    ['(5', 'AMOUNT_UNREADABLE'], ['5)', 'AMOUNT_UNREADABLE'], ['(-5)', 'AMOUNT_UNREADABLE'], ['-(5)', 'AMOUNT_UNREADABLE'],
    ['1e3', 'AMOUNT_UNREADABLE'], ['壹佰', 'AMOUNT_UNREADABLE'], ['1'.repeat(1_000), 'AMOUNT_UNREADABLE'],
  ] as const)
    it(`written ${JSON.stringify(text.slice(0, 30))} is ${amount}`, () => {
      const reading = readMoney(text, 2)

      expect('ok' in reading ? reading.ok : reading.fault.code).to.equal(amount)
    })

  it('of a currency without minor units is whole', () => {
    expect(readMoney('1,000', 0)).to.deep.equal({ ok: 1_000n })
    expect(readMoney('1,000.00', 0)).to.deep.equal({ ok: 1_000n })
    expect(readMoney('1,000.50', 0)).to.have.nested.property('fault.code', 'AMOUNT_FINER_THAN_FEN')
  })

  it('is written as it was printed', () => {
    expect([formatMoney(-123_456n, 2), formatMoney(5n, 2), formatMoney(-1_234_567n, 0)]).to.deep.equal(['-1,234.56', '0.05', '-1,234,567'])
  })
})
