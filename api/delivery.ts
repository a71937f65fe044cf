import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { openAnswers, type Encoding, type Kept } from './answers.ts'
import { SECURITY_HEADERS } from './security.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the answer depends on nothing but the address and the book, so that it may be kept until the book moves. */
    kept?: boolean
  }
  interface FastifyReply {
    /** The book's stamp when this answer was begun; empty when the answer is not to be kept. */
    stamp: string
  }
}

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)

// Below this, compression saves less than a packet.
const WORTH_COMPRESSING = 1_000
// Up to here the quickest compression, 25 µs for a donor's page, costs less than handing the work to another thread.
const QUICKLY_COMPRESSED = 64 * 1024

/**
 * Compresses answers, tags them with the hash of what they say, and keeps those of `kept` routes until `stampOf` changes.
 *
 * The stamp must change whenever anything that an answer shows may have changed, also when somebody edits a file by hand.
 */
export function deliver(app: FastifyInstance, stampOf: () => string): void {
  const answers = openAnswers()

  app.decorateReply('stamp', '')
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.kept !== true || request.method !== 'GET') return done()
    // Taken before anything is read: if the book moves meanwhile, the answer is kept under a stamp that is already past.
    const stamp = stampOf()
    const kept = answers.find(stamp, keyOf(request))
    if (kept) return sendKept(request, reply, kept)
    reply.stamp = stamp
    done()
  })

  app.addHook('onSend', async (request, reply, payload) => {
    if (Buffer.isBuffer(payload) && reply.hasHeader('content-encoding')) return payload
    if (!(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload
    const plain = typeof payload === 'string' ? Buffer.from(payload) : payload
    const type = String(reply.getHeader('content-type') ?? '')
    const encoding = isText(type) && plain.length >= WORTH_COMPRESSING ? encodingOf(request) : 'identity'

    const body = encoding === 'identity' ? plain : await compress(plain, encoding)
    if (isText(type)) void reply.header('vary', 'accept-encoding')
    if (encoding !== 'identity') void reply.header('content-encoding', encoding).removeHeader('content-length')
    if (!reply.stamp || reply.statusCode !== 200) return body

    const etag = `"${hash('sha256', plain, 'base64url').slice(0, 22)}-${encoding}"`
    void reply.header('etag', etag).header('cache-control', 'no-cache')
    const policy = String(reply.getHeader('content-security-policy'))
    answers.keep(reply.stamp, keyOf(request), keptAnswer(body, { type, encoding, etag, policy }))
    if (!isKnown(request, etag)) return body
    void reply.code(304)
    return ''
  })
}

type Described = { type: string; encoding: Encoding; etag: string; policy: string }

/** The answer with its headers ready to be sent. */
function keptAnswer(body: Buffer, { type, encoding, etag, policy }: Described): Kept {
  const unchanged = {
    ...SECURITY_HEADERS, 'content-security-policy': policy, etag, 'cache-control': 'no-cache', ...(isText(type) && { vary: 'accept-encoding' }),
  }
  const whole = {
    ...unchanged, 'content-type': type, 'content-length': String(body.length), ...(encoding !== 'identity' && { 'content-encoding': encoding }),
  }
  return { body, etag, unchanged: Object.entries(unchanged).flat(), whole: Object.entries(whole).flat() }
}

/** Answers past Fastify's own way of sending, which would cost more than all the rest. */
function sendKept(request: FastifyRequest, reply: FastifyReply, { body, etag, whole, unchanged }: Kept): void {
  reply.hijack()
  if (isKnown(request, etag)) reply.raw.writeHead(304, unchanged).end()
  else reply.raw.writeHead(200, whole).end(body)
}

/** Whether the visitor has this answer already. */
function isKnown(request: FastifyRequest, etag: string): boolean {
  const known = request.headers['if-none-match']
  return known !== undefined && known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

function keyOf(request: FastifyRequest): string {
  return `${encodingOf(request)} ${request.url}`
}

async function compress(plain: Buffer, encoding: 'br' | 'gzip'): Promise<Buffer> {
  if (plain.length > QUICKLY_COMPRESSED)
    return encoding === 'gzip' ? await compressGzip(plain) : await compressBrotli(plain, qualityOf(5))
  return encoding === 'gzip' ? gzipSync(plain, { level: 1 }) : brotliCompressSync(plain, qualityOf(1))
}

function qualityOf(quality: number) {
  return { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }
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
