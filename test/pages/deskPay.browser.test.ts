import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { parseDay } from '../../ledger/day.ts'
import { openAccountIn } from '../api/accounts.ts'
import { drag, SCREENS } from './browser.ts'
import { confirm, openDeskWorld, type DeskWorld } from './desks.ts'

/** A photo as a telephone takes it, with the place where it was taken. */
async function photo(color: string, { width = 1_200, height = 900 } = {}): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background: color } })
    .withExif({ IFD0: { Make: 'Phone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '30/1 35/1 0/1' } }).jpeg().toBuffer()
}

/** A photo of noise, which nothing makes smaller. */
async function heavyPhoto(): Promise<Buffer> {
  const [width, height] = [4_400, 3_400]
  return await sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } }).jpeg({ quality: 98 }).toBuffer()
}

describe('the desk, with an invoice in hand', function () {
  this.timeout(180_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_832)
  })
  after(() => desk.leave())

  const fill = async (page: Page, { title, invoice = '' }: { title: string; invoice?: string }) => {
    await page.click('.desk-bar a:has-text("付款")')
    await page.selectOption('select[name=fund]', '1')
    await page.fill('input[name=title]', title)
    await page.fill('input[name=amount]', '2.50')
    await page.fill('input[name=payee]', '新华书店')
    await page.fill('input[name=invoice]', invoice)
  }
  const pick = async (page: Page, name: string, buffer: Buffer) => {
    await page.setInputFiles('input[name=documents]', { name, mimeType: 'application/octet-stream', buffer })
    await page.waitForFunction(() => document.querySelector('.pictures img, [role=alert]') !== null)
  }
  const ask = async (page: Page) => {
    await page.click('button:text-is("申请")')
    const signed = await confirm(page)
    await page.waitForSelector('text=申请已登记')
    return signed
  }
  const newest = () => desk.reader.outflows(1, { limit: 1 })[0]

  it('takes a photo to the approver, without the place where it was taken', async () => {
    const accountant = await desk.sitDown('ACCOUNTANT')
    await fill(accountant.page, { title: '绘本 1 册' })
    await pick(accountant.page, '发票.jpg', await photo('#a33'))
    const signed = await ask(accountant.page)
    const named = desk.vault.paperOf(newest()?.paper ?? '0x')?.paper.public['document1']
    const kept = desk.vault.documentOf(named as `0x${string}`)
    const { exif, width } = await sharp(kept?.bytes).metadata()

    const approver = await desk.sitDown('APPROVER')
    await approver.page.click('text=绘本 1 册')
    await approver.page.waitForSelector('.pictures img')
    const seen = await approver.page.evaluate(async () => {
      const image = document.querySelector<HTMLImageElement>('.pictures img')
      await image?.decode()
      return image?.naturalWidth
    })

    expect(signed).to.include('1 份图片或文件，不公开；公开的只是指纹。').and.not.match(/单据|0x/)
    expect([exif, width, seen]).to.deep.equal([undefined, 1_200, 320])
    expect([accountant.faults, approver.faults]).to.deep.equal([[], []])
  })

  it('takes a photo that is dragged onto its place, and one that misses it does not take the page away', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'desk-'))
    writeFileSync(join(folder, '发票.jpg'), await photo('#3aa'))
    const { page, faults } = await desk.sitDown('ACCOUNTANT', { viewport: SCREENS[1] })
    await fill(page, { title: '拖进来的发票' })
    // What nobody prevents, a browser does: it would show the file instead of the desk.
    await page.evaluate(() => addEventListener('drop', ({ defaultPrevented }) => (document.title = defaultPrevented ? 'stayed' : 'left')))
    await drag(page, join(folder, '发票.jpg'), 'h1')
    const missed = [await page.locator('.pictures img').count(), await page.title()]
    await drag(page, join(folder, '发票.jpg'), '.drop:has(input[name=documents])')
    await page.waitForSelector('.pictures img')
    await ask(page)
    rmSync(folder, { recursive: true })

    expect(missed).to.deep.equal([0, 'stayed'])
    expect(desk.vault.paperOf(newest()?.paper ?? '0x')?.paper.public['document1']).to.match(/^0x/)
    expect(faults).to.deep.equal([])
  })

  it('says at once that the same picture, or the same invoice, was used before', async () => {
    const { page } = await desk.sitDown('ACCOUNTANT')
    const picture = await photo('#3a3')
    await fill(page, { title: '彩纸 5 包', invoice: '044001900222' })
    await pick(page, 'a.jpg', picture)
    await ask(page)
    await page.click('text=再申请一笔')
    await fill(page, { title: '彩纸 6 包', invoice: '044001900222' })
    await page.waitForSelector('[role=alert]:has-text("这个发票号已用于")')
    await pick(page, 'b.jpg', picture)
    await page.waitForSelector('[role=alert]:has-text("同一张图片已用于")')
    const alerts = await page.locator('[role=alert]').allInnerTexts()

    expect(alerts.map((text) => text.replace(/\s+/g, ' ').trim())).to.deep.equal(['这个发票号已用于 彩纸 5 包', '同一张图片已用于 彩纸 5 包'])
  })

  it('takes a photo of 20 MB, and refuses what is no picture in words', async () => {
    const { page } = await desk.sitDown('ACCOUNTANT')
    const heavy = await heavyPhoto()
    await fill(page, { title: '大照片' })
    await pick(page, 'heavy.jpg', heavy)
    const thumbs = await page.locator('.pictures img').count()
    await page.setInputFiles('input[name=documents]', { name: 'invoice.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('这不是图片') })
    await page.waitForSelector('[role=alert]')

    expect(heavy.length).to.be.within(15_000_000, 20 * 1024 * 1024)
    expect(thumbs).to.equal(1)
    expect(await page.innerText('[role=alert]')).to.match(/图片|PDF/)
  })

  it('loses neither words nor pictures when the page is loaded again', async () => {
    const { page } = await desk.sitDown('ACCOUNTANT')
    await fill(page, { title: '写到一半的申请' })
    await pick(page, 'c.jpg', await photo('#33a'))
    await page.reload()
    await page.fill('input[name=passphrase]', '明月几时有把酒问青天')
    await page.click('button:has-text("登录")')
    await page.waitForSelector('.pictures img')

    expect(await page.inputValue('input[name=title]')).to.equal('写到一半的申请')
  })

  it('fills in the bank’s line that paid it, when the cashier picks it', async () => {
    await openAccountIn(desk)
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    await desk.acts.propose(1, '8', { title: '修水龙头' })
    await desk.acts.approve([1, number])
    while (desk.reader.outflow(1, number)?.state !== 'Approved') await new Promise((resolve) => setTimeout(resolve, 20))

    const { page } = await desk.sitDown('CASHIER')
    await page.click('text=修水龙头')
    await page.waitForSelector('select[name=bankLine]')
    const offered = await page.locator('select[name=bankLine] option').allInnerTexts()
    await page.selectOption('select[name=bankLine]', '0')
    await page.click('button:text-is("登记付款")')
    const signed = await confirm(page)
    await page.waitForSelector('.chip:has-text("已付款")')

    expect(offered).to.deep.equal(['请选择，或在下面填流水号', '2020-02-06 ¥8.00 万俟无名 1-4'])
    expect(signed).to.include('¥8.00').and.include('2020-02-06').and.include('1-4')
    expect(desk.reader.outflow(1, number)).to.include({ state: 'Executed', effectiveOn: parseDay('2020-02-06') })
  })

  for (const screen of SCREENS)
    it(`fits ${screen.name}`, async () => {
      const { page, faults } = await desk.sitDown('ACCOUNTANT', { viewport: screen })
      await fill(page, { title: '很长的用途'.repeat(10), invoice: '0'.repeat(40) })
      await pick(page, 'd.jpg', await photo('#777', { width: 3_000, height: 400 }))

      expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).to.equal(false)
      expect(faults).to.deep.equal([])
    })
})
