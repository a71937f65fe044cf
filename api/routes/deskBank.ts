import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Result } from 'ethers'
import type { Reader } from '../../indexer/read.ts'
import type { NewMatch, OpenEntry, Proposal } from '../../intake/matching.ts'
import { KINDS } from '../../ledger/actPapers.ts'
import { Day } from '../../ledger/day.ts'
import { sizeOf } from '../../ledger/fen.ts'
import { Hash, type Hex } from '../../ledger/hex.ts'
import { hashOfPaper } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { REASONS, UNEXPLAINED, type Reason, type Role, type Unexplained } from '../../ledger/words.ts'
import { checkPapers } from '../desk/actPapers.ts'
import type { Acts } from '../desk/acts.ts'
import { checkCover, papersOfLines, readBankCall, readRecordedLines } from '../desk/bankLines.ts'
import { openDoor } from '../desk/door.ts'
import { openBalancing, openReconciling, sureOf } from '../desk/reconciling.ts'
import { RecordedAnswer, toldOf } from '../desk/recorded.ts'
import { checkRole, type Sessions } from '../desk/sessions.ts'
import { isAbout, isOfAmount, openTelling } from '../desk/tellBank.ts'
import { checkMatches, lineAt, MatchRefused, openOf } from '../desk/unmatched.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { BytesText, DateText, Exactly, FenText, HashText, ListOf, Number32 } from '../schemas.ts'
import type { Limits } from '../security.ts'
import type { Book } from '../views.ts'
import { WordsAnswer } from './answers.ts'
import { accountOf, ShareAnswer } from './bank.ts'
import type { DeskVault } from './desk.ts'
import { PaperBody, putAllInOrder, readPaperBody, type PaperStore } from './papers.ts'

type Parts = {
  reader: Reader
  vault: PaperStore & DeskVault & { version(): string }
  acts: Acts
  book: Book
  sessions: Sessions
  limits: Limits
}

const SignedFen = Type.Unsafe<bigint>(Type.String({ pattern: '^(0|-?[1-9]\\d{0,18})$' }))
const Fen = Type.Unsafe<bigint>(FenText)
const DayNumber = Type.Integer({ minimum: 0, maximum: 100_000, description: 'days since 1970-01-01, China Standard Time' })
const Account = Type.Object({ account: Number32 })

const Source = Type.Array(Type.String({ maxLength: 4_000 }), { minItems: 1, maxItems: 500 })
const Ordinal = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const RefsBody = Exactly({ lines: Type.Array(Exactly({ source: Source, ordinal: Ordinal }), { maxItems: 500 }) })
const LinesBody = Exactly({
  rawTransaction: BytesText, cover: PaperBody,
  lines: Type.Array(Exactly({ source: Source, ordinal: Ordinal, opened: Type.Any({ description: 'private texts with their salts' }) }), { maxItems: 500 }),
})
const MatchesBody = Exactly({ rawTransaction: BytesText, papers: Type.Array(PaperBody, { minItems: 1, maxItems: 1 }) })

const BookedAnswer = Type.Object({ number: Number32, openedOn: DayNumber, through: DayNumber, balance: SignedFen, lines: Type.Integer(), statements: Type.Integer() })
const Sums = Type.Object({ lines: Type.Integer(), credits: Fen, creditLines: Type.Integer(), debits: Fen, debitLines: Type.Integer() }, { description: 'lines of which something is not matched' })
const StandingAnswer = Type.Object({
  number: Number32, title: WordsAnswer, balance: SignedFen, through: Type.Optional(DateText), credits: ShareAnswer, debits: ShareAnswer,
  waiting: Sums, said: Sums,
})
const EntryAnswer = Type.Object({
  fund: Number32, outflow: Type.Boolean(), number: Number32, day: DateText, amount: Fen, title: Type.Optional(WordsAnswer), who: Type.Optional(Type.String()),
})
const Sum = Type.Object({ count: Type.Integer(), amount: Fen })
const Ways = { credits: Sum, debits: Sum }
const BalanceAnswer = Type.Object({
  openedOn: DateText, through: DateText, accounts: Type.Integer({ description: 'how many the book keeps' }),
  bank: Type.Object({ ...Ways, opening: SignedFen, balance: SignedFen }), book: Type.Object({ ...Ways, balance: SignedFen }),
  matched: Type.Object(Ways), onlyBook: Type.Object(Ways), waiting: Type.Object(Ways), said: Type.Object(Ways), otherDays: Type.Object(Ways), elsewhere: Type.Object(Ways), otherFunds: Type.Object(Ways),
  faults: SignedFen, adjusted: Type.Object({ bank: SignedFen, book: SignedFen }),
  entries: ListOf(EntryAnswer, 'of the book, and of no bank line; the oldest first'), more: Type.Integer(),
})
const ProposalAnswer = Type.Object({
  lines: ListOf(Type.Object({ line: Number32, day: DateText, amount: Fen, who: Type.Optional(Type.String({ description: 'private: whom the bank printed' })) })), entries: ListOf(EntryAnswer), score: Type.Integer(), why: Type.Unsafe<Proposal['why']>(Type.Array(Type.String())),
})
const LineAnswer = Type.Object({
  line: Number32, statement: Number32, day: DateText, amount: SignedFen, left: Fen,
  texts: Type.Unsafe<Readonly<Record<string, string>>>(Type.Record(Type.String(), Type.String(), { description: 'private: what the bank printed' })),
  explained: Type.Optional(Type.Object({ why: Type.Unsafe<Unexplained>(Type.Enum([...UNEXPLAINED])), statement: Type.Optional(Type.String()) })),
  proposal: Type.Optional(ProposalAnswer),
})
const SureAnswer = Type.Object({ proposals: Type.Integer(), matches: Type.Integer(), amount: Fen })
const MatchAnswer = Type.Object({
  number: Number32, line: Number32, day: DateText, fund: Number32, outflow: Type.Boolean(), entry: Number32, amount: Fen, person: Number32, at: Type.Integer(),
  counterparty: Type.Optional(Type.String()), title: Type.Optional(WordsAnswer),
  undone: Type.Optional(Type.Object({ reason: Type.Unsafe<Reason>(Type.Enum([...REASONS])), person: Number32 })),
})
const OpenAnswer = Type.Object({
  standing: StandingAnswer, lines: ListOf(LineAnswer), doubtful: ListOf(MatchAnswer, 'matched, and explaining nothing: the entry was voided since, or lacks papers'),
  sure: SureAnswer, next: Type.Optional(Number32),
})

/** Who may see what the bank printed. */
const READERS = ['ACCOUNTANT', 'APPROVER', 'CASHIER', 'AUDITOR'] as const satisfies readonly Role[]
const MOST_CANDIDATES = 60
/** 500 lines with their cells, texts and salts, and the call that names them. */
const MOST_BYTES = 4_000_000

/** The bank's side of the desk: statements come in, lines are matched with entries, and what is left is explained. */
export const deskBank: FastifyPluginAsyncTypebox<Parts> = async (app, parts) => {
  const { reader, vault, acts, book, sessions, limits } = parts
  const reconcilingOf = openReconciling(reader, vault)
  const balanceOf = openBalancing(reader, vault)
  const tell = openTelling(parts)
  const queue = openQueue()
  const problems = { '4xx': ProblemAnswer }
  const writes = { rateLimit: { max: limits.writes, timeWindow: '1 minute' } }
  await openDoor(app, sessions)

  app.get('/desk/bank/:account', {
    schema: { tags: ['desk'], summary: 'Where the next statement of an account must begin', params: Account, response: { 200: BookedAnswer, ...problems } },
  }, async (request) => {
    checkRole(sessions.of(request), 'ACCOUNTANT')
    const { number } = accountOf(book.bank, request.params.account)
    const found = reader.accounts().find((account) => account.number === number)
    if (!found) throw new RangeError(`the book tells account ${number}, and the mirror has none`)
    const { openedOn, through, balance, lines, statements } = found
    return { number, openedOn, through, balance, lines, statements }
  })

  app.get('/desk/bank/:account/recorded', {
    schema: {
      tags: ['desk'], summary: 'The refs of the lines recorded of some days', params: Account,
      querystring: Exactly({ from: DayNumber, to: DayNumber, after: Type.Optional(Type.Integer({ minimum: 0 })) }),
      response: { 200: ListOf(Type.Object({ number: Number32, day: DayNumber, ref: HashText })), ...problems },
    },
  }, async (request) => {
    checkRole(sessions.of(request), 'ACCOUNTANT')
    const { from, to, after = 0 } = request.query
    const { number: account } = accountOf(book.bank, request.params.account)
    return reader.bankLineRefs(account, { after, from: Day(from), to: Day(to) })
  })

  app.post('/desk/bank/:account/refs', {
    schema: { tags: ['desk'], summary: 'The refs of lines to be', params: Account, body: RefsBody, response: { 200: ListOf(HashText), ...problems } },
    bodyLimit: MOST_BYTES,
  }, async (request) => {
    checkRole(sessions.of(request), 'ACCOUNTANT')
    const { number } = accountOf(book.bank, request.params.account)
    return request.body.lines.map(({ source, ordinal }) => refOf(vault.bookKey, ['statement', `${number}`, ...source], ordinal))
  })

  app.post('/desk/bank/lines', {
    schema: { tags: ['desk'], summary: 'Bring signed lines of a statement, with what the bank printed of them', body: LinesBody, response: { 200: RecordedAnswer, ...problems } },
    bodyLimit: MOST_BYTES, config: writes,
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, 'ACCOUNTANT')
    const { rawTransaction, cover, lines } = request.body
    const signed = acts.read(staff, rawTransaction)
    const call = readRecordedLines(signed.data)
    const papers = [checkCover(call, readPaperBody(cover)), ...papersOfLines(vault.bookKey, call, lines)]
    return toldOf(await acts.record(signed, { papers: papers.map(({ paper }) => hashOfPaper(paper)), keep: () => putAllInOrder(vault, papers) }))
  })

  app.post('/desk/bank/matches', {
    schema: { tags: ['desk'], summary: 'Bring signed matches; what goes beyond a line or an entry is refused', body: MatchesBody, response: { 200: RecordedAnswer, ...problems } },
    bodyLimit: MOST_BYTES, config: writes,
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, 'ACCOUNTANT')
    const signed = acts.read(staff, request.body.rawTransaction)
    const papers = request.body.papers.map(readPaperBody)
    const { account, paper, matches } = readMatches(signed.data)
    checkPapers(vault, { name: 'matchLines', papers: [paper], kinds: KINDS.bank['matchLines'] ?? [] }, papers.map((given) => given.paper))
    // The contract keeps no line, so that only whoever sees the lines can refuse the same fen twice: one after another, each after what
    // the one before wrote. What is in the book already is answered and not judged again.
    const recorded = await queue(async () => {
      if (!(await acts.isSent(signed))) judge(() => checkMatches(reader, account, matches))
      return await acts.record(signed, { papers: [paper], keep: () => putAllInOrder(vault, papers) })
    })
    return toldOf(recorded)
  })

  app.get('/desk/bank/:account/open', {
    schema: {
      tags: ['desk'], summary: 'Lines of which something is not matched, the newest statement first, each with what seems to be its entry', params: Account,
      querystring: Exactly({
        after: Type.Optional(Type.Integer({ minimum: 0, description: 'the last line of the page before' })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        said: Type.Optional(Type.Literal('true', { description: 'those of which somebody said why, instead of the others' })),
      }),
      response: { 200: OpenAnswer, ...problems },
    },
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, ...READERS)
    const { after, limit = 50, said } = request.query
    const { number } = accountOf(book.bank, request.params.account)
    return tell.open(staff.roles, await reconcilingOf(number), { account: number, limit, said: said === 'true', ...(after && { after }) })
  })

  app.get('/desk/bank/:account/balance', {
    schema: {
      tags: ['desk'], summary: 'The bank reconciliation statement: the balance of the bank and that of the book, and what brings them together', params: Account,
      response: { 200: Type.Object({ balance: Type.Optional(BalanceAnswer) }, { description: 'without one before the first statement of the bank' }), ...problems },
    },
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, ...READERS)
    const { number } = accountOf(book.bank, request.params.account)
    const balance = await balanceOf(number)
    return balance ? { balance: tell.balance(staff.roles, number, balance) } : {}
  })

  app.get('/desk/bank/:account/proposals', {
    schema: {
      tags: ['desk'], summary: 'Proposals of a score or more, as many as fit one signature', params: Account,
      querystring: Exactly({ atLeast: Type.Integer({ minimum: 0, maximum: 100 }) }), response: { 200: ListOf(ProposalAnswer), ...problems },
    },
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, 'ACCOUNTANT')
    const { number } = accountOf(book.bank, request.params.account)
    const found = sureOf(await reconcilingOf(number), request.query.atLeast)
    return found.map((proposal) => tell.proposal(staff.roles, proposal))
  })

  app.get('/desk/bank/:account/candidates', {
    schema: {
      tags: ['desk'], summary: 'Open entries that a line may be, the likeliest first', params: Account,
      querystring: Exactly({ line: Number32, q: Type.Optional(Type.String({ maxLength: 100 })) }), response: { 200: ListOf(EntryAnswer), ...problems },
    },
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, 'ACCOUNTANT')
    const { line, q = '' } = request.query
    const { number } = accountOf(book.bank, request.params.account)
    const found = judge(() => lineAt(reader, number, line))
    const { entries } = await reconcilingOf(number)
    const wanted = q.normalize('NFKC').trim().toLowerCase()
    const size = openOf(found)
    const distance = ({ amount, day }: OpenEntry) => (sizeOf(amount) === size ? 0 : 1_000_000) + Math.abs(day - found.day)
    const isMeant = ({ amount }: OpenEntry) => isOfAmount(amount, wanted)
    return entries
      .filter((entry) => entry.amount < 0n === found.amount < 0n && (wanted === '' || isMeant(entry) || isAbout(tell.entry(staff.roles, entry), wanted)))
      .toSorted((a, b) => Number(isMeant(b)) - Number(isMeant(a)) || distance(a) - distance(b)).slice(0, MOST_CANDIDATES).map((entry) => tell.entry(staff.roles, entry))
  })

  app.get('/desk/bank/:account/matches', {
    schema: {
      tags: ['desk'], summary: 'Matches of an account, the newest first', params: Account,
      querystring: Exactly({ before: Type.Optional(Number32) }), response: { 200: ListOf(MatchAnswer), ...problems },
    },
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, ...READERS)
    const { before } = request.query
    const { number } = accountOf(book.bank, request.params.account)
    return reader.atOnce(() => reader.matchesIn(number, { limit: 50, ...(before !== undefined && { before }) }).map((match) => tell.match(staff.roles, match)))
  })
}

function readMatches(data: string): { account: number; paper: Hex; matches: NewMatch[] } {
  const { accountNumber, paper, matches } = readBankCall('matchLines', data)
  return {
    account: Number(accountNumber), paper: Hash(paper),
    matches: matches.map((match: Result) => ({
      line: Number(match.line), fund: Number(match.fund), outflow: match.outflow, number: Number(match.number), amount: match.amount,
    })),
  }
}

/** @throws {Problem} of what cannot be matched. */
function judge<Answer>(look: () => Answer): Answer {
  try {
    return look()
  } catch (error) {
    if (error instanceof MatchRefused) throw new Problem(422, error.code, error.words, error.facts)
    throw error
  }
}

/** Runs one piece of work after another. */
function openQueue(): <Answer>(work: () => Promise<Answer>) => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve()
  return async (work) => {
    const mine = last.then(work, work)
    last = mine.catch(() => undefined)
    return await mine
  }
}
