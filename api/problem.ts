import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from '@fastify/type-provider-typebox'
import type { Words } from '../ledger/words.ts'

/** An answer that is no success: a code for programs, and a sentence in two languages for people. */
export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  readonly code: string
  readonly zh: string
  readonly facts: Readonly<Record<string, string>> | undefined

  constructor(status: number, code: string, { zh, en }: Words, facts?: Readonly<Record<string, string>>, options?: ErrorOptions) {
    super(en, options)
    this.status = status
    this.code = code
    this.zh = zh
    this.facts = facts
  }
}

/** How every problem looks in JSON. */
export const ProblemAnswer = Type.Object(
  {
    code: Type.String({ description: 'What is so, for programs to switch on' }),
    message: Type.String({ description: 'The same as a sentence' }),
    zh: Type.String({ description: '同一句话的中文' }),
    facts: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { description: 'Nothing was done, and why' },
)

/** The problem that an error of any kind is to people. What nobody foresaw tells them nothing. */
export function problemOf(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error
  if (error.validation) return invalid(error)
  const known = KNOWN[error.code] ?? BY_STATUS[error.statusCode ?? 500]
  if (known) return new Problem(known.status, known.code, known)
  if (error.statusCode && error.statusCode >= 400 && error.statusCode < 500)
    return new Problem(error.statusCode, 'BAD_REQUEST', { zh: '请求有误。', en: 'The request is not in order.' })
  return new Problem(500, 'INTERNAL', {
    zh: '服务器出了问题，已经记录下来。请稍后再试。',
    en: 'Something went wrong on this server. It is in the log; please try again later.',
  })
}

/** Writes to the log what people are not told. */
export function logFault(request: FastifyRequest, error: unknown): void {
  request.log.error({ err: error }, 'fault')
}

/** Answers with a problem as JSON, and has its code in the log. */
export function sendProblem(reply: FastifyReply, { status, code, message, zh, facts }: Problem): FastifyReply {
  reply.request.code = code
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer((answer: unknown) => JSON.stringify(answer))
    .send({ code, message, zh, ...(facts && { facts }) })
}

/** There is nothing at this address. */
export const nothingHere = () =>
  new Problem(404, 'NOT_FOUND', { zh: '这里没有内容，请检查网址。', en: 'There is nothing at this address.' })

/** The mirror has rows that cannot be, sums below zero for one. `cause` goes into the log. */
export const mirrorContradicts = (cause: RangeError) =>
  new Problem(500, 'MIRROR_CONTRADICTS', {
    zh: '本服务器的镜像自相矛盾，可能被人改动过：请勿相信它显示的账目，以证明为准。管理人员请运行 npm run index -- --rebuild。',
    en: 'This server’s mirror contradicts itself; somebody may have altered it. Do not believe what it shows; believe proofs. Whoever runs it: npm run index -- --rebuild.',
  }, undefined, { cause })

function invalid(error: FastifyError): Problem {
  const place = error.validationContext ?? 'request'
  const first = error.validation?.[0]
  const where = [place, ...(first?.instancePath ?? '').split('/').filter(Boolean)].join('.')
  const what = first?.message ?? 'not valid'
  const extra = first?.keyword === 'additionalProperties' ? unknownFieldsOf(first.params) : ''
  return new Problem(400, 'INVALID', {
    zh: `请求的 ${where} 不符合要求${extra && `，多出：${extra}`}。`,
    en: `${where}: ${what}${extra && ` (${extra})`}`,
  })
}

function unknownFieldsOf(params: Record<string, unknown>): string {
  const names = params.additionalProperties
  return Array.isArray(names) ? names.map(String).join(', ').slice(0, 80) : ''
}

type Known = Words & { status: number; code: string }

const notJson: Known = { status: 400, code: 'NOT_JSON', zh: '请求内容不是有效的 JSON。', en: 'The body is not JSON.' }
const tooLarge: Known = { status: 413, code: 'TOO_LARGE', zh: '请求内容太大。', en: 'The body is too large.' }
const tooMany: Known = {
  status: 429, code: 'TOO_MANY_REQUESTS', zh: '请求过于频繁，请稍后再试。', en: 'Too many requests; please wait a little.',
}

const KNOWN: Record<string, Known> = {
  FST_ERR_CTP_INVALID_JSON_BODY: notJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: notJson,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: notJson,
  FST_ERR_CTP_BODY_TOO_LARGE: tooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415, code: 'NOT_JSON', zh: '请用 application/json 发送。', en: 'Send the body as application/json.',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'BAD_ADDRESS', zh: '网址写法有误。', en: 'This is no well-formed address.' },
}

const BY_STATUS: Record<number, Known> = {
  413: tooLarge,
  414: { status: 414, code: 'BAD_ADDRESS', zh: '网址太长。', en: 'This address is too long.' },
  429: tooMany,
}
