import { expect } from 'chai'
import fc from 'fast-check'
import { Day } from '../../ledger/day.ts'
import { formatShare, headlineOf, sharesBy, traceabilityOf, type BankLine, type LineMatch } from '../../ledger/traceability.ts'

const line = (number: number, yuan: number): BankLine => ({ account: 1, line: number, day: Day(18_290), amount: BigInt(Math.round(yuan * 100)) })
const match = (number: number, yuan: number, whole = true): LineMatch => ({ account: 1, line: number, amount: BigInt(Math.round(yuan * 100)), whole })

describe('Traceability', () => {
  // features.md, S1: ¥1,000,000.00 of debits, of which ¥20,000.00 have no voucher.
  const debits = [line(1, -700_000), line(2, -280_000), line(3, -20_000)]
  const explained = [match(1, 700_000), match(2, 280_000)]

  it('is exactly 98.00% where ¥20,000.00 of ¥1,000,000.00 have no voucher', () => {
    const { debits: share, unexplained } = traceabilityOf(debits, explained)

    expect(formatShare(share)).to.equal('98.00%')
    expect(share).to.deep.equal({ all: 100_000_000n, explained: 98_000_000n })
    expect(unexplained).to.deep.equal([{ ...debits[2], left: 2_000_000n }])
  })

  it('falls by exactly the fen of a match that is taken away', () => {
    expect(traceabilityOf(debits, explained.slice(0, 1)).debits.explained).to.equal(98_000_000n - 28_000_000n)
  })

  it('falls when the bank paid something that is not in the book, though the book did not change', () => {
    const { debits: share } = traceabilityOf([...debits, line(4, -1)], explained)

    expect(share).to.deep.equal({ all: 100_000_100n, explained: 98_000_000n })
    expect(formatShare(share)).to.equal('97.99%')
  })

  it('does not count what is matched to an entry without a complete chain', () => {
    expect(traceabilityOf(debits, [...explained, match(3, 20_000, false)]).debits.explained).to.equal(98_000_000n)
  })

  it('keeps credits and debits apart, and publishes the lower one', () => {
    const both = traceabilityOf([...debits, line(5, 100)], [...explained, match(5, 99)])

    expect(formatShare(both.credits)).to.equal('99.00%')
    expect(headlineOf(both)).to.deep.equal(both.debits)
    expect(headlineOf({ credits: { all: 2n, explained: 1n }, debits: { all: 3n, explained: 2n } })).to.deep.equal({ all: 2n, explained: 1n })
    expect(headlineOf({ credits: { all: 0n, explained: 0n }, debits: { all: 3n, explained: 2n } })).to.deep.equal({ all: 3n, explained: 2n })
    expect(headlineOf({ credits: { all: 0n, explained: 0n }, debits: { all: 0n, explained: 0n } })).to.equal(undefined)
  })

  it('is never 100% while a single fen is unexplained', () => {
    expect(formatShare({ all: 10n ** 15n, explained: 10n ** 15n - 1n })).to.equal('99.99%')
    expect(formatShare({ all: 7n, explained: 7n })).to.equal('100.00%')
    expect(formatShare({ all: 0n, explained: 0n })).to.equal('—')
  })

  it('refuses more than a line has, and a line that is not there', () => {
    expect(() => traceabilityOf(debits, [match(3, 20_000), match(3, 0.01)])).to.throw(RangeError, 'line 3 of account 1 has 2000000 fen, 2000001 are matched')
    expect(() => traceabilityOf(debits, [match(9, 1)])).to.throw(RangeError, 'account 1 has no line 9')
  })

  it('adds up, whatever the lines: explained and unexplained are all that the bank moved', () => {
    fc.assert(fc.property(fc.array(fc.record({ amount: fc.bigInt(-10_000n, 10_000n).filter((amount) => amount !== 0n), part: fc.nat(100) })), (items) => {
      const lines = items.map(({ amount }, at) => ({ account: 1, line: at + 1, day: Day(0), amount }))
      const matches = items.map(({ amount, part }, at) => ({ account: 1, line: at + 1, amount: ((amount < 0n ? -amount : amount) * BigInt(part)) / 100n, whole: true }))
      const { credits, debits, unexplained } = traceabilityOf(lines, matches)
      const left = unexplained.reduce((sum, { left }) => sum + left, 0n)
      expect(credits.explained + debits.explained + left).to.equal(credits.all + debits.all)
    }))
  })

  it('is told of each account or month as it would be of its lines alone', () => {
    const lines = [[1, 0, 100n], [1, 40, -70n], [2, 0, -30n], [2, 40, 55n]].map(([account, day, amount], at) =>
      ({ account: Number(account), line: at + 1, day: Day(Number(day)), amount: BigInt(amount ?? 0) }))
    const matches = [{ account: 1, line: 1, amount: 60n, whole: true }, { account: 1, line: 2, amount: 70n, whole: false }, { account: 2, line: 4, amount: 55n, whole: true }]

    const byAccount = sharesBy(lines, traceabilityOf(lines, matches), ({ account }) => account)
    const byDay = sharesBy(lines, traceabilityOf(lines, matches), ({ day }) => day)

    expect([...byAccount]).to.deep.equal([
      [1, { credits: { all: 100n, explained: 60n }, debits: { all: 70n, explained: 0n } }],
      [2, { credits: { all: 55n, explained: 55n }, debits: { all: 30n, explained: 0n } }],
    ])
    expect([...byDay]).to.deep.equal([
      [0, { credits: { all: 100n, explained: 60n }, debits: { all: 30n, explained: 0n } }],
      [40, { credits: { all: 55n, explained: 55n }, debits: { all: 70n, explained: 0n } }],
    ])
  })
})
