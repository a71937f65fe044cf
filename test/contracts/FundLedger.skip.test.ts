import { expect } from 'chai'
import { BATCH, DUPLICATE, fields, filledFund, loadFixture, pay, proven, setLine, voucher } from './fixture.ts'

/** A is cut whole in three cuts, of which the cursor stands before the first; B is spent from on. */
async function cutFund() {
  const book = await loadFixture(filledFund)
  for (const [name, amount] of [['last', 1_000n], ['middle', 2_000n], ['first', 7_000n]] as const)
    await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 0), amount, DUPLICATE, voucher(name))
  return book
}

describe('FundLedger.skip', () => {
  for (const unknown of [0, 3])
    it(`refuses fund ${unknown} when there are two`, async () => {
      const { ledger, stranger } = await loadFixture(filledFund)

      await expect(ledger.connect(stranger).skip(unknown, 1))
        .to.be.revertedWithCustomError(ledger, 'FundUnknown')
        .withArgs(unknown)
    })

  it('refuses when no cut begins at the cursor', async () => {
    const book = await loadFixture(filledFund)
    await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 1n, DUPLICATE, voucher('void'))

    await expect(book.ledger.connect(book.stranger).skip(1, 1))
      .to.be.revertedWithCustomError(book.ledger, 'NothingToSkip')
      .withArgs(1, 0n)
  })

  it('refuses to skip nothing', async () => {
    const { ledger, stranger } = await loadFixture(cutFund)

    await expect(ledger.connect(stranger).skip(1, 0))
      .to.be.revertedWithCustomError(ledger, 'NothingToSkip')
      .withArgs(1, 0n)
  })

  it('refuses at the end of the longest line', async () => {
    const { ledger, stranger } = await loadFixture(filledFund)
    await setLine(ledger, 1, { received: 2n ** 63n - 1n, cursor: 2n ** 63n - 1n })

    await expect(ledger.connect(stranger).skip(1, 1))
      .to.be.revertedWithCustomError(ledger, 'NothingToSkip')
      .withArgs(1, 9_223_372_036_854_775_807n)
  })

  it('lets anybody move the cursor over as many cuts as he names', async () => {
    const { ledger, stranger } = await loadFixture(cutFund)

    const skipping = ledger.connect(stranger).skip(1, 2)

    await expect(skipping).to.emit(ledger, 'CutsSkipped').withArgs(1, 2, 9_000n)
    expect(fields(await ledger.standingOf(1))).to.include({ cursor: 9_000n, uncrossed: 1_000n, available: 5_001n })
  })

  it('stops where the cuts end', async () => {
    const { ledger, stranger } = await loadFixture(cutFund)

    const skipping = ledger.connect(stranger).skip(1, 4_294_967_295)

    await expect(skipping).to.emit(ledger, 'CutsSkipped').withArgs(1, 3, 10_000n)
    expect(fields(await ledger.standingOf(1))).to.include({ cursor: 10_000n, uncrossed: 0n, available: 5_001n })
  })

  it('changes nothing for the payment that comes next', async () => {
    const book = await loadFixture(cutFund)
    await book.ledger.connect(book.stranger).skip(1, 1)

    await pay(book, 2n, 'P')

    expect(fields(await book.ledger.pieceOf(1, 4))).to.deep.equal({
      start: 10_000n, end: 10_002n, offset: 0n, outflow: 4n,
    })
  })
})
