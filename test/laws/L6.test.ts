import { expect } from 'chai'
import { dumpHash, dump } from '../../indexer/dump.ts'
import { catchUp } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { DONATION, TODAY, PAPER, approve, inflow, loadFixture, openFunds, pay, proven, ref, voucher, type Book } from '../contracts/fixture.ts'
import { registerActs } from './registers.ts'
import { tempFolder } from '../indexer/files.ts'
import { anchorOf, client } from '../proof/book.ts'

describe('L6: a mirror rebuilt is the mirror, byte for byte', () => {
  it('whether it followed the book entry by entry or came when all was written', async () => {
    const book = await loadFixture(openFunds)
    const { contracts } = await anchorOf(book)
    const { folder, file, remove } = tempFolder()

    const followed = await openMirror(file)
    for await (const _ of entriesOf(book)) await catchUp({ client, contracts, mirror: followed })
    await followed.close()
    const late = await openMirror(`${folder}/late.db`)
    await catchUp({ client, contracts, mirror: late })
    await late.close()

    expect([...dump(late.file)]).to.deep.equal([...dump(file)])
    expect(dumpHash(late.file)).to.equal(dumpHash(file))
    for (const table of TABLES) expect([...dump(file)].some((line) => line.startsWith(`${table}\t`)), table).to.equal(true)
    remove()
  })
})

/** Every table that a book without scheduled operations fills. */
const TABLES = [
  'acceptances', 'accounts', 'approvals', 'bank_lines', 'bank_statements', 'batches', 'cancellations', 'charter_acts',
  'complaint_answers', 'complaint_closings', 'complaint_reopenings', 'complaints', 'cursor', 'erasures', 'executions', 'finding_answers',
  'finding_verdicts', 'findings', 'fund_closings', 'funds', 'inflows',
  'key_retirements', 'keys', 'line_explanations', 'match_undoings', 'matches', 'opinions', 'origins', 'periods', 'persons', 'pieces', 'powers', 'proposals', 'rejections', 'role_grants', 'role_labels',
  'role_revocations', 'skips', 'source', 'transactions', 'voids',
]

/** A book in which everything happens once, one entry after the other. */
async function* entriesOf(book: Book) {
  const { ledger, people, charter } = book
  const accountant = ledger.connect(book.accountant)
  const approver = ledger.connect(book.approver)
  const items = [inflow('A', 100n), inflow('B', 50n), inflow('C', 30n)]

  yield accountant.recordInflows(1, 0n, DONATION, TODAY, items)
  yield accountant.proposeTransfer(1, 2, 20n, ref('transfer'), PAPER)
  yield approver.approvePayment(1, 1, 20n, PAPER, PAPER)
  yield ledger.connect(book.cashier).executePayment(1, 1, 20n, true, voucher('transfer done'))
  yield approve(book, 60n, 'roof')
  yield ledger.connect(book.cashier).executePayment(1, 2, 40n, false, voucher('first instalment'))
  yield accountant.cancelPayment(1, 2, 6, PAPER)
  yield ledger.connect(book.accepter).acceptPayment(1, 2, PAPER)
  yield accountant.recordReturn(1, 2, 1, 15n, voucher('return'))
  yield accountant.proposePayment(1, 5n, ref('tea'), PAPER)
  yield approver.rejectPayment(1, 3, 8, PAPER)
  yield ledger.connect(book.deputy).voidInflow(1, proven({ number: 1, first: 1, start: 0n, items }, 1), 50n, 1, voucher('void'))
  yield pay(book, 40n, 'doors')
  yield ledger.connect(book.stranger).skip(1, 5)
  yield pay(book, 20n, 'gift', 2)
  yield ledger.connect(book.steward).closeFund(2, PAPER)
  yield* registerActs(book)
  yield people.connect(book.registrar).retireKey(book.secondKey.address, PAPER)
  yield charter.connect(book.council).revokeRole(3, book.secondKey.address)
}
