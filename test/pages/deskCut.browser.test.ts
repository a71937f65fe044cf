import { expect } from 'chai'
import type { Page, Route } from 'playwright-core'
import type { Role } from '../../ledger/words.ts'
import { confirm, openDeskWorld, seen, signIn, type DeskWorld } from './desks.ts'

/** Something that is signed: whose work it is, where it is done, what is typed and pressed, and how often it stands in the book. */
type Step = { what: string; role: Role; open(): Promise<string>; fill(page: Page): Promise<unknown>; press: string; stands(): number }

/** Where the network is cut. */
const CUTS = [
  ['before the server heard of it', (route: Route) => route.abort()],
  ['before the answer came back', async (route: Route) => {
    await route.fetch()
    await route.abort()
  }],
] as const

const NEW_KEYS = ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359'] as const

describe('the network cut at the desk', function () {
  this.timeout(240_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_885)
  })
  after(() => desk.leave())

  const outflows = () => desk.reader.fund(1)?.outflows ?? 0
  const stepsOf = (step: string) => Array.from({ length: outflows() }, (_, at) => desk.reader.steps(1, at + 1)).flat().filter((one) => one.step === step).length
  /** A payment that has come as far as this. */
  const payment = async (state: 'Proposed' | 'Approved' | 'Executed') => {
    const number = outflows() + 1
    await desk.acts.propose(1, '1', { title: `第 ${number} 笔` })
    if (state !== 'Proposed') await desk.acts.approve([1, number])
    if (state === 'Executed') await desk.acts.execute([1, number], '1')
    await seen(() => desk.reader.outflow(1, number)?.state === state)
    return `/desk/payments/1/${number}`
  }
  let used = 0

  const STEPS: Step[] = [
    {
      what: 'a request', role: 'ACCOUNTANT', press: '申请', stands: () => stepsOf('Proposed'), open: async () => '/desk/pay',
      async fill(page) {
        await page.selectOption('select[name=fund]', '1')
        for (const [name, text] of [['title', `断网的申请 ${used++}`], ['amount', '1'], ['payee', '某店']] as const) await page.fill(`input[name=${name}]`, text)
      },
    },
    {
      what: 'a rejection', role: 'APPROVER', press: '驳回', stands: () => stepsOf('Rejected'), open: async () => await payment('Proposed'),
      async fill(page) {
        await page.click('summary:text-is("写意见，或驳回")')
        await page.selectOption('select[name=reason]', { index: 1 })
      },
    },
    { what: 'a payment', role: 'CASHIER', press: '登记付款', stands: () => stepsOf('Executed'), open: async () => await payment('Approved'), fill: async (page) => await page.fill('input[name=reference]', `CUT${used++}`) },
    { what: 'an acceptance', role: 'ACCEPTER', press: '验收', stands: () => stepsOf('Accepted'), open: async () => await payment('Executed'), fill: async (page) => await page.fill('input[name=statement]', '收到') },
    {
      what: 'a void', role: 'APPROVER', press: '冲销', stands: () => stepsOf('Voided'), open: async () => '/desk/inflows/1/2',
      async fill(page) {
        await page.click('summary:text-is("这一笔有误")')
        await page.fill('input[name=voidAmount]', `0.0${1 + used++}`)
        await page.selectOption('select[name=voidReason]', { index: 1 })
      },
    },
    {
      what: 'a person', role: 'REGISTRAR', press: '登记', stands: () => desk.reader.persons().length, open: async () => '/desk/people',
      async fill(page) {
        await page.click('summary:text-is("登记新的人员")')
        await page.fill('input[name=address]', NEW_KEYS[desk.reader.keys().some(({ address }) => address === NEW_KEYS[0].toLowerCase()) ? 1 : 0])
        await page.fill('input[name=office]', '志愿者')
      },
    },
    {
      what: 'a finding', role: 'AUDITOR', press: '提出', stands: () => desk.reader.findings({ limit: 100 }).length, open: async () => '/desk/audit',
      async fill(page) {
        await page.click('summary:text-is("提出审计问题")')
        await page.selectOption('select[name=owner]', '4')
        await page.fill('[aria-label="提出审计问题"] textarea', '缺发票原件')
      },
    },
    {
      what: 'a fund', role: 'STEWARD', press: '设立', stands: () => desk.reader.funds().length, open: async () => '/desk/funds',
      async fill(page) {
        await page.click('summary:text-is("设立基金")')
        await page.fill('input[name=fundTitle]', '断网时设立的')
        await page.fill('input[name=purpose]', '试一试')
      },
    },
  ]

  for (const { what, role, open, fill, press, stands } of STEPS)
    for (const [where, cut] of CUTS)
      it(`${where}: ${what} arrives by itself, stands once, and its form is done with`, async () => {
        const { page } = await desk.sitDown(role, {}, await open())
        await fill(page)
        const before = stands()
        await page.route('**/v1/desk/acts', cut)
        await page.click(`button:text-is("${press}")`)
        await confirm(page)
        await page.waitForSelector('[role=alert]:has-text("已签名，还没有送达")')
        const again = await page.isDisabled(`button:text-is("${press}")`)
        await page.unroute('**/v1/desk/acts')
        await page.evaluate(() => dispatchEvent(new Event('online')))
        await page.waitForSelector('.recorded:has-text("已签名登记")')
        await page.waitForSelector('[role=alert]:has-text("还没有送达")', { state: 'detached' })
        await seen(() => stands() > before)

        expect(again).to.equal(true)
        expect(stands()).to.equal(before + 1)
      })

  it('and the page loaded again meanwhile: the form is empty once it has arrived, and whoever sits there is told', async () => {
    const { page } = await desk.sitDown('ACCOUNTANT', {}, '/desk/pay')
    await STEPS[0]?.fill(page)
    const before = outflows()
    await page.route('**/v1/desk/acts', (route) => route.abort())
    await page.click('button:text-is("申请")')
    await confirm(page)
    await page.waitForSelector('[role=alert]:has-text("已签名，还没有送达")')
    let asked = ''
    page.once('dialog', (dialog) => {
      asked = dialog.type()
      void dialog.accept()
    })
    await page.reload()
    await signIn(page, await desk.keystoreOf('ACCOUNTANT'))
    await page.waitForSelector('text=有一笔已签名、尚未送达')
    const kept = await page.inputValue('input[name=payee]')
    await page.unroute('**/v1/desk/acts')
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.waitForSelector('.recorded:has-text("✓ 申请拨付：已签名登记")')
    await page.waitForSelector('text=有一笔已签名、尚未送达', { state: 'detached' })
    await seen(() => outflows() > before)

    expect([asked, kept]).to.deep.equal(['beforeunload', '某店'])
    expect(await Promise.all(['title', 'amount', 'payee'].map((name) => page.inputValue(`input[name=${name}]`)))).to.deep.equal(['', '', ''])
    expect(outflows()).to.equal(before + 1)
  })

  it('before the contract was asked, keeps what was typed and signs nothing until it is pressed again', async () => {
    const { page } = await desk.sitDown('ACCOUNTANT', {}, '/desk/pay')
    await STEPS[0]?.fill(page)
    const [typed, before] = [await page.inputValue('input[name=title]'), outflows()]
    await page.context().setOffline(true)
    await page.click('button:text-is("申请")')
    const told = await page.innerText('form [role=alert]')
    await page.context().setOffline(false)

    expect(told).to.equal('没有连上服务器，请检查网络。')
    expect(await page.inputValue('input[name=title]')).to.equal(typed)
    await page.click('button:text-is("申请")')
    await confirm(page)
    await page.waitForSelector('text=申请已登记')
    await seen(() => outflows() === before + 1)
  })

  it('at the door, signs in when the button is pressed again', async () => {
    const { page } = await desk.sitDown('ACCOUNTANT')
    await page.click('button:text-is("锁定")')
    await page.context().setOffline(true)
    await page.fill('input[name=passphrase]', '明月几时有把酒问青天')
    await page.click('button:has-text("登录")')
    const told = await page.innerText('[role=alert]')
    await page.context().setOffline(false)
    await page.click('button:has-text("登录")')
    await page.waitForSelector('.desk-bar')

    expect(told).to.equal('没有连上服务器，请检查网络。')
  })
})
