import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { COMPLAINT_GAS, complaintDraft, fileCall } from '../../ledger/complaint.ts'
import { Hash, type Hex } from '../../ledger/hex.ts'
import { hashOfPaper, sealPaper } from '../../ledger/papers.ts'
import { newResidentKey, signWithKey } from '../../ledger/residentKey.ts'
import { Day, parseDay } from '../../ledger/day.ts'
import { drawSample } from '../../ledger/sample.ts'
import { openTestBook, type TestBook } from './book.ts'

const CONCERN = { community: 1, fund: 1, outflow: 1 }

describe('npm run ledger -- period, audit, sample, complaint', function () {
  this.timeout(180_000)
  let book: TestBook
  const at = (name: string) => join(book.places.data, name)
  const refused = async (...args: string[]) => {
    const { code, err } = await book.ledger([...args, '--json'])
    return { exit: code, ...JSON.parse(err) as { code: string; zh: string } }
  }

  before(async () => {
    book = await openTestBook()
    await book.ask('fund', 'open', '--title', '口罩')
    writeFileSync(at('list.csv'), '捐赠日期,捐赠人,捐赠金额(元)\n2020-02-01,赵**,100\n2020-02-01,钱**,50\n2020-02-20,孙**,0.01\n')
    await book.ask('import', at('list.csv'), '--fund', '1')
    for (const [at, on] of [[1, '2020-02-03'], [2, '2020-02-04'], [3, '2020-03-04']] as const) {
      await book.ask('pay', 'propose', '--fund', '1', '--amount', `${at}0`, '--title', `第${at}批`)
      await book.ask('pay', 'approve', `1/${at}`)
      await book.ask('pay', 'execute', `1/${at}`, '--on', on, '--bank-ref', `B${at}`)
    }
  })
  after(() => book.close())

  const complain = async (paper: Hex) => {
    const { chainId, contracts: { audit: to } } = book.anchor
    const raw = signWithKey(newResidentKey(), { chainId, nonce: 0, to, gasLimit: COMPLAINT_GAS, data: fileCall(CONCERN, paper) })
    await book.chain.client.request('eth_sendRawTransaction', [raw])
  }

  it('closes a period with a certificate of what is dated in it', async () => {
    const first = await book.ask('period', 'close', '--fund', '1', '--through', '2020-02-10')
    const early = await refused('sample', '--n', '1', '--fund', '1', '--period', '1')
    const second = await book.ask('period', 'close', '--fund', '1', '--through', '2020-02-29')

    expect(book.vault.paperOf(Hash(first.paper))?.paper.public).to.deep.equal({
      'fund': '1', 'through': '2020-02-10', 'opening': '0', 'closing': '12000',
      'in.Donation': '15000', 'in.Donation.count': '2', 'out.Payment': '3000', 'out.Payment.count': '2',
    })
    expect(book.vault.paperOf(Hash(second.paper))?.paper.public).to.deep.equal({
      'fund': '1', 'from': '2020-02-11', 'through': '2020-02-29', 'opening': '12000', 'closing': '12001', 'in.Donation': '1', 'in.Donation.count': '1',
    })
    expect(early).to.include({ exit: 1, code: 'BLOCK_TO_COME' })
  })

  it('refuses days that are not over, days that are closed, and whoever is no steward', async () => {
    const close = (...more: string[]) => refused('period', 'close', '--fund', '1', '--through', ...more)

    expect(await close('2099-01-01')).to.include({ exit: 1, code: 'PERIOD_NOT_OVER' })
    expect(await close('2020-02-29')).to.include({ exit: 1, code: 'PERIOD_IS_CLOSED' })
    expect(await close('2020-03-31', '--key', 'auditor')).to.include({ exit: 1, code: 'ACCESS_MANAGED_UNAUTHORIZED' })
    expect(await refused('period', 'close', '--fund', '9', '--through', '2020-02-29')).to.include({ exit: 1, code: 'FUND_UNKNOWN' })
  })

  it('draws a sample that anybody can draw again from the block after the closing', async () => {
    const drawn = await book.ask('sample', '--n', '1', '--fund', '1', '--period', '1')
    const again = await book.ask('sample', '--n', '1', '--fund', '1', '--period', '1')
    const block = Object(await book.chain.client.request('eth_getBlockByNumber', [`0x${drawn.block.toString(16)}`, false]))
    const [expected] = drawSample(block.hash, [{ kind: 'outflow', fund: 1, number: 1 }, { kind: 'outflow', fund: 1, number: 2 }], 1)

    expect(again).to.deep.equal(drawn)
    expect(drawn).to.include({ hash: block.hash, population: 2, closed: true })
    expect(drawn.drawn[0]).to.include({ number: expected?.number, ticket: expected?.ticket, title: `第${expected?.number}批` })
    expect(book.reader.periods(1)[0]?.block).to.equal(drawn.block - 1)
  })

  it('says that days which are not closed may still get entries, and draws nothing from days to come', async () => {
    const open = await book.ledger(['sample', '--n', '9', '--through', '2020-03-31', '--kind', 'inflows'])
    const { block } = await book.ask('sample', '--n', '9', '--through', '2020-03-31', '--kind', 'inflows')
    const recorded = book.reader.datedEntries('inflow', 0, { from: Day(0), through: parseDay('2020-03-31') }).map((entry) => entry.block)

    expect(block, 'whoever recorded the last of them did not know the draw').to.be.above(Math.max(...recorded))
    expect(open.code).to.equal(0)
    expect(open.out).to.include('从 3 笔收入中抽出 3 笔').and.include('还没有全部结账')
    expect(await refused('sample', '--n', '1', '--through', '2099-01-01')).to.include({
      exit: 1, code: 'BLOCK_TO_COME',
      zh: '抽样所用的是 2099-01-01 过后的第一个区块，现在还没有：等 2099-01-01 过完，并在以后的日子里登记任何一笔，再抽。',
    })
    expect(await refused('sample', '--n', '1', '--period', '1')).to.include({ exit: 2, code: 'FUND_MISSING' })
    expect(await refused('sample', '--n', '1', '--fund', '1', '--period', '7')).to.include({ exit: 1, code: 'PERIOD_UNKNOWN' })
  })

  it('takes an opinion on a bundle that passes, under its SHA-256, and none on one that does not', async () => {
    await sealed(book)
    await book.ask('bundle', '-o', at('book.mzbundle'))
    const bytes = readFileSync(at('book.mzbundle'))
    const opinion = (file: string, ...more: string[]) =>
      ['audit', 'opinion', '--from', '2020-02-01', '--through', '2020-02-29', '--opinion', 'qualified', '--text', '现金管理有待改进', '--bundle', at(file), ...more]
    const given = await book.ask(...opinion('book.mzbundle'))
    const amount = bytes.lastIndexOf(Buffer.from('0000000000002710', 'hex'))
    bytes[amount + 7] = 0x11
    writeFileSync(at('changed.mzbundle'), bytes)
    const forged = await book.ledger(opinion('changed.mzbundle'))

    const digest = `0x${createHash('sha256').update(readFileSync(at('book.mzbundle'))).digest('hex')}`
    expect(given).to.include({ number: 1, opinion: 'Qualified', bundleSha256: digest })
    expect(book.vault.paperOf(Hash(given.paper))?.paper.public).to.include({ bundleSha256: digest, statement: '现金管理有待改进' })
    expect(forged.code).to.equal(1)
    expect(forged.err).to.match(/^不通过/)
    expect(await refused(...opinion('none.mzbundle'))).to.include({ exit: 2, code: 'FILE_UNREADABLE' })
    expect(await refused(...opinion('vault'))).to.include({ exit: 2, zh: `无法读取 ${at('vault')}：这是文件夹，不是文件（EISDIR）。` })
    expect(await refused(...opinion('book.mzbundle', '--key', 'accountant'))).to.include({ exit: 1, code: 'ACCESS_MANAGED_UNAUTHORIZED' })
    expect(book.reader.opinions({ limit: 9 })).to.have.length(1)
  })

  it('takes no unqualified opinion on a bundle that lacks papers', async () => {
    await book.ask('fund', 'open', '--title', '老年食堂', '--purpose', '食堂')
    await sealed(book)
    await book.ask('bundle', '--fund', '2', '-o', at('partial.mzbundle'))
    const opinion = (kind: string) => ['audit', 'opinion', '--from', '2020-02-01', '--through', '2020-02-29', '--opinion', kind, '--text', '账目属实', '--bundle', at('partial.mzbundle')]

    expect(await refused(...opinion('unqualified'))).to.include({ exit: 1, code: 'PAPERS_MISSING' })
    expect(await book.ask(...opinion('qualified'))).to.include({ opinion: 'Qualified' })
  })

  it('takes a finding to its owner, back once, and to its end', async () => {
    const raised = await book.ask('audit', 'finding', 'raise', '--owner', '4', '--due', '2099-01-31', '--text', '三笔支出缺少发票')
    await book.ask('audit', 'finding', 'answer', '1', '--text', '已补一张')
    await book.ask('audit', 'finding', 'verify', '1', '--not-done', '--text', '还缺两张')
    const open = await book.ask('audit', 'findings')
    await book.ask('audit', 'finding', 'answer', '1', '--text', '三张都补齐')
    await book.ask('audit', 'finding', 'verify', '1', '--done', '--text', '已见原件')
    await book.ask('audit', 'finding', 'raise', '--owner', '6', '--due', '2099-01-31', '--text', '回单未归档')
    const { out } = await book.ledger(['audit', 'findings'])

    expect(raised).to.include({ number: 1, owner: 4 })
    expect(open).to.deep.include({ completion: '0.0%', overdue: 0 })
    expect(open.findings[0]).to.include({ state: 'Open', overdue: false, statement: '三笔支出缺少发票' })
    expect(out).to.include('1  已核销').and.include('2  待整改  第 6 号人员').and.include('整改率 50.0%，逾期 0 项。')
  })

  it('lets nobody but the owner answer a finding, and asks what became of it', async () => {
    expect(await refused('audit', 'finding', 'answer', '2', '--text', 'x', '--key', 'approver')).to.include({ exit: 1, code: 'NOT_OWNER' })
    expect(await refused('audit', 'finding', 'verify', '2', '--text', 'x')).to.include({ exit: 2, code: 'VERDICT_MISSING' })
    expect(await refused('audit', 'finding', 'verify', '2', '--done', '--text', 'x')).to.include({ exit: 1, code: 'FINDING_NOT_IN' })
    expect(await refused('audit', 'finding', 'answer', '9', '--text', 'x')).to.include({ exit: 1, code: 'FINDING_UNKNOWN' })
    expect(await refused('audit', 'finding', 'raise', '--owner', '4', '--due', '2020-01-01', '--text', 'x')).to.include({ exit: 1, code: 'DUE_DATE_OVER' })
    expect(await refused('audit', 'finding', 'raise', '--owner', '4', '--due', '2099-01-01', '--text', ' ')).to.include({ exit: 2 })
  })

  it('answers and closes a complaint, shows what it says to the office, and lets an auditor reopen it', async () => {
    const sealed = sealPaper(complaintDraft(CONCERN, { text: '数量不对', name: '王某某' }), randomBytes)
    book.vault.putPaper(sealed)
    await complain(hashOfPaper(sealed.paper))
    const { out } = await book.ledger(['complaint', 'list', '--open'])
    await book.ask('complaint', 'answer', '1', '--text', '已派人清点')
    await book.ask('complaint', 'close', '1', '--text', '补齐')
    await book.ask('complaint', 'reopen', '1', '--text', '居民称仍不足')
    const { complaints: [complaint] } = await book.ask('complaint', 'list')
    const reopened = await book.ledger(['complaint', 'list'])

    expect(out).to.include('1  待答复  基金 1 第 1 笔支出').and.include('数量不对  王某某')
    expect(complaint).to.include({ number: 1, state: 'Filed', overdue: false })
    expect(reopened.out).to.equal('1  待答复  基金 1 第 1 笔支出 / 1/1\n   数量不对  王某某\n   居民称仍不足\n')
    expect(complaint.steps.map(({ step }: { step: string }) => step)).to.deep.equal(['Filed', 'Answered', 'Closed', 'Reopened'])
    expect(await refused('complaint', 'answer', '9', '--text', 'x')).to.include({ exit: 1, code: 'COMPLAINT_UNKNOWN' })
    expect(await refused('complaint', 'answer', '1', '--text', 'x', '--key', 'auditor')).to.include({ exit: 1, code: 'ACCESS_MANAGED_UNAUTHORIZED' })
  })

  it('has all of it in a bundle that passes, without a word of what residents wrote, and with a complaint whose text never came', async () => {
    await complain(`0x${'77'.repeat(32)}`)
    await sealed(book)
    await book.ask('bundle', '-o', at('later.mzbundle'))
    const { code, err } = await book.ledger(['verify', at('later.mzbundle'), '--anchor', book.places.anchor])

    await book.ask('forget', 'restrict', '--name', '王某某', '--yes')
    const { out } = await book.ledger(['complaint', 'list'])

    expect([code, err]).to.deep.equal([0, ''])
    expect(out).to.include('（已依法限制').and.include('（内容尚未送达').and.not.include('数量不对')
    expect(readFileSync(at('later.mzbundle'), 'utf8')).to.include('三笔支出缺少发票').and.not.match(/数量不对|王某某/)
  })
})

/** Waits until the server's own witness has sealed all that there is. */
async function sealed(book: TestBook): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const [seal] = await (await fetch(`${book.url}/v1/seals`)).json() as { number: number }[]
    if (seal && seal.number >= book.chain.head().number) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('nothing was sealed')
}
