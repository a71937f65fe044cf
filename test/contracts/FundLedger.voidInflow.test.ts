import { expect } from 'chai'
import {
  ACCOUNTANT, APPROVER, BATCH, DEPUTY, DONATION, DUPLICATE, EXECUTED, NOT_RECEIVED, NO_REASON, PAPER, TODAY, VOID,
  approve, badVouchers, closedFund, fields, filledFund, inflow, loadFixture, openFunds, other, pay, propose, proposed, proven, ref,
  terms, voucher,
} from './fixture.ts'

describe('FundLedger.voidInflow', () => {
  it('refuses a fund that was never opened', async () => {
    const { ledger, approver } = await loadFixture(filledFund)

    await expect(ledger.connect(approver).voidInflow(3, proven(BATCH, 1), 1n, DUPLICATE, voucher('void')))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  it('refuses a closed fund', async () => {
    const { ledger, approver } = await loadFixture(closedFund)

    await expect(ledger.connect(approver).voidInflow(2, proven(BATCH, 1), 1n, DUPLICATE, voucher('void')))
      .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
      .withArgs(2)
  })

  for (const amount of [0n, 1_000_000_000_001n])
    it(`refuses to void ${amount} fen`, async () => {
      const { ledger, approver } = await loadFixture(filledFund)

      await expect(ledger.connect(approver).voidInflow(1, proven(BATCH, 1), amount, DUPLICATE, voucher('void')))
        .to.be.revertedWithCustomError(ledger, 'AmountOutOfRange')
        .withArgs(amount)
    })

  it('refuses a void without a reason', async () => {
    const { ledger, approver } = await loadFixture(filledFund)

    await expect(ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 1n, NO_REASON, voucher('void')))
      .to.be.revertedWithCustomError(ledger, 'ReasonMissing')
      .withArgs()
  })

  const target = proven(BATCH, 1)
  const lies = {
    'a batch that was never recorded': { ...target, batch: 2 },
    'a number after the batch': { ...target, number: 4 },
    'the number of its neighbour': { ...target, number: 1 },
    'another start': { ...target, start: 9_999n },
    'another amount': { ...target, inflow: { ...target.inflow, amount: 5_001n } },
    'another ref': { ...target, inflow: { ...target.inflow, ref: other(target.inflow.ref) } },
    'another paper': { ...target, inflow: { ...target.inflow, paper: other(target.inflow.paper) } },
  }
  for (const [lie, told] of Object.entries(lies))
    it(`refuses an inflow shown with ${lie}`, async () => {
      const { ledger, approver } = await loadFixture(filledFund)

      await expect(ledger.connect(approver).voidInflow(1, told, 1n, DUPLICATE, voucher('void')))
        .to.be.revertedWithCustomError(ledger, 'InflowNotProven')
        .withArgs(1, told.batch, told.number)
    })

  it('refuses the number of an inflow before the batch', async () => {
    const { ledger, accountant, approver } = await loadFixture(filledFund)
    await ledger.connect(accountant).recordInflows(1, 15_001n, DONATION, TODAY, [inflow('D', 9n)])
    const second = { number: 2, first: 4, start: 15_001n, items: [inflow('D', 9n)] }

    await expect(
      ledger.connect(approver).voidInflow(1, { ...proven(second, 0), number: 3 }, 1n, DUPLICATE, voucher('void')),
    )
      .to.be.revertedWithCustomError(ledger, 'InflowNotProven')
      .withArgs(1, 2, 3)
  })

  it('refuses the person who recorded the batch', async () => {
    const { ledger, deputy } = await loadFixture(filledFund)
    await ledger.connect(deputy).recordInflows(1, 15_001n, DONATION, TODAY, [inflow('D', 9n)])
    const second = { number: 2, first: 4, start: 15_001n, items: [inflow('D', 9n)] }

    await expect(ledger.connect(deputy).voidInflow(1, proven(second, 0), 1n, DUPLICATE, voucher('void')))
      .to.be.revertedWithCustomError(ledger, 'RecorderCannotVoid')
      .withArgs(1, 2, DEPUTY)
  })

  it('refuses the person who recorded the batch with another key', async () => {
    const { ledger, secondKey } = await loadFixture(filledFund)

    await expect(ledger.connect(secondKey).voidInflow(1, proven(BATCH, 0), 1n, DUPLICATE, voucher('void')))
      .to.be.revertedWithCustomError(ledger, 'RecorderCannotVoid')
      .withArgs(1, 1, ACCOUNTANT)
  })

  it('refuses the other end of a transfer, which a void would lose from both funds', async () => {
    const { ledger, accountant, approver, cashier } = await loadFixture(filledFund)
    await ledger.connect(accountant).proposeTransfer(1, 2, 10n, ref('T'), PAPER)
    await ledger.connect(approver).approvePayment(1, 1, ...(await proposed(ledger, 1, 1)), PAPER)
    await ledger.connect(cashier).executePayment(1, 1, 10n, true, voucher('T moved'))
    const arrived = { number: 1, first: 1, start: 0n, items: [{ ref: ref('T moved'), amount: 10n, paper: PAPER }] }

    await expect(ledger.connect(approver).voidInflow(2, proven(arrived, 0), 1n, DUPLICATE, voucher('void')))
      .to.be.revertedWithCustomError(ledger, 'TransferNotVoidable')
      .withArgs(2, 1)
  })

  it('refuses what approved payments have claimed', async () => {
    const book = await loadFixture(filledFund)
    await approve(book, 11_000n, 'P')

    await expect(book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 4_002n, DUPLICATE, voucher('void')))
      .to.be.revertedWithCustomError(book.ledger, 'NotAvailable')
      .withArgs(1, 4_001n, 4_002n)
  })

  it('takes an error out of a reserve that is not filled', async () => {
    const { ledger, accountant, approver, steward } = await loadFixture(openFunds)
    await ledger.connect(steward).openFund(terms({ reserve: 20_000n }))
    await ledger.connect(accountant).recordInflows(3, 0n, DONATION, TODAY, BATCH.items)

    await ledger.connect(approver).voidInflow(3, proven(BATCH, 1), 5_000n, NOT_RECEIVED, voucher('void'))

    expect(fields(await ledger.standingOf(3))).to.include({ uncrossed: 5_000n, available: 0n })
  })

  it('refuses more than is unspent of the inflow', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 9_999n, 'P')

    await expect(book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 0), 2n, DUPLICATE, voucher('void')))
      .to.be.revertedWithCustomError(book.ledger, 'CutTooLong')
      .withArgs(1n, 2n)
  })

  it('refuses an inflow of which nothing is unspent', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 12_000n, 'P')

    await expect(book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 0), 1n, DUPLICATE, voucher('void')))
      .to.be.revertedWithCustomError(book.ledger, 'CutTooLong')
      .withArgs(0n, 1n)
  })

  it('refuses more than an earlier void left of the inflow', async () => {
    const { ledger, approver } = await loadFixture(filledFund)
    await ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 4_000n, DUPLICATE, voucher('void'))

    await expect(ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 1_001n, DUPLICATE, voucher('again')))
      .to.be.revertedWithCustomError(ledger, 'CutTooLong')
      .withArgs(1_000n, 1_001n)
  })

  for (const { what, bad, error, facts } of badVouchers(ref('P proposed'), [1, 1]))
    it(`refuses a void ${what}`, async () => {
      const book = await loadFixture(filledFund)
      await propose(book, 1n, 'P')

      await expect(book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 1n, DUPLICATE, bad))
        .to.be.revertedWithCustomError(book.ledger, error)
        .withArgs(...facts)
    })

  it('takes the end of the inflow out of the book', async () => {
    const { ledger, approver } = await loadFixture(filledFund)

    const voiding = ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 2_000n, NOT_RECEIVED, voucher('void'))

    await expect(voiding)
      .to.emit(ledger, 'InflowVoided')
      .withArgs(1, 1, 2, 2_000n, NOT_RECEIVED, ref('void'), TODAY, PAPER, APPROVER)
    await expect(voiding).to.emit(ledger, 'PieceTaken').withArgs(1, 1, 1, 13_000n, 15_000n, 0n)
    expect(await ledger.cutOf(1, 2)).to.equal(2_000n)
    expect(fields(await ledger.pieceOf(1, 1))).to.deep.equal({ start: 13_000n, end: 15_000n, offset: 0n, outflow: 1n })
    expect(fields(await ledger.outflowOf(1, 1))).to.deep.equal({
      kind: BigInt(VOID), state: BigInt(EXECUTED), amount: 2_000n, paid: 2_000n, returned: 0n,
      proposer: BigInt(APPROVER), approver: 0n, cashier: 0n, paper: PAPER,
    })
    expect(fields(await ledger.standingOf(1))).to.deep.equal({
      received: 15_001n, cursor: 0n, uncrossed: 2_000n, held: 0n, available: 13_001n,
      batches: 1n, inflows: 3n, outflows: 1n, pieces: 1n, open: true, periods: 0n, closedThrough: 0n,
    })
  })

  it('stacks a second cut before the first', async () => {
    const { ledger, approver } = await loadFixture(filledFund)
    await ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 2_000n, DUPLICATE, voucher('void'))

    const voiding = ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 3_000n, DUPLICATE, voucher('the rest'))

    await expect(voiding).to.emit(ledger, 'PieceTaken').withArgs(1, 2, 2, 10_000n, 13_000n, 0n)
    expect(await ledger.cutOf(1, 2)).to.equal(5_000n)
  })

  it('takes what the cursor has left of the inflow, to its last fen', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 12_000n, 'P')

    const voiding = book.ledger
      .connect(book.approver)
      .voidInflow(1, proven(BATCH, 1), 3_000n, DUPLICATE, voucher('void'))

    await expect(voiding).to.emit(book.ledger, 'PieceTaken').withArgs(1, 2, 2, 12_000n, 15_000n, 0n)
  })

  it('uses up its ref', async () => {
    const { ledger, approver } = await loadFixture(filledFund)
    await ledger.connect(approver).voidInflow(1, proven(BATCH, 1), 2_000n, DUPLICATE, voucher('void'))

    await expect(ledger.connect(approver).voidInflow(1, proven(BATCH, 0), 1n, DUPLICATE, voucher('void')))
      .to.be.revertedWithCustomError(ledger, 'RefUsed')
      .withArgs(ref('void'), 1, 1)
  })
})
