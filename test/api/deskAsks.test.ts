import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { Fen } from '../../ledger/fen.ts'
import { ROLES, type Role } from '../../ledger/words.ts'
import { sitDown, type Sitting } from './desks.ts'
import { serveWorld } from './served.ts'
import { DONORS, openWorld, type World } from './world.ts'

const ADDRESS = '/v1/desk/voids/asked'
const REFUSED = '/v1/desk/voids/refused'

describe('a void that is asked for at the desk', function () {
  this.timeout(60_000)
  let world: World
  let app: FastifyInstance
  let log: () => string
  let time = 0
  let at: Record<Role, Sitting>
  before(async () => {
    world = await openWorld()
    time = Math.floor(Date.now() / 1000) + 0.5
    ;({ app, log } = await serveWorld(world, { now: () => time }))
    at = Object.fromEntries(await Promise.all(ROLES.map(async (role) => [role, await sitDown(app, world.wallets[role])]))) as Record<Role, Sitting>
  })
  after(async () => {
    await app.close()
    await world.close()
  })
  beforeEach(() => world.vault.askedVoids().forEach(({ fund, inflow }) => world.vault.dropAskedVoid(fund, inflow)))

  const ask = async (given: object = {}, role: Role = 'ACCOUNTANT') => await at[role].post(ADDRESS, { fund: 1, inflow: 2, amount: '100', reason: 'Duplicate', ...given })
  const drop = async (role: Role | undefined, place = '1/2') => {
    const answer = await app.inject({ method: 'DELETE', url: `${ADDRESS}/${place}`, headers: { cookie: role ? at[role].cookie : '' } })
    return answer.statusCode
  }
  const told = async (inflow = 2) => (await at.CASHIER.get(`/v1/desk/inflows/1/${inflow}`)).body.asked
  const refuse = async (role: Role = 'APPROVER', inflow = 2) => await at[role].post(REFUSED, { fund: 1, inflow })
  const waiting = async (by: Sitting, of = 'void') => (await by.get('/v1/desk')).body.inbox.filter(({ kind }: { kind: string }) => kind === of)
  const give = async (yuan: string) => {
    await world.give(1, [{ donor: DONORS[0], yuan }])
    return world.reader.fund(1)?.inflows ?? 0
  }

  it('waits for the approver, who did not record it, and for nobody else', async () => {
    const { status, body } = await ask()

    expect([status, body]).to.deep.equal([200, { amount: '100', reason: 'Duplicate', person: 4, at: Math.floor(time) }])
    expect(await told()).to.deep.equal(body)
    expect(await waiting(at.APPROVER)).to.deep.equal([{
      kind: 'void', title: { zh: '请冲销第 2 笔收入：重复登记', en: 'Void inflow 2: recorded twice' }, fund: 1, number: 2, amount: '100',
      since: Math.floor(time), light: 'green',
    }])
    for (const role of ROLES) if (role !== 'APPROVER') expect(await waiting(at[role]), role).to.deep.equal([])
  })

  it('is asked for and dropped by accountants, and refused by approvers', async () => {
    for (const role of ROLES) {
      expect((await ask({}, role)).body.code, role).to.equal(role === 'ACCOUNTANT' ? undefined : 'ROLE_MISSING')
      expect((await refuse(role)).body.code, role).to.equal(role === 'APPROVER' ? 'VOID_NOT_ASKED' : 'ROLE_MISSING')
      expect(await drop(role), role).to.equal(role === 'ACCOUNTANT' ? 204 : 403)
    }
    expect((await app.inject({ method: 'POST', url: ADDRESS, payload: {} })).statusCode).to.equal(401)
    expect((await app.inject({ method: 'POST', url: REFUSED, payload: {} })).statusCode).to.equal(401)
    expect(await drop(undefined)).to.equal(401)
  })

  it('waits no longer once it is dropped, which may be said twice', async () => {
    await ask()

    expect([await drop('ACCOUNTANT'), await drop('ACCOUNTANT')]).to.deep.equal([204, 204])
    expect(await told()).to.equal(undefined)
    expect(await waiting(at.APPROVER)).to.deep.equal([])
  })

  it('waits no longer once an approver said no, which whoever asked hears for a fortnight, and nobody else', async () => {
    const { body: asked } = await ask()
    const { status, body } = await refuse()
    const again = await refuse()
    const heard = await waiting(at.ACCOUNTANT, 'refused')
    const others = await Promise.all(ROLES.filter((role) => role !== 'ACCOUNTANT').map(async (role) => await waiting(at[role], 'refused')))
    const refused = { by: 5, at: Math.floor(time) }

    expect([status, body]).to.deep.equal([200, { ...asked, refused }])
    expect(again.body).to.deep.equal(body)
    expect(await told()).to.deep.equal(body)
    expect(await waiting(at.APPROVER)).to.deep.equal([])
    expect(heard).to.deep.equal([{
      kind: 'refused', title: { zh: '5 号人员没有同意冲销第 2 笔收入', en: 'No. 5 did not agree to void inflow 2' }, fund: 1, number: 2, amount: '100',
      since: Math.floor(time), light: 'green',
    }])
    expect(others.flat()).to.deep.equal([])
    world.vault.askVoid({ fund: 1, inflow: 2, amount: Fen(100n), reason: 'Duplicate', person: 4, at: Math.floor(time) - 20 * 86_400, voids: 0 })
    world.vault.refuseAskedVoid(1, 2, { by: 5, at: Math.floor(time) - 15 * 86_400 })
    expect(await waiting(at.ACCOUNTANT, 'refused')).to.deep.equal([])
  })

  it('waits again when it is asked for after a no', async () => {
    await ask()
    await refuse()
    await ask({ amount: '50' })

    expect(await waiting(at.ACCOUNTANT, 'refused')).to.deep.equal([])
    expect((await waiting(at.APPROVER)).map(({ amount }: { amount: string }) => amount)).to.deep.equal(['50'])
  })

  it('is asked for anew in place of what was asked before', async () => {
    await ask()
    await ask({ reason: 'NotReceived' })

    expect(await told()).to.include({ reason: 'NotReceived' })
    expect((await waiting(at.APPROVER)).map(({ title }: { title: { zh: string } }) => title.zh)).to.deep.equal(['请冲销第 2 笔收入：款项未到账'])
  })

  it('is refused of an inflow that there is not, of one that is spent or came by a transfer, for reasons that are no void’s, and of more than there is', async () => {
    const voidable = BigInt((await at.CASHIER.get('/v1/desk/inflows/1/2')).body.voidable)
    const answers = [
      await ask({ inflow: 99 }), await ask({ fund: 9 }), await ask({ inflow: 1 }), await ask({ fund: 2, inflow: 1 }), await ask({ reason: 'None' }),
      await ask({ reason: 'PayeeRequest' }), await ask({ reason: '王小明记了两次' }), await ask({ note: '王小明' }), await ask({ amount: '' }),
      await ask({ amount: '0' }), await ask({ amount: String(voidable + 1n) }),
    ]

    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).to.deep.equal([
      '404 INFLOW_UNKNOWN', '404 INFLOW_UNKNOWN', '422 NOT_VOIDABLE', '422 NOT_VOIDABLE', ...Array(5).fill('400 INVALID'), '422 NOT_VOIDABLE', '422 NOT_VOIDABLE',
    ])
    expect(world.vault.askedVoids()).to.deep.equal([])
  })

  it('is over with the next void of the inflow, also of a part, by whatever clock, and may be asked for again', async () => {
    // The server's clock is a day ahead of the chain's.
    time += 86_400
    at.ACCOUNTANT = await sitDown(app, world.wallets.ACCOUNTANT)
    at.APPROVER = await sitDown(app, world.wallets.APPROVER)
    at.CASHIER = await sitDown(app, world.wallets.CASHIER)
    const inflow = await give('7')
    await ask({ inflow })
    const before = [await told(inflow), await waiting(at.APPROVER)]
    await world.acts.voidInflow(1, inflow, '1', 'Duplicate', { title: '冲销' })
    await world.mirrorAll()
    const after = [await told(inflow), await waiting(at.APPROVER)]
    await ask({ inflow })

    expect(before.flat()).to.have.length(2)
    expect(after).to.deep.equal([undefined, []])
    expect(await told(inflow)).to.include({ reason: 'Duplicate' })
    expect(await waiting(at.APPROVER)).to.have.length(1)
  })

  it('waits for nobody while nothing of the inflow can be voided', async () => {
    const inflow = await give('3')
    await ask({ inflow })
    const { available = 0n, outflows = 0 } = world.reader.fund(1) ?? {}
    const yuan = `${available / 100n}.${String(available % 100n).padStart(2, '0')}`
    await world.acts.propose(1, yuan, { title: '全部用于口罩' })
    await world.acts.approve([1, outflows + 1])
    await world.mirrorAll()

    expect([await told(inflow), await waiting(at.APPROVER)]).to.deep.equal([undefined, []])
  })

  it('does not wait for an approver who recorded it', async () => {
    await world.acts.openFund({ title: '第三基金', purpose: '用于社区' })
    await world.mirrorAll()
    await world.give(3, [{ donor: DONORS[1], yuan: '4' }])
    await world.acts.act('COUNCIL', 'grantRole', [ROLES.indexOf('APPROVER'), world.wallets.ACCOUNTANT.address, 0], 'charter')
    await world.mirrorAll()
    time += 2 * 86_400
    const [both, approver] = [await sitDown(app, world.wallets.ACCOUNTANT), await sitDown(app, world.wallets.APPROVER)]
    await both.post(ADDRESS, { fund: 3, inflow: 1, amount: '400', reason: 'WrongFund' })

    expect((await both.get('/v1/desk')).body.staff.roles).to.include('APPROVER')
    expect(await waiting(both)).to.deep.equal([])
    expect(await waiting(approver)).to.have.length(1)
  })

  it('leaves in the log who came, and nothing of the inflow', () => {
    const lines = log().trim().split('\n').map((line) => JSON.parse(line)).filter(({ route = '' }) => route.startsWith(ADDRESS))
    const known = new Set(lines.flatMap((line) => Object.keys(line)))

    expect(lines.some(({ method, person, status }) => method === 'POST' && person === 4 && status === 200)).to.equal(true)
    expect([...known]).to.have.members(['level', 'time', 'reqId', 'method', 'route', 'person', 'status', 'code', 'ms', 'msg'])
    expect(log()).to.not.include('王小明')
  })
})
