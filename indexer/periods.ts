import type { Database } from 'better-sqlite3'
import { Day, formatDay } from '../ledger/day.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import { KINDS, SOURCES, wordAt, type Kind, type Source } from '../ledger/words.ts'
import { blockOf } from './rows.ts'
import { hexOf, openMemory, prepare } from './statements.ts'

/** Accounting days, the last of them included. */
export type Days = { readonly from: Day; readonly through: Day }

/** What is dated in some days of a fund, by source and kind. `opening` and `closing` are unspent at the days' ends. */
export type PeriodSums = {
  opening: bigint
  closing: bigint
  inflows: { source: Source; amount: Fen; count: number }[]
  outflows: { kind: Kind; amount: Fen; count: number }[]
}

/**
 * An entry that is dated in some days: an inflow, or an outflow with what was paid or voided of it in these days. `block` is
 * the last in which anything of that was recorded.
 */
export type DatedEntry = { kind: 'inflow' | 'outflow'; fund: number; number: number; amount: Fen; on: Day; paper: Hex; block: number }

/** Tells what is dated in which days, whenever it was entered. */
export function openPeriods(database: Database, remember: ReturnType<typeof openMemory>) {
  const inSums = prepare<[Asked], SumRow>(database, `SELECT source AS what, sum(end_fen - start_fen) AS fen, sum(size) AS entries
    FROM batches WHERE fund = :fund AND effective_on BETWEEN :from AND :through GROUP BY source ORDER BY source`)
  const outSums = prepare<[Asked], SumRow>(database, `SELECT kind AS what, sum(fen) AS fen, count(*) AS entries FROM (${TAKINGS})
    WHERE fund = :fund AND effective_on BETWEEN :from AND :through GROUP BY kind ORDER BY kind`)
  const before = prepare<[number, number, number, number], bigint>(database, `SELECT
    coalesce((SELECT sum(end_fen - start_fen) FROM batches WHERE fund = ? AND effective_on < ?), 0)
    - coalesce((SELECT sum(fen) FROM (${TAKINGS}) WHERE fund = ? AND effective_on < ?), 0)`).pluck()
  const inflows = prepare<[Asked], EntryRow>(database, `SELECT i.fund, i.number, i.end_fen - i.start_fen AS fen, b.effective_on, i.paper, b.place
    FROM batches b JOIN inflows i ON i.fund = b.fund AND i.batch = b.number
    WHERE (:fund = 0 OR b.fund = :fund) AND b.effective_on BETWEEN :from AND :through ORDER BY i.fund, i.number`)
  const outflows = prepare<[Asked], EntryRow>(database, `SELECT t.fund, t.number, sum(t.fen) AS fen, max(t.effective_on) AS effective_on, max(t.place) AS place,
    (SELECT paper FROM outflows o WHERE o.fund = t.fund AND o.number = t.number) AS paper FROM (${TAKINGS}) t
    WHERE (:fund = 0 OR t.fund = :fund) AND t.effective_on BETWEEN :from AND :through GROUP BY t.fund, t.number ORDER BY t.fund, t.number`)
  const days = prepare<[], bigint>(database, `SELECT effective_on FROM batches UNION SELECT effective_on FROM executions
    UNION SELECT effective_on FROM voids ORDER BY effective_on DESC`).pluck()
  const opening = (fund: number, day: number) => before.get(fund, day, fund, day) ?? 0n

  return {
    periodSums(fund: number, { from, through }: Days): PeriodSums {
      const asked = { fund, from, through }
      return {
        opening: opening(fund, from), closing: opening(fund, through + 1),
        inflows: inSums.all(asked).map(({ what, fen, entries }) => ({ source: wordAt(SOURCES, what), amount: Fen(fen), count: Number(entries) })),
        outflows: outSums.all(asked).map(({ what, fen, entries }) => ({ kind: wordAt(KINDS, what), amount: Fen(fen), count: Number(entries) })),
      }
    },
    /** The months in which anything is dated, written `2020-02`, the newest first. */
    datedMonths: (): readonly string[] => remember('months', () => [...new Set(days.all().map((day) => formatDay(Day(Number(day))).slice(0, 7)))]),
    /** Of one fund, or of all with 0; by fund and number. */
    datedEntries: (kind: DatedEntry['kind'], fund: number, days: Days): DatedEntry[] =>
      (kind === 'inflow' ? inflows : outflows).all({ fund, ...days }).map((row) => readEntry(kind, row)),
  }
}

type Asked = { fund: number } & Days
type SumRow = { what: bigint; fen: bigint; entries: bigint }
type EntryRow = { fund: bigint; number: bigint; fen: bigint; effective_on: bigint; place: bigint; paper: Buffer }

const TAKINGS = `SELECT e.fund, e.outflow AS number, p.kind, e.fen, e.effective_on, e.place
    FROM executions e JOIN proposals p ON p.fund = e.fund AND p.outflow = e.outflow
  UNION ALL SELECT fund, outflow, ${KINDS.indexOf('Void')}, fen, effective_on, place FROM voids`

function readEntry(kind: DatedEntry['kind'], { fund, number, fen, effective_on, place, paper }: EntryRow): DatedEntry {
  return { kind, fund: Number(fund), number: Number(number), amount: Fen(fen), on: Day(Number(effective_on)), paper: hexOf(paper), block: blockOf(Number(place)) }
}
