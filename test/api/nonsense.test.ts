import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

const NONSENSE = [
  '', '0', '-1', '1.5', '1e3', '0x1', '１', '4294967296', '99999999999999999999', '%00', '1%00', '%ff', '%c0%80', '%0d%0aX:1',
  '..%2f..', '__proto__', 'constructor', "1'--", '%3Cscript%3E', 'A'.repeat(201), '%F0%9F%98%80', '%', `0x${'0'.repeat(64)}`,
]
const PLACES = [
  '/f/*', '/p/*/1', '/p/1/*', '/t/*', '/t/*/qr.svg', '/t?code=*', '/assets/*', '/docs/*', '/v1/funds/*', '/v1/funds/*/inflows',
  '/v1/payments/1/*', '/v1/trace/*', '/v1/trace/*/proof', '/v1/trace/*/sealed', '/v1/papers/*',
]
const QUERIES = ['/f/1', '/v1/funds/1/inflows', '/v1/funds/1/payments', '/v1/seals', '/v1/trace/CODE/proof']
const FIELDS = ['lang', 'from', 'to', 'before', 'after', 'limit', 'source', 'show', '__proto__']
const WRITINGS = ['/v1/transactions', '/v1/seals', '/v1/papers']
const VALUES = [
  null, true, 0, -1, 1e308, '', '0x', '0x0', `0x${'ff'.repeat(65)}`, '0x02f8', [], [[]], {}, '\u0000', '\ud800', 'x'.repeat(60_000),
]
const MEMBERS = ['rawTransaction', 'number', 'blockHash', 'signature', 'sealer', 'paper', 'opened', 'toString']

describe('Whatever nonsense the server is asked', () => {
  let world: World
  let app: FastifyInstance
  let log: () => string
  before(async () => {
    world = await openWorld()
    ;({ app, log } = await serveWorld(world))
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  async function expectSense(request: { url: string; method?: 'POST'; payload?: string; headers?: Record<string, string> }): Promise<void> {
    const { statusCode, body } = await app.inject(request)

    const what = JSON.stringify(request).slice(0, 200)
    expect(statusCode, what).to.be.below(500)
    if (statusCode >= 400) expect(body, what).to.not.match(/node_modules|\n\s+at /)
  }

  it('in an address, it has an answer without a fault', async () => {
    for (const place of PLACES) for (const nonsense of NONSENSE) await expectSense({ url: place.replace('*', nonsense) })

    expect(log()).to.not.include('"fault"')
  })

  it('in a query, once, twice or as a list, likewise', async () => {
    const code = world.links[0]?.code ?? ''
    for (const place of QUERIES)
      for (const field of FIELDS)
        for (const nonsense of NONSENSE)
          await expectSense({ url: `${place.replace('CODE', code)}?${field}=1&${field}=${nonsense}&${field}[]=${nonsense}` })

    expect(log()).to.not.include('"fault"')
  })

  it('in a body, likewise', async () => {
    const bodies = VALUES.flatMap((value) => [value, ...MEMBERS.map((member) => ({ [member]: value }))])
    for (const url of WRITINGS)
      for (const body of bodies)
        await expectSense({ method: 'POST', url, payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

    expect(log()).to.not.include('"fault"')
  })
})
