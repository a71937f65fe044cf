import { expect } from 'chai'
import {
  ACCEPTED, ACCOUNTANT, BATCH, CANCELLED, DUPLICATE, EXECUTED, NO_PAPER, NO_REASON, PAPER, REJECTED, approve, fields,
  filledFund, loadFixture, pay, propose, proven, voucher,
} from './fixture.ts'

const PAYEE_REQUEST = 6

describe('FundLedger.cancelPayment', () => {
  it('refuses what was never proposed', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER))
      .to.be.revertedWithCustomError(ledger, 'OutflowUnknown')
      .withArgs(1, 1)
  })

  it('refuses what was rejected', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')
    await book.ledger.connect(book.approver).rejectPayment(1, 1, PAYEE_REQUEST, PAPER)

    await expect(book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, REJECTED)
  })

  it('refuses what was given up already', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')
    await book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER)

    await expect(book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, CANCELLED)
  })

  it('refuses what is paid', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 1n, 'P')

    await expect(book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, EXECUTED)
  })

  it('refuses what was accepted', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 1n, 'P')
    await book.ledger.connect(book.accepter).acceptPayment(1, 1, PAPER)

    await expect(book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, ACCEPTED)
  })

  it('refuses a void, which is undone by a return', async () => {
    const book = await loadFixture(filledFund)
    await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 1n, DUPLICATE, voucher('void'))

    await expect(book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, EXECUTED)
  })

  it('refuses to give up without a reason', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.accountant).cancelPayment(1, 1, NO_REASON, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'ReasonMissing')
      .withArgs()
  })

  it('refuses to give up without a paper', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, NO_PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'PaperMissing')
      .withArgs()
  })

  it('gives up a proposal, which held nothing', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 400n, 'P')
    await propose(book, 300n, 'Q')

    const cancelling = book.ledger.connect(book.accountant).cancelPayment(1, 2, PAYEE_REQUEST, PAPER)

    await expect(cancelling)
      .to.emit(book.ledger, 'PaymentCancelled')
      .withArgs(1, 2, PAYEE_REQUEST, 0n, PAPER, ACCOUNTANT)
    expect((await book.ledger.outflowOf(1, 2)).state).to.equal(BigInt(CANCELLED))
    expect((await book.ledger.standingOf(1)).held).to.equal(400n)
  })

  it('releases all that an approved payment held', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 400n, 'P')

    const cancelling = book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER)

    await expect(cancelling)
      .to.emit(book.ledger, 'PaymentCancelled')
      .withArgs(1, 1, PAYEE_REQUEST, 400n, PAPER, ACCOUNTANT)
    expect((await book.ledger.outflowOf(1, 1)).state).to.equal(BigInt(CANCELLED))
    expect(fields(await book.ledger.standingOf(1))).to.include({ held: 0n, available: 15_001n })
  })

  it('releases what is not yet paid, and leaves executed what is', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 400n, 'P')
    await book.ledger.connect(book.cashier).executePayment(1, 1, 150n, false, voucher('first'))

    const cancelling = book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER)

    await expect(cancelling)
      .to.emit(book.ledger, 'PaymentCancelled')
      .withArgs(1, 1, PAYEE_REQUEST, 250n, PAPER, ACCOUNTANT)
    expect(fields(await book.ledger.outflowOf(1, 1))).to.include({ state: BigInt(EXECUTED), amount: 400n, paid: 150n })
    expect(fields(await book.ledger.standingOf(1))).to.include({ cursor: 150n, held: 0n, available: 14_851n })
  })

  it('leaves a partly paid outflow to be accepted', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 400n, 'P')
    await book.ledger.connect(book.cashier).executePayment(1, 1, 150n, false, voucher('first'))
    await book.ledger.connect(book.accountant).cancelPayment(1, 1, PAYEE_REQUEST, PAPER)

    await book.ledger.connect(book.accepter).acceptPayment(1, 1, PAPER)

    expect((await book.ledger.outflowOf(1, 1)).state).to.equal(BigInt(ACCEPTED))
  })

  it('clears the table of a fund that was closed', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P', 2)
    await book.ledger.connect(book.steward).closeFund(2, PAPER)

    await book.ledger.connect(book.accountant).cancelPayment(2, 1, PAYEE_REQUEST, PAPER)

    expect((await book.ledger.outflowOf(2, 1)).state).to.equal(BigInt(CANCELLED))
  })
})
