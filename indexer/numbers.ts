import { Fen } from '../ledger/fen.ts'
import type { LedgerEvent } from '../ledger/events.ts'
import type { PrismaClient } from './client/client.ts'
import type { Entry } from './rows.ts'

/** How far a fund's entries are numbered, and how long its line is. */
export type Counts = { batch: number; inflow: number; outflow: number; piece: number; period: number; received: Fen }

/** How far an account's lines, statements and matches are numbered. */
export type AccountCounts = { line: number; statement: number; match: number }

/** How far the book's entries are numbered. */
export type Numbers = {
  person: number
  opinion: number
  finding: number
  complaint: number
  funds: Map<number, Counts>
  accounts: Map<number, AccountCounts>
}

/** An entry is missing in what the chain answered: its number, or its place on the line, was passed over. */
export class GapFound extends Error {
  override name = 'GapFound'
  /**
   * `fund`, `person`, `batch`, `inflow`, `outflow`, `piece`, `period`, `account`, `line`, `statement`, `match`, `opinion`, `finding`,
   * `complaint`, or `fen` for a place on the line.
   */
  readonly kind: string
  /** Undefined where the book as a whole is counted. */
  readonly fund: number | undefined
  readonly expected: bigint
  readonly found: bigint

  constructor(kind: string, fund: number | undefined, expected: bigint, found: bigint, message?: string) {
    super(message ?? `${fund === undefined ? '' : `fund ${fund}: `}${kind} ${expected} was expected, but ${kind} ${found} came`)
    this.kind = kind
    this.fund = fund
    this.expected = expected
    this.found = found
  }
}

/**
 * Counts `entries` on, so that a skipped event is noticed at the next of its kind. @throws {GapFound}
 *
 * What is left out at the very end nobody can see here; the next entry, or a donor's proof, shows it.
 */
export function countOn(numbers: Numbers, entries: readonly Entry[]): void {
  for (const { event } of entries) countEvent(numbers, event)
}

/** Reads from a mirror how far its entries are numbered. */
export async function readNumbers(prisma: PrismaClient): Promise<Numbers> {
  type Row = Record<'fund' | 'batches' | 'inflows' | 'outflows' | 'pieces' | 'periods' | 'received_fen', number | bigint>
  const rows = await prisma.$queryRaw<Row[]>`
    SELECT fund, batches, inflows, outflows, pieces, periods, received_fen FROM standings`
  const funds = rows.map((row): [number, Counts] => [Number(row.fund), {
    batch: Number(row.batches), inflow: Number(row.inflows), outflow: Number(row.outflows), piece: Number(row.pieces),
    period: Number(row.periods),
    received: Fen(BigInt(row.received_fen)),
  }])
  const accounts = await prisma.$queryRaw<Record<'number' | 'lines' | 'statements' | 'matches', number | bigint>[]>`
    SELECT number, lines, statements, matches FROM account_standings`
  const [person, opinion, finding, complaint] = await Promise.all([
    prisma.person.count(), prisma.opinion.count(), prisma.finding.count(), prisma.complaint.count(),
  ])
  return {
    person, opinion, finding, complaint, funds: new Map(funds),
    accounts: new Map(accounts.map((row): [number, AccountCounts] => [Number(row.number), {
      line: Number(row.lines), statement: Number(row.statements), match: Number(row.matches),
    }])),
  }
}

function countEvent(numbers: Numbers, event: LedgerEvent): void {
  switch (event.name) {
    case 'PersonEnrolled':
      numbers.person = next('person', undefined, numbers.person, event.person)
      return
    case 'FundOpened':
      next('fund', undefined, numbers.funds.size, event.fund)
      numbers.funds.set(event.fund, { batch: 0, inflow: 0, outflow: 0, piece: 0, period: 0, received: Fen(0n) })
      return
    case 'InflowsRecorded': {
      const counts = countsOf(numbers, event.fund)
      counts.batch = next('batch', event.fund, counts.batch, event.batch)
      counts.inflow = next('inflow', event.fund, counts.inflow, event.firstNumber) + event.inflows.length - 1
      if (event.start !== counts.received) throw new GapFound('fen', event.fund, counts.received, event.start)
      counts.received = event.inflows.reduce((received, { amount }) => Fen(received + amount), counts.received)
      return
    }
    case 'PaymentProposed':
    case 'InflowVoided': {
      const counts = countsOf(numbers, event.fund)
      counts.outflow = next('outflow', event.fund, counts.outflow, event.outflow)
      return
    }
    case 'PieceTaken': {
      const counts = countsOf(numbers, event.fund)
      counts.piece = next('piece', event.fund, counts.piece, event.piece)
      return
    }
    case 'PeriodClosed': {
      const counts = countsOf(numbers, event.fund)
      counts.period = next('period', event.fund, counts.period, event.period)
      return
    }
    case 'AccountOpened':
      next('account', undefined, numbers.accounts.size, event.account)
      numbers.accounts.set(event.account, { line: 0, statement: 0, match: 0 })
      return
    case 'LinesRecorded': {
      const counts = accountOf(numbers, event.account)
      counts.statement = nextOf(event.account, 'statement', counts.statement, event.statement)
      counts.line = nextOf(event.account, 'line', counts.line, event.firstLine) + event.lines.length - 1
      return
    }
    case 'LinesMatched': {
      const counts = accountOf(numbers, event.account)
      counts.match = nextOf(event.account, 'match', counts.match, event.firstMatch) + event.matches.length - 1
      return
    }
    case 'OpinionGiven':
      numbers.opinion = next('opinion', undefined, numbers.opinion, event.number)
      return
    case 'FindingRaised':
      numbers.finding = next('finding', undefined, numbers.finding, event.number)
      return
    case 'ComplaintFiled':
      numbers.complaint = next('complaint', undefined, numbers.complaint, event.number)
  }
}

function next(kind: string, fund: number | undefined, last: number, found: number): number {
  if (found !== last + 1) throw new GapFound(kind, fund, BigInt(last + 1), BigInt(found))
  return found
}

function nextOf(account: number, kind: string, last: number, found: number): number {
  if (found === last + 1) return found
  const message = `account ${account}: ${kind} ${last + 1} was expected, but ${kind} ${found} came`
  throw new GapFound(kind, undefined, BigInt(last + 1), BigInt(found), message)
}

function accountOf(numbers: Numbers, account: number): AccountCounts {
  const counts = numbers.accounts.get(account)
  if (counts) return counts
  const expected = BigInt(numbers.accounts.size + 1)
  throw new GapFound('account', undefined, expected, BigInt(account), `an entry of account ${account} came, but no account ${account} before it`)
}

function countsOf(numbers: Numbers, fund: number): Counts {
  const counts = numbers.funds.get(fund)
  if (counts) return counts
  const expected = BigInt(numbers.funds.size + 1)
  throw new GapFound('fund', undefined, expected, BigInt(fund), `an entry of fund ${fund} came, but no fund ${fund} before it`)
}
