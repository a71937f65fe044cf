import { Readable } from 'node:stream'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ChainClient } from '../../chain/client.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { dayAt, formatDay, parseDay } from '../../ledger/day.ts'
import { sealedBlock } from '../../proof/prove/seals.ts'
import { SOFTWARE } from '../../proof/prove/bundle/software.ts'
import { writeBundle } from '../../proof/prove/bundle/write.ts'
import type { AuditBook } from '../audit.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { DateText, Exactly } from '../schemas.ts'
import type { Limits } from '../security.ts'
import type { Book } from '../views.ts'
import type { PaperStore } from './papers.ts'
import type { SealedBlock } from './seals.ts'
import { notSealed } from './traces.ts'

type Parts = { book: Book; audit: Pick<AuditBook, 'erasureOf'>; vault: PaperStore; client: ChainClient; anchor: Anchor; sealed: () => SealedBlock | undefined; limits: Limits }

const Query = Exactly({ through: Type.Optional(DateText) })
const Binary = Type.Unsafe<Readable>(Type.Any({ description: 'an .mzbundle file: see proof/FORMAT.md' }))

/** The whole book in one file, without anybody's personal data, for whoever wants to verify it at home. */
export const bundles: FastifyPluginAsyncTypebox<Parts> = async (app, { book, audit, vault, client, anchor, sealed, limits }) => {
  app.get(
    '/bundles',
    {
      schema: {
        tags: ['evidence'], summary: 'The whole book as one file, to be verified with verify.html', querystring: Query,
        produces: ['application/octet-stream'], response: { 200: Binary, '4xx': ProblemAnswer, 503: ProblemAnswer },
      },
      config: { rateLimit: { max: Math.ceil(limits.proofs / 10), timeWindow: '1 minute' } },
    },
    async ({ query }, reply) => {
      const newest = sealed()
      if (!newest) throw notSealed()
      const { number, blockHash, seals } = newest
      const made = writeBundle({
        client, anchor, sealed: sealedBlock(anchor, { number: BigInt(number), hash: blockHash }, seals.map(({ signature }) => signature)),
        paperOf: (hash) => vault.paperOf(hash),
        erasureOf: (hash) => audit.erasureOf(hash, number),
      }, { scope: 'public', through: throughOf(query.through, book), madeAt: new Date().toISOString(), software: SOFTWARE })
      return reply.type('application/octet-stream').header('content-disposition', `attachment; filename="block-${number}.mzbundle"`).send(Readable.from(made))
    },
  )
}

function throughOf(through: string | undefined, book: Book): string {
  try {
    return formatDay(through === undefined ? dayAt(book.head().time) : parseDay(through))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Problem(400, 'DATE_UNKNOWN', { zh: `日历上没有这一天：${through}。`, en: `There is no such day: ${through}.` })
  }
}
