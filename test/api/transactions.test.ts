import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { Transaction, Wallet } from 'ethers'
import { encodeAct, GAS_LIMIT, INTERFACES, signAct, signCall, type Act } from '../../ledger/acts.ts'
import { parseDay } from '../../ledger/day.ts'
import type { Hex } from '../../ledger/hex.ts'
import { freshRef } from './desks.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

const REF: Hex = `0x${'11'.repeat(32)}`
const PAPER: Hex = `0x${'22'.repeat(32)}`

describe('POST /v1/transactions', () => {
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

  const post = async (payload: unknown) => {
    const answer = await app.inject({ method: 'POST', url: '/v1/transactions', payload: payload as object })
    return { status: answer.statusCode, body: answer.json() }
  }
  const send = (rawTransaction: string) => post({ rawTransaction })
  const nonceOf = async (wallet: Wallet) => Number(await world.chain.client.request('eth_getTransactionCount', [wallet.address, 'latest']))
  const envelope = async (wallet: Wallet, changes: object = {}) => ({
    chainId: world.anchor.chainId, nonce: await nonceOf(wallet), to: world.anchor.contracts.ledger, gasLimit: GAS_LIMIT, ...changes,
  })
  const gift = (ref: Hex, expected: bigint, amount = 500n): Act => ({
    contract: 'ledger', name: 'recordInflows', args: [2, expected, 1, parseDay('2020-01-29'), [[ref, amount, PAPER]]],
  })
  const signed = async (act: Act, wallet = world.wallets.ACCOUNTANT, changes: object = {}) =>
    await signAct(wallet, act, await envelope(wallet, changes))

  it("answers the contract's own refusal as a code, a sentence in both languages, and its facts", async () => {
    const { status, body } = await send(await signed(gift(REF, 999n)))

    expect(status).to.equal(422)
    expect(body.code).to.equal('LINE_MOVED')
    expect(body.facts).to.deep.equal({ fund: '2', expected: '999', received: '1000' })
    expect(body.message).to.include('¥10.00')
    expect(body.zh).to.include('¥10.00')
  })

  it('answers who has no power to do it', async () => {
    const { status, body } = await send(await signed(gift(REF, 1000n), world.wallets.CASHIER))

    expect(status).to.equal(422)
    expect(body.code).to.equal('ACCESS_MANAGED_UNAUTHORIZED')
  })

  it('records nothing of what was refused', async () => {
    const before = world.chain.head().number

    await send(await signed(gift(REF, 1000n, 0n)))

    expect(world.chain.head().number).to.equal(before)
  })

  it('passes on what the contract accepts, and answers the same when it comes again', async () => {
    const raw = await signed(gift(REF, 1000n))

    const first = await send(raw)
    const again = await send(raw)

    expect(first.status).to.equal(202)
    expect(first.body).to.deep.equal({ transaction: Transaction.from(raw).hash })
    expect(again.status).to.equal(200)
    expect(again.body).to.deep.equal(first.body)
    const receipt = await world.chain.client.request('eth_getTransactionReceipt', [first.body.transaction])
    expect(Object(receipt).status).to.equal('0x1')
  })

  it('refuses a wrong nonce and names the right one', async () => {
    const next = await nonceOf(world.wallets.ACCOUNTANT)

    const { status, body } = await send(await signed(gift(PAPER, 1500n), world.wallets.ACCOUNTANT, { nonce: next + 3 }))

    expect(status).to.equal(409)
    expect(body.code).to.equal('NONCE_WRONG')
    expect(body.facts).to.deep.equal({ next: String(next), nonce: String(next + 3) })
  })

  it('refuses what is for another contract', async () => {
    const { status, body } = await send(await signed(gift(PAPER, 1500n), world.wallets.ACCOUNTANT, { to: `0x${'ab'.repeat(20)}` }))

    expect(status).to.equal(422)
    expect(body.code).to.equal('NOT_FOR_LEDGER')
  })

  it('refuses what would create a contract', async () => {
    const wallet = world.wallets.ACCOUNTANT
    const raw = await wallet.signTransaction({ type: 2, chainId: world.anchor.chainId, nonce: await nonceOf(wallet), data: '0x00', gasLimit: 100_000n, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n })

    expect((await send(raw)).body.code).to.equal('NOT_FOR_LEDGER')
  })

  it('refuses what sends value', async () => {
    const wallet = world.wallets.ACCOUNTANT
    const raw = await wallet.signTransaction({
      type: 2, ...(await envelope(wallet)), data: encodeAct(gift(PAPER, 1500n)), value: 1n, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n,
    })

    expect((await send(raw)).body.code).to.equal('VALUE_NOT_ZERO')
  })

  const carrying = [{ address: `0x${'11'.repeat(20)}`, storageKeys: [`0x${'22'.repeat(32)}`] }]
  const PLAIN = { type: 2, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n }
  const OTHERS = [
    ['offers a fee', { ...PLAIN, maxFeePerGas: 1n }, 'FEES_NOT_ZERO'],
    ['offers whoever mines it a fee', { ...PLAIN, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n }, 'FEES_NOT_ZERO'],
    ['carries an access list', { ...PLAIN, accessList: carrying }, 'ACCESS_LIST_NOT_EMPTY'],
    ['is of type 0', { type: 0, gasPrice: 0n }, 'TRANSACTION_TYPE_OTHER'],
    ['is of type 1', { type: 1, gasPrice: 0n, accessList: carrying }, 'TRANSACTION_TYPE_OTHER'],
  ] as const
  for (const [what, changes, code] of OTHERS)
    it(`refuses what ${what}, before the contract is asked`, async () => {
      const wallet = world.wallets.ACCOUNTANT
      const raw = await wallet.signTransaction({ ...(await envelope(wallet)), data: encodeAct(gift(PAPER, 1500n)), ...changes } as never)

      const { status, body } = await send(raw)

      expect([status, body.code]).to.deep.equal([422, code])
      expect(body.zh).to.match(/。$/)
    })

  it('refuses what would give the key’s account to other code (EIP-7702)', async () => {
    const wallet = world.wallets.ACCOUNTANT
    const authorization = wallet.authorizeSync({ address: `0x${'22'.repeat(20)}`, nonce: (await nonceOf(wallet)) + 1, chainId: world.anchor.chainId })
    const raw = await wallet.signTransaction({ ...(await envelope(wallet)), ...PLAIN, type: 4, data: encodeAct(gift(PAPER, 1500n)), authorizationList: [authorization] })

    expect((await send(raw)).body.code).to.equal('TRANSACTION_TYPE_OTHER')
  })

  it('refuses what is for another chain', async () => {
    const { status, body } = await send(await signed(gift(PAPER, 1500n), world.wallets.ACCOUNTANT, { chainId: 1n }))

    expect(status).to.equal(422)
    expect(body.code).to.equal('WRONG_CHAIN')
  })

  it('refuses what asks for more gas than any entry needs', async () => {
    const { status, body } = await send(await signed(gift(PAPER, 1500n), world.wallets.ACCOUNTANT, { gasLimit: GAS_LIMIT + 1n }))

    expect(status).to.equal(422)
    expect(body.code).to.equal('GAS_LIMIT_TOO_HIGH')
  })

  it('refuses what writes nothing, what carries more than its arguments, and many acts in one', async () => {
    const wallet = world.wallets.ACCOUNTANT
    const reading = INTERFACES.ledger.encodeFunctionData('fundCount', [])
    const longer = `${encodeAct(gift(PAPER, 1500n))}00`
    const many = INTERFACES.charter.encodeFunctionData('multicall', [[]])
    for (const data of [reading, longer, many]) {
      const { status, body } = await send(await signCall(wallet, data as Hex, await envelope(wallet)))

      expect(status).to.equal(422)
      expect(body.code).to.equal('NO_ACT')
    }
  })

  it('refuses an act that the contract would take from anybody, of a key that speaks for nobody', async () => {
    const stranger = new Wallet(`0x${'5e'.repeat(32)}`)
    const data = INTERFACES.charter.encodeFunctionData('renounceRole', [3, stranger.address]) as Hex

    const { status, body } = await send(await signCall(stranger, data, { ...(await envelope(stranger)), to: world.anchor.contracts.charter }))

    expect(status).to.equal(403)
    expect(body.code).to.equal('KEY_UNKNOWN')
  })

  describe('from a key that speaks for nobody', () => {
    const resident = new Wallet(`0x${'5f'.repeat(32)}`)
    const ask = async (contract: 'audit' | 'bank' | 'ledger', name: string, args: readonly unknown[]) =>
      await send(await signed({ contract, name, args }, resident, { to: world.anchor.contracts[contract] }))

    it('passes on a complaint, and says which is about nothing', async () => {
      const { status } = await ask('audit', 'fileComplaint', [1, 1, 1, PAPER])
      const unknown = await ask('audit', 'fileComplaint', [1, 1, 99, PAPER])

      expect(status).to.equal(202)
      expect(unknown.body).to.include({ code: 'OUTFLOW_UNKNOWN', zh: '基金 1 没有第 99 笔支出。' })
    })

    it('passes on that it opens its own complaint again, and no other', async () => {
      const answer: Act = { contract: 'audit', name: 'answerComplaint', args: [1, PAPER] }
      await send(await signed(answer, world.wallets.RESPONDENT, { to: world.anchor.contracts.audit }))
      const other = new Wallet(`0x${'60'.repeat(32)}`)
      const reopening: Act = { contract: 'audit', name: 'reopenComplaint', args: [1, PAPER] }

      const refused = await send(await signed(reopening, other, { to: world.anchor.contracts.audit }))
      const { status } = await ask('audit', 'reopenComplaint', [1, PAPER])

      expect(refused.body.code).to.equal('NOT_COMPLAINANT')
      expect(status).to.equal(202)
    })

    it('passes on nothing else, nor a complaint to another contract', async () => {
      const complaint = encodeAct({ contract: 'audit', name: 'fileComplaint', args: [1, 0, 0, PAPER] })
      const strayed = await send(await signCall(resident, complaint, { ...(await envelope(resident)), to: world.anchor.contracts.people }))

      expect((await ask('audit', 'answerFinding', [1, PAPER])).body.code).to.equal('KEY_UNKNOWN')
      expect((await ask('bank', 'explainLine', [1, 1, 1, PAPER])).body.code).to.equal('ACCESS_MANAGED_UNAUTHORIZED')
      expect(strayed.status).to.equal(422)
    })
  })

  it('refuses calldata that no function has', async () => {
    const wallet = world.wallets.ACCOUNTANT

    const { status, body } = await send(await signCall(wallet, '0xdeadbeef', await envelope(wallet)))

    expect(status).to.equal(422)
    expect(body.code).to.be.a('string')
  })

  for (const raw of ['0x', '0x00', '0x02c0', `0x${'ff'.repeat(300)}`])
    it(`refuses ${raw.slice(0, 10)} as no transaction`, async () => {
      const { status, body } = await send(raw)

      expect(status).to.equal(400)
      expect(body.code).to.equal('NOT_A_TRANSACTION')
    })

  it('refuses a transaction without a signature', async () => {
    const unsigned = Transaction.from({ type: 2, ...(await envelope(world.wallets.ACCOUNTANT)), data: '0x' }).unsignedSerialized

    expect((await send(unsigned)).body.code).to.equal('NOT_A_TRANSACTION')
  })

  for (const payload of [{}, { rawTransaction: 5 }, { rawTransaction: 'hello' }, { rawTransaction: '0x0' }, { rawTransaction: '0x00', extra: 1 }, [], 'text'])
    it(`refuses the body ${JSON.stringify(payload)}`, async () => {
      const { status, body } = await post(payload)

      expect(status).to.be.within(400, 415)
      expect(body.code).to.be.oneOf(['INVALID', 'NOT_JSON'])
    })

  it('refuses a huge body', async () => {
    const { status, body } = await send(`0x${'00'.repeat(200_000)}`)

    expect(status).to.equal(413)
    expect(body.code).to.equal('TOO_LARGE')
  })

  it('takes a batch of 500 inflows', async () => {
    const items = Array.from({ length: 500 }, (_, at) => [`0x${(at + 1).toString(16).padStart(64, '0')}`, 1n, PAPER])
    const act: Act = { contract: 'ledger', name: 'recordInflows', args: [2, 1500n, 1, parseDay('2020-01-29'), items] }

    expect((await send(await signed(act))).status).to.equal(202)
  })

  it('takes the same bytes once when they come twice at once', async () => {
    const raw = await signed(gift(freshRef(), 2000n))

    const [one, other] = await Promise.all([send(raw), send(raw)])

    expect(one?.body).to.deep.equal({ transaction: Transaction.from(raw).hash })
    expect(other?.body).to.deep.equal(one?.body)
  })

  it('takes one of two acts that a key signs at once, and tells the other its next nonce', async () => {
    const nonce = await nonceOf(world.wallets.ACCOUNTANT)
    const [raw, otherRaw] = [await signed(gift(freshRef(), 2500n)), await signed(gift(freshRef(), 2500n))]

    const answers = await Promise.all([send(raw), send(otherRaw)])

    const [taken, refused] = answers.toSorted((one, other) => one.status - other.status)
    expect(taken?.status).to.equal(202)
    expect([refused?.status, refused?.body.code]).to.deep.equal([409, 'NONCE_WRONG'])
    expect(refused?.body.facts).to.deep.equal({ next: String(nonce + 1), nonce: String(nonce) })
  })
})
