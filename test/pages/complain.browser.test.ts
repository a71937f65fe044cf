import { readFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { replyDraft } from '../../ledger/auditDrafts.ts'
import { sealPaper } from '../../ledger/papers.ts'
import { GENEROUS, serveWorld } from '../api/served.ts'
import { openWorld, type World } from '../api/world.ts'
import { launch, newPage } from './browser.ts'

const SECRET = '这批口罩没有发到我们楼'

describe('the form for a complaint', function () {
  this.timeout(180_000)
  let world: World
  let app: FastifyInstance
  let browser: Browser
  const url = 'http://localhost:18822'
  before(async () => {
    world = await openWorld()
    app = (await serveWorld(world, { publicUrl: url, limits: { ...GENEROUS, complaints: 1_000 } })).app
    await app.listen({ port: 18_822, host: '127.0.0.1' })
    browser = await launch()
    // As the indexer of a real server does.
    world.follow()
  })
  after(async () => {
    await browser.close()
    await app.close()
    await world.close()
  })

  const write = async (page: Page, text = SECRET) => {
    await page.fill('#complain textarea', text)
    await page.click('#complain button')
  }
  const ticketOf = async (page: Page) => {
    await page.waitForSelector('#ticket:not([hidden])')
    return { number: Number(await page.innerText('#ticket-number')), secret: await page.innerText('#ticket-secret') }
  }
  /** What the page of a complaint says once it was loaded anew. */
  const reopenedOn = async (page: Page) => {
    await page.waitForSelector('#reopened')
    return page.innerText('main')
  }
  const filed = () => world.reader.complaints({ limit: 100 })
  const textOf = (number: number) => world.vault.fieldsOf(world.reader.complaint(number)?.steps.at(-1)?.paper ?? '0x')?.['text']?.value
  const answer = async (number: number) => {
    const { hash } = world.vault.putPaper(sealPaper(replyDraft('complaint-answer', number, '已补发'), randomBytes))
    await world.acts.act('RESPONDENT', 'answerComplaint', [number, hash], 'audit')
    while (world.reader.complaint(number)?.state !== 'Answered') await new Promise((resolve) => setTimeout(resolve, 50))
  }

  it('leads from a payment to the book, then to the office, and gives a ticket', async () => {
    const { page, faults } = await newPage(browser)
    const order: string[] = []
    page.on('request', (request) => request.method() === 'POST' && order.push(`${new URL(request.url()).pathname} ${request.postData()?.includes(SECRET)}`))
    await page.goto(`${url}/p/1/1`)
    await page.click('text=对这笔有疑问')
    await write(page)
    const { number, secret } = await ticketOf(page)
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#ticket-file')])
    const saved = await readFile(await file.path(), 'utf8')

    expect([file.suggestedFilename(), saved]).to.deep.equal([`complaint-${number}.txt`, `投诉编号 ${number}\n密钥 ${secret}\n${url}/complaints/${number}\n`])
    expect(order).to.deep.equal(['/v1/transactions false', `/v1/complaints/${number}/paper true`])
    expect(secret).to.match(/^[0-9a-f]{64}$/)
    expect(world.reader.complaint(number)).to.include({ fund: 1, outflow: 1, state: 'Filed' })
    expect(textOf(number)).to.equal(SECRET)
    expect(await page.evaluate(() => localStorage.getItem('mz-complaints'))).to.include(secret).and.not.include(SECRET)
    await page.click('#ticket-link')
    expect(await page.innerText('h1')).to.equal(`第 ${number} 号投诉`)
    expect(faults).to.deep.equal([])
    await page.context().close()
  })

  it('sends once what is submitted twice at once', async () => {
    const { page } = await newPage(browser)
    const before = filed().length
    await page.goto(`${url}/complain?fund=1`)
    await page.fill('#complain textarea', 'x')
    await page.evaluate(() => {
      const form = document.querySelector<HTMLFormElement>('#complain')
      for (let i = 0; i < 3; i++) form?.requestSubmit()
    })
    const { number } = await ticketOf(page)

    expect(filed()).to.have.length(before + 1)
    expect(world.reader.complaint(number)).to.include({ fund: 1, outflow: 0 })
    await page.context().close()
  })

  for (const lost of ['/v1/transactions', '/paper'])
    it(`loses nothing and sends nothing twice when the line breaks at ${lost}, even after another look at the page`, async () => {
      const { page } = await newPage(browser)
      const before = filed().length
      let broken = true
      // The server gets it; its answer is lost.
      await page.route((address) => address.pathname.endsWith(lost), async (route) => {
        if (broken) await route.fetch()
        return broken ? route.abort() : route.continue()
      })
      await page.goto(`${url}/complain`)
      await write(page)
      await page.waitForSelector('#again:not([hidden])')
      const told = await page.innerText('#sending')
      await page.click('#again button')
      await page.waitForSelector('#again:not([hidden])')
      broken = false
      await page.reload()
      const { number } = await ticketOf(page)

      expect(told).to.include('没有连上服务器').and.include('不会丢失')
      expect(filed()).to.have.length(before + 1)
      expect(textOf(number)).to.equal(SECRET)
      await page.context().close()
    })

  it('keeps what was written when the book refuses', async () => {
    const { page } = await newPage(browser)
    await page.goto(`${url}/complain?fund=1`)
    await page.evaluate(() => {
      const option = document.querySelector<HTMLOptionElement>('#complain option[selected]')
      if (option) option.value = '7/1/0'
    })
    await write(page)
    await page.waitForSelector('#sending.overdue')

    expect(await page.innerText('#sending')).to.equal('基金 1 不属于社区 7。')
    expect(await page.inputValue('#complain textarea')).to.equal(SECRET)
    expect(await page.evaluate(() => localStorage.getItem('mz-complaints'))).to.equal('[]')
    await page.context().close()
  })

  it('asks for words where there are none', async () => {
    const { page } = await newPage(browser)
    const before = filed().length
    await page.goto(`${url}/complain?lang=en`)
    await write(page, '   ')
    await page.waitForTimeout(300)

    expect(await page.evaluate(() => document.querySelector<HTMLTextAreaElement>('#complain textarea')?.validationMessage)).to.equal('Please write what it is about.')
    expect(filed()).to.have.length(before)
    await page.context().close()
  })

  it('opens an answered complaint again, from the same browser and with the ticket from another', async () => {
    const { page } = await newPage(browser)
    await page.goto(`${url}/complain`)
    await write(page)
    const { number, secret } = await ticketOf(page)
    await answer(number)
    await page.goto(`${url}/complaints/${number}`)
    const own = await page.isVisible('#reopen input[name=secret]')
    await page.fill('#reopen textarea', '还没补发')
    await page.click('#reopen button')
    const told = await reopenedOn(page)
    const first = textOf(number)
    await answer(number)
    await page.context().close()

    const { page: other } = await newPage(browser)
    await other.goto(`${url}/complaints/${number}`)
    await other.fill('#reopen input[name=secret]', 'abc')
    await other.fill('#reopen textarea', '第三次')
    await other.click('#reopen button')
    const complaint = await other.innerText('#sending')
    await other.fill('#reopen input[name=secret]', 'ab'.repeat(32))
    await other.click('#reopen button')
    const others = await other.innerText('#sending')
    await other.fill('#reopen input[name=secret]', ` ${secret.toUpperCase()} `)
    await other.click('#reopen button')
    await reopenedOn(other)

    expect(told).to.match(/投诉已重开，重开的理由已送达接诉人。\s+待答复[^]*经过\s+提出[^]*答复[^]*已补发[^]*重开[^]*等待答复/)
    expect(told).to.not.match(/保存票据|投诉编号|查看进展|不满意/)
    expect([own, first]).to.deep.equal([false, '还没补发'])
    for (const told of [complaint, others]) expect(told).to.include('密钥不对')
    expect(textOf(number)).to.equal('第三次')
    expect(world.reader.complaint(number)?.steps.map(({ step }) => step)).to.deep.equal(['Filed', 'Answered', 'Reopened', 'Answered', 'Reopened'])
    await other.context().close()
  })

  it('works where the browser keeps nothing', async () => {
    const { page, faults } = await newPage(browser)
    await page.addInitScript("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })")
    await page.goto(`${url}/complain`)
    await write(page)
    const { number } = await ticketOf(page)

    expect(textOf(number)).to.equal(SECRET)
    expect(faults).to.deep.equal([])
    await page.context().close()
  })

  it('says without a script whom to turn to', async () => {
    const { page } = await newPage(browser, { javaScriptEnabled: false })
    await page.goto(`${url}/complain`)
    const text = await page.innerText('main')

    expect(text).to.include('12345')
    expect(await page.isVisible('#complain')).to.equal(false)
    await page.context().close()
  })

  it('brings no more than it needs, and nothing of it to the donor’s page', async () => {
    const donor = await (await fetch(`${url}/t/${world.links[0]?.code}`)).text()
    const asset = /\/assets\/complain-[^"]+/.exec(await (await fetch(`${url}/complain`)).text())?.[0] ?? ''
    const size = (await (await fetch(url + asset, { headers: { 'accept-encoding': 'gzip' } })).arrayBuffer()).byteLength

    expect(donor).to.not.include('complain-')
    expect(size).to.be.within(1_000, 60_000)
  })
})
