import { expect } from 'chai'
import {
  ACCOUNTANT, APPROVED, APPROVER, DEPUTY, NO_PAPER, NO_REASON, PAPER, REJECTED, approve, fields, filledFund,
  loadFixture, propose, ref,
} from './fixture.ts'

const OUTSIDE_PURPOSE = 8

describe('FundLedger.rejectPayment', () => {
  it('refuses what was never proposed', async () => {
    const { ledger, approver } = await loadFixture(filledFund)

    await expect(ledger.connect(approver).rejectPayment(1, 1, OUTSIDE_PURPOSE, PAPER))
      .to.be.revertedWithCustomError(ledger, 'OutflowUnknown')
      .withArgs(1, 1)
  })

  it('refuses what is approved already', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 1n, 'P')

    await expect(book.ledger.connect(book.approver).rejectPayment(1, 1, OUTSIDE_PURPOSE, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, APPROVED)
  })

  it('refuses the person who proposed it', async () => {
    const { ledger, deputy } = await loadFixture(filledFund)
    await ledger.connect(deputy).proposePayment(1, 1n, ref('P'), PAPER)

    await expect(ledger.connect(deputy).rejectPayment(1, 1, OUTSIDE_PURPOSE, PAPER))
      .to.be.revertedWithCustomError(ledger, 'SamePerson')
      .withArgs(1, 1, DEPUTY)
  })

  it('refuses the person who proposed it with another key', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.secondKey).rejectPayment(1, 1, OUTSIDE_PURPOSE, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'SamePerson')
      .withArgs(1, 1, ACCOUNTANT)
  })

  it('refuses to reject without a reason', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.approver).rejectPayment(1, 1, NO_REASON, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'ReasonMissing')
      .withArgs()
  })

  it('refuses to reject without a paper', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.approver).rejectPayment(1, 1, OUTSIDE_PURPOSE, NO_PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'PaperMissing')
      .withArgs()
  })

  it('ends the proposal', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 15_001n, 'P')

    const rejecting = book.ledger.connect(book.approver).rejectPayment(1, 1, OUTSIDE_PURPOSE, PAPER)

    await expect(rejecting).to.emit(book.ledger, 'PaymentRejected').withArgs(1, 1, OUTSIDE_PURPOSE, PAPER, APPROVER)
    expect((await book.ledger.outflowOf(1, 1)).state).to.equal(BigInt(REJECTED))
    expect(fields(await book.ledger.standingOf(1))).to.include({ held: 0n, available: 15_001n })
  })

  it('clears the table of a fund that was closed', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P', 2)
    await book.ledger.connect(book.steward).closeFund(2, PAPER)

    await book.ledger.connect(book.approver).rejectPayment(2, 1, OUTSIDE_PURPOSE, PAPER)

    expect((await book.ledger.outflowOf(2, 1)).state).to.equal(BigInt(REJECTED))
  })
})
