import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isResidentsPaper } from '../../ledger/complaint.ts'
import { dayAt, type Day } from '../../ledger/day.ts'
import { hashOfPaper } from '../../ledger/papers.ts'
import { COMPLAINT_STATES, type ComplaintState } from '../../ledger/words.ts'
import { keptUntil } from '../../vault/retention.ts'
import type { AuditBook, ComplaintView, NumberQuery } from '../audit.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { Exactly, HashText, ListOf, Number32 } from '../schemas.ts'
import type { Limits } from '../security.ts'
import { PaperBody, putInOrder, readPaperBody, type PaperStore } from './papers.ts'

type Parts = { audit: AuditBook; vault: PaperStore; limits: Limits }

const StepAnswer = Type.Object({
  step: Type.Unsafe<ComplaintView['steps'][number]['step']>(Type.Enum(['Filed', 'Answered', 'Closed', 'Reopened'])),
  person: Type.Integer({ description: '0: the resident' }), at: Type.Integer({ description: 'unix seconds' }), paper: HashText, transaction: HashText,
  statement: Type.Optional(Type.String({ description: 'what the answer says, in public' })),
})
const ComplaintAnswer = Type.Object({
  number: Number32, community: Number32, fund: Type.Integer(), outflow: Type.Integer({ description: '0: the whole fund' }),
  state: Type.Unsafe<ComplaintState>(Type.Enum(COMPLAINT_STATES.slice(1))), overdue: Type.Boolean({ description: 'no answer for 24 hours' }),
  filedAt: Type.Integer(), answeredAt: Type.Optional(Type.Integer()), steps: ListOf(StepAnswer),
})
const Numbered = Type.Object({ number: Number32 })

/**
 * Residents' complaints. They are filed by a transaction, like every entry; what they say comes after it, so that its hash stands
 * in the book before anybody here can read a word.
 */
export const complaints: FastifyPluginAsyncTypebox<Parts> = async (app, { audit, vault, limits }) => {
  app.get(
    '/complaints',
    {
      schema: {
        tags: ['book'], summary: 'Complaints: what they are about and how far they have come, and nothing of what they say',
        querystring: Exactly({
          before: Type.Optional(Number32), after: Type.Optional(Type.Integer({ minimum: 0 })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })), paper: Type.Optional(HashText),
          fund: Type.Optional(Number32), outflow: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: '0: those on the whole fund' })),
        }),
        response: { 200: ListOf(ComplaintAnswer), '4xx': ProblemAnswer },
      },
      config: { kept: true },
    },
    async ({ query: { paper, fund, outflow = 0, ...query } }) => {
      if (fund !== undefined) return pageOf(audit.complaintsOf(fund, outflow), { limit: 50, ...query })
      if (paper === undefined) return audit.complaints({ limit: 50, ...query })
      const complaint = audit.complaint(audit.complaintOfPaper(paper) ?? 0)
      return complaint ? [complaint] : []
    },
  )

  app.get(
    '/complaints/:number',
    {
      schema: { tags: ['book'], summary: 'One complaint', params: Numbered, querystring: Exactly({}), response: { 200: ComplaintAnswer, '4xx': ProblemAnswer } },
      config: { kept: true },
    },
    async ({ params }) => complaintOf(audit, params.number),
  )

  app.post(
    '/complaints/:number/paper',
    {
      schema: {
        tags: ['writing'], summary: 'Bring the paper of a complaint that stands in the book', params: Numbered, body: PaperBody,
        response: { 200: Type.Object({ hash: HashText }), 201: Type.Object({ hash: HashText }), '4xx': ProblemAnswer },
      },
      bodyLimit: 32 * 1024,
      config: { rateLimit: { max: limits.writes, timeWindow: '1 minute' } },
    },
    async ({ body, params }, reply) => {
      const complaint = complaintOf(audit, params.number)
      const { paper, opened } = readPaperBody(body)
      const hash = hashOfPaper(paper)
      if (!complaint.steps.some((step) => step.person === 0 && step.paper === hash))
        throw new Problem(422, 'PAPER_NOT_OF_COMPLAINT', {
          zh: `第 ${complaint.number} 号投诉在账本里登记的不是这份内容的指纹。`, en: `The book names another paper for complaint ${complaint.number}.`,
        })
      if (!isResidentsPaper(paper, complaint))
        throw new Problem(422, 'PAPER_NOT_IN_ORDER', { zh: '投诉的凭证格式不对。', en: 'This is no paper of a complaint.' })
      const { known } = putInOrder(vault, { paper, opened, keptUntil: keptUntil(today(), 'statement') })
      return reply.code(known ? 200 : 201).send({ hash })
    },
  )
}

/** As lists of numbers are everywhere: the newest first, or upwards when somebody asks for what comes `after`. */
function pageOf(complaints: readonly ComplaintView[], { before = Infinity, after, limit }: NumberQuery): ComplaintView[] {
  const within = complaints.filter(({ number }) => number < before && number > (after ?? 0))
  return (after === undefined ? within.toReversed() : within).slice(0, limit)
}

/** @throws {Problem} when there is none. */
export function complaintOf(audit: AuditBook, number: number): ComplaintView {
  const complaint = audit.complaint(number)
  if (complaint) return complaint
  throw new Problem(404, 'COMPLAINT_UNKNOWN', { zh: `没有第 ${number} 号投诉。`, en: `There is no complaint ${number}.` })
}

function today(): Day {
  return dayAt(Date.now() / 1000)
}
