import type { FastifyInstance } from 'fastify'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ChainClient } from '../../chain/client.ts'
import { Problem, ProblemAnswer } from '../problem.ts'

type Parts = {
  /** The mirror's newest block. */
  headOf: () => { readonly number: number }
  client: ChainClient
  figures: Registry
}

/** The mirror follows within a moment; if it is further behind than this, its pages are stale. */
const MOST_BLOCKS_BEHIND = 5

/** What watches the server: is it alive, is its mirror up to date, and its figures. */
export const operations: FastifyPluginAsyncTypebox<Parts> = async (app, { headOf, client, figures }) => {
  app.get(
    '/healthz',
    { schema: { tags: ['operations'], summary: 'Alive', response: { 200: Type.Object({ alive: Type.Literal(true) }) } } },
    async () => ({ alive: true as const }),
  )

  app.get(
    '/readyz',
    {
      schema: {
        tags: ['operations'], summary: 'Ready: the mirror is up to the chain',
        response: { 200: Type.Object({ mirror: Type.Integer(), chain: Type.Integer() }), 503: ProblemAnswer },
      },
    },
    async () => {
      const chain = Number(await client.request('eth_blockNumber').catch(() => NaN))
      const mirror = headOf().number
      if (chain - mirror <= MOST_BLOCKS_BEHIND) return { mirror, chain }
      const where = Number.isNaN(chain) ? 'unreachable' : String(chain)
      throw new Problem(503, 'NOT_READY', { zh: '镜像尚未追上账本。', en: 'The mirror is behind the chain.' }, { mirror: String(mirror), chain: where })
    },
  )

  app.get('/metrics', { schema: { tags: ['operations'], summary: 'Figures for Prometheus' } }, async (_request, reply) =>
    reply.type(figures.contentType).send(await figures.metrics()),
  )
}

/**
 * Measures every answer of the server. Routes are counted by their pattern: a code or a hash would make a label, and a trace,
 * of every visitor. `sealedOf` is the newest block with a quorum of seals.
 */
export function measure(app: FastifyInstance, headOf: Parts['headOf'], sealedOf: () => number | undefined): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const seconds = new Histogram({
    name: 'mingzhang_http_seconds', help: 'Time to answer', labelNames: ['route', 'status'], registers: [registry],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5],
  })
  new Gauge({
    name: 'mingzhang_block', help: 'Newest block, by how far it has come', labelNames: ['stage'], registers: [registry],
    collect() {
      this.set({ stage: 'mirrored' }, headOf().number)
      this.set({ stage: 'sealed' }, sealedOf() ?? 0)
    },
  })
  app.addHook('onResponse', (request, reply, done) => {
    seconds.observe({ route: request.routeOptions.url ?? 'none', status: reply.raw.statusCode }, reply.elapsedTime / 1000)
    done()
  })
  return registry
}
