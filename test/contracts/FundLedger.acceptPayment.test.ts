import { expect } from 'chai'
import {
  ACCEPTED, ACCEPTER, ACCOUNTANT, APPROVED, BATCH, DEPUTY, DUPLICATE, EXECUTED, NO_PAPER, PAPER, approve, filledFund,
  loadFixture, pay, propose, proposed, proven, ref, voucher,
} from './fixture.ts'

describe('FundLedger.acceptPayment', () => {
  it('refuses what was never proposed', async () => {
    const { ledger, accepter } = await loadFixture(filledFund)

    await expect(ledger.connect(accepter).acceptPayment(1, 1, PAPER))
      .to.be.revertedWithCustomError(ledger, 'OutflowUnknown')
      .withArgs(1, 1)
  })

  it('refuses what is not paid', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 1n, 'P')

    await expect(book.ledger.connect(book.accepter).acceptPayment(1, 1, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, APPROVED)
  })

  it('refuses what is not paid to the end', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 2n, 'P')
    await book.ledger.connect(book.cashier).executePayment(1, 1, 1n, false, voucher('first'))

    await expect(book.ledger.connect(book.accepter).acceptPayment(1, 1, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, APPROVED)
  })

  it('refuses what was accepted already', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 1n, 'P')
    await book.ledger.connect(book.accepter).acceptPayment(1, 1, PAPER)

    await expect(book.ledger.connect(book.accepter).acceptPayment(1, 1, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, ACCEPTED)
  })

  it('refuses a void, for which nobody worked', async () => {
    const book = await loadFixture(filledFund)
    await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 1n, DUPLICATE, voucher('void'))

    await expect(book.ledger.connect(book.accepter).acceptPayment(1, 1, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, EXECUTED)
  })

  it('refuses the person who proposed it', async () => {
    const { ledger, deputy, approver, cashier } = await loadFixture(filledFund)
    await ledger.connect(deputy).proposePayment(1, 1n, ref('P'), PAPER)
    await ledger.connect(approver).approvePayment(1, 1, ...(await proposed(ledger, 1, 1)), PAPER)
    await ledger.connect(cashier).executePayment(1, 1, 1n, true, voucher('paid'))

    await expect(ledger.connect(deputy).acceptPayment(1, 1, PAPER))
      .to.be.revertedWithCustomError(ledger, 'SamePerson')
      .withArgs(1, 1, DEPUTY)
  })

  it('refuses the person who proposed it with another key', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 1n, 'P')

    await expect(book.ledger.connect(book.secondKey).acceptPayment(1, 1, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'SamePerson')
      .withArgs(1, 1, ACCOUNTANT)
  })

  it('refuses the person who approved it', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')
    await book.ledger.connect(book.deputy).approvePayment(1, 1, ...(await proposed(book.ledger, 1, 1)), PAPER)
    await book.ledger.connect(book.cashier).executePayment(1, 1, 1n, true, voucher('paid'))

    await expect(book.ledger.connect(book.deputy).acceptPayment(1, 1, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'SamePerson')
      .withArgs(1, 1, DEPUTY)
  })

  for (const [which, keys] of Object.entries({ first: ['deputy', 'cashier'], last: ['cashier', 'deputy'] } as const))
    it(`refuses the person who paid the ${which} instalment`, async () => {
      const book = await loadFixture(filledFund)
      await approve(book, 2n, 'P')
      await book.ledger.connect(book[keys[0]]).executePayment(1, 1, 1n, false, voucher('first'))
      await book.ledger.connect(book[keys[1]]).executePayment(1, 1, 1n, false, voucher('last'))

      await expect(book.ledger.connect(book.deputy).acceptPayment(1, 1, PAPER))
        .to.be.revertedWithCustomError(book.ledger, 'SamePerson')
        .withArgs(1, 1, DEPUTY)
    })

  it('refuses to accept without a paper', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 1n, 'P')

    await expect(book.ledger.connect(book.accepter).acceptPayment(1, 1, NO_PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'PaperMissing')
      .withArgs()
  })

  it('writes down that a fourth person saw the work', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 1n, 'P')

    const accepting = book.ledger.connect(book.accepter).acceptPayment(1, 1, PAPER)

    await expect(accepting).to.emit(book.ledger, 'PaymentAccepted').withArgs(1, 1, PAPER, ACCEPTER)
    expect((await book.ledger.outflowOf(1, 1)).state).to.equal(BigInt(ACCEPTED))
  })

  it('accepts the last work of a fund that was closed', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 15_001n, 'P')
    await book.ledger.connect(book.steward).closeFund(1, PAPER)

    await book.ledger.connect(book.accepter).acceptPayment(1, 1, PAPER)

    expect((await book.ledger.outflowOf(1, 1)).state).to.equal(BigInt(ACCEPTED))
  })
})
