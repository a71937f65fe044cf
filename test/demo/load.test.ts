import { readFileSync, rmSync } from 'node:fs'
import { expect } from 'chai'
import { openBankBook } from '../../api/bank.ts'
import { loadDemo, type Loading } from '../../demo/load.ts'
import { Fen } from '../../ledger/fen.ts'
import { isDemonstration } from '../../ledger/drafts.ts'
import { readCode } from '../../ledger/code.ts'
import { formatShare } from '../../ledger/traceability.ts'
import { KINDS, STATES } from '../../ledger/words.ts'
import { openTestBook, type TestBook } from '../scripts/book.ts'

describe('The demonstration', function () {
  this.timeout(180_000)
  let book: TestBook
  let loading: Loading
  before(async () => {
    book = await openTestBook()
    const { places, chain, anchor, vault, reader } = book
    loading = { places, client: chain.client, anchor, vault, reader }
  })
  after(() => book.close())

  it('cut off in the middle, is completed by the next start with nothing doubled', async () => {
    const cut = new Error('the power is gone')
    let left = 30
    const client: Loading['client'] = {
      request: async (method, params) => {
        if (method === 'eth_sendRawTransaction' && left-- === 0) throw cut
        return await loading.client.request(method, params)
      },
    }
    const outcome = await loadDemo({ ...loading, client }).catch((error: unknown) => error)
    expect(outcome).to.equal(cut)

    const { fund, inflow, code } = await loadDemo(loading)

    const counts = book.reader.funds().map(({ inflows, outflows }) => [inflows, outflows])
    expect(counts).to.deep.equal([[6662, 12], [1634, 4]])
    expect(book.reader.fund(1)).to.include({ received: Fen(8_051_659_300n + 160_000_000n), restricted: true })
    expect(book.reader.fund(2)).to.include({ received: Fen(3_842_232_224n + 50_000_000n), restricted: true })
    expect(book.vault.giftOf(readCode(code))).to.include({ fund, state: 'kept' })
    expect(book.reader.inflow(fund, inflow)).to.include({ amount: Fen(10_000n) })
  })

  it('shows the gift of ¥100.00 that went into two payments', async () => {
    const { fund, inflow } = await loadDemo(loading)

    const { start, end } = book.reader.inflow(fund, inflow)!
    const [one, two, ...more] = book.reader.piecesOver(fund, start, end)
    expect([one?.outflow, one!.end - start]).to.deep.equal([1, 6133n])
    expect([two?.outflow, end - two!.start]).to.deep.equal([2, 3867n])
    expect(more).to.deep.equal([])
  })

  it('adds no block when it is loaded already, nor when the note of it is lost', async () => {
    const { hash } = book.chain.head()

    await loadDemo(loading)
    rmSync(book.places.demo)
    await loadDemo(loading)

    expect(book.chain.head().hash).to.equal(hash)
  })

  it('has every kind of outflow and every end that one can have, each as planned', () => {
    const outflows = [1, 2].flatMap((fund) => book.reader.outflows(fund, { limit: 100 }))

    expect(new Set(outflows.map(({ kind }) => kind))).to.deep.equal(new Set(KINDS.slice(1)))
    expect(new Set(outflows.map(({ state }) => state))).to.deep.equal(new Set(STATES.slice(1)))
    expect(book.reader.outflow(1, 3)).to.include({ paid: Fen(136_450_000n), amount: Fen(140_000_000n), state: 'Accepted' })
    expect(book.reader.outflow(1, 4)).to.include({ paid: Fen(2_160_000_000n), returned: Fen(160_000_000n) })
    expect(book.reader.outflow(1, 5)).to.include({ paid: Fen(115_000_000n), amount: Fen(230_000_000n), state: 'Approved' })
  })

  it('keeps an account whose lines are the fund’s own payments, but for a fee and one that nobody explained', () => {
    const bank = openBankBook(book.reader, book.vault)
    const { headline, debits, unexplained } = bank.traceability()
    const [account] = bank.accounts()

    expect(account).to.include({ demo: true, lines: 10, matches: 8, openedOn: '2020-02-01', through: '2020-02-14' })
    expect(formatShare(headline!)).to.equal('99.97%')
    expect(debits.all - debits.explained).to.equal(503_600n)
    expect(unexplained.map(({ amount, explained }) => [amount, explained?.why])).to.deep.equal([[-3_600n, 'BankFee'], [-500_000n, undefined]])
    const papers = bank.lines(1, { after: 0, limit: 100 }).map(({ paper }) => paper)
    for (const paper of [account!.paper, ...papers]) expect(isDemonstration(book.vault.paperOf(paper)!.paper)).to.equal(true)
  })

  it('marks every invented entry as 示范数据, and no real gift', () => {
    const invented = [1, 2].flatMap((fund) => {
      const outflows = book.reader.outflows(fund, { limit: 100 })
      const steps = outflows.flatMap(({ number }) => book.reader.steps(fund, number))
      return [book.reader.fund(fund)!.purpose, ...[...outflows, ...steps].map(({ paper }) => paper)]
    })
    const gifts = book.reader.inflows(1, { after: 0, limit: 100 }).map(({ paper }) => paper)

    expect(invented.length).to.be.greaterThan(40)
    for (const paper of invented) expect(book.vault.paperOf(paper)?.paper.public.demonstration).to.equal('示范数据')
    for (const paper of gifts) expect(isDemonstration(book.vault.paperOf(paper)!.paper)).to.equal(false)
  })

  it('says beside its keys that they are invented', () => {
    const text = readFileSync(`${book.places.keys}/README.txt`, 'utf8')

    expect(text).to.match(/虚构的示范人员，口令写在 passphrase\.txt/)
  })
})
