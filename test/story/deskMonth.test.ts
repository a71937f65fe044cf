import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { formatAnchor } from '../../ledger/anchor.ts'
import type { Role } from '../../ledger/words.ts'
import { confirm, openDeskWorld, type DeskWorld } from '../pages/desks.ts'

const LIST = `捐赠日期,捐赠人,捐赠金额(元),备注,银行流水号
2020-02-11,百里小满,100.00,给孩子们,G20200211001
2020-02-11,东郭先生,50.00,,G20200211002
`
const STATEMENT = `交易日,贷方发生额,借方发生额,账户余额,对方户名,凭证号,附言
2020-02-11,100.00,,100.00,百里小满,G20200211001,捐款
2020-02-11,50.00,,150.00,东郭先生,G20200211002,捐款
2020-02-12,,60.00,90.00,某某书店,P20200212001,货款
2020-02-13,,0.50,89.50,某银行,F20200213001,手续费
`

describe('A month at the desk', function () {
  this.timeout(180_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_887)
  })
  after(() => desk.leave())

  const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  const photo = async (background: string) =>
    ({ name: '照片.jpg', mimeType: 'image/jpeg', buffer: await sharp({ create: { width: 600, height: 400, channels: 3, background } }).jpeg().toBuffer() })
  const faults: string[][] = []
  const sit = async (role: Role, path: string) => {
    const seat = await desk.sitDown(role, { acceptDownloads: true }, path)
    faults.push(seat.faults)
    return seat.page
  }
  const press = async (page: Page, button: string) => {
    await page.click(`button:text-is("${button}")`)
    return await confirm(page)
  }

  it('the bank’s lines find their entries, every paper is there, and the auditor says so of the very bundle', async () => {
    // The steward begins an account; the accountant brings the list of gifts, and asks for what they buy.
    const steward = await sit('STEWARD', '/desk/funds')
    await steward.click('summary:text-is("开立银行账户账")')
    await steward.fill('input[name=accountTitle]', '社区基本户')
    await steward.fill('input[name=accountOn]', '2020-02-11')
    await press(steward, '开立')
    await steward.waitForSelector('text=已开立')
    const accountant = await sit('ACCOUNTANT', '/desk/receive')
    await accountant.setInputFiles('input[name=list]', csv('二月名单.csv', LIST))
    await accountant.selectOption('select[name=fund]', '2')
    await accountant.click('button:has-text("登记 2 笔"):not([disabled])')
    await confirm(accountant)
    await accountant.waitForSelector('strong:has-text("已登记 2 笔，共 ¥150.00")')
    await accountant.click('.desk-bar a:text-is("付款")')
    await accountant.selectOption('select[name=fund]', '2')
    for (const [name, text] of [['title', '绘本 6 册'], ['amount', '60'], ['payee', '某某书店'], ['invoice', '0440032000111']] as const) await accountant.fill(`input[name=${name}]`, text)
    await accountant.setInputFiles('input[name=documents]', await photo('#a33'))
    await accountant.waitForSelector('.pictures img')
    await press(accountant, '申请')
    await accountant.waitForSelector('text=申请已登记')

    // The approver sees the invoice and agrees. The month's statement comes, and the cashier pays what the bank has paid.
    const approver = await sit('APPROVER', '/desk')
    await approver.click('text=绘本 6 册')
    await approver.waitForSelector('.pictures img')
    await press(approver, '批准')
    await approver.waitForSelector('.chip:has-text("已审批")')
    await accountant.click('.desk-bar a:text-is("对账")')
    await accountant.setInputFiles('input[name=file]', csv('二月流水.csv', STATEMENT))
    await accountant.click('button:has-text("按此读取")')
    await press(accountant, '登记 4 笔')
    await accountant.waitForSelector('text=已登记 4 笔流水')
    const cashier = await sit('CASHIER', '/desk')
    await cashier.click('text=绘本 6 册')
    await cashier.selectOption('select[name=bankLine]', { index: 1 })
    const paid = await press(cashier, '登记付款')
    await cashier.waitForSelector('.chip:has-text("已付款")')
    const accepter = await sit('ACCEPTER', '/desk')
    await accepter.click('text=绘本 6 册')
    await accepter.setInputFiles('input[name=documents]', await photo('#3a3'))
    await accepter.waitForSelector('.pictures img')
    await press(accepter, '验收')
    await accepter.waitForSelector('.chip:has-text("已验收")')

    // What the bank printed finds its entries, all but its own fee, of which somebody says why.
    await accountant.click('.desk-bar a:has-text("待办")')
    await accountant.click('.desk-bar a:text-is("对账")')
    await accountant.click('button:has-text("85 分及以上的 3 组")')
    await confirm(accountant)
    const fee = accountant.locator('.line', { hasText: '手续费' })
    await fee.locator('button:has-text("说明原因")').click()
    await accountant.selectOption('select[name=why]', 'BankFee')
    await press(accountant, '登记说明')
    await accountant.waitForSelector('[data-sum=waiting]:has-text("没有了")')
    const share = await accountant.innerText('[data-sum=share]')
    await accountant.click('.desk-bar a:has-text("待办")')
    await accountant.waitForSelector('button:text-is("刷新"):not([disabled])')
    const waiting = await accountant.innerText('main')

    // The steward closes the month, and the auditor takes the book away and says what it is worth.
    await steward.fill('input[name=closeMonth]', '2020-02')
    await steward.click('button:has-text("结账（")')
    await confirm(steward)
    await steward.waitForSelector('text=已结账')
    await desk.seal()
    const auditor = await sit('AUDITOR', '/desk/audit')
    const [download] = await Promise.all([auditor.waitForEvent('download'), auditor.click('text=下载公开账册')])
    await auditor.click('summary:text-is("出具审计意见")')
    await auditor.setInputFiles('input[name=bundle]', { name: 'book.mzbundle', mimeType: 'application/octet-stream', buffer: await readFile(await download.path()) })
    await auditor.setInputFiles('input[name=anchor]', { name: 'anchor.json', mimeType: 'application/json', buffer: Buffer.from(formatAnchor(desk.anchor)) })
    await auditor.click('button:text-is("核验账册")')
    await auditor.waitForSelector('.check-good')
    await auditor.fill('input[name=from]', '2020-02-01')
    await auditor.fill('input[name=through]', '2020-02-29')
    await auditor.selectOption('select[name=opinion]', 'Unqualified')
    await auditor.fill('[aria-label="出具审计意见"] textarea', '账目属实。')
    await press(auditor, '出具意见')
    await auditor.waitForSelector('text=第 1 号 ·')

    expect(paid).to.include('¥60.00')
    expect(share).to.equal('99.17%')
    expect(waiting).to.not.include('待核对流水')
    expect(desk.reader.fund(2)?.periods).to.equal(1)
    expect(desk.reader.opinions({ limit: 1 })[0]).to.include({ opinion: 'Unqualified' })
    expect(faults.flat()).to.deep.equal([])
  })
})
