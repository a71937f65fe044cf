import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { formatAnchor } from '../../ledger/anchor.ts'
import { readCertificate, replyDraft } from '../../ledger/auditDrafts.ts'
import { complaintDraft, COMPLAINT_GAS, fileCall, reopenCall, reopeningDraft } from '../../ledger/complaint.ts'
import { Day, dayAt, formatDay, parseDay } from '../../ledger/day.ts'
import { inflowDraft } from '../../ledger/drafts.ts'
import { parseYuan } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { daysOf, monthBefore } from '../../ledger/month.ts'
import { sealPaper, type Draft } from '../../ledger/papers.ts'
import { newResidentKey, signWithKey } from '../../ledger/residentKey.ts'
import { refOf } from '../../ledger/refs.ts'
import { SOURCES, type Role } from '../../ledger/words.ts'
import { openAccountIn } from '../api/accounts.ts'
import { SCREENS } from './browser.ts'
import { confirm, openDeskWorld, seen, signIn, type DeskWorld } from './desks.ts'

const LAST_MONTH = monthBefore(dayAt(Date.now() / 1000))

describe('the desk of stewards, auditors and whoever answers residents', function () {
  this.timeout(240_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_881)
    await openAccountIn(desk)
  })
  after(() => desk.leave())

  const sitAt = async (role: Role, path: string) => await desk.sitDown(role, { acceptDownloads: true }, path)
  const publicOf = (paper: Hex | undefined) => desk.vault.paperOf(paper ?? '0x')?.paper.public ?? {}
  const inbox = async (page: Page) => {
    await page.click('.desk-bar a:has-text("待办")')
    await Promise.all([page.waitForResponse('**/v1/funds'), page.click('text=刷新')])
    await page.waitForSelector('button:text-is("刷新"):not([disabled])')
    return await page.innerText('main')
  }

  describe('a transfer between funds', () => {
    it('is asked for, approved and recorded with a number of its own, since no bank has a part in it', async () => {
      const [from, to] = [desk.reader.fund(1), desk.reader.fund(2)]
      const accountant = await sitAt('ACCOUNTANT', '/desk/pay')
      await accountant.page.click('text=基金之间划转')
      await accountant.page.selectOption('select[name=from]', '1')
      await accountant.page.selectOption('select[name=to]', '2')
      await accountant.page.fill('input[name=amount]', '1.50')
      await accountant.page.fill('input[name=title]', '调剂到第二基金')
      await accountant.page.click('button:text-is("申请划转")')
      const asked = await confirm(accountant.page)
      await accountant.page.waitForSelector('text=申请已登记')
      const approver = await sitAt('APPROVER', '/desk')
      await approver.page.locator('li', { hasText: '调剂到第二基金' }).locator('button:text-is("批准")').click()
      const approved = await confirm(approver.page)
      const cashier = await sitAt('CASHIER', '/desk')
      await cashier.page.click('text=调剂到第二基金')
      const number = await cashier.page.inputValue('input[name=reference]')
      await cashier.page.click('button:text-is("登记付款")')
      await confirm(cashier.page)
      await cashier.page.waitForSelector('.chip:has-text("已划转")')
      await cashier.page.waitForSelector('text=转入 ¥1.50')
      const page = await cashier.page.innerText('main')

      expect(asked).to.match(/申请划转[^]*转出[^]*疫情防控专项基金[^]*转入[^]*第二基金[^]*¥1\.50/)
      expect(approved).to.match(/批准金额\s*¥1\.50[^]*所批准的申请[^]*调剂到第二基金/).and.match(/转入基金\s*公开\s*2/)
      expect(page).to.include('转入：基金 2 第二基金').and.match(/\d 转入 ¥1\.50/).and.not.include('退回 ¥')
      expect(number).to.match(/^划转 1\/\d+$/)
      expect(desk.reader.fund(2)?.received).to.equal((to?.received ?? 0n) + 150n)
      expect(desk.reader.fund(1)?.unspent).to.equal((from?.unspent ?? 0n) - 150n)
      expect([accountant, approver, cashier].flatMap(({ faults }) => faults)).to.deep.equal([])
    })

    it('offers only funds that may take it, and says which ones it wants', async () => {
      const { page } = await sitAt('ACCOUNTANT', '/desk/pay/transfer')
      await page.click('button:text-is("申请划转")')
      const refusal = await page.innerText('[role=alert]')
      await page.selectOption('select[name=from]', '2')

      expect(refusal).to.equal('请选转出和转入的基金。')
      expect(await page.locator('select[name=to] option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value))).to.deep.equal(['', '1'])
    })
  })

  it('says of a gift that was voided whole that it is gone, and certifies nothing of it', async () => {
    const on = desk.reader.fund(1)?.inflows ?? 0
    const [day, amount] = [parseDay('2020-01-29'), parseYuan('7')]
    const paper = desk.vault.putPaper(sealPaper(inflowDraft({ source: 'Donation', effectiveOn: day, amount }, { donor: '尉迟小敏' }), randomBytes)).hash
    await desk.acts.act('ACCOUNTANT', 'recordInflows', [1, desk.reader.fund(1)?.received, SOURCES.indexOf('Donation'), day, [[refOf(desk.vault.bookKey, ['尉迟小敏'], 1), amount, paper]]])
    await seen(() => desk.reader.inflow(1, on + 1))
    await desk.acts.voidInflow(1, on + 1, '7', 'NotReceived', { title: '款项未到账' })
    await seen(() => desk.reader.correctionsOf(1, on + 1).length > 0)
    const { page } = await sitAt('ACCOUNTANT', `/desk/inflows/1/${on + 1}`)
    await page.click('summary:text-is("这一笔有误")')
    const told = await page.innerText('.wrong')
    const slips = await page.locator('button:text-is("补打收款记录")').count()
    await page.click('text=打印捐赠证明')
    await page.waitForSelector('.empty')

    expect(told).to.include('已经全部冲销或退还').and.not.include('全部用出')
    expect(slips).to.equal(0)
    expect(await page.innerText('.empty')).to.match(/^这笔捐赠已全部冲销或退还（第 \d+ 笔支出），没有可以证明的捐赠。$/)
  })

  describe('a rejected request', () => {
    it('is told to whoever asked, is asked anew as it was, and can be put aside', async () => {
      const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
      await desk.acts.propose(1, '1', { title: '折叠桌 1 张', category: '家具' })
      await desk.acts.reject([1, number], 'PaperIncomplete')
      await seen(() => desk.reader.outflow(1, number)?.state === 'Rejected')
      const { page, faults } = await sitAt('ACCOUNTANT', '/desk')
      const row = page.locator('.rows > li', { hasText: '折叠桌 1 张' })
      const told = await row.innerText()
      await row.locator('a').click()
      await page.click('text=照这一笔重新申请')
      await page.waitForSelector('h1:has-text("申请付款")')
      const again = await page.evaluate(() => Object.fromEntries(['title', 'category', 'amount', 'payee'].map((name) => [name, document.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value])))
      await page.click('button:text-is("申请")')
      await confirm(page)
      await page.waitForSelector('text=申请已登记')
      await page.click('.desk-bar a:has-text("待办")')
      await row.locator('button:text-is("知道了")').click()
      await row.waitFor({ state: 'detached' })
      await page.reload()
      await signIn(page, await desk.keystoreOf('ACCOUNTANT'))

      expect(told).to.match(/被驳回[^]*疫情防控专项基金[^]*折叠桌 1 张[^]*¥1\.00/)
      expect(again).to.deep.equal({ title: '折叠桌 1 张', category: '家具', amount: '1.00', payee: '某某商店' })
      expect(await page.innerText('main')).not.to.include('折叠桌')
      expect(faults).to.deep.equal([])
    })
  })

  describe('the steward', () => {
    it('opens a fund and a bank account, whose terms stand in the question before the signature', async () => {
      const { page, faults } = await sitAt('STEWARD', '/desk/funds')
      await page.click('summary:text-is("设立基金")')
      await page.click('button:text-is("设立")')
      const refusal = await page.innerText('[role=alert]')
      await page.fill('input[name=fundTitle]', '助老基金')
      await page.fill('input[name=purpose]', '为七十岁以上老人送餐')
      await page.check('input[name=restricted]')
      await page.click('summary:text-is("英文、应急准备金、限额")')
      await page.fill('input[name=reserve]', '1,000')
      await page.click('button:text-is("设立")')
      const opened = await confirm(page)
      await page.waitForSelector('text=助老基金')
      await page.click('summary:text-is("开立银行账户账")')
      await page.fill('input[name=accountTitle]', '零钱户')
      await page.fill('input[name=accountNumber]', '6222020200009999999')
      await page.fill('input[name=opening]', '-12.34')
      await page.click('button:text-is("开立")')
      const account = await confirm(page)
      await page.waitForSelector('text=已开立。')

      expect(refusal).to.equal('请写名称。')
      expect(opened).to.match(/设立基金[^]*定向捐赠[^]*应急准备金\s*¥1,000\.00[^]*限额\s*¥1,000,000\.00[^]*助老基金[^]*为七十岁以上老人送餐/)
      expect(account).to.match(/[-−]¥?12\.34/).and.match(/不公开\s*6222020200009999999/)
      expect(desk.reader.fund(3)).to.include({ restricted: true, reserve: 100_000n, open: true })
      expect(desk.reader.accounts().at(-1)).to.include({ opening: -1_234n })
      expect(faults).to.deep.equal([])
    })

    it('closes a fund that is empty for ever, and is told what to do with one that is not', async () => {
      const { page } = await sitAt('STEWARD', '/desk/funds')
      const of = (title: string) => page.locator('.rows > li', { has: page.locator('summary:text-is("终止")'), hasText: title })
      await of('疫情防控专项基金').locator('summary').click()
      const told = await of('疫情防控专项基金').innerText()
      await of('助老基金').locator('summary').click()
      await of('助老基金').locator('button').click()
      const signed = await confirm(page)
      await page.waitForSelector('.chip:has-text("已终止")')

      expect(told).to.include('先拨付、退款，或全部划转到别的基金')
      expect(signed).to.include('永久终止基金').and.include('助老基金')
      expect(desk.reader.fund(3)?.open).to.equal(false)
    })

    it('closes the month of all funds with one look, and its certificates agree with the book to the fen', async () => {
      const { page, faults } = await sitAt('STEWARD', '/desk')
      const waiting = await page.innerText('main')
      await page.click(`text=${LAST_MONTH} 结账`)
      await page.waitForSelector('button:has-text("结账（2 个基金）")')
      const look = await page.innerText('section[aria-labelledby=close]')
      await page.click('button:has-text("结账（2 个基金）")')
      const signed = await confirm(page)
      await page.waitForSelector('text=已结账：2 个基金。')
      const { through } = daysOf(LAST_MONTH)

      expect(waiting).to.include('待结账 2 个基金')
      expect(look).to.include('还有 2 行银行流水没有对应的账').and.include('期末结余')
      expect(signed.match(/结账至/g)).to.have.length(2)
      for (const fund of [1, 2]) {
        const [period] = desk.reader.periods(fund)
        const sums = desk.reader.periodSums(fund, { from: Day(0), through })
        const certificate = readCertificate(publicOf(period?.paper))
        expect(period?.through).to.equal(through)
        expect(certificate?.closing).to.equal(sums.closing)
        expect(certificate?.sums.map(({ amount, count }) => [amount, count])).to.deep.equal([...sums.inflows, ...sums.outflows].map(({ amount, count }) => [amount, count]))
      }
      expect(await inbox(page)).to.include('没有等您办的事')
      expect(faults).to.deep.equal([])
    })

    it('is told that a month that is not over cannot be closed', async () => {
      const { page } = await sitAt('STEWARD', '/desk/funds')
      await page.fill('input[name=closeMonth]', formatDay(dayAt(Date.now() / 1000)).slice(0, 7))

      expect(await page.locator('section[aria-labelledby=close] [role=alert]').innerText()).to.match(/^\d{4}-\d\d-\d\d 还没有过完，不能结账。$/)
      expect(await page.locator('button:has-text("结账（")').count()).to.equal(0)
    })

    it('has a place that tells others whose it is', async () => {
      const { page } = await sitAt('CASHIER', '/desk/funds')

      expect(await page.innerText('main .empty')).to.equal('这一页由基金管理人办理。')
      expect(await page.locator('main form').count()).to.equal(0)
    })
  })

  describe('the auditor', () => {
    it('raises a finding that its owner answers and an auditor sees through, each led there by their inbox', async () => {
      const auditor = await sitAt('AUDITOR', '/desk/audit')
      await auditor.page.click('summary:text-is("提出审计问题")')
      await auditor.page.fill('[aria-label="提出审计问题"] textarea', '第 1 笔支出缺发票原件')
      await auditor.page.click('button:text-is("提出")')
      const refusal = await auditor.page.innerText('[role=alert]')
      await auditor.page.selectOption('select[name=owner]', { label: '4 号 会计' })
      await auditor.page.click('button:text-is("提出")')
      const raised = await confirm(auditor.page)
      await auditor.page.waitForSelector('text=第 1 号审计问题')
      const owner = await sitAt('ACCOUNTANT', '/desk')
      await owner.page.click('text=第 1 号审计问题')
      await owner.page.fill('textarea', '原件已补，在 3 号档案盒')
      await owner.page.click('button:text-is("答复")')
      await confirm(owner.page)
      const waiting = await inbox(auditor.page)
      await auditor.page.click('text=第 1 号审计问题')
      await auditor.page.fill('textarea', '已见原件')
      await auditor.page.click('button:text-is("核销")')
      await confirm(auditor.page)
      await auditor.page.waitForSelector('.chip:has-text("已核销")')

      expect(refusal).to.equal('请选由谁整改。')
      expect(raised).to.match(/责任人的职务服务器所示\s*4 号 会计[^]*第 1 笔支出缺发票原件/)
      expect(waiting).to.include('待核销')
      expect(desk.reader.finding(1)?.state).to.equal('Verified')
      expect([...auditor.faults, ...owner.faults]).to.deep.equal([])
    })

    /** The public bundle and the anchor, as an auditor has them on a disk. */
    const files = async () => {
      await desk.seal()
      const { page } = await sitAt('AUDITOR', '/desk/audit')
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=下载公开账册')])
      await page.click('summary:text-is("出具审计意见")')
      const choose = async (bundle: Buffer) => {
        await page.setInputFiles('input[name=bundle]', { name: 'book.mzbundle', mimeType: 'application/octet-stream', buffer: bundle })
        await page.setInputFiles('input[name=anchor]', { name: 'anchor.json', mimeType: 'application/json', buffer: Buffer.from(formatAnchor(desk.anchor)) })
        await page.click('button:text-is("核验账册")')
        await page.waitForSelector('.check-good, .check-warn, .check-bad')
      }
      return { page, bundle: await readFile(await download.path()), choose }
    }

    it('gives an opinion on a bundle that this browser has verified, and names the very file', async () => {
      const { page, bundle, choose } = await files()
      await choose(bundle)
      const verdict = await page.innerText('.check-good')
      await page.fill('input[name=from]', '2020-01-01')
      await page.fill('input[name=through]', '2099-12-31')
      await page.selectOption('select[name=opinion]', 'Unqualified')
      await page.fill('[aria-label="出具审计意见"] textarea', '账目属实。')
      await page.click('button:text-is("出具意见")')
      const refusal = await page.innerText('[aria-label="出具审计意见"] [role=alert]')
      await page.fill('input[name=through]', LAST_MONTH + '-01')
      await page.click('button:text-is("出具意见")')
      const signed = await confirm(page)
      await page.waitForSelector('text=第 1 号 ·')
      const sha256 = createHash('sha256').update(bundle).digest('hex')

      expect(verdict).to.include(sha256)
      expect(refusal).to.match(/^账册只到 \d{4}-\d\d-\d\d，不能据以对截至 2099-12-31 的期间发表意见。$/)
      expect(signed).to.include('无保留').and.include('账目属实。')
      expect(desk.reader.opinions({ limit: 1 })[0]).to.include({ opinion: 'Unqualified', bundle: `0x${sha256}` })
    })

    it('gives none on a bundle in which one byte is another', async () => {
      const { page, bundle, choose } = await files()
      bundle[Math.floor(bundle.length / 2)]! ^= 1
      await choose(bundle)

      expect(await page.innerText('.check-bad')).to.include('不通过').and.include('不能据以出具意见')
      expect(await page.locator('button:text-is("出具意见")').count()).to.equal(0)
    })

    it('is told which file is missing, and what is no anchor', async () => {
      const { page, bundle } = await files()
      await page.click('button:text-is("核验账册")')
      const missing = await page.innerText('[aria-label="出具审计意见"] [role=alert]')
      await page.setInputFiles('input[name=bundle]', { name: 'book.mzbundle', mimeType: 'application/octet-stream', buffer: bundle })
      await page.setInputFiles('input[name=anchor]', { name: 'anchor.json', mimeType: 'application/json', buffer: Buffer.from('{"format":"something"}') })
      await page.click('button:text-is("核验账册")')
      await page.waitForSelector('[aria-label="出具审计意见"] [role=alert]:has-text("信任锚")')

      expect(missing).to.equal('请选账册和信任锚两个文件。')
    })
  })

  describe('a complaint', () => {
    it('is found again after it was answered: closed by the respondent, reopened by an auditor', async () => {
      const { chainId, contracts } = desk.anchor
      const concern = { community: 1, fund: 1, outflow: 1 }
      const paper = desk.vault.putPaper(sealPaper(complaintDraft(concern, { text: '口罩没有发到 5 号楼', name: '郑十一', phone: '13900001234' }), randomBytes)).hash
      await desk.chain.client.request('eth_sendRawTransaction', [signWithKey(newResidentKey(), { chainId, nonce: 0, gasLimit: COMPLAINT_GAS, to: contracts.audit, data: fileCall(concern, paper) })])
      await seen(() => desk.reader.complaint(1))
      const respondent = await sitAt('RESPONDENT', '/desk/complaints')
      await respondent.page.waitForSelector('h1:text-is("投诉")')
      const list = await respondent.page.innerText('main')
      await respondent.page.click('text=第 1 号投诉')
      await respondent.page.waitForSelector('text=13900001234')
      await respondent.page.fill('textarea', '郑十一（139-0000 1234）已补发')
      await respondent.page.click('button:text-is("答复")')
      const leak = await respondent.page.innerText('.field-error')
      await respondent.page.fill('textarea', '已补发')
      await respondent.page.click('button:text-is("答复")')
      await confirm(respondent.page)
      await respondent.page.waitForSelector('.chip:has-text("已答复")')
      const empty = await inbox(respondent.page)
      await respondent.page.click('.desk-bar a:has-text("投诉")')
      await respondent.page.click('text=第 1 号投诉')
      await respondent.page.fill('textarea', '居民已签收')
      await respondent.page.click('button:text-is("办结")')
      await confirm(respondent.page)
      await respondent.page.waitForSelector('.chip:has-text("已办结")')
      const auditor = await sitAt('AUDITOR', '/desk/payments/1/1')
      await auditor.page.click('text=第 1 号投诉')
      await auditor.page.waitForSelector('button:text-is("责成重开")')

      expect(leak).to.equal('正文里有投诉人不公开的“郑十一”。正文公开、永久保留，请去掉。')
      expect(list).to.match(/第 1 号投诉[^]*应在 24 小时内答复/)
      expect(empty).to.include('没有等您办的事')
      expect([...respondent.faults, ...auditor.faults]).to.deep.equal([])
    })

    it('that its resident opened again is answered beside the reason for it', async () => {
      const { chainId, contracts } = desk.anchor
      const key = newResidentKey()
      const number = 1 + Math.max(0, ...desk.reader.complaints({ limit: 100 }).map((one) => one.number))
      const send = async (nonce: number, data: Hex) => await desk.chain.client.request('eth_sendRawTransaction', [signWithKey(key, { chainId, nonce, gasLimit: COMPLAINT_GAS, to: contracts.audit, data })])
      const keep = (draft: Draft) => desk.vault.putPaper(sealPaper(draft, randomBytes)).hash
      const concern = { community: 1, fund: 1, outflow: 1 }
      await send(0, fileCall(concern, keep(complaintDraft(concern, { text: '口罩没有发到 6 号楼' }))))
      await seen(() => desk.reader.complaint(number))
      await desk.acts.act('RESPONDENT', 'answerComplaint', [number, keep(replyDraft('complaint-answer', number, '已经发了'))], 'audit')
      await send(1, reopenCall(number, keep(reopeningDraft(number, { text: '只发了一半' }))))
      await seen(() => desk.reader.complaint(number)?.steps.length === 3)
      const { page, faults } = await sitAt('RESPONDENT', `/desk/complaints/${number}`)
      await page.waitForSelector('text=只发了一半')
      await page.fill('textarea', '余下的明天发')
      await page.click('button:text-is("答复")')
      const asked = await confirm(page)

      expect(asked).to.match(/投诉内容（不公开）[^]*口罩没有发到 6 号楼[^]*重开的理由（不公开）[^]*只发了一半/)
      expect(faults).to.deep.equal([])
    })
  })

  it('tells the council of a key that has no role yet', async () => {
    const registrar = await sitAt('REGISTRAR', '/desk/people')
    await registrar.page.click('summary:text-is("登记新的人员")')
    await registrar.page.fill('input[name=address]', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')
    await registrar.page.fill('input[name=office]', '志愿者')
    await registrar.page.click('button:text-is("登记")')
    await confirm(registrar.page)
    await registrar.page.waitForSelector('text=已登记为')
    const council = await sitAt('COUNCIL', '/desk')
    const waiting = await council.page.innerText('main')

    expect(waiting).to.match(/待任命[^]*号人员的密钥还没有岗位/)
  })

  for (const screen of SCREENS)
    it(`fits ${screen.name}`, async () => {
      const wide: string[] = []
      for (const [role, paths] of [['STEWARD', ['/desk/funds']], ['AUDITOR', ['/desk/audit', '/desk/complaints']], ['ACCOUNTANT', ['/desk/pay/transfer']]] as const) {
        const { page } = await desk.sitDown(role, { viewport: screen })
        for (const path of paths) {
          await page.evaluate((to) => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')) }, path)
          await page.waitForSelector('main h1')
          for (const summary of await page.locator('main summary').all()) await summary.click()
          if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wide.push(path)
        }
      }

      expect(wide).to.deep.equal([])
    })
})
