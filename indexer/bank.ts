import type { Database } from 'better-sqlite3'
import { Day } from '../ledger/day.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import type { StandingMatch } from '../ledger/traceability.ts'
import { REASONS, UNEXPLAINED, wordAt, type Reason, type Unexplained } from '../ledger/words.ts'
import { PAGE_LIMIT, type Page } from './inflows.ts'
import { bytesOf, hexOf, prepare } from './statements.ts'

/** A bank account as it stands. Balances are fen, below zero when overdrawn; times in seconds of Unix time. */
export type BankAccount = {
  number: number
  community: number
  opening: bigint
  openedOn: Day
  /** The last day that a statement covered; before the first one the day on which the account begins. */
  through: Day
  balance: bigint
  lines: number
  statements: number
  matches: number
  paper: Hex
  person: number
  openedAt: number
}

/** A statement: lines `firstLine` to `firstLine + count - 1`. */
export type BankStatement = {
  account: number; number: number; firstLine: number; count: number; through: Day; opening: bigint; closing: bigint; paper: Hex
  person: number; recordedAt: number
}

/** A line: a credit is above zero, a debit below. */
export type BankLine = {
  account: number
  number: number
  statement: number
  amount: bigint
  day: Day
  ref: Hex
  paper: Hex
  /** How much of it matches stand for that were not undone. */
  matched: Fen
  /** What was said last of why it has no entry. */
  explained?: { why: Unexplained; paper: Hex; person: number }
}

/** A match: `amount` fen of a line are what inflow `entry` of a fund says, or outflow `entry`. */
export type Match = {
  account: number; number: number; line: number; fund: number; outflow: boolean; entry: number; amount: Fen; paper: Hex; person: number
  matchedAt: number
  undone?: { reason: Reason; paper: Hex; person: number; at: number }
}

/** A line of any account, bare; and a match that stands, bare. */
export type Movement = { account: number; line: number; day: Day; amount: bigint }

/** An inflow that a line of the bank was matched with. */
export type MatchedInflow = { fund: number; entry: number; amount: bigint; paper: Hex }

/** Tells what the bank wrote, and what of it the book explains. */
export function openBank(database: Database) {
  const accounts = prepare<[], AccountRow>(database, `SELECT a.*, ${timeOf('a')} AS time FROM account_standings a ORDER BY a.number`)
  const statements = prepare<[number], StatementRow>(database, `SELECT s.*, ${timeOf('s')} AS time FROM bank_statements s
    WHERE s.account = ? ORDER BY s.number`)
  const up = prepare<[Asked], LineRow>(database, `${PAGE} ORDER BY l.number LIMIT :limit`)
  const down = prepare<[Asked], LineRow>(database, `${PAGE} ORDER BY l.number DESC LIMIT :limit`)
  const line = prepare<[number, number], LineRow>(database, `${LINES} WHERE l.account = ? AND l.number = ?`)
  const refs = prepare<[number, number, number, number], { number: bigint; day: bigint; ref: Buffer }>(database,
    'SELECT number, day, ref FROM bank_lines WHERE account = ? AND number > ? AND day BETWEEN ? AND ? ORDER BY number LIMIT 2000')
  const ofRef = prepare<[Buffer, number], bigint>(database, 'SELECT number FROM bank_lines WHERE ref = ? AND account = ? ORDER BY number').pluck()
  const ofLine = prepare<[number, number], MatchRow>(database, `${MATCHES} WHERE m.account = ? AND m.line = ? ORDER BY m.number`)
  const ofEntry = prepare<[number, number, number], MatchRow>(database, `${MATCHES} WHERE m.fund = ? AND m.is_outflow = ? AND m.entry = ?
    ORDER BY m.account, m.number`)

  const ofAccount = prepare<[number, number, number], MatchRow>(database, `${MATCHES} WHERE m.account = ? AND m.number < ? ORDER BY m.number DESC LIMIT ?`)
  const said = prepare<[number], bigint>(database, 'SELECT DISTINCT line FROM line_explanations WHERE account = ?').pluck()
  const movements = prepare<[], MovementRow>(database, 'SELECT account, number, day, fen FROM bank_lines ORDER BY account, number')
  const standing = prepare<[], StandingRow>(database, `SELECT account, line, fund, is_outflow, entry, fen FROM matches m
    WHERE NOT EXISTS (SELECT 1 FROM match_undoings u WHERE u.account = m.account AND u.number = m.number) ORDER BY account, number`)
  const matched = prepare<[], MatchedRow>(database, MATCHED_INFLOWS)
  const bankVersion = prepare<[], string>(database, BANK_VERSION).pluck()
  const voided = prepare<[number, number], bigint>(database, 'SELECT coalesce(sum(fen), 0) FROM voids WHERE fund = ? AND inflow = ?').pluck()

  return {
    accounts: (): BankAccount[] => accounts.all().map(readAccount),
    bankStatements: (account: number): BankStatement[] => statements.all(account).map(readStatement),
    bankLine(account: number, number: number): BankLine | undefined {
      const row = line.get(account, number)
      return row && readLine(row)
    },
    bankLines(account: number, { after, before = 2 ** 32, limit, from, to }: Omit<Page, 'source'>): BankLine[] {
      const asked = { account, after: after ?? 0, before, limit: Math.min(limit, PAGE_LIMIT), from: from ?? 0, to: to ?? 2 ** 32 }
      return (after === undefined ? down : up).all(asked).map(readLine)
    },
    /** Only number, day and ref of lines above a number, up to 2,000. */
    bankLineRefs: (account: number, { after, from, to }: { after: number; from: Day; to: Day }): Pick<BankLine, 'number' | 'day' | 'ref'>[] =>
      refs.all(account, after, from, to).map(({ number, day, ref }) => ({ number: Number(number), day: Day(Number(day)), ref: hexOf(ref) })),
    /** The number of the first line of an account with this ref. */
    bankLineOfRef(account: number, ref: Hex): number | undefined {
      const number = ofRef.get(bytesOf(ref), account)
      return number === undefined ? undefined : Number(number)
    },
    /** Matches of an account, the newest first, also what was undone. */
    matchesIn: (account: number, { before = 2 ** 32, limit }: { before?: number; limit: number }): Match[] =>
      ofAccount.all(account, before, Math.min(limit, PAGE_LIMIT)).map(readMatch),
    /** What was matched with a line, also what was undone. */
    matchesOf: (account: number, line: number): Match[] => ofLine.all(account, line).map(readMatch),
    /** The lines of an account of which somebody said why they have no entry. */
    explainedLines: (account: number): number[] => said.all(account).map(Number),
    /** What was matched with an inflow or an outflow of a fund. */
    matchesOfEntry: (fund: number, outflow: boolean, entry: number): Match[] =>
      ofEntry.all(fund, Number(outflow), entry).map(readMatch),
    /** Every line of every account. */
    movements: (): Movement[] => movements.all().map(({ account, number, day, fen }) =>
      ({ account: Number(account), line: Number(number), day: Day(Number(day)), amount: fen })),
    /** Every match that was not undone. */
    standingMatches: (): StandingMatch[] => standing.all().map(({ account, line, fund, is_outflow, entry, fen }) =>
      ({ account: Number(account), line: Number(line), fund: Number(fund), outflow: is_outflow === 1n, entry: Number(entry), amount: fen })),
    /** Of every inflow that a line was matched with: how many fen of it came, what was void taken off, and its paper. */
    matchedInflows: (): MatchedInflow[] => matched.all().map(({ fund, entry, fen, paper }) =>
      ({ fund: Number(fund), entry: Number(entry), amount: fen, paper: hexOf(paper) })),
    /** Changes with every entry that can change how much of the bank's money is explained. */
    bankVersion: (): string => bankVersion.get() ?? '',
    /** How many fen of an inflow were an error of record, and so never came. */
    voidedOf: (fund: number, inflow: number): Fen => Fen(voided.get(fund, inflow) ?? 0n),
  }
}

type MatchedRow = Record<'fund' | 'entry' | 'fen', bigint> & { paper: Buffer }
type Asked = { account: number; after: number; before: number; limit: number; from: number; to: number }
type AccountRow = Record<'number' | 'community' | 'opening_fen' | 'opened_on' | 'through_day' | 'balance_fen' | 'lines'
  | 'statements' | 'matches' | 'person' | 'time', bigint> & { paper: Buffer }
type StatementRow = Record<'account' | 'number' | 'first_line' | 'size' | 'through_day' | 'opening_fen' | 'closing_fen'
  | 'person' | 'time', bigint> & { paper: Buffer }
type LineRow = Record<'account' | 'number' | 'statement' | 'fen' | 'day' | 'matched_fen', bigint>
  & { ref: Buffer; paper: Buffer; why: bigint | null; said_in: Buffer | null; said_by: bigint | null }
type MatchRow = Record<'account' | 'number' | 'line' | 'fund' | 'is_outflow' | 'entry' | 'fen' | 'person' | 'time', bigint>
  & { paper: Buffer; reason: bigint | null; undone_in: Buffer | null; undone_by: bigint | null; undone_at: bigint | null }

type MovementRow = Record<'account' | 'number' | 'day' | 'fen', bigint>
type StandingRow = Record<'account' | 'line' | 'fund' | 'is_outflow' | 'entry' | 'fen', bigint>

function timeOf(table: string): string {
  return `(SELECT time FROM transactions WHERE place <= ${table}.place ORDER BY place DESC LIMIT 1)`
}

const LINES = `SELECT l.*, e.why, e.paper AS said_in, e.person AS said_by,
  coalesce((SELECT sum(m.fen) FROM matches m WHERE m.account = l.account AND m.line = l.number
    AND NOT EXISTS (SELECT 1 FROM match_undoings u WHERE u.account = m.account AND u.number = m.number)), 0) AS matched_fen
  FROM bank_lines l LEFT JOIN line_explanations e
    ON e.place = (SELECT max(place) FROM line_explanations WHERE account = l.account AND line = l.number)`
const MATCHED_INFLOWS = `WITH void AS (SELECT fund, inflow, sum(fen) AS fen FROM voids GROUP BY fund, inflow)
  SELECT m.fund, m.entry, i.end_fen - i.start_fen - coalesce(v.fen, 0) AS fen, i.paper
  FROM (SELECT DISTINCT fund, entry FROM matches WHERE is_outflow = 0) m
  JOIN inflows i ON i.fund = m.fund AND i.number = m.entry LEFT JOIN void v ON v.fund = m.fund AND v.inflow = m.entry`

// Matches name entries that stand, so that of the funds' side only what voids, pays or accepts can change anything.
const BANK_VERSION = `SELECT coalesce((SELECT group_concat(number || '.' || statements || '.' || matches) FROM account_standings), '')
  || ' ' || (SELECT count(*) FROM match_undoings)
  || ${['line_explanations', 'voids', 'executions', 'acceptances', 'rejections', 'cancellations', 'approvals'].map((table) =>
    `' ' || coalesce((SELECT max(place) FROM ${table}), 0)`).join(' || ')}`

const PAGE = `${LINES} WHERE l.account = :account AND l.number > :after AND l.number < :before AND l.day BETWEEN :from AND :to`
const MATCHES = `SELECT m.*, ${timeOf('m')} AS time, u.reason, u.paper AS undone_in, u.person AS undone_by,
  CASE WHEN u.place IS NOT NULL THEN ${timeOf('u')} END AS undone_at
  FROM matches m LEFT JOIN match_undoings u ON u.account = m.account AND u.number = m.number`

function readAccount(row: AccountRow): BankAccount {
  return {
    number: Number(row.number), community: Number(row.community), opening: row.opening_fen, openedOn: Day(Number(row.opened_on)),
    through: Day(Number(row.through_day)), balance: row.balance_fen, lines: Number(row.lines), statements: Number(row.statements),
    matches: Number(row.matches), paper: hexOf(row.paper), person: Number(row.person), openedAt: Number(row.time),
  }
}

function readStatement(row: StatementRow): BankStatement {
  return {
    account: Number(row.account), number: Number(row.number), firstLine: Number(row.first_line), count: Number(row.size),
    through: Day(Number(row.through_day)), opening: row.opening_fen, closing: row.closing_fen, paper: hexOf(row.paper),
    person: Number(row.person), recordedAt: Number(row.time),
  }
}

function readLine({ why, said_in, said_by, ...row }: LineRow): BankLine {
  const explained = why !== null && said_in && { explained: { why: wordAt(UNEXPLAINED, why), paper: hexOf(said_in), person: Number(said_by) } }
  return {
    account: Number(row.account), number: Number(row.number), statement: Number(row.statement), amount: row.fen,
    day: Day(Number(row.day)), ref: hexOf(row.ref), paper: hexOf(row.paper), matched: Fen(row.matched_fen), ...explained,
  }
}

function readMatch({ reason, undone_in, undone_by, undone_at, ...row }: MatchRow): Match {
  const undone = reason !== null && undone_in && {
    undone: { reason: wordAt(REASONS, reason), paper: hexOf(undone_in), person: Number(undone_by), at: Number(undone_at) },
  }
  return {
    account: Number(row.account), number: Number(row.number), line: Number(row.line), fund: Number(row.fund),
    outflow: row.is_outflow === 1n, entry: Number(row.entry), amount: Fen(row.fen), paper: hexOf(row.paper),
    person: Number(row.person), matchedAt: Number(row.time), ...undone,
  }
}
