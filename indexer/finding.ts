import type { Database } from 'better-sqlite3'
import { Day } from '../ledger/day.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import { KINDS, SOURCES, wordAt, type Kind, type Source } from '../ledger/words.ts'
import type { Days } from './periods.ts'
import { hexOf, prepare } from './statements.ts'

/** What somebody remembers of an entry; what they do not is absent. The newest entry comes first, `skip` of them later. */
export type Sought = {
  readonly fund?: number | undefined; readonly number?: number | undefined; readonly from?: Day | undefined; readonly to?: Day | undefined
  readonly amount?: Fen | undefined; readonly skip: number; readonly limit: number
}

/** Where an entry stands. */
export type EntryPlace = { readonly fund: number; readonly number: number }

/** Something that moved money in the book, with the paper behind it: a batch of inflows, a payment of an outflow, a void. */
export type Voucher = EntryPlace & { readonly count: number; readonly amount: Fen; readonly on: Day; readonly paper: Hex; readonly person: number } & (
  | { readonly what: 'inflows'; readonly source: Source }
  | { readonly what: 'executed' | 'voided'; readonly kind: Kind }
)

/** Finds entries by what people at the desk know of them. It may read a whole fund, so no public page asks it. */
export function openFinding(database: Database) {
  const inflows = prepare<[Asked], PlaceRow>(database, INFLOWS)
  const outflows = prepare<[Asked], PlaceRow>(database, OUTFLOWS)
  const corrections = prepare<[{ fund: number; inflow: number }], bigint>(database, CORRECTIONS).pluck()
  const vouchers = prepare<[Days & { limit: number }], VoucherRow>(database, VOUCHERS)

  return {
    findInflows: (sought: Sought): EntryPlace[] => inflows.all(askedOf(sought)).map(readPlace),
    findOutflows: (sought: Sought): EntryPlace[] => outflows.all(askedOf(sought)).map(readPlace),
    /** The refunds and voids of an inflow, also those that wait or were refused: their numbers in its fund. */
    correctionsOf: (fund: number, inflow: number): number[] => corrections.all({ fund, inflow }).map(Number),
    /** What moved money in some accounting days, in the order of the days. */
    vouchers: ({ from, through }: Days, limit: number): Voucher[] => vouchers.all({ from, through, limit }).map(readVoucher),
  }
}

type Asked = { fund: number; number: number; from: number; to: number; fen: bigint; skip: number; limit: number }
type PlaceRow = { fund: bigint; number: bigint }
type VoucherRow = PlaceRow & { what: string; kind: bigint; size: bigint; fen: bigint; effective_on: bigint; paper: Buffer; person: bigint }

const INFLOWS = `SELECT i.fund, i.number FROM batches b
  CROSS JOIN inflows i ON i.fund = b.fund AND i.number BETWEEN b.first_number AND b.first_number + b.size - 1
  WHERE (:fund = 0 OR b.fund = :fund) AND b.effective_on BETWEEN :from AND :to
    AND (:number = 0 OR i.number = :number AND :number BETWEEN b.first_number AND b.first_number + b.size - 1)
    AND (:fen = 0 OR i.end_fen - i.start_fen = :fen)
  ORDER BY b.place DESC, i.number DESC LIMIT :limit OFFSET :skip`

// An outflow's day is that of its last payment, before that the day on which it was proposed, as lists of a fund have it. An
// instalment is found by what the bank paid, too.
const OUTFLOWS = `SELECT o.fund, o.outflow AS number FROM (
    SELECT p.place, p.fund, p.outflow, p.fen,
      coalesce((SELECT effective_on FROM executions e WHERE e.fund = p.fund AND e.outflow = p.outflow ORDER BY e.place DESC LIMIT 1),
        ((SELECT time FROM transactions t WHERE t.place <= p.place ORDER BY t.place DESC LIMIT 1) + 28800) / 86400) AS day
      FROM proposals p
    UNION ALL SELECT place, fund, outflow, fen, effective_on FROM voids) o
  WHERE (:fund = 0 OR o.fund = :fund) AND (:number = 0 OR o.outflow = :number) AND o.day BETWEEN :from AND :to
    AND (:fen = 0 OR o.fen = :fen OR EXISTS (SELECT 1 FROM executions x WHERE x.fund = o.fund AND x.outflow = o.outflow AND x.fen = :fen))
  ORDER BY o.place DESC LIMIT :limit OFFSET :skip`

const CORRECTIONS = `SELECT outflow FROM proposals WHERE fund = :fund AND kind = ${KINDS.indexOf('Refund')} AND subject = :inflow
  UNION ALL SELECT outflow FROM voids WHERE fund = :fund AND inflow = :inflow ORDER BY 1`

const VOUCHERS = `SELECT 'inflows' AS what, b.place, b.fund, b.first_number AS number, b.source AS kind, b.size, b.end_fen - b.start_fen AS fen,
      b.effective_on, (SELECT paper FROM inflows i WHERE i.fund = b.fund AND i.number = b.first_number) AS paper, b.person
    FROM batches b WHERE b.effective_on BETWEEN :from AND :through
  UNION ALL SELECT 'executed', e.place, e.fund, e.outflow, p.kind, 1, e.fen, e.effective_on, e.paper, e.person
    FROM executions e JOIN proposals p ON p.fund = e.fund AND p.outflow = e.outflow WHERE e.effective_on BETWEEN :from AND :through
  UNION ALL SELECT 'voided', place, fund, outflow, ${KINDS.indexOf('Void')}, 1, fen, effective_on, paper, person
    FROM voids WHERE effective_on BETWEEN :from AND :through
  ORDER BY effective_on, place LIMIT :limit`

function askedOf({ fund = 0, number = 0, from, to, amount = Fen(0n), skip, limit }: Sought): Asked {
  return { fund, number, from: from ?? 0, to: to ?? 2 ** 32, fen: amount, skip, limit }
}

function readPlace({ fund, number }: PlaceRow): EntryPlace {
  return { fund: Number(fund), number: Number(number) }
}

function readVoucher({ what, kind, size, fen, effective_on, paper, person, ...place }: VoucherRow): Voucher {
  const common = {
    ...readPlace(place), count: Number(size), amount: Fen(fen), on: Day(Number(effective_on)), paper: hexOf(paper), person: Number(person),
  }
  if (what === 'inflows') return { ...common, what, source: wordAt(SOURCES, kind) }
  return { ...common, what: what === 'voided' ? 'voided' : 'executed', kind: wordAt(KINDS, kind) }
}
