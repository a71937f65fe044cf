import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Fen } from '../../ledger/fen.ts'
import { Hash } from '../../ledger/hex.ts'
import { openTestBook, type TestBook } from './book.ts'

describe('npm run ledger -- pay, refund, transfer, void, fund, people', function () {
  this.timeout(120_000)
  let book: TestBook
  before(async () => {
    book = await openTestBook()
    await book.ask('fund', 'open', '--title', '口罩', '--title-en', 'masks', '--purpose', '购买口罩')
    await book.ask('fund', 'open', '--title', '其他')
    const list = join(book.places.data, 'list.csv')
    writeFileSync(list, '捐赠日期,捐赠人,捐赠金额(元)\n2020-02-01,赵**,100\n2020-02-01,钱**,50\n2020-02-01,孙**,0.01\n')
    await book.ask('import', list, '--fund', '1')
  })
  after(() => book.close())

  const propose = (yuan: string, title: string, ...more: string[]) =>
    book.ask('pay', 'propose', '--fund', '1', '--amount', yuan, '--title', title, ...more)
  const outflow = (number: number) => book.reader.outflow(1, number)!

  it('takes a payment from proposal to acceptance, in instalments, by four people', async () => {
    const secrets = ['--payee', '某公司', '--invoice', 'F-1']
    const { outflow: number, paper } = await propose('120', '口罩一批', '--category', '防护物资', ...secrets)
    await book.ask('pay', 'approve', '1/1', '--statement', '同意')
    await book.ask('pay', 'execute', '1/1', '--amount', '70', '--on', '2020-02-03', '--bank-ref', 'B1')
    await book.ask('pay', 'execute', '1/1', '--amount', '50', '--on', '2020-02-04', '--bank-ref', 'B2')
    await book.ask('pay', 'accept', '1/1')

    expect(number).to.equal(1)
    expect(outflow(1)).to.include({ state: 'Accepted', paid: Fen(12_000n), proposer: 4, approver: 5, cashier: 6 })
    const kept = book.vault.paperOf(Hash(paper))
    expect(kept?.paper.public).to.deep.equal({ amount: '12000', title: '口罩一批', category: '防护物资' })
    expect(Object.keys(kept?.paper.private ?? {})).to.deep.equal(['invoice', 'payee'])
    expect(book.vault.fieldsOf(Hash(paper))?.payee?.value).to.equal('某公司')
  })

  it('refuses what the contract refuses, in its words and with exit code 1', async () => {
    const tooMuch = await propose('30.02', '太多')
    const payAgain = ['pay', 'execute', '1/1', '--amount', '50', '--on', '2020-02-04', '--bank-ref', 'B2']
    const twice = await book.ledger(payAgain)
    const approved = await book.ledger(['pay', 'approve', `1/${tooMuch.outflow}`])
    const stranger = await book.ledger(['pay', 'approve', `1/${tooMuch.outflow}`, '--key', 'accountant'])
    const unknown = await book.ledger(['pay', 'approve', '1/99'])

    expect([twice, approved, stranger, unknown].map(({ code }) => code)).to.deep.equal([1, 1, 1, 1])
    expect(twice.err).to.match(/Outflow 1 of fund 1 is accepted; this step does not fit\./)
    expect(approved.err).to.include('Fund 1 has ¥30.01 available, not ¥30.02.\n')
    expect(stranger.err).to.match(/may not do this/)
    expect(unknown.err).to.equal('基金 1 没有第 99 笔支出。\nFund 1 has no outflow 99.\n')
  })

  it('says in words that there is no such outflow or fund, whatever was to be done with it', async () => {
    const reason = ['--reason', 'Other']
    for (const [step, ...more] of [
      ['execute', '--bank-ref', 'B9'], ['accept'], ['approve'], ['reject', ...reason], ['cancel', ...reason],
      ['return', '--amount', '1', '--bank-ref', 'B9'],
    ] as const)
      for (const at of ['1/99', '9/1']) {
        const { code, err } = await book.ledger(['pay', step, at, ...more, '--json'])
        const answer = JSON.parse(err)
        expect(code, `${step} ${at}`).to.equal(1)
        expect(answer.code, `${step} ${at}`).to.match(/^(OUTFLOW|FUND)_UNKNOWN$/)
        expect(answer.zh).to.match(/^(基金 \d+ 没有第 \d+ 笔支出|没有编号为 9 的基金)。$/)
      }
  })

  it('refuses an equal proposal until a reference tells it apart', async () => {
    await propose('5', '保洁')

    const again = await book.ledger(['pay', 'propose', '--fund', '1', '--amount', '5', '--title', '保洁'])
    const next = await propose('5', '保洁', '--ref', '二月')

    expect(again.code).to.equal(1)
    expect(again.err).to.match(/This was recorded before: it is entry 3 of fund 1\./)
    expect(next.outflow).to.equal(4)
  })

  it('rejects, cancels, and says what a reason may be', async () => {
    await book.ask('pay', 'reject', '1/3', '--reason', 'outside-purpose', '--note', '请走物业费')
    await book.ask('pay', 'cancel', '1/4', '--reason', 'Other')
    const wrong = await book.ledger(['pay', 'reject', '1/2', '--reason', 'mood'])

    expect([outflow(3).state, outflow(4).state]).to.deep.equal(['Rejected', 'Cancelled'])
    expect(wrong.code).to.equal(2)
    expect(wrong.err).to.match(/expected one of: Duplicate \| WrongAmount/)
  })

  it('records what came back, and traces it to the payment', async () => {
    const line = ['--amount', '20', '--on', '2020-02-05', '--bank-ref', 'B3']
    const { inflow } = await book.ask('pay', 'return', '1/1', ...line)

    const origin = { fund: 1, outflow: 1, offset: Fen(10_000n) }
    expect(inflow).to.equal(4)
    expect(book.reader.inflow(1, 4)).to.deep.include({ amount: Fen(2000n), source: 'Return', origin })
  })

  it('voids by the inflow\'s Merkle path, and refunds in steps', async () => {
    const voided = await book.ask('void', '1/3', '--reason', 'Duplicate')
    const refund = await book.ask('refund', 'propose', '1/2', '--amount', '10', '--title', '捐赠人要求退款')
    await book.ask('pay', 'approve', `1/${refund.outflow}`)
    await book.ask('pay', 'execute', `1/${refund.outflow}`, '--bank-ref', 'B4')

    expect(voided).to.include({ outflow: 5, amount: '1' })
    expect(outflow(5)).to.include({ kind: 'Void', subject: 3, amount: Fen(1n) })
    expect(outflow(refund.outflow)).to.include({ kind: 'Refund', state: 'Executed', subject: 2, paid: Fen(1000n) })
    const nothing = await book.ledger(['void', '1/9', '--reason', 'Duplicate'])
    expect(nothing).to.deep.include({ code: 1, err: '基金 1 没有第 9 笔收入。\nFund 1 has no inflow 9.\n' })
  })

  it('transfers to another fund, where it arrives as an inflow', async () => {
    const funds = ['--fund', '1', '--to', '2']
    const { outflow: number } = await book.ask('transfer', 'propose', ...funds, '--amount', '15', '--title', '调剂')
    await book.ask('pay', 'approve', `1/${number}`)
    await book.ask('pay', 'execute', `1/${number}`, '--bank-ref', 'B5')

    const origin = { fund: 1, outflow: number, offset: Fen(0n) }
    expect(book.reader.inflow(2, 1)).to.deep.include({ amount: Fen(1500n), source: 'Transfer', origin })
  })

  it('closes no fund in which money lies, and opens it to no stranger', async () => {
    const { code, err } = await book.ledger(['fund', 'close', '2'])

    expect(code).to.equal(1)
    expect(err).to.include('Fund 2 still has ¥15.00 unspent; transfer the surplus first.\n')
  })

  it('records in another fund what came back to a closed one', async () => {
    const titles = ['--title', '保洁', '--category', '保洁', '--payee', '某公司']
    const { outflow: number } = await book.ask('pay', 'propose', '--fund', '2', '--amount', '15', ...titles)
    await book.ask('pay', 'approve', `2/${number}`)
    await book.ask('pay', 'execute', `2/${number}`, '--bank-ref', 'B6')
    const line = [`2/${number}`, '--amount', '5', '--bank-ref', 'B7']
    const early = await book.ledger(['pay', 'return', ...line, '--to', '1'])
    await book.ask('fund', 'close', '2')

    const late = await book.ledger(['pay', 'return', ...line])
    const { toFund, inflow } = await book.ask('pay', 'return', ...line, '--to', '1')

    expect([early.code, early.err]).to.deep.equal([1, '基金 2 尚未终止：退回的款项须记回原基金。\nFund 2 is open: what comes back comes to it.\n'])
    expect([late.code, late.err]).to.deep.equal([1, '基金 2 已终止。\nFund 2 is closed.\n'])
    expect(toFund).to.equal(1)
    expect(book.reader.inflow(1, inflow)).to.deep.include({ source: 'Return', origin: { fund: 2, outflow: number, offset: Fen(1000n) } })
  })

  it('refuses a bank\'s number that was recorded before by its name, whatever the day and the amount', async () => {
    const { outflow: number } = await propose('2', '文具')
    await book.ask('pay', 'approve', `1/${number}`)
    const paying = (reference: string) => book.ledger(['pay', 'execute', `1/${number}`, '--on', '2020-02-09', '--bank-ref', reference])

    const again = await paying(' Ｂ1')
    const empty = await paying(' ')
    const other = await paying('B1#2')

    expect([again.code, empty.code, other.code]).to.deep.equal([1, 2, 0])
    expect(again.err).to.include('银行流水号“Ｂ1”已经登记过：基金 1 第 1 笔支出。')
    expect(again.err).to.include('was recorded before, at outflow 1 of fund 1.')
    expect(empty.err).to.include('不能为空')
  })

  it('refuses a mistyped year', async () => {
    const { code, err } = await book.ledger(['pay', 'execute', '1/1', '--on', '0202-02-09', '--bank-ref', 'B9'])

    expect(code).to.equal(2)
    expect(err).to.include('早于 1990-01-01，应是年份写错').and.include('before 1990-01-01, a mistyped year')
  })

  it('says what is paid of an outflow that waits for instalments, and what stays when the rest is cancelled', async () => {
    const { outflow: number } = await propose('3', '印刷')
    await book.ask('pay', 'approve', `1/${number}`)
    await book.ask('pay', 'execute', `1/${number}`, '--amount', '1', '--bank-ref', 'B8')

    const early = await book.ledger(['pay', 'accept', `1/${number}`])
    const back = await book.ledger(['pay', 'return', `1/${number}`, '--amount', '1', '--bank-ref', 'B8'])
    const cancelled = await book.ledger(['pay', 'cancel', `1/${number}`, '--reason', 'Other'])

    expect([early.code, back.code, cancelled.code]).to.deep.equal([1, 1, 0])
    expect(early.err).to.include('只付了一部分：已付 ¥1.00，还有 ¥2.00 已批未付。请先付清，或撤销余款（pay cancel），再验收。')
    expect(back.err).to.include('¥2.00')
    expect(cancelled.out).to.equal(`基金 1 第 ${number} 笔支出：未付的 ¥2.00 不再支付；已付的 ¥1.00 仍在账上，可以验收。\n`
      + 'The unpaid ¥2.00 is given up; ¥1.00 stays paid, and can be accepted.\n')
  })

  it('says of a refund that the gift is spent, and not how much the fund has', async () => {
    const { code, err } = await book.ledger(['refund', 'propose', '1/1', '--amount', '100', '--title', '退款'])

    expect(code).to.equal(1)
    expect(err).to.equal('基金 1 第 1 笔收入只剩 ¥0.00 未用，不能退 ¥100.00。\n'
      + 'Only ¥0.00 of inflow 1 of fund 1 is unspent; ¥100.00 cannot be given back.\n')
  })

  it('enrols a person and appoints the key, in effect after the delay of the matrix', async () => {
    const made = await book.ledger(['keys', 'new', 'newcomer', '--json'], { MZ_PASSPHRASE: 'pass' })
    const { address } = JSON.parse(made.out)
    const { person } = await book.ask('people', 'enrol', address, '--office', '审计员', '--name', '李某')
    const { since } = await book.ask('people', 'appoint', 'accepter', address)
    const twice = await book.ledger(['people', 'enrol', address, '--office', '审计员'])
    await book.ask('people', 'dismiss', 'accepter', address)
    await book.ask('people', 'retire', address)

    expect(person).to.equal(10)
    const days = (Date.parse(since) - Date.now()) / 86_400_000
    expect(Math.round(days)).to.equal(1)
    expect(twice.err).to.match(/already belongs to person 10; a key is never given twice\./)
    const late = await book.ledger(['pay', 'accept', '1/1', '--key', 'newcomer'], { MZ_PASSPHRASE: 'pass' })
    expect(late.code).to.equal(1)
  })
})
