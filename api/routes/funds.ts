import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseDay } from '../../ledger/day.ts'
import { SOURCES, type Source } from '../../ledger/words.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { Exactly, ListOf, Number32 } from '../schemas.ts'
import type { Book, EntryQuery, FundView } from '../views.ts'
import { FundAnswer, InflowAnswer, OutflowAnswer, PaymentAnswer } from './answers.ts'

const FundParams = Type.Object({ id: Number32 })
const AnySource = Type.Unsafe<Source>(Type.Enum(SOURCES.slice(1)))
/** The days that a list is of. */
export const Dates = {
  from: Type.Optional(Type.String({ maxLength: 10, description: 'first accounting date' })),
  to: Type.Optional(Type.String({ maxLength: 10, description: 'last accounting date' })),
}
/** Which part of a list. */
export const Page = {
  after: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'entries with a greater number, in their order' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
}

/** Funds and their entries, paged by number. */
export const funds: FastifyPluginAsyncTypebox<{ book: Book }> = async (app, { book }) => {
  app.get(
    '/funds',
    {
      schema: { tags: ['book'], summary: 'All funds', querystring: Exactly({}), response: { 200: ListOf(FundAnswer), '4xx': ProblemAnswer } },
      config: { kept: true },
    },
    async () => book.funds(),
  )

  app.get(
    '/funds/:id',
    {
      schema: { tags: ['book'], summary: 'One fund', params: FundParams, querystring: Exactly({}), response: { 200: FundAnswer, '4xx': ProblemAnswer } },
      config: { kept: true },
    },
    async ({ params }) => fundOf(book, params.id),
  )

  app.get(
    '/funds/:id/inflows',
    {
      schema: {
        tags: ['book'], summary: "A fund's inflows", params: FundParams,
        querystring: Exactly({ ...Page, ...Dates, source: Type.Optional(AnySource) }),
        response: { 200: ListOf(InflowAnswer), '4xx': ProblemAnswer },
      },
      config: { kept: true },
    },
    async ({ params, query }) => book.inflows(fundOf(book, params.id).number, queryOf(query)),
  )

  app.get(
    '/funds/:id/payments',
    {
      schema: {
        tags: ['book'], summary: "A fund's payments, refunds, transfers and voids", params: FundParams,
        querystring: Exactly({ ...Page, ...Dates, source: Type.Optional(AnySource) }),
        response: { 200: ListOf(OutflowAnswer), '4xx': ProblemAnswer },
      },
      config: { kept: true },
    },
    async ({ params, query }) => book.payments(fundOf(book, params.id).number, queryOf(query)),
  )

  app.get(
    '/payments/:fund/:number',
    {
      schema: {
        tags: ['book'], summary: 'One payment: its steps and whose fen it used', querystring: Exactly({}),
        params: Type.Object({ fund: Number32, number: Number32 }), response: { 200: PaymentAnswer, '4xx': ProblemAnswer },
      },
      config: { kept: true },
    },
    async ({ params }) => {
      const payment = book.payment(fundOf(book, params.fund).number, params.number)
      if (!payment) throw paymentUnknown(params.fund, params.number)
      return payment
    },
  )
}

/** @throws {Problem} when there is none. */
export function fundOf(book: Book, number: number): FundView {
  const fund = book.fund(number)
  if (fund) return fund
  throw new Problem(404, 'FUND_UNKNOWN', { zh: `没有编号为 ${number} 的基金。`, en: `There is no fund ${number}.` })
}

/** There is no such entry. */
export const paymentUnknown = (fund: number, number: number) =>
  new Problem(404, 'OUTFLOW_UNKNOWN', { zh: `基金 ${fund} 没有第 ${number} 笔支出。`, en: `Fund ${fund} has no outflow ${number}.` })

type Asked = { after?: number; limit?: number; from?: string; to?: string; source?: Source }

/** What was asked for, with dates looked at. @throws {Problem} for a date that the calendar does not have. */
function queryOf({ after = 0, limit = 50, ...asked }: Asked): EntryQuery {
  const query = { after, limit, ...asked }
  checkDates(query)
  return query
}

/** @throws {Problem} for a date that the calendar does not have. */
export function checkDates(query: { from?: string; to?: string }): void {
  for (const name of ['from', 'to'] as const) checkDate(name, query[name])
}

function checkDate(name: string, text: string | undefined): void {
  if (text === undefined) return
  try {
    parseDay(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Problem(400, 'INVALID', { zh: `${name} 不是日期（应为 2020-01-29 这样的写法）。`, en: `${name} is no date such as 2020-01-29.` })
  }
}
