import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { openRpcClient } from '../../chain/client.ts'
import { Hash } from '../../ledger/hex.ts'
import { readOwnAnchor } from '../../scripts/commands/context.ts'
import { openKey } from '../../scripts/commands/keystore.ts'
import { perform, sendThroughServer } from '../../scripts/commands/send.ts'
import { openTestBook, type TestBook } from './book.ts'

const HEADING = '交易日,贷方,借方,余额,对方户名,凭证号,附言'
const FEBRUARY = [
  '2020-02-01,1000000.00,,1000500.00,某公司,C1,捐款',
  '2020-02-03,300.00,,1000800.00,某平台,C2,',
  '2020-02-04,,600000.00,400800.00,甲厂,20200204001,货款',
  '2020-02-05,,380000.00,20800.00,乙厂,20200205001,货款',
  '2020-02-06,,20000.00,800.00,丙某,D9,借款',
]

describe('npm run ledger -- bank', function () {
  this.timeout(240_000)
  let book: TestBook
  let map = ''
  before(async () => {
    book = await openTestBook()
    map = join(book.places.data, 'map.json')
    writeFileSync(map, JSON.stringify({ date: '交易日', credit: '贷方', debit: '借方', balance: '余额', counterparty: '对方户名', document: '凭证号', remark: '附言' }))
    await book.ask('fund', 'open', '--title', '口罩')
    const gifts = join(book.places.data, 'gifts.csv')
    writeFileSync(gifts, '捐赠日期,捐赠人,捐赠金额(元)\n2020-02-01,某公司,1000000\n2020-02-02,赵**,100\n2020-02-02,钱**,200\n')
    await book.ask('import', gifts, '--fund', '1')
    await pay('600000', '甲厂', '20200204001', '2020-02-04')
    await pay('380000', '乙厂', '20200205001', '2020-02-05')
  })
  after(() => book.close())

  async function pay(yuan: string, payee: string, reference: string, on: string): Promise<void> {
    const { outflow } = await book.ask('pay', 'propose', '--fund', '1', '--amount', yuan, '--title', '口罩', '--payee', payee)
    await book.ask('pay', 'approve', `1/${outflow}`)
    await book.ask('pay', 'execute', `1/${outflow}`, '--on', on, '--bank-ref', reference)
  }
  function statement(name: string, rows: readonly string[]): string {
    const file = join(book.places.data, name)
    writeFileSync(file, [HEADING, ...rows].join('\n'))
    return file
  }
  const importing = (file: string, ...more: string[]) => book.ledger(['bank', 'import', file, '--account', '1', '--map', map, '--json', ...more])
  const imported = async (file: string, ...more: string[]) => {
    const { code, out, err } = await importing(file, ...more)
    expect(code, err).to.equal(0)
    return JSON.parse(out)
  }
  const refused = async (file: string, ...more: string[]) => {
    const { code, err } = await importing(file, ...more)
    expect(code, err).to.equal(1)
    return JSON.parse(err)
  }
  const traceability = async () => (await book.ask('bank', 'status')).traceability

  it('opens an account whose number stands in the vault only', async () => {
    const opened = await book.ask('bank', 'open', '--title', '基本户', '--bank', '某银行', '--account-number', '6222000011112222', '--opening', '500', '--on', '2020-02-01')

    expect(opened).to.include({ account: 1, opening: '50000' })
    const kept = book.vault.paperOf(Hash(opened.paper))?.paper
    expect(kept?.public).to.deep.equal({ title: '基本户', bank: '某银行' })
    expect(book.vault.fieldsOf(Hash(opened.paper))?.accountNumber?.value).to.equal('6222000011112222')
  })

  it('refuses a statement whole that does not agree with itself, naming the row', async () => {
    const { code, zh } = await refused(statement('torn.csv', FEBRUARY.map((row) => row.replace('400800', '400801'))))

    expect(code).to.equal('STATEMENT_REFUSED')
    expect(zh).to.include('没有登记任何内容').and.include('torn.csv').and.match(/第 4 行/)
    expect(book.reader.accounts()[0]).to.include({ lines: 0 })
  })

  it('refuses one that does not begin with the account’s balance, or before the account', async () => {
    const other = await refused(statement('other.csv', ['2020-02-01,5.00,,506.00,某,X1,']))
    const early = await refused(statement('early.csv', ['2020-01-31,5.00,,505.00,某,X1,']))

    expect(other.code).to.equal('STATEMENT_GAP')
    expect(early.zh).to.include('早于账户 1 开始记账的 2020-02-01')
  })

  it('records the lines with what the bank prints in the vault, and once only', async () => {
    const file = statement('february.csv', FEBRUARY)
    const tried = await imported(file, '--dry-run')
    const first = await imported(file)
    const again = await imported(file)

    expect(tried).to.include({ dryRun: true, wouldRecord: 5, recorded: 0 })
    expect(first).to.include({ recorded: 5, known: 0, left: 0, changed: 0, opening: '50000', closing: '80000' })
    expect(again).to.include({ recorded: 0, known: 5 })
    expect(book.reader.accounts()[0]).to.include({ lines: 5, statements: 1, balance: 80_000n })
    const { paper } = book.reader.bankLine(1, 3)!
    expect(book.vault.paperOf(paper)?.paper.public).to.deep.equal({ account: '1', on: '2020-02-04', amount: '-60000000' })
    expect(book.vault.fieldsOf(paper)?.counterparty?.value).to.equal('甲厂')
  })

  it('finds whom the bank printed when they ask to be forgotten, and keeps no file with their name', async () => {
    const { papers } = await book.ask('forget', 'restrict', '--name', '丙某')

    expect(papers).to.deep.equal([book.reader.bankLine(1, 5)!.paper])
    expect(book.vault.documentsOf(book.reader.bankStatements(1)[0]!.paper)).to.deep.equal([])
  })

  it('proposes what seems to be the same money, and says why', async () => {
    const { proposals } = await book.ask('bank', 'propose', '--account', '1')

    expect(proposals.map(({ lines, entries, why }: any) => [lines.map(({ line }: any) => line), entries.map(({ outflow, number }: any) => `${outflow ? '-' : '+'}${number}`), why[0]]))
      .to.have.deep.members([[[3], ['-1'], 'reference'], [[4], ['-2'], 'reference'], [[1], ['+1'], 'name'], [[2], ['+2', '+3'], 'sum of entries']])
  })

  it('shows what it would sign, and signs nothing without a yes', async () => {
    const { code, err } = await book.ledger(['bank', 'confirm', '--account', '1', '--at-least', '90'])

    expect(code).to.equal(2)
    expect(err).to.include('基金 1 第 1 笔支出 2020-02-04 -¥600,000.00').and.include('--yes')
    expect(book.reader.accounts()[0]).to.include({ matches: 0 })
  })

  it('has 98.00 % of ¥1,000,000.00 explained when ¥20,000.00 are not', async () => {
    const { confirmed } = await book.ask('bank', 'confirm', '--account', '1', '--at-least', '50', '--yes')

    const { accounts, traceability, unexplained } = await book.ask('bank', 'status')

    expect(confirmed).to.equal(4)
    expect(traceability.debits).to.deep.equal({ all: '100000000', explained: '98000000', share: '98.00%' })
    expect(traceability.credits).to.include({ share: '100.00%' })
    expect(traceability.headline).to.include({ share: '98.00%' })
    expect(unexplained).to.have.length(1)
    expect(unexplained[0]).to.include({ account: 1, number: 5, day: '2020-02-06', amount: '-2000000', left: '2000000' })
    expect(accounts[0]).to.include({ whole: 4, said: 0, open: 1, through: '2020-02-06' })
  })

  it('falls by exactly the fen of a match that is undone, which nobody undoes who made it', async () => {
    const { number } = book.reader.matchesOf(1, 4)[0]!
    const undoing = ['bank', 'undo', '--account', '1', '--match', `${number}`, '--reason', 'WrongAmount']
    const own = await book.ledger([...undoing, '--key', 'accountant'])
    const before = BigInt((await traceability()).debits.explained)
    await book.ask(...undoing)

    const { debits } = await traceability()

    expect(own.code).to.equal(1)
    expect(before - BigInt(debits.explained)).to.equal(38_000_000n)
    expect(debits.share).to.equal('60.00%')
  })

  it('matches by hand, and never a credit with a payment, nor beyond a line or an entry', async () => {
    const match = (...more: string[]) => book.ledger(['bank', 'match', '--account', '1', '--json', ...more])
    const way = await match('--line', '4', '--entry', '1/1', '--inflow')
    const much = await match('--line', '5', '--entry', '1/2', '--amount', '20000.01')
    const twice = await match('--line', '5', '--entry', '1/1')
    const none = await match('--line', '9', '--entry', '1/1')
    const nobody = await match('--line', '4', '--entry', '1/9')
    const done = await book.ask('bank', 'match', '--account', '1', '--line', '4', '--entry', '1/2')

    expect([way, much, twice, none, nobody].map(({ err }) => JSON.parse(err).code))
      .to.deep.equal(['MATCH_WRONG_WAY', 'MATCH_TOO_MUCH', 'NOTHING_LEFT', 'LINE_UNKNOWN', 'ENTRY_UNKNOWN'])
    expect(JSON.parse(much.err).zh).to.equal('账户 1 第 5 笔只剩 ¥20,000.00 未核对，不能核对 ¥20,000.01。')
    expect(done).to.include({ line: 4, outflow: true, number: 2, amount: '38000000' })
    expect((await traceability()).debits.share).to.equal('98.00%')
  })

  it('falls when the bank moved something that the ledger does not know', async () => {
    const head = book.reader.fund(1)
    const { recorded, known } = await imported(statement('march.csv', [...FEBRUARY.slice(3), '2020-03-01,,500.00,300.00,丁某,D10,']))

    const { debits } = await traceability()

    expect([recorded, known]).to.deep.equal([1, 2])
    expect(book.reader.fund(1)).to.deep.equal(head)
    expect(debits).to.deep.equal({ all: '100050000', explained: '98000000', share: '97.95%' })
  })

  it('does not count what somebody matched beyond an entry without this command', async () => {
    const before = (await traceability()).debits.explained
    const wallet = await openKey(book.places.keys, 'accountant', { ask: async () => undefined })
    const desk = { client: openRpcClient(book.rpcUrl), anchor: readOwnAnchor(book.places), send: sendThroughServer(book.url) }
    await perform(desk, wallet, { contract: 'bank', name: 'matchLines', args: [1, [[5, 1, true, 2, 2_000_000n]], `0x${'11'.repeat(32)}`] })

    const { debits } = await traceability()

    expect(BigInt(before) - BigInt(debits.explained)).to.equal(38_000_000n)
    await book.ask('bank', 'undo', '--account', '1', '--match', `${book.reader.accounts()[0]!.matches}`, '--reason', 'Other')
    expect((await traceability()).debits.explained).to.equal(before)
  })

  it('says of a line why it has no entry, for everybody to read', async () => {
    await book.ask('bank', 'explain', '--account', '1', '--line', '6', '--why', 'bank-fee', '--text', '账户年费', '--note', '问过柜台')

    const { code, out } = await book.ledger(['bank', 'status'])

    expect(code).to.equal(0)
    expect(out).to.include('6 笔：已核对 4，未核对 2（已说明原因 1，没有说明 1）')
    expect(out).to.include('1/5 2020-02-06 -¥20,000.00，余 ¥20,000.00：未核对，没有说明 / not matched, nothing said\n')
    expect(out).to.include('1/6 2020-03-01 -¥500.00，余 ¥500.00：未核对，已说明原因：银行手续费 / not matched, a reason given: bank fee\n')
    expect(out).to.include('资金追溯率 / traceability: 97.95%')
  })

  it('refuses a statement that tells a recorded day otherwise, or leaves one out', async () => {
    const other = FEBRUARY.map((row) => row.replace('丙某', '戊某'))
    const changed = await refused(statement('changed.csv', [...other, '2020-03-01,,500.00,300.00,丁某,D10,']))
    const gap = await refused(statement('may.csv', ['2020-05-01,7.00,,1007.00,某,X1,']))

    expect(changed).to.include({ code: 'STATEMENT_CHANGED' })
    expect(changed.zh).to.include('2020-02-06：已登记的第 5 笔在流水里没有了；流水第 6 行没有登记过；')
    expect(gap.code).to.equal('STATEMENT_GAP')
    expect(gap.zh).to.include('中间可能缺了一段')
  })

  it('takes a long statement in batches, and goes on where it was stopped', async () => {
    const rows = Array.from({ length: 1_100 }, (_, at) => `2020-03-${String(2 + Math.floor(at / 50)).padStart(2, '0')},1.00,,${301 + at}.00,众人,G${at},`)
    const file = statement('long.csv', ['2020-03-01,,500.00,300.00,丁某,D10,', ...rows])
    const first = statement('part.csv', ['2020-03-01,,500.00,300.00,丁某,D10,', ...rows.slice(0, 520)])
    await imported(first)

    const rest = await imported(file)

    expect(rest).to.include({ recorded: 580, known: 521 })
    expect(book.reader.accounts()[0]).to.include({ lines: 1_106, balance: 140_000n })
  })

  it('stops at Ctrl-C after the batch under way, and goes on when run again', async () => {
    const rows = Array.from({ length: 3_000 }, (_, at) => `2020-04-${String(1 + Math.floor(at / 200)).padStart(2, '0')},1.00,,${1_401 + at}.00,众人,H${at},`)
    const file = statement('april.csv', rows)
    const before = book.reader.accounts()[0]!.lines
    const stopped = spawn(process.execPath, ['--import', 'tsx', 'scripts/ledger.ts', 'bank', 'import', file, '--account', '1', '--map', map, '--json'], {
      cwd: join(import.meta.dirname, '../..'), stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...book.env },
    })
    let err = ''
    stopped.stderr.on('data', (bytes) => (err += String(bytes)))
    const gone = new Promise((resolve) => stopped.once('close', resolve))
    while (book.reader.accounts()[0]!.lines === before) await new Promise((resolve) => setTimeout(resolve, 5))
    stopped.kill('SIGINT')

    expect(await gone).to.equal(130)
    const { code, facts } = JSON.parse(err.split('\n')[1] ?? '')
    expect(code).to.equal('INTERRUPTED')
    expect(Number(facts.recorded) + Number(facts.left)).to.equal(3_000)
    const again = await imported(file)
    expect([again.known, again.recorded]).to.deep.equal([Number(facts.recorded), Number(facts.left)])
    expect(book.reader.accounts()[0]).to.include({ lines: before + 3_000, balance: 440_000n })
  })

  it('lets two import the same statement at the same time, and records it once', async () => {
    const file = statement('may-all.csv', Array.from({ length: 1_200 }, (_, at) => `2020-05-0${1 + Math.floor(at / 200)},1.00,,${4_401 + at}.00,众人,M${at},`))
    const before = book.reader.accounts()[0]!.lines

    const answers = await Promise.all([imported(file), imported(file)])

    expect(book.reader.accounts()[0]!.lines - before).to.equal(1_200)
    expect(answers.reduce((sum, { recorded }) => sum + recorded, 0)).to.equal(1_200)
    for (const { recorded, known } of answers) expect(recorded + known).to.equal(1_200)
  })
})
