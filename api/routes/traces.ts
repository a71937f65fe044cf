import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Anchor } from '../../ledger/anchor.ts'
import { Mistyped, readCode, type Code } from '../../ledger/code.ts'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { formatAnchor } from '../../ledger/anchor.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { BytesText, CodeText, Exactly, HashText } from '../schemas.ts'
import type { Limits } from '../security.ts'
import type { Book, TraceView } from '../views.ts'
import type { PaperState } from './papers.ts'
import type { SealedBlock } from './seals.ts'

/** What the API asks of the vault about gifts. `locked` opens with the key of the donor's link, which is not here. */
export type GiftStore = { giftOf(code: Code): Gift | undefined }
export type Gift = { fund: number; ref: Hex; paper: Hex; state: PaperState; locked?: Uint8Array }

/** Makes the proof of an inflow's trace, as of a sealed block. */
export type Prove = (question: { fund: number; inflow: number }, sealed: SealedBlock) => Promise<Uint8Array>

type Parts = { book: Book; vault: GiftStore; prove: Prove; sealed: () => SealedBlock | undefined; anchor: Anchor; limits: Limits }

const Whole = Type.Unsafe<string>(Type.Any({
  description: 'fund, inflow, cut, head, and parts: each part of the gift with where it is (`place`: fund or outflow), and what came back of it',
}))
const Binary = Type.Unsafe<Buffer>(Type.Any({ description: 'an .mzproof file' }))
const CodeParams = Type.Object({ code: CodeText })

/** A donor's gift: where every fen of it is, the proof of that, and the donor's own fields under lock. */
export const traces: FastifyPluginAsyncTypebox<Parts> = async (app, { book, vault, prove, sealed, anchor, limits }) => {
  app.get(
    '/trace/:code',
    {
      schema: { tags: ['gift'], summary: 'Where every fen of a gift is', params: CodeParams, querystring: Exactly({}), response: { 200: Whole, '4xx': ProblemAnswer } },
      config: { kept: true },
    },
    async ({ params }, reply) => {
      const { trace } = findGift(book, vault, params.code)
      return reply.serializer(String).sendText('application/json; charset=utf-8', formatTrace(trace))
    },
  )

  app.get(
    '/trace/:code/proof',
    {
      schema: {
        tags: ['gift'], summary: 'The proof of it, for a verifier of your choice', params: CodeParams, querystring: Exactly({}),
        produces: ['application/octet-stream'], response: { 200: Binary, '4xx': ProblemAnswer, 503: ProblemAnswer },
      },
      config: { kept: true, rateLimit: { max: limits.proofs, timeWindow: '1 minute' } },
    },
    async ({ params }, reply) => {
      const { fund, inflow } = findEntry(book, vault, params.code)
      const block = sealed()
      if (!block) throw notSealed()
      const proof = await prove({ fund, inflow }, block).catch(notYetInBlock)
      return reply.type('application/octet-stream').send(Buffer.from(proof))
    },
  )

  app.get(
    '/trace/:code/sealed',
    {
      schema: {
        tags: ['gift'], summary: "The donor's own fields, which the key of the link opens", params: CodeParams, querystring: Exactly({}),
        response: {
          200: Type.Object({ state: Type.Enum(['kept', 'restricted', 'destroyed']), paper: HashText, locked: Type.Optional(BytesText) }),
          '4xx': ProblemAnswer,
        },
      },
      config: { kept: true },
    },
    async ({ params }) => {
      const { paper, state, locked } = giftOf(vault, codeOf(params.code))
      return { state, paper, ...(locked && { locked: toHex(locked) }) }
    },
  )

  app.get(
    '/anchor',
    { schema: { tags: ['evidence'], summary: "This server's anchor: which book it is, and who seals it", querystring: Exactly({}) }, config: { kept: true } },
    async (_request, reply) => reply.type('application/json; charset=utf-8').serializer(String).send(formatAnchor(anchor)),
  )
}

/** A gift, and its entry in the book. */
export type Entry = { readonly code: Code; readonly gift: Gift; readonly fund: number; readonly inflow: number }

/** What a code finds. @throws {Problem} */
export function findEntry(book: Book, vault: GiftStore, text: string): Entry {
  const code = codeOf(text)
  const gift = giftOf(vault, code)
  const { fund } = gift
  const inflow = book.inflowOf(fund, gift.ref)
  if (inflow === undefined) throw notRecorded()
  return { code, gift, fund, inflow }
}

/** What a code finds, and its trace. @throws {Problem} */
export function findGift(book: Book, vault: GiftStore, text: string): { readonly code: Code; readonly gift: Gift; readonly trace: TraceView } {
  const code = codeOf(text)
  const gift = giftOf(vault, code)
  const trace = book.traceOfRef(gift.fund, gift.ref)
  if (!trace) throw notRecorded()
  return { code, gift, trace }
}

/** The vault knows the gift, the book does not yet. */
export function notRecorded(): Problem {
  return new Problem(404, 'GIFT_NOT_RECORDED', {
    zh: '这笔捐款已经收到，正在登记入账，请过一会儿再来看。如果过了一天仍是这样，请拿着收据问审计人员：有收据而账上没有，就是漏记或被删。',
    en: 'This gift has arrived but is not in the book yet; please come back in a while. If it is still so tomorrow, show your receipt to the auditors: a receipt without an entry means one was left out or taken away.',
  })
}

/** Reads a code as people type it. @throws {Problem} naming what is wrong with it. */
export function codeOf(text: string): Code {
  try {
    return readCode(text)
  } catch (error) {
    if (!(error instanceof Mistyped)) throw error
    const { zh, en } = error.words
    throw new Problem(400, 'CODE_MISTYPED', { zh: `${zh}。`, en: `${en.charAt(0).toUpperCase()}${en.slice(1)}.` })
  }
}

/** The gift with this code. @throws {Problem} when nobody was given it. */
export function giftOf(vault: GiftStore, code: Code): Gift {
  const gift = vault.giftOf(code)
  if (gift) return gift
  throw new Problem(404, 'CODE_UNKNOWN', { zh: '没有这个查询码，请对照收据再输一次。', en: 'There is no such code. Please compare it with your receipt.' })
}

/** Nothing can be proven before enough witnesses have sealed. */
export function notSealed(): Problem {
  return new Problem(503, 'NOT_SEALED', {
    zh: '还没有凑够见证人的签封，暂时给不出证明。请稍后再试。',
    en: 'Not enough witnesses have sealed the book yet, so there is no proof. Please try again later.',
  })
}

/** The gift may be newer than the newest sealed block. */
function notYetInBlock(error: unknown): never {
  if (error instanceof RangeError) throw notSealed()
  throw error
}

/** fast-json-stringify knows no parts within parts, so this answer is written by hand; fen become strings of digits. */
function formatTrace({ fund, inflow, cut, parts, head }: TraceView): string {
  return JSON.stringify(withFenAsText({ fund, inflow, cut, parts, head }))
}

// Half the time of a replacer, which JSON.stringify calls for every field.
function withFenAsText(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(withFenAsText)
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) copy[name] = withFenAsText(field)
  return copy
}
