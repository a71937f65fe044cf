import type { Database } from 'better-sqlite3'
import { Day } from '../ledger/day.ts'
import { Fen } from '../ledger/fen.ts'
import { SOURCES, wordAt, type Source } from '../ledger/words.ts'
import { prepare } from './statements.ts'

/** Fen of one inflow in an outflow, at `offset` within it. */
export type Share = { fund: number; inflow: number; offset: Fen; amount: Fen; source: Source; effectiveOn: Day }

/** The first shares of an outflow in the order of its fen, and in how many further inflows the rest lies. */
export type Shares = { shares: Share[]; more: number }

/** So many returns and transfers are followed back, and no more: what lies behind is told as it came in. */
const MAX_DEPTH = 16

/** Finds out whose fen an outflow used. */
export function openDonors(database: Database) {
  const pieces = prepare<[number, number, bigint, bigint], PieceRow>(database, `
    SELECT start_fen, end_fen, offset_fen FROM pieces
    WHERE fund = ? AND outflow = ? AND offset_fen + end_fen - start_fen > ? AND offset_fen < ? ORDER BY offset_fen`)
  const under = prepare<[Asked], UnderRow>(database, UNDER)
  const ends = prepare<[Asked], { first: bigint | null; last: bigint | null }>(database, ENDS)

  return {
    /** The inflows under an outflow; what came from another outflow is followed to where that had it from. */
    sharesOf(fund: number, outflow: number, limit = 100): Shares {
      const found: Shares = { shares: [], more: 0 }
      addShares(found, { fund, outflow, from: 0n, to: MAX_PLACE, shift: 0n }, limit, 0)
      return found
    },
  }

  // Fen `from` to `to` of an outflow; fen n of it is fen `n + shift` of the one that was asked for.
  function addShares(found: Shares, { fund, outflow, from, to, shift }: Part, limit: number, depth: number): void {
    for (const { start_fen, end_fen, offset_fen } of pieces.all(fund, outflow, from, to)) {
      const start = start_fen + most(from - offset_fen, 0n)
      const end = least(end_fen, start_fen + to - offset_fen)
      addInflows(found, { fund, start, end, shift: shift + offset_fen - start_fen }, limit, depth)
    }
  }

  function addInflows(found: Shares, { fund, start, end, shift }: Stretch, limit: number, depth: number): void {
    const room = limit - found.shares.length
    const rows = room > 0 ? under.all({ fund, start, end, limit: room }) : []
    let place = start
    for (const row of rows) {
      if (found.shares.length >= limit) break
      const to = least(row.end_fen, end)
      addInflow(found, row, { fund, start: place, end: to, shift }, limit, depth)
      place = to
    }
    if (place < end) found.more += countUnder({ fund, start: place, end, limit: 0 })
  }

  function addInflow(found: Shares, row: UnderRow, stretch: Stretch, limit: number, depth: number): void {
    const { fund, start, end, shift } = stretch
    const { origin_fund, origin_outflow, offset_fen } = row
    if (origin_fund !== null && origin_outflow !== null && offset_fen !== null && depth < MAX_DEPTH) {
      // Place p of this line is fen `p - back` of the outflow that the inflow comes from.
      const back = row.start_fen - offset_fen
      const span = { from: start - back, to: end - back, shift: shift + back }
      return addShares(found, { fund: Number(origin_fund), outflow: Number(origin_outflow), ...span }, limit, depth + 1)
    }
    found.shares.push({
      fund, inflow: Number(row.number), offset: Fen(start + shift), amount: Fen(end - start),
      source: wordAt(SOURCES, row.source), effectiveOn: Day(Number(row.effective_on)),
    })
  }

  // Numbers have no gaps, so the first and the last inflow tell how many there are.
  function countUnder(asked: Asked): number {
    const { first, last } = ends.get(asked) ?? { first: null, last: null }
    return first === null || last === null ? 0 : Number(last - first) + 1
  }
}

type Part = { fund: number; outflow: number; from: bigint; to: bigint; shift: bigint }
/** Places of a fund's line; place p is fen `p + shift` of the outflow that was asked for. */
type Stretch = { fund: number; start: bigint; end: bigint; shift: bigint }
type Asked = { fund: number; start: bigint; end: bigint; limit: number }
type PieceRow = { start_fen: bigint; end_fen: bigint; offset_fen: bigint }
type UnderRow = {
  number: bigint; start_fen: bigint; end_fen: bigint; source: bigint; effective_on: bigint
  origin_fund: bigint | null; origin_outflow: bigint | null; offset_fen: bigint | null
}

const MAX_PLACE = 2n ** 62n

const FIRST = '(SELECT max(start_fen) FROM inflows WHERE fund = :fund AND start_fen <= :start)'
const UNDER = `SELECT i.number, i.start_fen, i.end_fen, b.source, b.effective_on, o.origin_fund, o.origin_outflow, o.offset_fen
  FROM inflows i JOIN batches b ON b.fund = i.fund AND b.number = i.batch
  LEFT JOIN origins o ON o.fund = i.fund AND o.inflow = i.number
  WHERE i.fund = :fund AND i.start_fen >= ${FIRST} AND i.start_fen < :end ORDER BY i.start_fen LIMIT :limit`
const ENDS = `SELECT
  (SELECT number FROM inflows WHERE fund = :fund AND start_fen <= :start ORDER BY start_fen DESC LIMIT 1) AS first,
  (SELECT number FROM inflows WHERE fund = :fund AND start_fen < :end ORDER BY start_fen DESC LIMIT 1) AS last`

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function most(a: bigint, b: bigint): bigint {
  return a < b ? b : a
}
