import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { confirm, openDeskWorld, type DeskWorld } from '../pages/desks.ts'

describe('A day at the desk', function () {
  this.timeout(180_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_871)
  })
  after(() => desk.leave())

  /** Does something with a stopwatch, and counts in the page what is filled in, chosen and pressed, but for the yes of the signature. */
  const timed = async (what: string, page: Page, work: () => Promise<unknown>) => {
    await page.evaluate(() => {
      const count = { inputs: 0 }
      Object.assign(window, { count })
      addEventListener('change', () => count.inputs++, true)
      addEventListener('click', ({ target }) => {
        if (target instanceof Element && target.closest('button, summary, a') && !target.closest('dialog')) count.inputs++
      }, true)
    })
    const begun = performance.now()
    await work()
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    const { inputs } = await page.evaluate(() => (window as unknown as { count: { inputs: number } }).count)
    console.log(`      ${what}: ${inputs} inputs and the signature, ${seconds} s`)
    return inputs
  }
  const go = (page: Page, place: string) => page.click(`.desk-bar a:has-text("${place}")`)

  it('a gift arrives, buys something, is seen to be there, and its donor reads all of it', async () => {
    // The accountant records a gift and hands the slip to its donor.
    const accountant = await desk.sitDown('ACCOUNTANT')
    await go(accountant.page, '收款')
    const recording = await timed('recording one donation', accountant.page, async () => {
      await accountant.page.selectOption('select[name=fund]', '1')
      await accountant.page.fill('input[name=donor]', '钟离小雨')
      await accountant.page.fill('input[name=amount]', '30')
      await accountant.page.click('button:text-is("登记")')
      await confirm(accountant.page)
      await accountant.page.waitForSelector('.slip .qr')
    })
    const link = await accountant.page.innerText('.slip .hash')

    // It is asked what all of the fund's money is for, with an invoice's number.
    const available = desk.reader.fund(1)?.available ?? 0n
    await go(accountant.page, '付款')
    await accountant.page.selectOption('select[name=fund]', '1')
    await accountant.page.fill('input[name=title]', '图书角书架')
    await accountant.page.fill('input[name=amount]', `${available / 100n}.${String(available % 100n).padStart(2, '0')}`)
    await accountant.page.fill('input[name=payee]', '某某家具店')
    await accountant.page.fill('input[name=invoice]', '0440031900888')
    await accountant.page.click('button:text-is("申请")')
    await confirm(accountant.page)
    await accountant.page.waitForSelector('text=申请已登记')

    // Three other people: one agrees, one pays, one sees that it is there.
    const approver = await desk.sitDown('APPROVER')
    const row = approver.page.locator('li', { hasText: '图书角书架' })
    const approving = await timed('approving a payment', approver.page, async () => {
      await row.locator('button:text-is("批准")').click()
      expect(await confirm(approver.page)).to.include('图书角书架').and.include('某某家具店')
      await row.waitFor({ state: 'detached' })
    })
    const cashier = await desk.sitDown('CASHIER')
    await cashier.page.click('text=图书角书架')
    await cashier.page.fill('input[name=reference]', 'B20201123-1')
    await cashier.page.click('button:text-is("登记付款")')
    await confirm(cashier.page)
    await cashier.page.waitForSelector('.chip:has-text("已付款")')
    const accepter = await desk.sitDown('ACCEPTER')
    await accepter.page.click('text=图书角书架')
    await accepter.page.click('button:text-is("验收")')
    await confirm(accepter.page)
    await accepter.page.waitForSelector('.chip:has-text("已验收")')

    // The donor opens the link from the slip, and the proof agrees.
    await desk.seal()
    await accountant.page.goto(link)
    await accountant.page.waitForSelector('#check.check-good, #check.check-warn')
    const page = await accountant.page.innerText('main')

    expect([recording, approving]).to.deep.equal([4, 1])
    expect(page).to.include('¥30.00').and.include('图书角书架')
    expect([accountant, approver, cashier, accepter].flatMap(({ faults }) => faults)).to.deep.equal([])
  })
})
