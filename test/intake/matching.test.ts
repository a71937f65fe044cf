import { expect } from 'chai'
import fc from 'fast-check'
import { proposeMatches, type OpenEntry, type OpenLine } from '../../intake/matching.ts'
import { Day } from '../../ledger/day.ts'

const line = (number: number, amount: number, { day = 100, texts = [] as string[] } = {}): OpenLine => ({ line: number, day: Day(day), amount: BigInt(amount), texts })
const entry = (number: number, amount: number, { day = 100, texts = [] as string[], fund = 1 } = {}): OpenEntry =>
  ({ fund, outflow: amount < 0, number, day: Day(day), amount: BigInt(amount), texts })
const told = (lines: OpenLine[], entries: OpenEntry[]) =>
  proposeMatches(lines, entries).map(({ lines, entries, score, why }) => ({ lines: lines.map(({ line }) => line), entries: entries.map(({ number }) => number), score, why }))

describe('Proposals for bank lines', () => {
  it('take the entry that names the bank’s number before an equal one of the same day', () => {
    expect(told([line(1, -5_000, { texts: ['20261121001'] })], [entry(1, -5_000), entry(2, -5_000, { day: 102, texts: ['20261121001'] })]))
      .to.deep.equal([{ lines: [1], entries: [2], score: 98, why: ['reference', 'amount', 'near day'] }])
  })

  it('take the name of the donor before an equal amount of nobody in particular', () => {
    expect(told([line(1, 5_000, { texts: ['王小明'] })], [entry(1, 5_000), entry(2, 5_000, { texts: ['王小明'] })])[0]?.entries).to.deep.equal([2])
  })

  it('find everybody in a crowd of one amount, and each by name first', () => {
    const names = Array.from({ length: 300 }, (_, at) => `捐赠人${at}`)
    const found = proposeMatches(
      names.map((name, at) => line(at + 1, 10_000, { texts: [name] })),
      names.toReversed().map((name, at) => entry(at + 1, 10_000, { texts: [name] })),
    )

    expect(found).to.have.length(300)
    for (const { lines, entries, score } of found) expect([score, lines[0]?.texts]).to.deep.equal([90, entries[0]?.texts])
  })

  it('take each of two equal gifts once', () => {
    const found = told([line(1, 100), line(2, 100)], [entry(1, 100), entry(2, 100)])

    expect(found.map(({ lines }) => lines[0]).toSorted()).to.deep.equal([1, 2])
    expect(found.map(({ entries }) => entries[0]).toSorted()).to.deep.equal([1, 2])
  })

  it('put a day’s gifts to the one sum that a platform paid out', () => {
    expect(told([line(1, 600, { day: 101 })], [entry(1, 100), entry(2, 200), entry(3, 300), entry(4, 999, { day: 99 })]))
      .to.deep.equal([{ lines: [1], entries: [1, 2, 3], score: 60, why: ['sum of entries', 'near day'] }])
  })

  it('put several lines to one payment', () => {
    expect(told([line(1, -400), line(2, -600)], [entry(7, -1_000)])).to.deep.equal([{ lines: [1, 2], entries: [7], score: 55, why: ['sum of lines', 'same day'] }])
  })

  it('never put a credit to a payment, nor what is too far away, nor what is a fen apart', () => {
    expect(told([line(1, 100)], [entry(1, -100)])).to.deep.equal([])
    expect(told([line(1, 100, { day: 100 })], [entry(1, 100, { day: 111 })])).to.deep.equal([])
    expect(told([line(1, 100)], [entry(1, 101)])).to.deep.equal([])
  })

  it('always agree to the fen, and use nothing twice', () => {
    const items = fc.array(fc.record({ amount: fc.integer({ min: -5, max: 5 }).filter((amount) => amount !== 0), day: fc.integer({ min: 100, max: 104 }) }), { maxLength: 12 })
    fc.assert(fc.property(items, items, (lines, entries) => {
      const found = proposeMatches(lines.map(({ amount, day }, at) => line(at + 1, amount, { day })), entries.map(({ amount, day }, at) => entry(at + 1, amount, { day })))
      const used = found.flatMap(({ lines, entries }) => [...lines.map(({ line }) => `line ${line}`), ...entries.map(({ number }) => `entry ${number}`)])
      const sum = (all: readonly { amount: bigint }[]) => all.reduce((total, { amount }) => total + amount, 0n)

      expect(new Set(used).size).to.equal(used.length)
      for (const { lines, entries } of found) expect(sum(lines)).to.equal(sum(entries))
    }))
  })
})
