import type { Database } from 'better-sqlite3'
import { Day } from '../ledger/day.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import { SOURCES, wordAt, type Source } from '../ledger/words.ts'
import { hexOf, prepare } from './statements.ts'
import { blockOf } from './rows.ts'

/** One entry of the book, in short: a batch of inflows, or a step of an outflow. `at` in seconds of Unix time. */
export type Latest = { block: number; transaction: Hex; at: number; fund: number; amount: Fen } & (
  | { what: 'inflows'; batch: number; firstNumber: number; count: number; source: Source; effectiveOn: Day }
  | { what: 'Proposed' | 'Executed' | 'Voided'; outflow: number }
)

/** Tells what was entered last. */
export function openLatest(database: Database) {
  const latest = prepare<[{ limit: number }], Row>(database, LATEST)
  return { latest: (limit: number): Latest[] => latest.all({ limit }).map(readLatest) }
}

type Row = {
  what: string; place: bigint; fund: bigint; number: bigint; fen: bigint; first_number: bigint; size: bigint
  source: bigint; effective_on: bigint; hash: Buffer; time: bigint
}

const of = (what: string, table: string, number: string, rest = '0, 0, 0, 0') => `SELECT * FROM (
  SELECT '${what}' AS what, place, fund, ${number} AS number, ${table === 'batches' ? 'end_fen - start_fen' : 'fen'} AS fen, ${rest}
  FROM ${table} ORDER BY place DESC LIMIT :limit)`
// Each table is in the book's order already; only the ends of each are put together.
const LATEST = `SELECT l.*, t.hash, t.time FROM (
    ${of('inflows', 'batches', 'number', 'first_number, size, source, effective_on')}
    UNION ALL ${of('Proposed', 'proposals', 'outflow')}
    UNION ALL ${of('Executed', 'executions', 'outflow')}
    UNION ALL ${of('Voided', 'voids', 'outflow')}
    ORDER BY place DESC LIMIT :limit
  ) l JOIN transactions t ON t.place = (SELECT max(place) FROM transactions WHERE place <= l.place) ORDER BY l.place DESC`

function readLatest(row: Row): Latest {
  const common = {
    block: blockOf(Number(row.place)), transaction: hexOf(row.hash), at: Number(row.time), fund: Number(row.fund),
    amount: Fen(row.fen),
  }
  const { what } = row
  if (what === 'Proposed' || what === 'Executed' || what === 'Voided') return { ...common, what, outflow: Number(row.number) }
  return {
    ...common, what: 'inflows', batch: Number(row.number), firstNumber: Number(row.first_number), count: Number(row.size),
    source: wordAt(SOURCES, row.source), effectiveOn: Day(Number(row.effective_on)),
  }
}
