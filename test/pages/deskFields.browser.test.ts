import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { parseDay } from '../../ledger/day.ts'
import { Fen, formatYuan } from '../../ledger/fen.ts'
import { sealPaper } from '../../ledger/papers.ts'
import { newPage, SCREENS } from './browser.ts'
import { chooseKey, confirm, openDeskWorld, PASSPHRASE, seen, type DeskWorld } from './desks.ts'

describe('the forms of the desk', function () {
  this.timeout(120_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_883)
    const { hash } = desk.vault.putPaper(sealPaper({ kind: 'closing', public: {}, private: {} }, randomBytes))
    await desk.acts.act('STEWARD', 'closePeriod', [2, parseDay('2020-02-29'), hash])
    await seen(() => desk.reader.fund(2)?.periods === 1)
  })
  after(() => desk.leave())

  /** What is wrong, at which field, and whether the cursor is there. */
  const faultOf = async (page: Page) => {
    await page.waitForSelector('form .field-error[role=alert]')
    return await page.evaluate(() => {
      const wrong = [...document.querySelectorAll<HTMLInputElement>('[aria-invalid=true]')]
      const said = document.getElementById(wrong[0]?.getAttribute('aria-describedby') ?? '')?.textContent
      return { fields: wrong.map(({ name }) => name), said, focused: document.activeElement?.getAttribute('name'), isSeen: wrong[0]?.checkVisibility() }
    })
  }
  const approved = async (title: string) => {
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    await desk.acts.propose(1, '10', { title })
    await desk.acts.approve([1, number])
    await seen(() => desk.reader.outflow(1, number)?.state === 'Approved')
    return number
  }

  it('say at its field what the contract refuses: a day of a closed period', async () => {
    const { page, faults } = await desk.sitDown('ACCOUNTANT', {}, '/desk/receive')
    await page.selectOption('select[name=fund]', '2')
    await page.fill('input[name=on]', '2020-02-20')
    await page.fill('input[name=donor]', '晚到的人')
    await page.fill('input[name=amount]', '5')
    await page.click('button:text-is("登记")')
    const fault = await faultOf(page)
    await page.fill('input[name=on]', '2020-03-01')
    const after = await page.locator('[aria-invalid=true]').count()
    await page.click('button:text-is("登记")')
    await confirm(page)
    await page.waitForSelector('.slip .qr')

    expect(fault).to.deep.include({ fields: ['on'], focused: 'on', isSeen: true })
    expect(fault.said).to.include('已结账至 2020-02-29')
    expect([after, faults.filter((text) => !text.includes('422'))]).to.deep.equal([0, []])
  })

  it('unfold a field of which the contract refuses something: more than was approved', async () => {
    const number = await approved('分期的一笔')
    const { page } = await desk.sitDown('CASHIER', {}, `/desk/payments/1/${number}`)
    await page.fill('input[name=reference]', 'B20201123-77')
    await page.click('summary:has-text("分期或改日期")')
    await page.fill('input[name=amount]', '10.01')
    await page.click('summary:has-text("分期或改日期")')
    await page.click('button:text-is("登记付款")')
    const fault = await faultOf(page)
    const folded = await page.innerText('summary:has-text("分期或改日期")')

    expect(fault).to.deep.include({ fields: ['amount'], focused: 'amount', isSeen: true })
    expect(fault.said).to.include('¥10.01')
    expect(folded).to.match(/^付 ¥10\.01，/)
  })

  it('say at its field what nobody can read: an empty day, and an amount of three decimals', async () => {
    const number = await approved('没写日期的一笔')
    const { page } = await desk.sitDown('CASHIER', {}, `/desk/payments/1/${number}`)
    await page.fill('input[name=reference]', 'B20201123-78')
    await page.click('summary:has-text("分期或改日期")')
    await page.fill('input[name=on]', '')
    await page.click('button:text-is("登记付款")')
    const day = await faultOf(page)
    await page.fill('input[name=on]', '2020-02-12')
    await page.fill('input[name=amount]', '12.345')
    await page.click('button:text-is("登记付款")')
    await page.waitForSelector('input[name=amount][aria-invalid=true]')
    const amount = await faultOf(page)

    expect(day).to.deep.equal({ fields: ['on'], said: '请填日期。', focused: 'on', isSeen: true })
    expect(amount).to.deep.include({ fields: ['amount'], focused: 'amount' })
    expect(amount.said).to.include('“12.345”不是金额')
  })

  it('say at its field what is missing: whoever is paid, and why something is rejected', async () => {
    const accountant = await desk.sitDown('ACCOUNTANT', {}, '/desk/pay')
    await accountant.page.selectOption('select[name=fund]', '1')
    await accountant.page.fill('input[name=title]', '没写收款方')
    await accountant.page.fill('input[name=amount]', '1')
    await accountant.page.click('button:text-is("申请")')
    const payee = await faultOf(accountant.page)
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    await desk.acts.propose(1, '1', { title: '要驳回的一笔' })
    await seen(() => desk.reader.outflow(1, number))
    const approver = await desk.sitDown('APPROVER', {}, `/desk/payments/1/${number}`)
    await approver.page.click('summary:text-is("写意见，或驳回")')
    await approver.page.click('button:text-is("驳回")')
    const reason = await faultOf(approver.page)

    expect(payee).to.deep.equal({ fields: ['payee'], said: '请写收款方。', focused: 'payee', isSeen: true })
    expect(reason).to.deep.equal({ fields: ['reason'], said: '请先选驳回的原因。', focused: 'reason', isSeen: true })
  })

  it('ask for an approval with what may be spent, and what of it is left', async () => {
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    await desk.acts.propose(1, '10', { title: '还够的一笔' })
    await seen(() => desk.reader.outflow(1, number))
    const { page } = await desk.sitDown('APPROVER')
    const available = desk.reader.fund(1)?.available ?? Fen(0n)
    const waiting = await page.innerText('.inbox-item:has-text("还够的一笔")')
    await page.click('li:has-text("还够的一笔") button:text-is("批准")')
    const signed = await confirm(page)

    expect(waiting).to.include(`可用 ¥${formatYuan(available)}`)
    expect(signed.replace(/\s+/g, ' ')).to.include(`基金可用服务器所示 ¥${formatYuan(available)}，批准后 ¥${formatYuan(Fen(available - 1_000n))}`)
  })

  it('ask no more when somebody goes back, and nothing is signed', async () => {
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    await desk.acts.propose(1, '1', { title: '退回去的一笔' })
    await seen(() => desk.reader.outflow(1, number))
    const { page } = await desk.sitDown('APPROVER')
    await page.click('text=退回去的一笔')
    await page.click('button:text-is("批准")')
    await page.waitForSelector('dialog.confirm[open] button[value=yes]:not([disabled])')
    await page.goBack()
    await page.waitForSelector('dialog.confirm', { state: 'detached' })
    await page.waitForSelector('h1:text-is("待办")')

    expect(desk.reader.outflow(1, number)?.state).to.equal('Proposed')
  })

  it('show of what is accepted what was paid, where the rest was given up', async () => {
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    await desk.acts.propose(1, '8', { title: '只付一半的一笔' })
    await desk.acts.approve([1, number])
    await seen(() => desk.reader.outflow(1, number)?.state === 'Approved')
    const cashier = await desk.sitDown('CASHIER', {}, `/desk/payments/1/${number}`)
    await cashier.page.fill('input[name=reference]', 'B20201123-90')
    await cashier.page.click('summary:has-text("分期或改日期")')
    await cashier.page.fill('input[name=amount]', '1.5')
    await cashier.page.click('button:text-is("登记付款")')
    const first = await confirm(cashier.page)
    await cashier.page.waitForSelector('.chip:has-text("已付 ¥1.50")')
    await cashier.page.fill('input[name=reference]', 'B20201123-91')
    await cashier.page.fill('input[name=amount]', '2')
    await cashier.page.check('input[name=last]')
    await cashier.page.click('button:text-is("登记付款")')
    const second = await confirm(cashier.page)
    await cashier.page.waitForSelector('.chip:has-text("已付款")')
    const accepter = await desk.sitDown('ACCEPTER')
    const waiting = await accepter.page.innerText('.inbox-item:has-text("只付一半的一笔")')
    await accepter.page.click('text=只付一半的一笔')
    await accepter.page.waitForSelector('button:text-is("验收")')
    const shown = await accepter.page.innerText('main')
    await accepter.page.click('button:text-is("验收")')
    const signed = await confirm(accepter.page)

    expect(first).to.not.include('以前已付')
    expect(second.replace(/\s+/g, ' ')).to.include('以前已付服务器所示 ¥1.50')
    expect(waiting).to.include('¥3.50').and.not.include('¥8.00')
    expect(shown).to.include('申请 ¥8.00，实付 ¥3.50，其余不再支付。')
    expect(signed.replace(/\s+/g, ' ')).to.include('所指的一笔服务器所示 ¥3.50')
  })

  it('take a gift from the passphrase to the slip by keys alone, and never lead through the page’s links again', async () => {
    const { page } = await newPage(desk.browser, { viewport: SCREENS[1] })
    const focused = async () => await page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.textContent)
    await page.goto(`${desk.url}/desk/receive`)
    await chooseKey(page, await desk.keystoreOf('ACCOUNTANT'))
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'passphrase')
    await page.keyboard.type(PASSPHRASE)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.place:focus')
    await page.keyboard.press('Tab')
    const first = await focused()
    await page.keyboard.press('ArrowDown')
    // A date has a place for the year, the month and the day.
    for (let tabs = 0; tabs < 8 && (await focused()) !== 'donor'; tabs++) await page.keyboard.press('Tab')
    await page.keyboard.type('盲打的人')
    await page.keyboard.press('Tab')
    await page.keyboard.type('8')
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog.confirm[open] button[value=yes]:focus')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.slip .qr')
    await page.waitForSelector('.place:focus')
    await page.keyboard.press('Tab')

    expect(first).to.equal('fund')
    expect(await focused()).to.equal('打印')
    expect(await page.innerText('.slip')).to.include('盲打的人').and.include('¥8.00')
  })
})
