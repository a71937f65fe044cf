import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Reader } from '../../indexer/read.ts'
import { formatYuan, readFen, type Fen } from '../../ledger/fen.ts'
import { REASONS_IN, type Reason } from '../../ledger/words.ts'
import { voidsOf, type AskVault } from '../desk/asks.ts'
import { openDoor } from '../desk/door.ts'
import { openEntries } from '../desk/entries.ts'
import { checkRole, type Sessions } from '../desk/sessions.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { Exactly, FenText, Number32 } from '../schemas.ts'
import type { Limits } from '../security.ts'
import { openTitles } from '../titles.ts'
import type { Book } from '../views.ts'
import type { DeskVault } from './desk.ts'
import { inflowUnknown } from './deskBooks.ts'
import type { PaperStore } from './papers.ts'

type Parts = {
  reader: Reader
  vault: PaperStore & DeskVault & AskVault & { version(): string }
  book: Book
  sessions: Sessions
  now: () => number
  limits: Limits
}

const Place = Type.Object({ fund: Number32, inflow: Number32 })
const ReasonText = Type.Unsafe<Reason>(Type.Enum([...REASONS_IN]))
const AskBody = Exactly({ fund: Number32, inflow: Number32, amount: FenText, reason: ReasonText })
const Moment = Type.Integer({ description: 'unix seconds' })
const AskAnswer = Type.Object({
  amount: FenText, reason: ReasonText, person: Type.Integer(), at: Moment,
  refused: Type.Optional(Type.Object({ by: Type.Integer({ description: 'the person who said no' }), at: Moment })),
})

/** Whoever notices that an inflow is wrong may mostly not void it: they ask whoever may. That it was asked stands in the vault, and in no book. */
export const deskAsks: FastifyPluginAsyncTypebox<Parts> = async (app, { reader, vault, book, sessions, now, limits }) => {
  const entries = openEntries({ reader, book, papers: vault, titles: openTitles(vault) })
  const config = { rateLimit: { max: limits.writes, timeWindow: '1 minute' } }
  const problems = { '4xx': ProblemAnswer }
  await openDoor(app, sessions)

  app.post('/desk/voids/asked', {
    schema: {
      tags: ['desk'], summary: 'Ask the approvers for a void of an inflow; asking again replaces what was asked', body: AskBody,
      response: { 200: AskAnswer, ...problems },
    },
    config,
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, 'ACCOUNTANT')
    const { fund, inflow: number, reason } = request.body
    const amount = readFen(String(request.body.amount))
    const { inflow, voids } = reader.atOnce(() => ({ inflow: entries.inflow(fund, number), voids: voidsOf(reader, fund, number) }))
    if (!inflow) return inflowUnknown(fund, number)
    if (inflow.voidable === 0n) throw notVoidable()
    if (amount === 0n || amount > inflow.voidable) throw beyond(inflow.voidable)
    const asked = { amount, reason, person: staff.person, at: Math.floor(now()) }
    vault.askVoid({ fund, inflow: number, ...asked, voids })
    return asked
  })

  app.delete('/desk/voids/asked/:fund/:inflow', {
    schema: { tags: ['desk'], summary: 'Ask for a void no longer', params: Place, response: { 204: Type.Null(), ...problems } }, config,
  }, async (request, reply) => {
    checkRole(sessions.of(request), 'ACCOUNTANT')
    const { fund, inflow } = request.params
    vault.dropAskedVoid(fund, inflow)
    return reply.code(204).send(null)
  })

  app.post('/desk/voids/refused', {
    schema: {
      tags: ['desk'], summary: 'Say no to a void that is asked for; whoever asked hears of it', body: Exactly({ fund: Number32, inflow: Number32 }),
      response: { 200: AskAnswer, ...problems },
    },
    config,
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, 'APPROVER')
    const { fund, inflow } = request.body
    vault.refuseAskedVoid(fund, inflow, { by: staff.person, at: Math.floor(now()) })
    return entries.inflow(fund, inflow)?.asked ?? nothingAsked(fund, inflow)
  })
}

function nothingAsked(fund: number, inflow: number): never {
  throw new Problem(404, 'VOID_NOT_ASKED', {
    zh: `没有等着的冲销请求：第 ${inflow} 笔收入的请求已撤回，或已冲销。`, en: `No void of inflow ${inflow} waits: it was taken back, or made.`,
  }, { fund: String(fund), inflow: String(inflow) })
}

function beyond(voidable: Fen): Problem {
  const most = formatYuan(voidable)
  return new Problem(422, 'NOT_VOIDABLE', { zh: `金额应在 ¥0.01 和 ¥${most} 之间。`, en: `The amount must be between ¥0.01 and ¥${most}.` }, { voidable: String(voidable) })
}

function notVoidable(): Problem {
  return new Problem(422, 'NOT_VOIDABLE', {
    zh: '这笔收入没有可以冲销的：已经用出、冲销或退还，是划转来的，或者基金已终止。',
    en: 'Nothing of this inflow can be voided: it is spent, void or given back, came by a transfer, or its fund is closed.',
  })
}
