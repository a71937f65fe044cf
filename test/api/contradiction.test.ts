import { expect } from 'chai'
import Database from 'better-sqlite3'
import type { FastifyInstance } from 'fastify'
import { verifyTrace } from '../../proof/check/trace.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

describe('a mirror that contradicts itself', () => {
  let world: World
  let app: FastifyInstance
  let log: () => string
  let database: Database.Database
  before(async () => {
    world = await openWorld()
    const served = await serveWorld(world)
    app = served.app
    log = served.log
    database = new Database(world.mirror.file)
    database.exec('UPDATE voids SET fen = -900000 WHERE fund = 1')
  })
  after(async () => {
    database.close()
    await app.close()
    await world.close()
  })

  for (const path of ['/', '/f/1', '/p/1/1', '/v1/funds', '/v1/funds/1'])
    it(`is called that at ${path}, and whoever runs the server reads what to do`, async () => {
      const { statusCode, headers, body } = await app.inject(path)

      expect(statusCode).to.equal(500)
      expect(headers['cache-control']).to.equal('no-store')
      expect(body).to.include('镜像自相矛盾').and.include('npm run index -- --rebuild').and.not.include('RangeError')
      if (path.startsWith('/v1')) expect(JSON.parse(body).code).to.equal('MIRROR_CONTRADICTS')
    })

  it('is written into the log with what contradicts', async () => {
    await app.inject('/')

    expect(log()).to.include('not an amount of fen')
  })

  it("leaves the donor's page its check, and the proof", async () => {
    const code = world.links[1]?.code
    const page = await app.inject(`/t/${code}`)
    const proof = await app.inject(`/v1/trace/${code}/proof`)

    expect(page.statusCode).to.equal(500)
    expect(page.body).to.include('镜像自相矛盾').and.include('id="check"').and.include('data-block=""')
    expect(verifyTrace(new Uint8Array(proof.rawPayload), world.anchor).inflow.amount).to.equal(5000n)
  })

  it('is right again once it is right', async () => {
    database.exec('UPDATE voids SET fen = 500 WHERE fund = 1')

    expect((await app.inject('/f/1')).statusCode).to.equal(200)
  })
})
