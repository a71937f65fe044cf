import { expect } from 'chai'
import {
  ACCOUNTANT, BATCH, DUPLICATE, NO_PAPER, NO_REF, PAPER, PROPOSED, REFUND, closedFund, fields, filledFund, loadFixture,
  pay, propose, proven, ref, voucher,
} from './fixture.ts'

describe('FundLedger.proposeRefund', () => {
  it('refuses a fund that was never opened', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposeRefund(3, proven(BATCH, 0), 1n, ref('R'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  it('refuses a closed fund', async () => {
    const { ledger, accountant } = await loadFixture(closedFund)

    await expect(ledger.connect(accountant).proposeRefund(2, proven(BATCH, 0), 1n, ref('R'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
      .withArgs(2)
  })

  it('refuses an inflow that its path does not prove', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)
    const bigger = { ...BATCH, items: BATCH.items.map((item) => ({ ...item, amount: 10_001n })) }

    await expect(ledger.connect(accountant).proposeRefund(1, proven(bigger, 0), 1n, ref('R'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'InflowNotProven')
      .withArgs(1, 1, 1)
  })

  it('refuses more than payments have left of the inflow', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 12_000n, 'P')

    await expect(book.ledger.connect(book.accountant).proposeRefund(1, proven(BATCH, 1), 3_001n, ref('R'), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'NotAvailable')
      .withArgs(1, 3_000n, 3_001n)
  })

  it('refuses more than cuts have left of the inflow', async () => {
    const { ledger, accountant, approver } = await loadFixture(filledFund)
    await ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 1_000n, DUPLICATE, voucher('void'))

    await expect(ledger.connect(accountant).proposeRefund(1, proven(BATCH, 1), 4_001n, ref('R'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'NotAvailable')
      .withArgs(1, 4_000n, 4_001n)
  })

  it('refuses a refund of nothing', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposeRefund(1, proven(BATCH, 0), 0n, ref('R'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'AmountOutOfRange')
      .withArgs(0n)
  })

  it('refuses a refund without a paper', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposeRefund(1, proven(BATCH, 0), 1n, ref('R'), NO_PAPER))
      .to.be.revertedWithCustomError(ledger, 'PaperMissing')
      .withArgs()
  })

  it('refuses a refund without a ref', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposeRefund(1, proven(BATCH, 0), 1n, NO_REF, PAPER))
      .to.be.revertedWithCustomError(ledger, 'RefMissing')
      .withArgs()
  })

  it('refuses a ref that is in the book', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.accountant).proposeRefund(1, proven(BATCH, 0), 1n, ref('P proposed'), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'RefUsed')
      .withArgs(ref('P proposed'), 1, 1)
  })

  it('writes down whose fen shall go back', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    const proposing = ledger.connect(accountant).proposeRefund(1, proven(BATCH, 1), 5_000n, ref('R'), PAPER)

    await expect(proposing)
      .to.emit(ledger, 'PaymentProposed')
      .withArgs(1, 1, REFUND, 2, 5_000n, ref('R'), PAPER, ACCOUNTANT)
    expect(fields(await ledger.outflowOf(1, 1))).to.include({
      kind: BigInt(REFUND), state: BigInt(PROPOSED), amount: 5_000n,
    })
  })
})
