import { createHash } from 'node:crypto'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Reader } from '../../indexer/read.ts'
import { MAX_PICKED_BYTES } from '../../ledger/documents.ts'
import { InputRefused } from '../../ledger/failures.ts'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { BRINGERS, mayOpen, usersOf, type DocumentStore } from '../desk/documents.ts'
import { openDoor } from '../desk/door.ts'
import { prepareDocument } from '../desk/images.ts'
import { checkRole, roleMissing, type Sessions } from '../desk/sessions.ts'
import { openWaiting } from '../desk/waiting.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { Exactly, HashText, ListOf, Number32 } from '../schemas.ts'
import type { Limits } from '../security.ts'
import { openTitles } from '../titles.ts'
import { WordsAnswer } from './answers.ts'

type Parts = { reader: Reader; vault: DocumentStore; sessions: Sessions; limits: Limits }

/** An outflow that has a picture or an invoice's number. */
export const UsedAnswer = Type.Object({ fund: Number32, number: Number32, title: Type.Optional(WordsAnswer) })
const KeptAnswer = Type.Object({
  sha256: HashText, mediaType: Type.String(), bytes: Type.Integer(),
  used: ListOf(UsedAnswer, 'outflows whose papers have the same picture'),
})
const Binary = Type.Unsafe<Buffer>(Type.Any({ description: 'the file itself' }))
const Picked = Type.Object({ 'x-mz-sha256': Type.Optional(HashText) })

/** Photographs of invoices and other documents: brought before the paper that names them, seen by whoever may read that paper. */
export const deskDocuments: FastifyPluginAsyncTypebox<Parts> = async (app, { reader, vault, sessions, limits }) => {
  const titles = openTitles(vault)
  const waiting = openWaiting(vault)
  const problems = { '4xx': ProblemAnswer }
  await openDoor(app, sessions)

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer', bodyLimit: MAX_PICKED_BYTES }, (_request, body, done) => done(null, body))
  app.addContentTypeParser('*', (_request, _payload, done) => done(new Problem(415, 'NOT_BYTES', {
    zh: '请用 application/octet-stream 发送文件。', en: 'Send the file as application/octet-stream.',
  })))

  app.post('/desk/documents', {
    schema: {
      tags: ['desk'], summary: 'Bring a photograph or PDF, for a paper to name', consumes: ['application/octet-stream'],
      headers: Picked, body: Binary, response: { 200: KeptAnswer, ...problems },
    },
    bodyLimit: MAX_PICKED_BYTES,
    config: { rateLimit: { max: limits.writes, timeWindow: '1 minute' } },
    // Before the first byte of it is read: nobody else is worth twenty megabytes.
    preParsing: async (request) => {
      const staff = sessions.of(request)
      checkRole(staff, ...BRINGERS)
      waiting.checkRoom(staff.person)
    },
  }, async (request) => {
    const { body, headers } = request
    const { person } = sessions.of(request)
    const file = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
    const original = toHex(createHash('sha256').update(file).digest())
    const promised = headers['x-mz-sha256']
    if (promised !== undefined && promised !== original)
      throw new Problem(422, 'DOCUMENT_DAMAGED', {
        zh: '文件在路上损坏了：收到的与您选的不一致。请再送一次。', en: 'The file was damaged on its way: it is not what you picked. Send it again.',
      })

    const { mediaType, bytes } = await prepareDocument(file)
    // Others of theirs may have come while this one was looked at.
    waiting.checkRoom(person)
    const sha256 = stage(vault, { mediaType, bytes, original })
    waiting.add(person, sha256, bytes.length)
    return { sha256, mediaType, bytes: bytes.length, used: usersOf(reader, titles, vault.papersWithDocument(sha256)) }
  })

  app.get('/desk/documents/:sha256', {
    schema: {
      tags: ['desk'], summary: 'A document, for whoever may read a paper that it belongs to', params: Type.Object({ sha256: HashText }),
      querystring: Exactly({}), response: { 200: Binary, ...problems },
    },
  }, async (request, reply) => {
    const staff = sessions.of(request)
    const { sha256 } = request.params
    const standing = vault.standingOf(sha256)
    if (!standing) throw unknown()
    if (!mayOpen(vault, staff, standing)) throw roleMissing()

    const document = vault.documentOf(sha256)
    if (!document) throw unknown()
    const { mediaType, bytes } = document
    return reply.type(mediaType).header('content-disposition', dispositionOf(sha256, mediaType)).send(bytes)
  })
}

/** @throws {Problem} for what the law closed. */
function stage(vault: DocumentStore, given: Parameters<DocumentStore['stageDocument']>[0]): Hex {
  try {
    return vault.stageDocument(given)
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error
    throw new Problem(422, error.code, error.words, undefined, { cause: error })
  }
}

/** What a browser may show within a page. Anything else, a PDF with scripts in it for one, is saved and opened elsewhere. */
function dispositionOf(sha256: Hex, mediaType: string): string {
  const isShown = ['image/jpeg', 'image/png', 'image/webp'].includes(mediaType)
  return `${isShown ? 'inline' : 'attachment'}; filename="${sha256.slice(2, 14)}.${mediaType.split('/').at(-1)}"`
}

function unknown(): Problem {
  return new Problem(404, 'DOCUMENT_UNKNOWN', {
    zh: '没有这份文件：没有上传过，上传后一天内没有用上，或已依法限制、删除。',
    en: 'There is no such document: never brought, not used for a day, or restricted or destroyed by law.',
  })
}
