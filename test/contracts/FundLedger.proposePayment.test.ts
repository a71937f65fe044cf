import { expect } from 'chai'
import {
  ACCOUNTANT, NO_PAPER, NO_REF, PAPER, PAYMENT, PROPOSED, closedFund, fields, filledFund, loadFixture, propose, ref,
} from './fixture.ts'

describe('FundLedger.proposePayment', () => {
  it('refuses a fund that was never opened', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposePayment(3, 1n, ref('P'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  it('refuses a closed fund', async () => {
    const { ledger, accountant } = await loadFixture(closedFund)

    await expect(ledger.connect(accountant).proposePayment(2, 1n, ref('P'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
      .withArgs(2)
  })

  for (const amount of [0n, 1_000_000_000_001n])
    it(`refuses a payment of ${amount} fen`, async () => {
      const { ledger, accountant } = await loadFixture(filledFund)

      await expect(ledger.connect(accountant).proposePayment(1, amount, ref('P'), PAPER))
        .to.be.revertedWithCustomError(ledger, 'AmountOutOfRange')
        .withArgs(amount)
    })

  it('refuses a payment without a paper', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposePayment(1, 1n, ref('P'), NO_PAPER))
      .to.be.revertedWithCustomError(ledger, 'PaperMissing')
      .withArgs()
  })

  it('refuses a payment without a ref', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposePayment(1, 1n, NO_REF, PAPER))
      .to.be.revertedWithCustomError(ledger, 'RefMissing')
      .withArgs()
  })

  it('refuses a ref that is in the book, also for another fund, and names where', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')
    await propose(book, 1n, 'Q')

    await expect(book.ledger.connect(book.accountant).proposePayment(2, 1n, ref('Q proposed'), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'RefUsed')
      .withArgs(ref('Q proposed'), 1, 2)
  })

  it('writes down what is asked for and claims no money yet', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    const proposing = ledger.connect(accountant).proposePayment(1, 12_000n, ref('P'), PAPER)

    await expect(proposing)
      .to.emit(ledger, 'PaymentProposed')
      .withArgs(1, 1, PAYMENT, 0, 12_000n, ref('P'), PAPER, ACCOUNTANT)
    expect(fields(await ledger.outflowOf(1, 1))).to.deep.equal({
      kind: BigInt(PAYMENT), state: BigInt(PROPOSED), amount: 12_000n, paid: 0n, returned: 0n,
      proposer: BigInt(ACCOUNTANT), approver: 0n, cashier: 0n, paper: PAPER,
    })
    expect(fields(await ledger.standingOf(1))).to.include({ held: 0n, available: 15_001n, outflows: 1n, pieces: 0n })
  })

  it('numbers the outflows of each fund from 1', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    expect(await propose(book, 1n, 'Q')).to.equal(2)
    expect(await propose(book, 1n, 'R', 2)).to.equal(1)
  })

  // The money may come before the approval does.
  it('takes a proposal for more than the fund has, up to ¥10,000,000,000.00', async () => {
    const book = await loadFixture(filledFund)

    const number = await propose(book, 1_000_000_000_000n, 'P')

    expect((await book.ledger.outflowOf(1, number)).amount).to.equal(1_000_000_000_000n)
  })
})
