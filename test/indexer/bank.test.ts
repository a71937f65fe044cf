import { expect } from 'chai'
import type { Reader } from '../../indexer/read.ts'
import { Day } from '../../ledger/day.ts'
import { hash, MORNING, type Said } from './chain.ts'
import { readBook } from './readBook.ts'

const line = (name: string, amount: number, day: number) => [hash(`ref of ${name}`), amount, day, hash(`paper of ${name}`)]

const BOOK: Said[] = [
  ['AccountOpened', 1, 1, 100, 18_280, hash('account 1'), 3], // block 1
  ['AccountOpened', 2, 2, -7, 18_281, hash('account 2'), 3],
  ['LinesRecorded', 1, 1, 1, 18_289, 100, 350, hash('January'), 4, [line('gift', 300, 18_288), line('fee', -50, 18_289)]],
  ['LinesRecorded', 1, 2, 3, 18_291, 350, 330, hash('February'), 4, [line('books', -20, 18_290)]], // block 4
  ['LinesMatched', 1, 1, hash('matching'), 4, [[1, 1, false, 7, 100], [1, 1, false, 8, 150], [3, 1, true, 2, 20]]],
  ['MatchUndone', 1, 2, 3, hash('undoing'), 5], // block 6
  ['LineExplained', 1, 2, 3, hash('waiting'), 4],
  ['LineExplained', 1, 2, 1, hash('a fee'), 4],
]

describe('The reader of a mirror with bank accounts', () => {
  let reader: Reader

  before(async () => {
    reader = await readBook(...BOOK)
  })

  after(() => reader.close())

  it('knows how each account stands', () => {
    expect(reader.accounts()).to.deep.equal([
      {
        number: 1, community: 1, opening: 100n, openedOn: 18_280, through: 18_291, balance: 330n, lines: 3, statements: 2,
        matches: 3, paper: hash('account 1'), person: 3, openedAt: MORNING + 1,
      },
      {
        number: 2, community: 2, opening: -7n, openedOn: 18_281, through: 18_281, balance: -7n, lines: 0, statements: 0,
        matches: 0, paper: hash('account 2'), person: 3, openedAt: MORNING + 2,
      },
    ])
  })

  it('knows the statements of an account, each with its lines', () => {
    const common = { account: 1, person: 4 }

    expect(reader.bankStatements(1)).to.deep.equal([
      { ...common, number: 1, firstLine: 1, count: 2, through: 18_289, opening: 100n, closing: 350n, paper: hash('January'), recordedAt: MORNING + 3 },
      { ...common, number: 2, firstLine: 3, count: 1, through: 18_291, opening: 350n, closing: 330n, paper: hash('February'), recordedAt: MORNING + 4 },
    ])
    expect(reader.bankStatements(2)).to.deep.equal([])
  })

  it('knows of a line how much of it is matched, or why it has no entry', () => {
    expect(reader.bankLine(1, 1)).to.deep.equal({
      account: 1, number: 1, statement: 1, amount: 300n, day: 18_288, ref: hash('ref of gift'), paper: hash('paper of gift'), matched: 100n,
    })
    expect(reader.bankLine(1, 2)).to.deep.include({
      amount: -50n, matched: 0n, explained: { why: 'BankFee', paper: hash('a fee'), person: 4 },
    })
    expect([reader.bankLine(1, 4), reader.bankLine(2, 1)]).to.deep.equal([undefined, undefined])
    expect(reader.bankLineOfRef(1, hash('ref of fee'))).to.equal(2)
    expect(reader.bankLineOfRef(2, hash('ref of fee'))).to.equal(undefined)
  })

  describe('pages through lines', () => {
    const numbers = (page: Parameters<Reader['bankLines']>[1]) => reader.bankLines(1, page).map(({ number }) => number)
    const pages: [string, Parameters<Reader['bankLines']>[1], number[]][] = [
      ['from the newest down', { limit: 2 }, [3, 2]],
      ['further down', { before: 2, limit: 2 }, [1]],
      ['up from the first', { after: 0, limit: 2 }, [1, 2]],
      ['up to the last', { after: 2, limit: 2 }, [3]],
      ['of some days', { limit: 9, from: Day(18_289), to: Day(18_290) }, [3, 2]],
    ]
    for (const [what, page, expected] of pages) it(what, () => expect(numbers(page)).to.deep.equal(expected))
  })

  it('knows what a line or an entry was matched with, and what was undone', () => {
    const common = { account: 1, line: 1, fund: 1, outflow: false, paper: hash('matching'), person: 4, matchedAt: MORNING + 5 }
    const undone = { reason: 'WrongFund', paper: hash('undoing'), person: 5, at: MORNING + 6 }

    expect(reader.matchesOf(1, 1)).to.deep.equal([
      { ...common, number: 1, entry: 7, amount: 100n }, { ...common, number: 2, entry: 8, amount: 150n, undone },
    ])
    expect(reader.matchesOf(1, 2)).to.deep.equal([])
    expect(reader.matchesOfEntry(1, true, 2).map(({ line, amount }) => [line, amount])).to.deep.equal([[3, 20n]])
    expect(reader.matchesOfEntry(1, false, 2)).to.deep.equal([])
  })
})
