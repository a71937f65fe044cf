import { expect } from 'chai'
import type { Hex } from '../../ledger/hex.ts'
import {
  decodeBatch,
  decodeCounts,
  decodeCut,
  decodeFundCount,
  decodeLine,
  decodeOrigin,
  decodeOutflow,
  decodePiece,
  slotAfter,
  slotOfBatch,
  slotOfCounts,
  slotOfCut,
  slotOfFundCount,
  slotOfLine,
  slotOfOrigin,
  slotOfOutflow,
  slotOfPiece,
} from '../../ledger/slots.ts'
import { generate } from '../../scripts/generate.ts'
import {
  ACCOUNTANT,
  APPROVER,
  BATCH,
  CASHIER,
  DUPLICATE,
  ethers,
  filledFund,
  loadFixture,
  PAPER,
  pay,
  proven,
  TODAY,
  voucher,
} from '../contracts/fixture.ts'

/** A, B, C received; ¥120.00 paid, ¥5.00 of it came back; ¥20.00 of B voided. */
async function usedFund() {
  const book = await filledFund()
  const payment = await pay(book, 12_000n, 'P')
  await book.ledger.connect(book.accountant).recordReturn(1, payment, 1, 500n, voucher('P came back'))
  await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 1), 2_000n, DUPLICATE, voucher('B'))
  const address = await book.ledger.getAddress()
  return { book, wordAt: async (slot: Hex) => (await ethers.provider.getStorage(address, slot)) as Hex }
}

describe('The slots of the ledger', () => {
  it('are where the compiled contract keeps its entries', async () => {
    const { book, wordAt } = await loadFixture(usedFund)

    expect(decodeFundCount(await wordAt(slotOfFundCount()))).to.equal(2)
    expect(decodeLine(await wordAt(slotOfLine(1)))).to.deep.equal({
      received: 15_501n,
      cursor: 12_000n,
      uncrossed: 2_000n,
      held: 0n,
    })
    expect(decodeCounts(await wordAt(slotOfCounts(1)))).to.deep.equal({
      batches: 2,
      inflows: 4,
      outflows: 2,
      pieces: 2,
    })
    expect(decodeBatch(await wordAt(slotOfBatch(1, 1)))).to.deep.equal({
      start: 0n,
      end: 15_001n,
      firstNumber: 1,
      count: 3,
      effectiveOn: TODAY,
      source: 'Donation',
      recorder: ACCOUNTANT,
    })
    expect(await wordAt(slotAfter(slotOfBatch(1, 1), 1))).to.equal((await book.ledger.batchOf(1, 1)).root)
    expect(decodeOutflow(await wordAt(slotOfOutflow(1, 1)))).to.deep.equal({
      kind: 'Payment',
      state: 'Executed',
      amount: 12_000n,
      paid: 12_000n,
      returned: 500n,
      proposer: ACCOUNTANT,
      approver: APPROVER,
      cashier: CASHIER,
    })
    expect(await wordAt(slotAfter(slotOfOutflow(1, 1), 1))).to.equal(PAPER)
    expect(decodePiece(await wordAt(slotOfPiece(1, 2)))).to.deep.equal({
      start: 13_000n,
      end: 15_000n,
      offset: 0n,
      outflow: 2,
    })
    expect(decodeCut(await wordAt(slotOfCut(1, 2)))).to.equal(2_000n)
    expect(decodeOrigin(await wordAt(slotOfOrigin(1, 4)))).to.deep.equal({ fund: 1, outflow: 1, offset: 11_500n })
  })

  it('are empty for what is not in the book', async () => {
    const { wordAt } = await loadFixture(usedFund)

    for (const slot of [
      slotOfLine(3),
      slotOfBatch(1, 3),
      slotOfOutflow(2, 1),
      slotOfPiece(1, 3),
      slotOfCut(1, 1),
      slotOfOrigin(1, 1),
    ])
      expect(BigInt(await wordAt(slot))).to.equal(0n)
  })

  it('hold nothing that is no word of the contract: a strange code is refused', () => {
    expect(() => decodeOutflow(`0x${'ff'.repeat(32)}`)).to.throw(RangeError)
    expect(() => decodeBatch(`0x${'ff'.repeat(32)}`)).to.throw(RangeError)
    expect(() => decodeLine(`0x${'ff'.repeat(32)}`)).to.throw(RangeError)
  })

  it('and the functions in ledger/ are those of the compiled contracts', async () => {
    expect(await generate(true)).to.deep.equal([])
  })
})
