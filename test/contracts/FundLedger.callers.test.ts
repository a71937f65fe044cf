import { expect } from 'chai'
import {
  BATCH, DONATION, DUPLICATE, PAPER, TODAY, YESTERDAY, filledFund, inflow, loadFixture, proven, ref, terms, time, voucher, type
  Book,
} from './fixture.ts'

const ACCOUNTANT_ROLE = 3

type Act = { name: string; key: 'steward' | 'accountant' | 'approver' | 'cashier' | 'accepter'; args: unknown[] }

// What each person may write. Most arguments do not fit the book: who calls is asked first.
const ACTS: Act[] = [
  { name: 'openFund', key: 'steward', args: [terms()] },
  { name: 'closeFund', key: 'steward', args: [2, PAPER] },
  { name: 'closePeriod', key: 'steward', args: [1, YESTERDAY, PAPER] },
  { name: 'recordInflows', key: 'accountant', args: [1, 15_001n, DONATION, TODAY, [inflow('D', 1n)]] },
  { name: 'recordReturn', key: 'accountant', args: [1, 1, 1, 1n, voucher('back')] },
  { name: 'proposePayment', key: 'accountant', args: [1, 1n, ref('P'), PAPER] },
  { name: 'proposeRefund', key: 'accountant', args: [1, proven(BATCH, 0), 1n, ref('R'), PAPER] },
  { name: 'proposeTransfer', key: 'accountant', args: [1, 2, 1n, ref('T'), PAPER] },
  { name: 'cancelPayment', key: 'accountant', args: [1, 1, DUPLICATE, PAPER] },
  { name: 'approvePayment', key: 'approver', args: [1, 1, 1n, PAPER, PAPER] },
  { name: 'rejectPayment', key: 'approver', args: [1, 1, DUPLICATE, PAPER] },
  { name: 'voidInflow', key: 'approver', args: [1, proven(BATCH, 0), 1n, DUPLICATE, voucher('void')] },
  { name: 'executePayment', key: 'cashier', args: [1, 1, 1n, true, voucher('paid')] },
  { name: 'acceptPayment', key: 'accepter', args: [1, 1, PAPER] },
]

async function retiredKeys() {
  const book = await loadFixture(filledFund)
  for (const { key } of ACTS) {
    const { address } = book[key]
    if ((await book.people.personOf(address)) !== 0n) await book.people.retireKey(address, PAPER)
  }
  return book
}

function call(book: Book, act: Act, key: Act['key'] | 'stranger') {
  return book.ledger.connect(book[key]).getFunction(act.name).send(...act.args)
}

for (const act of ACTS)
  describe(`A call of FundLedger.${act.name}`, () => {
    it('is refused to a stranger', async () => {
      const book = await loadFixture(filledFund)

      await expect(call(book, act, 'stranger'))
        .to.be.revertedWithCustomError(book.ledger, 'AccessManagedUnauthorized')
        .withArgs(book.stranger.address)
    })

    it('is refused to a retired key, though the Charter has not heard of it', async () => {
      const book = await loadFixture(retiredKeys)

      await expect(call(book, act, act.key))
        .to.be.revertedWithCustomError(book.ledger, 'KeyUnknown')
        .withArgs(book[act.key].address)
    })

    it('is refused when it comes through the Charter, behind which no person stands', async () => {
      const book = await loadFixture(filledFund)
      const charter = await book.charter.getAddress()
      const data = book.ledger.interface.encodeFunctionData(act.name as 'closeFund', act.args as never)

      await expect(book.charter.connect(book[act.key]).execute(await book.ledger.getAddress(), data))
        .to.be.revertedWithCustomError(book.ledger, 'AccessManagedUnauthorized')
        .withArgs(charter)
    })
  })

describe('A key with a delay of execution', () => {
  it('cannot write at all, since every entry is made by a person now', async () => {
    const { charter, ledger, council, newKey, people } = await loadFixture(filledFund)
    await people.enrol(newKey.address, PAPER)
    await charter.connect(council).grantRole(ACCOUNTANT_ROLE, newKey.address, 60)
    await time.increase(2 * 86_400)

    await expect(ledger.connect(newKey).proposePayment(1, 1n, ref('P'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'AccessManagedUnauthorized')
      .withArgs(newKey.address)
  })
})
