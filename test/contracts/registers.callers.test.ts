import { expect } from 'chai'
import { BANK_FEE, CLOSING, LINES, MATCHES, OPENING, matchedAccount } from './bank.ts'
import { DUPLICATE, PAPER, TODAY, YESTERDAY, loadFixture, type Book } from './fixture.ts'

type Act = {
  contract: 'bank' | 'audit'
  name: string
  key: 'steward' | 'accountant' | 'approver' | 'auditor' | 'respondent' | 'registrar'
  args: unknown[]
}

// What each person may write. Most arguments do not fit the book: who calls is asked first.
const ACTS: Act[] = [
  { contract: 'bank', name: 'openAccount', key: 'steward', args: [1, 0n, TODAY, PAPER] },
  { contract: 'bank', name: 'recordLines', key: 'accountant', args: [1, 1, TODAY, OPENING, CLOSING, LINES, PAPER] },
  { contract: 'bank', name: 'matchLines', key: 'accountant', args: [1, MATCHES, PAPER] },
  { contract: 'bank', name: 'explainLine', key: 'accountant', args: [1, 1, BANK_FEE, PAPER] },
  { contract: 'bank', name: 'unmatch', key: 'approver', args: [1, 1, DUPLICATE, PAPER] },
  { contract: 'audit', name: 'giveOpinion', key: 'auditor', args: [1, 0, YESTERDAY, 1, PAPER, PAPER] },
  { contract: 'audit', name: 'raiseFinding', key: 'auditor', args: [1, 1, TODAY, PAPER] },
  { contract: 'audit', name: 'verifyFinding', key: 'auditor', args: [1, true, PAPER] },
  { contract: 'audit', name: 'reopenComplaintAsAuditor', key: 'auditor', args: [1, PAPER] },
  { contract: 'audit', name: 'answerComplaint', key: 'respondent', args: [1, PAPER] },
  { contract: 'audit', name: 'closeComplaint', key: 'respondent', args: [1, PAPER] },
  { contract: 'audit', name: 'recordErasures', key: 'registrar', args: [1, [PAPER]] },
]

async function retiredKeys() {
  const book = await loadFixture(matchedAccount)
  for (const key of new Set(ACTS.map(({ key }) => key))) await book.people.retireKey(book[key].address, PAPER)
  return book
}

function call(book: Book, { contract, name, args }: Act, key: Act['key'] | 'stranger') {
  return book[contract].connect(book[key]).getFunction(name).send(...args)
}

for (const act of ACTS)
  describe(`A call of ${act.contract}.${act.name}`, () => {
    it('is refused to a stranger', async () => {
      const book = await loadFixture(matchedAccount)

      await expect(call(book, act, 'stranger'))
        .to.be.revertedWithCustomError(book[act.contract], 'AccessManagedUnauthorized')
        .withArgs(book.stranger.address)
    })

    it('is refused to a retired key, though the Charter has not heard of it', async () => {
      const book = await loadFixture(retiredKeys)

      await expect(call(book, act, act.key))
        .to.be.revertedWithCustomError(book[act.contract], 'KeyUnknown')
        .withArgs(book[act.key].address)
    })

    it('is refused when it comes through the Charter, behind which no person stands', async () => {
      const book = await loadFixture(matchedAccount)
      const contract = book[act.contract]
      const data = contract.interface.encodeFunctionData(act.name as never, act.args as never)

      await expect(book.charter.connect(book[act.key]).execute(await contract.getAddress(), data))
        .to.be.revertedWithCustomError(contract, 'AccessManagedUnauthorized')
        .withArgs(await book.charter.getAddress())
    })
  })
