import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { wordsOf } from '../../ledger/headWords.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

describe('What a witness or a neighbour asks of the server', () => {
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

  it('is the newest sealed block: who of the witnesses sealed it, and its words', async () => {
    const { chainId, genesis } = world.anchor
    const { number, hash } = world.chain.head()

    const head = (await app.inject('/v1/head')).json()

    expect(head).to.include({ chainId: String(chainId), genesis, number, witnesses: 3, quorum: 2 })
    expect(head.sealed).to.include({ number, hash, sealedBy: 2, words: wordsOf(chainId, genesis, BigInt(number), hash).join(' ') })
    expect(head.sealed.time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(head.sealers.map(({ own, sealed }: { own: boolean; sealed: boolean }) => [own, sealed])).to.deep.equal([[false, true], [false, true], [true, false]])
  })

  it('counts one more witness of the same block at once, also on the page that it keeps', async () => {
    const before = (await app.inject('/')).body
    await world.seal(3)

    const head = (await app.inject('/v1/head')).json()
    const after = (await app.inject('/')).body

    expect(head.sealed.sealedBy).to.equal(3)
    expect([before, after].map((page) => /签封：3 位见证人中 (\d) 位/.exec(page)?.[1])).to.deep.equal(['2', '3'])
    expect(after).to.include(head.sealed.words)
  })

  it('is the journal, page by page, as the chain has it', async () => {
    const whole = await world.chain.client.request('mz_journal', [0, 500])

    const first = (await app.inject('/v1/journal?from=0&limit=1')).json()
    const rest = (await app.inject('/v1/journal?from=1')).json()

    expect([...first, ...rest]).to.deep.equal(whole)
    expect((await app.inject('/v1/journal?from=99999')).json()).to.deep.equal([])
  })

  it('is headers, no more than there are', async () => {
    const { number, hash } = world.chain.head()

    const headers = (await app.inject(`/v1/headers?from=${number - 1}&limit=100`)).json()

    expect(headers).to.have.length(2)
    expect(headers[1].hash).to.equal(hash)
  })

  for (const address of ['/v1/journal', '/v1/journal?from=-1', '/v1/journal?from=0&limit=501', '/v1/headers?from=0&limit=101', '/v1/headers?from=x', '/v1/head?x=1'])
    it(`refuses ${address}`, async () => expect((await app.inject(address)).statusCode).to.equal(400))

  it('says so where the book has no journal', async () => {
    const { client } = world.chain
    const bare = { request: async (method: string, params?: readonly unknown[]) => {
      if (method === 'mz_journal') throw Object.assign(new Error('no such method'), { code: -32601 })
      return await client.request(method, params)
    } }
    const { app: besu } = await serveWorld({ ...world, chain: { ...world.chain, client: bare } })

    const answer = await besu.inject('/v1/journal?from=0')

    expect([answer.statusCode, answer.json().code]).to.deep.equal([404, 'JOURNAL_MISSING'])
    await besu.close()
  })
})

describe('The public notice', () => {
  it('has the totals, the block, who sealed it, the words, and the way to the home page', async () => {
    const world = await openWorld()
    const { app } = await serveWorld(world)
    const { sealed } = (await app.inject('/v1/head')).json()

    const chinese = (await app.inject('/notice')).body
    const english = (await app.inject('/notice?lang=en')).body
    const qr = await app.inject('/qr.svg')

    expect(chinese).to.include('公示').and.include('各基金合计').and.include(`第 ${sealed.number} 个区块`).and.include('3 位见证人中 2 位（至少 2 位）')
    for (const word of sealed.words.split(' ')) expect(chinese).to.include(`<span>${word}</span>`)
    for (const { name } of world.anchor.sealers.slice(0, 2)) expect(chinese).to.include(name)
    expect(chinese).to.include(sealed.hash).and.include('src="/qr.svg"').and.include('localhost:18801')
    expect(english).to.include('Words to compare').and.include('Sealed by 2 of 3 witnesses')
    expect([qr.statusCode, qr.headers['content-type']]).to.deep.equal([200, 'image/svg+xml'])
    await app.close()
    await world.close()
  })
})
