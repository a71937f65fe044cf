import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { FastifyInstance } from 'fastify'
import { actOf } from '../../api/logged.ts'
import { paperMessage } from '../../api/routes/papers.ts'
import { encodeAct, type Act } from '../../ledger/acts.ts'
import { matchingDraft } from '../../ledger/bankDrafts.ts'
import { complaintDraft } from '../../ledger/complaint.ts'
import { parseDay } from '../../ledger/day.ts'
import { inflowDraft, outflowDraft, stepDraft } from '../../ledger/drafts.ts'
import { Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { REASONS, ROLES, type Role } from '../../ledger/words.ts'
import { freshRef, paperOf, signedBy, sitDown, sittingWith, type Sitting } from './desks.ts'
import { GENEROUS, serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

const DAY = parseDay('2020-02-11')

/** Those who founded the book have their numbers in this order. */
const personOf = (role: Role) => ROLES.indexOf(role) + 1

describe('The log of staff', function () {
  this.timeout(60_000)
  let world: World
  let app: FastifyInstance
  let log: () => string
  let time = 0
  const at = {} as Record<Role, Sitting>
  /** What was sent and must be in no line. */
  const sent: string[] = []
  before(async () => {
    world = await openWorld()
    time = Date.now() / 1000
    ;({ app, log } = await serveWorld(world, { now: () => time }))
    world.follow()
    for (const role of ['ACCOUNTANT', 'APPROVER', 'COUNCIL'] as const) at[role] = await sitDown(app, world.wallets[role])
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  /** The newest line, without what every request has of its own. */
  const newest = (read = log) => {
    const { level, time: _, reqId: __, ms, msg, ...said } = JSON.parse(read().trim().split('\n').at(-1) ?? '')
    expect([level, typeof ms, msg]).to.deep.equal([30, 'number', 'answered'])
    return said
  }
  const challenge = async (address: string): Promise<string> =>
    (await app.inject({ method: 'POST', url: '/v1/desk/challenge', payload: { address: address.toLowerCase() } })).json().message
  const enter = async (message: string, signature: string) => {
    sent.push(signature)
    await app.inject({ method: 'POST', url: '/v1/desk/session', payload: { message, signature } })
    return newest()
  }
  const sign = async (role: Role, act: Act) => {
    const raw = await signedBy(world, world.wallets[role], act)
    sent.push(raw)
    return raw
  }
  const bring = async (role: Role, act: Act, papers: readonly ReturnType<typeof paperOf>[], by = role) => {
    await at[role].post('/v1/desk/acts', { rawTransaction: await sign(by, act), papers: papers.map(({ paper, opened }) => ({ paper, opened })) })
    return newest()
  }
  const mirrored = async () => {
    while ((world.reader.head()?.block ?? 0) < world.chain.head().number) await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const step = (kind: 'approval' | 'rejection', outflow: number) => paperOf(stepDraft({ kind, fund: 1, outflow, on: DAY }))
  /** A payment that waits for approval. */
  const proposed = async () => {
    await world.acts.propose(1, '1', { title: '口罩一箱' })
    await mirrored()
    return world.reader.fund(1)?.outflows ?? 0
  }
  const approval = (outflow: number, paper: Hex): Act =>
    ({ contract: 'ledger', name: 'approvePayment', args: [1, outflow, 100n, world.reader.outflow(1, outflow)?.paper, paper] })
  const SESSION = { method: 'POST', route: '/v1/desk/session' }
  const ACTS = { method: 'POST', route: '/v1/desk/acts' }

  describe('says who', () => {
    it('signed in, and signed out', async () => {
      const cashier = await sitDown(app, world.wallets.CASHIER)
      const entered = newest()
      await app.inject({ method: 'DELETE', url: '/v1/desk/session', headers: { cookie: cashier.cookie } })
      sent.push(cashier.cookie.slice('mz_desk='.length))

      expect(entered).to.deep.equal({ ...SESSION, person: personOf('CASHIER'), status: 200 })
      expect(newest()).to.deep.equal({ method: 'DELETE', route: '/v1/desk/session', person: personOf('CASHIER'), status: 204 })
    })

    it('was refused because the key that signed is another, and nobody where no key of the book signed', async () => {
      const [theirs, none] = [await challenge(world.wallets.APPROVER.address), await challenge(world.wallets.APPROVER.address)]

      expect(await enter(theirs, await world.wallets.CASHIER.signMessage(theirs)))
        .to.deep.equal({ ...SESSION, person: personOf('CASHIER'), status: 401, code: 'SIGNER_OTHER' })
      expect(await enter(none, '0x1234')).to.deep.equal({ ...SESSION, status: 401, code: 'SIGNATURE_MALFORMED' })
      expect(await enter('no challenge', '0x1234')).to.deep.equal({ ...SESSION, status: 401, code: 'CHALLENGE_OVER' })
    })

    it('had a key that was retired, and of a key that the book never had that it is unknown', async () => {
      const { address } = world.wallets.ACCEPTER
      const accepter = await sitDown(app, world.wallets.ACCEPTER)
      await world.acts.act('REGISTRAR', 'retireKey', [address, freshRef()], 'people')
      await mirrored()
      await accepter.get('/v1/desk')
      const within = newest()
      const stranger = Wallet.createRandom()
      const [retired, unknown] = [await challenge(address), await challenge(stranger.address)]

      expect(within).to.deep.equal({ method: 'GET', route: '/v1/desk', person: personOf('ACCEPTER'), status: 403, code: 'KEY_UNKNOWN' })
      expect(await enter(retired, await world.wallets.ACCEPTER.signMessage(retired)))
        .to.deep.equal({ ...SESSION, person: personOf('ACCEPTER'), status: 403, code: 'KEY_UNKNOWN' })
      expect(await enter(unknown, await stranger.signMessage(unknown))).to.deep.equal({ ...SESSION, status: 403, code: 'KEY_UNKNOWN' })
      expect(log().toLowerCase()).to.not.include(stranger.address.toLowerCase())
    })

    it('came too late, from another site, or too often', async () => {
      const idle = await sitDown(app, world.wallets.CASHIER)
      time += 31 * 60
      await idle.get('/v1/desk')
      const late = newest()
      time -= 31 * 60
      await at.ACCOUNTANT.post('/v1/desk/refs', {}, { 'sec-fetch-site': 'cross-site' })
      const elsewhere = newest()
      const hurried = await serveWorld(world, { limits: { ...GENEROUS, writes: 1 } })
      const often = await sitDown(hurried.app, world.wallets.APPROVER)
      for (const _ of [1, 2]) await often.post('/v1/desk/invoices', { number: '1' })
      await hurried.app.close()

      expect(late).to.deep.include({ person: personOf('CASHIER'), status: 401, code: 'SIGNED_OUT' })
      expect(elsewhere).to.deep.include({ person: personOf('ACCOUNTANT'), status: 403, code: 'OTHER_SITE' })
      expect(newest(hurried.log)).to.deep.include({ person: personOf('APPROVER'), status: 429, code: 'TOO_MANY_REQUESTS' })
    })

    it('guessed a cookie: nobody, whatever they bring', async () => {
      const guessing = sittingWith(app, 'mz_desk=guessed')
      await guessing.get('/v1/desk')
      const looking = newest()
      await guessing.post('/v1/desk/session', { rawTransaction: await sign('CASHIER', approval(1, freshRef())) })

      expect(looking).to.deep.equal({ method: 'GET', route: '/v1/desk', status: 401, code: 'SIGNED_OUT' })
      expect(newest()).to.deep.equal({ ...SESSION, status: 400, code: 'INVALID' })
    })

    it('not of public reads, whoever sits at the desk meanwhile', async () => {
      await app.inject({ url: '/v1/funds', headers: { cookie: at.ACCOUNTANT.cookie } })

      expect(newest()).to.deep.equal({ method: 'GET', route: '/v1/funds', status: 200 })
    })
  })

  describe('says what', () => {
    it('was approved, and what was rejected', async () => {
      const first = await proposed()
      const second = await proposed()
      const [agreed, refused] = [step('approval', first), step('rejection', second)]
      const approved = await bring('APPROVER', approval(first, agreed.hash), [agreed])
      const rejection: Act = { contract: 'ledger', name: 'rejectPayment', args: [1, second, REASONS.indexOf('OutsidePurpose'), refused.hash] }
      const rejected = await bring('APPROVER', rejection, [refused])

      expect(approved).to.deep.equal({ ...ACTS, person: personOf('APPROVER'), act: { name: 'approvePayment', fund: 1, outflow: first }, status: 200 })
      expect(rejected).to.deep.equal({ ...ACTS, person: personOf('APPROVER'), act: { name: 'rejectPayment', fund: 1, outflow: second }, status: 200 })
    })

    it('the contract refused, what another key signed, and what lacks its paper', async () => {
      const outflow = await proposed()
      const paper = step('approval', outflow)
      const act = { name: 'approvePayment', fund: 1, outflow }
      const [contract, other, bare] = [
        await bring('ACCOUNTANT', approval(outflow, paper.hash), [paper]), await bring('ACCOUNTANT', approval(outflow, paper.hash), [paper], 'APPROVER'),
        await bring('APPROVER', approval(outflow, paper.hash), []),
      ]

      expect(contract).to.deep.equal({ ...ACTS, person: personOf('ACCOUNTANT'), act, status: 422, code: 'ACCESS_MANAGED_UNAUTHORIZED' })
      expect(other).to.deep.equal({ ...ACTS, person: personOf('ACCOUNTANT'), act, status: 403, code: 'SIGNER_OTHER' })
      expect(bare).to.deep.equal({ ...ACTS, person: personOf('APPROVER'), act, status: 422, code: 'PAPER_MISSING' })
    })

    it('was brought whose form is not in order, and no act of bytes that are none', async () => {
      const outflow = await proposed()
      const rawTransaction = await sign('APPROVER', approval(outflow, freshRef()))
      await at.APPROVER.post('/v1/desk/acts', { rawTransaction, passphrase: 'correct horse' })
      const formless = newest()
      await at.APPROVER.post('/v1/desk/acts', { rawTransaction: '0x1234', papers: [] })

      expect(formless).to.deep.equal({ ...ACTS, person: personOf('APPROVER'), act: { name: 'approvePayment', fund: 1, outflow }, status: 400, code: 'INVALID' })
      expect(newest()).to.deep.equal({ ...ACTS, person: personOf('APPROVER'), status: 400, code: 'NOT_A_TRANSACTION' })
    })

    it('was rehearsed: a dismissal, and a proposal that is another’s to make', async () => {
      const rehearse = async (role: Role, { contract, ...act }: Act) => {
        await at[role].post('/v1/desk/rehearsals', { contract, data: encodeAct({ contract, ...act }) })
        return newest()
      }
      const dismissal = await rehearse('COUNCIL', { contract: 'charter', name: 'revokeRole', args: [ROLES.indexOf('CASHIER'), world.wallets.CASHIER.address] })
      const proposal = await rehearse('APPROVER', { contract: 'ledger', name: 'proposePayment', args: [1, 100n, freshRef(), freshRef()] })

      expect(dismissal).to.deep.equal({ method: 'POST', route: '/v1/desk/rehearsals', person: personOf('COUNCIL'), act: { name: 'revokeRole' }, status: 200 })
      expect(proposal).to.deep.include({ person: personOf('APPROVER'), act: { name: 'proposePayment', fund: 1 }, code: 'ACCESS_MANAGED_UNAUTHORIZED' })
    })

    it('came with gifts and with matches, also of those who may not bring them', async () => {
      const gift = paperOf(inflowDraft({ source: 'Donation', effectiveOn: DAY, amount: Fen(100n) }, { donor: '皇甫端' }))
      const [ref, matching] = [freshRef(), paperOf(matchingDraft({ account: 7, on: DAY, by: 'hand', count: 1 }))]
      const rawTransaction = await sign('ACCOUNTANT', {
        contract: 'ledger', name: 'recordInflows', args: [1, world.reader.fund(1)?.received, 1, DAY, [{ ref, amount: 100n, paper: gift.hash }]],
      })
      const body = { rawTransaction, fund: 1, gifts: [{ ref, amount: '100', paper: gift.paper, opened: gift.opened }] }
      await at.APPROVER.post('/v1/desk/gifts', body)
      const forbidden = newest()
      await at.ACCOUNTANT.post('/v1/desk/gifts', body)
      const recorded = newest()
      await at.ACCOUNTANT.post('/v1/desk/bank/matches', {
        rawTransaction: await sign('ACCOUNTANT', { contract: 'bank', name: 'matchLines', args: [7, [[1, 1, true, 1, 1n]], matching.hash] }),
        papers: [{ paper: matching.paper, opened: matching.opened }],
      })

      expect(forbidden).to.deep.include({ person: personOf('APPROVER'), act: { name: 'recordInflows', fund: 1 }, code: 'ROLE_MISSING' })
      expect(recorded).to.deep.include({ person: personOf('ACCOUNTANT'), act: { name: 'recordInflows', fund: 1 }, status: 200 })
      expect(newest()).to.deep.include({ person: personOf('ACCOUNTANT'), act: { name: 'matchLines', account: 7 }, status: 422 })
    })
  })

  describe('of what is signed without a session', () => {
    const send = async (rawTransaction: Hex) => {
      sent.push(rawTransaction)
      await app.inject({ method: 'POST', url: '/v1/transactions', payload: { rawTransaction } })
      return newest()
    }
    const TRANSACTIONS = { method: 'POST', route: '/v1/transactions' }

    it('names the person and the act, also of what is refused', async () => {
      const outflow = await proposed()
      const act = { name: 'approvePayment', fund: 1, outflow }
      const [taken, refused] = [await sign('APPROVER', approval(outflow, freshRef())), await sign('ACCOUNTANT', approval(outflow, freshRef()))]

      expect(await send(refused)).to.deep.equal({ ...TRANSACTIONS, person: personOf('ACCOUNTANT'), act, status: 422, code: 'ACCESS_MANAGED_UNAUTHORIZED' })
      expect(await send(taken)).to.deep.equal({ ...TRANSACTIONS, person: personOf('APPROVER'), act, status: 202 })
    })

    it('tells nothing of strangers, nor of complaints, whoever files them', async () => {
      const complaint = paperOf(complaintDraft({ community: 1, fund: 1, outflow: 0 }, { text: '有人拿回扣', name: '匿名居民' }))
      const act: Act = { contract: 'audit', name: 'fileComplaint', args: [1, 1, 0, complaint.hash] }
      const skipping: Act = { contract: 'ledger', name: 'skip', args: [1, 5] }
      const stranger = new Wallet(Wallet.createRandom().privateKey)

      expect(await send(await signedBy(world, stranger, skipping))).to.deep.equal({ ...TRANSACTIONS, status: 422, code: 'NOTHING_TO_SKIP' })
      expect(await send(await signedBy(world, world.wallets.CASHIER, act))).to.deep.equal({ ...TRANSACTIONS, status: 202 })
    })

    it('names who brings a paper', async () => {
      const bringPaper = async (wallet: { signMessage(text: string): Promise<string> }) => {
        const { paper, opened, hash } = paperOf(outflowDraft({ kind: 'Payment', amount: Fen(100n), title: '口罩一箱' }, { payee: '某某商店' }))
        const now = Math.floor(Date.now() / 1000)
        const signature = await wallet.signMessage(paperMessage(hash, world.anchor.chainId, now))
        sent.push(signature)
        await app.inject({ method: 'POST', url: '/v1/papers', payload: { paper, opened }, headers: { 'x-mz-time': String(now), 'x-mz-signature': signature } })
        return newest()
      }

      expect(await bringPaper(world.wallets.ACCOUNTANT)).to.deep.equal({ method: 'POST', route: '/v1/papers', person: personOf('ACCOUNTANT'), status: 201 })
      expect(await bringPaper(world.wallets.CASHIER)).to.deep.include({ person: personOf('CASHIER'), code: 'PAPER_OF_OTHERS' })
      expect(await bringPaper(Wallet.createRandom())).to.deep.equal({ method: 'POST', route: '/v1/papers', status: 403, code: 'KEY_UNKNOWN' })
    })
  })

  describe('in all of this', () => {
    it('holds no name, title, token, signature, signed transaction, passphrase or address of a key', () => {
      const keys = Object.values(world.wallets).map(({ address }) => address.toLowerCase())
      const secrets = [...sent, ...Object.values(at).map(({ cookie }) => cookie.slice('mz_desk='.length)), ...keys]
      const words = ['口罩一箱', '某某商店', '皇甫端', '匿名居民', '有人拿回扣', '欧阳明月', 'correct horse']
      const written = log().toLowerCase()

      expect(sent).to.have.length.above(15)
      expect([...secrets, ...words].filter((text) => written.includes(text.toLowerCase()))).to.deep.equal([])
    })
  })

  describe('calls an act', () => {
    const hash = freshRef()
    const voucher = [hash, DAY, hash]
    const acts: readonly (readonly [Act, object])[] = [
      [{ contract: 'ledger', name: 'executePayment', args: [3, 12, 100n, true, voucher] }, { fund: 3, outflow: 12 }],
      [{ contract: 'ledger', name: 'recordReturn', args: [3, 12, 4, 100n, voucher] }, { fund: 3, outflow: 12, toFund: 4 }],
      [{ contract: 'ledger', name: 'proposeTransfer', args: [3, 4, 100n, hash, hash] }, { fund: 3, toFund: 4 }],
      [{ contract: 'ledger', name: 'openFund', args: [[1, true, 0n, 9n, hash]] }, {}],
      [{ contract: 'bank', name: 'recordLines', args: [2, 7, DAY, 0n, 5n, [[hash, 5n, DAY, hash]], hash] }, { account: 2 }],
      [{ contract: 'bank', name: 'explainLine', args: [2, 7, 1, hash] }, { account: 2, line: 7 }],
      [{ contract: 'bank', name: 'unmatch', args: [2, 7, 1, hash] }, { account: 2, match: 7 }],
      [{ contract: 'audit', name: 'raiseFinding', args: [1, 4, DAY, hash] }, { owner: 4 }],
      [{ contract: 'audit', name: 'verifyFinding', args: [6, true, hash] }, { number: 6 }],
      [{ contract: 'people', name: 'addKey', args: [5, Wallet.createRandom().address, hash] }, { person: 5 }],
    ]
    for (const [act, numbers] of acts)
      it(`${act.name} with its numbers`, () => expect(actOf(encodeAct(act))).to.deep.equal({ name: act.name, ...numbers }))

    it('nothing that writes nothing, and takes no words that hide where a number stands', () => {
      const data = encodeAct({ contract: 'ledger', name: 'acceptPayment', args: [3, 12, hash] })
      const hiding = `${data.slice(0, 10)}${Buffer.from('某某商店的账号'.padEnd(10)).toString('hex').padStart(64, '0')}${data.slice(74)}`

      expect([actOf('0x'), actOf('acceptPayment'), actOf('0x12345678')]).to.deep.equal([undefined, undefined, undefined])
      expect(actOf(hiding)).to.deep.equal({ name: 'acceptPayment', outflow: 12 })
      expect(actOf(data.slice(0, 100))).to.deep.equal({ name: 'acceptPayment', fund: 3 })
    })
  })
})
