import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

describe('the book under /v1', () => {
  let world: World
  let app: FastifyInstance
  const get = async (path: string) => {
    const answer = await app.inject(path)
    return { status: answer.statusCode, body: answer.json() }
  }
  before(async () => {
    world = await openWorld()
    app = (await serveWorld(world)).app
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  it('tells how every fund stands, in strings of fen', async () => {
    const { status, body } = await get('/v1/funds')

    expect(status).to.equal(200)
    expect(body).to.have.length(2)
    expect(body[0]).to.include({
      number: 1, community: 1, restricted: true, open: true, received: '18001', returned: '3000', corrected: '3500', spent: '13500', transferred: '1000',
      held: '0', available: '4501', unspent: '4501', inflows: 4, outflows: 5,
    })
    expect(body[0].title).to.deep.equal({ zh: '疫情防控专项基金', en: 'Epidemic fund' })
    expect(body[1]).to.include({ number: 2, received: '1000', spent: '0', available: '1000' })
  })

  it('tells of one fund', async () => {
    expect((await get('/v1/funds/2')).body).to.include({ number: 2, received: '1000' })
  })

  it('pages inflows upward by number', async () => {
    const first = await get('/v1/funds/1/inflows?limit=2')
    const next = await get('/v1/funds/1/inflows?after=2&limit=2')

    expect(first.body.map(({ number, amount }: never) => [number, amount])).to.deep.equal([[1, '10000'], [2, '5000']])
    expect(next.body.map(({ number, amount }: never) => [number, amount])).to.deep.equal([[3, '1'], [4, '3000']])
  })

  it('says which outflow an inflow brings fen back from', async () => {
    const { body } = await get('/v1/funds/1/inflows?after=3')

    expect(body).to.have.length(1)
    expect(body[0]).to.deep.include({ source: 'Return', effectiveOn: '2020-02-08', origin: { fund: 1, outflow: 1 } })
  })

  it('filters inflows by date and source', async () => {
    const numbers = async (query: string) => (await get(`/v1/funds/1/inflows?${query}`)).body.map(({ number }: never) => number)

    expect(await numbers('from=2020-01-30')).to.deep.equal([4])
    expect(await numbers('to=2020-01-29')).to.deep.equal([1, 2, 3])
    expect(await numbers('source=Return')).to.deep.equal([4])
    expect(await numbers('source=Interest')).to.deep.equal([])
  })

  it('lists outflows of every kind and state, with what their papers call them', async () => {
    const { body } = await get('/v1/funds/1/payments')

    expect(body.map(({ number, kind, state, paid }: never) => [number, kind, state, paid])).to.deep.equal([
      [1, 'Payment', 'Accepted', '12000'], [2, 'Transfer', 'Executed', '1000'], [3, 'Void', 'Executed', '500'],
      [4, 'Payment', 'Proposed', '0'], [5, 'Payment', 'Rejected', '0'],
    ])
    expect(body[0].title).to.deep.equal({ zh: '购买 N95 口罩', en: 'N95 masks' })
    expect(body[0].category).to.deep.equal({ zh: '防护物资', en: 'protective gear' })
    expect(body[0].demo).to.equal(true)
  })

  it('tells the steps of a payment and the roles that took them', async () => {
    const { body } = await get('/v1/payments/1/1')

    expect(body.steps.map(({ step, role, person }: never) => [step, role, person])).to.deep.equal([
      ['Proposed', 'ACCOUNTANT', 4], ['Approved', 'APPROVER', 5], ['Executed', 'CASHIER', 6], ['Accepted', 'ACCEPTER', 7],
    ])
    expect(body.steps[2]).to.include({ amount: '12000', effectiveOn: '2020-02-03' })
  })

  it('tells whose fen a payment used, and what came back of it', async () => {
    const { body } = await get('/v1/payments/1/1')

    expect(body.parts.map(({ inflow, amount }: never) => [inflow, amount])).to.deep.equal([[1, '10000'], [2, '2000']])
    expect(body.more).to.equal(0)
    expect(body.returns).to.deep.equal([{ fund: 1, inflow: 4, amount: '3000', effectiveOn: '2020-02-08' }])
  })

  it('tells why an outflow was rejected', async () => {
    const { body } = await get('/v1/payments/1/5')

    expect(body.steps.at(-1)).to.include({ step: 'Rejected', role: 'APPROVER', reason: 'OutsidePurpose' })
  })

  for (const path of ['/v1/funds/3', '/v1/funds/3/inflows', '/v1/funds/3/payments', '/v1/payments/3/1'])
    it(`answers 404 FUND_UNKNOWN at ${path}`, async () => {
      const { status, body } = await get(path)

      expect(status).to.equal(404)
      expect(body).to.deep.equal({ code: 'FUND_UNKNOWN', message: 'There is no fund 3.', zh: '没有编号为 3 的基金。' })
    })

  it('answers 404 OUTFLOW_UNKNOWN for a payment that is not', async () => {
    const { status, body } = await get('/v1/payments/1/99')

    expect(status).to.equal(404)
    expect(body.code).to.equal('OUTFLOW_UNKNOWN')
  })

  const BAD = [
    '/v1/funds/0', '/v1/funds/-1', '/v1/funds/1.5', '/v1/funds/x', '/v1/funds/4294967296', '/v1/funds?limit=1', '/v1/funds/1?x=1',
    '/v1/funds/1/inflows?limit=0', '/v1/funds/1/inflows?limit=101', '/v1/funds/1/inflows?limit=x', '/v1/funds/1/inflows?after=-1',
    '/v1/funds/1/inflows?source=Gold', '/v1/funds/1/inflows?from=2020-02-30', '/v1/funds/1/inflows?to=yesterday',
    '/v1/funds/1/inflows?limit=1&limit=2', '/v1/funds/1/payments?colour=red', '/v1/payments/1/0', '/v1/payments/x/1',
  ]
  for (const path of BAD)
    it(`refuses ${path} with 400 and a sentence`, async () => {
      const { status, body } = await get(path)

      expect(status).to.equal(400)
      expect(body.code).to.equal('INVALID')
      expect(body.message).to.be.a('string').and.not.include('at ')
      expect(body.zh).to.match(/[\u4e00-\u9fff]/)
    })
})
