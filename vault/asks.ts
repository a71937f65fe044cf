import type { Database } from 'better-sqlite3'
import { Fen } from '../ledger/fen.ts'
import type { Reason } from '../ledger/words.ts'
import { prepared } from './file.ts'

/** A no of `by`, a person's number, `at` unix seconds. */
export type Refusal = { readonly by: number; readonly at: number }

/**
 * A void of so much that `person` asked an approver for, `at` unix seconds. `voids` is how many of the inflow the book had then: a block's time and
 * the server's are two clocks, and what stands in the book is counted. `refused` is who said no to it, and when.
 */
export type AskedVoid = {
  readonly fund: number; readonly inflow: number; readonly amount: Fen; readonly reason: Reason; readonly person: number; readonly at: number; readonly voids: number
  readonly refused?: Refusal
}

type AskedRow = Omit<AskedVoid, 'amount' | 'refused'> & { fen: number; refusedBy: number | null; refusedAt: number | null }

const COLUMNS = 'fund, inflow, fen, reason, person, asked_at AS at, voids, refused_by AS refusedBy, refused_at AS refusedAt'
const PUT = 'INSERT OR REPLACE INTO asked_void (fund, inflow, fen, reason, person, asked_at, voids) VALUES (:fund, :inflow, :amount, :reason, :person, :at, :voids)'

/** Keeps that a void is asked for, in place of what was asked of the same inflow before. */
export function askVoid(db: Database, asked: AskedVoid): void {
  prepared<[AskedVoid]>(db, PUT).run(asked)
}

/** Keeps that somebody said no to what is asked for now; nothing where it was refused before, or nothing is asked for. */
export function refuseAskedVoid(db: Database, fund: number, inflow: number, { by, at }: Refusal): void {
  prepared(db, 'UPDATE asked_void SET refused_by = ?, refused_at = ? WHERE fund = ? AND inflow = ? AND refused_by IS NULL').run(by, at, fund, inflow)
}

/** Forgets that a void was asked for; also where none was. */
export function dropAskedVoid(db: Database, fund: number, inflow: number): void {
  prepared(db, 'DELETE FROM asked_void WHERE fund = ? AND inflow = ?').run(fund, inflow)
}

/** What was asked last of an inflow, whether it was done since or not. */
export function askedVoidOf(db: Database, fund: number, inflow: number): AskedVoid | undefined {
  const row = prepared<[number, number], AskedRow>(db, `SELECT ${COLUMNS} FROM asked_void WHERE fund = ? AND inflow = ?`).get(fund, inflow)
  return row && readAsked(row)
}

/** The same of every inflow, what was asked first at the front. */
export function askedVoids(db: Database): AskedVoid[] {
  return prepared<[], AskedRow>(db, `SELECT ${COLUMNS} FROM asked_void ORDER BY asked_at, fund, inflow`).all().map(readAsked)
}

function readAsked({ fen, refusedBy, refusedAt, ...asked }: AskedRow): AskedVoid {
  const isRefused = refusedBy !== null && refusedAt !== null
  return { ...asked, amount: Fen(BigInt(fen)), ...(isRefused && { refused: { by: refusedBy, at: refusedAt } }) }
}
