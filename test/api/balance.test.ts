import { expect } from 'chai'
import fc from 'fast-check'
import { balanceOf, type EntrySide, type LineSide, type MatchSide } from '../../api/desk/balance.ts'

type Entry = { outflow: boolean; inDays: bigint; outOfDays: bigint; isOther?: boolean }
type Match = { line: number; entry: number; amount: bigint; elsewhere: boolean }

/** What the mirror would tell of lines and entries after matches that nobody judged. */
function sidesOf(lines: readonly bigint[], entries: readonly Entry[], matches: readonly Match[]): [LineSide[], EntrySide[], MatchSide[]] {
  const fen = (ones: readonly Match[]) => ones.reduce((all, { amount }) => all + amount, 0n)
  const here = matches.filter(({ elsewhere }) => !elsewhere)
  const count = (amount: bigint) => ({ count: amount === 0n ? 0 : 1, amount })
  return [
    lines.map((amount, at) => ({ amount, matched: fen(here.filter(({ line }) => line === at)), said: at % 3 === 0 })),
    entries.map(({ outflow, inDays, outOfDays, isOther = false }, at) => {
      const [mine, others] = [here, matches.filter(({ elsewhere }) => elsewhere)].map((ones) => fen(ones.filter(({ entry }) => entry === at)))
      const claimed = mine! + others!
      const openInDays = inDays > claimed ? inDays - claimed : 0n
      const over = claimed > inDays ? claimed - inDays : 0n
      return { outflow, inDays: count(inDays), outOfDays, openInDays: count(openInDays), openOutOfDays: outOfDays > over ? outOfDays - over : 0n, here: mine!, elsewhere: others!, isOther }
    }),
    here.map(({ line, entry, amount }) => ({ line: lines[line]! < 0n ? -1n : 1n, outflow: entries[entry]!.outflow, amount })),
  ]
}

describe('The bank reconciliation statement', () => {
  it('brings the bank’s balance and the book’s together by what each has alone', () => {
    const lines = [10_000n, -4_000n, 500n, -36n]
    const entries = [{ outflow: false, inDays: 10_000n, outOfDays: 0n }, { outflow: true, inDays: 6_000n, outOfDays: 0n }, { outflow: false, inDays: 700n, outOfDays: 0n }]
    const matches = [{ line: 0, entry: 0, amount: 10_000n, elsewhere: false }, { line: 1, entry: 1, amount: 4_000n, elsewhere: false }]
    const [lineSides, entrySides, matchSides] = sidesOf(lines, entries, matches)

    const told = balanceOf({ opening: 1_000n, balance: 7_464n }, lineSides, entrySides, matchSides)

    expect(told.book.balance).to.equal(1_000n + 10_000n - 6_000n + 700n)
    expect(told.onlyBook).to.deep.equal({ credits: { count: 1, amount: 700n }, debits: { count: 1, amount: 2_000n } })
    expect(told.waiting).to.deep.equal({ credits: { count: 1, amount: 500n }, debits: { count: 0, amount: 0n } })
    expect(told.said).to.deep.equal({ credits: { count: 0, amount: 0n }, debits: { count: 1, amount: 36n } })
    expect(told.adjusted).to.deep.equal({ bank: 6_164n, book: 6_164n })
    expect(told.faults).to.equal(0n)
  })

  it('agrees to the fen whatever lines, entries and matches there are, be they too much, the wrong way or of another account', () => {
    const fen = fc.bigInt({ min: 1n, max: 2_000n })
    const some = fc.array(fc.tuple(fc.boolean(), fen).map(([isOut, amount]) => (isOut ? -amount : amount)), { minLength: 1, maxLength: 8 })
    const booked = fc.array(fc.record({ outflow: fc.boolean(), inDays: fc.bigInt({ min: 0n, max: 2_000n }), outOfDays: fc.bigInt({ min: 0n, max: 500n }), isOther: fc.boolean() }), { minLength: 1, maxLength: 8 })
    const matched = fc.array(fc.record({ line: fc.nat(7), entry: fc.nat(7), amount: fen, elsewhere: fc.boolean() }), { maxLength: 12 })
    fc.assert(fc.property(some, booked, matched, fc.bigInt({ min: -5_000n, max: 5_000n }), (lines, entries, all, opening) => {
      const matches = all.filter(({ line, entry }) => line < lines.length && entry < entries.length)
      const balance = lines.reduce((sum, amount) => sum + amount, opening)

      const told = balanceOf({ opening, balance }, ...sidesOf(lines, entries, matches))

      expect(told.adjusted.book).to.equal(told.adjusted.bank)
      expect(told.bank.balance).to.equal(opening + told.bank.credits.amount - told.bank.debits.amount)
    }))
  })

  it('says that they differ when the register’s balance is not that of its lines', () => {
    const { adjusted } = balanceOf({ opening: 0n, balance: 999n }, [{ amount: 1_000n, matched: 0n, said: false }], [], [])

    expect(adjusted).to.deep.equal({ bank: 999n, book: 1_000n })
  })
})
