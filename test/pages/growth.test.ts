import { expect } from 'chai'
import { couldBecome, type Gift } from '../../api/pages/browser/growth.ts'
import { readTold } from '../../api/pages/browser/told.ts'
import type { BackTold, PartTold, SpentTold } from '../../api/pages/browser/sentences.ts'
import { parseDay } from '../../ledger/day.ts'
import { Fen } from '../../ledger/fen.ts'
import type { State } from '../../ledger/words.ts'

const PAPER = `0x${'11'.repeat(32)}` as const

const gift = (...parts: PartTold[]): Gift => ({
  fund: 1, inflow: { number: 2, amount: Fen(100n), effectiveOn: parseDay('2020-01-29'), source: 'Donation', paper: PAPER }, parts,
})
const lying = (from: bigint, to: bigint, fund = 1): PartTold => ({ place: 'fund', fund, from: Fen(from), to: Fen(to) })
const paid = (from: bigint, to: bigint, number: number, state: State = 'Executed', back: BackTold[] = []): SpentTold => ({
  place: 'outflow', from: Fen(from), to: Fen(to), backFrom: back[0]?.from ?? Fen(to), back,
  outflow: { fund: 1, number, kind: 'Payment', state, paper: PAPER },
})
const returned = (from: bigint, to: bigint, ...parts: PartTold[]): BackTold =>
  ({ fund: 1, inflow: 9, effectiveOn: parseDay('2020-02-08'), source: 'Return', from: Fen(from), to: Fen(to), parts })

/** ¥0.60 paid, ¥0.40 unspent. */
const EARLIER = gift(paid(0n, 60n, 1), lying(60n, 100n))

describe('One trace of a gift', () => {
  const HONEST: Record<string, Gift> = {
    'nothing has happened': EARLIER,
    'what was paid is accepted': gift(paid(0n, 60n, 1, 'Accepted'), lying(60n, 100n)),
    'unspent fen were paid': gift(paid(0n, 60n, 1), paid(60n, 70n, 2), lying(70n, 100n)),
    'some of what was paid came back': gift(paid(0n, 60n, 1, 'Executed', [returned(50n, 60n, lying(50n, 60n))]), lying(60n, 100n)),
  }
  for (const [what, later] of Object.entries(HONEST)) it(`can become another when ${what}`, () => expect(couldBecome(EARLIER, later)).to.equal(true))

  const LIES: Record<string, Gift> = {
    'the amount is another': { ...EARLIER, inflow: { ...EARLIER.inflow, amount: Fen(101n) } },
    'the paper is another': { ...EARLIER, inflow: { ...EARLIER.inflow, paper: `0x${'22'.repeat(32)}` } },
    'the day is another': { ...EARLIER, inflow: { ...EARLIER.inflow, effectiveOn: parseDay('2020-01-30') } },
    'a payment is left out': gift(lying(0n, 100n)),
    'a payment is smaller': gift(paid(0n, 50n, 1), lying(50n, 100n)),
    'a payment is larger than it was': gift(paid(0n, 70n, 1), lying(70n, 100n)),
    'a payment stands elsewhere': gift(lying(0n, 40n), paid(40n, 100n, 1)),
    'a payment is exchanged for another': gift(paid(0n, 60n, 3), lying(60n, 100n)),
    'its paper is exchanged': gift({ ...paid(0n, 60n, 1), outflow: { ...paid(0n, 60n, 1).outflow, paper: `0x${'22'.repeat(32)}` } }, lying(60n, 100n)),
    'its kind is another': gift({ ...paid(0n, 60n, 1), outflow: { ...paid(0n, 60n, 1).outflow, kind: 'Refund' } }, lying(60n, 100n)),
    'it went back a step': gift(paid(0n, 60n, 1, 'Approved'), lying(60n, 100n)),
    'a payment that was done took more': gift(paid(0n, 60n, 1), paid(60n, 80n, 1), lying(80n, 100n)),
    'unspent fen lie in another fund': gift(paid(0n, 60n, 1), lying(60n, 100n, 2)),
    'unspent fen were paid from another fund': gift(paid(0n, 60n, 1), { ...paid(60n, 100n, 1), outflow: { ...paid(60n, 100n, 4).outflow, fund: 2 } }),
    'some fen are nowhere': gift(paid(0n, 60n, 1), lying(70n, 100n)),
    'some fen are in two places': gift(paid(0n, 60n, 1), lying(50n, 100n)),
  }
  for (const [what, later] of Object.entries(LIES)) it(`cannot become another where ${what}`, () => expect(couldBecome(EARLIER, later)).to.equal(false))

  it('keeps what came back where it arrived', () => {
    const before = gift(paid(0n, 100n, 1, 'Accepted', [returned(80n, 100n, paid(80n, 90n, 2), lying(90n, 100n))]))
    const more = { ...returned(70n, 80n, lying(70n, 80n)), inflow: 10 }

    const honest = gift(paid(0n, 100n, 1, 'Accepted', [more, returned(80n, 100n, paid(80n, 90n, 2), paid(90n, 100n, 3))]))
    const hidden = gift(paid(0n, 100n, 1, 'Accepted', [returned(80n, 100n, lying(80n, 100n))]))
    const none = gift(paid(0n, 100n, 1, 'Accepted'))
    const moved = gift(paid(0n, 100n, 1, 'Accepted', [{ ...returned(80n, 100n, paid(80n, 90n, 2), lying(90n, 100n)), inflow: 11 }]))

    expect([honest, hidden, none, moved].map((later) => couldBecome(before, later))).to.deep.equal([true, false, false, false])
  })

  it('lets an outflow in instalments take more', () => {
    expect(couldBecome(gift(paid(0n, 60n, 1, 'Approved'), lying(60n, 100n)), gift(paid(0n, 60n, 1), paid(60n, 100n, 1)))).to.equal(true)
  })
})

describe('What the server tells in numbers', () => {
  for (const answer of [undefined, null, 7, {}, { fund: 1, inflow: {}, parts: [], head: { number: 1 } }, { fund: 1, parts: 'x' }])
    it(`is not believed to be a trace when it is ${JSON.stringify(answer)}`, () => expect(readTold(answer)).to.equal(undefined))
})
