import { expect } from 'chai'
import {
  DUPLICATE, NO_PAPER, PAPER, STEWARD, BATCH, filledFund, loadFixture, openFunds, pay, proven, voucher,
} from './fixture.ts'

describe('FundLedger.closeFund', () => {
  it('refuses a fund that was never opened', async () => {
    const { ledger, steward } = await loadFixture(openFunds)

    await expect(ledger.connect(steward).closeFund(3, PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  it('refuses a fund that is closed', async () => {
    const { ledger, steward } = await loadFixture(openFunds)
    await ledger.connect(steward).closeFund(1, PAPER)

    await expect(ledger.connect(steward).closeFund(1, PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
      .withArgs(1)
  })

  it('refuses to close without a paper', async () => {
    const { ledger, steward } = await loadFixture(openFunds)

    await expect(ledger.connect(steward).closeFund(1, NO_PAPER))
      .to.be.revertedWithCustomError(ledger, 'PaperMissing')
      .withArgs()
  })

  it('refuses a fund in which a fen is left', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 15_000n, 'P')

    await expect(book.ledger.connect(book.steward).closeFund(1, PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'FundNotEmpty')
      .withArgs(1, 1n)
  })

  it('closes a fund whose fen are spent or cut, though the cursor has not crossed the cut', async () => {
    const book = await loadFixture(filledFund)
    await pay(book, 15_000n, 'P')
    await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 2), 1n, DUPLICATE, voucher('void C'))

    const closing = book.ledger.connect(book.steward).closeFund(1, PAPER)

    await expect(closing).to.emit(book.ledger, 'FundClosed').withArgs(1, PAPER, STEWARD)
    expect((await book.ledger.standingOf(1)).open).to.equal(false)
  })
})
