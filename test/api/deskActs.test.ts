import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { openActs } from '../../api/desk/acts.ts'
import { RpcError, type ChainClient } from '../../chain/client.ts'
import { matchingDraft } from '../../ledger/bankDrafts.ts'
import { complaintDraft } from '../../ledger/complaint.ts'
import { parseDay } from '../../ledger/day.ts'
import { inflowDraft, outflowDraft, personDraft, stepDraft } from '../../ledger/drafts.ts'
import { Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { Act } from '../../ledger/acts.ts'
import type { Role } from '../../ledger/words.ts'
import { freshRef, paperOf, signedBy, sitDown, type Sitting } from './desks.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

type Node = (method: string, params: readonly unknown[], ask: ChainClient['request']) => Promise<unknown>
type MadePaper = ReturnType<typeof paperOf>

const DAY = parseDay('2020-02-11')
const KEY = `0x${'77'.repeat(20)}`

describe('acts that are brought to the desk', function () {
  this.timeout(60_000)
  let world: World
  let app: FastifyInstance
  /** How the node behaves in this test. */
  let node: Node
  const at = {} as Record<Role, Sitting>
  before(async () => {
    world = await openWorld()
    const ask = world.chain.client.request.bind(world.chain.client)
    const client: ChainClient = { request: async (method, params = []) => await node(method, params, ask) }
    app = (await serveWorld({ ...world, chain: { ...world.chain, client } })).app
    world.follow()
  })
  beforeEach(async () => {
    node = async (method, params, ask) => await ask(method, params)
    for (const role of ['ACCOUNTANT', 'APPROVER', 'REGISTRAR', 'RESPONDENT'] as const) at[role] ??= await sitDown(app, world.wallets[role])
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const payment = (payee = '某某商店', amount = 100n) => paperOf(outflowDraft({ kind: 'Payment', amount: Fen(amount), title: '口罩' }, { payee }))
  const proposal = (paper: Hex, amount = 100n): Act => ({ contract: 'ledger', name: 'proposePayment', args: [1, amount, freshRef(), paper] })
  const sign = async (act: Act, role: Role = 'ACCOUNTANT') => await signedBy(world, world.wallets[role], act)
  const bring = async (rawTransaction: Hex, papers: readonly MadePaper[], role: Role = 'ACCOUNTANT') =>
    await at[role].post('/v1/desk/acts', { rawTransaction, papers: papers.map(({ paper, opened }) => ({ paper, opened })) })
  const isKept = ({ hash }: MadePaper) => world.vault.hasPaper(hash)
  /** A node that takes nothing. */
  const refusing: Node = async (method, params, ask) => {
    if (method === 'eth_sendRawTransaction') throw new RpcError(-32000, 'the pool is full')
    return await ask(method, params)
  }

  describe('and that the chain does not take', () => {
    it('leave no paper, and their documents wait as before', async () => {
      const sha256 = world.vault.stageDocument({ mediaType: 'application/pdf', bytes: Buffer.from('%PDF-1.7 an invoice'), original: freshRef() })
      const draft = outflowDraft({ kind: 'Payment', amount: Fen(100n), title: '口罩' }, { payee: '植入者' })
      const paper = paperOf({ ...draft, public: { ...draft.public, document1: sha256 } })
      const rawTransaction = await sign(proposal(paper.hash))
      node = refusing

      const { status, body } = await bring(rawTransaction, [paper])

      expect([status, body.code]).to.deep.equal([422, 'NOT_ACCEPTED'])
      expect(isKept(paper)).to.equal(false)
      expect(world.vault.papersWith('payee', '植入者')).to.deep.equal([])
      expect(world.vault.standingOf(sha256)).to.deep.equal({ staged: true, papers: [] })
    })

    it('leave no paper when the same key signed something else meanwhile, and say so', async () => {
      const paper = payment('植入者')
      const rawTransaction = await sign(proposal(paper.hash))
      const between = await sign(proposal(payment().hash))
      node = async (method, params, ask) => {
        if (method === 'eth_sendRawTransaction') await ask(method, [between])
        return await ask(method, params)
      }

      const { status, body } = await bring(rawTransaction, [paper])

      expect([status, body.code]).to.deep.equal([409, 'NONCE_WRONG'])
      expect(isKept(paper)).to.equal(false)
    })

    it('leave no paper when the book moved after it was asked, nor when the same bytes come again', async () => {
      const paper = payment('植入者')
      const rawTransaction = await sign(proposal(paper.hash), 'APPROVER')
      let asked = 0
      node = async (method, params, ask) => (method === 'eth_call' && asked++ === 0 ? '0x' : await ask(method, params))

      const answers = [await bring(rawTransaction, [paper], 'APPROVER'), await bring(rawTransaction, [paper], 'APPROVER')]

      expect(answers.map(({ status, body }) => [status, body.code])).to.deep.equal(Array(2).fill([422, 'ACCESS_MANAGED_UNAUTHORIZED']))
      expect(isKept(paper)).to.equal(false)
    })

    it('leave a paper that was there before', async () => {
      const paper = payment()
      world.vault.putPaper(paper)
      const rawTransaction = await sign(proposal(paper.hash))
      node = refusing

      await bring(rawTransaction, [paper])

      expect(isKept(paper)).to.equal(true)
    })

    it('leave a paper that another act has named meanwhile', async () => {
      const paper = payment()
      const [first, second] = [await sign(proposal(paper.hash)), await sign(proposal(paper.hash))]
      let refuse = (_: Error): void => undefined
      const sent = new Promise<void>((resolve) => {
        node = async (method, params, ask) => {
          if (method !== 'eth_sendRawTransaction' || params[0] !== first) return await ask(method, params)
          resolve()
          return await new Promise((_, reject) => (refuse = reject))
        }
      })
      const waiting = bring(first, [paper])
      await sent
      const taken = await bring(second, [paper])
      refuse(new RpcError(-32000, 'nonce too low'))

      expect([(await waiting).status, taken.status]).to.deep.equal([409, 200])
      expect(isKept(paper)).to.equal(true)
    })

    it('leave no gift, so that the donor’s line is as free as before', async () => {
      const line = ['2020-02-11', '植入者', '5000', '', '']
      const look = async () => (await at.ACCOUNTANT.post('/v1/desk/gifts/look', { fund: 1, gifts: [{ line, ordinal: 1 }] })).body
      const { received, gifts: [{ ref }] } = await look()
      const gift = paperOf(inflowDraft({ source: 'Donation', effectiveOn: DAY, amount: Fen(5000n) }, { donor: '植入者' }))
      const rawTransaction = await sign({ contract: 'ledger', name: 'recordInflows', args: [1, BigInt(received), 1, DAY, [{ ref, amount: 5000n, paper: gift.hash }]] })
      node = refusing

      const { status } = await at.ACCOUNTANT.post('/v1/desk/gifts', { rawTransaction, fund: 1, gifts: [{ ref, amount: '5000', paper: gift.paper, opened: gift.opened }] })

      expect(status).to.equal(422)
      expect((await look()).gifts).to.deep.equal([{ ref }])
      expect(isKept(gift)).to.equal(false)
      expect(world.vault.linkOf(1, ref)).to.equal(undefined)
    })
  })

  it('keep their paper when nobody knows whether they were sent, and stand in the book when the same bytes come again', async () => {
    const paper = payment()
    const rawTransaction = await sign(proposal(paper.hash))
    node = async (method, params, ask) => {
      if (method === 'eth_sendRawTransaction') throw new Error('socket hang up')
      return await ask(method, params)
    }
    const lost = await bring(rawTransaction, [paper])
    node = async (method, params, ask) => await ask(method, params)

    expect([lost.status, isKept(paper)]).to.deep.equal([500, true])
    expect((await bring(rawTransaction, [paper])).status).to.equal(200)
  })

  it('are taken once when they come twice at once, and keep their paper', async () => {
    const paper = payment()
    const rawTransaction = await sign(proposal(paper.hash))

    const [one, other] = await Promise.all([bring(rawTransaction, [paper]), bring(rawTransaction, [paper])])

    expect([one?.status, other?.body]).to.deep.equal([200, one?.body])
    expect(isKept(paper)).to.equal(true)
  })

  it('bring back a paper that the vault lost, of an act that stands in the book', async () => {
    const paper = payment()
    const rawTransaction = await sign(proposal(paper.hash))
    await world.chain.client.request('eth_sendRawTransaction', [rawTransaction])

    const { status } = await bring(rawTransaction, [paper])

    expect([status, isKept(paper)]).to.deep.equal([200, true])
  })

  describe('on a chain whose blocks take their time', () => {
    it('are answered when their block has come', async () => {
      const paper = payment()
      let asked = 0
      const rawTransaction = await sign(proposal(paper.hash))
      node = async (method, params, ask) => (method === 'eth_getTransactionReceipt' && asked++ < 2 ? null : await ask(method, params))

      const { status, body } = await bring(rawTransaction, [paper])

      expect([status, body.events[0].name, asked]).to.deep.equal([200, 'PaymentProposed', 3])
    })

    it('are answered with 504 when it does not come, and stand in the book when the same bytes come again', async () => {
      const paper = payment()
      const raw = await sign(proposal(paper.hash))
      let isLate = true
      const request: ChainClient['request'] = async (method, params) =>
        (method === 'eth_getTransactionReceipt' && isLate ? null : await world.chain.client.request(method, params))
      const acts = openActs({ ...world, client: { request }, patienceMs: 50 })
      const signed = acts.read({ person: 4, key: world.wallets.ACCOUNTANT.address.toLowerCase() as Hex, roles: [], pending: [] }, raw)
      const behind = { papers: [paper.hash], keep: () => world.vault.putPapers([paper]) }

      const late = await acts.record(signed, behind).catch((error: unknown) => error)
      isLate = false

      expect(late).to.deep.include({ status: 504, code: 'RECEIPT_LATE', facts: { transaction: signed.hash } })
      expect(isKept(paper)).to.equal(true)
      expect((await acts.record(signed, behind)).events[0]?.name).to.equal('PaymentProposed')
    })
  })

  describe('are held against their papers', () => {
    const refusal = async (act: Act, papers: readonly MadePaper[], role: Role = 'ACCOUNTANT') => {
      const { status, body } = await bring(await sign(act, role), papers, role)
      return { status, code: body.code, facts: body.facts, zh: body.zh }
    }

    it('which must be of a kind that the entry has', async () => {
      const paper = paperOf(personDraft({ office: '会计', voucher: '' }, '张三'))

      const { status, code, facts, zh } = await refusal(proposal(paper.hash), [paper])

      expect([status, code, facts]).to.deep.equal([422, 'PAPER_KIND_OTHER', { kind: 'person', wanted: 'payment' }])
      expect(zh).to.equal('proposePayment 的凭证应是 payment，而这一份是 person。')
      expect(isKept(paper)).to.equal(false)
    })

    it('also when the vault has it already: a complaint is nobody’s enrolment', async () => {
      const complaint = paperOf(complaintDraft({ community: 1, fund: 1, outflow: 0 }, { text: '有人拿回扣', name: '匿名居民' }))
      world.vault.putPaper(complaint)

      const { status, code } = await refusal({ contract: 'people', name: 'enrol', args: [KEY, complaint.hash] }, [], 'REGISTRAR')

      expect([status, code]).to.deep.equal([422, 'PAPER_KIND_OTHER'])
    })

    it('which must say the amount that is signed', async () => {
      const paper = payment('某某商店', 100n)

      const { status, code, facts } = await refusal(proposal(paper.hash, 10_000n), [paper])

      expect([status, code, facts]).to.deep.equal([422, 'AMOUNT_OTHER', { signed: '10000', paper: '100' }])
    })

    it('none of which may be missing, neither brought nor in the vault', async () => {
      const paper = payment()
      const act = proposal(paper.hash)

      expect(await refusal(act, [])).to.deep.include({ status: 422, code: 'PAPER_MISSING', facts: { paper: paper.hash } })
      world.vault.putPaper(paper)
      expect((await bring(await sign(act), [])).status).to.equal(200)
    })

    it('of which an approval’s is its own, and not the one that it agrees to', async () => {
      const proposed = payment()
      const { body } = await bring(await sign(proposal(proposed.hash)), [proposed])
      const { outflow } = body.events[0]
      const approval = paperOf(stepDraft({ kind: 'approval', fund: 1, outflow, on: DAY }))
      const act: Act = { contract: 'ledger', name: 'approvePayment', args: [1, outflow, 100n, proposed.hash, approval.hash] }

      expect(await refusal(act, [proposed], 'APPROVER')).to.deep.include({ status: 422, code: 'PAPER_OTHER' })
      expect((await bring(await sign(act, 'APPROVER'), [approval], 'APPROVER')).status).to.equal(200)
    })

    it('and must be an act of the contract that they are for', async () => {
      const paper = payment()
      const rawTransaction = await signedBy({ ...world, anchor: { ...world.anchor, contracts: { ...world.anchor.contracts, ledger: world.anchor.contracts.bank } } }, world.wallets.ACCOUNTANT, proposal(paper.hash))

      const { status, body } = await bring(rawTransaction, [paper])

      expect([status, body.code]).to.deep.equal([422, 'NO_ACT'])
    })
  })

  describe('are refused where another address looks closer', () => {
    const matching = paperOf(matchingDraft({ account: 1, on: DAY, by: 'hand', count: 1 }))
    const acts: [string, Act, string][] = [
      ['matches', { contract: 'bank', name: 'matchLines', args: [1, [[1, 1, false, 1, 1n]], matching.hash] }, '/v1/desk/bank/matches'],
      ['lines of a statement', { contract: 'bank', name: 'recordLines', args: [1, 1, DAY, 0n, 1n, [[freshRef(), 1n, DAY, matching.hash]], matching.hash] }, '/v1/desk/bank/lines'],
      ['gifts', { contract: 'ledger', name: 'recordInflows', args: [1, 0n, 1, DAY, [[freshRef(), 1n, matching.hash]]] }, '/v1/desk/gifts'],
      ['a resident’s complaint', { contract: 'audit', name: 'fileComplaint', args: [1, 1, 0, matching.hash] }, '/v1/transactions'],
    ]
    for (const [what, act, address] of acts)
      it(what, async () => {
        const { status, body } = await bring(await sign(act), [matching])

        expect([status, body.code, body.facts]).to.deep.equal([422, 'ACT_ELSEWHERE', { address }])
        expect(isKept(matching)).to.equal(false)
      })
  })
})
