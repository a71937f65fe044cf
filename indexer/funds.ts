import type { Database } from 'better-sqlite3'
import { Day } from '../ledger/day.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import { KINDS, SOURCES, wordAt, type Kind, type Source } from '../ledger/words.ts'
import { blockOf } from './rows.ts'
import { hexOf, openMemory, prepare } from './statements.ts'

/** A fund's terms and how it stands. `purpose` is the hash of the paper that states it; times in seconds of Unix time. */
export type Fund = {
  number: number
  community: number
  restricted: boolean
  open: boolean
  purpose: Hex
  reserve: Fen
  threshold: Fen
  openedAt: number
  /** The line's length, and how far it is spent or crossed. */
  received: Fen
  cursor: Fen
  /** Cuts that the cursor has not crossed yet. */
  uncrossed: Fen
  held: Fen
  /** Neither spent nor cut; `available` is what of it is neither held nor kept in reserve. */
  unspent: Fen
  available: Fen
  /** What went out, gross. */
  paid: Fen
  refunded: Fen
  transferred: Fen
  voided: Fen
  /** What came back of it: to this fund, where it stands in `received` as well, and, since this one is closed, to others. */
  returned: Fen
  returnedElsewhere: Fen
  /** In `received` and in what went out alike, though it neither came nor went: what came back to this fund, and what was recorded in error and voided. */
  corrected: Fen
  batches: number
  inflows: number
  outflows: number
  pieces: number
  periods: number
  /** The last day of the last closed period, if one is closed. */
  closedThrough?: Day
}

/** A closed period of a fund, from 1 on. Without `from` it reaches back to the fund's beginning. The figures are the fund's at the closing. */
export type Period = {
  fund: number
  number: number
  from?: Day
  through: Day
  received: Fen
  cursor: Fen
  inflows: number
  outflows: number
  paper: Hex
  person: number
  closedAt: number
  block: number
}

/** How much a fund received from a source, in how many inflows: less what was voided of them, and without what came back to the fund. */
export type Inpour = { fund: number; source: Source; amount: Fen; inflows: number }

/** How much of an outflow was executed, and how much of that came back to its fund for good. `subject` as in PaymentProposed. */
export type Outpour = { fund: number; outflow: number; kind: Kind; subject: number; paper: Hex; paid: Fen; returned: Fen }

/** Tells how funds stand. The sums are made once and kept until `version` changes. */
export function openFunds(database: Database, version: () => string) {
  const funds = prepare<[], FundRow>(database, FUNDS)
  const inpours = prepare<[], InpourRow>(database, INPOURS)
  const outpours = prepare<[number], OutpourRow>(database, OUTPOURS)
  const periods = prepare<[number], PeriodRow>(database, `SELECT p.*,
    (SELECT time FROM transactions WHERE place <= p.place ORDER BY place DESC LIMIT 1) AS time
    FROM periods p WHERE p.fund = ? ORDER BY p.number`)
  const remember = openMemory(version)

  const all = (): readonly Fund[] => remember('funds', () => funds.all().map(readFund))
  return {
    funds: all,
    fund: (number: number): Fund | undefined => all()[number - 1],
    /** A fund's closed periods, the first first. */
    periods: (fund: number): Period[] => periods.all(fund).map(readPeriod),
    /** What came in, by fund and source; every source that the fund has, also one of which all was voided. */
    inpours: (): readonly Inpour[] => remember('inpours', () => inpours.all().map(readInpour)),
    /** What went out, the largest first; at most 1,000. A void is none: no money moved. */
    outpours: (): readonly Outpour[] => remember('outpours', () => outpours.all(1_000).map(readOutpour)),
  }
}

type FundRow = {
  [Name in 'number' | 'community' | 'restricted' | 'reserve_fen' | 'threshold_fen' | 'open' | 'time' | 'received_fen'
    | 'cursor_fen' | 'uncrossed_fen' | 'held_fen' | 'paid_fen' | 'refunded_fen' | 'transferred_fen' | 'voided_fen'
    | 'returned_fen' | 'elsewhere_fen' | 'corrected_fen' | 'batches' | 'inflows' | 'outflows' | 'pieces' | 'periods' | 'closed_through']: bigint
} & { purpose: Buffer }
type PeriodRow = {
  [Name in 'fund' | 'number' | 'from_day' | 'through_day' | 'received_fen' | 'cursor_fen' | 'inflows' | 'outflows'
    | 'person' | 'time' | 'place']: bigint
} & { paper: Buffer }
type InpourRow = { fund: bigint; source: bigint; fen: bigint; inflows: bigint }
type OutpourRow = {
  fund: bigint; number: bigint; kind: bigint; subject: bigint; paper: Buffer; paid_fen: bigint; home_fen: bigint
}

const cameBack = (where: string) => `coalesce((SELECT sum(i.end_fen - i.start_fen) FROM origins r
    JOIN inflows i ON i.fund = r.fund AND i.number = r.inflow JOIN batches b ON b.fund = i.fund AND b.number = i.batch
    WHERE b.source = ${SOURCES.indexOf('Return')} AND ${where}), 0)`
// A void takes back an inflow, and a return an outflow; either may be taken back in its turn. Each stands here once, beside the
// inflow or the outflow (the other is 0) where its row of corrections begins; `is_back` says which of the two it is.
const CORRECTIONS = `backs AS MATERIALIZED (SELECT r.fund, r.inflow, r.origin_outflow AS outflow, i.end_fen - i.start_fen AS fen FROM origins r
    JOIN inflows i ON i.fund = r.fund AND i.number = r.inflow JOIN batches b ON b.fund = i.fund AND b.number = i.batch
    WHERE b.source = ${SOURCES.indexOf('Return')} AND r.origin_fund = r.fund),
  corrections(fund, inflow, outflow, is_back, number, fen) AS (
    SELECT fund, 0, outflow, 1, inflow, fen FROM backs b WHERE NOT EXISTS (SELECT 1 FROM voids v WHERE v.fund = b.fund AND v.outflow = b.outflow)
    UNION ALL SELECT fund, inflow, 0, 0, outflow, fen FROM voids v WHERE NOT EXISTS (SELECT 1 FROM backs b WHERE b.fund = v.fund AND b.inflow = v.inflow)
    UNION ALL SELECT c.fund, c.inflow, c.outflow, 0, v.outflow, v.fen FROM corrections c JOIN voids v ON v.fund = c.fund AND v.inflow = c.number WHERE c.is_back
    UNION ALL SELECT c.fund, c.inflow, c.outflow, 1, b.inflow, b.fen FROM corrections c JOIN backs b ON b.fund = c.fund AND b.outflow = c.number WHERE NOT c.is_back)`
const INPOURS = `WITH RECURSIVE ${CORRECTIONS}
  SELECT fund, source, sum(fen) AS fen, sum(size) AS inflows FROM (
    SELECT fund, source, end_fen - start_fen AS fen, size FROM batches
    UNION ALL SELECT fund, ${SOURCES.indexOf('Return')}, -fen, -1 FROM backs
    UNION ALL SELECT c.fund, b.source, CASE WHEN c.is_back THEN c.fen ELSE -c.fen END, 0 FROM corrections c
      JOIN inflows i ON i.fund = c.fund AND i.number = c.inflow JOIN batches b ON b.fund = i.fund AND b.number = i.batch)
  GROUP BY fund, source HAVING sum(size) > 0 ORDER BY fund, source`
const OUTPOURS = `WITH RECURSIVE ${CORRECTIONS},
  homes AS MATERIALIZED (SELECT fund, outflow, sum(CASE WHEN is_back THEN fen ELSE -fen END) AS fen FROM corrections WHERE outflow <> 0 GROUP BY fund, outflow)
  SELECT o.fund, o.number, o.kind, o.subject, o.paper, o.paid_fen, coalesce(h.fen, 0) AS home_fen
  FROM outflows o LEFT JOIN homes h ON h.fund = o.fund AND h.outflow = o.number
  WHERE o.paid_fen > 0 AND o.kind <> ${KINDS.indexOf('Void')} ORDER BY o.paid_fen - home_fen DESC, o.fund, o.number LIMIT ?`

const executed = (kind: number) => `coalesce((SELECT fen FROM sums WHERE fund = f.number AND kind = ${kind}), 0)`
// Above the cursor lie only cuts.
const FUNDS = `WITH RECURSIVE ${CORRECTIONS}, sums AS MATERIALIZED (SELECT e.fund, p.kind, sum(e.fen) AS fen FROM executions e
    JOIN proposals p ON p.fund = e.fund AND p.outflow = e.outflow GROUP BY e.fund, p.kind)
  SELECT f.*, s.*,
  NOT EXISTS (SELECT 1 FROM fund_closings c WHERE c.fund = f.number) AS open,
  (SELECT time FROM transactions WHERE place <= f.place ORDER BY place DESC LIMIT 1) AS time,
  coalesce((SELECT sum(end_fen - start_fen) FROM pieces WHERE fund = f.number AND start_fen >= s.cursor_fen), 0) AS uncrossed_fen,
  ${executed(1)} AS paid_fen, ${executed(2)} AS refunded_fen, ${executed(3)} AS transferred_fen,
  coalesce((SELECT sum(fen) FROM voids WHERE fund = f.number), 0) AS voided_fen,
  ${cameBack('r.origin_fund = f.number AND r.fund = f.number')} AS returned_fen,
  ${cameBack('r.origin_fund = f.number AND r.fund <> f.number')} AS elsewhere_fen,
  coalesce((SELECT sum(fen) FROM corrections WHERE fund = f.number AND (outflow <> 0) = is_back), 0) AS corrected_fen
  FROM funds f JOIN standings s ON s.fund = f.number ORDER BY f.number`

function readFund(row: FundRow): Fund {
  const unspent = row.received_fen - row.cursor_fen - row.uncrossed_fen
  const free = unspent - row.held_fen - row.reserve_fen
  return {
    number: Number(row.number), community: Number(row.community), restricted: row.restricted === 1n, open: row.open === 1n,
    purpose: hexOf(row.purpose), reserve: Fen(row.reserve_fen), threshold: Fen(row.threshold_fen), openedAt: Number(row.time),
    received: Fen(row.received_fen), cursor: Fen(row.cursor_fen), uncrossed: Fen(row.uncrossed_fen), held: atLeastZero(row.held_fen),
    unspent: atLeastZero(unspent), available: atLeastZero(free), paid: Fen(row.paid_fen), refunded: Fen(row.refunded_fen),
    transferred: Fen(row.transferred_fen), voided: Fen(row.voided_fen), returned: Fen(row.returned_fen),
    returnedElsewhere: Fen(row.elsewhere_fen), corrected: atLeastZero(row.corrected_fen),
    batches: Number(row.batches), inflows: Number(row.inflows), outflows: Number(row.outflows), pieces: Number(row.pieces),
    periods: Number(row.periods), ...(row.closed_through !== 0n && { closedThrough: Day(Number(row.closed_through)) }),
  }
}

// The contract keeps these from going below. A mirror that somebody altered does not, and must still be shown: the proof
// beside it says what is wrong.
function atLeastZero(amount: bigint): Fen {
  return Fen(amount < 0n ? 0n : amount)
}

function readPeriod({ from_day, ...row }: PeriodRow): Period {
  return {
    fund: Number(row.fund), number: Number(row.number), ...(from_day !== 0n && { from: Day(Number(from_day)) }),
    through: Day(Number(row.through_day)), received: Fen(row.received_fen), cursor: Fen(row.cursor_fen),
    inflows: Number(row.inflows), outflows: Number(row.outflows), paper: hexOf(row.paper), person: Number(row.person),
    closedAt: Number(row.time), block: blockOf(Number(row.place)),
  }
}

function readInpour({ fund, source, fen, inflows }: InpourRow): Inpour {
  return { fund: Number(fund), source: wordAt(SOURCES, source), amount: atLeastZero(fen), inflows: Number(inflows) }
}

function readOutpour(row: OutpourRow): Outpour {
  return {
    fund: Number(row.fund), outflow: Number(row.number), kind: wordAt(KINDS, row.kind), subject: Number(row.subject),
    paper: hexOf(row.paper), paid: Fen(row.paid_fen), returned: atLeastZero(row.home_fen),
  }
}
