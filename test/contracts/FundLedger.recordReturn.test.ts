import { expect } from 'chai'
import {
  ACCOUNTANT, BATCH, CANCELLED, DONATION, DUPLICATE, PAPER, RETURN, TODAY, approve, badVouchers, closedFund, fields,
  filledFund, leafOf, loadFixture, openBook, pay, propose, proposed, proven, ref, terms, voucher,
} from './fixture.ts'

async function paid() {
  const book = await loadFixture(filledFund)
  await pay(book, 12_000n, 'P')
  return book
}

describe('FundLedger.recordReturn', () => {
  it('refuses a fund that was never opened', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).recordReturn(3, 1, 3, 1n, voucher('back')))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  it('refuses a closed fund', async () => {
    const { ledger, accountant } = await loadFixture(closedFund)

    await expect(ledger.connect(accountant).recordReturn(2, 1, 2, 1n, voucher('back')))
      .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
      .withArgs(2)
  })

  it('refuses what was never proposed', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).recordReturn(1, 1, 1, 1n, voucher('back')))
      .to.be.revertedWithCustomError(ledger, 'OutflowUnknown')
      .withArgs(1, 1)
  })

  it('refuses what was given up', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')
    await book.ledger.connect(book.accountant).cancelPayment(1, 1, DUPLICATE, PAPER)

    await expect(book.ledger.connect(book.accountant).recordReturn(1, 1, 1, 1n, voucher('back')))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, CANCELLED)
  })

  // What comes back comes from the end, and an outflow that is still being paid has no end yet.
  it('refuses an outflow of which instalments are still to come', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 2n, 'P')
    await book.ledger.connect(book.cashier).executePayment(1, 1, 1n, false, voucher('first'))

    await expect(book.ledger.connect(book.accountant).recordReturn(1, 1, 1, 1n, voucher('back')))
      .to.be.revertedWithCustomError(book.ledger, 'InstalmentsToCome')
      .withArgs(1, 1, 1n)
  })

  it('refuses a transfer, whose fen are in the other fund', async () => {
    const { ledger, accountant, approver, cashier } = await loadFixture(filledFund)
    await ledger.connect(accountant).proposeTransfer(1, 2, 10n, ref('T'), PAPER)
    await ledger.connect(approver).approvePayment(1, 1, ...(await proposed(ledger, 1, 1)), PAPER)
    await ledger.connect(cashier).executePayment(1, 1, 10n, true, voucher('T moved'))

    await expect(ledger.connect(accountant).recordReturn(1, 1, 1, 10n, voucher('back')))
      .to.be.revertedWithCustomError(ledger, 'TransferNotReturnable')
      .withArgs(1, 1)
  })

  it('refuses a return of nothing', async () => {
    const { ledger, accountant } = await loadFixture(paid)

    await expect(ledger.connect(accountant).recordReturn(1, 1, 1, 0n, voucher('back')))
      .to.be.revertedWithCustomError(ledger, 'AmountOutOfRange')
      .withArgs(0n)
  })

  it('refuses a fen more than was paid', async () => {
    const { ledger, accountant } = await loadFixture(paid)

    await expect(ledger.connect(accountant).recordReturn(1, 1, 1, 12_001n, voucher('back')))
      .to.be.revertedWithCustomError(ledger, 'MoreThanPaid')
      .withArgs(1, 1, 12_000n, 12_001n)
  })

  it('refuses a fen more than has not come back yet', async () => {
    const { ledger, accountant } = await loadFixture(paid)
    await ledger.connect(accountant).recordReturn(1, 1, 1, 5_000n, voucher('back'))

    await expect(ledger.connect(accountant).recordReturn(1, 1, 1, 7_001n, voucher('more')))
      .to.be.revertedWithCustomError(ledger, 'MoreThanPaid')
      .withArgs(1, 1, 7_000n, 7_001n)
  })

  for (const { what, bad, error, facts } of badVouchers(ref('P paid'), [1, 1]))
    it(`refuses a bank line ${what}`, async () => {
      const { ledger, accountant } = await loadFixture(paid)

      await expect(ledger.connect(accountant).recordReturn(1, 1, 1, 1n, bad))
        .to.be.revertedWithCustomError(ledger, error)
        .withArgs(...facts)
    })

  it('refuses the same bank line for two returns, and names the inflow that used it', async () => {
    const { ledger, accountant } = await loadFixture(paid)
    await ledger.connect(accountant).recordReturn(1, 1, 1, 1n, voucher('back'))

    await expect(ledger.connect(accountant).recordReturn(1, 1, 1, 1n, voucher('back')))
      .to.be.revertedWithCustomError(ledger, 'RefUsed')
      .withArgs(ref('back'), 1, 4)
  })

  it('lengthens the line by the last fen of the payment', async () => {
    const { ledger, accountant } = await loadFixture(paid)

    const returning = ledger.connect(accountant).recordReturn(1, 1, 1, 2_000n, voucher('back'))

    await expect(returning)
      .to.emit(ledger, 'InflowsRecorded')
      .withArgs(1, 2, 4, 15_001n, RETURN, TODAY, ACCOUNTANT, [[ref('back'), 2_000n, PAPER]])
    await expect(returning).to.emit(ledger, 'OriginRecorded').withArgs(1, 4, 1, 1, 10_000n)
    expect(fields(await ledger.batchOf(1, 2))).to.deep.equal({
      start: 15_001n, end: 17_001n, firstNumber: 4n, count: 1n, effectiveOn: BigInt(TODAY), source: BigInt(RETURN),
      recorder: BigInt(ACCOUNTANT), root: leafOf({ ref: ref('back'), amount: 2_000n, paper: PAPER }, 15_001n),
    })
    expect((await ledger.outflowOf(1, 1)).returned).to.equal(2_000n)
    expect(fields(await ledger.standingOf(1))).to.include({ received: 17_001n, cursor: 12_000n, available: 5_001n })
  })

  it('tells an inflow with an origin from one that came from outside', async () => {
    const { ledger, accountant } = await loadFixture(paid)

    await ledger.connect(accountant).recordReturn(1, 1, 1, 2_000n, voucher('back'))

    expect(fields(await ledger.originOf(1, 4))).to.deep.equal({ fund: 1n, outflow: 1n, offset: 10_000n })
    expect(fields(await ledger.originOf(1, 3))).to.deep.equal({ fund: 0n, outflow: 0n, offset: 0n })
  })

  it('goes on before what came back already, to the first fen', async () => {
    const { ledger, accountant } = await loadFixture(paid)
    await ledger.connect(accountant).recordReturn(1, 1, 1, 2_000n, voucher('back'))

    await ledger.connect(accountant).recordReturn(1, 1, 1, 10_000n, voucher('the rest'))

    expect(fields(await ledger.originOf(1, 5))).to.deep.equal({ fund: 1n, outflow: 1n, offset: 0n })
    expect((await ledger.outflowOf(1, 1)).returned).to.equal(12_000n)
  })

  it('takes money back for work that was accepted', async () => {
    const { ledger, accountant, accepter } = await loadFixture(paid)
    await ledger.connect(accepter).acceptPayment(1, 1, PAPER)

    await ledger.connect(accountant).recordReturn(1, 1, 1, 1n, voucher('back'))

    expect((await ledger.standingOf(1)).received).to.equal(15_002n)
  })

  it('takes money back of an outflow that was given up after its first instalment', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 400n, 'P')
    await book.ledger.connect(book.cashier).executePayment(1, 1, 150n, false, voucher('first'))
    await book.ledger.connect(book.accountant).cancelPayment(1, 1, DUPLICATE, PAPER)

    await book.ledger.connect(book.accountant).recordReturn(1, 1, 1, 150n, voucher('back'))

    expect(fields(await book.ledger.originOf(1, 4))).to.deep.equal({ fund: 1n, outflow: 1n, offset: 0n })
  })

  it('lets returned fen be spent and returned again', async () => {
    const book = await loadFixture(paid)
    await book.ledger.connect(book.accountant).recordReturn(1, 1, 1, 2_000n, voucher('back'))
    const second = await pay(book, 5_001n, 'Q') // [12000,17001): the rest of B, C, and what came back

    await book.ledger.connect(book.accountant).recordReturn(1, second, 1, 1_500n, voucher('back again'))

    expect(fields(await book.ledger.pieceOf(1, 2))).to.deep.equal({
      start: 12_000n, end: 17_001n, offset: 0n, outflow: 2n,
    })
    expect(fields(await book.ledger.originOf(1, 5))).to.deep.equal({ fund: 1n, outflow: 2n, offset: 3_501n })
  })

  it('undoes a void that was itself an error', async () => {
    const { ledger, approver, accountant } = await loadFixture(filledFund)
    await ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 5_000n, DUPLICATE, voucher('void'))

    const undoing = ledger.connect(accountant).recordReturn(1, 1, 1, 5_000n, voucher('undo'))

    await expect(undoing).to.emit(ledger, 'OriginRecorded').withArgs(1, 4, 1, 1, 0n)
    expect(fields(await ledger.standingOf(1))).to.include({ received: 20_001n, uncrossed: 5_000n, available: 15_001n })
  })

  it('takes a refund back that bounced', async () => {
    const { ledger, accountant, approver, cashier } = await loadFixture(filledFund)
    await ledger.connect(accountant).proposeRefund(1, proven(BATCH, 0), 10_000n, ref('R'), PAPER)
    await ledger.connect(approver).approvePayment(1, 1, ...(await proposed(ledger, 1, 1)), PAPER)
    await ledger.connect(cashier).executePayment(1, 1, 10_000n, true, voucher('R paid'))

    const bouncing = ledger.connect(accountant).recordReturn(1, 1, 1, 10_000n, voucher('R bounced'))

    await expect(bouncing).to.emit(ledger, 'OriginRecorded').withArgs(1, 4, 1, 1, 0n)
    expect(fields(await ledger.standingOf(1))).to.include({ received: 25_001n, uncrossed: 10_000n, available: 15_001n })
  })

  describe('when the fund is closed', () => {
    /** Fund 1 paid all that it had, ¥150.01, and was closed; fund 2 is open. `changes` are its terms, community 1 and free. */
    async function closedAfterPaying(changes: Parameters<typeof terms>[0] = {}, own: Parameters<typeof terms>[0] = {}) {
      const book = await loadFixture(openBook)
      const steward = book.ledger.connect(book.steward)
      await steward.openFund(terms(own))
      await steward.openFund(terms(changes))
      await book.ledger.connect(book.accountant).recordInflows(1, 0n, DONATION, TODAY, BATCH.items)
      await pay(book, 15_001n, 'P')
      await steward.closeFund(1, PAPER)
      return book
    }

    it('refuses to bring it back there', async () => {
      const { ledger, accountant } = await closedAfterPaying()

      await expect(ledger.connect(accountant).recordReturn(1, 1, 1, 1n, voucher('back')))
        .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
        .withArgs(1)
    })

    it('brings it to another fund, and says from where', async () => {
      const { ledger, accountant } = await closedAfterPaying()

      const returning = ledger.connect(accountant).recordReturn(1, 1, 2, 2_000n, voucher('back'))

      await expect(returning)
        .to.emit(ledger, 'InflowsRecorded')
        .withArgs(2, 1, 1, 0n, RETURN, TODAY, ACCOUNTANT, [[ref('back'), 2_000n, PAPER]])
      await expect(returning).to.emit(ledger, 'OriginRecorded').withArgs(2, 1, 1, 1, 13_001n)
      expect((await ledger.outflowOf(1, 1)).returned).to.equal(2_000n)
      expect((await ledger.standingOf(1)).received).to.equal(15_001n)
      expect(fields(await ledger.standingOf(2))).to.include({ received: 2_000n, available: 2_000n })
    })

    it('keeps the bank line to that other fund', async () => {
      const { ledger, accountant } = await closedAfterPaying()
      await ledger.connect(accountant).recordReturn(1, 1, 2, 1n, voucher('back'))

      await expect(ledger.connect(accountant).recordReturn(1, 1, 2, 1n, voucher('back')))
        .to.be.revertedWithCustomError(ledger, 'RefUsed')
        .withArgs(ref('back'), 2, 1)
    })

    it('refuses a fund that does not exist', async () => {
      const { ledger, accountant } = await closedAfterPaying()

      await expect(ledger.connect(accountant).recordReturn(1, 1, 3, 1n, voucher('back')))
        .to.be.revertedWithCustomError(ledger, 'FundUnknown')
        .withArgs(3)
    })

    it('refuses another that is closed too', async () => {
      const { ledger, accountant, steward } = await closedAfterPaying()
      await ledger.connect(steward).closeFund(2, PAPER)

      await expect(ledger.connect(accountant).recordReturn(1, 1, 2, 1n, voucher('back')))
        .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
        .withArgs(2)
    })

    it('refuses a fund of another community', async () => {
      const { ledger, accountant } = await closedAfterPaying({ community: 2 })

      await expect(ledger.connect(accountant).recordReturn(1, 1, 2, 1n, voucher('back')))
        .to.be.revertedWithCustomError(ledger, 'CommunitiesDiffer')
        .withArgs(1, 2)
    })

    it('refuses to free restricted money', async () => {
      const { ledger, accountant } = await closedAfterPaying({}, { restricted: true })

      await expect(ledger.connect(accountant).recordReturn(1, 1, 2, 1n, voucher('back')))
        .to.be.revertedWithCustomError(ledger, 'RestrictionLost')
        .withArgs(1, 2)
    })
  })

  it('refuses another fund while its own is open', async () => {
    const { ledger, accountant } = await loadFixture(paid)

    await expect(ledger.connect(accountant).recordReturn(1, 1, 2, 1n, voucher('back')))
      .to.be.revertedWithCustomError(ledger, 'OwnFundOpen')
      .withArgs(1)
  })
})
