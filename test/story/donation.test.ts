import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseDay } from '../../ledger/day.ts'
import { fundDraft } from '../../ledger/drafts.ts'
import { formatYuan, parseYuan } from '../../ledger/fen.ts'
import { ROLES, type Role } from '../../ledger/words.ts'
import { readAnchor } from '../../ledger/anchor.ts'
import { ProofError } from '../../proof/check/error.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { fileAct } from '../../scripts/commands/filed.ts'
import { openKey } from '../../scripts/commands/keystore.ts'
import { agree, execute, proposePayment, type Clerk } from '../../scripts/commands/outflows.ts'
import { linksOf, recordGifts, type Gift } from '../../scripts/commands/record.ts'
import { sendThroughServer } from '../../scripts/commands/send.ts'
import { serve, type Served } from '../../scripts/serve.ts'

const DAY = parseDay('2026-11-20')
const GIFTS: readonly Gift[] = [['王小明', '100.00'], ['李梅', '50.00'], ['某书店', '0.01']].map(([donor = '', yuan = ''], at) =>
  ({ row: at + 2, date: DAY, donor, amount: parseYuan(yuan), remark: '', reference: '', line: [donor, yuan], ordinal: 1 }))

describe('A gift', function () {
  this.timeout(60_000)
  let folder: string
  let book: Served
  let clerk: (role: Role) => Clerk
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzhang-story-'))
    const settings = { data: folder, port: 0, rpcPort: 0, host: '127.0.0.1', demo: false, publicUrl: 'http://localhost' }
    book = await serve(settings, { tell: () => {}, fatal: (error) => { throw error } })
    const { chain, anchor, vault, reader, places, url } = book
    const wallets = await Promise.all(ROLES.map(async (role) => [role, await openKey(places.keys, role.toLowerCase(), { ask: async () => undefined })] as const))
    const office = { desk: { client: chain.client, anchor, send: sendThroughServer(url) }, vault, books: reader }
    clerk = (role) => ({ office, wallet: new Map(wallets).get(role)!, today: DAY })
  })
  after(async () => {
    await book.close()
    await rm(folder, { recursive: true })
  })

  it('is recorded, spent by four people, sealed, mirrored, served, and believed only after checking', async () => {
    // The steward opens a fund, and the accountant records what the bank received. Names stay in the vault.
    const { office, wallet: accountant } = clerk('ACCOUNTANT')
    await fileAct(office, clerk('STEWARD').wallet, {
      draft: fundDraft({ title: '社区图书角', purpose: '购买图书' }), on: DAY,
      act: (paper) => ({ contract: 'ledger', name: 'openFund', args: [[1, false, 0n, parseYuan('1000000'), paper]] }),
    })
    await mirrored(book.chain.head().number)
    await recordGifts({ ...office, wallet: accountant, fund: 1, source: 'Donation', gifts: GIFTS })
    const [link] = linksOf(book.vault, 1, GIFTS)

    // Four people: one asks, one agrees, one pays what the bank paid, one sees the books arrive.
    const at = { fund: 1, number: 1 }
    await proposePayment(clerk('ACCOUNTANT'), { fund: 1, amount: parseYuan('120'), title: '儿童图书 8 册', category: '图书', payee: '某某书店' })
    await agree(clerk('APPROVER'), 'approval', at)
    await execute(clerk('CASHIER'), at, { amount: parseYuan('120'), on: DAY, reference: randomBytes(8).toString('hex') })
    await agree(clerk('ACCEPTER'), 'acceptance', at)
    await mirrored(book.chain.head().number)
    await sealed(book.chain.head().number)

    // The server tells the donor a story, and gives the proof of it.
    const told = await (await fetch(`${book.url}/v1/trace/${link?.code}`)).json()
    const proof = new Uint8Array(await (await fetch(`${book.url}/v1/trace/${link?.code}/proof`)).arrayBuffer())

    // The donor's page takes the story's word for nothing: what it ticks comes from here.
    const facts = verifyTrace(proof, book.anchor)
    expect(formatYuan(facts.inflow.amount)).to.equal('100.00')
    expect(facts.parts).to.have.lengthOf(1)
    expect(facts.parts[0]).to.deep.include({ place: 'outflow', from: 0n, to: 10_000n })
    expect(facts.sums).to.deep.include({ unspent: 0n })
    expect(told.parts[0].outflow).to.include({ number: 1, state: 'Accepted', amount: '12000' })
    expect(facts.sealers).to.deep.equal([book.anchor.sealers[0]?.address])

    // One changed byte, or somebody else's anchor, and there is nothing to believe.
    const broken = proof.slice()
    broken[100]! ^= 1
    expect(() => verifyTrace(broken, book.anchor)).to.throw(ProofError)
    const strange = readAnchor({ ...JSON.parse(JSON.stringify({ ...book.anchor, chainId: '7' })) })
    expect(() => verifyTrace(proof, strange)).to.throw(ProofError).with.property('code', 'WRONG_CHAIN')
  })

  it('leaves no name behind in the journal, the mirror or the log of the server', async () => {
    const { journal, mirror, log } = book.places
    for (const file of [journal, mirror, log]) {
      const bytes = await readFile(file)
      for (const { donor } of GIFTS) expect(bytes.includes(donor), `${donor} in ${file}`).to.equal(false)
    }
  })

  async function mirrored(block: number): Promise<void> {
    await until(() => (book.reader.head()?.block ?? 0) >= block)
  }

  async function sealed(block: number): Promise<void> {
    await until(async () => (await (await fetch(`${book.url}/v1/seals?from=${block}`)).text()).includes(`"number":${block}`))
  }

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
  }
})
