import { expect } from 'chai'
import {
  ACCOUNTANT, NO_PAPER, NO_REF, PAPER, PROPOSED, TRANSFER, closedFund, fields, filledFund, loadFixture, propose, ref,
  terms,
} from './fixture.ts'

/** Fund 3 belongs to another community, fund 4 is restricted. */
async function fourFunds() {
  const book = await loadFixture(filledFund)
  await book.ledger.connect(book.steward).openFund(terms({ community: 2 }))
  await book.ledger.connect(book.steward).openFund(terms({ restricted: true }))
  return book
}

describe('FundLedger.proposeTransfer', () => {
  it('refuses to move money to where it is', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposeTransfer(1, 1, 1n, ref('T'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'SameFund')
      .withArgs(1)
  })

  for (const [from, to] of [[5, 1], [1, 5], [1, 0]] as const)
    it(`refuses to move money from fund ${from} to fund ${to} when there are four`, async () => {
      const { ledger, accountant } = await loadFixture(fourFunds)

      await expect(ledger.connect(accountant).proposeTransfer(from, to, 1n, ref('T'), PAPER))
        .to.be.revertedWithCustomError(ledger, 'FundUnknown')
        .withArgs(from === 5 ? 5 : to)
    })

  for (const [from, to] of [[2, 1], [1, 2]] as const)
    it(`refuses to move money from fund ${from} to fund ${to} when fund 2 is closed`, async () => {
      const { ledger, accountant } = await loadFixture(closedFund)

      await expect(ledger.connect(accountant).proposeTransfer(from, to, 1n, ref('T'), PAPER))
        .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
        .withArgs(2)
    })

  it('refuses to move money to another community', async () => {
    const { ledger, accountant } = await loadFixture(fourFunds)

    await expect(ledger.connect(accountant).proposeTransfer(1, 3, 1n, ref('T'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'CommunitiesDiffer')
      .withArgs(1, 3)
  })

  it('refuses to move restricted money to where it would be free', async () => {
    const { ledger, accountant } = await loadFixture(fourFunds)

    await expect(ledger.connect(accountant).proposeTransfer(4, 1, 1n, ref('T'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'RestrictionLost')
      .withArgs(4, 1)
  })

  it('refuses a transfer of nothing', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposeTransfer(1, 2, 0n, ref('T'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'AmountOutOfRange')
      .withArgs(0n)
  })

  it('refuses a transfer without a paper', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposeTransfer(1, 2, 1n, ref('T'), NO_PAPER))
      .to.be.revertedWithCustomError(ledger, 'PaperMissing')
      .withArgs()
  })

  it('refuses a transfer without a ref', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await expect(ledger.connect(accountant).proposeTransfer(1, 2, 1n, NO_REF, PAPER))
      .to.be.revertedWithCustomError(ledger, 'RefMissing')
      .withArgs()
  })

  it('refuses a ref that is in the book', async () => {
    const book = await loadFixture(filledFund)
    await propose(book, 1n, 'P')

    await expect(book.ledger.connect(book.accountant).proposeTransfer(1, 2, 1n, ref('P proposed'), PAPER))
      .to.be.revertedWithCustomError(book.ledger, 'RefUsed')
      .withArgs(ref('P proposed'), 1, 1)
  })

  it('writes down where the money shall go', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    const proposing = ledger.connect(accountant).proposeTransfer(1, 2, 700n, ref('T'), PAPER)

    await expect(proposing)
      .to.emit(ledger, 'PaymentProposed')
      .withArgs(1, 1, TRANSFER, 2, 700n, ref('T'), PAPER, ACCOUNTANT)
    expect(fields(await ledger.outflowOf(1, 1))).to.include({
      kind: BigInt(TRANSFER), state: BigInt(PROPOSED), amount: 700n,
    })
  })

  it('lets free money become restricted', async () => {
    const { ledger, accountant } = await loadFixture(fourFunds)

    await ledger.connect(accountant).proposeTransfer(1, 4, 1n, ref('T'), PAPER)

    expect((await ledger.standingOf(1)).outflows).to.equal(1n)
  })

  it('lets restricted money move to where it stays restricted', async () => {
    const { ledger, steward, accountant } = await loadFixture(fourFunds)
    await ledger.connect(steward).openFund(terms({ restricted: true }))

    await ledger.connect(accountant).proposeTransfer(4, 5, 1n, ref('T'), PAPER)

    expect((await ledger.standingOf(4)).outflows).to.equal(1n)
  })
})
