import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { formatShare, type Share } from '../../ledger/traceability.ts'
import { UNEXPLAINED, type Unexplained } from '../../ledger/words.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { DateText, Exactly, FenText, HashText, ListOf, Number32 } from '../schemas.ts'
import type { AccountView, BankBook } from '../views.ts'
import { checkDates, Dates, Page } from './funds.ts'

const SignedFen = Type.Unsafe<bigint>(Type.String({
  pattern: '^(0|-?[1-9]\\d{0,18})$', examples: ['-2000000'], description: 'fen; below zero what went out, or what is overdrawn',
}))
const FenOfLine = Type.Unsafe<bigint>(FenText)
const UnixTime = Type.Integer({ description: 'unix seconds' })
const WordsAnswer = Type.Object({ zh: Type.String(), en: Type.String() })
/** A share as answers tell it: in fen, and for people. */
export const ShareAnswer = Type.Object({ all: FenOfLine, explained: FenOfLine, share: Type.String({ examples: ['98.00%'], description: 'rounded down; — of nothing' }) })

const AccountAnswer = Type.Object({
  number: Number32, title: WordsAnswer, bank: Type.Optional(Type.String()), demo: Type.Boolean(), community: Number32,
  opening: SignedFen, openedOn: DateText, through: Type.Optional(DateText), balance: SignedFen, lines: Type.Integer(), statements: Type.Integer(),
  matches: Type.Integer(), paper: HashText, openedAt: UnixTime, credits: ShareAnswer, debits: ShareAnswer,
})

const MatchAnswer = Type.Object({
  account: Number32, number: Number32, line: Number32, fund: Number32, outflow: Type.Boolean({ description: 'outflow `entry`, else inflow `entry`' }),
  entry: Number32, amount: FenText, paper: HashText,
})
const ExplainedAnswer = Type.Object({ why: Type.Unsafe<Unexplained>(Type.Enum([...UNEXPLAINED])), statement: Type.Optional(Type.String()), paper: HashText })

const LineAnswer = Type.Object({
  account: Number32, number: Number32, statement: Number32, amount: SignedFen, day: DateText, paper: HashText, matched: FenText,
  matches: ListOf(MatchAnswer), explained: Type.Optional(ExplainedAnswer),
})

const TraceabilityAnswer = Type.Object({
  headline: Type.Optional(ShareAnswer), credits: ShareAnswer, debits: ShareAnswer,
  months: ListOf(Type.Object({ month: Type.String({ examples: ['2026-11'] }), credits: ShareAnswer, debits: ShareAnswer })),
  unexplained: ListOf(Type.Object({
    account: Number32, number: Number32, day: DateText, amount: SignedFen, left: FenOfLine, since: UnixTime, explained: Type.Optional(ExplainedAnswer),
  }), 'lines of which some fen have no complete chain of entries and papers'),
})

/** Bank accounts, their lines, and how much of them the book explains. Nothing private is in it. */
export const bank: FastifyPluginAsyncTypebox<{ bank: BankBook }> = async (app, { bank }) => {
  app.get(
    '/bank',
    {
      schema: { tags: ['book'], summary: 'All bank accounts, without their numbers', querystring: Exactly({}), response: { 200: ListOf(AccountAnswer), '4xx': ProblemAnswer } },
      config: { kept: true },
    },
    async () => bank.accounts().map(({ credits, debits, ...account }) => ({ ...account, credits: toldShare(credits), debits: toldShare(debits) })),
  )

  app.get(
    '/bank/:account/lines',
    {
      schema: {
        tags: ['book'], summary: "An account's lines: what each is matched with, or why it is not", params: Type.Object({ account: Number32 }),
        querystring: Exactly({ ...Page, ...Dates }), response: { 200: ListOf(LineAnswer), '4xx': ProblemAnswer },
      },
      config: { kept: true },
    },
    async ({ params, query: { after = 0, limit = 50, ...dates } }) => {
      checkDates(dates)
      return bank.lines(accountOf(bank, params.account).number, { after, limit, ...dates })
    },
  )

  app.get(
    '/traceability',
    {
      schema: { tags: ['book'], summary: 'How much of what the bank moved the book explains', querystring: Exactly({}), response: { 200: TraceabilityAnswer, '4xx': ProblemAnswer } },
      config: { kept: true },
    },
    async () => {
      const { headline, credits, debits, months, unexplained } = bank.traceability()
      return {
        ...(headline && { headline: toldShare(headline) }), credits: toldShare(credits), debits: toldShare(debits), unexplained,
        months: months.map(({ month, credits, debits }) => ({ month, credits: toldShare(credits), debits: toldShare(debits) })),
      }
    },
  )
}

/** @throws {Problem} when there is none. */
export function accountOf(bank: BankBook, number: number): AccountView {
  const account = bank.account(number)
  if (account) return account
  throw new Problem(404, 'ACCOUNT_UNKNOWN', { zh: `没有编号为 ${number} 的银行账户。`, en: `There is no bank account ${number}.` })
}

export function toldShare({ all, explained }: Share) {
  return { all, explained, share: formatShare({ all, explained }) }
}
