import type { Database } from 'better-sqlite3'
import type { Leaf } from '../ledger/batch.ts'
import { Day } from '../ledger/day.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import { SOURCES, wordAt, type Source } from '../ledger/words.ts'
import { bytesOf, hexOf, prepare } from './statements.ts'

/** An inflow: the fen [start, end) of its fund's line. `recordedAt` in seconds of Unix time, `recorder` a person's number. */
export type Inflow = {
  fund: number
  number: number
  batch: number
  start: Fen
  end: Fen
  amount: Fen
  ref: Hex
  paper: Hex
  source: Source
  effectiveOn: Day
  recorder: number
  recordedAt: number
  /** The outflow that it brings fen back from, those at `offset` and after it. */
  origin?: { fund: number; outflow: number; offset: Fen }
}

/** Which entries of a fund: numbers above `after`, going up, or below `before`, going down from the newest. */
export type Page = { after?: number; before?: number; limit: number; from?: Day; to?: Day; source?: Source }

/** A batch and its leaves, of which its Merkle root is made. */
export type Batch = { number: number; firstNumber: number; leaves: Leaf[] }

/** No page is longer. */
export const PAGE_LIMIT = 100

/** Finds inflows by number, by what they are known by outside, and page by page. */
export function openInflows(database: Database) {
  const byNumber = prepare<[number, number], Row>(database, `${SELECT} WHERE i.fund = ? AND i.number = ?`)
  const numberOfRef = prepare<[Buffer, number], bigint>(database, 'SELECT number FROM inflows WHERE ref = ? AND fund = ? ORDER BY number').pluck()
  const firstOfRef = prepare<[Buffer, number], Row>(database, `${SELECT} WHERE i.ref = ? AND i.fund = ? ORDER BY i.number LIMIT 1`)
  const byRef = prepare<[Buffer], Row>(database, `${SELECT} WHERE i.ref = ? ORDER BY i.fund, i.number`)
  const byPaper = prepare<[Buffer, number], Row>(database, `${SELECT} WHERE i.paper = ? ORDER BY i.fund, i.number LIMIT ?`)
  const batchOf = prepare<[number, number], BatchRow>(database, `SELECT b.number, b.first_number, b.size
    FROM inflows i JOIN batches b ON b.fund = i.fund AND b.number = i.batch WHERE i.fund = ? AND i.number = ?`)
  const leavesOf = prepare<[number, bigint, bigint], LeafRow>(database, `SELECT ref, start_fen, end_fen, paper
    FROM inflows WHERE fund = ? AND number >= ? ORDER BY number LIMIT ?`)
  const up = prepare<[Asked], Row>(database, `${PAGE} ORDER BY b.number, i.number LIMIT :limit`)
  const down = prepare<[Asked], Row>(database, `${PAGE} ORDER BY b.number DESC, i.number DESC LIMIT :limit`)

  return {
    inflow(fund: number, number: number): Inflow | undefined {
      const row = byNumber.get(fund, number)
      return row && readInflow(row)
    },
    /** The first inflow of a fund with this ref. */
    inflowOfRef(fund: number, ref: Hex): Inflow | undefined {
      const row = firstOfRef.get(bytesOf(ref), fund)
      return row && readInflow(row)
    },
    /** Its number alone. */
    numberOfRef(fund: number, ref: Hex): number | undefined {
      const number = numberOfRef.get(bytesOf(ref), fund)
      return number === undefined ? undefined : Number(number)
    },
    /** All with this ref: more than one when somebody forced a double in. */
    inflowsOfRef: (ref: Hex): Inflow[] => byRef.all(bytesOf(ref)).map(readInflow),
    inflowsOfPaper: (paper: Hex): Inflow[] => byPaper.all(bytesOf(paper), PAGE_LIMIT).map(readInflow),
    inflows(fund: number, page: Page): Inflow[] {
      return (page.after === undefined ? down : up).all(askedOf(fund, page)).map(readInflow)
    },
    batchOf(fund: number, inflow: number): Batch | undefined {
      const batch = batchOf.get(fund, inflow)
      if (!batch) return undefined
      const leaves = leavesOf.all(fund, batch.first_number, batch.size).map(readLeaf)
      return { number: Number(batch.number), firstNumber: Number(batch.first_number), leaves }
    },
  }
}

type BatchRow = { number: bigint; first_number: bigint; size: bigint }
type LeafRow = { ref: Buffer; start_fen: bigint; end_fen: bigint; paper: Buffer }
type Row = LeafRow & {
  fund: bigint; number: bigint; batch: bigint; source: bigint; effective_on: bigint; recorder: bigint; time: bigint
  origin_fund: bigint | null; origin_outflow: bigint | null; offset_fen: bigint | null
}

const COLUMNS = `i.fund, i.number, i.batch, i.start_fen, i.end_fen, i.ref, i.paper, b.source, b.effective_on,
  b.person AS recorder, (SELECT time FROM transactions WHERE place <= b.place ORDER BY place DESC LIMIT 1) AS time,
  o.origin_fund, o.origin_outflow, o.offset_fen`
const ORIGIN = 'LEFT JOIN origins o ON o.fund = i.fund AND o.inflow = i.number'
const SELECT = `SELECT ${COLUMNS} FROM inflows i JOIN batches b ON b.fund = i.fund AND b.number = i.batch ${ORIGIN}`

// Batch by batch: whole batches that do not fit are passed over, and within one the numbers are a range.
const PAGE = `SELECT ${COLUMNS} FROM batches b CROSS JOIN inflows i ON i.fund = b.fund
  AND i.number BETWEEN max(b.first_number, :after + 1) AND min(b.first_number + b.size, :before) - 1 ${ORIGIN}
  WHERE b.fund = :fund AND b.effective_on BETWEEN :from AND :to AND (:source = 0 OR b.source = :source)
  AND b.number BETWEEN coalesce((SELECT batch FROM inflows WHERE fund = :fund AND number = :after + 1), 4294967295)
  AND coalesce((SELECT batch FROM inflows WHERE fund = :fund AND number = :before - 1), 4294967295)`

/** A page as statements take it. */
export type Asked = { fund: number; after: number; before: number; limit: number; from: number; to: number; source: number }

/** What a page asks for, with limits where it says nothing. */
export function askedOf(fund: number, { after = 0, before = 2 ** 32, limit, from, to, source = 'None' }: Page): Asked {
  const days = { from: from ?? 0, to: to ?? 2 ** 32 }
  return { fund, after, before, limit: Math.min(limit, PAGE_LIMIT), ...days, source: SOURCES.indexOf(source) }
}

function readInflow(row: Row): Inflow {
  const { start_fen, end_fen, ref, paper, origin_fund, origin_outflow, offset_fen } = row
  const inflow = {
    fund: Number(row.fund), number: Number(row.number), batch: Number(row.batch), start: Fen(start_fen),
    end: Fen(end_fen), amount: Fen(end_fen - start_fen), ref: hexOf(ref), paper: hexOf(paper),
    source: wordAt(SOURCES, row.source), effectiveOn: Day(Number(row.effective_on)), recorder: Number(row.recorder),
    recordedAt: Number(row.time),
  }
  if (origin_fund === null || origin_outflow === null || offset_fen === null) return inflow
  return { ...inflow, origin: { fund: Number(origin_fund), outflow: Number(origin_outflow), offset: Fen(offset_fen) } }
}

function readLeaf({ ref, start_fen, end_fen, paper }: LeafRow): Leaf {
  return { ref: hexOf(ref), start: Fen(start_fen), amount: Fen(end_fen - start_fen), paper: hexOf(paper) }
}
