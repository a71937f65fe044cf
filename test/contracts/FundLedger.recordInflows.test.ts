import { expect } from 'chai'
import {
  ACCOUNTANT, BATCH, CORPORATE, DONATION, FISCAL_GRANT, INTEREST, NO_PAPER, NO_REF, NO_SOURCE, RESIDENT, RETURN, TODAY,
  TOMORROW, TRANSFER_IN, YESTERDAY, closedFund, ethers, fields, filledFund, inflow, leafOf, loadFixture, openFunds, ref,
  setLine, startsOf, time,
} from './fixture.ts'
import { rootOf } from './tree.ts'

const MAX_ENTRY = 1_000_000_000_000n
const MIDNIGHT = TOMORROW * 86_400 - 8 * 3_600 // when TOMORROW begins in China

function many(count: number) {
  return Array.from({ length: count }, (_, at) => inflow(`donation ${at}`, BigInt(at + 1)))
}

describe('FundLedger.recordInflows', () => {
  it('refuses a fund that was never opened', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)

    await expect(ledger.connect(accountant).recordInflows(3, 0n, DONATION, TODAY, many(1)))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  it('refuses a closed fund', async () => {
    const { ledger, accountant } = await loadFixture(closedFund)

    await expect(ledger.connect(accountant).recordInflows(2, 0n, DONATION, TODAY, many(1)))
      .to.be.revertedWithCustomError(ledger, 'FundNotOpen')
      .withArgs(2)
  })

  for (const expected of [15_000n, 15_002n])
    it(`refuses a caller who takes the line of 15,001 fen to be ${expected} long`, async () => {
      const { ledger, accountant } = await loadFixture(filledFund)

      await expect(ledger.connect(accountant).recordInflows(1, expected, DONATION, TODAY, many(1)))
        .to.be.revertedWithCustomError(ledger, 'LineMoved')
        .withArgs(1, expected, 15_001n)
    })

  for (const count of [0, 501])
    it(`refuses ${count} inflows at once`, async () => {
      const { ledger, accountant } = await loadFixture(openFunds)

      await expect(ledger.connect(accountant).recordInflows(1, 0n, DONATION, TODAY, many(count)))
        .to.be.revertedWithCustomError(ledger, 'BatchSizeOutOfRange')
        .withArgs(count)
    })

  for (const [name, source] of Object.entries({ NO_SOURCE, RETURN, TRANSFER_IN }))
    it(`refuses ${name} as a source that somebody may write`, async () => {
      const { ledger, accountant } = await loadFixture(openFunds)

      await expect(ledger.connect(accountant).recordInflows(1, 0n, source, TODAY, many(1)))
        .to.be.revertedWithCustomError(ledger, 'SourceNotRecordable')
        .withArgs(source)
    })

  it('refuses a source that does not exist', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)

    await expect(ledger.connect(accountant).recordInflows(1, 0n, 8, TODAY, many(1))).to.be.revertedWithoutReason(ethers)
  })

  it('refuses the date of tomorrow in the last second of today in China', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    await time.setNextBlockTimestamp(MIDNIGHT - 1)

    await expect(ledger.connect(accountant).recordInflows(1, 0n, DONATION, TOMORROW, many(1)))
      .to.be.revertedWithCustomError(ledger, 'DateInFuture')
      .withArgs(TOMORROW, TODAY)
  })

  for (const [index, amount] of [[0, 0n], [2, MAX_ENTRY + 1n], [1, 2n ** 64n - 1n]] as const)
    it(`refuses the whole batch when inflow ${index} is of ${amount} fen`, async () => {
      const { ledger, accountant } = await loadFixture(openFunds)
      const batch = many(3).map((item, at) => (at === index ? { ...item, amount } : item))

      await expect(ledger.connect(accountant).recordInflows(1, 0n, DONATION, TODAY, batch))
        .to.be.revertedWithCustomError(ledger, 'InflowAmountOutOfRange')
        .withArgs(index, amount)
    })

  it('refuses the whole batch when an inflow has no ref', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    const batch = [inflow('A', 1n), { ...inflow('B', 1n), ref: NO_REF }]

    await expect(ledger.connect(accountant).recordInflows(1, 0n, DONATION, TODAY, batch))
      .to.be.revertedWithCustomError(ledger, 'InflowRefMissing')
      .withArgs(1)
  })

  it('refuses the whole batch when an inflow has no paper', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    const batch = [inflow('A', 1n), { ...inflow('B', 1n), paper: NO_PAPER }]

    await expect(ledger.connect(accountant).recordInflows(1, 0n, DONATION, TODAY, batch))
      .to.be.revertedWithCustomError(ledger, 'InflowPaperMissing')
      .withArgs(1)
  })

  it('refuses the whole batch when a ref is in it twice, and names the second', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    const batch = [inflow('A', 1n), inflow('B', 1n), { ...inflow('C', 1n), ref: ref('A') }]

    await expect(ledger.connect(accountant).recordInflows(1, 0n, DONATION, TODAY, batch))
      .to.be.revertedWithCustomError(ledger, 'InflowRefRepeated')
      .withArgs(2, ref('A'))
  })

  it('refuses a fen beyond the end of the line', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    await setLine(ledger, 1, { received: 2n ** 63n - 2n, cursor: 0n })

    await expect(ledger.connect(accountant).recordInflows(1, 2n ** 63n - 2n, DONATION, TODAY, [inflow('A', 2n)]))
      .to.be.revertedWithCustomError(ledger, 'LineFull')
      .withArgs(9_223_372_036_854_775_806n, 2n)
  })

  it('leaves nothing of a refused batch', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    const refused = ledger.connect(accountant).recordInflows(1, 0n, DONATION, TODAY, [inflow('A', 1n), inflow('A', 1n)])
    await expect(refused).to.be.revertedWithCustomError(ledger, 'InflowRefRepeated')

    await ledger.connect(accountant).recordInflows(1, 0n, DONATION, TODAY, [inflow('A', 1n)])

    expect(fields(await ledger.standingOf(1))).to.include({ received: 1n, batches: 1n, inflows: 1n })
  })

  it('records three donations at their places and says what they are', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    const { items } = BATCH
    const leaves = items.map((item, at) => leafOf(item, [0n, 10_000n, 15_000n][at] ?? -1n))

    const recording = ledger.connect(accountant).recordInflows(1, 0n, DONATION, YESTERDAY, items)

    await expect(recording)
      .to.emit(ledger, 'InflowsRecorded')
      .withArgs(1, 1, 1, 0n, DONATION, YESTERDAY, ACCOUNTANT, items.map((item) => [item.ref, item.amount, item.paper]))
    expect(fields(await ledger.batchOf(1, 1))).to.deep.equal({
      start: 0n, end: 15_001n, firstNumber: 1n, count: 3n, effectiveOn: BigInt(YESTERDAY), source: BigInt(DONATION),
      recorder: BigInt(ACCOUNTANT), root: rootOf(leaves),
    })
    expect(fields(await ledger.standingOf(1))).to.deep.equal({
      received: 15_001n, cursor: 0n, uncrossed: 0n, held: 0n, available: 15_001n,
      batches: 1n, inflows: 3n, outflows: 0n, pieces: 0n, open: true, periods: 0n, closedThrough: 0n,
    })
  })

  it('continues numbers and line where the batch before ended', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await ledger.connect(accountant).recordInflows(1, 15_001n, DONATION, TODAY, [inflow('D', 9n)])

    expect(fields(await ledger.batchOf(1, 2))).to.include({ start: 15_001n, end: 15_010n, firstNumber: 4n, count: 1n })
  })

  it('counts each fund for itself', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await ledger.connect(accountant).recordInflows(2, 0n, DONATION, TODAY, [inflow('D', 9n)])

    expect(fields(await ledger.batchOf(2, 1))).to.include({ start: 0n, end: 9n, firstNumber: 1n, count: 1n })
  })

  for (const [name, source] of Object.entries({ DONATION, FISCAL_GRANT, CORPORATE, RESIDENT, INTEREST }))
    it(`takes ${name} as a source`, async () => {
      const { ledger, accountant } = await loadFixture(openFunds)

      await ledger.connect(accountant).recordInflows(1, 0n, source, TODAY, many(1))

      expect((await ledger.batchOf(1, 1)).source).to.equal(BigInt(source))
    })

  it('takes the date of the new day from its first second in China', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    await time.setNextBlockTimestamp(MIDNIGHT)

    await ledger.connect(accountant).recordInflows(1, 0n, DONATION, TOMORROW, many(1))

    expect((await ledger.batchOf(1, 1)).effectiveOn).to.equal(BigInt(TOMORROW))
  })

  it('takes 500 inflows of ¥10,000,000,000.00 at once', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    const batch = many(500).map((item) => ({ ...item, amount: MAX_ENTRY }))

    await ledger.connect(accountant).recordInflows(1, 0n, DONATION, TODAY, batch)

    const starts = startsOf(0n, batch)
    expect(fields(await ledger.batchOf(1, 1))).to.include({
      end: 500_000_000_000_000n, count: 500n, root: rootOf(batch.map((item, at) => leafOf(item, starts[at] ?? -1n))),
    })
  })

  it('fills the line to its last fen', async () => {
    const { ledger, accountant } = await loadFixture(openFunds)
    await setLine(ledger, 1, { received: 2n ** 63n - 2n, cursor: 2n ** 63n - 2n })

    await ledger.connect(accountant).recordInflows(1, 2n ** 63n - 2n, DONATION, TODAY, [inflow('A', 1n)])

    expect(fields(await ledger.standingOf(1))).to.include({ received: 9_223_372_036_854_775_807n, available: 1n })
  })

  // To store a ref would cost as much as five inflows. Doubles across batches are found from the events, by everybody.
  it('does not look for a ref in earlier batches', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    await ledger.connect(accountant).recordInflows(1, 15_001n, DONATION, TODAY, [inflow('A', 10_000n)])

    expect((await ledger.standingOf(1)).inflows).to.equal(4n)
  })
})
