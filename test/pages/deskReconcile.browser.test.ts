import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { readStatement } from '../../intake/statements/statement.ts'
import { accountDraft, bankLineDraft, explanationDraft, statementDraft } from '../../ledger/bankDrafts.ts'
import { dayAt, formatDay, type Day } from '../../ledger/day.ts'
import { inflowDraft } from '../../ledger/drafts.ts'
import { parseYuan } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { sealPaper, type Draft } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { SOURCES, UNEXPLAINED } from '../../ledger/words.ts'
import { openAccountIn } from '../api/accounts.ts'
import { SCREENS } from './browser.ts'
import { confirm, openDeskWorld, type DeskWorld } from './desks.ts'

const EXAMPLES = join(import.meta.dirname, '../data/statements')
const BOC = 'example-boc-records.csv'
const HEADING = '交易日,贷方发生额,借方发生额,账户余额,对方户名,凭证号,附言'
/** Words of a program, which nobody shall have to read in what they sign. */
const RAW = /[a-z]{2,}/i
const told = (signed: string) => signed.replace(/\s+/g, ' ')
/** Where screenshots go, for whoever wants to look: `SHOTS=/tmp/shots`. */
const { SHOTS } = process.env

describe('reconciling at the desk', function () {
  this.timeout(240_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_851)
    await openAccountIn({ ...desk, mirrorAll: mirrored })
    await given(['10000', '众人'])
  })
  after(() => desk.leave())

  const file = (draft: Draft): Hex => desk.vault.putPaper(sealPaper(draft, randomBytes)).hash
  const account = (number = 1) => desk.reader.accounts().find((one) => one.number === number)!
  const refs = { next: 1 }
  const freshRef = () => refOf(desk.vault.bookKey, ['reconciling'], refs.next++)

  /** Until the mirror, which follows by itself, has all. */
  async function mirrored() {
    for (;;) {
      const head = desk.reader.head()
      if (head && head.block >= desk.chain.head().number) return head
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** What the bank wrote on the last day that is covered, in fen. Gives the lines' numbers. */
  async function bankMoved(...moves: readonly (readonly [amount: bigint, counterparty: string])[]): Promise<number[]> {
    await mirrored()
    const { balance, lines, through } = account()
    const rows = moves.map(([amount, counterparty]) => [freshRef(), amount, through, file(bankLineDraft({ account: 1, on: through, amount }, { counterparty, remark: '货款' }))])
    const closing = moves.reduce((sum, [amount]) => sum + amount, balance)
    await desk.acts.act('ACCOUNTANT', 'recordLines', [1, lines + 1, through, balance, closing, rows, file(statementDraft({ account: 1, format: 'mapped', from: through, through }))], 'bank')
    await mirrored()
    return moves.map((_, at) => lines + 1 + at)
  }

  /** A payment of fund 1 that went out on the last day covered. */
  async function paid(yuan: string, title: string): Promise<number> {
    await mirrored()
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    await desk.acts.propose(1, yuan, { title })
    await desk.acts.approve([1, number])
    await desk.acts.execute([1, number], yuan, formatDay(account().through))
    await mirrored()
    return number
  }

  async function given(...gifts: readonly (readonly [yuan: string, donor: string])[]): Promise<void> {
    await mirrored()
    const on = account().through
    const inflows = gifts.map(([yuan, donor]) => [freshRef(), parseYuan(yuan), file(inflowDraft({ source: 'Donation', effectiveOn: on, amount: parseYuan(yuan) }, { donor }))])
    await desk.acts.act('ACCOUNTANT', 'recordInflows', [1, desk.reader.fund(1)?.received ?? 0n, SOURCES.indexOf('Donation'), on, inflows])
    await mirrored()
  }

  /** Takes a line out of the way of other tests. */
  async function explained(line: number): Promise<void> {
    const paper = file(explanationDraft({ account: 1, line, on: account().through, why: 'NotOurs', statement: '' }))
    await desk.acts.act('ACCOUNTANT', 'explainLine', [1, line, UNEXPLAINED.indexOf('NotOurs'), paper], 'bank')
    await mirrored()
  }

  async function sitAt(role: 'ACCOUNTANT' | 'APPROVER' | 'CASHIER' = 'ACCOUNTANT', options = {}, number = 1) {
    const opened = await desk.sitDown(role, { viewport: SCREENS[1], ...options })
    if (role === 'CASHIER') await visit(opened.page, `/desk/reconcile/${number}`)
    else {
      await opened.page.click('.desk-bar >> text=对账')
      if (desk.reader.accounts().length > 1) await opened.page.click(`a[href="/desk/reconcile/${number}"]`)
    }
    await opened.page.waitForSelector('.standing')
    return opened
  }
  /** Goes there within the page, where the open key is. */
  const visit = async (page: Page, path: string) => await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
  const line = (page: Page, number: number) => page.locator(`.line[aria-label^="第 ${number} 笔 "]`)
  const gone = async (page: Page, number: number) => await line(page, number).waitFor({ state: 'detached' })
  const sums = async (page: Page) => Object.fromEntries(await page.locator('.standing [data-sum]').evaluateAll((all) => all.map((one) => [one.getAttribute('data-sum'), one.textContent])))
  const matched = (number: number) => desk.reader.matchesOf(1, number).filter(({ undone }) => !undone).map(({ outflow, entry, amount }) => [outflow, entry, amount])
  const bring = async (page: Page, name: string, buffer: Buffer) => {
    if (!(await page.isVisible('input[name=file]'))) await page.click('summary:has-text("导入银行流水")')
    await page.setInputFiles('input[name=file]', { name, mimeType: 'text/csv', buffer })
  }
  const shot = async (page: Page, name: string) => {
    if (!SHOTS) return
    mkdirSync(SHOTS, { recursive: true })
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
  }

  it('explains a proposed line with one input and the signature, and what is left to do is right to the fen', async () => {
    const outflow = await paid('8', '购买消毒液')
    const { page, faults } = await sitAt()
    const before = await sums(page)
    const proposal = await line(page, 4).innerText()
    await shot(page, 'list-1280')

    const began = performance.now()
    await line(page, 4).locator('button:text-is("对上")').click()
    await page.waitForSelector('dialog.confirm[open]')
    const asked = performance.now()
    const signed = await confirm(page)
    await gone(page, 4)
    const ended = performance.now()
    await page.waitForSelector('.standing [data-sum=debits]', { state: 'detached' })
    console.log(`      1 input and 1 signature: asked in ${Math.round(asked - began)} ms, done in ${Math.round(ended - began)} ms`)

    expect(before).to.deep.equal({ waiting: '1 笔收入 ¥5.00、1 笔支出 ¥8.00', credits: '¥5.00', debits: '¥8.00', said: '¥5.00', balance: '¥47.01', share: '90.22%' })
    expect(proposal).to.include('万俟无名').and.include('购买消毒液').and.include('63 分').and.include('金额相同、日期相近')
    expect(signed).to.include('核对银行流水').and.include('¥8.00').and.include('购买消毒液')
    expect(told(signed)).to.include('流水第 4 行服务器所示 万俟无名 · 2020-02-06 · 支出 ¥8.00').and.include('对应的账服务器所示 购买消毒液 · 某某商店 · 2020-02-10 · ¥8.00')
    expect(signed).to.include('本系统建议').and.not.match(RAW)
    expect(await sums(page)).to.deep.equal({ waiting: '1 笔收入 ¥5.00', credits: '¥5.00', said: '¥5.00', balance: '¥47.01', share: '96.24%' })
    expect(matched(4)).to.deep.equal([[true, outflow, 800n]])
    expect(faults).to.deep.equal([])
  })

  it('has a statement that brings the bank’s balance and the book’s together, before and after a match', async () => {
    const [number = 0] = await bankMoved([-300n, '辛'])
    await paid('3', '三元')
    const { page, faults } = await sitAt()
    const rows = async () => Object.fromEntries(await page.locator('.balance tr[data-row]').evaluateAll((all) => all.map((one) => [one.getAttribute('data-row'), one.querySelector('td')?.textContent])))
    await page.click('summary:has-text("银行余额调节表")')
    await page.waitForSelector('text=两边相符')
    const before = await rows()
    const listed = await page.innerText('.balance')
    await shot(page, 'balance-1280')
    await line(page, number).locator('button:text-is("对上")').click()
    await confirm(page)
    await gone(page, number)
    await page.waitForSelector('tr[data-row=only-book-out]', { state: 'detached' })
    const after = await rows()
    await page.emulateMedia({ media: 'print' })
    const printed = await page.locator('.reconcile').innerText()

    expect(before).to.include({ 'bank-balance': '¥44.01', 'only-book-out': '−¥3.00', 'waiting-in': '¥5.00', 'waiting-out': '−¥3.00', 'said-out': '−¥5.00' })
    expect(before['adjusted-bank']).to.equal(before['adjusted-book'])
    expect(listed).to.include('账上有、银行没有的').and.include('三元')
    expect(after['adjusted-bank']).to.equal(after['adjusted-book'])
    expect(after).not.to.have.property('waiting-out')
    expect(printed).to.include('银行余额调节表').and.include('调节后余额').and.not.include('已核对的记录')
    expect(faults).to.deep.equal([])
  })

  it('stands on the first open line on arrival, as the page promises, and takes no field from anybody', async () => {
    const [first = 0] = await bankMoved([-1n, '壬'], [-2n, '癸'])
    const { page } = await sitAt()
    const focused = async () => await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName)
    await page.waitForSelector('.line:focus')
    const arrived = await page.evaluate(() => document.activeElement === document.querySelector('.line'))
    const scrolled = await page.evaluate(() => scrollY)
    await page.keyboard.press('ArrowDown')
    const next = await focused()
    const touch = await sitAt('ACCOUNTANT', { viewport: SCREENS[0], hasTouch: true, isMobile: true })
    await line(touch.page, first).waitFor()

    expect([arrived, scrolled]).to.deep.equal([true, 0])
    expect(next).to.match(/^第 \d+ 笔/)
    expect(await touch.page.locator('.line:focus').count()).to.equal(0)
    for (const number of [first, first + 1]) await explained(number)
  })

  it('works with the keyboard alone: down, Enter, Enter, and the next line has the focus', async () => {
    const [first = 0, second = 0] = await bankMoved([-1_100n, '甲'], [-1_200n, '乙'])
    await paid('11', '十一元')
    await paid('12', '十二元')
    const { page } = await sitAt()
    await line(page, second).waitFor()
    const focused = async () => await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    await line(page, first).focus()
    await page.keyboard.press('ArrowDown')
    const down = await focused()
    await page.keyboard.press('ArrowUp')
    const up = await focused()
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)

    const began = performance.now()
    for (const number of [first, second]) {
      await page.keyboard.press('Enter')
      await page.waitForSelector('dialog.confirm[open] button[value=yes]:focus')
      await page.keyboard.press('Enter')
      await gone(page, number)
      if (number === first) await page.waitForFunction((label) => document.activeElement?.getAttribute('aria-label')?.startsWith(label), `第 ${second} 笔`)
    }
    console.log(`      2 lines in 2 inputs and 2 signatures, by keyboard: ${Math.round(performance.now() - began)} ms`)

    expect([down, up].map((label) => label.split(' ').slice(0, 2).join(' '))).to.deep.equal([`第 ${second}`, `第 ${first}`])
    expect(outline).to.equal('solid')
    expect([matched(first).length, matched(second).length]).to.deep.equal([1, 1])
  })

  it('matches everything of score 85 or more in one signature', async () => {
    const numbers = await bankMoved([-2_100n, '某某商店'], [-2_200n, '某某商店'], [-2_300n, '某某商店'], [-2_400n, '无此人'])
    for (const yuan of ['21', '22', '23', '24']) await paid(yuan, `${yuan} 元`)
    const { page } = await sitAt()
    await page.click('button:has-text("85 分及以上的 3 组")')
    const signed = await confirm(page)
    for (const number of numbers.slice(0, 3)) await gone(page, number)
    await page.waitForSelector('.line:focus')

    expect(signed).to.include('3 项').and.include('¥66.00').and.not.match(RAW)
    expect(told(signed)).to.include(`流水第 ${numbers[1]} 行服务器所示 某某商店 · 2020-02-10 · 支出 ¥22.00 ＝ 22 元 · 某某商店 · 2020-02-10 · ¥22.00`)
    expect(numbers.map((number) => matched(number).length)).to.deep.equal([1, 1, 1, 0])
    await line(page, numbers[3]!).locator('button:text-is("对上")').click()
    await confirm(page)
    await gone(page, numbers[3]!)
  })

  it('splits one line over several entries, and says what is left while choosing', async () => {
    const [number = 0] = await bankMoved([3_100n, '某平台'])
    await given(['10', '赵六'], ['20.99', '钱七'])
    const { page } = await sitAt()
    const before = await sums(page)
    await line(page, number).locator('button:has-text("手工选择")').click()
    const left = async () => await page.innerText('[data-sum=left]')
    const none = await left()
    const names = async () => await page.locator('.choice .check').allInnerTexts()
    await page.waitForSelector('.choice:has-text("赵六")')
    const order = await names()
    await page.click('.choice:has-text("赵六") input[type=checkbox]')
    const one = await left()
    await page.click('.choice:has-text("钱七") input[type=checkbox]')
    const two = await left()
    const ticked = await names()
    await page.fill('input[name=q]', '20.99')
    await page.waitForSelector('.choice:has-text("钱七")')
    await page.fill('input[name=q]', '10')
    await page.waitForFunction(() => document.querySelectorAll('.choice').length === 2)
    await page.fill('input[name=q]', '')
    await page.waitForFunction((count) => document.querySelectorAll('.choice').length === count, order.length)
    await page.fill('.choice:has-text("赵六") input[inputmode=decimal]', '9.5')
    const typed = await left()
    await page.fill('.choice:has-text("赵六") input[inputmode=decimal]', '10.01')
    const tooMuch = await page.innerText('.panel > .overdue')
    await page.fill('.choice:has-text("赵六") input[inputmode=decimal]', '')
    await shot(page, 'hand-1280')
    await page.click('button:has-text("对上所选")')
    const signed = await confirm(page)
    await line(page, number).locator('text=还有 ¥0.01 未核对').waitFor()

    expect([none, one, two, typed]).to.deep.equal(['¥31.00', '¥21.00', '¥0.01', '¥0.51'])
    expect(order.length).to.be.greaterThan(2)
    expect(ticked).to.deep.equal(order)
    expect(tooMuch).to.equal('这笔账只剩 ¥10.00 未核对。')
    expect(signed).to.include('2 项').and.include('¥30.99').and.include('手工选择').and.not.match(RAW)
    expect(told(signed)).to.include('某平台 · 2020-02-10 · 收入 ¥31.00').and.include('捐赠 · 赵六 · 2020-02-10 · ¥10.00').and.include('捐赠 · 钱七 · 2020-02-10 · ¥20.99')
    expect(matched(number).map(([, , amount]) => amount)).to.deep.equal([1_000n, 2_099n])
    expect([before.credits, (await sums(page)).credits]).to.deep.equal(['¥36.00', '¥5.01'])
  })

  it('joins several lines to one entry', async () => {
    const [first = 0, second = 0] = await bankMoved([-3_000n, '丙'], [-1_500n, '丁'])
    const outflow = await paid('46', '四十六元')
    const { page } = await sitAt()
    await line(page, first).focus()
    await page.keyboard.press('h')
    await page.click('.choice:has-text("四十六元") input[type=checkbox]')
    await page.click('summary:has-text("与其他流水合起来")')
    await page.click('label:has(input[name=line]):has-text("丁")')
    const left = await page.innerText('[data-sum=left]')
    await page.click('button:has-text("对上所选")')
    await confirm(page)
    await gone(page, first)
    await gone(page, second)

    expect(left).to.equal('¥0.00')
    expect([matched(first), matched(second)]).to.deep.equal([[[true, outflow, 3_000n]], [[true, outflow, 1_500n]]])
  })

  it('says of a line why it has no entry, keeps the note private, and keeps what was typed through a reload', async () => {
    const [number = 0] = await bankMoved([-77n, '本行'])
    const { page } = await sitAt()
    await line(page, number).focus()
    await page.keyboard.press('w')
    await page.fill('input[name=statement]', '账户管理费')
    await page.fill('input[name=note]', '问过柜台王某')
    await page.click('button:has-text("登记说明")')
    const refusal = await page.innerText('.panel [role=alert]')
    await page.keyboard.press('Escape')
    await page.keyboard.press('w')
    const kept = await page.inputValue('input[name=note]')
    await page.selectOption('select[name=why]', 'BankFee')
    await page.click('button:has-text("登记说明")')
    const signed = await confirm(page)
    await gone(page, number)
    await page.waitForSelector('summary:has-text("已说明原因的 4 笔")')

    const { why, paper } = desk.reader.bankLine(1, number)?.explained ?? {}
    expect(refusal).to.equal('请先选原因。')
    expect(kept).to.equal('问过柜台王某')
    expect(signed).to.include('银行手续费').and.include('账户管理费').and.include('不公开').and.not.match(RAW)
    expect(told(signed)).to.include(`流水第 ${number} 行服务器所示 本行 · 2020-02-10 · 支出 ¥0.77`)
    expect(why).to.equal('BankFee')
    expect(desk.vault.paperOf(paper!)?.paper.public).to.include({ why: 'BankFee', statement: '账户管理费' })
    expect(desk.vault.paperOf(paper!)?.paper.public).not.to.have.property('note')
    expect(desk.vault.fieldsOf(paper!)?.note?.value).to.equal('问过柜台王某')
  })

  it('takes a credit without an entry to where it is recorded, typed already, and finds it when somebody comes back', async () => {
    const [gift = 0, interest = 0] = await bankMoved([12_345n, '钟离春'], [678n, '某某银行结息'])
    const { page, faults } = await sitAt()
    await line(page, interest).locator('button:text-is("登记成利息")').click()
    await page.waitForSelector('input[name=amount]')
    const typed = async () => await Promise.all(['on', 'amount', 'donor', 'remark', 'reference'].map((name) => page.inputValue(`input[name=${name}]`)))
    const asInterest = [...(await typed()), await page.inputValue('select[name=source]')]
    await visit(page, '/desk/reconcile/1')
    await line(page, gift).locator('button:has-text("说明原因")').click()
    await page.click('.panel button:text-is("登记成捐赠")')
    await page.waitForSelector('input[name=donor]')
    const asGift = [...(await typed()), await page.inputValue('select[name=source]')]
    await page.selectOption('select[name=fund]', '1')
    await page.click('button:text-is("登记")')
    await confirm(page)
    await mirrored()
    await page.click('a:text-is("回到对账")')
    const proposal = await line(page, gift).locator('.proposal').innerText()

    expect(asInterest).to.deep.equal(['2020-02-10', '6.78', '', '货款', '', 'Interest'])
    expect(asGift).to.deep.equal(['2020-02-10', '123.45', '钟离春', '货款', '', 'Donation'])
    expect(proposal).to.include('捐赠 · 钟离春').and.include('90 分')
    expect(faults).to.deep.equal([])
    for (const number of [gift, interest]) await explained(number)
  })

  it('lets the approver undo a wrong match, and the line is open again by exactly its fen', async () => {
    const [number = 0] = await bankMoved([-5_500n, '戊'])
    await paid('55', '五十五元')
    const accountant = await sitAt()
    await line(accountant.page, number).locator('button:text-is("对上")').click()
    await confirm(accountant.page)
    await gone(accountant.page, number)
    await accountant.page.click('summary:has-text("已核对的记录")')
    await accountant.page.waitForSelector('text=五十五元')
    const offered = await accountant.page.locator('summary:has-text("撤销这项核对")').count()

    const { page } = await sitAt('APPROVER')
    const before = await sums(page)
    const [item] = [page.locator('li:has-text("五十五元")').first()]
    await item.locator('summary').click()
    await item.locator('button:has-text("撤销核对")').click()
    const refusal = await item.locator('[role=alert]').innerText()
    await item.locator('select[name=reason]').selectOption('WrongAmount')
    await item.locator('button:has-text("撤销核对")').click()
    const signed = await confirm(page)
    await line(page, number).waitFor()
    await page.waitForSelector('text=已撤销：金额有误')

    expect(offered).to.equal(0)
    expect(refusal).to.equal('请先选撤销的原因。')
    expect(signed).to.include('撤销核对').and.include('金额有误').and.not.match(RAW)
    expect(told(signed)).to.include('戊 · 2020-02-10 · 支出 ¥55.00').and.include('五十五元 · ¥55.00')
    expect(matched(number)).to.deep.equal([])
    const debits = async () => BigInt(((await sums(page)).debits ?? '').replace(/[¥.,]/g, ''))
    await page.waitForFunction((text) => document.querySelector('[data-sum=debits]')?.textContent !== text, before.debits)
    expect((await debits()) - BigInt((before.debits ?? '').replace(/[¥.,]/g, ''))).to.equal(5_500n)
    expect(await page.locator('.line button').count()).to.equal(0)
  })

  it('keeps what was signed when the network is gone, sends it once when it is back, and signs nothing on top of it', async () => {
    const [first = 0, second = 0] = await bankMoved([-6_100n, '己'], [-6_200n, '庚'])
    await paid('61', '六十一元')
    await paid('62', '六十二元')
    const { page } = await sitAt()
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/desk/bank/matches')) sent.push(request.postData() ?? '')
    })
    await line(page, first).locator('button:text-is("对上")').click()
    await page.waitForSelector('dialog.confirm[open]')
    // The server gets it, and its answer is lost: whoever sent it cannot know. Then nothing gets through at all.
    const network = { isGone: true, tries: 0 }
    await page.route('**/v1/desk/bank/matches', async (route) => {
      if (!network.isGone) return await route.continue()
      if (network.tries++ === 0) await route.fetch()
      await route.abort()
    })
    await page.click('dialog.confirm button[value=yes]')
    await line(page, first).locator('text=已签名，还没有送达').waitFor()
    await page.waitForSelector('[role=status]:has-text("已签名、尚未送达")')
    await line(page, second).locator('button:text-is("对上")').click()
    const onTop = await line(page, second).locator('[role=alert]').innerText()
    network.isGone = false
    await gone(page, first)
    await page.waitForSelector('[role=status]:has-text("已签名、尚未送达")', { state: 'detached' })
    await line(page, second).locator('button:text-is("对上")').click()
    await confirm(page)
    await gone(page, second)

    expect(onTop).to.include('还有一笔已签名、尚未送达')
    expect(sent.length).to.be.greaterThan(2)
    expect(new Set(sent).size).to.equal(2)
    expect([matched(first).length, matched(second).length]).to.deep.equal([1, 1])
  })

  describe('importing', () => {
    before(async () => {
      const { opening = 0n, from } = readStatement(readFileSync(join(EXAMPLES, BOC)), { name: BOC })
      await desk.acts.act('STEWARD', 'openAccount', [1, opening, from, file(accountDraft({ title: '中国银行活期户' }))], 'bank')
      await mirrored()
    })

    it('reads a real export of the Bank of China, shows its sum and records it in one signature; the same again is known', async () => {
      const { page, faults } = await sitAt('ACCOUNTANT', {}, 2)
      const statement = readStatement(readFileSync(join(EXAMPLES, BOC)), { name: BOC })
      await bring(page, BOC, readFileSync(join(EXAMPLES, BOC)))
      await page.waitForSelector(`text=新的 ${statement.lines.length} 笔`)
      const preview = await page.innerText('section[aria-label=预览]')
      await shot(page, 'import-1280')
      await page.click(`button:has-text("登记 ${statement.lines.length} 笔")`)
      const signed = await confirm(page)
      await page.waitForSelector(`text=已登记 ${statement.lines.length} 笔流水`)
      await page.waitForSelector('.line:focus')
      await bring(page, BOC, readFileSync(join(EXAMPLES, BOC)))
      await page.waitForSelector('text=这份流水已经全部登记过。')

      expect(preview).to.include('与期末余额相符 ✓').and.include('已登记过 0 笔')
      expect(signed).to.include('登记银行流水').and.include(`${statement.lines.length} 行`)
      expect(account(2)).to.include({ lines: statement.lines.length, statements: 1, balance: statement.closing })
      expect(desk.vault.fieldsOf(desk.reader.bankLine(2, 1)!.paper)?.counterparty?.value).to.equal(statement.lines[0]?.counterparty)
      expect(faults).to.deep.equal([])
    })

    for (const [example, row] of [['example-wechat-records.csv', '第'], ['example-alipay-records.csv', '第'], ['example-abc_debit-records.csv', '第']] as const)
      it(`names every place where ${example} does not agree with itself`, async () => {
        const { page, faults } = await sitAt('ACCOUNTANT', {}, 2)
        const { problems } = readStatement(readFileSync(join(EXAMPLES, example)), { name: example })
        await bring(page, example, readFileSync(join(EXAMPLES, example)))
        const told = await page.innerText('section[aria-label=流水里的问题]')

        expect(told).to.include(`有 ${problems.length} 处问题，整份都不能登记`).and.include(`${row} ${problems[0]?.row} 行`)
        expect(faults).to.deep.equal([])
      })

    it('asks which sheet of a workbook is meant', async () => {
      const { page } = await sitAt('ACCOUNTANT', {}, 2)
      await bring(page, 'example-wechat-records.xlsx', readFileSync(join(EXAMPLES, 'example-wechat-records.xlsx')))
      await page.waitForSelector('select[name=sheet]')
      const sheets = await page.locator('select[name=sheet] option').allInnerTexts()
      await page.selectOption('select[name=sheet]', { index: 2 })
      await page.waitForSelector('section[aria-label=流水里的问题]')

      expect(sheets.length).to.equal(3)
    })

    it('takes another bank’s form once its columns were named, remembers them, and goes on after a cut', async () => {
      const { balance, through, lines } = account(1)
      let running = balance
      const rows = Array.from({ length: 620 }, (_, at) => `${formatDay((through + 1 + Math.floor(at / 250)) as Day)},1.00,,${yuanOf((running += 100n))},众人,G${at},`)
      const csv = Buffer.from([HEADING, ...rows].join('\n'))
      const { page } = await sitAt()
      await bring(page, 'other.csv', csv)
      await page.waitForSelector('text=不认识这家银行的格式')
      await shot(page, 'mapping-1280')
      const guessed = await Promise.all(['date', 'credit', 'debit', 'balance', 'counterparty', 'document', 'remark'].map((field) => page.inputValue(`select[name=map-${field}]`)))
      await page.click('button:has-text("按此读取")')
      await page.waitForSelector('text=新的 620 笔')
      let isCut = false
      await page.route('**/v1/desk/bank/lines', async (route) => {
        // The second batch finds no network at first.
        if (!isCut && JSON.parse(route.request().postData() ?? '{}').lines.length === 120) {
          isCut = true
          await route.abort()
        } else await route.continue()
      })
      await page.click('button:has-text("登记 620 笔")')
      await confirm(page)
      await page.waitForSelector('section[aria-label=预览] >> text=已签名，还没有送达')
      await page.waitForSelector('text=已登记 620 笔流水。')
      await bring(page, 'again.csv', csv)
      await page.waitForSelector('text=已登记过 620 笔')
      await bring(page, 'changed.csv', Buffer.from(csv.toString().replace('众人,G300', '他人,G300')))
      const changed = await page.innerText('section[aria-label=预览]:has-text("changed.csv") [role=alert]')
      const offered = await page.locator('section[aria-label=预览] button').count()

      expect(changed).to.equal(`${formatDay((through + 2) as Day)}：已登记的第 ${lines + 301} 笔在流水里没有了；流水第 302 行没有登记过；`)
      expect(offered).to.equal(0)
      expect(guessed).to.deep.equal(['交易日', '贷方发生额', '借方发生额', '账户余额', '对方户名', '凭证号', '附言'])
      expect(isCut).to.equal(true)
      expect(account(1)).to.include({ lines: lines + 620, balance: balance + 62_000n })
      expect(desk.vault.fieldsOf(desk.reader.bankLine(1, lines + 620)!.paper)?.document?.value).to.equal('G619')
    })

    it('refuses a statement from the future and one that leaves a part out', async () => {
      const { page } = await sitAt()
      const far = formatDay((dayAt(Date.now() / 1000) + 2) as Day)
      const { balance } = account(1)
      await page.evaluate((mapping) => localStorage.setItem('mz-desk-statement-mapping-1', mapping), JSON.stringify({ date: '交易日', credit: '贷方发生额', debit: '借方发生额', balance: '账户余额' }))
      await bring(page, 'future.csv', Buffer.from(`${HEADING}\n${far},1.00,,${yuanOf(balance + 100n)},某,F1,`))
      await page.waitForSelector('text=晚于今天')
      await bring(page, 'gap.csv', Buffer.from(`${HEADING}\n2020-06-01,1.00,,${yuanOf(balance + 200n)},某,F2,`))
      await page.waitForSelector('text=中间可能缺了一段')
      expect(account(1).balance).to.equal(balance)
    })
  })

  for (const screen of SCREENS)
    it(`fits ${screen.name}, sideways too`, async () => {
      await bankMoved([123_456_789n, '一家名字很长很长很长很长很长的医疗器械股份有限公司上海分公司'], [-8_100n, '某某商店'])
      await paid('81', '购买很长很长很长很长很长很长很长很长很长很长很长很长用途的物资')
      const { page, faults } = await sitAt('ACCOUNTANT', { viewport: screen })
      const wide = async () => await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      const newest = account(1).lines
      const list = await wide()
      await shot(page, `lines-${screen.width}`)
      await page.click('summary:has-text("银行余额调节表")')
      await page.waitForSelector('text=两边相符')
      const balance = await wide()
      await shot(page, `balance-${screen.width}`)
      await page.click('summary:has-text("银行余额调节表")')
      await line(page, newest).locator('button:has-text("手工选择")').click()
      await page.waitForSelector('.choice')
      await page.click('.choice input[type=checkbox]')
      const hand = await wide()
      await shot(page, `choosing-${screen.width}`)
      await line(page, newest).locator('button:has-text("说明原因")').click()
      await page.waitForSelector('select[name=why]')
      const why = await wide()
      await bring(page, BOC, readFileSync(join(EXAMPLES, BOC)))
      await page.waitForSelector('section[aria-label=预览]')
      const preview = await wide()
      await page.click('summary:has-text("看新的流水")')
      await shot(page, `preview-${screen.width}`)
      await page.click('summary:has-text("已核对的记录")')
      await page.waitForSelector('text=核对 5 号')
      const matches = await wide()
      await shot(page, `matches-${screen.width}`)

      expect([list, balance, hand, why, preview, matches]).to.deep.equal([false, false, false, false, false, false])
      expect(faults).to.deep.equal([])
      await page.context().close()
    })

  it('shows a cashier the lines and nothing to press', async () => {
    const { page } = await sitAt('CASHIER')

    expect(await page.locator('.line').count()).to.be.greaterThan(0)
    expect(await page.locator('.line button, input[name=file]').count()).to.equal(0)
    expect(await page.locator('.desk-bar >> text=对账').count()).to.equal(0)
  })
})

function yuanOf(fen: bigint): string {
  if (fen < 0n) return `-${yuanOf(-fen)}`
  return `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`
}
