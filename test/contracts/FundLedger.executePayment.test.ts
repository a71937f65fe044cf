import { expect } from 'chai'
import {
  ACCOUNTANT, APPROVED, APPROVER, BATCH, CASHIER, DEPUTY, DUPLICATE, EXECUTED, PAPER, PROPOSED, TODAY, YESTERDAY,
  approve, badVouchers, closedFund, fields, filledFund, loadFixture, pay, propose, proposed, proven, ref, voucher,
} from './fixture.ts'

describe('FundLedger.executePayment', () => {
  it('refuses a fund that was never opened', async () => {
    const { ledger, cashier } = await loadFixture(filledFund)

    await expect(ledger.connect(cashier).executePayment(3, 1, 1n, true, voucher('paid')))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  it('refuses a closed fund', async () => {
    const { ledger, cashier } = await loadFixture(closedFund)

    await expect(ledger.connect(cashier).executePayment(2, 1, 1n, true, voucher('paid')))
      .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
      .withArgs(2)
  })

  it('refuses what was never proposed', async () => {
    const { ledger, cashier } = await loadFixture(filledFund)

    await expect(ledger.connect(cashier).executePayment(1, 1, 1n, true, voucher('paid')))
      .to.be.revertedWithCustomError(ledger, 'OutflowUnknown')
      .withArgs(1, 1)
  })

  it('refuses what nobody approved', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 1n, true, voucher('paid')))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, PROPOSED)
  })

  it('refuses what is paid', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 1n, 'P')

    await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 1n, true, voucher('again')))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, EXECUTED)
  })

  it('refuses a void, which is executed at once', async () => {
    const book = await loadFixture(filledFund)
    await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 1n, DUPLICATE, voucher('void'))

    await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 1n, true, voucher('paid')))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, EXECUTED)
  })

  it('refuses the person who proposed it', async () => {
    const { ledger, deputy, approver } = await loadFixture(filledFund)
    await ledger.connect(deputy).proposePayment(1, 1n, ref('P'), PAPER)
    await ledger.connect(approver).approvePayment(1, 1, ...(await proposed(ledger, 1, 1)), PAPER)

    await expect(ledger.connect(deputy).executePayment(1, 1, 1n, true, voucher('paid')))
      .to.be.revertedWithCustomError(ledger, 'SamePerson')
      .withArgs(1, 1, DEPUTY)
  })

  it('refuses the person who proposed it with another key', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 1n, 'P')

    await expect(book.ledger.connect(book.secondKey).executePayment(1, 1, 1n, true, voucher('paid')))
      .to.be.revertedWithCustomError(book.ledger, 'SamePerson')
      .withArgs(1, 1, ACCOUNTANT)
  })

  it('refuses the person who approved it', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')
    await book.ledger.connect(book.deputy).approvePayment(1, 1, ...(await proposed(book.ledger, 1, 1)), PAPER)

    await expect(book.ledger.connect(book.deputy).executePayment(1, 1, 1n, true, voucher('paid')))
      .to.be.revertedWithCustomError(book.ledger, 'SamePerson')
      .withArgs(1, 1, DEPUTY)
  })

  it('refuses to pay nothing', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 1n, 'P')

    await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 0n, true, voucher('paid')))
      .to.be.revertedWithCustomError(book.ledger, 'AmountOutOfRange')
      .withArgs(0n)
  })

  it('refuses a fen more than was approved', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 400n, 'P')

    await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 401n, true, voucher('paid')))
      .to.be.revertedWithCustomError(book.ledger, 'MoreThanApproved')
      .withArgs(1, 1, 400n, 401n)
  })

  it('refuses a fen more than the instalments before have left', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 400n, 'P')
    await book.ledger.connect(book.cashier).executePayment(1, 1, 150n, false, voucher('first'))

    await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 251n, true, voucher('second')))
      .to.be.revertedWithCustomError(book.ledger, 'MoreThanApproved')
      .withArgs(1, 1, 250n, 251n)
  })

  for (const { what, bad, error, facts } of badVouchers(ref('P proposed'), [1, 1]))
    it(`refuses a bank line ${what}`, async () => {
      const book = await loadFixture(filledFund)
      await approve(book, 1n, 'P')

      await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 1n, true, bad))
        .to.be.revertedWithCustomError(book.ledger, error)
        .withArgs(...facts)
    })

  it('refuses the same bank line for two payments', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 1n, 'P')
    await approve(book, 1n, 'Q')

    await expect(book.ledger.connect(book.cashier).executePayment(1, 2, 1n, true, voucher('P paid')))
      .to.be.revertedWithCustomError(book.ledger, 'RefUsed')
      .withArgs(ref('P paid'), 1, 1)
  })

  describe('of a payment', () => {
    it('takes the first fen of the line', async () => {
      const book = await loadFixture(filledFund)
      await approve(book, 12_000n, 'P')

      const paying = book.ledger
        .connect(book.cashier)
        .executePayment(1, 1, 12_000n, true, voucher('paid', { effectiveOn: YESTERDAY }))

      await expect(paying)
        .to.emit(book.ledger, 'PaymentExecuted')
        .withArgs(1, 1, 12_000n, 0n, true, ref('paid'), YESTERDAY, PAPER, CASHIER)
      await expect(paying).to.emit(book.ledger, 'PieceTaken').withArgs(1, 1, 1, 0n, 12_000n, 0n)
      expect(fields(await book.ledger.outflowOf(1, 1))).to.include({
        state: BigInt(EXECUTED), paid: 12_000n, returned: 0n, proposer: BigInt(ACCOUNTANT), approver: BigInt(APPROVER),
        cashier: BigInt(CASHIER),
      })
      expect(fields(await book.ledger.standingOf(1))).to.deep.equal({
        received: 15_001n, cursor: 12_000n, uncrossed: 0n, held: 0n, available: 3_001n,
        batches: 1n, inflows: 3n, outflows: 1n, pieces: 1n, open: true, periods: 0n, closedThrough: 0n,
      })
    })

    it('takes the next fen when others were taken before', async () => {
      const book = await loadFixture(filledFund)
      await pay(book, 9_000n, 'P')

      await pay(book, 2_000n, 'Q')

      expect(fields(await book.ledger.pieceOf(1, 2))).to.deep.equal({
        start: 9_000n, end: 11_000n, offset: 0n, outflow: 2n,
      })
    })

    it('jumps what was cut out, in as many pieces as it needs', async () => {
      const book = await loadFixture(filledFund)
      const { ledger, approver } = book
      await ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 1_000n, DUPLICATE, voucher('void B'))
      await ledger.connect(approver).voidInflow(1, proven(BATCH, 0), 4_000n, DUPLICATE, voucher('void A'))
      await ledger.connect(approver).voidInflow(1, proven(BATCH, 0), 2_000n, DUPLICATE, voucher('void more of A'))

      const number = await pay(book, 8_001n, 'P')

      expect(number).to.equal(4)
      const taken = [4, 5, 6].map(async (piece) => fields(await ledger.pieceOf(1, piece)))
      expect(await Promise.all(taken)).to.deep.equal([
        { start: 0n, end: 4_000n, offset: 0n, outflow: 4n },
        { start: 10_000n, end: 14_000n, offset: 4_000n, outflow: 4n },
        { start: 15_000n, end: 15_001n, offset: 8_000n, outflow: 4n },
      ])
      expect(fields(await ledger.standingOf(1))).to.include({
        cursor: 15_001n, uncrossed: 0n, available: 0n, pieces: 6n,
      })
    })

    it('releases the rest when the last instalment is less than approved', async () => {
      const book = await loadFixture(filledFund)
      await approve(book, 400n, 'P')

      const paying = book.ledger.connect(book.cashier).executePayment(1, 1, 150n, true, voucher('paid'))

      await expect(paying)
        .to.emit(book.ledger, 'PaymentExecuted')
        .withArgs(1, 1, 150n, 250n, true, ref('paid'), TODAY, PAPER, CASHIER)
      expect(fields(await book.ledger.outflowOf(1, 1))).to.include({
        state: BigInt(EXECUTED), amount: 400n, paid: 150n,
      })
      expect(fields(await book.ledger.standingOf(1))).to.include({ held: 0n, available: 14_851n })
    })

    it('stays approved after an instalment, and keeps holding the rest', async () => {
      const book = await loadFixture(filledFund)
      await approve(book, 400n, 'P')

      const paying = book.ledger.connect(book.cashier).executePayment(1, 1, 150n, false, voucher('first'))

      await expect(paying)
        .to.emit(book.ledger, 'PaymentExecuted')
        .withArgs(1, 1, 150n, 0n, false, ref('first'), TODAY, PAPER, CASHIER)
      expect(fields(await book.ledger.outflowOf(1, 1))).to.include({ state: BigInt(APPROVED), paid: 150n })
      expect(fields(await book.ledger.standingOf(1))).to.include({ cursor: 150n, held: 250n, available: 14_601n })
    })

    it('is executed by the instalment that pays the rest, and continues the offsets of the pieces', async () => {
      const book = await loadFixture(filledFund)
      await approve(book, 400n, 'P')
      await book.ledger.connect(book.cashier).executePayment(1, 1, 150n, false, voucher('first'))

      const paying = book.ledger.connect(book.deputy).executePayment(1, 1, 250n, false, voucher('second'))

      await expect(paying)
        .to.emit(book.ledger, 'PaymentExecuted')
        .withArgs(1, 1, 250n, 0n, true, ref('second'), TODAY, PAPER, DEPUTY)
      await expect(paying).to.emit(book.ledger, 'PieceTaken').withArgs(1, 1, 2, 150n, 400n, 150n)
      expect(fields(await book.ledger.outflowOf(1, 1))).to.include({
        state: BigInt(EXECUTED), paid: 400n, cashier: BigInt(DEPUTY),
      })
    })
  })

  describe('of a refund', () => {
    async function approvedRefund() {
      const book = await loadFixture(filledFund)
      await book.ledger.connect(book.accountant).proposeRefund(1, proven(BATCH, 1), 3_000n, ref('R'), PAPER)
      await book.ledger.connect(book.approver).approvePayment(1, 1, ...(await proposed(book.ledger, 1, 1)), PAPER)
      return book
    }

    it('refuses fen that a payment has taken since', async () => {
      const book = await loadFixture(approvedRefund)
      await pay(book, 12_001n, 'P')

      await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 3_000n, true, voucher('R paid')))
        .to.be.revertedWithCustomError(book.ledger, 'CutTooLong')
        .withArgs(2_999n, 3_000n)
    })

    it('refuses fen that a void has cut since', async () => {
      const book = await loadFixture(approvedRefund)
      await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 2_001n, DUPLICATE, voucher('void'))

      await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 3_000n, true, voucher('R paid')))
        .to.be.revertedWithCustomError(book.ledger, 'CutTooLong')
        .withArgs(2_999n, 3_000n)
    })

    it('cuts the end of the donor’s own fen', async () => {
      const book = await loadFixture(approvedRefund)

      const paying = book.ledger.connect(book.cashier).executePayment(1, 1, 3_000n, false, voucher('R paid'))

      await expect(paying)
        .to.emit(book.ledger, 'PaymentExecuted')
        .withArgs(1, 1, 3_000n, 0n, true, ref('R paid'), TODAY, PAPER, CASHIER)
      await expect(paying).to.emit(book.ledger, 'PieceTaken').withArgs(1, 1, 1, 12_000n, 15_000n, 0n)
      expect(await book.ledger.cutOf(1, 2)).to.equal(3_000n)
      expect(fields(await book.ledger.standingOf(1))).to.include({
        cursor: 0n, uncrossed: 3_000n, held: 0n, available: 12_001n,
      })
    })

    it('cuts each instalment before the one that went before', async () => {
      const book = await loadFixture(approvedRefund)
      await book.ledger.connect(book.cashier).executePayment(1, 1, 1_000n, false, voucher('R first'))

      const paying = book.ledger.connect(book.cashier).executePayment(1, 1, 2_000n, false, voucher('R second'))

      await expect(paying).to.emit(book.ledger, 'PieceTaken').withArgs(1, 1, 2, 12_000n, 14_000n, 1_000n)
      expect(await book.ledger.cutOf(1, 2)).to.equal(3_000n)
    })
  })

  describe('of a transfer', () => {
    async function approvedTransfer() {
      const book = await loadFixture(filledFund)
      await book.ledger.connect(book.accountant).proposeTransfer(1, 2, 3_000n, ref('T'), PAPER)
      await book.ledger.connect(book.approver).approvePayment(1, 1, ...(await proposed(book.ledger, 1, 1)), PAPER)
      return book
    }

    it('refuses when the other fund was closed since', async () => {
      const book = await loadFixture(approvedTransfer)
      await book.ledger.connect(book.steward).closeFund(2, PAPER)

      await expect(book.ledger.connect(book.cashier).executePayment(1, 1, 3_000n, true, voucher('T moved')))
        .to.be.revertedWithCustomError(book.ledger, 'FundNotOpen')
        .withArgs(2)
    })

    it('takes fen of one line and lengthens the other by them', async () => {
      const book = await loadFixture(approvedTransfer)
      const { ledger, cashier } = book

      const moving = ledger.connect(cashier).executePayment(1, 1, 3_000n, true, voucher('T moved'))

      await expect(moving).to.emit(ledger, 'PieceTaken').withArgs(1, 1, 1, 0n, 3_000n, 0n)
      await expect(moving)
        .to.emit(ledger, 'InflowsRecorded')
        .withArgs(2, 1, 1, 0n, 7, TODAY, CASHIER, [[ref('T moved'), 3_000n, PAPER]])
      await expect(moving).to.emit(ledger, 'OriginRecorded').withArgs(2, 1, 1, 1, 0n)
      expect(fields(await ledger.originOf(2, 1))).to.deep.equal({ fund: 1n, outflow: 1n, offset: 0n })
      expect(fields(await ledger.outflowOf(1, 1))).to.include({ paid: 3_000n, returned: 3_000n })
      expect(fields(await ledger.standingOf(1))).to.include({ received: 15_001n, cursor: 3_000n, available: 12_001n })
      expect(fields(await ledger.standingOf(2))).to.include({
        received: 3_000n, batches: 1n, inflows: 1n, available: 3_000n,
      })
    })

    it('arrives as often as it goes, each time with its own offset', async () => {
      const book = await loadFixture(approvedTransfer)
      await book.ledger.connect(book.cashier).executePayment(1, 1, 1_000n, false, voucher('T first'))

      await book.ledger.connect(book.cashier).executePayment(1, 1, 1_500n, true, voucher('T second'))

      expect(fields(await book.ledger.originOf(2, 1))).to.deep.equal({ fund: 1n, outflow: 1n, offset: 0n })
      expect(fields(await book.ledger.originOf(2, 2))).to.deep.equal({ fund: 1n, outflow: 1n, offset: 1_000n })
      expect(fields(await book.ledger.outflowOf(1, 1))).to.include({ paid: 2_500n, returned: 2_500n })
      expect(fields(await book.ledger.batchOf(2, 2))).to.include({
        start: 1_000n, end: 2_500n, firstNumber: 2n, count: 1n,
      })
    })

    it('arrives as an inflow that its empty path proves', async () => {
      const book = await loadFixture(approvedTransfer)
      await book.ledger.connect(book.cashier).executePayment(1, 1, 3_000n, true, voucher('T moved'))
      const arrived = { number: 1, first: 1, start: 0n, items: [{ ref: ref('T moved'), amount: 3_000n, paper: PAPER }] }

      const proposing = book.ledger
        .connect(book.accountant)
        .proposeRefund(2, proven(arrived, 0), 3_000n, ref('R'), PAPER)

      await expect(proposing)
        .to.emit(book.ledger, 'PaymentProposed')
        .withArgs(2, 1, 2, 1, 3_000n, ref('R'), PAPER, ACCOUNTANT)
    })
  })
})
