import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { Wallet } from 'ethers'
import { Address, type Hex } from '../../ledger/hex.ts'
import { signSeal } from '../../ledger/seal.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

describe('/v1/seals', () => {
  let world: World
  let app: FastifyInstance
  before(async () => {
    world = await openWorld()
    app = (await serveWorld(world)).app
    await world.acts.propose(1, '0.50', { title: '又一笔' })
    await world.mirrorAll()
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const sealBy = (wallet: { privateKey: string } | undefined, changes: { number?: number; blockHash?: Hex } = {}) => {
    const { number, hash } = world.chain.head()
    const seal = { number, blockHash: hash, ...changes }
    const { chainId, genesis } = world.anchor
    const signature = signSeal(wallet?.privateKey as Hex, { chainId, genesis, number: BigInt(seal.number), blockHash: seal.blockHash })
    return { ...seal, signature }
  }
  const post = async (payload: object) => {
    const answer = await app.inject({ method: 'POST', url: '/v1/seals', payload })
    return { status: answer.statusCode, body: answer.json() }
  }

  it('refuses the seal of somebody whom the anchor does not list', async () => {
    const { status, body } = await post(sealBy(Wallet.createRandom()))

    expect(status).to.equal(422)
    expect(body.code).to.equal('SEALER_UNKNOWN')
  })

  it('refuses a seal that names another sealer than signed it', async () => {
    const { body } = await post({ ...sealBy(world.witnesses[0]), sealer: Address(world.witnesses[1]?.address ?? '') })

    expect(body.code).to.equal('SEALER_UNKNOWN')
  })

  it('refuses bytes that are no signature', async () => {
    const { status, body } = await post({ ...sealBy(world.witnesses[0]), signature: `0x${'ff'.repeat(65)}` })

    expect(status).to.equal(422)
    expect(body.code).to.equal('SEALER_UNKNOWN')
  })

  it('refuses a block that is not here yet', async () => {
    const { status, body } = await post(sealBy(world.witnesses[0], { number: 5_000 }))

    expect(status).to.equal(409)
    expect(body.code).to.equal('BLOCK_UNKNOWN')
  })

  it('refuses another history, and says what it is evidence of', async () => {
    const { status, body } = await post(sealBy(world.witnesses[0], { blockHash: `0x${'ab'.repeat(32)}` }))

    expect(status).to.equal(409)
    expect(body.code).to.equal('BLOCK_DIFFERS')
    expect(body.message).to.include('fork')
  })

  it('keeps a seal once, however often it comes', async () => {
    const seal = sealBy(world.witnesses[0])

    const first = await post(seal)
    const again = await post({ ...seal, sealer: first.body.sealer })

    expect(first.status).to.equal(201)
    expect(first.body).to.deep.equal({ ...seal, sealer: Address(world.witnesses[0]?.address ?? '') })
    expect(again.status).to.equal(200)
  })

  it('gives the newest seal of each sealer, and all from a block on', async () => {
    const newest = (await app.inject('/v1/seals')).json()
    const all = (await app.inject('/v1/seals?from=0')).json()
    const page = (await app.inject('/v1/seals?from=0&limit=1')).json()

    expect(newest).to.have.length(2)
    expect(all).to.have.length(3)
    expect(page).to.have.length(1)
  })

  for (const [what, changes] of Object.entries({
    'a number that is none': { number: 1.5 }, 'a short hash': { blockHash: '0x12' }, 'a short signature': { signature: '0x12' },
    'an unknown field': { note: 'x' },
  }))
    it(`refuses ${what}`, async () => {
      const { status, body } = await post({ ...sealBy(world.witnesses[0]), ...changes })

      expect(status).to.equal(400)
      expect(body.code).to.equal('INVALID')
    })

  for (const query of ['from=-1', 'from=x', 'limit=0', 'limit=501', 'to=1'])
    it(`refuses the query ${query}`, async () => {
      expect((await app.inject(`/v1/seals?${query}`)).statusCode).to.equal(400)
    })
})
