import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Witness } from '../chain/witness.ts'
import { formatWords, wordsOf } from '../ledger/headWords.ts'

/** How a witness shows what it signed, to anybody's browser. */
export type Door = { url: string; close(): Promise<void> }

/** Requests that one visitor may make in a minute. */
const LIMIT = 120

const HEADERS = {
  'access-control-allow-origin': '*',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/**
 * Serves a witness's own seals, its head and its evidence: `/seals`, `/seals/{number}`, `/head`, `/evidence`, `/healthz`.
 * Nothing can be sent to it. `refusal` says why it signs nothing more, once it does not.
 */
export async function openDoor(witness: Witness, port: number, refusal: () => string | undefined, host = '0.0.0.0'): Promise<Door> {
  const app = Fastify({ logger: false, bodyLimit: 1024, requestTimeout: 10_000, connectionTimeout: 30_000, forceCloseConnections: true })
  app.addHook('onRequest', async (_request, reply) => void reply.headers(HEADERS))
  await app.register(rateLimit, { max: LIMIT, timeWindow: '1 minute', cache: 10_000, global: true })
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async ({ method }, reply) => {
    if (method === 'GET' || method === 'HEAD') return reply.code(404).send(nothing('NOT_FOUND', '这里没有内容。', 'There is nothing here.'))
    return reply.code(405).header('allow', 'GET, HEAD').send(nothing('METHOD_REFUSED', '这里只能读取。', 'This can only be read.'))
  })
  serve(app, witness, refusal)
  const url = await app.listen({ port, host })
  return { url: url.replace('0.0.0.0', 'localhost'), close: () => app.close() }
}

function serve(app: FastifyInstance, witness: Witness, refusal: () => string | undefined): void {
  app.get('/seals', async (_request, reply) =>
    witness.newestSeal() ?? reply.code(404).send(nothing('NOTHING_SEALED', '这位见证人还没有签封过。', 'This witness has sealed nothing yet.')))

  app.get<{ Params: { number: string } }>('/seals/:number', async ({ params: { number } }, reply) =>
    (/^\d{1,15}$/.test(number) ? witness.sealOf(Number(number)) : undefined) ??
      reply.code(404).send(nothing('NOT_SEALED', '这位见证人没有签封这个区块。', 'This witness did not seal that block.')))

  app.get('/head', async (_request, reply) => {
    const reason = refusal()
    if (reason !== undefined)
      return reply.code(409).send({ ...nothing('FORK_SEEN', '这位见证人看到了两种历史，拒绝签封；证据在 /evidence。', 'This witness saw two histories and refuses; the evidence is at /evidence.'), reason })
    const head = headOf(witness)
    return head ?? reply.code(503).send(nothing('NOT_READY', '正在重算账本，请稍后再问。', 'The book is being worked out; please ask again later.'))
  })

  app.get('/evidence', async (_request, reply) =>
    (await witness.evidence()) ?? reply.code(404).send(nothing('NO_FORK', '没有看到第二种历史。', 'No second history was seen.')))

  app.get('/healthz', async (_request, reply) => {
    const reason = refusal()
    const { address, newestSeal } = witness
    const servers = witness.servers().map(({ since, ...server }) => ({ ...server, ...(since && { since: since.toISOString() }) }))
    const state = reason !== undefined ? 'refuses' : witness.book() ? 'following' : 'waiting'
    return reply.code(reason === undefined ? 200 : 503).send({ state, address, sealed: newestSeal()?.number, servers, ...(reason && { reason }) })
  })
}

/** The newest block that the witness signed, as neighbours compare it. */
function headOf(witness: Witness): object | undefined {
  const [book, seal] = [witness.book(), witness.newestSeal()]
  const block = seal && witness.blockAt(seal.number)
  if (!book || !seal || !block) return undefined
  const { chainId, genesis } = book
  return {
    chainId: String(chainId), genesis, number: seal.number, hash: seal.blockHash,
    time: new Date(block.time * 1000).toISOString().replace('.000', ''),
    words: formatWords(wordsOf(BigInt(chainId), genesis, BigInt(seal.number), seal.blockHash)),
  }
}

function nothing(code: string, zh: string, message: string) {
  return { code, message, zh }
}
