import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { ACCOUNT_NUMBER, COUNTERPARTIES, openAccountIn } from './accounts.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

describe('the bank’s side of the API and the pages', function () {
  this.timeout(60_000)
  let world: World
  let app: FastifyInstance
  before(async () => {
    world = await openWorld()
    app = (await serveWorld(world)).app
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const get = async (url: string) => (await app.inject({ method: 'GET', url })).json()
  const read = async (url: string, of = app) => (await of.inject({ method: 'GET', url })).body
  const noticeOf = async (month: string, of = app) => (await read(`/notice?month=${month}`, of)).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

  it('is silent on the home page until an account is kept, and says so on its own', async () => {
    expect(await get('/v1/bank')).to.deep.equal([])
    expect(await get('/v1/traceability')).to.deep.include({ credits: { all: '0', explained: '0', share: '—' }, unexplained: [] })
    expect(await read('/')).not.to.include('资金追溯率')
    expect(await read('/bank')).to.include('还没有开立银行账户')
    expect(await read('/notice?month=2020-02')).to.match(/<strong>—<\/strong>，还没有登记银行流水/).and.match(/办理进度 <span[^>]*>绿灯/)
  })

  it('tells accounts without their numbers', async () => {
    await openAccountIn(world)

    const [account, ...others] = await get('/v1/bank')

    expect(others).to.deep.equal([])
    expect(account).to.deep.include({
      number: 1, title: { zh: '公益基本户', en: 'Charity account' }, bank: '某银行', demo: true, opening: '0', openedOn: '2020-01-29', through: '2020-02-10',
      balance: '4701', lines: 5, statements: 1, matches: 5,
      credits: { all: '18001', explained: '17501', share: '97.22%' }, debits: { all: '13300', explained: '12000', share: '90.22%' },
    })
  })

  it('publishes the lower share first, by month, with every line that is not explained', async () => {
    const { headline, credits, debits, months, unexplained } = await get('/v1/traceability')

    expect([headline.share, credits.share, debits.share]).to.deep.equal(['90.22%', '97.22%', '90.22%'])
    expect(months.map(({ month, credits, debits }: any) => [month, credits.share, debits.share]))
      .to.deep.equal([['2020-02', '100.00%', '90.22%'], ['2020-01', '96.66%', '—']])
    expect(unexplained.map(({ number, amount, left, explained }: any) => [number, amount, left, explained?.why, explained?.statement])).to.deep.equal([
      [1, '15001', '500', undefined, undefined], [3, '-500', '500', 'BankFee', '账户年费'], [4, '-800', '800', undefined, undefined],
    ])
  })

  it('pages through lines, each with its entries or why it has none', async () => {
    const lines = await get('/v1/bank/1/lines?limit=3')
    const rest = await get('/v1/bank/1/lines?after=3')
    const february = await get('/v1/bank/1/lines?from=2020-02-06&to=2020-02-08')

    expect(lines.map(({ number, matched }: any) => [number, matched])).to.deep.equal([[1, '14501'], [2, '12000'], [3, '0']])
    expect(lines[1].matches).to.have.length(1)
    expect(lines[1].matches[0]).to.include({ fund: 1, outflow: true, entry: 1, amount: '12000' })
    expect(lines[2].explained).to.include({ why: 'BankFee', statement: '账户年费' })
    expect(rest.map(({ number }: any) => number)).to.deep.equal([4, 5])
    expect(february.map(({ number }: any) => number)).to.deep.equal([4, 5])
  })

  it('answers in words for an account that is none, and a date that is none', async () => {
    const unknown = await app.inject({ method: 'GET', url: '/v1/bank/9/lines' })
    const date = await app.inject({ method: 'GET', url: '/v1/bank/1/lines?from=2020-02-30' })

    expect([unknown.statusCode, unknown.json().code]).to.deep.equal([404, 'ACCOUNT_UNKNOWN'])
    expect(date.statusCode).to.equal(400)
    expect((await app.inject({ method: 'GET', url: '/bank?account=9' })).statusCode).to.equal(404)
  })

  it('shows residents the headline, and which lines are not explained, in both languages', async () => {
    const page = await read('/bank')
    const english = await read('/bank?lang=en')

    expect(page).to.include('90.22%').and.include('银行手续费').and.include('账户年费').and.include('没有说明').and.include('其中 ¥5.00 没有对上').and.include('，其中 1 笔已说明原因')
    expect(page).to.include('href="/p/1/1"').and.include('href="/f/1?show=inflows&amp;before=2#in-1"')
    expect(english).to.include('Traceability').and.include('nothing said').and.include('href="/p/1/1?lang=en"')
  })

  it('leads from the home page to it, and from entries to their lines', async () => {
    expect(await read('/')).to.match(/资金追溯率 <a href="\/bank">90\.22%<\/a>/)
    expect(await read('/p/1/1')).to.include('href="/bank?account=1&amp;before=3#line-2"').and.include('银行流水：账户 1 第 2 笔，¥120.00')
    expect(await read('/f/1?show=inflows')).to.include('href="/bank?account=1&amp;before=2#line-1"')
  })

  it('says beside the share up to which day the bank’s lines are recorded, and gives no green light to a month of which they are not', async () => {
    const [january, february, march] = [await noticeOf('2020-01'), await noticeOf('2020-02'), await noticeOf('2020-03')]

    expect(await read('/')).to.match(/90\.22%<\/a>，银行流水到 2020-02-10</)
    expect(await read('/bank')).to.include('银行流水到 2020-02-10')
    expect(january).to.include('银行流水到 2020-02-10').and.include('办理进度 绿灯').and.not.include('还没有登记')
    expect(february).to.include('银行流水到 2020-02-10 2020-02-11 起的流水还没有登记').and.include('办理进度 黄灯')
    expect(march).to.include('90.22% ，银行流水到 2020-02-10 本月的流水还没有登记').and.include('办理进度 黄灯')
  })

  it('waits in the month that runs for the lines of no day that is not over, and has no notice of a month to come', async () => {
    const on = async (day: string, month: string) => {
      const { app } = await serveWorld(world, { now: () => Date.parse(`${day}T12:00:00+08:00`) / 1000 })
      const told = await noticeOf(month, app)
      await app.close()
      return told
    }

    expect(await on('2020-02-11', '2020-02')).to.include('办理进度 绿灯').and.not.include('还没有登记')
    expect(await on('2020-02-12', '2020-02')).to.include('2020-02-11 起的流水还没有登记').and.include('办理进度 黄灯')
    expect(await on('2020-02-01', '2020-02')).to.not.include('还没有登记')
    expect(await on('2020-02-11', '2020-03')).to.not.include('2020年3月')
  })

  it('has nothing private in it', async () => {
    for (const url of ['/v1/bank', '/v1/bank/1/lines', '/v1/traceability', '/bank', '/bank?lang=en', '/'])
      for (const secret of [ACCOUNT_NUMBER, ...COUNTERPARTIES.filter((name) => name !== '某银行')])
        expect(await read(url), url).not.to.include(secret)
  })

  it('reaches no further than the account of which least is recorded', async () => {
    await world.acts.act('STEWARD', 'openAccount', [1, 0n, 18_300, `0x${'44'.repeat(32)}`], 'bank')
    await world.mirrorAll()
    const later = await read('/')
    await world.acts.act('STEWARD', 'openAccount', [1, 0n, 18_293, `0x${'45'.repeat(32)}`], 'bank')
    await world.mirrorAll()

    expect(later).to.include('银行流水到 2020-02-07')
    expect(await read('/')).to.include('银行流水到 2020-01-31')
  })

  it('explains nothing with an entry whose papers are not all kept', async () => {
    const { acts, mirrorAll } = world
    await acts.approve([1, 4])
    await acts.act('CASHIER', 'executePayment', [1, 4, 100n, false, [`0x${'41'.repeat(32)}`, 18_300, `0x${'42'.repeat(32)}`]])
    await acts.act('ACCOUNTANT', 'matchLines', [1, [[4, 1, true, 4, 100n]], `0x${'43'.repeat(32)}`], 'bank')
    await mirrorAll()

    const { debits, unexplained } = await get('/v1/traceability')

    expect(debits.explained).to.equal('12000')
    expect(unexplained.find(({ number }: any) => number === 4).left).to.equal('800')
  })
})
