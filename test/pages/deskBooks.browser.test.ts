import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { encryptKeystoreJson, Wallet } from 'ethers'
import type { Page } from 'playwright-core'
import { findingDraft } from '../../ledger/auditDrafts.ts'
import { COMPLAINT_GAS, complaintDraft, fileCall } from '../../ledger/complaint.ts'
import { Day, dayAt, formatDay } from '../../ledger/day.ts'
import { Fen } from '../../ledger/fen.ts'
import { sealPaper, type Draft } from '../../ledger/papers.ts'
import { newResidentKey, signWithKey } from '../../ledger/residentKey.ts'
import type { Role } from '../../ledger/words.ts'
import { openAccountIn } from '../api/accounts.ts'
import { DONORS } from '../api/world.ts'
import { confirm, openDeskWorld, PASSPHRASE, seen, signIn, type DeskWorld } from './desks.ts'
import { newPage, SCREENS } from './browser.ts'

const SECRET = '验收单上的签字不是本人'

describe('the desk’s books', function () {
  this.timeout(180_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_861)
    await openAccountIn(desk)
  })
  after(() => desk.leave())

  const sitAt = async (role: Role, path: string, viewport: { width: number; height: number } = SCREENS[0]) => await desk.sitDown(role, { viewport }, path)
  const file = (draft: Draft) => desk.vault.putPaper(sealPaper(draft, randomBytes)).hash
  const complain = async () => {
    const { chainId, contracts } = desk.anchor
    const concern = { community: 1, fund: 1, outflow: 1 }
    const number = (desk.reader.complaints({ limit: 1 })[0]?.number ?? 0) + 1
    const data = fileCall(concern, file(complaintDraft(concern, { text: SECRET, name: '欧阳某' })))
    await desk.chain.client.request('eth_sendRawTransaction', [signWithKey(newResidentKey(), { chainId, nonce: 0, gasLimit: COMPLAINT_GAS, to: contracts.audit, data })])
    await seen(() => desk.reader.complaint(number))
    return number
  }
  const raise = async (owner: number) => {
    const number = (desk.reader.findings({ limit: 1 })[0]?.number ?? 0) + 1
    const dueOn = Day(dayAt(Date.now() / 1000) + 30)
    await desk.acts.act('AUDITOR', 'raiseFinding', [1, owner, dueOn, file(findingDraft({ owner, dueOn, statement: '缺一张发票' }))], 'audit')
    await seen(() => desk.reader.finding(number))
    return number
  }
  const wide = async (page: Page) => await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  /** How many sheets it takes. */
  const sheetsOf = async (page: Page) => ((await page.pdf({ format: 'A4', margin: { top: '12mm', bottom: '12mm', left: '12mm', right: '12mm' } })).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length

  it('takes an error of record from the entry to the page of its donor, who reads that it was voided', async () => {
    const { page, faults } = await sitAt('APPROVER', '/desk/entries')
    await page.fill('input[name=amount]', '50')
    await page.click('button:text-is("查找")')
    await page.click('text=第 2 笔收入')
    await page.click('summary:text-is("这一笔有误")')
    await page.fill('input[name=voidAmount]', '7')
    const preview = await page.innerText('.preview')
    await page.click('button:text-is("冲销")')
    const refusal = await page.innerText('[role=alert]')
    await page.selectOption('select[name=voidReason]', 'WrongAmount')
    await page.click('button:text-is("冲销")')
    const signed = await confirm(page)
    await page.waitForSelector('.chip:has-text("尚未使用 ¥8.00")')
    await page.click('a:has-text("冲销第 2 笔收入")')
    await page.click('a:has-text("基金 1 第 2 笔收入")')
    await page.waitForSelector('h1:has-text("捐赠")')
    const donor = await newPage(desk.browser)
    await donor.page.goto(`${desk.url}/t/${desk.links[1]?.code}`)

    expect(refusal).to.equal('请先选冲销的原因。')
    expect(preview).to.include('¥50.00 里 ¥12.00 已冲销（以前冲销的 ¥5.00，加这一次的 ¥7.00），¥8.00 尚未使用').and.include('¥45.01 变为 ¥38.01').and.include('请随后重新核对')
    expect(signed).to.include('冲销收入').and.include('¥7.00').and.include('金额有误')
    expect(desk.reader.fund(1)?.available).to.equal(3_801n)
    expect(await donor.page.innerText('#where')).to.include('¥7.00 已冲销「冲销第 2 笔收入」')
    expect(faults).to.deep.equal([])
  })

  it('offers the accountant who recorded a batch no void, and says who signs it', async () => {
    const { page } = await sitAt('ACCOUNTANT', '/desk/inflows/1/2')
    await page.click('summary:text-is("这一笔有误")')

    expect(await page.innerText('section[aria-label=冲销]')).to.include('由审批人签名')
    expect(await page.locator('section[aria-label=冲销] input[name=voidAmount]').count()).to.equal(0)
    expect(await page.innerText('main')).to.include(DONORS[1])
  })

  it('shows no name to those who may not read it', async () => {
    const { page } = await sitAt('CASHIER', '/desk/inflows/1/2')
    await page.waitForSelector('h1:has-text("捐赠")')

    expect(await page.innerText('main')).to.not.include(DONORS[1])
    expect(await page.locator('input[name=code]').count()).to.equal(0)
  })

  it('finds a gift by its donor’s code, forgiving how it is typed, and says what is wrong with one', async () => {
    const { page } = await sitAt('AUDITOR', '/desk/entries')
    await page.fill('input[name=code]', '不是查询码')
    await page.click('button:text-is("查找")')
    const refusal = await page.innerText('[role=alert]')
    await page.fill('input[name=code]', ` ${desk.links[2]?.code.toLowerCase()} `)
    await page.click('button:text-is("查找")')
    await page.click('text=第 3 笔收入')
    await page.waitForSelector('.big:has-text("¥0.01")')

    expect(refusal).to.include('查询码')
  })

  it('finds a gift by a part of its donor’s name, for those who may read it', async () => {
    const { page, faults } = await sitAt('ACCOUNTANT', '/desk/entries')
    await page.fill('input[name=words]', DONORS[2].slice(1))
    await page.click('button:text-is("查找")')
    await page.waitForSelector(`.inbox-item:has-text("${DONORS[2]}")`)
    const found = await page.locator('.inbox-item').allInnerTexts()
    await page.fill('input[name=words]', '没有这个人')
    await page.click('button:text-is("查找")')
    await page.waitForSelector('text=没有找到这样的账')
    const { page: others } = await sitAt('CASHIER', '/desk/entries')
    await others.fill('input[name=words]', DONORS[2])
    await others.click('button:text-is("查找")')
    await others.waitForSelector('text=没有找到这样的账')

    expect(found.map((text) => text.replace(/\s+/g, ' '))).to.have.length(1)
    expect(found[0]).to.include('第 3 笔收入').and.include('¥0.01')
    expect(faults).to.deep.equal([])
  })

  it('records what came back of a payment, and both entries lead to each other', async () => {
    const { page, faults } = await sitAt('ACCOUNTANT', '/desk/payments/1/1')
    await page.click('summary:text-is("这一笔有误")')
    await page.fill('input[name=returnReference]', 'B20201123-9')
    await page.fill('input[name=returnAmount]', '200')
    await page.click('button:text-is("登记退回")')
    const refusal = await page.innerText('[role=alert]')
    await page.fill('input[name=returnAmount]', '20')
    await page.fill('input[name=returnOn]', '2020-02-02')
    await page.click('button:text-is("登记退回")')
    const tooEarly = await page.locator('form:has(input[name=returnOn]) [role=alert]').innerText()
    await page.fill('input[name=returnOn]', formatDay(dayAt(Date.now() / 1000)))
    const preview = await page.innerText('.preview')
    await page.click('button:text-is("登记退回")')
    const signed = await confirm(page)
    await page.click('a:has-text("基金 1 第 5 笔收入")')
    await page.waitForSelector('h1:has-text("退回")')
    await page.click('section[aria-labelledby=touching] a:has-text("基金 1 第 1 笔支出")')
    await page.waitForSelector('h1:has-text("购买 N95 口罩")')

    expect(refusal).to.equal('金额应在 ¥0.01 和 ¥90.00 之间。')
    expect(tooEarly).to.equal('这笔支出是 2020-02-03 的，退回的日期不能更早。')
    expect(preview).to.include('¥38.01 变为 ¥58.01')
    expect(signed).to.include('登记退回').and.include('¥20.00').and.include('B20201123-9')
    expect(desk.reader.outflow(1, 1)?.returned).to.equal(5_000n)
    expect(faults).to.deep.equal([])
  })

  it('proposes a refund, and leads to it', async () => {
    const { page, faults } = await sitAt('ACCOUNTANT', '/desk/inflows/1/2')
    await page.click('summary:text-is("这一笔有误")')
    await page.fill('input[name=refundAmount]', '3')
    await page.click('button:text-is("申请退款")')
    const refusal = await page.innerText('.field-error')
    await page.fill('input[name=refundPayee]', DONORS[1])
    await page.click('button:text-is("申请退款")')
    const signed = await confirm(page)
    await page.waitForSelector('h1:has-text("退还捐款")')
    const arrived = await page.innerText('.recorded')
    const { number = 0, kind, subject, amount, state } = desk.reader.outflows(1, { limit: 1 })[0] ?? {}

    expect(refusal).to.equal('请写退给谁。')
    expect(arrived).to.match(/^✓ 申请退款：已签名登记/)
    expect(signed).to.include('申请退款').and.include('第 2 笔收入').and.include('¥3.00')
    expect({ kind, subject, amount, state }).to.deep.equal({ kind: 'Refund', subject: 2, amount: 300n, state: 'Proposed' })
    expect(page.url()).to.equal(`${desk.url}/desk/payments/1/${number}`)
    expect(faults).to.deep.equal([])
  })

  it('answers a complaint in public, closes it, and lets an auditor reopen it', async () => {
    const number = await complain()
    const { page, faults } = await sitAt('RESPONDENT', '/desk')
    await page.click(`text=第 ${number} 号投诉`)
    await page.waitForSelector(`text=${SECRET}`)
    await page.fill('textarea', '已补签，照片见凭证。')
    await page.click('button:text-is("答复")')
    const signed = await confirm(page)
    await page.waitForSelector('.chip:has-text("已答复")')
    await page.fill('textarea', '投诉人已确认。')
    await page.click('button:text-is("办结")')
    const closing = await confirm(page)
    await page.waitForSelector('.chip:has-text("已办结")')
    const closed = desk.reader.complaint(number)?.state
    const auditor = await sitAt('AUDITOR', `/desk/complaints/${number}`)
    await auditor.page.fill('textarea', '投诉人丢了回执，仍有异议。')
    await auditor.page.click('button:text-is("责成重开")')
    await confirm(auditor.page)
    await auditor.page.waitForSelector('.chip:has-text("待答复")')

    expect(signed).to.include('答复投诉').and.include('已补签，照片见凭证。')
    expect(signed).to.match(/投诉对象服务器所示\s*购买 N95 口罩 · ¥[\d.]+（基金 1 第 1 笔支出）/).and.match(new RegExp(`投诉内容（不公开）服务器所示\\s*${SECRET}`))
    expect(closing).to.match(/办结投诉[^]*答复服务器所示\s*已补签，照片见凭证。/)
    expect(desk.reader.complaint(number)?.steps.slice(1).map(({ paper }) => desk.vault.paperOf(paper)?.paper.public['statement']))
      .to.deep.equal(['已补签，照片见凭证。', '投诉人已确认。', '投诉人丢了回执，仍有异议。'])
    expect(closed).to.equal('Closed')
    expect(desk.reader.complaint(number)?.state).to.equal('Filed')
    expect(await page.innerText('main')).to.include('欧阳某')
    expect([...faults, ...auditor.faults]).to.deep.equal([])
  })

  it('keeps a complaint’s words from everybody else', async () => {
    const number = await complain()
    const { page } = await sitAt('CASHIER', `/desk/complaints/${number}`)
    await page.waitForSelector(`h1:has-text("第 ${number} 号投诉")`)

    expect(await page.innerText('main')).to.include('只有接诉人和审计人员看得到').and.not.include(SECRET)
    expect(await page.locator('textarea').count()).to.equal(0)
  })

  it('lets the owner of a finding answer it, and an auditor send it back and verify it', async () => {
    const number = await raise(6)
    const owner = await sitAt('CASHIER', '/desk')
    await owner.page.click(`text=第 ${number} 号审计问题`)
    await owner.page.fill('textarea', '发票已补。')
    await owner.page.click('button:text-is("答复")')
    const answered = await confirm(owner.page)
    await owner.page.waitForSelector('text=等待审计人员核销')
    const auditor = await sitAt('AUDITOR', `/desk/findings/${number}`)
    await auditor.page.fill('textarea', '发票号不对。')
    await auditor.page.click('button:text-is("退回整改")')
    const sentBack = await confirm(auditor.page)
    await auditor.page.waitForSelector('.chip:has-text("待整改")')
    await owner.page.reload()
    await signIn(owner.page, await desk.keystoreOf('CASHIER'))
    await owner.page.fill('textarea', '换了正确的发票。')
    await owner.page.click('button:text-is("答复")')
    await confirm(owner.page)
    await owner.page.waitForSelector('text=等待审计人员核销')
    await auditor.page.reload()
    await signIn(auditor.page, await desk.keystoreOf('AUDITOR'))
    await auditor.page.fill('textarea', '已见原件。')
    await auditor.page.click('button:text-is("核销")')
    await confirm(auditor.page)
    await auditor.page.waitForSelector('.chip:has-text("已核销")')

    expect(answered).to.match(/答复审计问题[^]*问题服务器所示\s*缺一张发票/)
    expect(sentBack).to.match(/问题服务器所示\s*缺一张发票[^]*答复服务器所示\s*发票已补。/)
    expect(desk.reader.finding(number)?.steps.map(({ step }) => step)).to.deep.equal(['Raised', 'Answered', 'SentBack', 'Answered', 'Verified'])
    expect([...owner.faults, ...auditor.faults]).to.deep.equal([])
  })

  it('enrols a person, whom the council appoints from a day on', async () => {
    const key = Wallet.createRandom().address
    const registrar = await sitAt('REGISTRAR', '/desk/people')
    await registrar.page.click('summary:text-is("登记新的人员")')
    await registrar.page.fill('input[name=address]', key.slice(0, -1))
    await registrar.page.fill('input[name=office]', '社区出纳')
    await registrar.page.fill('input[name=personName]', '诸葛静')
    await registrar.page.click('button:text-is("登记")')
    const refusal = await registrar.page.innerText('[role=alert]')
    await registrar.page.fill('input[name=address]', key)
    await registrar.page.click('button:text-is("登记")')
    const enrolled = await confirm(registrar.page)
    await registrar.page.waitForSelector('text=已登记为 10 号人员')
    const council = await sitAt('COUNCIL', '/desk/people')
    await council.page.click('[aria-label="10 号人员"] summary')
    await council.page.selectOption('select[name=role10]', 'CASHIER')
    await council.page.click('[aria-label="10 号人员"] button:text-is("任命")')
    const appointed = await confirm(council.page)
    const told = await council.page.innerText('[role=status]:has-text("已任命")')
    await council.page.waitForSelector('[aria-label="10 号人员"] :text("出纳，自 ")')

    expect(refusal).to.equal('密钥地址不对：应是 0x 加 40 位数字或字母，连大小写一起照抄；错一个字就会被发现。')
    expect(enrolled).to.include('登记人员').and.include(key).and.include('社区出纳').and.include('诸葛静')
    expect(appointed).to.include('任命').and.include('出纳').and.include(key).and.include('10 号人员 社区出纳')
    expect(told).to.match(/^已任命为出纳，自 \d{4}-\d\d-\d\d \d\d:\d\d 起生效；在此之前不能办理。$/)
    expect(await council.page.innerText('[aria-label="10 号人员"]')).to.match(/出纳，自 \d{4}-\d\d-\d\d \d\d:\d\d 起/)
    expect([...registrar.faults, ...council.faults]).to.deep.equal([])
  })

  it('dismisses at once', async () => {
    const { page } = await sitAt('COUNCIL', '/desk/people')
    await page.click('[aria-label="10 号人员"] button:text-is("免去出纳")')
    await confirm(page)
    await page.waitForSelector('[aria-label="10 号人员"] button:text-is("免去出纳")', { state: 'detached' })

    expect(desk.reader.holdings().filter(({ person }) => person === 10)).to.deep.equal([])
  })

  it('says which offices a key loses, whose own it is, and what nobody can do afterwards', async () => {
    const registrar = await sitAt('REGISTRAR', '/desk/people')
    const council = await sitAt('COUNCIL', '/desk/people')
    const questionAt = async (page: Page, role: Role, button: string) => {
      await page.locator(`.key-row:has-text("${desk.wallets[role].address.toLowerCase()}") button:text-is("${button}")`).click()
      await page.waitForSelector('dialog.confirm[open] button[value=yes]:not([disabled])')
      const text = await page.innerText('dialog.confirm')
      await page.click('dialog.confirm button[value=no]')
      return text
    }
    const [last, own, plain] = [await questionAt(registrar.page, 'COUNCIL', '停用'), await questionAt(registrar.page, 'REGISTRAR', '停用'), await questionAt(registrar.page, 'CASHIER', '停用')]
    const [dismissed, other] = [await questionAt(council.page, 'COUNCIL', '免去理事会'), await questionAt(council.page, 'REGISTRAR', '免去人事登记员')]
    const [nobodyAppoints, nobodyEnrols] = ['此后没有人担任理事会：没有人能任免，也没有人能变更权责清单，再也无法挽回。', '此后没有人担任人事登记员：没有人能登记人员、增加密钥，丢了的密钥也停用不了，直到理事会任命别人并且生效。']

    expect(last).to.match(/所指的人服务器所示\s*1 号人员/).and.match(/失去的岗位服务器所示\s*理事会/).and.include(nobodyAppoints).and.not.include('您自己')
    expect(own).to.include('2 号人员').and.include('这是您自己').and.include(nobodyEnrols)
    expect(plain).to.match(/失去的岗位服务器所示\s*出纳/).and.include('此后没有人担任出纳，直到理事会任命别人并且生效。').and.not.include('您自己')
    expect(dismissed).to.include('这是您自己').and.include('此后您不能再任免任何人。').and.include(nobodyAppoints)
    expect(other).to.match(/失去的岗位服务器所示\s*人事登记员/).and.include(nobodyEnrols).and.not.include('您自己')
    expect([...registrar.faults, ...council.faults]).to.deep.equal([])
  })

  it('keeps what was typed when the connection is lost, and sends nothing twice', async () => {
    const { page } = await sitAt('ACCOUNTANT', '/desk/payments/1/1')
    await page.click('summary:text-is("这一笔有误")')
    await page.fill('input[name=returnReference]', 'B20201123-10')
    await page.fill('input[name=returnAmount]', '1')
    await page.route('**/v1/desk/**', (route) => route.abort())
    await page.click('button:text-is("登记退回")')
    const refusal = await page.innerText('[role=alert]')
    await page.unroute('**/v1/desk/**')
    const before = desk.reader.fund(1)?.inflows ?? 0
    await page.reload()
    await signIn(page, await desk.keystoreOf('ACCOUNTANT'))
    await page.click('summary:text-is("这一笔有误")')
    const typed = await page.inputValue('input[name=returnReference]')
    await page.click('button:text-is("登记退回")')
    await confirm(page)
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[name=returnReference]')?.value === '')

    expect(refusal).to.equal('没有连上服务器，请检查网络。')
    expect(typed).to.equal('B20201123-10')
    expect(desk.reader.fund(1)?.inflows).to.equal(before + 1)
  })

  it('enters again by itself when the server has forgotten who sits there', async () => {
    const { page } = await sitAt('ACCOUNTANT', '/desk/entries')
    await page.waitForSelector('h2')
    await page.evaluate(async () => await fetch('/v1/desk/session', { method: 'DELETE' }))
    await page.click('text=第 3 笔收入')
    await page.waitForSelector('.big:has-text("¥0.01")')
    await page.context().clearCookies()
    await page.click('nav a:text-is("打印")')
    await page.click('nav a:text-is("账目")')
    await page.waitForSelector('text=第 1 笔收入')

    expect(await page.innerText('.desk-bar')).to.include('4 号人员')
  })

  describe('on paper', () => {
    it('pins the public notice of a month on one A4, with twelve funds, too', async () => {
      for (let number = 3; number <= 12; number++) await desk.acts.openFund({ title: `第 ${number} 专项基金`, purpose: '用于社区' })
      await seen(() => desk.reader.fund(12))
      const { page } = await newPage(desk.browser)
      await page.goto(`${desk.url}/notice?month=2020-02`)

      expect(await page.innerText('h1')).to.equal('示范社区2020年2月账目公示')
      expect(await sheetsOf(page)).to.equal(1)
    })

    it('opens the month’s notice and its vouchers from one place', async () => {
      const { page, faults } = await sitAt('CASHIER', '/desk/print')
      await page.fill('input[name=month]', '2020-02')
      const notice = await page.getAttribute('a:has-text("公示（一张 A4）")', 'href')
      await page.click('button:text-is("凭证清单")')
      await page.waitForSelector('h1:has-text("凭证清单 2020-02")')
      const rows = await page.locator('tbody tr').count()
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('a:has-text("下载 CSV")')])
      const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')

      expect(notice).to.equal('/notice?month=2020-02')
      expect(rows).to.equal(6)
      expect(lines).to.have.length(7)
      expect(lines[1]).to.match(/^"2020-02-03","1","out","支1-1","拨付","购买 N95 口罩","120\.00","6","0x[0-9a-f]{64}"$/)
      expect(await sheetsOf(page)).to.equal(1)
      expect(faults).to.deep.equal([])
    })

    it('certifies a gift on one A4, names its donor for the accountant alone, and says that it is no receipt', async () => {
      const accountant = await sitAt('ACCOUNTANT', '/desk/print/certificate/1/1')
      await accountant.page.waitForSelector(`text=${DONORS[0]}`)
      const text = await accountant.page.innerText('.certificate')
      const cashier = await sitAt('CASHIER', '/desk/print/certificate/1/1')
      await cashier.page.waitForSelector('text=（姓名不公开）')

      expect(text).to.include('¥100.00').and.include('不是捐赠票据')
      expect(await cashier.page.innerText('main')).to.not.include(DONORS[0])
      expect(await sheetsOf(accountant.page)).to.equal(1)
    })
  })

  const PLACES: readonly (readonly [Role, string, string])[] = [
    ['ACCOUNTANT', '/desk/entries', 'h2'], ['ACCOUNTANT', '/desk/inflows/1/2', '.wrong'], ['ACCOUNTANT', '/desk/payments/1/1', '.wrong'],
    ['RESPONDENT', '/desk/complaints/1', 'textarea'], ['AUDITOR', '/desk/findings/1', 'h1'], ['CASHIER', '/desk/print', 'h2'],
    ['CASHIER', '/desk/print/vouchers/2020-02', 'tbody'], ['ACCOUNTANT', '/desk/print/certificate/1/1', '.certificate'], ['COUNCIL', '/desk/people', '.people'],
    ['REGISTRAR', '/desk/people', '.people'],
  ]
  for (const screen of SCREENS)
    it(`fits ${screen.name}, sideways too`, async () => {
      const tooWide: string[] = []
      for (const [role, path, there] of PLACES) {
        const { page } = await sitAt(role, path, screen)
        await page.waitForSelector(there)
        for (const summary of await page.locator('summary').all()) if (await summary.isVisible()) await summary.click()
        if (await wide(page)) tooWide.push(path)
        const { MZ_SHOTS: shots } = process.env
        if (shots) await page.screenshot({ path: `${shots}/${screen.width}-${role}${path.replaceAll('/', '_')}.png`, fullPage: true })
      }

      expect(tooWide).to.deep.equal([])
    })

  it('undoes a void that was an error itself, without a number of the bank to invent', async () => {
    await desk.give(1, [{ donor: '西门吹雪', yuan: '8' }])
    const [inflow, outflow, before] = [desk.reader.fund(1)?.inflows ?? 0, (desk.reader.fund(1)?.outflows ?? 0) + 1, desk.reader.fund(1)?.available ?? 0n]
    await desk.acts.voidInflow(1, inflow, '8', 'NotReceived', { title: '误冲' })
    await seen(() => desk.reader.outflow(1, outflow))
    const { page, faults } = await sitAt('ACCOUNTANT', `/desk/payments/1/${outflow}`)
    await page.click('summary:text-is("这一笔有误")')
    await page.click('button:text-is("登记退回")')
    const signed = await confirm(page)
    await page.waitForSelector('text=已经全部退回')

    expect(signed).to.include('登记退回').and.include('¥8.00').and.include(`撤销冲销 1/${outflow}`)
    expect(desk.reader.fund(1)?.available).to.equal(before)
    expect(faults).to.deep.equal([])
  })

  it('warns whoever would void what the bank has, and names its line', async () => {
    const warnings = []
    for (const role of ['ACCOUNTANT', 'APPROVER'] as const) {
      const { page } = await sitAt(role, '/desk/inflows/1/3')
      await page.click('summary:text-is("这一笔有误")')
      warnings.push(await page.innerText('section[aria-label=冲销] .overdue'))
    }

    expect(warnings).to.deep.equal(Array(2).fill('银行已经收到这笔钱：账户 1 第 1 行。冲销只用于银行里没有的钱；要退还的走“退款”。'))
  })

  it('lets the accountant ask for a void, which waits for the approver until it is signed', async () => {
    await desk.give(1, [{ donor: '西门吹雪', yuan: '6' }])
    const inflow = desk.reader.fund(1)?.inflows ?? 0
    const accountant = await sitAt('ACCOUNTANT', `/desk/inflows/1/${inflow}`)
    const section = accountant.page.locator('section[aria-label=冲销]')
    await accountant.page.click('summary:text-is("这一笔有误")')
    await section.locator('button:text-is("请审批人冲销")').click()
    const refusal = await section.locator('.field-error').innerText()
    await accountant.page.selectOption('select[name=askReason]', 'Duplicate')
    await section.locator('button:text-is("请审批人冲销")').click()
    const first = await section.locator('p:has-text("已请审批人冲销")').innerText()
    await section.locator('button:text-is("撤回")').click()
    await accountant.page.selectOption('select[name=askReason]', 'NotReceived')
    await accountant.page.fill('input[name=askAmount]', '5.5')
    await section.locator('button:text-is("请审批人冲销")').click()
    await section.locator('p:has-text("款项未到账")').waitFor()

    const approver = await sitAt('APPROVER', '/desk')
    const item = approver.page.locator('.inbox-item:has-text("待冲销")')
    const waiting = await item.innerText()
    await item.click()
    const asked = await approver.page.innerText('section[aria-label=冲销] p:has-text("请您冲销")')
    const filled = [await approver.page.inputValue('select[name=voidReason]'), await approver.page.inputValue('input[name=voidAmount]')]
    await approver.page.click('button:text-is("冲销")')
    const signed = await confirm(approver.page)
    await approver.page.waitForSelector('.chip:has-text("尚未使用 ¥0.50")')
    await approver.page.waitForSelector('.recorded:has-text("✓")')
    await approver.page.click('nav a:has-text("待办")')
    await approver.page.waitForSelector('h1:text-is("待办")')
    const stillSaid = await approver.page.textContent('.recorded')

    expect(refusal).to.equal('请先选冲销的原因。')
    expect(first).to.match(/^已请审批人冲销（¥6\.00，重复登记，\d{4}-\d\d-\d\d \d\d:\d\d）：在审批人的待办里。$/)
    expect(waiting).to.include(`请冲销第 ${inflow} 笔收入：款项未到账`).and.include('¥5.50').and.include('疫情防控专项基金')
    expect(asked).to.match(/^4 号人员请您冲销：¥5\.50，款项未到账，\d{4}/)
    expect(filled).to.deep.equal(['NotReceived', '5.50'])
    expect(signed).to.include('冲销收入').and.include('冲销金额\n¥5.50').and.include('款项未到账')
    expect(await item.count()).to.equal(0)
    expect(stillSaid).to.equal('')
    expect([...accountant.faults, ...approver.faults]).to.deep.equal([])
  })

  it('lets the approver say no to a void that was asked for, which the accountant hears, and leaves others the page’s address to send', async () => {
    await desk.give(1, [{ donor: '西门吹雪', yuan: '9' }])
    const inflow = desk.reader.fund(1)?.inflows ?? 0
    desk.vault.askVoid({ fund: 1, inflow, amount: Fen(900n), reason: 'WrongFund', person: 4, at: Math.floor(Date.now() / 1000), voids: 0 })
    const approver = await sitAt('APPROVER', `/desk/inflows/1/${inflow}`)
    await approver.page.click('button:text-is("不冲销")')
    await approver.page.waitForSelector('button:text-is("不冲销")', { state: 'detached' })
    const accountant = await sitAt('ACCOUNTANT', '/desk')
    const news = accountant.page.locator('.rows > li', { hasText: `没有同意冲销第 ${inflow} 笔收入` })
    const heard = await news.innerText()
    await news.locator('a').click()
    await accountant.page.click('summary:text-is("这一笔有误")')
    const entry = await accountant.page.innerText('section[aria-label=冲销]')
    await accountant.page.click('.desk-bar a:has-text("待办")')
    await news.locator('button:text-is("知道了")').click()
    await news.waitFor({ state: 'detached' })
    const cashier = await sitAt('CASHIER', `/desk/inflows/1/${inflow}`)
    await cashier.page.click('summary:text-is("这一笔有误")')

    expect(desk.vault.askedVoidOf(1, inflow)?.refused?.by).to.equal(5)
    expect(heard).to.match(/请求未获同意[^]*疫情防控专项基金[^]*5 号人员没有同意[^]*¥9\.00/)
    expect(entry).to.match(/5 号人员 \d{4}-\d\d-\d\d \d\d:\d\d 没有同意冲销（¥9\.00，/).and.include('请审批人冲销')
    expect(await approver.page.inputValue('select[name=voidReason]')).to.equal('')
    expect(await approver.page.isVisible('select[name=voidReason]')).to.equal(true)
    expect(await cashier.page.innerText('section[aria-label=冲销]')).to.include('发给审批人').and.not.include('请审批人冲销')
    expect([...approver.faults, ...accountant.faults, ...cashier.faults]).to.deep.equal([])
  })

  it('tells whoever sits there with a key that was retired, at the next click', async () => {
    const key = desk.wallets.APPROVER.address.toLowerCase()
    const fresh = Wallet.createRandom()
    const owner = await sitAt('APPROVER', '/desk')
    await owner.page.click('text=尚未审批的申请')
    await owner.page.waitForSelector('button:text-is("批准")')
    const registrar = await sitAt('REGISTRAR', '/desk/people')
    const person = registrar.page.locator('[aria-label="5 号人员"]')
    await person.locator(`.key-row:has-text("${key}") button:text-is("停用")`).click()
    const signed = await confirm(registrar.page)
    await person.locator('.chip:has-text("停用")').waitFor()
    await person.locator('summary').click()
    await person.locator('input[name=key5]').fill(fresh.address)
    await person.locator('button:text-is("增加密钥")').click()
    await confirm(registrar.page)
    await person.locator(`.hash:has-text("${fresh.address.toLowerCase()}")`).waitFor()

    await owner.page.click('button:text-is("批准")')
    const told = await owner.page.innerText('[role=alert]')
    await owner.page.click('nav a:has-text("待办")')
    await owner.page.click('button:text-is("刷新")')
    const toldAgain = await owner.page.innerText('[role=alert]')
    const { page } = await newPage(desk.browser)
    await page.goto(`${desk.url}/desk`)
    await signIn(page, { name: 'new.json', mimeType: 'application/json', buffer: Buffer.from(await encryptKeystoreJson({ address: fresh.address, privateKey: fresh.privateKey }, PASSPHRASE, { scrypt: { N: 2 } })) })

    expect(signed).to.include('永久停用密钥').and.include(desk.wallets.APPROVER.address)
    expect([told, toldAgain]).to.deep.equal(Array(2).fill(`密钥 ${key} 不代表任何在册人员，或已停用。`))
    expect(desk.reader.outflow(1, 4)?.state).to.equal('Proposed')
    // The same person with another key, and nobody's role until the council appoints it.
    expect(await page.innerText('.desk-bar')).to.include('5 号人员').and.include('没有岗位')
  })
})
