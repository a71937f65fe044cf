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

/** What the reader of the description needs: it styles itself inline and asks only this server. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>明账 API</title>
<link rel="icon" href="data:,">
</head>
<body>
<main id="app"></main>
<script src="/docs/reader/js/scalar.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const START = `Scalar.createApiReference('#app', ${JSON.stringify({
  url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true, showDeveloperTools: 'never',
  agent: { disabled: true }, mcp: { disabled: true },
})})\n`

/** `/docs/`: the API's page, all of it served from here. */
export async function showDocs(app: FastifyInstance): Promise<void> {
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true }
      route.config = { ...route.config, kept: true }
    })
    // At the beginning, so that an answer that is kept keeps this policy.
    docs.addHook('onRequest', async (_request, reply) => {
      void reply.header('content-security-policy', POLICY)
    })
    docs.get('/docs', async (_request, reply) => reply.redirect('/docs/', 301))
    docs.get('/docs/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE))
    docs.get('/docs/start.js', async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START))
    // Only its script is used: the page that it would serve has a script within.
    await docs.register(scalar, { routePrefix: '/docs/reader', configuration: { url: '/openapi.json' } })
  })
}
