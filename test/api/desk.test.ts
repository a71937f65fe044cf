import { connect } from 'node:net'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { FastifyInstance } from 'fastify'
import { complaintDraft } from '../../ledger/complaint.ts'
import { outflowDraft, stepDraft } from '../../ledger/drafts.ts'
import { dayAt } from '../../ledger/day.ts'
import { Fen } from '../../ledger/fen.ts'
import { ROLES } from '../../ledger/words.ts'
import { freshRef, paperOf, signedBy, sitDown, sittingWith, type Sitting } from './desks.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

describe('The desk under /v1/desk', function () {
  this.timeout(60_000)
  let world: World
  let app: FastifyInstance
  let log: () => string
  let time = 0
  before(async () => {
    world = await openWorld()
    time = Date.now() / 1000
    const served = await serveWorld(world, { publicUrl: 'https://book.example.org', now: () => time })
    app = served.app
    log = served.log
    world.follow()
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const challenge = async (address: string) =>
    (await app.inject({ method: 'POST', url: '/v1/desk/challenge', payload: { address: address.toLowerCase() } })).json().message as string
  const enter = async (message: string, signature: string) => {
    const answer = await app.inject({ method: 'POST', url: '/v1/desk/session', payload: { message, signature } })
    return { status: answer.statusCode, body: answer.json(), cookie: String(answer.headers['set-cookie']) }
  }
  const mirrored = async () => {
    const { number } = world.chain.head()
    while ((world.reader.head()?.block ?? 0) < number) await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const payment = (title = '口罩') => paperOf(outflowDraft({ kind: 'Payment', amount: Fen(100n), title }, { payee: '某某商店' }))
  const proposal = (paper: string) => ({ contract: 'ledger', name: 'proposePayment', args: [1, 100n, freshRef(), paper] }) as const

  describe('at the door', () => {
    it('asks for a signature in the frame of EIP-4361, with the site, the book and the time it is good for', async () => {
      const message = await challenge(world.wallets.APPROVER.address)

      expect(message.split('\n')).to.have.length(11)
      expect(message).to.match(/^book\.example\.org wants you to sign in with your Ethereum account:\n0x[0-9a-f]{40}\n\n登录明账办公台：[^\n]+\n\nURI: https:\/\/book\.example\.org\/desk\nVersion: 1\nChain ID: 20200129\nNonce: [0-9a-f]{24}\nIssued At: [^\n]+Z\nExpiration Time: [^\n]+Z$/)
    })

    it('gives a cookie that no script reads and no other site sends', async () => {
      const wallet = world.wallets.APPROVER
      const message = await challenge(wallet.address)
      const { status, body, cookie } = await enter(message, await wallet.signMessage(message))

      expect(status).to.equal(200)
      expect(body).to.deep.include({ key: wallet.address.toLowerCase(), roles: ['APPROVER'] })
      expect(cookie).to.match(/^mz_desk=[\w-]{43}; Path=\/v1\/desk; HttpOnly; Secure; SameSite=Strict$/)
    })

    it('takes a challenge once', async () => {
      const wallet = world.wallets.APPROVER
      const message = await challenge(wallet.address)
      const signature = await wallet.signMessage(message)
      await enter(message, signature)

      expect(await enter(message, signature)).to.deep.include({ status: 401 })
    })

    it('refuses a challenge that is over, one of its own making, and another signer', async () => {
      const { APPROVER, CASHIER } = world.wallets
      const old = await challenge(APPROVER.address)
      time += 301
      const over = await enter(old, await APPROVER.signMessage(old))
      const made = (await challenge(APPROVER.address)).replace('/desk', '/elsewhere')
      const own = await enter(made, await APPROVER.signMessage(made))
      const theirs = await challenge(APPROVER.address)
      const other = await enter(theirs, await CASHIER.signMessage(theirs))
      const none = await enter(await challenge(APPROVER.address), '0x1234')

      expect([over.body.code, own.body.code, other.body.code, none.body.code]).to.deep.equal(['CHALLENGE_OVER', 'CHALLENGE_OVER', 'SIGNER_OTHER', 'SIGNATURE_MALFORMED'])
    })

    it('is shut to a key that speaks for nobody', async () => {
      const wallet = Wallet.createRandom()
      const message = await challenge(wallet.address)
      const { status, body } = await enter(message, await wallet.signMessage(message))

      expect([status, body.code, body.facts.key]).to.deep.equal([403, 'KEY_UNKNOWN', wallet.address.toLowerCase()])
    })

    it('asks whoever has no session to sign in, on every route', async () => {
      const nobody = sittingWith(app, 'mz_desk=guessed')
      const hash = `0x${'1'.repeat(64)}`
      const answers = [
        await nobody.get('/v1/desk'), await nobody.get(`/v1/desk/papers/${hash}`), await nobody.post('/v1/desk/rehearsals', { contract: 'ledger', data: '0x' }),
        await nobody.post('/v1/desk/acts', { rawTransaction: '0x', papers: [] }), await nobody.post('/v1/desk/refs', { kind: 'Bank', way: 'out', reference: '1' }),
      ]

      expect(answers.map(({ status, body }) => `${status} ${body.code}`)).to.deep.equal(Array(5).fill('401 SIGNED_OUT'))
    })
  })

  describe('to whoever has not signed in', () => {
    const send = async (url: string, payload: string, headers: Record<string, string> = {}) => {
      const answer = await app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } })
      return `${answer.statusCode} ${answer.json().code}`
    }

    for (const path of ['acts', 'rehearsals', 'refs', 'gifts', 'gifts/look', 'gifts/links', 'bank/lines', 'bank/matches', 'bank/1/refs', 'documents'])
      it(`reads nothing of what they send to /v1/desk/${path}`, async () => {
        const answers = [await send(`/v1/desk/${path}`, '{ no JSON'), await send(`/v1/desk/${path}`, `"${'x'.repeat(9_000_000)}"`, { cookie: 'mz_desk=guessed' })]

        expect(answers).to.deep.equal(['401 SIGNED_OUT', '401 SIGNED_OUT'])
      })

    it('answers before the body has come', async () => {
      const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
      const answered = await new Promise<string>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => void socket.write('POST /v1/desk/gifts/look HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7999999\r\n\r\n{'))
        socket.once('data', (bytes) => {
          socket.destroy()
          resolve(String(bytes).split('\r\n')[0] ?? '')
        }).once('error', reject)
      })

      expect(answered).to.equal('HTTP/1.1 401 Unauthorized')
    })

    it('takes no more than 16 kB where they sign in', async () => {
      const long = JSON.stringify({ address: 'x'.repeat(16 * 1024) })

      expect([await send('/v1/desk/challenge', long), await send('/v1/desk/session', long)]).to.deep.equal(['413 TOO_LARGE', '413 TOO_LARGE'])
    })
  })

  describe('to whoever has signed in', () => {
    let approver: Sitting
    let accountant: Sitting
    beforeEach(async () => {
      approver = await sitDown(app, world.wallets.APPROVER)
      accountant = await sitDown(app, world.wallets.ACCOUNTANT)
    })

    it('tells who they are and what waits for them, and nothing may be kept of it', async () => {
      const { body, headers } = await approver.get('/v1/desk')

      expect(body.staff.roles).to.deep.equal(['APPROVER'])
      expect(body.inbox.map(({ kind, light }: { kind: string; light: string }) => [kind, light])).to.deep.include(['approve', 'green'])
      expect(headers['cache-control']).to.equal('no-store')
    })

    it('lists nothing for whoever proposed it', async () => {
      const { body } = await accountant.get('/v1/desk')

      expect(body.inbox.filter(({ kind }: { kind: string }) => kind === 'approve')).to.deep.equal([])
    })

    it('turns the light with the days that something waits', async () => {
      const lights = async () => (await (await sitDown(app, world.wallets.APPROVER)).get('/v1/desk')).body.inbox.map(({ light }: { light: string }) => light)
      const now = time
      time = now + 4 * 86_400
      const later = await lights()
      time = now + 8 * 86_400
      const late = await lights()
      time = now

      expect([new Set(later), new Set(late)]).to.deep.equal([new Set(['yellow']), new Set(['red'])])
    })

    it('opens private fields to the roles that may read them', async () => {
      const paper = world.reader.outflow(1, 1)?.paper
      const gift = world.vault.giftOf(world.links[0]?.code as never)?.paper
      const [ofPayment, ofGift] = [await approver.get(`/v1/desk/papers/${paper}`), await approver.get(`/v1/desk/papers/${gift}`)]
      const forAccountant = await accountant.get(`/v1/desk/papers/${gift}`)

      expect(ofPayment.body.opened.payee.value).to.equal('某某商店')
      expect([ofGift.status, ofGift.body.opened]).to.deep.equal([200, undefined])
      expect(forAccountant.body.opened.donor.value).to.equal('欧阳明月')
      expect((await approver.get(`/v1/desk/papers/0x${'1'.repeat(64)}`)).body.code).to.equal('PAPER_UNKNOWN')
    })

    it('opens no complaint in the register, though somebody enrolled a person with its paper', async () => {
      const complaint = paperOf(complaintDraft({ community: 1, fund: 1, outflow: 0 }, { text: '有人拿回扣', name: '匿名居民' }))
      world.vault.putPaper(complaint)
      await world.acts.act('REGISTRAR', 'enrol', [Wallet.createRandom().address, complaint.hash], 'people')
      await mirrored()
      const [registrar, respondent] = [await sitDown(app, world.wallets.REGISTRAR), await sitDown(app, world.wallets.RESPONDENT)]

      const { people } = (await registrar.get('/v1/desk/people')).body

      expect(people.at(-1)).to.not.have.property('name')
      expect(JSON.stringify(people)).to.not.include('匿名居民')
      expect((await registrar.get(`/v1/desk/papers/${complaint.hash}`)).body.opened).to.equal(undefined)
      expect((await respondent.get(`/v1/desk/papers/${complaint.hash}`)).body.opened.name.value).to.equal('匿名居民')
    })

    it('shows a paper of the kind “constructor”, and opens it to nobody', async () => {
      const { paper, opened, hash } = paperOf({ kind: 'constructor', public: { title: '奇怪的种类' }, private: { payee: '某某商店' } })
      world.vault.putPaper({ paper, opened })

      const { status, body } = await accountant.get(`/v1/desk/papers/${hash}`)

      expect([status, body]).to.deep.equal([200, { state: 'kept', paper }])
    })

    it('refuses what other sites send for them', async () => {
      const { status, body } = await accountant.post('/v1/desk/refs', { kind: 'Bank', way: 'out', reference: '1' }, { 'sec-fetch-site': 'cross-site' })

      expect([status, body.code]).to.deep.equal([403, 'OTHER_SITE'])
    })

    it('gives the same ref for the same bank number as the command line, and says where it stands', async () => {
      const { body } = await accountant.post('/v1/desk/refs', { kind: 'Bank', way: 'out', reference: ' Ａ1 ' })
      const again = await accountant.post('/v1/desk/refs', { kind: 'Bank', way: 'out', reference: 'A1' })

      expect(body).to.deep.equal(again.body)
      expect(body.ref).to.match(/^0x[0-9a-f]{64}$/)
    })

    it('writes their number into the log, and nothing else of them', async () => {
      await accountant.get('/v1/desk')
      const lines = log().trim().split('\n').map((line) => JSON.parse(line)).filter(({ route }) => route === '/v1/desk')

      expect(lines.at(-1)).to.deep.include({ method: 'GET', status: 200, person: 4 })
      expect(log()).to.not.include('欧阳明月').and.not.include('某某商店').and.not.include(accountant.cookie.slice(8))
    })

    it('signs them out after half an hour in which they did nothing', async () => {
      const idle = await sitDown(app, world.wallets.CASHIER)
      time += 29 * 60
      const within = await idle.get('/v1/desk')
      time += 31 * 60
      const after = await idle.get('/v1/desk')

      expect([within.status, after.status]).to.deep.equal([200, 401])
    })

    it('lets them leave', async () => {
      const leaving = await sitDown(app, world.wallets.CASHIER)
      const left = await app.inject({ method: 'DELETE', url: '/v1/desk/session', headers: { cookie: leaving.cookie } })

      expect([left.statusCode, (await leaving.get('/v1/desk')).status]).to.deep.equal([204, 401])
    })
  })

  describe('for what is signed', () => {
    let accountant: Sitting
    let approver: Sitting
    before(async () => {
      accountant = await sitDown(app, world.wallets.ACCOUNTANT)
      approver = await sitDown(app, world.wallets.APPROVER)
    })

    it('asks the contract first, and gives the nonce to sign with', async () => {
      const { hash } = payment()
      const { encodeAct } = await import('../../ledger/acts.ts')
      const data = encodeAct(proposal(hash))
      const allowed = await accountant.post('/v1/desk/rehearsals', { contract: 'ledger', data })
      const refused = await approver.post('/v1/desk/rehearsals', { contract: 'ledger', data })

      expect(allowed.body.nonce).to.be.a('number')
      expect([refused.status, refused.body.code]).to.deep.equal([422, 'ACCESS_MANAGED_UNAUTHORIZED'])
    })

    it('puts the paper into the vault and the act into the book, and tells what it became', async () => {
      const { paper, opened, hash } = payment()
      const rawTransaction = await signedBy(world, world.wallets.ACCOUNTANT, proposal(hash))
      const { status, body } = await accountant.post('/v1/desk/acts', { rawTransaction, papers: [{ paper, opened }] })

      expect(status).to.equal(200)
      expect(body.events[0]).to.deep.include({ name: 'PaymentProposed', fund: 1, amount: '100', paper: hash })
      expect(world.vault.fieldsOf(hash)?.['payee']?.value).to.equal('某某商店')
      expect(world.reader.outflow(1, body.events[0].outflow)?.paper).to.equal(hash)
    })

    it('gives the same answer when the same bytes come twice', async () => {
      const { paper, opened, hash } = payment()
      const body = { rawTransaction: await signedBy(world, world.wallets.ACCOUNTANT, proposal(hash)), papers: [{ paper, opened }] }
      const [first, second] = [await accountant.post('/v1/desk/acts', body), await accountant.post('/v1/desk/acts', body)]

      expect(second).to.deep.equal(first)
    })

    it('keeps nothing of what the contract refuses', async () => {
      const { paper, opened, hash } = payment()
      const rawTransaction = await signedBy(world, world.wallets.APPROVER, proposal(hash))
      const { status, body } = await approver.post('/v1/desk/acts', { rawTransaction, papers: [{ paper, opened }] })

      expect([status, body.code]).to.deep.equal([422, 'ACCESS_MANAGED_UNAUTHORIZED'])
      expect(world.vault.hasPaper(hash)).to.equal(false)
    })

    it('takes no act of another key than the one that sits there', async () => {
      const { paper, opened, hash } = payment()
      const rawTransaction = await signedBy(world, world.wallets.ACCOUNTANT, proposal(hash))
      const { status, body } = await approver.post('/v1/desk/acts', { rawTransaction, papers: [{ paper, opened }] })

      expect([status, body.code]).to.deep.equal([403, 'SIGNER_OTHER'])
      expect(world.vault.hasPaper(hash)).to.equal(false)
    })

    it('takes no paper that the act does not name, nor one whose fields are not what it committed to', async () => {
      const [named, other] = [payment(), payment('别的')]
      const rawTransaction = await signedBy(world, world.wallets.ACCOUNTANT, proposal(named.hash))
      const strange = await accountant.post('/v1/desk/acts', { rawTransaction, papers: [{ paper: other.paper, opened: other.opened }] })
      const forged = { payee: { ...named.opened['payee'], value: '另一家' } }
      const changed = await accountant.post('/v1/desk/acts', { rawTransaction, papers: [{ paper: named.paper, opened: forged }] })

      expect([strange.body.code, changed.body.code]).to.deep.equal(['PAPER_OTHER', 'PAPER_NOT_IN_ORDER'])
      expect(world.reader.outflowOfRef(named.hash)).to.equal(undefined)
    })

    it('counts at once that a key was retired', async () => {
      const { paper, hash, opened } = paperOf(stepDraft({ kind: 'approval', fund: 1, outflow: 1, on: dayAt(time) }))
      const raw = await signedBy(world, world.wallets.ACCEPTER, { contract: 'ledger', name: 'acceptPayment', args: [1, 1, hash] })
      const accepter = await sitDown(app, world.wallets.ACCEPTER)
      await world.acts.act('REGISTRAR', 'retireKey', [world.wallets.ACCEPTER.address, hash], 'people')
      await world.mirrorAll().catch(() => undefined)
      while (world.reader.personOf(world.wallets.ACCEPTER.address.toLowerCase() as never) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20))
      const answers = [await accepter.get('/v1/desk'), await accepter.post('/v1/desk/acts', { rawTransaction: raw, papers: [{ paper, opened }] })]

      expect(answers.map(({ status, body }) => [status, body.code])).to.deep.equal([[403, 'KEY_UNKNOWN'], [403, 'KEY_UNKNOWN']])
    })

    it('tells the council, and nobody else, which roles a retirement or a dismissal left without anybody, until they are given anew', async () => {
      const [council, registrar] = [await sitDown(app, world.wallets.COUNCIL), await sitDown(app, world.wallets.REGISTRAR)]
      const vacant = async (by = council) => {
        await world.mirrorAll()
        return (await by.get('/v1/desk')).body.inbox.filter(({ kind }: { kind: string }) => kind === 'vacant')
      }
      const told = (items: any[]) => items.map(({ title, count, light }) => [title, count, light])
      const retired = await vacant()
      const before = (await app.inject('/complain')).body
      // A block's time is in whole seconds.
      await new Promise((resolve) => setTimeout(resolve, 1_100))
      await world.acts.act('COUNCIL', 'revokeRole', [ROLES.indexOf('RESPONDENT'), world.wallets.RESPONDENT.address], 'charter')
      const dismissed = await vacant()
      const toldOthers = await vacant(registrar)
      await world.acts.act('COUNCIL', 'grantRole', [ROLES.indexOf('ACCEPTER'), world.wallets.STEWARD.address, 0], 'charter')
      const given = await vacant()

      // What waits longest says how long.
      expect(dismissed[0].since).to.equal(retired[0].since).and.be.below(given[0].since)
      expect(told(retired)).to.deep.equal([[{ zh: '验收人', en: 'accepter' }, 1, 'green']])
      expect(told(dismissed)).to.deep.equal([[{ zh: '验收人、接诉人', en: 'accepter, respondent' }, 2, 'green']])
      expect(toldOthers).to.deep.equal([])
      expect(before).to.not.include('现在没有接诉人')
      expect((await app.inject('/complain')).body).to.include('现在没有接诉人')
      expect(told(given)).to.deep.equal([[{ zh: '接诉人', en: 'respondent' }, 1, 'green']])
    })
  })
})
