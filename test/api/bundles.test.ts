import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { verifyBundle } from '../../proof/check/bundle/verify.ts'
import { inPieces } from '../proof/audits.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

describe('GET /v1/bundles', function () {
  this.timeout(60_000)
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

  it('gives the whole book as a file that passes, without anybody’s personal data', async () => {
    const answer = await app.inject('/v1/bundles')

    expect(answer.statusCode).to.equal(200)
    expect(answer.headers['content-disposition']).to.match(/^attachment; filename="block-\d+\.mzbundle"$/)
    const facts = await verifyBundle(inPieces(answer.rawPayload), world.anchor)
    expect(facts.faults).to.deep.equal([])
    expect(facts.about.scope).to.equal('public')
    expect(answer.rawPayload.toString('utf8')).to.not.match(/欧阳明月|慕容清风|祝早日康复/)
  })

  it('names the day through which it is asked for', async () => {
    const { rawPayload } = await app.inject('/v1/bundles?through=2020-02-29')

    expect((await verifyBundle(inPieces(rawPayload), world.anchor)).about.through).to.equal('2020-02-29')
  })

  for (const [query, code] of [['through=2020-02-30', 'DATE_UNKNOWN'], ['through=yesterday', 'INVALID'], ['scope=auditor', 'INVALID']] as const)
    it(`refuses ${query}`, async () => {
      const answer = await app.inject(`/v1/bundles?${query}`)

      expect([answer.statusCode, answer.json().code]).to.deep.equal([400, code])
    })

  it('gives the page that verifies as a file to keep', async () => {
    const { headers, body } = await app.inject('/verify.html')

    expect(headers['content-disposition']).to.equal('attachment; filename="verify.html"')
    expect(body).to.include("default-src 'none'").and.include('离线核验').and.not.match(/\{\{|src="|href="http/)
  })

  it('says that there is nothing to give before enough witnesses sealed', async () => {
    const seals = { ...world.seals, newestSealed: () => undefined }
    const { app: unsealed } = await serveWorld({ ...world, seals })

    const answer = await unsealed.inject('/v1/bundles')

    expect([answer.statusCode, answer.json().code]).to.deep.equal([503, 'NOT_SEALED'])
    await unsealed.close()
  })
})
