import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { openAnswers, type Answer, type Encoding } from './answers.ts'
import { SECURITY_HEADERS } from './security.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the answer depends on nothing but the address and the book, so that it may be kept until the book moves. */
    kept?: boolean
  }
  interface FastifyReply {
    /** The book's stamp when this answer was begun; empty when the answer is not to be kept. */
    stamp: string
    /**
     * Sends a text, as `send` does; short ones of kept routes past what Fastify does for answers of all kinds, which costs as
     * much as making one.
     */
    sendText(type: string, text: string): FastifyReply
  }
}

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)

// A server may send ten packets before it hears from the other side (RFC 6928). In five there is room for a gift in a few
// parts, and compressing that saves no round trip but costs more than making the page.
const WORTH_COMPRESSING = 7_000

/**
 * Compresses answers, and tags and keeps those of `kept` routes until `stampOf` changes: the tag (RFC 9110, 8.8.3) is the
 * stamp.
 *
 * The stamp must change whenever anything that an answer shows may have changed, also when somebody edits a file by hand.
 */
export function deliver(app: FastifyInstance, stampOf: () => string): void {
  // Stamps begin anew when the server does.
  const start = randomBytes(6).toString('base64url')
  const answers = openAnswers(readyAnswer)

  app.decorateReply('stamp', '')
  app.decorateReply('sendText', function (this: FastifyReply, type: string, text: string) {
    const { request, stamp } = this
    const size = Buffer.byteLength(text)
    if (!stamp || this.statusCode !== 200 || size >= WORTH_COMPRESSING) return this.type(type).send(text)
    const answer = { body: text, type, encoding: 'identity', policy: String(this.getHeader('content-security-policy')) } as const
    answers.keep(stamp, keyOf(request), answer)
    const etag = etagOf(stamp, answer)
    this.hijack()
    if (isKnown(request, etag)) this.raw.writeHead(304, headersOf(answer, etag)).end()
    else this.raw.writeHead(200, [...headersOf(answer, etag), 'content-type', type, 'content-length', String(size)]).end(text)
    return this
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.kept !== true || request.method !== 'GET') return done()
    // Taken before anything is read: if the book moves meanwhile, the answer is kept under a stamp that is already past.
    const stamp = `${start}.${stampOf()}`
    const kept = answers.find(stamp, keyOf(request))
    if (kept) return sendKept(request, reply, kept)
    reply.stamp = stamp
    done()
  })

  app.addHook('onSend', (request, reply, payload, done) => {
    const finished = Buffer.isBuffer(payload) && reply.hasHeader('content-encoding')
    if (finished || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return done(null, payload)
    const type = String(reply.getHeader('content-type') ?? '')
    const encoding = isText(type) && Buffer.byteLength(payload) >= WORTH_COMPRESSING ? encodingOf(request) : 'identity'
    if (isText(type)) void reply.header('vary', 'accept-encoding')
    if (encoding === 'identity') return done(null, keep(request, reply, { body: payload, type, encoding }))

    void reply.header('content-encoding', encoding).removeHeader('content-length')
    compress(payload, encoding).then((body) => done(null, keep(request, reply, { body, type, encoding })), done)
  })

  /** Keeps what a kept route answers; gives what is to be sent of it. */
  function keep(request: FastifyRequest, reply: FastifyReply, answer: Omit<Answer, 'policy'>): Answer['body'] {
    if (!reply.stamp || reply.statusCode !== 200) return answer.body
    const etag = etagOf(reply.stamp, answer)
    void reply.header('etag', etag).header('cache-control', 'no-cache')
    answers.keep(reply.stamp, keyOf(request), { ...answer, policy: String(reply.getHeader('content-security-policy')) })
    if (!isKnown(request, etag)) return answer.body
    void reply.code(304)
    return ''
  }
}

function etagOf(stamp: string, { encoding }: Pick<Answer, 'encoding'>): string {
  return `"${stamp}-${encoding}"`
}

/** An answer as Latin-1 text, which goes to the socket in one piece with the headers: name, value, name, value … */
type Ready = { readonly body: string; readonly etag: string; readonly whole: string[]; readonly unchanged: string[] }

function readyAnswer(answer: Answer, stamp: string): Ready {
  const { type, encoding } = answer
  const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  const etag = etagOf(stamp, answer)
  const unchanged = headersOf(answer, etag)
  const whole = [
    ...unchanged, 'content-type', type, 'content-length', String(bytes.length), ...(encoding === 'identity' ? [] : ['content-encoding', encoding]),
  ]
  return { body: bytes.toString('latin1'), etag, whole, unchanged }
}

/** What stands above an answer, whether it is sent again or not. */
function headersOf({ type, policy }: Pick<Answer, 'type' | 'policy'>, etag: string): string[] {
  return [...FIXED, 'content-security-policy', policy, 'etag', etag, 'cache-control', 'no-cache', ...(isText(type) ? ['vary', 'accept-encoding'] : [])]
}

const FIXED = Object.entries(SECURITY_HEADERS).filter(([name]) => name !== 'content-security-policy').flat()

/** Answers past Fastify's own way of sending, which would cost more than all the rest. */
function sendKept(request: FastifyRequest, reply: FastifyReply, { body, etag, whole, unchanged }: Ready): void {
  reply.hijack()
  if (isKnown(request, etag)) reply.raw.writeHead(304, unchanged).end()
  else reply.raw.writeHead(200, whole).end(body, 'latin1')
}

/** Whether the visitor has this answer already. */
function isKnown(request: FastifyRequest, etag: string): boolean {
  const known = request.headers['if-none-match']
  return known !== undefined && known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

function keyOf(request: FastifyRequest): string {
  return `${encodingOf(request)} ${request.url}`
}

async function compress(plain: Answer['body'], encoding: 'br' | 'gzip'): Promise<Buffer> {
  return encoding === 'gzip' ? await compressGzip(plain) : await compressBrotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
}

/** The best encoding that the visitor reads: brotli, gzip or none. */
export function encodingOf(request: FastifyRequest): Encoding {
  const accepted = request.headers['accept-encoding']
  if (!accepted) return 'identity'
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)) return 'br'
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted) ? 'gzip' : 'identity'
}

function isText(type: string): boolean {
  return /^(text\/|application\/(json|javascript)|image\/svg)/.test(type)
}
