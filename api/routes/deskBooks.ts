import { Type, type FastifyPluginAsyncTypebox, type Static } from '@fastify/type-provider-typebox'
import type { Sought } from '../../indexer/finding.ts'
import type { Reader } from '../../indexer/read.ts'
import { dayAt, parseDay } from '../../ledger/day.ts'
import { readFen } from '../../ledger/fen.ts'
import { folded } from '../../ledger/folded.ts'
import { daysOf } from '../../ledger/month.ts'
import { ROLES, type Role } from '../../ledger/words.ts'
import type { AuditBook, FindingsView, FindingView, OpinionView } from '../audit.ts'
import { mayRead } from '../desk/access.ts'
import type { AskVault } from '../desk/asks.ts'
import { closingOf, type ClosingTold } from '../desk/closing.ts'
import { openDoor } from '../desk/door.ts'
import { openEntries, type Found, type InflowTold, type OutflowFound, type OutflowTold, type ProvenInflow, type VoucherTold } from '../desk/entries.ts'
import { peopleOf, type PersonTold } from '../desk/people.ts'
import { plain } from '../desk/recorded.ts'
import { checkRole, type Sessions } from '../desk/sessions.ts'
import type { Matrix } from '../pages/rights.tsx'
import { Problem, ProblemAnswer } from '../problem.ts'
import { CodeText, DateText, Exactly, FenText, Number32 } from '../schemas.ts'
import { openTitles } from '../titles.ts'
import type { Book } from '../views.ts'
import type { DeskVault } from './desk.ts'
import { codeOf, giftOf, type GiftStore } from './traces.ts'
import type { PaperStore } from './papers.ts'

type Parts = {
  reader: Reader
  vault: PaperStore & GiftStore & DeskVault & AskVault & { version(): string }
  book: Book
  audit: AuditBook
  sessions: Sessions
  matrix: Matrix
  now: () => number
}

const Entry = Type.Object({ fund: Number32, number: Number32 })
const KNOWN = {
  fund: Type.Optional(Number32), number: Type.Optional(Number32), from: Type.Optional(DateText), to: Type.Optional(DateText),
  amount: Type.Optional(FenText), skip: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
}
const Query = Exactly({ ...KNOWN, code: Type.Optional(CodeText) })
const Named = Exactly({ ...KNOWN, words: Type.String({ minLength: 1, maxLength: 100 }) })
const MonthText = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', examples: ['2020-02'] })

/** Answers whose types stand in api/desk: amounts are strings of fen, as everywhere in /v1. */
const Told = Type.Unsafe<object>(Type.Any())

/** A list on a phone, and what a month of vouchers may have before nobody prints it. */
const ROWS = 30
const MOST_VOUCHERS = 2_000
const OPINIONS = 20

/** What an auditor has done, and what they may look at. */
type AuditTold = { findings: FindingsView; opinions: readonly OpinionView[] }

/** The desk's look into the book: entries and what is left of them to correct, vouchers, findings, people. */
export const deskBooks: FastifyPluginAsyncTypebox<Parts> = async (app, { reader, vault, book, audit, sessions, matrix, now }) => {
  const titles = openTitles(vault)
  const entries = openEntries({ reader, book, papers: vault, titles })
  const answers = (summary: string) => ({ tags: ['desk'], summary, response: { 200: Told, '4xx': ProblemAnswer } })
  await openDoor(app, sessions)

  app.get('/desk/entries', { schema: { ...answers('Find entries by what is known of them'), querystring: Query } }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, ...ROLES)
    const { code, skip = 0, ...about } = request.query
    if (code !== undefined) {
      // A code leads to a gift and so to its donor: it is for those who may read the name.
      if (!mayRead(staff.roles, 'donation')) checkRole(staff, 'ACCOUNTANT', 'AUDITOR')
      return toldOf<Found>(entries.ofGift(giftOf(vault, codeOf(code))))
    }
    return toldOf<Found>(reader.atOnce(() => entries.find({ ...soughtOf(about), skip, limit: ROWS })))
  })

  // What is looked for is a person's name, mostly: it stands in no address, and so in no log on its way.
  app.post('/desk/entries/named', { schema: { ...answers('Find entries by words of their papers, as far as this role reads them'), body: Named } }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, ...ROLES)
    const { words, skip = 0, ...about } = request.body
    if (folded(words) === '') throw new Problem(400, 'INVALID', { zh: '请写要找的字。', en: 'Write what to look for.' })
    return toldOf<Found>(reader.atOnce(() => entries.findNamed({ ...soughtOf(about), skip }, words, staff.roles)))
  })

  app.get('/desk/inflows/:fund/:number', { schema: { ...answers('An inflow: where its fen are, and what corrects it'), params: Entry } }, async (request) => {
    checkRole(sessions.of(request), ...ROLES)
    const { fund, number } = request.params
    return toldOf<InflowTold>(reader.atOnce(() => entries.inflow(fund, number)) ?? inflowUnknown(fund, number))
  })

  app.get('/desk/inflows/:fund/:number/proof', { schema: { ...answers('An inflow with its Merkle path, for a void or a refund'), params: Entry } }, async (request) => {
    checkRole(sessions.of(request), 'ACCOUNTANT', 'APPROVER')
    const { fund, number } = request.params
    return toldOf<ProvenInflow>(entries.proven(fund, number) ?? inflowUnknown(fund, number))
  })

  app.get('/desk/outflows', { schema: answers('What was asked for or approved, and is not paid yet') }, async (request) => {
    checkRole(sessions.of(request), ...ROLES)
    return toldOf<OutflowFound[]>(reader.atOnce(() => entries.underWay(ROWS)))
  })

  app.get('/desk/outflows/:fund/:number', { schema: { ...answers('An outflow: what of it may come back, and what corrects it'), params: Entry } }, async (request) => {
    checkRole(sessions.of(request), ...ROLES)
    const { fund, number } = request.params
    return toldOf<OutflowTold>(reader.atOnce(() => entries.outflow(fund, number)) ?? outflowUnknown(fund, number))
  })

  app.get('/desk/vouchers', {
    schema: { ...answers('What moved money in a month, in order: the list of vouchers'), querystring: Exactly({ month: MonthText }) },
  }, async (request) => {
    checkRole(sessions.of(request), ...ROLES)
    const days = readTyped(request.query.month, daysOf)
    const found = reader.atOnce(() => entries.vouchers(days, MOST_VOUCHERS + 1))
    return toldOf<{ vouchers: VoucherTold[]; more: boolean }>({ vouchers: found.slice(0, MOST_VOUCHERS), more: found.length > MOST_VOUCHERS })
  })

  app.get('/desk/closing', {
    schema: { ...answers('What closing all funds through a day would certify'), querystring: Exactly({ through: DateText }) },
  }, async (request) => {
    checkRole(sessions.of(request), 'STEWARD', 'ACCOUNTANT', 'AUDITOR')
    const through = readTyped(request.query.through, parseDay)
    return toldOf<ClosingTold>(reader.atOnce(() => closingOf({ reader, bank: book.bank, titles }, through, dayAt(now()))))
  })

  app.get('/desk/audit', { schema: answers('Findings and opinions') }, async (request) => {
    checkRole(sessions.of(request), 'AUDITOR')
    return toldOf<AuditTold>({ findings: audit.findings(), opinions: audit.opinions(OPINIONS) })
  })

  // Its owner answers it with any key of theirs, so that a key without a role reads it as well.
  app.get('/desk/findings/:number', { schema: { ...answers('A finding, and what was answered'), params: Type.Object({ number: Number32 }) } }, async (request) => {
    sessions.of(request)
    const { number } = request.params
    return toldOf<FindingView>(audit.findings().findings.find((finding) => finding.number === number) ?? findingUnknown(number))
  })

  app.get('/desk/people', { schema: answers('Persons with their keys and roles, and the appointments that wait') }, async (request) => {
    checkRole(sessions.of(request), 'REGISTRAR', 'COUNCIL', 'AUDITOR')
    const delays = matrix.roles.map(({ name, appointmentDelayDays }) => [name, appointmentDelayDays] as const).filter(([name]) => isRole(name))
    return toldOf<{ people: PersonTold[]; delayDays: object }>({ people: reader.atOnce(() => peopleOf({ reader, papers: vault }, now())), delayDays: Object.fromEntries(delays) })
  })
}

function toldOf<Answer extends object>(answer: Answer): object {
  return plain(answer)
}

function isRole(name: string): name is Role {
  return ROLES.some((role) => role === name)
}

/** @throws {Problem} */
function soughtOf({ fund, number, from, to, amount }: Static<typeof Query>): Omit<Sought, 'skip' | 'limit'> {
  return {
    fund, number, from: from === undefined ? undefined : readTyped(from, parseDay), to: to === undefined ? undefined : readTyped(to, parseDay),
    amount: amount === undefined ? undefined : readTyped(String(amount), readFen),
  }
}

/** What a person typed, read; a day or an amount that there is not is told. @throws {Problem} */
function readTyped<Value>(text: string, read: (text: string) => Value): Value {
  try {
    return read(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Problem(400, 'INVALID', { zh: `“${text}”不是有效的日期或金额。`, en: `${JSON.stringify(text)} is no date or amount.` })
  }
}

/** @throws {Problem} */
export function inflowUnknown(fund: number, number: number): never {
  throw new Problem(404, 'INFLOW_UNKNOWN', { zh: `基金 ${fund} 没有第 ${number} 笔收入。`, en: `Fund ${fund} has no inflow ${number}.` })
}

function outflowUnknown(fund: number, number: number): never {
  throw new Problem(404, 'OUTFLOW_UNKNOWN', { zh: `基金 ${fund} 没有第 ${number} 笔支出。`, en: `Fund ${fund} has no outflow ${number}.` })
}

function findingUnknown(number: number): never {
  throw new Problem(404, 'FINDING_UNKNOWN', { zh: `没有第 ${number} 号审计问题。`, en: `There is no finding ${number}.` })
}
