import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { bundleAssets } from '../../api/pages/bundle.ts'
import { FlowPicture } from '../../api/pages/flow.tsx'
import { fundPage } from '../../api/pages/fund.tsx'
import { homePage } from '../../api/pages/home.tsx'
import { noticePage, type Notice } from '../../api/pages/notice.tsx'
import { paymentPage } from '../../api/pages/payment.tsx'
import { rightsPage, type Matrix } from '../../api/pages/rights.tsx'
import { renderPage, type Page } from '../../api/pages/shell.tsx'
import { visitOf, type Language, type Visit } from '../../api/pages/visit.ts'
import { openTitles } from '../../api/titles.ts'
import type { MonthView } from '../../api/months.ts'
import type { BankBook, FundView, OutflowView, PaymentView } from '../../api/views.ts'
import { parseDay } from '../../ledger/day.ts'
import { Fen } from '../../ledger/fen.ts'

const HASH = `0x${'11'.repeat(32)}` as const
const FUND: FundView = {
  number: 1, title: { zh: '图书角', en: 'Books' }, purpose: { zh: '购书', en: 'for books' }, community: 1, restricted: false, open: true,
  received: Fen(30_000n), returned: Fen(0n), corrected: Fen(0n), spent: Fen(20_000n), transferred: Fen(0n), held: Fen(0n), reserve: Fen(0n),
  available: Fen(10_000n), unspent: Fen(10_000n), inflows: 3, outflows: 2, paper: HASH, demo: false,
}
const OUTFLOW: OutflowView = {
  fund: 1, number: 1, kind: 'Payment', state: 'Executed', amount: Fen(20_000n), paid: Fen(20_000n), returned: Fen(0n), recordedAt: 0,
  paper: HASH, title: { zh: '儿童图书', en: 'Children’s books' }, category: { zh: '图书', en: 'books' }, demo: false, known: true,
}
const ANCHOR = {
  format: 'mingzhang/anchor/1', chainId: 1n, genesis: HASH, contracts: { charter: HASH, people: HASH, ledger: HASH, bank: HASH, audit: HASH },
  sealing: 'witness', sealers: [], quorum: 1,
} as const
const NONE = { all: 0n, explained: 0n }
const NO_BANK: BankBook = {
  accounts: () => [], account: () => undefined, lines: () => [], matchesOf: () => [],
  traceability: () => ({ credits: NONE, debits: NONE, months: [], unexplained: [] }),
}
const NOTICE: Notice = { funds: [FUND], head: { number: 9, hash: HASH, time: 0 }, sealing: { anchor: ANCHOR, own: [] }, months: [] }

describe('A page', () => {
  let visits: Record<Language, Visit>
  before(async () => {
    const name = { zh: '社区', en: 'Community' }
    const site = { id: 99, book: name, community: name, demo: false, publicUrl: 'http://localhost', assets: await bundleAssets() }
    visits = { zh: visitOf(site, '/', 'zh'), en: visitOf(site, '/', 'en') }
  })
  const textOf = (page: Page, language: Language = 'zh') => renderPage(visits[language], page).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

  it('counts an inflow once whose fen a payment used twice', () => {
    const part = { fund: 1, inflow: 1, amount: Fen(500n), source: 'Donation', effectiveOn: '2020-01-29' } as const
    const payment: PaymentView = { ...OUTFLOW, steps: [], returns: [], more: 2, parts: [part, { ...part, inflow: 2 }, part] }

    expect(textOf(paymentPage(visits.zh, FUND, payment))).to.include('4 笔收入')
    expect(textOf(paymentPage(visits.en, FUND, { ...payment, parts: [part], more: 0 }), 'en')).to.include('1 inflow ')
  })

  it('shows how a payment came about before whose money it was', () => {
    const text = textOf(paymentPage(visits.zh, FUND, { ...OUTFLOW, steps: [], parts: [], more: 0, returns: [] }))

    expect(text.indexOf('经过')).to.be.within(1, text.indexOf('用的是谁的钱'))
  })

  it('writes the days of a payment’s steps in one form', () => {
    const step = { step: 'Executed', role: 'CASHIER', person: 6, at: 1_580_600_000, paper: HASH, transaction: HASH, effectiveOn: '2020-02-01' } as const
    const payment: PaymentView = { ...OUTFLOW, steps: [step], parts: [], more: 0, returns: [] }

    expect(textOf(paymentPage(visits.zh, FUND, payment))).to.include('登记于 2020-02-02 07:33，记账日 2020-02-01').and.not.match(/\d年/)
    expect(textOf(paymentPage(visits.en, FUND, payment), 'en')).to.include('recorded 2020-02-02 07:33 China time, accounting date 2020-02-01')
  })

  it('shows the fingerprint of every photo that a step names, and of a step without photos says nothing of any', () => {
    const step = { step: 'Accepted', role: 'ACCEPTER', person: 7, at: 1_580_600_000, paper: HASH, transaction: HASH } as const
    const [one, other] = [`0x${'22'.repeat(32)}`, `0x${'33'.repeat(32)}`] as const
    const told = (steps: PaymentView['steps']) => textOf(paymentPage(visits.zh, FUND, { ...OUTFLOW, steps, parts: [], more: 0, returns: [] }))

    expect(told([{ ...step, documents: [one, other] }])).to.match(new RegExp(`附 2 份照片或文件，不公开；公开的是指纹： *${one} *${other}`))
    expect(told([step])).not.to.include('照片')
  })

  it('has a word of its own for every power of the matrix', () => {
    const matrix = JSON.parse(readFileSync(new URL('../../contracts/roles.json', import.meta.url), 'utf8')) as Matrix
    const page = renderPage(visits.zh, rightsPage(visits.zh, matrix, { holders: [], pending: [], persons: [] }))
    const chips = [...page.matchAll(/<span class="chip" title="([^"]+)">([^<]+)</g)].map(([, power, words]) => ({ power, words }))

    expect(chips.length).to.equal(matrix.powers.length)
    expect(chips.filter(({ words = '' }) => /[a-z]/i.test(words))).to.deep.equal([])
  })

  const entries = { inflows: [], query: { show: 'all', limit: 30 } } as const
  it('says what of a fund’s figures came back or went to other funds, and nothing where none did', () => {
    const moved = textOf(fundPage(visits.zh, { ...entries, fund: { ...FUND, corrected: Fen(700n), transferred: Fen(300n) }, payments: [] }))
    const plain = textOf(fundPage(visits.zh, { ...entries, fund: FUND, payments: [] }))

    expect(moved).to.include('另有 ¥7.00 付出后又退回，或记错后冲销，收到和支出里都不算').and.include('支出里有 ¥3.00 是划往其他基金的')
    expect(plain).to.not.match(/又退回|划往其他基金/)
  })

  it('adds up in every row of the public notice, also where the reserve is not all there', () => {
    const funds: FundView[] = [
      { ...FUND, held: Fen(2_000n), reserve: Fen(1_000n), available: Fen(7_000n) },
      { ...FUND, number: 2, received: Fen(30_700n), corrected: Fen(700n), held: Fen(2_000n), reserve: Fen(99_900n), available: Fen(0n), spent: Fen(20_700n) },
    ]
    const notice = { ...NOTICE, funds }

    const html = renderPage(visits.zh, noticePage(visits.zh, notice))
    const rows = [...html.matchAll(/<tr><th scope="row">.*?<\/tr>/g)].map(([row]) => [...row.matchAll(/data-label="(.+?)">¥([\d.,]+)</g)].map(([, label, yuan]) => `${label} ${yuan}`))

    expect(rows).to.deep.equal([
      ['收到 300.00', '已支出 200.00', '已批待付 20.00', '应急准备金 10.00', '可用 70.00'],
      ['收到 300.00', '已支出 200.00', '已批待付 20.00', '应急准备金 80.00', '可用 0.00'],
    ])
    expect(html).to.include('收到 − 已支出 − 已批待付 − 应急准备金 = 可用。')
  })

  it('leads from the public notice to its months, the newest twelve in sight and older ones in a fold', () => {
    const months = [...Array(14).keys()].map((at) => `20${25 - Math.floor(at / 12)}-${String(12 - (at % 12)).padStart(2, '0')}`)
    const linksOf = (html: string) => [...html.matchAll(/href="\/notice\?month=([\d-]+)"/g)].map(([, month]) => month)
    const [seen = '', folded = ''] = renderPage(visits.zh, noticePage(visits.zh, { ...NOTICE, months })).split('<details>')

    expect([linksOf(seen), linksOf(folded)]).to.deep.equal([months.slice(0, 12), ['2024-12', '2024-11']])
    expect(seen).to.include('>2025年12月</a>')
    expect(folded).to.include('更早的 2 个月')
    expect(renderPage(visits.en, noticePage(visits.en, { ...NOTICE, months: months.slice(0, 12) }))).to.include('href="/notice?month=2025-12&amp;lang=en"').and.not.include('<details>')
    expect(textOf(noticePage(visits.zh, NOTICE))).to.not.include('按月公示')
  })

  it('says of a month’s notice whether it is closed: in all, in none, or in which funds', () => {
    const month: MonthView = {
      month: '2020-02', from: parseDay('2020-02-01'), through: parseDay('2020-02-29'), dueThrough: parseDay('2020-02-29'), funds: [], light: 'green', waiting: 0, late: 0,
    }
    const fundOf = (number: number, isClosed?: boolean) =>
      ({ number, title: { zh: `基金${number}`, en: `Fund ${number}` }, opening: 0n, received: 0n, voided: 0n, spent: 0n, closing: 0n, ...(isClosed !== undefined && { isClosed }) })
    const textWith = (...funds: MonthView['funds']) => textOf(noticePage(visits.zh, { ...NOTICE, months: ['2020-02'], month: { ...month, funds } }))

    expect(textWith(fundOf(1, true), fundOf(2))).to.include('本月已经结账，这些数字不会再变。').and.include('← 公示：合计和各月').and.not.include('未结账')
    expect(textWith(fundOf(1, false), fundOf(2))).to.include('未结账 本月还没有结账，这些数字还可能变。')
    expect(textWith(fundOf(1, true), fundOf(2, false), fundOf(3))).to.include('部分结账 已结账：基金1。还没有结账，数字还可能变：基金2。')
    expect(textWith(fundOf(1))).to.not.include('结账')
  })

  it('shows no minus before what was not paid, and says by its kind what was done', () => {
    const payments: OutflowView[] = [
      { ...OUTFLOW, state: 'Rejected', paid: Fen(0n) }, { ...OUTFLOW, kind: 'Void', paid: Fen(500n) }, { ...OUTFLOW, state: 'Approved', paid: Fen(100n) },
    ]

    const text = textOf(fundPage(visits.zh, { ...entries, fund: FUND, payments }))

    expect(text).to.include(' ¥200.00 没有付出').and.include('已驳回').and.include('−¥5.00').and.include('已冲销').and.include('分期付款中')
    expect(text).to.not.include('−¥200.00').and.not.include('已付款')
  })

  it('says of what was rejected or cancelled that it will not be paid, on its own page and in the lists', () => {
    const paths = { steps: [], parts: [], more: 0, returns: [] }
    const home = { funds: [FUND], flow: { into: [], outOf: [] }, head: { number: 9, hash: HASH, time: 0 }, sealing: { anchor: ANCHOR, own: [] }, bank: NO_BANK }
    for (const [state, zh, en] of [['Rejected', '已驳回', 'rejected'], ['Cancelled', '已撤销', 'cancelled']] as const) {
      const outflow: OutflowView = { ...OUTFLOW, state, paid: Fen(0n) }
      const own = textOf(paymentPage(visits.zh, FUND, { ...outflow, ...paths }))
      const list = textOf(fundPage(visits.zh, { ...entries, fund: FUND, payments: [outflow] }))
      const latest = textOf(homePage(visits.zh, { ...home, latest: [{ what: 'outflow', step: 'Proposed', outflow, amount: outflow.amount, at: 0 }] }))

      expect(own).to.include(`申请的金额；${zh}，没有付出，也不会再付。`).and.include('没有付款，所以没有用任何人的钱。').and.not.include('还没有')
      expect(list).to.include('没有付出').and.include(zh).and.not.include('尚未付款')
      expect(latest.slice(latest.indexOf('最近登记'))).to.match(new RegExp(`¥200.00.*申请.*${zh}.*谁在签封`))
      expect(textOf(paymentPage(visits.en, FUND, { ...outflow, ...paths }), 'en')).to.include(`it was ${en}: nothing was paid, and nothing will be.`)
    }
    const waiting: OutflowView = { ...OUTFLOW, state: 'Proposed', paid: Fen(0n) }

    expect(textOf(paymentPage(visits.zh, FUND, { ...waiting, ...paths }))).to.include('申请的金额；还没有付出。').and.include('还没有付款')
    expect(textOf(fundPage(visits.zh, { ...entries, fund: FUND, payments: [waiting] }))).to.include('尚未付款')
    expect(textOf(homePage(visits.zh, { ...home, latest: [{ what: 'outflow', step: 'Proposed', outflow: waiting, amount: waiting.amount, at: 0 }] }))).to.not.include('已驳回')
  })

  it('keeps the labels of many thin streams apart', () => {
    const amounts = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8_000_000_000n]
    const outOf = amounts.map((amount, at) => ({ fund: 1, purpose: { zh: `用途${at}`, en: `use ${at}` }, amount: Fen(amount) }))
    const flow = { into: [{ source: 'Donation', fund: 1, amount: Fen(9_000_000_000n) }] as const, outOf }

    const html = renderPage(visits.zh, { title: '', body: FlowPicture({ visit: visits.zh, flow, funds: [FUND] }) })
    const pictures = [...html.matchAll(/<svg class="flow"[\s\S]*?<\/svg>/g)].map(([svg]) => svg)

    expect(pictures).to.have.length(2)
    for (const picture of pictures) {
      const labels = [...picture.matchAll(/<text[^>]*font-size="(\d+)px"[^>]*translate\(([\d.]+) ([\d.]+)\)[^>]*>用途/g)]
      const places = labels.map(([, , , y]) => Number(y)).sort((a, b) => a - b)
      const font = Number(labels[0]?.[1])

      expect(labels).to.have.length(amounts.length)
      for (const [at, place] of places.entries()) if (at) expect(place - (places[at - 1] ?? 0)).to.be.at.least(1.3 * font)
    }
  })

  it('names an entry without a paper so that it can stand as a title', () => {
    const titles = openTitles({ paperOf: () => undefined, version: () => '' })

    expect(titles.of({ kind: 'Payment', number: 3, paper: HASH }).title).to.deep.equal({ zh: '第 3 笔拨付', en: 'Payment 3' })
  })
})
