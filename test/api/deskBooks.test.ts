import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { FastifyInstance } from 'fastify'
import { leafOf, rootFrom, rootOf } from '../../ledger/batch.ts'
import { Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { ROLES, type Role } from '../../ledger/words.ts'
import { auditWorld } from './audited.ts'
import { openAccountIn } from './accounts.ts'
import { serveWorld } from './served.ts'
import { DONORS, openWorld, type World } from './world.ts'

const ADDRESSES = [
  '/v1/desk/entries', '/v1/desk/inflows/1/1', '/v1/desk/inflows/1/1/proof', '/v1/desk/outflows/1/1', '/v1/desk/vouchers?month=2020-02',
  '/v1/desk/findings/2', '/v1/desk/people',
]

describe('the desk’s look into the book', () => {
  let world: World
  let app: FastifyInstance
  let log: () => string
  const cookies = new Map<string, string>()
  before(async () => {
    world = await openWorld()
    await openAccountIn(world)
    await auditWorld(world)
    const served = await serveWorld(world)
    app = served.app
    log = served.log
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const enter = async (wallet: { address: string; signMessage(text: string): Promise<string> }) => {
    const address = wallet.address.toLowerCase()
    const { message } = (await app.inject({ method: 'POST', url: '/v1/desk/challenge', payload: { address } })).json()
    return await app.inject({ method: 'POST', url: '/v1/desk/session', payload: { message, signature: await wallet.signMessage(message) } })
  }
  /** What somebody of a role gets there. */
  const ask = async (role: Role, url: string) => {
    const cookie = cookies.get(role) ?? String((await enter(world.wallets[role])).headers['set-cookie']).split(';')[0] ?? ''
    cookies.set(role, cookie)
    const answer = await app.inject({ url, headers: { cookie } })
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers, text: answer.body }
  }
  const allowed = async (url: string) => {
    const answers = await Promise.all(ROLES.map(async (role) => ({ role, status: (await ask(role, url)).status })))
    return answers.filter(({ status }) => status === 200).map(({ role }) => role)
  }

  it('is for nobody who has not signed in', async () => {
    for (const url of ADDRESSES) {
      const answer = await app.inject(url)

      expect([answer.statusCode, answer.json().code], url).to.deep.equal([401, 'SIGNED_OUT'])
    }
  })

  it('lets no stranger in', async () => {
    const answer = await enter(Wallet.createRandom())

    expect([answer.statusCode, answer.json().code]).to.deep.equal([403, 'KEY_UNKNOWN'])
  })

  describe('finds entries by words of their papers', () => {
    const named = async (role: Role, words: string, known: object = {}) => {
      await ask(role, '/v1/desk/entries')
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/v1/desk/entries/named', headers: { cookie: cookies.get(role) ?? '' }, payload: { words, ...known } })
      const { inflows = [], outflows = [], more, code } = JSON.parse(body)
      return { status: statusCode, code, inflows: inflows.map(({ fund, number, who }: any) => [fund, number, who]), outflows: outflows.map(({ fund, number }: any) => [fund, number]), more }
    }

    it('of whoever may read them, and of no others: donors’ names are not the cashier’s to find', async () => {
      for (const role of ROLES) {
        const { inflows } = await named(role, DONORS[1])

        expect(inflows, role).to.deep.equal(role === 'ACCOUNTANT' || role === 'AUDITOR' ? [[1, 2, DONORS[1]]] : [])
      }
    })

    it('whatever part of them is remembered, in other widths and with blanks', async () => {
      expect((await named('ACCOUNTANT', '慕 容')).inflows).to.deep.equal([[1, 2, DONORS[1]]])
      expect((await named('ACCOUNTANT', '早日康复', { fund: 1, amount: '5000' })).inflows).to.deep.equal([[1, 2, DONORS[1]]])
      expect((await named('ACCOUNTANT', '早日康复', { number: 1, from: '2020-01-30' })).inflows).to.deep.equal([])
      expect(await named('ACCOUNTANT', '没有这个人')).to.deep.include({ inflows: [], outflows: [], more: { inflows: false, outflows: false } })
    })

    it('by the public title of a payment for everybody, by its payee for those who may read that', async () => {
      const [{ paper = '0x', number = 0 } = {}] = world.reader.outflows(1, { limit: 100 }).filter(({ kind }) => kind === 'Payment').slice(-1)
      const title = world.vault.paperOf(paper as Hex)?.paper.public['title'] ?? ''
      const payee = world.vault.fieldsOf(paper as Hex)?.['payee']?.value ?? ''

      expect([title, payee].map((text) => text.length > 0)).to.deep.equal([true, true])
      expect((await named('RESPONDENT', title)).outflows).to.deep.include([1, number])
      expect((await named('CASHIER', payee)).outflows).to.deep.include([1, number])
      expect((await named('RESPONDENT', payee)).outflows).to.deep.equal([])
    })

    it('but not by nothing, nor for a stranger; and what was looked for stands in no log', async () => {
      const { statusCode } = await app.inject({ method: 'POST', url: '/v1/desk/entries/named', payload: { words: DONORS[1] } })

      expect(statusCode).to.equal(401)
      expect(await named('ACCOUNTANT', ' \u3000 ')).to.deep.include({ status: 400, code: 'INVALID' })
      expect(await named('ACCOUNTANT', '')).to.deep.include({ status: 400, code: 'INVALID' })
      expect(log()).to.include('/v1/desk/entries/named').and.not.include(DONORS[1])
    })
  })

  it('shows entries to every role, proofs to those who correct with them, people to those who keep the register', async () => {
    expect(await allowed('/v1/desk/entries')).to.deep.equal([...ROLES])
    expect(await allowed('/v1/desk/inflows/1/1')).to.deep.equal([...ROLES])
    expect(await allowed('/v1/desk/outflows/1/1')).to.deep.equal([...ROLES])
    expect(await allowed('/v1/desk/vouchers?month=2020-02')).to.deep.equal([...ROLES])
    expect(await allowed('/v1/desk/findings/2')).to.deep.equal([...ROLES])
    expect(await allowed('/v1/desk/inflows/1/1/proof')).to.deep.equal(['ACCOUNTANT', 'APPROVER'])
    expect(await allowed('/v1/desk/people')).to.deep.equal(['COUNCIL', 'REGISTRAR', 'AUDITOR'])
    expect(await allowed('/v1/desk/closing?through=2020-02-29')).to.deep.equal(['STEWARD', 'ACCOUNTANT', 'AUDITOR'])
    expect(await allowed('/v1/desk/audit')).to.deep.equal(['AUDITOR'])
  })

  it('is kept by no cache', async () => {
    for (const url of ADDRESSES) expect((await ask('ACCOUNTANT', url)).headers['cache-control'], url).to.equal('no-store')
  })

  for (const [url, code] of [
    ['/v1/desk/inflows/1/99', 'INFLOW_UNKNOWN'], ['/v1/desk/inflows/9/1', 'INFLOW_UNKNOWN'], ['/v1/desk/inflows/1/99/proof', 'INFLOW_UNKNOWN'],
    ['/v1/desk/outflows/1/99', 'OUTFLOW_UNKNOWN'], ['/v1/desk/findings/99', 'FINDING_UNKNOWN'], ['/v1/desk/entries?code=0000-0000-0000-0000', 'CODE_UNKNOWN'],
  ] as const)
    it(`says of ${url} that there is no such thing`, async () => {
      const { status, body } = await ask('ACCOUNTANT', url)

      expect([status, body.code]).to.deep.equal([404, code])
    })

  for (const url of [
    '/v1/desk/entries?from=2020-02-30', '/v1/desk/entries?amount=9999999999999999999', '/v1/desk/entries?fund=0', '/v1/desk/entries?whose=1',
    '/v1/desk/vouchers?month=2020-13', '/v1/desk/vouchers?month=0000-01', '/v1/desk/vouchers?month=9999-12', '/v1/desk/vouchers', '/v1/desk/inflows/x/1',
  ])
    it(`refuses ${url}`, async () => {
      const { status, body } = await ask('ACCOUNTANT', url)

      expect([status, body.code]).to.deep.equal([400, 'INVALID'])
    })

  describe('finding an entry', () => {
    const found = async (query: string, role: Role = 'ACCOUNTANT') => {
      const { inflows, outflows } = (await ask(role, `/v1/desk/entries?${query}`)).body
      const name = ({ fund, number }: { fund: number; number: number }) => `${fund}/${number}`
      return { in: inflows.map(name), out: outflows.map(name) }
    }

    it('shows the newest first when nothing is known', async () => {
      expect(await found('')).to.deep.equal({ in: ['2/1', '1/4', '1/3', '1/2', '1/1'], out: ['1/5', '1/4', '1/3', '1/2', '1/1'] })
    })

    it('goes by fund, number, amount and accounting date', async () => {
      expect(await found('fund=2')).to.deep.equal({ in: ['2/1'], out: [] })
      expect(await found('number=3')).to.deep.equal({ in: ['1/3'], out: ['1/3'] })
      expect(await found('amount=12000')).to.deep.equal({ in: [], out: ['1/1'] })
      expect(await found('amount=5000&fund=1')).to.deep.equal({ in: ['1/2'], out: [] })
      expect(await found('from=2020-02-03&to=2020-02-09')).to.deep.equal({ in: ['2/1', '1/4'], out: ['1/2', '1/1'] })
    })

    it('goes by a donor’s code for those alone who may read the name', async () => {
      const code = world.links[1]?.code ?? ''

      expect(await found(`code=${code}`)).to.deep.equal({ in: ['1/2'], out: [] })
      expect(await found(`code=${code}`, 'AUDITOR')).to.deep.equal({ in: ['1/2'], out: [] })
      expect((await ask('CASHIER', `/v1/desk/entries?code=${code}`)).body.code).to.equal('ROLE_MISSING')
      expect(log()).to.not.include(code)
    })

    it('goes on where a list ended', async () => {
      expect(await found('skip=4')).to.deep.equal({ in: ['1/1'], out: ['1/1'] })
    })
  })

  it('tells what of an inflow is left, where the rest is, and what corrects it', async () => {
    const { body, text } = await ask('APPROVER', '/v1/desk/inflows/1/2')

    // Of ¥50.00 the payment took ¥20.00, ¥10.00 went to fund 2 and ¥5.00 was void.
    expect(body).to.include({ amount: '5000', unspent: '1500', voided: '500', voidable: '1500', refundable: '1500', source: 'Donation', on: '2020-01-29' })
    expect(body.where.map(({ words }: { words: { zh: string } }) => words.zh)).to.include('¥5.00 已冲销「金额登记有误」（基金 1 第 3 笔冲销）。')
    expect(body.corrections.map(({ number, kind }: { number: number; kind: string }) => [number, kind])).to.deep.equal([[3, 'Void']])
    expect(body.matches).to.have.length(1)
    for (const donor of DONORS) expect(text).to.not.include(donor)
  })

  it('lets no void take what a transfer brought, nor what is spent', async () => {
    expect((await ask('APPROVER', '/v1/desk/inflows/2/1')).body).to.include({ unspent: '1000', voidable: '0' })
    expect((await ask('APPROVER', '/v1/desk/inflows/1/1')).body).to.include({ unspent: '0', voidable: '0', refundable: '0' })
  })

  it('tells what of an outflow may still come back, and what came', async () => {
    expect((await ask('ACCOUNTANT', '/v1/desk/outflows/1/1')).body).to.deep.include({
      returnable: '9000', unpaid: '0', returns: [{ fund: 1, inflow: 4, amount: '3000', on: '2020-02-08' }],
    })
    expect((await ask('ACCOUNTANT', '/v1/desk/outflows/1/3')).body).to.deep.include({ kind: 'Void', subject: 2, returnable: '500' })
    expect((await ask('ACCOUNTANT', '/v1/desk/outflows/1/2')).body).to.deep.include({ kind: 'Transfer', returnable: '0' })
  })

  it('gives an inflow with the path that leads to its batch’s root', async () => {
    const { start, amount, ref, paper, path, number } = (await ask('APPROVER', '/v1/desk/inflows/1/2/proof')).body
    const leaf = leafOf({ ref, paper, start: Fen(BigInt(start)), amount: Fen(BigInt(amount)) })
    const { leaves = [] } = world.reader.batchOf(1, 2) ?? {}

    expect([number, start, amount]).to.deep.equal([2, '10000', '5000'])
    expect(rootFrom(leaf, 1, 3, path)).to.equal(rootOf(leaves.map(leafOf)))
  })

  it('lists the vouchers of a month in the order of their days, a void below zero among what came in', async () => {
    const { body: { vouchers, more } } = await ask('CASHIER', '/v1/desk/vouchers?month=2020-02')

    expect(vouchers.map(({ on, way, fund, first, amount }: Record<string, string>) => [on, way, fund, first, amount])).to.deep.equal([
      ['2020-02-03', 'out', 1, 1, '12000'], ['2020-02-08', 'in', 1, 4, '3000'], ['2020-02-09', 'out', 1, 2, '1000'], ['2020-02-09', 'in', 2, 1, '1000'],
      ['2020-02-10', 'in', 1, 3, '-500'],
    ])
    expect(more).to.equal(false)
  })

  it('tells a batch of gifts as one voucher', async () => {
    const { body: { vouchers: [gifts] } } = await ask('CASHIER', '/v1/desk/vouchers?month=2020-01')

    expect(gifts).to.include({ first: 1, last: 3, amount: '15001' })
  })

  it('tells who has which key and role, from when an appointment counts, and how long appointments wait', async () => {
    const key = Wallet.createRandom().address.toLowerCase()
    await world.acts.act('REGISTRAR', 'addKey', [4, key, `0x${'11'.repeat(32)}`], 'people')
    await world.acts.act('COUNCIL', 'grantRole', [5, key, 0], 'charter')
    await world.mirrorAll()

    const { people, delayDays } = (await ask('COUNCIL', '/v1/desk/people')).body
    const keys = people.find(({ number }: { number: number }) => number === 4).keys
    const { roles: [pending] } = keys.find(({ address }: { address: string }) => address === key)

    expect(keys[0].roles).to.have.length(1)
    expect(keys[0].roles[0]).to.include({ role: 'ACCOUNTANT', isPending: false })
    expect(pending).to.include({ role: 'CASHIER', isPending: true })
    expect(pending.since - Date.now() / 1000).to.be.within(86_300, 86_500)
    expect(delayDays).to.deep.equal({ COUNCIL: 7, REGISTRAR: 3, STEWARD: 3, ACCOUNTANT: 1, APPROVER: 1, CASHIER: 1, ACCEPTER: 1, AUDITOR: 1, RESPONDENT: 1 })
  })

  it('tells a finding with what was said of it', async () => {
    const { body } = await ask('CASHIER', '/v1/desk/findings/2')

    expect(body).to.include({ number: 2, owner: 4, state: 'Open' })
    expect(body.steps[0].statement).to.equal('回单没有归档')
  })

  it('tells the notice board one month: its sums, what the bank confirms, and the light of what waits', async () => {
    const [month, other, all] = (await Promise.all(['2020-02', '2020-13', ''].map((name) => app.inject(`/notice?month=${name}`)))).map(({ body }) => body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '))

    expect(month).to.include('2020年2月账目公示').and.include('2020-02-01 至 2020-02-29').and.include('月初结余')
    // Of ¥150.01 at the start, ¥130.00 went out, ¥40.00 came in: ¥10.00 of both only changed the fund; ¥5.00 was an error of record.
    expect(month).to.include('合计 ¥150.01 ¥35.00 ¥130.00 ¥55.01').and.include('本月冲销错账 ¥5.00（含以前月份登记的），已从收入里减去。')
    expect(month).to.match(/资金追溯率（建账以来） \d+\.\d\d%/).and.match(/办理进度 (绿灯|黄灯|红灯) 待办 \d+ 件，其中超时 \d+ 件/)
    expect(month).to.include('校验词')
    // auditWorld closed fund 1 through February alone; in fund 2 something is dated in it.
    expect(month).to.include('部分结账 已结账：疫情防控专项基金。还没有结账，数字还可能变：第二基金。')
    expect((await app.inject('/notice?month=2020-01')).body).to.include('本月已经结账')
    expect((await app.inject('/notice?month=2020-03')).body).to.include('本月还没有结账')
    const links = [...(await app.inject('/notice')).body.matchAll(/href="\/notice\?month=([\d-]+)"/g)].map(([, name]) => name)
    expect(links).to.deep.equal(['2020-02', '2020-01'])
    expect([other, all].map((text) => text?.includes('各基金合计'))).to.deep.equal([true, true])
  })
})
