import { createHash } from 'node:crypto'
import scalar from '@scalar/fastify-api-reference'
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

/** Must come before the routes, which it then describes. */
export async function describe(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '明账 Mingzhang',
        version: '1',
        description:
          'The open book of a charity. Amounts are strings of fen (1 yuan = 100 fen), dates are accounting dates in China Standard Time. ' +
          'Nothing here asks to be believed: `/v1/trace/{code}/proof` proves what `/v1/trace/{code}` says.',
        license: { name: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      tags: [
        { name: 'book', description: 'Funds and their entries' },
        { name: 'gift', description: "A donor's gift, found by its code" },
        { name: 'evidence', description: 'Anchor, seals and papers' },
        { name: 'writing', description: 'Signed elsewhere, passed on here' },
        { name: 'operations', description: 'For whoever runs the server' },
      ],
    },
  })
  app.get('/openapi.json', { schema: { hide: true }, config: { kept: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').serializer((spec: unknown) => JSON.stringify(spec)).send(app.swagger()))
}

/** `/docs`: the API's page, served from here in one piece. It styles itself inline, so it has a policy of its own. */
export async function showDocs(app: FastifyInstance): Promise<void> {
  await app.register(async (docs) => {
    docs.addHook<string | Buffer>('onSend', async (_request, reply, payload) => {
      const isPage = String(reply.getHeader('content-type')).startsWith('text/html')
      if (!isPage || typeof payload !== 'string') return payload
      void reply.header('content-security-policy', policyOf(payload))
      return payload.replace('<html>', '<html lang="en">')
    })
    await docs.register(scalar, {
      routePrefix: '/docs',
      configuration: {
        url: '/openapi.json', pageTitle: '明账 API', withDefaultFonts: false, telemetry: false, hideClientButton: true,
        showDeveloperTools: 'never', agent: { disabled: true }, mcp: { disabled: true },
      },
    })
  })
}

/** The one script that stands in the page may run, named by its hash; no other may. */
function policyOf(page: string): string {
  const scripts = [...page.matchAll(/<script[^>]*>([^]+?)<\/script>/g)].map(([, script = '']) => script)
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
  return (
    `default-src 'none'; script-src 'self' ${hashes.join(' ')}; style-src 'self' 'unsafe-inline'; ` +
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
  )
}
