import { expect } from 'chai'
import {
  DONATION, DUPLICATE, TODAY, inflow, loadFixture, openFunds, other, proven, voucher, type Book,
} from './fixture.ts'

async function batchOf(count: number) {
  const book = await loadFixture(openFunds)
  const items = Array.from({ length: count }, (_, at) => inflow(`donation ${at}`, BigInt(at + 1)))
  await book.ledger.connect(book.accountant).recordInflows(1, 0n, DONATION, TODAY, items)
  return { book, batch: { number: 1, first: 1, start: 0n, items } }
}

/** Asks without writing, so that one book serves many questions. */
function ask({ ledger, approver }: Book, target: ReturnType<typeof proven>) {
  return ledger.connect(approver).voidInflow.staticCall(1, target, 1n, DUPLICATE, voucher('void'))
}

describe('The Merkle path of an inflow in its batch', () => {
  for (const count of [1, 2, 3, 4, 5, 6, 7, 8, 9, 500])
    it(`leads to the root from every place of ${count}, if it is neither bent nor longer nor shorter`, async () => {
      const { book, batch } = await batchOf(count)
      const places = count < 500 ? batch.items.keys() : [0, 1, 255, 256, 487, 488, 495, 496, 498, 499]

      for (const place of places) {
        const target = proven(batch, place)
        const bent = target.path.map((_, step) => target.path.map((node, at) => (at === step ? other(node) : node)))
        const longer = [[...target.path, target.inflow.ref], [target.inflow.ref, ...target.path]]
        const shorter = target.path.length > 0 ? [target.path.slice(1), target.path.slice(0, -1)] : []

        expect(await ask(book, target)).to.equal(1n)
        for (const path of [...bent, ...longer, ...shorter])
          await expect(ask(book, { ...target, path }), `place ${place}`)
            .to.be.revertedWithCustomError(book.ledger, 'InflowNotProven')
            .withArgs(1, 1, place + 1)
      }
    })

  it('proves no inflow at its neighbour’s place', async () => {
    const { book, batch } = await batchOf(4)
    const target = proven(batch, 2)

    await expect(ask(book, { ...target, number: 4 }))
      .to.be.revertedWithCustomError(book.ledger, 'InflowNotProven')
      .withArgs(1, 1, 4)
  })
})
