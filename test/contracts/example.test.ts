import { expect } from 'chai'
import {
  BATCH, CASHIER, DUPLICATE, DONATION, PAPER, TODAY, fields, filledFund, loadFixture, openFunds, pay, proposed, proven, ref,
  voucher,
} from './fixture.ts'

// The worked example of the design, from the first donation to the last fen.
describe('A fund that received ¥100.00, ¥50.00 and ¥0.01', () => {
  it('gives every donation its place on the line', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)

    const recording = ledger.connect(accountant).recordInflows(1, 0n, DONATION, TODAY, BATCH.items)

    await expect(recording).to.emit(ledger, 'InflowsRecorded')
    expect(fields(await ledger.batchOf(1, 1))).to.include({ start: 0n, end: 15_001n, firstNumber: 1n, count: 3n })
  })

  it('pays ¥120.00 from A and B, loses the rest of B to a void, and jumps it to the last fen', async () => {
    const book = await loadFixture(filledFund)
    const { ledger, approver, accountant, cashier } = book

    const payment = await pay(book, 12_000n, 'P')
    expect(fields(await ledger.pieceOf(1, 1))).to.deep.equal({ start: 0n, end: 12_000n, offset: 0n, outflow: 1n })
    expect(payment).to.equal(1)

    // Of B at most 3000 are left to void.
    await expect(ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 3_001n, DUPLICATE, voucher('void B')))
      .to.be.revertedWithCustomError(ledger, 'CutTooLong')
      .withArgs(3_000n, 3_001n)
    await ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 3_000n, DUPLICATE, voucher('void B'))
    expect(fields(await ledger.pieceOf(1, 2))).to.deep.equal({ start: 12_000n, end: 15_000n, offset: 0n, outflow: 2n })

    await ledger.connect(accountant).proposePayment(1, 1n, ref('Q'), PAPER)
    await ledger.connect(approver).approvePayment(1, 3, ...(await proposed(ledger, 1, 3)), PAPER)
    await expect(ledger.connect(cashier).executePayment(1, 3, 1n, false, voucher('Q paid')))
      .to.emit(ledger, 'PaymentExecuted')
      .withArgs(1, 3, 1n, 0n, true, ref('Q paid'), TODAY, PAPER, CASHIER)
    expect(fields(await ledger.pieceOf(1, 3))).to.deep.equal({ start: 15_000n, end: 15_001n, offset: 0n, outflow: 3n })

    expect(fields(await ledger.standingOf(1))).to.deep.equal({
      received: 15_001n, cursor: 15_001n, uncrossed: 0n, held: 0n, available: 0n,
      batches: 1n, inflows: 3n, outflows: 3n, pieces: 3n, open: true, periods: 0n, closedThrough: 0n,
    })
  })
})
