import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { readAnchor } from '../../ledger/anchor.ts'
import { readLinkKey } from '../../ledger/code.ts'
import { fromHex } from '../../ledger/hex.ts'
import { unlockFields } from '../../ledger/link.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { serveWorld } from './served.ts'
import { DONORS, openWorld, type World } from './world.ts'

describe("a donor's gift under /v1/trace", () => {
  let world: World
  let app: FastifyInstance
  let codes: string[]
  before(async () => {
    world = await openWorld()
    app = (await serveWorld(world)).app
    codes = world.links.map(({ code }) => code)
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  it('tells where every fen is, through what came back', async () => {
    const { fund, inflow, parts, cut } = (await app.inject(`/v1/trace/${codes[0]}`)).json()

    expect([fund, inflow.number, inflow.amount, cut]).to.deep.equal([1, 1, '10000', '0'])
    expect(parts).to.have.length(1)
    expect(parts[0]).to.include({ place: 'outflow', from: '0', to: '10000', backFrom: '9000' })
    expect(parts[0].outflow).to.include({ fund: 1, number: 1, kind: 'Payment', state: 'Accepted' })
    expect(parts[0].back[0]).to.include({ fund: 1, inflow: 4, from: '9000', to: '10000', effectiveOn: 18300 })
    expect(parts[0].back[0].parts).to.deep.equal([{ place: 'fund', fund: 1, from: '9000', to: '10000' }])
  })

  it('tells of a payment, a transfer, a void and what is unspent in one gift', async () => {
    const { parts, cut } = (await app.inject(`/v1/trace/${codes[1]}`)).json()
    const told = parts.map((part: { place: string; from: string; to: string; outflow?: { kind: string } }) =>
      [part.outflow?.kind ?? part.place, part.from, part.to])

    expect(told).to.deep.equal([['Payment', '0', '2000'], ['Transfer', '2000', '3000'], ['fund', '3000', '4500'], ['Void', '4500', '5000']])
    expect(cut).to.equal('500')
  })

  for (const write of [(code: string) => code.toLowerCase(), (code: string) => code.replace(/(.{4})(?=.)/g, '$1-')])
    it('forgives small letters and dashes in a code', async () => {
      const answer = await app.inject(`/v1/trace/${write(codes[0] ?? '')}`)

      expect(answer.statusCode).to.equal(200)
    })

  it('gives a proof that the checker believes against the published anchor', async () => {
    const proof = await app.inject(`/v1/trace/${codes[1]}/proof`)
    const anchor = readAnchor((await app.inject('/v1/anchor')).body)

    const facts = verifyTrace(new Uint8Array(proof.rawPayload), anchor)

    expect(proof.headers['content-type']).to.equal('application/octet-stream')
    expect([facts.fund, facts.inflow.number, facts.inflow.amount]).to.deep.equal([1, 2, 5000n])
    expect(facts.sums).to.deep.equal({ paid: 0n, refunded: 0n, voided: 500n, unspent: 4500n, untraced: 0n })
    expect(facts.sealers).to.have.length(2)
  })

  it('gives the private fields under lock, and the key of the link opens them', async () => {
    const { state, paper, locked } = (await app.inject(`/v1/trace/${codes[0]}/sealed`)).json()

    const opened = unlockFields(readLinkKey(world.links[0]?.key ?? ''), paper, fromHex(locked))

    expect(state).to.equal('kept')
    expect(opened['donor']?.value).to.equal(DONORS[0])
  })

  for (const rest of ['', '/proof', '/sealed'])
    it(`answers 400 CODE_MISTYPED when the check digit is wrong (${rest || 'trace'})`, async () => {
      const answer = await app.inject(`/v1/trace/${swapped(codes[0] ?? '')}${rest}`)

      expect(answer.statusCode).to.equal(400)
      expect(answer.json().code).to.equal('CODE_MISTYPED')
    })

  for (const rest of ['', '/proof', '/sealed'])
    it(`answers 404 CODE_UNKNOWN for a code that nobody was given (${rest || 'trace'})`, async () => {
      const answer = await app.inject(`/v1/trace/0000000000000000${rest}`)

      expect(answer.statusCode).to.equal(404)
      expect(answer.json().code).to.equal('CODE_UNKNOWN')
    })

  it('refuses unknown query fields', async () => {
    expect((await app.inject(`/v1/trace/${codes[0]}?key=x`)).statusCode).to.equal(400)
  })

  it('tells of the restriction and keeps the fields when a donor asked to be forgotten, and proves all the same', async () => {
    const paper = (await app.inject(`/v1/trace/${codes[2]}/sealed`)).json().paper

    world.vault.restrict([paper])

    expect((await app.inject(`/v1/trace/${codes[2]}/sealed`)).json()).to.deep.equal({ state: 'restricted', paper })
    const proof = await app.inject(`/v1/trace/${codes[2]}/proof`)
    expect(verifyTrace(new Uint8Array(proof.rawPayload), world.anchor).inflow.amount).to.equal(1n)
    expect((await app.inject(`/v1/papers/${paper}`)).json().state).to.equal('restricted')
  })

  it('gives the proof of the newest block that enough witnesses sealed, also when the book went on', async () => {
    const before = world.chain.head().number
    await world.acts.propose(1, '0.50', { title: '又一笔' })
    await world.mirrorAll()
    await world.seal(1)

    const facts = verifyTrace(new Uint8Array((await app.inject(`/v1/trace/${codes[0]}/proof`)).rawPayload), world.anchor)

    expect(Number(facts.block.number)).to.equal(before)
  })

  it('says that there is no proof yet of a gift that is newer than the seals', async () => {
    const [link] = await world.give(2, [{ donor: '上官云', yuan: '3' }])

    const answer = await app.inject(`/v1/trace/${link?.code}/proof`)

    expect(answer.statusCode).to.equal(503)
    expect(answer.json().code).to.equal('NOT_SEALED')
  })

  it('dates a part by the instalments that took it, and no other', async () => {
    const [link] = await world.give(2, [{ donor: '东方朔望', yuan: '4' }])
    await world.acts.propose(2, '17', { title: '分三次付清' })
    await world.acts.approve([2, 1])
    for (const [yuan, day] of [['10', '2020-02-20'], ['5', '2020-02-21'], ['2', '2020-02-22']] as const)
      await world.acts.execute([2, 1], yuan, day)
    await world.mirrorAll()

    const late = (await app.inject(`/v1/trace/${link?.code}`)).json()
    const early = (await app.inject(`/v1/trace/${codes[1]}`)).json()

    expect(late.parts.map(({ takenOn }: { takenOn: string }) => takenOn)).to.deep.equal(['2020-02-21', '2020-02-22'])
    expect(early.parts[1].back[0].parts[0].takenOn).to.equal('2020-02-20')
    expect(early.parts[1].back[0].parts[0].outflow.effectiveOn).to.equal('2020-02-22')
  })

  it('tells why a void was made', async () => {
    const { parts } = (await app.inject(`/v1/trace/${codes[1]}`)).json()

    expect(parts.map(({ reason }: { reason?: string }) => reason)).to.deep.equal([undefined, undefined, undefined, 'WrongAmount'])
  })
})

/** Two neighbours exchanged, as fingers do. */
function swapped(code: string): string {
  const at = [...code].findIndex((letter, index) => letter !== code[index + 1])
  return code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2)
}
