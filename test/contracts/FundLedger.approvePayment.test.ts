import { expect } from 'chai'
import {
  ACCOUNTANT, APPROVED, APPROVER, BATCH, CANCELLED, DEPUTY, DONATION, DUPLICATE, NO_PAPER, PAPER, TODAY, approve,
  closedFund, fields, filledFund, inflow, loadFixture, propose, proposed, proven, ref, terms, voucher,
} from './fixture.ts'

describe('FundLedger.approvePayment', () => {
  it('refuses a fund that was never opened', async () => {
    const { ledger, approver } = await loadFixture(filledFund)

    await expect(ledger.connect(approver).approvePayment(3, 1, 1n, PAPER, PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  it('refuses a closed fund', async () => {
    const { ledger, approver } = await loadFixture(closedFund)

    await expect(ledger.connect(approver).approvePayment(2, 1, 1n, PAPER, PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
      .withArgs(2)
  })

  it('refuses what was never proposed', async () => {
    const { ledger, approver } = await loadFixture(filledFund)

    await expect(ledger.connect(approver).approvePayment(1, 1, 1n, PAPER, PAPER))
      .to.be.revertedWithCustomError(ledger, 'OutflowUnknown')
      .withArgs(1, 1)
  })

  it('refuses what is approved already', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 1n, 'P')

    await expect(book.ledger.connect(book.approver).approvePayment(1, 1, ...(await proposed(book.ledger, 1, 1)), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, APPROVED)
  })

  it('refuses what was given up', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')
    await book.ledger.connect(book.accountant).cancelPayment(1, 1, DUPLICATE, PAPER)

    await expect(book.ledger.connect(book.approver).approvePayment(1, 1, ...(await proposed(book.ledger, 1, 1)), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'OutflowNotIn')
      .withArgs(1, 1, CANCELLED)
  })

  it('refuses the person who proposed it', async () => {
    const { ledger, deputy } = await loadFixture(filledFund)
    await ledger.connect(deputy).proposePayment(1, 1n, ref('P'), PAPER)

    await expect(ledger.connect(deputy).approvePayment(1, 1, ...(await proposed(ledger, 1, 1)), PAPER))
      .to.be.revertedWithCustomError(ledger, 'SamePerson')
      .withArgs(1, 1, DEPUTY)
  })

  it('refuses the person who proposed it with another key', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.secondKey).approvePayment(1, 1, ...(await proposed(book.ledger, 1, 1)), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'SamePerson')
      .withArgs(1, 1, ACCOUNTANT)
  })

  it('refuses to approve without a paper', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.approver).approvePayment(1, 1, ...(await proposed(book.ledger, 1, 1)), NO_PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'PaperMissing')
      .withArgs()
  })

  it('refuses another amount than was proposed, and names the one that was', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 2n, 'P')

    for (const amount of [0n, 1n, 3n])
      await expect(book.ledger.connect(book.approver).approvePayment(1, 1, amount, PAPER, PAPER))
        .to.be.revertedWithCustomError(book.ledger, 'ProposalDiffers')
        .withArgs(1, 1, 2n, PAPER)
  })

  it('refuses another paper than was proposed, and names the one that was', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 2n, 'P')

    for (const proposal of [NO_PAPER, ref('another paper')])
      await expect(book.ledger.connect(book.approver).approvePayment(1, 1, 2n, proposal, PAPER))
        .to.be.revertedWithCustomError(book.ledger, 'ProposalDiffers')
        .withArgs(1, 1, 2n, PAPER)
  })

  it('refuses a second payment with money that the first has claimed', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 10_000n, 'P')
    await propose(book, 5_002n, 'Q')

    await expect(book.ledger.connect(book.approver).approvePayment(1, 2, ...(await proposed(book.ledger, 1, 2)), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'NotAvailable')
      .withArgs(1, 5_001n, 5_002n)
  })

  it('refuses money that was cut out of the line', async () => {
    const book = await loadFixture(filledFund)
    await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 5_000n, DUPLICATE, voucher('void B'))
    await propose(book, 10_002n, 'P')

    await expect(book.ledger.connect(book.approver).approvePayment(1, 2, ...(await proposed(book.ledger, 1, 2)), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'NotAvailable')
      .withArgs(1, 10_001n, 10_002n)
  })

  it('refuses to touch the reserve', async () => {
    const book = await loadFixture(filledFund)
    await book.ledger.connect(book.steward).openFund(terms({ reserve: 300n }))
    await book.ledger.connect(book.accountant).recordInflows(3, 0n, DONATION, TODAY, [inflow('D', 1_000n)])
    await propose(book, 701n, 'P', 3)

    await expect(book.ledger.connect(book.approver).approvePayment(3, 1, ...(await proposed(book.ledger, 3, 1)), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'NotAvailable')
      .withArgs(3, 700n, 701n)
  })

  it('finds nothing available while the reserve is not full', async () => {
    const book = await loadFixture(filledFund)
    await book.ledger.connect(book.steward).openFund(terms({ reserve: 300n }))
    await book.ledger.connect(book.accountant).recordInflows(3, 0n, DONATION, TODAY, [inflow('D', 299n)])
    await propose(book, 1n, 'P', 3)

    await expect(book.ledger.connect(book.approver).approvePayment(3, 1, ...(await proposed(book.ledger, 3, 1)), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'NotAvailable')
      .withArgs(3, 0n, 1n)
  })

  describe('when all of a fund is to be transferred', () => {
    /** Fund 3 has 1,000 fen, and a reserve of 300; outflow 1 would move `amount` of them to fund 1. */
    async function reserved(amount: bigint) {
      const book = await loadFixture(filledFund)
      await book.ledger.connect(book.steward).openFund(terms({ reserve: 300n }))
      await book.ledger.connect(book.accountant).recordInflows(3, 0n, DONATION, TODAY, [inflow('D', 1_000n)])
      await book.ledger.connect(book.accountant).proposeTransfer(3, 1, amount, ref('T'), PAPER)
      return book
    }

    it('lets the reserve go along, so that the fund can close', async () => {
      const { ledger, approver, cashier, steward } = await reserved(1_000n)

      await ledger.connect(approver).approvePayment(3, 1, ...(await proposed(ledger, 3, 1)), PAPER)
      await ledger.connect(cashier).executePayment(3, 1, 1_000n, true, voucher('T moved'))
      await ledger.connect(steward).closeFund(3, PAPER)

      expect(fields(await ledger.standingOf(3))).to.include({ cursor: 1_000n, held: 0n, open: false })
    })

    it('keeps the reserve when a fen is to stay', async () => {
      const { ledger, approver } = await reserved(999n)

      await expect(ledger.connect(approver).approvePayment(3, 1, ...(await proposed(ledger, 3, 1)), PAPER))
        .to.be.revertedWithCustomError(ledger, 'NotAvailable')
        .withArgs(3, 700n, 999n)
    })

    it('keeps the reserve while another payment has claimed some of the fund', async () => {
      const book = await reserved(1_000n)
      await approve(book, 1n, 'P', 3)

      await expect(book.ledger.connect(book.approver).approvePayment(3, 1, ...(await proposed(book.ledger, 3, 1)), PAPER))
        .to.be.revertedWithCustomError(book.ledger, 'NotAvailable')
        .withArgs(3, 699n, 1_000n)
    })

    it('keeps the reserve from a payment of all of it', async () => {
      const book = await reserved(1_000n)
      await propose(book, 1_000n, 'P', 3)

      await expect(book.ledger.connect(book.approver).approvePayment(3, 2, ...(await proposed(book.ledger, 3, 2)), PAPER))
        .to.be.revertedWithCustomError(book.ledger, 'NotAvailable')
        .withArgs(3, 700n, 1_000n)
    })
  })

  it('claims the money for the payment, to the last fen', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 15_001n, 'P')

    const approving = book.ledger.connect(book.approver).approvePayment(1, 1, ...(await proposed(book.ledger, 1, 1)), PAPER)

    await expect(approving).to.emit(book.ledger, 'PaymentApproved').withArgs(1, 1, PAPER, APPROVER)
    expect(fields(await book.ledger.outflowOf(1, 1))).to.include({
      state: BigInt(APPROVED), approver: BigInt(APPROVER), paid: 0n,
    })
    expect(fields(await book.ledger.standingOf(1))).to.include({
      received: 15_001n, cursor: 0n, held: 15_001n, available: 0n,
    })
  })

  it('adds up what several payments claim', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 4_000n, 'P')

    await approve(book, 3_000n, 'Q')

    expect(fields(await book.ledger.standingOf(1))).to.include({ held: 7_000n, available: 8_001n })
  })
})
