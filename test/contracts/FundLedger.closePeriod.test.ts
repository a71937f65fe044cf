import { expect } from 'chai'
import {
  BATCH, DONATION, DUPLICATE, NO_PAPER, PAPER, STEWARD, TODAY, TOMORROW, YESTERDAY, approve, fields, filledFund, inflow,
  loadFixture, openFunds, pay, proposed, proven, ref, time, voucher,
} from './fixture.ts'

const DAY = 86_400
const [LATE, EARLY] = [voucher('late', { effectiveOn: YESTERDAY }), voucher('early', { effectiveOn: TODAY })]

/** A book whose fund 1 received A, B and C today, and whose yesterday is closed in fund 1 and not in fund 2. */
async function closedYesterday() {
  const book = await loadFixture(filledFund)
  await book.ledger.connect(book.steward).closePeriod(1, YESTERDAY, PAPER)
  return book
}

describe('FundLedger.closePeriod', () => {
  it('refuses a fund that was never opened', async () => {
    const { ledger, steward } = await loadFixture(openFunds)

    await expect(ledger.connect(steward).closePeriod(3, YESTERDAY, PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  for (const through of [TODAY, TOMORROW])
    it(`refuses a period whose last day is not over: day ${through - TODAY} from today`, async () => {
      const { ledger, steward } = await loadFixture(openFunds)

      await expect(ledger.connect(steward).closePeriod(1, through, PAPER))
        .to.be.revertedWithCustomError(ledger, 'PeriodNotOver')
        .withArgs(through, TODAY)
    })

  for (const through of [YESTERDAY, YESTERDAY - 1, 0])
    it(`refuses day ${through} as the end of a second period when the first ended on day ${YESTERDAY}`, async () => {
      const { ledger, steward } = await loadFixture(closedYesterday)

      await expect(ledger.connect(steward).closePeriod(1, through, PAPER))
        .to.be.revertedWithCustomError(ledger, 'PeriodIsClosed')
        .withArgs(1, through, YESTERDAY)
    })

  it('refuses to close without a paper', async () => {
    const { ledger, steward } = await loadFixture(openFunds)

    await expect(ledger.connect(steward).closePeriod(1, YESTERDAY, NO_PAPER))
      .to.be.revertedWithCustomError(ledger, 'PaperMissing')
      .withArgs()
  })

  it('closes the first period from the beginning, with the fund as it stands', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 12_000n, 'P')
    await approve(book, 1n, 'Q')

    const closing = book.ledger.connect(book.steward).closePeriod(1, YESTERDAY, PAPER)

    await expect(closing)
      .to.emit(book.ledger, 'PeriodClosed')
      .withArgs(1, 1, 0, YESTERDAY, 15_001n, 12_000n, 3, 2, PAPER, STEWARD)
    expect(fields(await book.ledger.standingOf(1))).to.include({ periods: 1n, closedThrough: BigInt(YESTERDAY) })
    expect(fields(await book.ledger.standingOf(2))).to.include({ periods: 0n, closedThrough: 0n })
  })

  it('begins the next period on the day after the last', async () => {
    const { ledger, steward } = await loadFixture(closedYesterday)
    await time.increase(3 * DAY)

    const closing = ledger.connect(steward).closePeriod(1, TODAY + 2, PAPER)

    await expect(closing)
      .to.emit(ledger, 'PeriodClosed')
      .withArgs(1, 2, TODAY, TODAY + 2, 15_001n, 0n, 3, 0, PAPER, STEWARD)
    expect(fields(await ledger.standingOf(1))).to.include({ periods: 2n, closedThrough: BigInt(TODAY + 2) })
  })

  it('closes the last period of a fund that is closed', async () => {
    const { ledger, steward } = await loadFixture(openFunds)
    await ledger.connect(steward).closeFund(1, PAPER)

    await ledger.connect(steward).closePeriod(1, YESTERDAY, PAPER)

    expect((await ledger.standingOf(1)).periods).to.equal(1n)
  })
})

describe('A closed period', () => {
  it('takes no inflow', async () => {
    const { ledger, accountant } = await loadFixture(closedYesterday)

    await expect(ledger.connect(accountant).recordInflows(1, 15_001n, DONATION, YESTERDAY, [inflow('D', 1n)]))
      .to.be.revertedWithCustomError(ledger, 'PeriodIsClosed')
      .withArgs(1, YESTERDAY, YESTERDAY)
  })

  it('takes no void', async () => {
    const { ledger, approver } = await loadFixture(closedYesterday)

    await expect(ledger.connect(approver).voidInflow(1, proven(BATCH, 0), 1n, DUPLICATE, LATE))
      .to.be.revertedWithCustomError(ledger, 'PeriodIsClosed')
      .withArgs(1, YESTERDAY, YESTERDAY)
  })

  it('takes no payment', async () => {
    const book = await loadFixture(closedYesterday)
    await approve(book, 1n, 'P')

    await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 1n, true, LATE))
      .to.be.revertedWithCustomError(book.ledger, 'PeriodIsClosed')
      .withArgs(1, YESTERDAY, YESTERDAY)
  })

  it('takes nothing that comes back', async () => {
    const book = await loadFixture(closedYesterday)
    await pay(book, 100n, 'P')

    await expect(book.ledger.connect(book.accountant).recordReturn(1, 1, 1, 1n, LATE))
      .to.be.revertedWithCustomError(book.ledger, 'PeriodIsClosed')
      .withArgs(1, YESTERDAY, YESTERDAY)
  })

  it('takes no transfer from a fund in which the day is open', async () => {
    const book = await loadFixture(closedYesterday)
    const { ledger } = book
    await ledger.connect(book.accountant).recordInflows(2, 0n, DONATION, YESTERDAY, [inflow('D', 9n)])
    await ledger.connect(book.accountant).proposeTransfer(2, 1, 9n, ref('T'), PAPER)
    await ledger.connect(book.approver).approvePayment(2, 1, ...(await proposed(ledger, 2, 1)), PAPER)

    await expect(ledger.connect(book.cashier).executePayment(2, 1, 9n, true, LATE))
      .to.be.revertedWithCustomError(ledger, 'PeriodIsClosed')
      .withArgs(1, YESTERDAY, YESTERDAY)
  })

  it('leaves the day after it open, for what comes late as well', async () => {
    const book = await loadFixture(closedYesterday)
    const { ledger } = book
    await ledger.connect(book.accountant).recordInflows(1, 15_001n, DONATION, TODAY, [inflow('D', 1n)])
    await approve(book, 100n, 'P')

    await ledger.connect(book.cashier).executePayment(1, 1, 100n, true, EARLY)

    expect(fields(await ledger.standingOf(1))).to.include({ received: 15_002n, cursor: 100n })
  })
})
