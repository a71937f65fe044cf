import { expect } from 'chai'
import { NO_PAPER, PURPOSE, STEWARD, fields, loadFixture, openBook, terms } from './fixture.ts'

const LINE_END = 2n ** 63n - 1n

describe('FundLedger.openFund', () => {
  it('refuses a fund of no community', async () => {
    const { ledger, steward } = await loadFixture(openBook)

    await expect(ledger.connect(steward).openFund(terms({ community: 0 })))
      .to.be.revertedWithCustomError(ledger, 'CommunityMissing')
      .withArgs()
  })

  it('refuses a fund without the paper that states its purpose', async () => {
    const { ledger, steward } = await loadFixture(openBook)

    await expect(ledger.connect(steward).openFund(terms({ purpose: NO_PAPER })))
      .to.be.revertedWithCustomError(ledger, 'PaperMissing')
      .withArgs()
  })

  for (const term of ['reserve', 'threshold'])
    it(`refuses a ${term} that no line can reach`, async () => {
      const { ledger, steward } = await loadFixture(openBook)

      await expect(ledger.connect(steward).openFund(terms({ [term]: LINE_END + 1n })))
        .to.be.revertedWithCustomError(ledger, 'TermOutOfRange')
        .withArgs(9_223_372_036_854_775_808n)
    })

  it('opens funds 1, 2 …, each with its terms and an empty line', async () => {
    const { ledger, steward } = await loadFixture(openBook)
    await ledger.connect(steward).openFund(terms())

    const opening = ledger
      .connect(steward)
      .openFund(terms({ community: 7, restricted: true, reserve: 30n, threshold: LINE_END }))

    await expect(opening)
      .to.emit(ledger, 'FundOpened')
      .withArgs(2, 7, true, 30n, 9_223_372_036_854_775_807n, PURPOSE, STEWARD)
    expect(await ledger.fundCount()).to.equal(2n)
    expect(fields(await ledger.termsOf(2))).to.deep.equal({
      community: 7n, restricted: true, reserve: 30n, threshold: 9_223_372_036_854_775_807n, purpose: PURPOSE,
    })
    expect(fields(await ledger.standingOf(2))).to.deep.equal({
      received: 0n, cursor: 0n, uncrossed: 0n, held: 0n, available: 0n,
      batches: 0n, inflows: 0n, outflows: 0n, pieces: 0n, open: true, periods: 0n, closedThrough: 0n,
    })
  })

  it('takes a reserve as long as the line', async () => {
    const { ledger, steward } = await loadFixture(openBook)

    await ledger.connect(steward).openFund(terms({ reserve: LINE_END }))

    expect((await ledger.termsOf(1)).reserve).to.equal(9_223_372_036_854_775_807n)
  })
})

describe('What FundLedger says of a fund', () => {
  for (const unknown of [0, 2]) {
    it(`has no terms of fund ${unknown} when there is only fund 1`, async () => {
      const { ledger, steward } = await loadFixture(openBook)
      await ledger.connect(steward).openFund(terms())

      await expect(ledger.termsOf(unknown)).to.be.revertedWithCustomError(ledger, 'FundUnknown').withArgs(unknown)
    })

    it(`has no standing of fund ${unknown} when there is only fund 1`, async () => {
      const { ledger, steward } = await loadFixture(openBook)
      await ledger.connect(steward).openFund(terms())

      await expect(ledger.standingOf(unknown)).to.be.revertedWithCustomError(ledger, 'FundUnknown').withArgs(unknown)
    })
  }

  it('has no outflow that was never proposed', async () => {
    const { ledger, steward } = await loadFixture(openBook)
    await ledger.connect(steward).openFund(terms())

    await expect(ledger.outflowOf(1, 1)).to.be.revertedWithCustomError(ledger, 'OutflowUnknown').withArgs(1, 1)
  })
})
