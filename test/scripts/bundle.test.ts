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

  it('writes the page that verifies, needs a file that is there, and a fund', async () => {
    const { code } = await runLedger(['verifier', '-o', at('verify.html')], {})
    const missing = await runLedger(['verify', at('nothing.mzbundle'), '--anchor', book.places.anchor], {})
    const only = await book.ask('bundle', '--fund', '9', '-o', at('fund.mzbundle'))
    const { out } = await runLedger(['verify', only.file, '--anchor', book.places.anchor], {})

    expect([code, readFileSync(at('verify.html'), 'utf8').includes('离线核验')]).to.deep.equal([0, true])
    expect(missing.code).to.equal(2)
    expect(out).to.include('份属于未要求的基金')
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
