import { spawn } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import iconv from 'iconv-lite'
import * as XLSX from '@e965/xlsx'
import { Fen } from '../../ledger/fen.ts'
import { readCode } from '../../ledger/code.ts'
import { openTestBook, type TestBook } from './book.ts'

const HEADER = ['序号', '捐赠日期', '捐赠人', '捐赠金额(元)', '备注']
const EARLIER = join(import.meta.dirname, '../../demo/data/donations-to-2020-01-26.csv')

describe('npm run ledger -- import', function () {
  this.timeout(120_000)
  let book: TestBook
  before(async () => {
    book = await openTestBook()
    await book.ask('fund', 'open', '--title', '武汉疫情防控专项', '--restricted')
    await book.ask('fund', 'open', '--title', '其他')
  })
  after(() => book.close())

  const file = (name: string, content: string | Buffer) => {
    const path = join(book.places.data, name)
    writeFileSync(path, content)
    return path
  }
  const csv = (...rows: string[][]) => [HEADER, ...rows].map((row) => row.join(',')).join('\r\n') + '\r\n'
  const importing = (path: string, ...more: string[]) => book.ledger(['import', path, '--fund', '1', ...more])
  const received = () => book.reader.fund(1)!.received

  it('records a real list of 1,633 gifts to the fen, and records nothing of it a second time', async () => {
    const first = await book.ask('import', EARLIER, '--fund', '1')
    const { code, out } = await importing(EARLIER)

    expect(first).to.include({ rows: 1633, sum: '3842232224', recorded: 1633, known: 0, batches: 7 })
    expect(first.amount).to.equal('3842232224')
    expect(received()).to.equal(Fen(3_842_232_224n))
    expect(code).to.equal(0)
    expect(out).to.match(/^已登记过，未重复登记：1633 笔（第 2–\d+.* 行）。\nAlready recorded, not recorded again: 1633 \(rows 2–\d+.*\)\.$/m)
    expect(out).to.not.include('请核对')
    expect(book.reader.fund(1)).to.include({ inflows: 1633, batches: 7 })
  })

  it('refuses a list that stands in another fund already, and says where, also in a dry run', async () => {
    const { code, out, err } = await book.ledger(['import', EARLIER, '--fund', '2'])
    const dry = await book.ledger(['import', EARLIER, '--fund', '2', '--dry-run', '--json'])

    expect([code, out, dry.code]).to.deep.equal([1, '', 1])
    expect(err).to.include('全部 1633 笔都已登记在别的基金，没有再登记任何内容。\n第 2 行：基金 1 第 1 笔收入\n')
    expect(err).to.include('row 3: inflow 2 of fund 1\n')
    const { code: word, facts } = JSON.parse(dry.err)
    expect([word, facts.funds, facts.rows]).to.deep.equal(['RECORDED_ELSEWHERE', '1', '1633'])
    expect(book.reader.fund(2)).to.include({ inflows: 0 })
  })

  it('names the rows that stand in another fund when it records the others', async () => {
    const [first = ''] = readFileSync(EARLIER, 'utf8').split(/\r?\n/).slice(1)
    const heading = readFileSync(EARLIER, 'utf8').split(/\r?\n/)[0] ?? ''
    const cells = heading.split(',').length
    const path = file('mixed.csv', `${heading}\n1,2020-03-01,另一位,5.00${','.repeat(cells - 4)}\n${first}\n`)

    const dry = await book.ask('import', path, '--fund', '2', '--dry-run')
    const { out } = await book.ledger(['import', path, '--fund', '2'])

    expect(dry).to.deep.include({ wouldRecord: 1, known: 1, knownRows: [3], elsewhere: [{ row: 3, fund: 1, number: 1 }] })
    expect(out).to.include('其中 1 笔登记在别的基金！').and.include('3 → 1/1')
    expect(book.reader.fund(2)).to.include({ inflows: 1 })
  })

  it('takes an equal line of another list for the same gift, names it, and asks to look when that day has new ones', async () => {
    const gift = ['1', '2020-03-02', '秦**', '20.00', '']
    await book.ask('import', file('morning.csv', csv(gift)), '--fund', '1')
    const afternoon = file('afternoon.csv', csv(gift, ['2', '2020-03-02', '尤**', '30.00', '']))

    const dry = await book.ask('import', afternoon, '--fund', '1', '--dry-run')
    const { out } = await importing(afternoon)

    expect(dry).to.deep.include({ knownRows: [2], doubtful: [{ date: '2020-03-02', rows: [2] }] })
    expect(out).to.include('请核对 2020-03-02：第 2 行与已登记的相同，被当作同一笔，而同日其余各行是新的。')
    expect(out).to.include('Look at 2020-03-02: rows 2 equal gifts that were recorded before')
  })

  it('has no doubt where a reference tells equal lines apart', async () => {
    const head = '日期,捐赠人,金额,流水号\n'
    await book.ask('import', file('am.csv', `${head}2020-03-03,许**,20.00,A1\n`), '--fund', '1')

    const answer = await book.ask('import', file('pm.csv', `${head}2020-03-03,许**,20.00,A1\n2020-03-03,许**,20.00,A2\n`), '--fund', '1')

    expect(answer).to.deep.include({ recorded: 1, knownRows: [2], doubtful: [] })
  })

  it('refuses in a dry run what it would refuse: no such fund, a closed one, dates to come and mistyped years', async () => {
    await book.ask('fund', 'open', '--title', '已终止')
    await book.ask('fund', 'close', '3')
    const path = file('fine.csv', csv(['1', '2020-03-04', '何**', '10.00', '']))
    const years = file('years.csv', csv(['1', '1920-03-04', '吕**', '10.00', ''], ['2', '2099-03-04', '施**', '10.00', '']))

    const dry = async (list: string, fund: string) => await book.ledger(['import', list, '--fund', fund, '--dry-run', '--json'])
    const [unknown, closed, dates] = [await dry(path, '7'), await dry(path, '3'), await dry(years, '1')]

    expect([unknown, closed, dates].map(({ code }) => code)).to.deep.equal([1, 1, 1])
    expect(JSON.parse(unknown.err).code).to.equal('FUND_UNKNOWN')
    expect(JSON.parse(closed.err)).to.deep.include({ code: 'FUND_NOT_OPEN', zh: '基金 3 已终止。' })
    expect(JSON.parse(dates.err).zh).to.include('years.csv 第 2 行 B 列（捐赠日期）：“1920-03-04”早于 1990 年，应是年份写错')
    expect(JSON.parse(dates.err).zh).to.include('years.csv 第 3 行 B 列（捐赠日期）：“2099-03-04”是将来的日期')
  })

  it('leaves no names in the vault when it is refused, or when no server answers', async () => {
    const path = file('refused.csv', csv(['1', '2020-03-05', '没有登记的人', '10.00', '']))

    const wrongKey = await importing(path, '--key', 'cashier')
    const noServer = await book.ledger(['import', path, '--fund', '1'], { MZ_URL: 'http://127.0.0.1:18999' })
    const payment = ['pay', 'propose', '--fund', '7', '--amount', '1', '--title', '某物', '--payee', '没有登记的人']
    const noFund = await book.ledger(payment)

    expect([wrongKey.code, noServer.code, noFund.code]).to.deep.equal([1, 2, 1])
    for (const field of ['donor', 'payee']) expect(book.vault.papersWith(field, '没有登记的人')).to.deep.equal([])
  })

  it('names the rows of donors who have no link any more', async () => {
    const path = file('forgotten.csv', csv(['1', '2020-03-06', '孔**', '10.00', ''], ['2', '2020-03-06', '曹**', '10.00', '']))
    await book.ask('import', path, '--fund', '1')
    await book.ask('forget', 'restrict', '--name', '孔**', '--yes')
    const sheet = join(book.places.data, 'forgotten-links.csv')

    const answer = await book.ask('import', path, '--fund', '1', '--links', sheet)
    const { out } = await importing(path, '--links', sheet)

    expect(answer).to.deep.include({ links: 1, withoutLink: [2] })
    expect(out).to.include('第 2 行没有链接：个人信息已依法限制或删除，或登记在别的基金。')
  })

  it('writes links over no other file, and records nothing when it cannot write them', async () => {
    const path = file('list.csv', csv(['1', '2020-02-03', '赵**', '7.00', '']))
    const before = { list: readFileSync(path, 'utf8'), received: received() }

    const over = await importing(path, '--links', path)
    const nowhere = await importing(path, '--links', join(book.places.data, 'nowhere', 'links.csv'))

    expect([over.code, nowhere.code]).to.deep.equal([2, 2])
    expect({ list: readFileSync(path, 'utf8'), received: received() }).to.deep.equal(before)
  })

  it('takes two equal gifts of one day for two gifts', async () => {
    const gift = ['1', '2020-02-01', '李**', '20.00', '']
    const path = file('equal.csv', csv(gift, gift))

    const once = await book.ask('import', path, '--fund', '1')
    const twice = await book.ask('import', path, '--fund', '1')

    expect([once.recorded, twice.recorded, twice.known]).to.deep.equal([2, 0, 2])
  })

  it('knows the same gifts from .xlsx, .xls and GB18030, with blank lines, separators and a total', async () => {
    const rows = [
      HEADER, [1, '2020-02-02', '周**', '1,234.50', '加油'], [], [2, '2020-02-02', '吴**', '0.01', ''],
      ['合计', '', '', '1,234.51', ''],
    ]
    const workbook = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet(rows))
    const as = (bookType: 'xlsx' | 'biff8') => Buffer.from(XLSX.write(workbook, { type: 'buffer', bookType }))
    const text = rows.map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\n')

    const xlsx = await book.ask('import', file('list.xlsx', as('xlsx')), '--fund', '1')
    const xls = await book.ask('import', file('list.xls', as('biff8')), '--fund', '1')
    const gb = await book.ask('import', file('list.csv', iconv.encode(text, 'gb18030')), '--fund', '1')

    expect(xlsx).to.include({ recorded: 2, amount: '123451', emptyLines: 1 })
    expect(xlsx.total).to.deep.equal({ row: 5, stated: '123451', agrees: true })
    expect([xls.recorded, xls.known, gb.recorded, gb.known]).to.deep.equal([0, 2, 0, 2])
  })

  it('refuses a list with a bad row: file, row, column, value and fault; nothing of it is recorded', async () => {
    const path = file('bad.csv', csv(['1', '2020-02-03', '郑**', '10.00', ''], ['2', '2020-02-30', '王**', '0.005', '']))
    const before = received()

    const { code, out, err } = await importing(path)

    expect(code).to.equal(1)
    expect(out).to.equal('')
    expect(err).to.include('bad.csv：有 2 处问题，没有登记任何内容。')
    expect(err).to.match(/bad\.csv 第 3 行 B 列（捐赠日期）：“2020-02-30”/)
    expect(err).to.match(/bad\.csv row 3, column D \(捐赠金额\(元\)\): "0\.005": /)
    expect(received()).to.equal(before)
  })

  it('records the good rows when told to skip bad ones, and lists those', async () => {
    const path = join(book.places.data, 'bad.csv')

    const { recorded, skipped } = await book.ask('import', path, '--fund', '1', '--skip-bad')

    expect(recorded).to.equal(1)
    expect(skipped).to.have.length(2)
    expect(skipped[0]).to.match(/第 3 行/)
  })

  it('refuses a list whose total is not the sum of its rows', async () => {
    const path = file('total.csv', csv(['1', '2020-02-04', '冯**', '10.00', ''], ['合计', '', '', '11.00', '']))

    const { code, err } = await importing(path)

    expect(code).to.equal(1)
    expect(err).to.match(/total\.csv 第 3 行 D 列（捐赠金额\(元\)）：“11\.00”/)
  })

  it('looks without recording when asked for a dry run', async () => {
    const path = file('dry.csv', csv(['1', '2020-02-05', '陈**', '10.00', '']))
    const before = received()

    const answer = await book.ask('import', path, '--fund', '1', '--dry-run')

    expect(answer).to.include({ dryRun: true, wouldRecord: 1, known: 0 })
    expect(received()).to.equal(before)
  })

  it('writes the donors\' links to a file that only its owner may read', async () => {
    const path = file('links.csv', csv(['1', '2020-02-06', '褚**', '10.00', '感谢']))
    const sheet = join(book.places.data, 'sheet.csv')

    await book.ask('import', path, '--fund', '1', '--links', sheet)

    const [, line = ''] = readFileSync(sheet, 'utf8').split('\r\n')
    const [row, yuan, code = '', link = ''] = line.split(',')
    expect([row, yuan]).to.deep.equal(['2', '10.00'])
    expect(link.split('#')[0]).to.equal(`http://mz.test/t/${code.replaceAll('-', '')}`)
    expect(book.vault.giftOf(readCode(code))).to.include({ fund: 1, state: 'kept' })
    expect(statSync(sheet).mode & 0o777).to.equal(0o600)
  })

  it('reads a list of another form by a mapping', async () => {
    const path = file('other.csv', '到账日,姓名,分\n2020-02-07,卫**,1250\n')
    const map = file('map.json', '{"date":"到账日","donor":"姓名","amount":"分","unit":"fen"}')

    const { recorded, amount } = await book.ask('import', path, '--fund', '1', '--map', map)

    expect([recorded, amount]).to.deep.equal([1, '1250'])
  })

  it('completes what a killed import began, and doubles nothing', async () => {
    const rows = Array.from({ length: 1500 }, (_, i) => [`${i}`, '2020-02-08', `蒋${i}**`, '1.00', ''])
    const path = file('long.csv', csv(...rows))
    const before = book.reader.fund(1)!.inflows
    const killed = spawn(process.execPath, ['--import', 'tsx', 'scripts/ledger.ts', 'import', path, '--fund', '1'], {
      cwd: join(import.meta.dirname, '../..'), stdio: 'ignore',
      env: { ...process.env, ...book.env },
    })
    const gone = new Promise((resolve) => killed.once('exit', resolve))
    while (book.reader.fund(1)!.inflows === before) await new Promise((resolve) => setTimeout(resolve, 5))
    killed.kill('SIGKILL')
    await gone

    const { recorded, known } = await book.ask('import', path, '--fund', '1')

    expect(recorded).to.be.greaterThan(0)
    expect([recorded + known, book.reader.fund(1)!.inflows - before]).to.deep.equal([1500, 1500])
  })

  it('stops at Ctrl-C after the batch under way, says how far it got, and goes on when run again', async () => {
    const rows = Array.from({ length: 4000 }, (_, i) => [`${i}`, '2020-03-07', `严${i}**`, '1.00', ''])
    const path = file('stopped.csv', csv(...rows))
    const before = book.reader.fund(1)!.inflows
    const stopped = spawn(process.execPath, ['--import', 'tsx', 'scripts/ledger.ts', 'import', path, '--fund', '1', '--json'], {
      cwd: join(import.meta.dirname, '../..'), stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...book.env },
    })
    let err = ''
    stopped.stderr.on('data', (bytes) => (err += String(bytes)))
    const gone = new Promise((resolve) => stopped.once('close', resolve))
    while (book.reader.fund(1)!.inflows === before) await new Promise((resolve) => setTimeout(resolve, 5))
    stopped.kill('SIGINT')
    stopped.kill('SIGINT')

    expect(await gone).to.equal(130)
    const { code, zh, facts } = JSON.parse(err.split('\n')[1] ?? '')
    expect(code).to.equal('INTERRUPTED')
    expect(zh).to.include('再次运行同一命令即可接着登记，不会重复。')
    expect(Number(facts.recorded) % 500).to.equal(0)
    expect(Number(facts.recorded) + Number(facts.left)).to.equal(4000)
    const again = await book.ask('import', path, '--fund', '1')
    expect([again.known, again.recorded]).to.deep.equal([Number(facts.recorded), Number(facts.left)])
  })

  it('lets two imports into one fund at the same time: whose line moved looks again', async () => {
    const giftOf = (who: string, i: number) => [`${i}`, '2020-02-09', `${who}${i}**`, '2.00', '']
    const listOf = (who: string) => csv(...Array.from({ length: 1200 }, (_, i) => giftOf(who, i)))
    const [one, two] = [file('one.csv', listOf('沈')), file('two.csv', listOf('韩'))]
    const before = book.reader.fund(1)!.inflows

    const answers = await Promise.all([book.ask('import', one, '--fund', '1'), book.ask('import', two, '--fund', '1')])

    expect(answers.map(({ recorded }) => recorded)).to.deep.equal([1200, 1200])
    expect(book.reader.fund(1)!.inflows - before).to.equal(2400)
  })

  it('gives the contract\'s own reason in a sentence when the fund is not there or the key may not', async () => {
    const path = file('small.csv', csv(['1', '2020-02-10', '杨**', '10.00', '']))

    const nowhere = await book.ledger(['import', path, '--fund', '7'])
    const wrongKey = await importing(path, '--key', 'cashier')

    expect(nowhere).to.deep.equal({ code: 1, out: '', err: '没有编号为 7 的基金。\nThere is no fund 7.\n' })
    expect(wrongKey.code).to.equal(1)
    expect(wrongKey.err).to.match(/Whoever holds the key 0x\w{40} may not do this/)
  })

  it('says what is missing when it cannot run, with exit code 2', async () => {
    const path = file('small2.csv', csv(['1', '2020-02-11', '朱**', '10.00', '']))

    const noFile = await importing('/nowhere/list.csv')
    const noServer = await book.ledger(['import', path, '--fund', '1'], { MZ_URL: 'http://127.0.0.1:18999' })
    const noBook = await book.ledger(['import', path, '--fund', '1'], { MZ_DATA: join(book.places.data, 'none') })
    const noKey = await importing(path, '--key', 'nobody')
    const noFund = await book.ledger(['import', path])

    expect([noFile, noServer, noBook, noKey, noFund].map(({ code }) => code)).to.deep.equal([2, 2, 2, 2, 2])
    expect(noFile.err).to.match(/^无法读取 \/nowhere\/list\.csv：没有这个文件，或没有它所在的文件夹（ENOENT）。\n\/nowhere\/list\.csv cannot be read: .+ \(ENOENT\)\.\n$/)
    expect(noServer.err).to.match(/服务器 http:\/\/127\.0\.0\.1:18999 没有回应（.+）；请先运行 npm start。/)
    expect(noBook.err).to.match(/none 里没有账本；请先运行 npm start/)
    expect(noKey.err).to.match(/找不到密钥 nobody/)
    expect(noFund.err).to.match(/required option '--fund <number>' not specified/)
  })

  it('answers errors as JSON when asked for JSON', async () => {
    const { err } = await book.ledger(['import', join(book.places.data, 'total.csv'), '--fund', '1', '--json'])

    const { code, facts } = JSON.parse(err)
    expect({ code, facts }).to.deep.equal({ code: 'LIST_REFUSED', facts: { problems: '1', file: 'total.csv' } })
  })
})
