import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { parseDay } from '../../ledger/day.ts'
import { openAccountIn } from '../api/accounts.ts'
import { drag, SCREENS } from './browser.ts'
import { confirm, openDeskWorld, seen, type DeskWorld } from './desks.ts'

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
  const widthOf = async (page: Page, image = '.pictures img') => await page.locator(image).evaluate(async (shown: HTMLImageElement) => {
    await shown.decode()
    return shown.naturalWidth
  })
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
    const seen = await widthOf(approver.page)
    const [whole] = await Promise.all([approver.page.context().waitForEvent('page'), approver.page.click('.pictures a')])
    await whole.waitForLoadState()

    expect(signed).to.include('1 份图片或文件，不公开；公开的只是指纹。').and.not.match(/单据|0x/)
    expect([exif, width, seen, await widthOf(whole, 'img')]).to.deep.equal([undefined, 1_200, 1_200, 1_200])
    expect(whole.url()).to.match(/^blob:/)
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

  describe('from a server that lies about pictures', () => {
    const OTHER = '没有采用，也不显示。请勿采信，并告诉管理员。'
    /** Lets the server answer every upload with another hash. */
    const answer = async (page: Page, sha256: string) => await page.route('**/v1/desk/documents', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json() as object), sha256 } })
    })
    /** Lets it give other bytes for every document. */
    const swap = async (page: Page) => {
      const body = await photo('#000', { width: 300 })
      await page.route('**/v1/desk/documents/0x*', (route) => route.fulfill({ contentType: 'image/jpeg', body }))
    }
    const taken = async (page: Page) => await page.locator('.pictures li').count()

    it('takes no photo into the form whose hash is not that of what is kept', async () => {
      const { page } = await desk.sitDown('ACCOUNTANT')
      await fill(page, { title: '被换掉的照片' })
      await swap(page)
      await pick(page, 'a.jpg', await photo('#a3a'))
      const swapped = { told: await page.innerText('[role=alert]'), taken: await taken(page) }
      await page.unroute('**/v1/desk/documents/0x*')
      await answer(page, `0x${'12'.repeat(32)}`)
      await Promise.all([page.waitForResponse('**/v1/desk/documents/0x*'), page.click('text=再传一次')])
      await page.waitForSelector('[role=alert]')
      const unknown = { told: await page.innerText('[role=alert]'), taken: await taken(page) }
      await page.unroute('**/v1/desk/documents')
      await page.click('text=再传一次')
      await page.waitForSelector('.pictures img')

      expect(swapped.told).to.match(/^服务器给出的文件不是指纹 0x[0-9a-f]{8}… 所指的那一份：/).and.include(OTHER)
      expect(unknown.told).to.match(/^没有这份文件/)
      expect([swapped.taken, unknown.taken]).to.deep.equal([0, 0])
      expect([await taken(page), await page.locator('[role=alert]').count()]).to.deep.equal([1, 0])
    })

    it('takes no PDF but the very one that was picked, and hands it over as a file', async () => {
      const { page, faults } = await desk.sitDown('ACCOUNTANT')
      const pdf = Buffer.from('%PDF-1.7\n% an electronic invoice\n%%EOF\n')
      await fill(page, { title: '电子发票' })
      await answer(page, desk.vault.stageDocument({ mediaType: 'application/pdf', bytes: Buffer.from('%PDF-1.7\n% another'), original: `0x${'34'.repeat(32)}` }))
      await pick(page, 'a.pdf', pdf)
      const refused = { told: await page.innerText('[role=alert]'), taken: await taken(page) }
      await page.unroute('**/v1/desk/documents')
      await page.click('text=再传一次')
      await page.waitForSelector('.pictures a[href^="blob:"]')
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('.pictures a')])

      expect(refused.told).to.include(OTHER)
      expect(refused.taken).to.equal(0)
      expect(download.suggestedFilename()).to.match(/^[0-9a-f]{12}\.pdf$/)
      expect(readFileSync(await download.path()).equals(pdf)).to.equal(true)
      expect(faults).to.deep.equal([])
    })

    it('shows the approver nothing but the picture that the paper names, neither beside the request nor in the question', async () => {
      const accountant = await desk.sitDown('ACCOUNTANT')
      await fill(accountant.page, { title: '文具 1 箱' })
      await pick(accountant.page, 'a.jpg', await photo('#5a5'))
      await ask(accountant.page)
      const { page } = await desk.sitDown('APPROVER')
      await swap(page)
      await page.click('text=文具 1 箱')
      await page.waitForSelector('.pictures [role=alert]')
      const told = await page.innerText('.pictures')
      const shown = await page.locator('.pictures :is(img, a)').count()
      await page.click('button:text-is("批准")')
      await page.waitForSelector('dialog.confirm .pictures [role=alert]')
      const asked = await page.locator('dialog.confirm .pictures :is(img, a)').count()
      await page.waitForSelector('dialog.confirm .overdue:has-text("不能签名")')

      expect(told).to.include(OTHER)
      expect([shown, asked]).to.deep.equal([0, 0])
      expect(await page.isDisabled('dialog.confirm button[value=yes]')).to.equal(true)
    })

    it('is found out by a browser that hashes nothing itself, as on a page without TLS', async () => {
      const { page } = await desk.sitDown('ACCOUNTANT')
      await page.evaluate(() => Object.defineProperty(crypto, 'subtle', { value: undefined }))
      await fill(page, { title: '没有 TLS' })
      await swap(page)
      await pick(page, 'a.jpg', await photo('#55a'))
      const refused = await page.innerText('[role=alert]')
      await page.unroute('**/v1/desk/documents/0x*')
      await page.click('text=再传一次')
      await page.waitForSelector('.pictures img')

      expect(refused).to.include(OTHER)
      expect(await widthOf(page)).to.equal(1_200)
    })
  })

  it('asks for nothing while a file that was picked has not arrived, until it is left out', async () => {
    const { page } = await desk.sitDown('ACCOUNTANT')
    await fill(page, { title: '发票没传上的申请' })
    await pick(page, 'broken.jpg', Buffer.from('no picture'))
    await page.waitForSelector('button:text-is("不要了")')
    await page.click('button:text-is("申请")')
    await page.waitForSelector('text=还有照片或文件没有传上')
    const asked = await page.locator('dialog').count()
    await page.click('button:text-is("不要了")')
    await page.waitForSelector('button:text-is("不要了")', { state: 'detached' })
    await page.click('button:text-is("申请")')
    await confirm(page)
    await page.waitForSelector('text=申请已登记')

    expect(asked).to.equal(0)
  })

  it('takes the good ones of several files, names the one that will never do, and sends what waits with what is picked next', async () => {
    const { page } = await desk.sitDown('ACCOUNTANT')
    await fill(page, { title: '一次选了三份' })
    const [first, second, third] = [await photo('#111'), await photo('#222'), await photo('#333')]
    const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/jpeg', buffer })
    await page.setInputFiles('input[name=documents]', [file('一.jpg', first), file('空.jpg', Buffer.alloc(0)), file('二.jpg', second)])
    await page.waitForSelector('[role=alert]:has-text("“空.jpg”没有采用")')
    await page.locator('.pictures img').nth(1).waitFor()
    const again = await page.locator('button:text-is("再传一次")').count()
    await page.click('button:text-is("申请")')
    const held = await page.locator('.field-error:has-text("还有照片或文件没有传上")').count()
    await page.click('button:text-is("不要了")')
    await page.waitForSelector('[role=alert]', { state: 'detached' })
    const left = await page.locator('.field-error').count()
    await page.route('**/v1/desk/documents', (route) => route.abort())
    await page.setInputFiles('input[name=documents]', file('三.jpg', third))
    await page.waitForSelector('text=还没有传上：三.jpg')
    await page.unroute('**/v1/desk/documents')
    await page.setInputFiles('input[name=documents]', file('四.jpg', await photo('#444')))
    await page.locator('.pictures img').nth(3).waitFor()
    await ask(page)
    const named = Object.keys(desk.vault.paperOf(newest()?.paper ?? '0x')?.paper.public ?? {}).filter((name) => name.startsWith('document'))

    expect([again, held, left]).to.deep.equal([0, 1, 0])
    expect(named).to.have.length(4)
  })

  it('warns an approver above all else of an invoice that stands elsewhere, and nobody of a payment’s own picture in its acceptance', async () => {
    const picture = await photo('#7a7')
    const accountant = await desk.sitDown('ACCOUNTANT')
    for (const title of ['窗帘 1 幅', '窗帘 1 幅，再报']) {
      await fill(accountant.page, { title, invoice: '0440020012345' })
      await pick(accountant.page, 'a.jpg', picture)
      await accountant.page.waitForSelector('.pictures img')
      await ask(accountant.page)
      await accountant.page.click('text=再申请一笔')
    }
    const second = newest()?.number ?? 0
    const approver = await desk.sitDown('APPROVER')
    await approver.page.locator('.rows > li', { hasText: '再报' }).locator('button:text-is("批准")').click()
    await approver.page.waitForSelector('dialog.confirm [role=alert]:has-text("同一个发票号还用于")')
    const order = await approver.page.locator('dialog.confirm section > *').evaluateAll((all) => all.map((one) => one.getAttribute('role') ?? one.tagName))
    await approver.page.click('dialog.confirm button[value=no]')

    await desk.acts.reject([1, second], 'Other')
    await desk.acts.approve([1, second - 1])
    await desk.acts.execute([1, second - 1], '2.5')
    await seen(() => desk.reader.outflow(1, second - 1)?.state === 'Executed')
    const { page } = await desk.sitDown('ACCEPTER', {}, `/desk/payments/1/${second - 1}`)
    await page.waitForSelector('.pictures img')
    await pick(page, 'a.jpg', picture)
    await page.locator('form .pictures img').waitFor()
    await page.click('button:text-is("验收")')
    await confirm(page)
    await page.waitForSelector('.chip:has-text("已验收")')
    await page.locator('.rows .pictures img').waitFor()

    expect(order.slice(0, 4)).to.deep.equal(['H3', 'alert', 'alert', 'DL'])
    expect(await page.locator('text=同一张图片').count()).to.equal(0)
  })

  it('tells an approver in the inbox that the fund has not so much', async () => {
    const { available = 0n, outflows = 0 } = desk.reader.fund(1) ?? {}
    await desk.acts.propose(1, String(available / 100n + 1n), { title: '超出余额' })
    await seen(() => desk.reader.outflow(1, outflows + 1))
    const { page } = await desk.sitDown('APPROVER')
    const row = page.locator('.rows > li', { hasText: '超出余额' })
    await row.waitFor()

    expect(await row.innerText()).to.include('基金的钱不够，现在批不了')
    expect(await page.locator('text=基金的钱不够').count()).to.equal(1)
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

  it('fills in the bank’s line that paid it, when the cashier picks it, and says what speaks against it', async () => {
    await openAccountIn(desk)
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    await desk.acts.propose(1, '8', { title: '修水龙头' })
    await desk.acts.approve([1, number])
    while (desk.reader.outflow(1, number)?.state !== 'Approved') await new Promise((resolve) => setTimeout(resolve, 20))

    const { page } = await desk.sitDown('CASHIER')
    await page.click('text=修水龙头')
    await page.waitForSelector('select[name=bankLine]')
    const offered = await page.locator('select[name=bankLine] option').allInnerTexts()
    await page.click('button:text-is("登记付款")')
    await page.waitForSelector('#reference-about[role=alert]')
    await page.selectOption('select[name=bankLine]', '1-4')
    const mended = await page.locator('form [role=alert].field-error').count()
    await page.selectOption('select[name=bankLine]', '')
    const emptied = await page.inputValue('input[name=reference]')
    await page.selectOption('select[name=bankLine]', '1-4')
    const doubts = await page.locator('form .overdue').allInnerTexts()
    await page.click('button:text-is("登记付款")')
    const signed = await confirm(page)
    await page.waitForSelector('.chip:has-text("已付款")')

    expect(offered).to.deep.equal(['请选择，或在下面填流水号', '2020-02-06 ¥8.00 万俟无名 1-4'])
    expect([mended, emptied]).to.deep.equal([0, ''])
    expect(doubts).to.have.length(2)
    expect(doubts[0]).to.include('付给“万俟无名”，申请的收款方是“某某商店”')
    expect(doubts[1]).to.match(/^这笔流水是 2020-02-06 的，在申请（\d{4}-\d{2}-\d{2}）之前/)
    expect(signed).to.include('¥8.00').and.include('2020-02-06').and.include('1-4').and.include(doubts[0]).and.include(doubts[1])
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
