import { expect } from 'chai'
import fc from 'fast-check'
import { formatDay, type Day } from '../../../ledger/day.ts'
import type { Hex } from '../../../ledger/hex.ts'
import { newLines, type Known, type Overlap } from '../../../intake/statements/overlap.ts'
import type { Statement } from '../../../intake/statements/statement.ts'
import { boc, day, readLines, wechat } from './files.ts'

const OWNER = { bookKey: new Uint8Array(32).fill(7), account: '基本户' }
const MAPPING = { date: '日期', amount: '金额', balance: '余额', document: '号' }

/** A statement of `[day of January, yuan, document]`, its balances counted from `opening` yuan. */
function january(opening: number, rows: readonly (readonly [number, number, string])[]): Statement {
  let balance = opening
  const lines = rows.map(([date, yuan, document]) => `2024-01-${String(date).padStart(2, '0')},${yuan},${(balance += yuan)},${document}`)
  return readLines(['日期,金额,余额,号', ...lines], { mapping: MAPPING })
}

/** What a book knows that recorded all of a statement. */
function knownOf(statement: Statement, through: Day = statement.through): Known {
  const refs = new Map<Day, Hex[]>()
  for (const line of newLines(statement, undefined, OWNER).added) refs.set(line.day, [...(refs.get(line.day) ?? []), line.ref])
  return { refs, through, ...(statement.closing !== undefined && { balance: statement.closing }) }
}

const rowsOf = ({ added, known }: Overlap) => [added, known].map((lines) => lines.map(({ row }) => row))

describe('a statement beside what is recorded already', () => {
  const first = january(0, [[1, 10, 'a'], [2, 20, 'b'], [2, 5, 'b'], [3, 30, 'c']])

  it('is all new to a book that has nothing of the account', () => {
    const { added, known, changes, gap } = newLines(first, undefined, OWNER)

    expect(added.map(({ row, ordinal }) => [row, ordinal])).to.deep.equal([[2, 1], [3, 1], [4, 1], [5, 1]])
    expect(new Set(added.map(({ ref }) => ref)).size).to.equal(4)
    expect([known, changes, gap]).to.deep.equal([[], [], undefined])
  })

  it('adds nothing when it is the same', () => {
    const overlap = newLines(first, knownOf(first), OWNER)

    expect(rowsOf(overlap)).to.deep.equal([[], [2, 3, 4, 5]])
    expect([overlap.changes, overlap.gap]).to.deep.equal([[], undefined])
  })

  it('adds what comes after, and what came later on the last day', () => {
    const next = january(10, [[2, 20, 'b'], [2, 5, 'b'], [3, 30, 'c'], [3, 1, 'd'], [4, -6, 'e']])

    const overlap = newLines(next, knownOf(first, day('2024-01-02')), OWNER)

    expect(rowsOf(overlap)).to.deep.equal([[5, 6], [2, 3, 4]])
    expect([overlap.changes, overlap.gap]).to.deep.equal([[], undefined])
  })

  it('tells a line that the bank put into a day already recorded, and the later one whose balance it moved', () => {
    const told = january(0, [[1, 10, 'a'], [2, 20, 'b'], [2, 5, 'b'], [2, 7, 'x'], [3, 30, 'c'], [4, 1, 'd']])

    const { added, changes } = newLines(told, knownOf(first), OWNER)

    expect(changes.map(({ day, missing, found }) => [formatDay(day), missing.length, found.map(({ row }) => row)]))
      .to.deep.equal([['2024-01-02', 0, [5]], ['2024-01-03', 1, [6]]])
    expect(added.map(({ row }) => row)).to.deep.equal([7])
  })

  it('tells a changed line with both: what is recorded and no longer there, and what is there now', () => {
    const known = knownOf(wechat())
    const [line] = newLines(wechat(), undefined, OWNER).added.filter(({ row }) => row === 22)

    const { added, changes } = newLines(wechat(['收款方备注:二维码收款,收入,¥23.00,零钱,已收钱', '收款方备注:二维码收款,收入,¥23.00,零钱,已全额退款']), known, OWNER)

    expect(added).to.deep.equal([])
    expect(changes).to.have.length(1)
    expect(changes[0]?.missing).to.deep.equal([line?.ref])
    expect(changes[0]?.found.map(({ row, amount }) => [row, amount])).to.deep.equal([[22, 2_300n]])
  })

  it('tells a recorded line that is gone, but only of days that it covers whole', () => {
    const known = knownOf(first)
    const without = january(0, [[1, 10, 'a'], [2, 20, 'b'], [3, 30, 'c']])
    const later = january(35, [[3, 30, 'c'], [5, 1, 'd']])

    expect(newLines(without, { ...known, balance: 6_000n }, OWNER).changes.map(({ day, missing }) => [formatDay(day), missing.length]))
      .to.deep.equal([['2024-01-02', 1], ['2024-01-03', 0]])
    expect(newLines(later, known, OWNER).changes).to.deep.equal([])
  })

  it('tells a gap by the balance, and by the days where there is none', () => {
    const later = january(100, [[5, 1, 'd']])
    const withoutBalance = { ...later }
    delete withoutBalance.closing

    expect(newLines(later, knownOf(first), OWNER).gap?.zh)
      .to.equal('bank.csv：接不上已登记的流水：已登记的余额是 65.00，本流水由此之前的余额是 100.00，中间可能缺了一段')
    expect(newLines(withoutBalance, knownOf(first), OWNER).gap?.en)
      .to.equal('bank.csv: recorded through 2024-01-03, and this statement begins on 2024-01-05: nothing covers the days between')
    expect(newLines(january(65, [[5, 1, 'd']]), knownOf(first), OWNER).gap).to.equal(undefined)
  })

  it('of days before all that is recorded is new, when the book says from when it records', () => {
    const earlier = january(-3, [[1, 3, 'z'], [1, 10, 'a']])
    const from = day('2024-01-02')
    const known = knownOf(january(10, [[2, 20, 'b'], [3, 30, 'c']]))

    expect(rowsOf(newLines(earlier, { ...known, from }, OWNER))).to.deep.equal([[2, 3], []])
    expect(newLines(earlier, known, OWNER).changes).to.have.length(1)
  })

  it('is told apart by account: two accounts may have equal lines', () => {
    const overlap = newLines(first, knownOf(first), { ...OWNER, account: '专用户' })

    expect(overlap.known).to.deep.equal([])
  })

  it('with problems is refused, and the first is named with the number of the others', () => {
    expect(() => newLines(boc(['"6,602.09"', '"6,602.19"']), undefined, OWNER))
      .to.throw(RangeError, '第 12 行 E 列（余额）：“6,586.61”余额接不上').and.to.have.property('message').that.includes('（另有 1 处）')
  })
})

describe('a month of one account, exported in overlapping pieces', () => {
  it('is recorded once, line by line, whichever way the files run and however alike its lines', () => {
    const seen = { equal: 0, newestFirst: 0, known: 0 }
    const movement = fc.record({ date: fc.integer({ min: 1, max: 28 }), yuan: fc.constantFrom(1, 2, -1), document: fc.constantFrom('a') })
    fc.assert(fc.property(
      fc.array(movement, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 10 }), fc.boolean(), fc.boolean(),
      (movements, cut, back, isNewestFirst, hasBalances) => {
        const all = [...movements].sort((a, b) => a.date - b.date)
        let balance = 0
        const lines = all.map(({ date, yuan, document }) => {
          balance += yuan
          return { date, text: `2024-01-${String(date).padStart(2, '0')},${yuan},${hasBalances ? balance : ''},${document}` }
        })
        const exported = (from: number, through: number) => {
          const part = lines.filter(({ date }) => date >= from && date <= through).map(({ text }) => text)
          const [begin, end] = [from, through].map((date) => `2024-01-${String(date).padStart(2, '0')}`)
          const head = [`起始日期：${begin} 终止日期：${end}`, '日期,金额,余额,号']
          return part.length === 0 ? undefined : readLines([...head, ...(isNewestFirst ? part.reverse() : part)], { mapping: MAPPING })
        }
        const [first, second] = [exported(1, cut), exported(Math.max(1, cut - back), 28)]
        const added = first ? newLines(first, undefined, OWNER).added : []
        const known = first && knownOf(first)
        const overlap = second ? newLines(second, known, OWNER) : { added: [], known: [], changes: [] }

        expect(overlap.changes).to.deep.equal([])
        if (hasBalances) expect(overlap).not.to.have.property('gap')
        const refs = [...added, ...overlap.added].map(({ ref }) => ref)
        expect(new Set(refs).size).to.equal(all.length)
        expect(refs).to.have.length(all.length)
        seen.equal += [...added, ...overlap.added].filter(({ ordinal }) => ordinal > 1).length
        seen.newestFirst += isNewestFirst ? 1 : 0
        seen.known += overlap.known.length
      },
    ), { seed: 20240901, numRuns: 200 })

    for (const [what, times] of Object.entries(seen)) expect(times, what).to.be.greaterThan(20)
  })
})
