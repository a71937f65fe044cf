import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { openTestBook, runLedger, type TestBook } from './book.ts'

describe('npm run ledger -- bundle, verify, verifier', function () {
  this.timeout(120_000)
  let book: TestBook
  const at = (name: string) => join(book.places.data, name)

  before(async () => {
    book = await openTestBook()
    await book.ask('fund', 'open', '--title', '口罩')
    writeFileSync(at('list.csv'), '捐赠日期,捐赠人,捐赠金额(元)\n2020-02-01,赵大**,100\n2020-02-01,钱**,50\n')
    await book.ask('import', at('list.csv'), '--fund', '1', '--links', at('links.csv'))
    await sealed(book)
  })
  after(() => book.close())

  it('writes a file that passes on a machine with no book and no server', async () => {
    const { file, block } = await book.ask('bundle', '-o', at('book.mzbundle'))
    const { code, out } = await runLedger(['verify', file, '--anchor', book.places.anchor], {})

    expect(code).to.equal(0)
    expect(out).to.include('通过：账册完整，未被改动。').and.include('捐赠 ¥150.00').and.include(`第 ${block} 个区块`)
    expect(readFileSync(file, 'utf8')).to.not.include('赵大')
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('names the place where none can be written', async () => {
    const { code, err } = await book.ledger(['bundle', '-o', at('none/book.mzbundle')])

    expect(code).to.equal(2)
    expect(err).to.match(/^无法使用 \/.+\/none\/book\.mzbundle.*：没有这个文件，或没有它所在的文件夹（ENOENT）。\n\/.+ cannot be used: .+ \(ENOENT\)\.\n$/)
  })

  it('answers in JSON, with money as strings of fen', async () => {
    const { code, out } = await runLedger(['verify', at('book.mzbundle'), '--anchor', book.places.anchor, '--json'], {})
    const facts = JSON.parse(out)

    expect([code, facts.passed, facts.funds[0].received, facts.faults]).to.deep.equal([0, true, '15000', []])
  })

  it('ends with 1 and says where when a byte was changed, and when the tail is not the one heard elsewhere', async () => {
    const bytes = readFileSync(at('book.mzbundle'))
    const amount = bytes.lastIndexOf(Buffer.from('0000000000002710', 'hex'))
    bytes[amount + 7] = 0x11
    writeFileSync(at('changed.mzbundle'), bytes)
    const changed = await runLedger(['verify', at('changed.mzbundle'), '--anchor', book.places.anchor], {})
    const json = await runLedger(['verify', at('changed.mzbundle'), '--anchor', book.places.anchor, '--json'], {})
    const cut = await runLedger(['verify', at('book.mzbundle'), '--anchor', book.places.anchor, '--head', `0x${'ab'.repeat(32)}`], {})

    expect(changed.code).to.equal(1)
    expect(changed.err).to.match(/^不通过：发现 2 处问题。\n {2}基金 1，第 1 笔收入，第 \d+ 个区块：区块里的回执与区块头不符.*应为 ¥100\.00 .*实为 ¥100\.01 /)
    expect(JSON.parse(json.err)).to.include({ code: 'RECEIPTS_DIFFER' })
    expect([cut.code, cut.err.includes('尾部被截掉了')]).to.deep.equal([1, true])
    const { head: { hash } } = JSON.parse((await runLedger(['verify', at('book.mzbundle'), '--anchor', book.places.anchor, '--json'], {})).out)
    for (const typed of [hash.slice(2), hash.toUpperCase()])
      expect((await runLedger(['verify', at('book.mzbundle'), '--anchor', book.places.anchor, '--head', typed], {})).code, typed).to.equal(0)
  })

  it('asks to whom personal data goes, registers it, and reminds of it when somebody is forgotten', async () => {
    const nobody = await book.ledger(['bundle', '--scope', 'auditor', '-o', at('none.mzbundle')])
    await book.ask('bundle', '--scope', 'auditor', '--to', '某会计师事务所', '-o', at('auditor.mzbundle'))
    const { code } = await runLedger(['verify', at('auditor.mzbundle'), '--anchor', book.places.anchor], {})
    const { handedOut } = await book.ask('forget', 'restrict', '--name', '赵大**')

    expect([nobody.code, existsSync(at('none.mzbundle'))]).to.deep.equal([2, false])
    expect(nobody.err).to.include('必须用 --to 写明交给谁')
    expect(readFileSync(at('auditor.mzbundle'), 'utf8')).to.include('赵大')
    expect(code).to.equal(0)
    expect(handedOut).to.have.length(1)
    expect(handedOut[0]).to.include({ to: '某会计师事务所', file: at('auditor.mzbundle') })
  })

  it('says of a forgotten person only that the law was kept, and passes all the same', async () => {
    await book.ask('forget', 'restrict', '--name', '赵大**', '--yes')
    await book.ask('bundle', '--scope', 'auditor', '--to', '某会计师事务所', '-o', at('after.mzbundle'))
    const { code, out } = await runLedger(['verify', at('after.mzbundle'), '--anchor', book.places.anchor], {})

    expect(code).to.equal(0)
    expect(out).to.include('1 份的个人信息已依法限制')
    const text = readFileSync(at('after.mzbundle'), 'utf8')
    expect([text.includes('赵大'), text.includes('钱**')]).to.deep.equal([false, true])
  })

  it('writes the page that verifies, and needs a file that is there', async () => {
    const { code } = await runLedger(['verifier', '-o', at('verify.html')], {})
    const missing = await runLedger(['verify', at('nothing.mzbundle'), '--anchor', book.places.anchor], {})

    expect([code, readFileSync(at('verify.html'), 'utf8').includes('离线核验')]).to.deep.equal([0, true])
    expect(missing.code).to.equal(2)
  })

  it('of some funds only says so first, and calls neither the papers whole nor traceability known', async () => {
    await book.ask('fund', 'open', '--title', '老年食堂', '--purpose', '食堂')
    await sealed(book)
    const { file } = await book.ask('bundle', '--fund', '2', '-o', at('fund.mzbundle'))
    const { code, out } = await runLedger(['verify', file, '--anchor', book.places.anchor], {})

    expect(code).to.equal(0)
    expect(out).to.match(/^账目通过，凭证不全：/).and.include('公开的账册，不含凭证的非公开内容，只附基金 2 的凭证').and.include('份属于未要求的基金')
  })

  it('refuses a fund that is none, and a day that is to come', async () => {
    const fund = await book.ledger(['bundle', '--fund', '9', '-o', at('none.mzbundle')])
    const day = await book.ledger(['bundle', '--through', '2099-01-01', '-o', at('none.mzbundle')])

    expect([fund.code, fund.err.split('\n')[0]]).to.deep.equal([1, '没有编号为 9 的基金。'])
    expect([day.code, day.err.split('\n')[0]]).to.deep.equal([2, '2099-01-01 还没有到，账册不能声明截至那一天。'])
    expect(existsSync(at('none.mzbundle'))).to.equal(false)
  })

  it('makes none that its own anchor would not accept', async () => {
    const before = readFileSync(book.places.anchor, 'utf8')
    await book.ask('anchor', 'add', `0x${'17'.repeat(20)}`, '居民监督小组')
    const { code, err } = await book.ledger(['bundle', '-o', at('none.mzbundle')])
    writeFileSync(book.places.anchor, before)

    expect(code).to.equal(1)
    expect(err).to.match(/^信任锚要求 2 方中至少 2 方签封，第 \d+ 个区块只有 1 方；/)
  })

  it('prints nothing that a terminal would obey, whatever a file says', async () => {
    const bytes = readFileSync(at('auditor.mzbundle'))
    const at0 = bytes.indexOf(Buffer.from('赵大'))
    bytes.write('\u001b[2J\u001b', at0)
    writeFileSync(at('painted.mzbundle'), bytes)
    const { code, out, err } = await runLedger(['verify', at('painted.mzbundle'), '--anchor', book.places.anchor], {})

    expect(code).to.equal(1)
    expect(`${out}${err}`).to.not.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
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
