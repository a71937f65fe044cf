import { expect } from 'chai'
import { joinTraces } from '../../proof/check/join.ts'
import { sentencesOf } from '../../proof/check/sentences.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import type { PieceRange } from '../../proof/prove/route.ts'
import {
  ACCOUNTANT,
  APPROVER,
  approve,
  BATCH,
  CASHIER,
  DONATION,
  DUPLICATE,
  filledFund,
  inflow,
  loadFixture,
  openFunds,
  PAPER,
  pay,
  proven,
  ref,
  TODAY,
  voucher,
} from '../contracts/fixture.ts'
import { proverOf, sealHead } from './book.ts'
import { longBook, returnedElsewhereBook, travelledBook } from './books.ts'

/** P ¥120.00 of the example was paid, the tail of B voided, Q ¥0.01 paid. */
async function exampleBook() {
  const book = await filledFund()
  await pay(book, 12_000n, 'P')
  await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 3_000n, DUPLICATE, voucher('void of B'))
  await pay(book, 1n, 'Q')
  return book
}

async function factsOf(book: Awaited<ReturnType<typeof openFunds>>, fund: number, inflow: number, range?: PieceRange) {
  const { anchor, prover } = await proverOf(book)
  return verifyTrace(await prover.trace({ fund, inflow, ...(range && { range }) }, await sealHead(anchor)), anchor)
}

describe('A trace proof', () => {
  it('proves the payment that took the donation, who took its steps, and what block says so', async () => {
    const book = await loadFixture(exampleBook)

    const facts = await factsOf(book, 1, 1)

    expect(facts.inflow).to.deep.equal({
      number: 1,
      batch: 1,
      ref: ref('A'),
      start: 0n,
      amount: 10_000n,
      paper: BATCH.items[0]?.paper,
      effectiveOn: TODAY,
      source: 'Donation',
      recorder: ACCOUNTANT,
      cut: 0n,
    })
    expect(facts.line).to.deep.equal({ received: 15_001n, cursor: 15_001n, uncrossed: 0n, held: 0n })
    expect(facts.parts).to.deep.equal([
      {
        place: 'outflow',
        from: 0n,
        to: 10_000n,
        piece: 1,
        offset: 0n,
        backFrom: 10_000n,
        back: [],
        outflow: {
          fund: 1,
          number: 1,
          kind: 'Payment',
          state: 'Executed',
          amount: 12_000n,
          paid: 12_000n,
          returned: 0n,
          proposer: ACCOUNTANT,
          approver: APPROVER,
          cashier: CASHIER,
          paper: PAPER,
        },
      },
    ])
    expect(facts.sealers).to.have.length(2)
    expect(facts.block.number).to.be.greaterThan(0n)
  })

  it('proves the parts of a donation that was spent and voided, to the fen', async () => {
    const book = await loadFixture(exampleBook)

    const facts = await factsOf(book, 1, 2)

    expect(facts.parts.map(({ from, to, place }) => [from, to, place])).to.deep.equal([
      [0n, 2_000n, 'outflow'],
      [2_000n, 5_000n, 'outflow'],
    ])
    expect(facts.sums).to.deep.equal({ paid: 2_000n, refunded: 0n, voided: 3_000n, unspent: 0n, untraced: 0n })
    expect(facts.inflow.cut).to.equal(3_000n)
  })

  it('proves that what is not spent lies in its fund', async () => {
    const facts = await factsOf(await loadFixture(filledFund), 1, 3)

    expect(facts.parts).to.deep.equal([{ place: 'fund', fund: 1, from: 0n, to: 1n }])
    expect(facts.sums.unspent).to.equal(1n)
  })

  it('follows what came back, through a transfer, into the other fund', async () => {
    const facts = await factsOf(await loadFixture(travelledBook), 1, 1)

    expect(facts.sums).to.deep.equal({ paid: 8_000n, refunded: 0n, voided: 0n, unspent: 2_000n, untraced: 0n })
    expect(
      sentencesOf(facts)
        .map(({ en }) => en)
        .slice(0, -1),
    ).to.deep.equal([
      'Inflow 1 of fund 1 (donation, 2090-01-02): ¥100.00.',
      '¥60.00 went into payment 1 of fund 1 (paid).',
      '¥5.00 went into payment 1 of fund 2 (paid).',
      '¥10.00 is unspent, in fund 2.',
      '¥10.00 is unspent, in fund 1.',
      '¥15.00 went into payment 1 of fund 2 (paid).',
    ])
  })

  it('follows what came back to another fund when its own was closed', async () => {
    const facts = await factsOf(await loadFixture(returnedElsewhereBook), 1, 1)

    expect(facts.sums).to.deep.equal({ paid: 9_000n, refunded: 0n, voided: 0n, unspent: 1_000n, untraced: 0n })
    expect(sentencesOf(facts).map(({ en }) => en).slice(0, -1)).to.deep.equal([
      'Inflow 1 of fund 1 (donation, 2090-01-02): ¥100.00.',
      '¥70.00 went into payment 1 of fund 1 (paid).',
      '¥20.00 went into payment 1 of fund 2 (paid).',
      '¥10.00 is unspent, in fund 2.',
    ])
  })

  it('says plainly where it does not follow any further', async () => {
    const book = await loadFixture(travelledBook)
    const { anchor, prover } = await proverOf(book, (index) => ({ ...index, returnsOf: () => [] }))

    const facts = verifyTrace(await prover.trace({ fund: 1, inflow: 1 }, await sealHead(anchor)), anchor)

    expect(facts.sums).to.deep.equal({ paid: 6_000n, refunded: 0n, voided: 0n, unspent: 0n, untraced: 4_000n })
    expect(sentencesOf(facts)[2]?.zh).to.equal('¥40.00 从基金 1 第 1 笔拨付退回，本证明没有再往下追溯。')
  })

  it('proves a long history in ranges, which together are the whole', async () => {
    const book = await loadFixture(longBook)
    const whole = await factsOf(book, 1, 1)

    const ranges = [
      await factsOf(book, 1, 1, { skip: 0, count: 2 }),
      await factsOf(book, 1, 1, { skip: 2, count: 1 }),
      await factsOf(book, 1, 1, { skip: 3, count: 9 }),
    ]

    expect(ranges.map(({ from, to }) => [from, to])).to.deep.equal([
      [0n, 6_000n],
      [6_000n, 9_000n],
      [9_000n, 10_000n],
    ])
    expect(ranges[1]?.sums).to.deep.equal({ paid: 1_000n, refunded: 0n, voided: 0n, unspent: 2_000n, untraced: 0n })
    expect(joinTraces(ranges)).to.deep.equal(whole)
  })

  it('has no range after the last piece', async () => {
    const book = await loadFixture(longBook)

    const failed = await factsOf(book, 1, 1, { skip: 4, count: 1 }).catch((error: unknown) => error)

    expect(failed).to.be.instanceOf(RangeError)
  })

  it('speaks of the sealed block, whatever came after it', async () => {
    const book = await loadFixture(filledFund)
    const { anchor } = await proverOf(book)
    const sealed = await sealHead(anchor)
    await pay(book, 12_000n, 'P')
    const { prover } = await proverOf(book)

    const facts = verifyTrace(await prover.trace({ fund: 1, inflow: 1 }, sealed), anchor)

    expect(facts.sums.unspent).to.equal(10_000n)
    expect(facts.block.number).to.equal(sealed.number)
  })

  it('shows money that is only held as unspent', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 12_000n, 'P')

    const facts = await factsOf(book, 1, 1)

    expect(facts.line.held).to.equal(12_000n)
    expect(facts.sums.unspent).to.equal(10_000n)
  })

  it('stays below 8 KB with 401 batches, a path of nine hashes and three pieces', async () => {
    const book = await loadFixture(openFunds)
    const accountant = book.ledger.connect(book.accountant)
    await accountant.recordInflows(
      1,
      0n,
      DONATION,
      TODAY,
      Array.from({ length: 500 }, (_, i) => inflow(`first ${i}`, 100n)),
    )
    for (let batch = 1; batch <= 400; batch++)
      await accountant.recordInflows(1, 50_000n + BigInt(batch - 1), DONATION, TODAY, [inflow(`later ${batch}`, 1n)])
    for (const name of ['P', 'Q', 'R']) await pay(book, 40n, name)
    const { anchor, prover } = await proverOf(book)

    const bytes = await prover.trace({ fund: 1, inflow: 1 }, await sealHead(anchor, 3))

    expect(verifyTrace(bytes, anchor).parts).to.have.length(3)
    expect(bytes.length).to.be.lessThan(8_192)
  })
})
