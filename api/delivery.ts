import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the answer depends on nothing but the address and the book, so that it may be kept until the book moves. */
    kept?: boolean
  }
  interface FastifyReply {
    /** The book's stamp when this answer was begun; empty when the answer is not to be kept, or is kept already. */
    stamp: string
  }
}

type Encoding = 'br' | 'gzip' | 'identity'

type Kept = { body: Buffer; type: string; encoding: Encoding; etag: string }

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)

// Below this, compression saves less than a packet.
const WORTH_COMPRESSING = 1_000
const MOST_ANSWERS = 4_000
const MOST_BYTES = 64 * 1024 * 1024
const EMPTY = Buffer.alloc(0)

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
    if (kept) return void sendKept(request, reply, kept)
    reply.stamp = stamp
    done()
  })

  app.addHook('onSend', async (request, reply, payload) => {
    if (Buffer.isBuffer(payload) && reply.hasHeader('content-encoding')) return payload
    if (!(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload
    const plain = typeof payload === 'string' ? Buffer.from(payload) : payload
    const type = String(reply.getHeader('content-type') ?? '')
    const encoding = isText(type) && plain.length >= WORTH_COMPRESSING ? encodingOf(request) : 'identity'

    const body = await compress(plain, encoding)
    if (isText(type)) void reply.header('vary', 'accept-encoding')
    if (encoding !== 'identity') void reply.header('content-encoding', encoding).removeHeader('content-length')
    if (!reply.stamp || reply.statusCode !== 200) return body

    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}-${encoding}"`
    answers.keep(reply.stamp, keyOf(request), { body, type, encoding, etag })
    return tag(request, reply, etag) ? body : ''
  })
}

function keyOf(request: FastifyRequest): string {
  return `${encodingOf(request)} ${request.url}`
}

function sendKept(request: FastifyRequest, reply: FastifyReply, { body, type, encoding, etag }: Kept): FastifyReply {
  void reply.header('content-type', type).header('vary', 'accept-encoding').header('content-encoding', encoding)
  return reply.send(tag(request, reply, etag) ? body : EMPTY)
}

/** Tags the answer; false when the visitor has it already. */
function tag(request: FastifyRequest, reply: FastifyReply, etag: string): boolean {
  void reply.header('etag', etag).header('cache-control', 'no-cache')
  const known = request.headers['if-none-match']
  if (!known?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)) return true
  void reply.code(304)
  return false
}

async function compress(plain: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'br') return await compressBrotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
  if (encoding === 'gzip') return await compressGzip(plain)
  return plain
}

function encodingOf(request: FastifyRequest): Encoding {
  const accepted = request.headers['accept-encoding']
  if (!accepted) return 'identity'
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)) return 'br'
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted) ? 'gzip' : 'identity'
}

function isText(type: string): boolean {
  return /^(text\/|application\/(json|javascript)|image\/svg)/.test(type)
}

/** The answers given since the book last moved; the longest unused are dropped first. */
function openAnswers() {
  const answers = new Map<string, Kept>()
  let bytes = 0
  let stampOfAll = ''

  return {
    find(stamp: string, key: string): Kept | undefined {
      if (stamp !== stampOfAll) return undefined
      const kept = answers.get(key)
      if (!kept) return undefined
      answers.delete(key)
      answers.set(key, kept)
      return kept
    },
    keep(stamp: string, key: string, kept: Kept): void {
      if (stamp !== stampOfAll) {
        answers.clear()
        bytes = 0
        stampOfAll = stamp
      }
      bytes += kept.body.length - (answers.get(key)?.body.length ?? 0)
      answers.set(key, kept)
      for (const [oldest, { body }] of answers) {
        if (answers.size <= MOST_ANSWERS && bytes <= MOST_BYTES) break
        answers.delete(oldest)
        bytes -= body.length
      }
    },
  }
}
