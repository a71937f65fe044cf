import { expect } from 'chai'
import fc from 'fast-check'
import { proposeMatches, SURE, type OpenEntry, type OpenLine } from '../../intake/matching.ts'
import { Day } from '../../ledger/day.ts'

const line = (number: number, amount: number, { day = 100, texts = [] as string[], name = '' } = {}): OpenLine =>
  ({ line: number, day: Day(day), amount: BigInt(amount), ...saying(texts, name) })
const entry = (number: number, amount: number, { day = 100, texts = [] as string[], fund = 1, name = '' } = {}): OpenEntry =>
  ({ fund, outflow: amount < 0, number, day: Day(day), amount: BigInt(amount), ...saying(texts, name) })
const saying = (texts: string[], name: string) => (name === '' ? { texts } : { name, texts: [name, ...texts] })
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
      .to.deep.equal([{ lines: [1], entries: [1, 2, 3], score: 58, why: ['sum of entries', 'near day'] }])
  })

  it('put several lines to one payment', () => {
    expect(told([line(1, -400), line(2, -600)], [entry(7, -1_000)])).to.deep.equal([{ lines: [1, 2], entries: [7], score: 55, why: ['sum of lines', 'same day'] }])
  })

  it('put the two payments of one person to their own gift, not to an equal one of somebody else', () => {
    const shen = [line(14, 60_000, { day: 114, name: '沈明' }), line(12, 40_000, { day: 114, name: '沈明' })]
    const xu = [line(20, 3_000, { day: 120, name: '许静' }), line(21, 2_000, { day: 120, name: '许静' })]
    const gifts = [
      entry(1, 100_000, { day: 110, name: '陈静' }), entry(2, 100_000, { day: 114, name: '沈明' }),
      entry(3, 5_000, { day: 118, name: '秦建国' }), entry(4, 5_000, { day: 120, name: '许静' }),
    ]

    for (const entries of [gifts, gifts.toReversed()])
      expect(told([...shen, ...xu], entries)).to.have.deep.members([
        { lines: [14, 12], entries: [2], score: 86, why: ['name', 'sum of lines', 'same day'] },
        { lines: [20, 21], entries: [4], score: 86, why: ['name', 'sum of lines', 'same day'] },
      ])
  })

  it('put nothing together against the names of both sides, and what names nobody is no name', () => {
    const two = [line(1, 600, { name: '沈明' }), line(2, 400, { name: '沈明' })]
    expect(told(two, [entry(1, 1_000, { name: '陈静' })])).to.deep.equal([])
    expect(told([line(1, 1_000, { name: '沈明' })], [entry(1, 600, { name: '陈静' }), entry(2, 400, { name: '陈静' })])).to.deep.equal([])
    expect(told(two, [entry(1, 1_000, { name: '匿名' })])).to.have.length(1)
    expect(told([line(1, 1_000, { name: '财付通支付科技有限公司' })], [entry(1, 600, { name: '陈静' }), entry(2, 400, { name: '沈明' })])[0])
      .to.deep.include({ entries: [1, 2], score: 60 })
  })

  it('split the line of one person over what stands in a row of their gifts, the nearest days first', () => {
    const gifts = [entry(1, 100, { day: 95, name: '许静' }), entry(2, 200, { day: 99, name: '许静' }), entry(3, 300, { name: '许静' }), entry(4, 200, { day: 109, name: '许静' })]
    expect(told([line(1, 500, { name: '许静' })], gifts)).to.deep.equal([{ lines: [1], entries: [2, 3], score: 84, why: ['name', 'sum of entries', 'near day'] }])
  })

  it('take the name of several lines before an equal amount of one line that says another name', () => {
    const found = told([line(1, 1_000, { name: '王五' }), line(2, 600, { name: '沈明' }), line(3, 400, { name: '沈明' })], [entry(1, 1_000, { name: '沈明' })])
    expect(found.map(({ lines }) => lines)).to.deep.equal([[2, 3]])
  })

  it('are never sure where two entries fit equally, and are where the other one is spoken for', () => {
    const gifts = [entry(1, 5_000, { name: '许静' }), entry(2, 5_000, { name: '许静', fund: 2 })]
    const one = told([line(1, 5_000, { name: '许静' })], gifts)
    const both = told([line(1, 2_000, { name: '许静' }), line(2, 3_000, { name: '许静' })], gifts)
    const spoken = told([line(1, 5_000, { name: '许静' }), line(2, 5_000, { texts: ['20261121001'] })], [gifts[0]!, entry(2, 5_000, { name: '许静', texts: ['20261121001'] })])

    for (const found of [one, both]) {
      expect(found).to.have.length(1)
      expect(found[0]!.score).to.be.lessThan(SURE)
      expect(found[0]!.why).to.include('rival')
    }
    expect(spoken.map(({ lines, entries, score }) => [lines, entries, score])).to.deep.equal([[[2], [2], 100], [[1], [1], 90]])
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
