import type { Database } from 'better-sqlite3'
import { Day } from '../ledger/day.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import { KINDS, REASONS, SOURCES, STATES, wordAt, type Kind, type Reason, type Source, type State } from '../ledger/words.ts'
import { bytesOf, hexOf, prepare, type openMemory } from './statements.ts'
import { askedOf, type Asked, type Page } from './inflows.ts'
import { blockOf, placeOf } from './rows.ts'

/** An outflow as it stands. Persons are numbers, 0 for nobody yet; `recordedAt` in seconds of Unix time. */
export type Outflow = {
  fund: number
  number: number
  kind: Kind
  state: State
  /** What was proposed; `paid` is what was executed, `returned` what of that came back, from its end. */
  amount: Fen
  paid: Fen
  returned: Fen
  proposer: number
  approver: number
  cashier: number
  paper: Hex
  ref: Hex
  /** The inflow of a refund or void, the other fund of a transfer, 0 of a payment. */
  subject: number
  /** Of the last execution; absent until then. */
  effectiveOn?: Day
  recordedAt: number
}

/** One act in the life of an outflow. */
export type Step = {
  step: 'Proposed' | 'Approved' | 'Rejected' | 'Cancelled' | 'Executed' | 'Accepted' | 'Voided'
  person: number
  paper: Hex
  /** Block, transaction, and the block's time in seconds of Unix time. */
  block: number
  transaction: Hex
  at: number
  ref?: Hex
  /** What was proposed, executed or void; of a cancellation what is no longer held. */
  amount?: Fen
  effectiveOn?: Day
  reason?: Reason
}

/** How an outflow took some of its fen: by one of its executions, or as a void. */
export type Taking = { effectiveOn: Day; reason?: Reason }

/** A piece: the fen [start, end) of the line went into `outflow`, at `offset` within it. */
export type Piece = { piece: number; outflow: number; start: Fen; end: Fen; offset: Fen }

/** An inflow that brought fen `offset` and after of an outflow back, to [start, end) of its fund's line. */
export type Return = {
  fund: number; inflow: number; batch: number; offset: Fen; start: Fen; end: Fen
  effectiveOn: Day; source: Source
}

/** Finds outflows, what was done with them, and their pieces. */
export function openOutflows(database: Database, remember: ReturnType<typeof openMemory>) {
  const byNumber = prepare<[number, number], Row>(database, `${SELECT} WHERE o.fund = ? AND o.number = ?`)
  const byRef = prepare<[Buffer, Buffer, Buffer], Place>(database, `
    SELECT fund, outflow FROM proposals WHERE ref = ? UNION SELECT fund, outflow FROM executions WHERE ref = ?
    UNION SELECT fund, outflow FROM voids WHERE ref = ?`)
  const byPaper = prepare<[{ paper: Buffer }], Place>(database, `
    SELECT fund, outflow FROM proposals WHERE paper = :paper UNION SELECT fund, outflow FROM executions WHERE paper = :paper
    UNION SELECT fund, outflow FROM acceptances WHERE paper = :paper UNION SELECT fund, outflow FROM voids WHERE paper = :paper
    ORDER BY fund, outflow`)
  const up = prepare<[Asked], bigint>(database, `${PAGE} ORDER BY 1 LIMIT :limit`).pluck()
  const down = prepare<[Asked], bigint>(database, `${PAGE} ORDER BY 1 DESC LIMIT :limit`).pluck()
  const waiting = prepare<[number, number], { fund: bigint; number: bigint }>(database, 'SELECT fund, number FROM outflows WHERE state = ? ORDER BY place LIMIT ?')
  const rejected = prepare<[number], { fund: bigint; number: bigint }>(database, `SELECT fund, number FROM outflows
    WHERE state = ${STATES.indexOf('Rejected')} AND proposer = ? ORDER BY place DESC LIMIT 50`)
  const steps = prepare<[{ fund: number; number: number }], StepRow>(database, STEPS)
  const takings = prepare<[{ fund: number; number: number }], TakingRow>(database, TAKINGS)
  const piecesOver = prepare<[PlaceAsked], PieceRow>(database, PIECES_OVER)
  const piecesOf = prepare<[number, number], PieceRow>(database, `SELECT number, outflow, start_fen, end_fen, offset_fen
    FROM pieces WHERE fund = ? AND outflow = ? ORDER BY offset_fen`)
  const returnsOf = prepare<[number, number, number], ReturnRow>(database, RETURNS_OF)

  const outflow = (fund: number, number: number): Outflow | undefined => remember(`outflow ${fund} ${number}`, () => {
    const row = byNumber.get(fund, number)
    return row && readOutflow(row)
  })
  const takingsOf = (fund: number, number: number): TakingRow[] => remember(`takings ${fund} ${number}`, () => takings.all({ fund, number }))
  return {
    outflow,
    /** The outflow that used this ref, for itself or for one of its executions. */
    outflowOfRef(ref: Hex): { fund: number; number: number } | undefined {
      const bytes = bytesOf(ref)
      const row = byRef.get(bytes, bytes, bytes)
      return row && { fund: Number(row.fund), number: Number(row.outflow) }
    },
    /**
     * The outflows that were proposed, paid, accepted or made void with this paper: several, where somebody used a paper
     * without private fields, hence without salt, again.
     */
    outflowsOfPaper(paper: Hex): { fund: number; number: number }[] {
      return byPaper.all({ paper: bytesOf(paper) }).map(({ fund, outflow }) => ({ fund: Number(fund), number: Number(outflow) }))
    },
    outflows(fund: number, page: Page): Outflow[] {
      const numbers = (page.after === undefined ? down : up).all(askedOf(fund, page))
      return numbers.map((number) => outflow(fund, Number(number))).filter((found) => found !== undefined)
    },
    /** Those of every fund that are in a state, the oldest first. */
    outflowsIn(state: State, limit: number): Outflow[] {
      return waiting.all(STATES.indexOf(state), limit).flatMap(({ fund, number }) => outflow(Number(fund), Number(number)) ?? [])
    },
    /** The newest that a person proposed and somebody rejected. */
    rejectedOf: (person: number): Outflow[] => rejected.all(person).flatMap(({ fund, number }) => outflow(Number(fund), Number(number)) ?? []),
    /** What was done with an outflow, in order. */
    steps: (fund: number, number: number): Step[] => steps.all({ fund, number }).map(readStep),
    /** How an outflow took its fen at `offset`, and so the piece that begins there: a piece is of one execution. */
    takingOf: (fund: number, number: number, offset: Fen): Taking | undefined => readTaking(takingsOf(fund, number), offset),
    /** The pieces that overlap [start, end), by their start; with `at`, only those of blocks up to it. */
    piecesOver(fund: number, start: Fen, end: Fen, at?: bigint, limit = 4_294_967_295): Piece[] {
      return piecesOver.all({ fund, start, end, before: endOf(at), limit }).map(readPiece)
    },
    /** An outflow's pieces, by their offset. */
    piecesOf: (fund: number, outflow: number): Piece[] => piecesOf.all(fund, outflow).map(readPiece),
    /** The inflows that brought an outflow's fen back, by their offset; with `at`, only those of blocks up to it. */
    returnsOf: (fund: number, outflow: number, at?: bigint): Return[] =>
      returnsOf.all(fund, outflow, endOf(at)).map(readReturn),
  }
}

type Place = { fund: bigint; outflow: bigint }
type PlaceAsked = { fund: number; start: bigint; end: bigint; before: number; limit: number }
type Row = {
  fund: bigint; number: bigint; kind: bigint; state: bigint; subject: bigint; fen: bigint; paid_fen: bigint
  returned_fen: bigint; proposer: bigint; approver: bigint; cashier: bigint; ref: Buffer; paper: Buffer
  effective_on: bigint | null; time: bigint
}
type StepRow = {
  step: string; place: bigint; person: bigint; paper: Buffer; ref: Buffer | null; fen: bigint | null
  effective_on: bigint | null; reason: bigint | null; hash: Buffer; time: bigint
}
type TakingRow = { fen: bigint; effective_on: bigint; reason: bigint | null }
type PieceRow = { number: bigint; outflow: bigint; start_fen: bigint; end_fen: bigint; offset_fen: bigint }
type ReturnRow = {
  fund: bigint; inflow: bigint; batch: bigint; offset_fen: bigint; start_fen: bigint; end_fen: bigint
  effective_on: bigint; source: bigint
}

const TIME = '(SELECT time FROM transactions WHERE place <= o.place ORDER BY place DESC LIMIT 1)'
const WANTED = `o.fund = :fund AND o.outflow > :after AND o.outflow < :before AND (:source = 0 OR EXISTS (
  SELECT 1 FROM pieces p INDEXED BY pieces_by_outflow
  CROSS JOIN batches b INDEXED BY batches_by_start ON b.fund = p.fund AND b.start_fen < p.end_fen
    AND b.start_fen >= (SELECT max(start_fen) FROM batches WHERE fund = p.fund AND start_fen <= p.start_fen)
  WHERE p.fund = o.fund AND p.outflow = o.outflow AND b.source = :source))`
const SELECT = `SELECT o.*, ${TIME} AS time FROM outflows o`

// An outflow's day is that of its last execution, before that the day on which it was proposed. It is of a source when
// fen of that source went into it. Each half is in order by itself, so that a page reads no more than it shows.
const PAGE = `SELECT o.outflow FROM proposals o WHERE ${WANTED}
    AND coalesce((SELECT effective_on FROM executions WHERE fund = o.fund AND outflow = o.outflow ORDER BY place DESC LIMIT 1),
      (${TIME} + 28800) / 86400) BETWEEN :from AND :to
  UNION ALL SELECT o.outflow FROM voids o WHERE ${WANTED} AND o.effective_on BETWEEN :from AND :to`

const STEPS = `SELECT s.*, t.hash, t.time FROM (
    SELECT 'Proposed' AS step, place, person, paper, ref, fen, NULL AS effective_on, NULL AS reason
      FROM proposals WHERE fund = :fund AND outflow = :number
    UNION ALL SELECT 'Approved', place, person, paper, NULL, NULL, NULL, NULL
      FROM approvals WHERE fund = :fund AND outflow = :number
    UNION ALL SELECT 'Rejected', place, person, paper, NULL, NULL, NULL, reason
      FROM rejections WHERE fund = :fund AND outflow = :number
    UNION ALL SELECT 'Cancelled', place, person, paper, NULL, released_fen, NULL, reason
      FROM cancellations WHERE fund = :fund AND outflow = :number
    UNION ALL SELECT 'Executed', place, person, paper, ref, fen, effective_on, NULL
      FROM executions WHERE fund = :fund AND outflow = :number
    UNION ALL SELECT 'Accepted', place, person, paper, NULL, NULL, NULL, NULL
      FROM acceptances WHERE fund = :fund AND outflow = :number
    UNION ALL SELECT 'Voided', place, person, paper, ref, fen, effective_on, reason
      FROM voids WHERE fund = :fund AND outflow = :number
  ) s JOIN transactions t ON t.place = (SELECT max(place) FROM transactions WHERE place <= s.place) ORDER BY s.place`

const TAKINGS = `SELECT fen, effective_on, NULL AS reason, place FROM executions WHERE fund = :fund AND outflow = :number
  UNION ALL SELECT fen, effective_on, reason, place FROM voids WHERE fund = :fund AND outflow = :number ORDER BY place`

// The last piece that starts at or before the interval may reach into it.
const PIECES_OVER = `SELECT number, outflow, start_fen, end_fen, offset_fen FROM pieces
  WHERE fund = :fund AND start_fen < :end AND end_fen > :start AND place < :before
  AND start_fen >= coalesce((SELECT max(start_fen) FROM pieces WHERE fund = :fund AND start_fen <= :start), 0)
  ORDER BY start_fen LIMIT :limit`

const RETURNS_OF = `SELECT o.fund, o.inflow, i.batch, o.offset_fen, i.start_fen, i.end_fen, b.effective_on, b.source
  FROM origins o JOIN inflows i ON i.fund = o.fund AND i.number = o.inflow
  JOIN batches b ON b.fund = i.fund AND b.number = i.batch
  WHERE o.origin_fund = ? AND o.origin_outflow = ? AND o.place < ? ORDER BY o.offset_fen`

// Places of the blocks after `at` begin here.
function endOf(at: bigint | undefined): number {
  return at === undefined ? Number.MAX_SAFE_INTEGER : placeOf({ block: Number(at) + 1, log: 0 })
}

function readOutflow(row: Row): Outflow {
  const { effective_on } = row
  return {
    fund: Number(row.fund), number: Number(row.number), kind: wordAt(KINDS, row.kind), state: wordAt(STATES, row.state),
    amount: Fen(row.fen), paid: Fen(row.paid_fen), returned: Fen(row.returned_fen), proposer: Number(row.proposer),
    approver: Number(row.approver), cashier: Number(row.cashier), paper: hexOf(row.paper), ref: hexOf(row.ref),
    subject: Number(row.subject), ...(effective_on !== null && { effectiveOn: Day(Number(effective_on)) }),
    recordedAt: Number(row.time),
  }
}

function readStep(row: StepRow): Step {
  const { ref, fen, effective_on, reason } = row
  return {
    step: row.step as Step['step'], person: Number(row.person), paper: hexOf(row.paper),
    block: blockOf(Number(row.place)), transaction: hexOf(row.hash), at: Number(row.time),
    ...(ref && { ref: hexOf(ref) }),
    ...(fen !== null && { amount: Fen(fen) }),
    ...(effective_on !== null && { effectiveOn: Day(Number(effective_on)) }),
    ...(reason !== null && { reason: wordAt(REASONS, reason) }),
  }
}

function readTaking(rows: readonly TakingRow[], offset: Fen): Taking | undefined {
  let end = 0n
  const row = rows.find(({ fen }) => offset < (end += fen))
  return row && { effectiveOn: Day(Number(row.effective_on)), ...(row.reason !== null && { reason: wordAt(REASONS, row.reason) }) }
}

function readPiece({ number, outflow, start_fen, end_fen, offset_fen }: PieceRow): Piece {
  return { piece: Number(number), outflow: Number(outflow), start: Fen(start_fen), end: Fen(end_fen), offset: Fen(offset_fen) }
}

function readReturn({ offset_fen, start_fen, end_fen, source, effective_on, ...row }: ReturnRow): Return {
  return {
    fund: Number(row.fund), inflow: Number(row.inflow), batch: Number(row.batch), offset: Fen(offset_fen),
    start: Fen(start_fen), end: Fen(end_fen), effectiveOn: Day(Number(effective_on)), source: wordAt(SOURCES, source),
  }
}
