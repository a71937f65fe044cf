import { expect } from 'chai'
import { get } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import Database from 'better-sqlite3'
import { findPersonal } from '../laws/personal.ts'
import { serveWorld } from './served.ts'
import { DONORS, openWorld, type World } from './world.ts'

const PAGES = (code: string) => ['/', '/f/1', '/p/1/1', '/p/1/5', `/t/${code}`, '/rights', '/check', '/notice']

describe('the server', () => {
  let world: World
  let app: FastifyInstance
  let log: () => string
  let code: string
  before(async () => {
    world = await openWorld()
    const served = await serveWorld(world)
    app = served.app
    log = served.log
    code = world.links[0]?.code ?? ''
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  describe('keeping browsers careful', () => {
    for (const path of ['/', '/v1/funds', '/v1/nothing', '/nothing', '/healthz'])
      it(`sends its headers with ${path}`, async () => {
        const { headers } = await app.inject(path)

        const policy = headers['content-security-policy']
        if (path.startsWith('/v1/')) expect(policy).to.equal("default-src 'none'; frame-ancestors 'none'")
        else expect(policy).to.include("default-src 'none'").and.include("script-src 'self';")
        expect(headers['content-security-policy']).to.not.include('unsafe')
        expect(headers['x-content-type-options']).to.equal('nosniff')
        expect(headers['referrer-policy']).to.equal('no-referrer')
        expect(headers['cross-origin-opener-policy']).to.equal('same-origin')
        expect(headers['x-powered-by']).to.equal(undefined)
      })

    it('has no script and no style inside its pages', async () => {
      for (const path of PAGES(code)) {
        const { body } = await app.inject(path)

        expect(body, path).to.not.match(/<script(?![^>]* src=)/)
        expect(body, path).to.not.match(/<style|\sstyle=|\son[a-z]+=/)
      }
    })

    it('names every script and style by its hash, with its integrity', async () => {
      const { body } = await app.inject(`/t/${code}`)
      const loaded = [...body.matchAll(/(?:src|href)="(\/assets\/[^"]+)" integrity="(sha384-[^"]+)"/g)]

      expect(loaded.length).to.be.at.least(3)
      for (const [, path = ''] of loaded) {
        const asset = await app.inject(path)
        expect(asset.statusCode).to.equal(200)
        expect(asset.headers['cache-control']).to.equal('public, max-age=31536000, immutable')
      }
      expect(body.match(/<script/g)).to.have.length(1)
    })

    it('lets the desk alone begin a worker, by one policy of a name, also when the page is kept', async () => {
      const policies = []
      for (const path of ['/desk', '/desk', '/desk/receive', '/']) policies.push(String((await app.inject(path)).headers['content-security-policy']).split('; ').at(-1))

      expect(policies).to.deep.equal(['trusted-types mingzhang-worker', 'trusted-types mingzhang-worker', 'trusted-types mingzhang-worker', "trusted-types 'none'"])
    })

    it("has a policy of its own for the API's page, which needs no other server and no script within", async () => {
      const { headers, body } = await app.inject('/docs/')
      const kept = await app.inject('/docs/')

      expect(headers['content-security-policy']).to.include("script-src 'self';").and.include("connect-src 'self'")
      expect(kept.headers['content-security-policy']).to.equal(headers['content-security-policy'])
      expect(body).to.not.match(/https?:|<script(?![^>]* src=)/)
      for (const path of ['/docs/reader/js/scalar.js', '/docs/start.js']) {
        expect(body).to.include(path)
        expect((await app.inject(path)).statusCode).to.equal(200)
      }
    })
  })

  describe('answering what it answered before', () => {
    it('says 304 to whoever has it already, and tags another language otherwise', async () => {
      const first = await app.inject(`/t/${code}`)
      const etag = String(first.headers.etag)

      expect((await app.inject({ url: `/t/${code}`, headers: { 'if-none-match': etag } })).statusCode).to.equal(304)
      expect((await app.inject({ url: `/t/${code}`, headers: { 'if-none-match': `"x", W/${etag}` } })).statusCode).to.equal(304)
      expect((await app.inject({ url: `/t/${code}`, headers: { 'if-none-match': '"other"' } })).statusCode).to.equal(200)
    })

    it('says whether it speaks Chinese or English at another address', async () => {
      const [chinese, english] = [await app.inject(`/t/${code}`), await app.inject(`/t/${code}?lang=en`)]

      expect([chinese.body.includes('<html lang="zh-Hans"'), english.body.includes('<html lang="en"')]).to.deep.equal([true, true])
    })

    it('tags otherwise when the book moved', async () => {
      const { headers: { etag } } = await app.inject('/check')
      await world.acts.propose(1, '0.10', { title: '再来一笔' })
      await world.mirrorAll()
      const moved = (await app.inject({ url: '/check', headers: { 'if-none-match': String(etag) } }))

      expect(moved.statusCode).to.equal(200)
      expect(moved.headers.etag).to.not.equal(etag)
    })

    it('sends no body with a 304, and a body to whoever has another', async () => {
      const { headers: { etag } } = await app.inject('/v1/funds')

      const unchanged = await app.inject({ url: '/v1/funds', headers: { 'if-none-match': String(etag) } })

      expect(unchanged.statusCode).to.equal(304)
      expect(unchanged.body).to.equal('')
    })

    it('sees at once when the book moves', async () => {
      const before = (await app.inject('/v1/funds/1')).json()
      await world.acts.propose(1, '0.30', { title: '新的申请' })
      await world.mirrorAll()

      const after = (await app.inject('/v1/funds/1')).json()

      expect(after.outflows).to.equal(before.outflows + 1)
      expect((await app.inject('/')).body).to.include('新的申请')
    })

    it('sees at once when somebody edits the mirror by hand', async () => {
      const before = (await app.inject(`/t/${code}`)).body
      const database = new Database(world.mirror.file)
      database.exec("UPDATE executions SET fen = fen + 1 WHERE fund = 1 AND outflow = 1")
      await turn()
      const edited = (await app.inject('/v1/payments/1/1')).json()
      database.exec("UPDATE executions SET fen = fen - 1 WHERE fund = 1 AND outflow = 1")
      database.close()
      await turn()

      expect(edited.paid).to.equal('12001')
      expect((await app.inject('/v1/payments/1/1')).json().paid).to.equal('12000')
      expect((await app.inject(`/t/${code}`)).body).to.equal(before)
    })

    for (const [name, decode] of [['br', brotliDecompressSync], ['gzip', gunzipSync]] as const)
      it(`compresses a long page with ${name} for whoever reads it, twice the same`, async () => {
        const plain = await app.inject('/')
        const first = await app.inject({ url: '/', headers: { 'accept-encoding': `${name}, deflate` } })
        const kept = await app.inject({ url: '/', headers: { 'accept-encoding': `${name}, deflate` } })

        expect(first.headers['content-encoding']).to.equal(name)
        expect(kept.headers['content-encoding']).to.equal(name)
        expect(first.headers.vary).to.equal('accept-encoding')
        expect(decode(first.rawPayload).toString()).to.equal(plain.body)
        expect(kept.rawPayload.equals(first.rawPayload)).to.equal(true)
        expect(kept.headers['content-type']).to.equal(plain.headers['content-type'])
      })

    it('does not compress what one round trip carries anyway', async () => {
      const { headers } = await app.inject({ url: '/v1/funds', headers: { 'accept-encoding': 'br' } })

      expect(headers['content-encoding']).to.equal(undefined)
    })

    it('compresses assets, too', async () => {
      const path = /href="(\/assets\/style[^"]+)"/.exec((await app.inject('/')).body)?.[1] ?? ''

      const { headers, rawPayload } = await app.inject({ url: path, headers: { 'accept-encoding': 'br' } })

      expect(headers['content-encoding']).to.equal('br')
      expect(brotliDecompressSync(rawPayload).toString()).to.include('tabular-nums')
    })

    it('answers HEAD like GET, without a body', async () => {
      const { statusCode, body } = await app.inject({ method: 'HEAD', url: '/v1/funds' })

      expect(statusCode).to.equal(200)
      expect(body).to.equal('')
    })
  })

  describe('when something is wrong', () => {
    const WRONG: [string, object, number, string][] = [
      ['no such address', { url: '/v1/nothing' }, 404, 'NOT_FOUND'],
      ['another method', { url: '/v1/funds', method: 'DELETE' }, 404, 'NOT_FOUND'],
      ['broken JSON', { url: '/v1/transactions', method: 'POST', payload: '{', headers: { 'content-type': 'application/json' } }, 400, 'NOT_JSON'],
      ['an empty body', { url: '/v1/transactions', method: 'POST', payload: '', headers: { 'content-type': 'application/json' } }, 400, 'NOT_JSON'],
      ['a form', { url: '/v1/transactions', method: 'POST', payload: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'NOT_JSON'],
      ['XML', { url: '/v1/seals', method: 'POST', payload: '<a/>', headers: { 'content-type': 'text/xml' } }, 415, 'NOT_JSON'],
      ['a prototype in the body', { url: '/v1/seals', method: 'POST', payload: '{"__proto__":{}}', headers: { 'content-type': 'application/json' } }, 400, 'NOT_JSON'],
      ['a huge body', { url: '/v1/seals', method: 'POST', payload: { x: 'x'.repeat(100_000) } }, 413, 'TOO_LARGE'],
      ['a broken escape in the address', { url: '/v1/funds/%zz' }, 400, 'BAD_ADDRESS'],
      ['an address without an end', { url: `/v1/trace/${'A'.repeat(5_000)}` }, 414, 'BAD_ADDRESS'],
    ]
    for (const [what, request, status, code] of WRONG)
      it(`answers ${status} ${code} to ${what}`, async () => {
        const answer = await app.inject(request)

        expect(answer.statusCode).to.equal(status)
        expect(answer.json()).to.include({ code })
        expect(answer.json().zh).to.match(/[\u4e00-\u9fff]/)
        expect(answer.body).to.not.match(/\bat .*:\d+:\d+|node_modules|Error:/)
        expect(answer.headers['cache-control']).to.equal('no-store')
      })

    it('tells people nothing of its own faults, and the log everything', async () => {
      const broken = await serveWorld({ ...world, reader: { ...world.reader, funds: () => { throw new Error('a fault with /secret/path in it') } } })

      const json = await broken.app.inject('/v1/funds')
      const page = await broken.app.inject('/')

      expect(json.statusCode).to.equal(500)
      expect(json.json().code).to.equal('INTERNAL')
      expect(page.statusCode).to.equal(500)
      expect(json.body + page.body).to.not.include('secret')
      expect(broken.log()).to.include('a fault with /secret/path in it')
      await broken.app.close()
    })

    it('answers what is no HTTP at all without a stack', async () => {
      const { port } = new URL(await app.listen({ port: 18_810, host: '127.0.0.1' }))

      const answer = await new Promise<string>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write('hello there\r\n\r\n'))
        let text = ''
        socket.on('data', (chunk) => (text += chunk.toString()))
        socket.on('close', () => resolve(text))
      })

      expect(answer).to.match(/^HTTP\/1.1 400/)
      expect(answer).to.not.include('node_modules')
    })

    for (const [path, status] of [['/nothing', 404], ['/f/9', 404], ['/f/x', 404], ['/p/1/99', 404], ['/t/0000000000000000', 404], ['/t/hello', 400], ['/t?code=oops', 400]] as const)
      it(`shows a page at ${path} that says what to do (${status})`, async () => {
        const { statusCode, headers, body } = await app.inject(path)

        expect(statusCode).to.equal(status)
        expect(headers['content-type']).to.equal('text/html; charset=utf-8')
        expect(body).to.include('<form').and.include('href="/"')
      })

    for (const path of ['//evil.example', '///evil.example/', '/\\evil.example', '//evil.example?lang=en'])
      it(`leads from ${path} to no other site`, async () => {
        const { app } = await serveWorld(world)
        await app.listen({ port: 18_811, host: '127.0.0.1' })
        // As it stands: inject would read the address first.
        const body = await new Promise<string>((resolve) => {
          get({ port: 18_811, host: '127.0.0.1', path }, async (answer) => resolve(await text(answer)))
        })
        await app.close()

        const other = /<a [^>]*hreflang="[^"]+" href="([^"]+)"/.exec(body)?.[1]
        expect(new URL(other ?? '//none', 'http://localhost/').host).to.equal('localhost')
      })

    it('overlooks what others append to the address of a page', async () => {
      expect((await app.inject('/f/1?from=groupmessage&isappinstalled=0&show=%00')).statusCode).to.equal(200)
    })
  })

  it('leads from a typed code to its page', async () => {
    const { statusCode, headers } = await app.inject(`/t?code=${code.toLowerCase()}&lang=en`)

    expect(statusCode).to.equal(303)
    expect(headers.location).to.equal(`/t/${code}?lang=en`)
  })

  describe('limiting', () => {
    it('answers 429 with a sentence and when to come back', async () => {
      const { app } = await serveWorld(world, { limits: { reads: 3, proofs: 1, writes: 1 } })
      const statuses = []
      for (const fund of [1, 2, 3, 4]) statuses.push((await app.inject(`/v1/payments/${fund}/9`)).statusCode)
      const refused = await app.inject('/v1/payments/1/9')

      expect(statuses).to.deep.equal([404, 404, 404, 429])
      expect(refused.json()).to.include({ code: 'TOO_MANY_REQUESTS' })
      expect(refused.json().zh).to.match(/请求过于频繁/)
      expect(Number(refused.headers['retry-after'])).to.be.within(1, 60)
      await app.close()
    })

    for (const [what, url] of [['pages', '/nothing'], ['entries', '/v1/nothing']] as const)
      it(`counts ${what} that are not there`, async () => {
        const { app } = await serveWorld(world, { limits: { reads: 3, proofs: 1, writes: 1 } })
        const statuses = []
        for (const suffix of ['', '/1', '/2', '/3']) statuses.push((await app.inject(`${url}${suffix}`)).statusCode)

        expect(statuses).to.deep.equal([404, 404, 404, 429])
        await app.close()
      })

    const PROXY = '10.1.2.3'
    const behind = [
      ['everybody behind a proxy as one, whom nobody was told to believe', [], PROXY, [404, 404, 404, 429]],
      ['each visitor by the address that a known proxy names', ['127.0.0.1', '10.0.0.0/8'], PROXY, [404, 404, 404, 404]],
      ['a stranger by their own address, whatever they call themselves', ['10.0.0.0/8'], '203.0.113.9', [404, 404, 404, 429]],
    ] as const
    for (const [what, trustProxy, remoteAddress, expected] of behind)
      it(`counts ${what}`, async () => {
        const { app } = await serveWorld(world, { limits: { reads: 3, proofs: 1, writes: 1 }, trustProxy })
        const statuses = []
        for (const visitor of [1, 2, 3, 4])
          statuses.push((await app.inject({ url: '/v1/nothing', remoteAddress, headers: { 'x-forwarded-for': `198.51.100.${visitor}` } })).statusCode)

        expect(statuses).to.deep.equal(expected)
        await app.close()
      })

    it('counts proofs and writings by themselves', async () => {
      const { app } = await serveWorld(world, { limits: { reads: 100, proofs: 1, writes: 1 } })
      const post = () => app.inject({ method: 'POST', url: '/v1/seals', payload: {} })

      expect([(await app.inject(`/v1/trace/${world.links[0]?.code}/proof`)).statusCode, (await app.inject(`/v1/trace/${world.links[1]?.code}/proof`)).statusCode]).to.deep.equal([200, 429])
      expect([(await post()).statusCode, (await post()).statusCode]).to.deep.equal([400, 429])
      expect((await app.inject('/v1/funds')).statusCode).to.equal(200)
      await app.close()
    })
  })

  describe('for whoever runs it', () => {
    it('is alive', async () => {
      expect((await app.inject('/healthz')).json()).to.deep.equal({ alive: true })
    })

    it('is ready when the mirror is up to the chain', async () => {
      const { number } = world.chain.head()

      expect((await app.inject('/readyz')).json()).to.deep.equal({ mirror: number, chain: number })
    })

    for (const [what, chain] of [['is behind', '0xffff'], ['has no chain', undefined]] as const)
      it(`is not ready when the mirror ${what}`, async () => {
        const client = { request: async () => chain ?? Promise.reject(new Error('no chain answers')) }
        const { app } = await serveWorld({ ...world, chain: { ...world.chain, client } })

        const answer = await app.inject('/readyz')

        expect(answer.statusCode).to.equal(503)
        expect(answer.json().code).to.equal('NOT_READY')
        await app.close()
      })

    it('gives its figures without a trace of any visitor', async () => {
      const { body } = await app.inject('/metrics')

      expect(body).to.include('mingzhang_block{stage="mirrored"}').and.include('route="/t/:code"')
      expect(body).to.not.include(code)
    })

    it('describes every route of /v1 in OpenAPI', async () => {
      const spec = (await app.inject('/openapi.json')).json()

      expect(spec.openapi).to.equal('3.1.0')
      expect(Object.keys(spec.paths)).to.have.members([
        '/healthz', '/readyz', '/metrics', '/v1/funds', '/v1/funds/{id}', '/v1/funds/{id}/inflows', '/v1/funds/{id}/payments',
        '/v1/payments/{fund}/{number}', '/v1/bank', '/v1/bank/{account}/lines', '/v1/traceability', '/v1/trace/{code}', '/v1/trace/{code}/proof', '/v1/trace/{code}/sealed', '/v1/anchor',
        '/v1/head', '/v1/journal', '/v1/headers', '/v1/seals', '/v1/bundles', '/v1/transactions', '/v1/complaints', '/v1/complaints/{number}', '/v1/complaints/{number}/paper', '/v1/papers', '/v1/papers/{hash}',
        '/v1/desk', '/v1/desk/challenge', '/v1/desk/session', '/v1/desk/rehearsals', '/v1/desk/acts', '/v1/desk/refs', '/v1/desk/papers/{hash}',
        '/v1/desk/documents', '/v1/desk/documents/{sha256}', '/v1/desk/invoices', '/v1/desk/gifts', '/v1/desk/gifts/look', '/v1/desk/gifts/links',
        '/v1/desk/entries', '/v1/desk/entries/named', '/v1/desk/inflows/{fund}/{number}', '/v1/desk/inflows/{fund}/{number}/proof', '/v1/desk/outflows/{fund}/{number}',
        '/v1/desk/vouchers', '/v1/desk/outflows', '/v1/desk/closing', '/v1/desk/audit', '/v1/desk/gifts/similar', '/v1/desk/findings/{number}', '/v1/desk/people',
        '/v1/desk/voids/asked', '/v1/desk/voids/asked/{fund}/{inflow}', '/v1/desk/voids/refused',
        '/v1/desk/bank/{account}', '/v1/desk/bank/{account}/recorded', '/v1/desk/bank/{account}/refs', '/v1/desk/bank/lines', '/v1/desk/bank/matches',
        '/v1/desk/bank/{account}/open', '/v1/desk/bank/{account}/balance', '/v1/desk/bank/{account}/proposals', '/v1/desk/bank/{account}/candidates', '/v1/desk/bank/{account}/matches',
      ])
      expect(JSON.stringify(spec)).to.include('x-mz-signature')
    })
  })

  it('has nothing personal in pages, answers and log, and no code in the log', async () => {
    const said: string[] = []
    for (const path of [...PAGES(code), '/v1/funds', '/v1/funds/1/inflows', '/v1/payments/1/1', `/v1/trace/${code}`, `/v1/trace/${code}/sealed`])
      said.push((await app.inject(path)).body)
    await app.inject(`/t?code=${code}`)
    await app.inject(`/t/${code}/nothing`)

    for (const text of [...said, log()]) expect(findPersonal(text, DONORS).filter(({ kind }) => kind === 'name')).to.deep.equal([])
    expect(log()).to.include('/t/:code').and.not.include(code)
  })
})
