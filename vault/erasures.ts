import type { Database } from 'better-sqlite3'
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Unusable } from '../ledger/failures.ts'
import { Hash, type Hex } from '../ledger/hex.ts'
import { prepared } from './file.ts'

/** What the law asks for in two steps: no use but keeping, then gone. */
export type Act = 'restrict' | 'destroy'

/**
 * One line of the list of erasures: which paper, what, when (ISO 8601 UTC). No personal data, so it may outlive them.
 */
export type Erasure = { act: Act; paper: Hex; at: string }

/** How a paper's private fields stand. */
export type State = 'kept' | 'restricted' | 'destroyed'

/**
 * The list of erasures in the vault's folder. It is written before the vault is, and applied whenever one is opened.
 */
export const ERASURES_FILE = 'erasures.jsonl'

const STATE = 'SELECT destroyed_at FROM erasure WHERE paper = ?'
const MARK = `INSERT INTO erasure (paper, restricted_at, destroyed_at) VALUES (:paper, :at, :destroyedAt)
  ON CONFLICT (paper) DO UPDATE SET destroyed_at = coalesce(destroyed_at, excluded.destroyed_at)`
const DESTROY = [
  'UPDATE paper SET wrapped_key = NULL, sealed = NULL WHERE hash = ? AND sealed IS NOT NULL',
  'UPDATE gift SET locked = NULL, reprint = NULL WHERE paper = ? AND (locked IS NOT NULL OR reprint IS NOT NULL)',
  `DELETE FROM document WHERE sha256 IN (SELECT sha256 FROM document_of WHERE paper = ?)
    AND NOT EXISTS (SELECT 1 FROM document_of AS other LEFT JOIN erasure ON erasure.paper = other.paper
      WHERE other.sha256 = document.sha256 AND erasure.destroyed_at IS NULL)`,
]

/** Appends to the list, and returns when the disk has it. */
export function appendErasures(folder: string, erasures: readonly Erasure[]): void {
  const file = join(folder, ERASURES_FILE)
  const handle = openSync(file, 'a', 0o600)
  try {
    // What a power cut left of an unconfirmed line would spoil the next one.
    ftruncateSync(handle, readFileSync(file).lastIndexOf(0x0a) + 1)
    writeSync(handle, erasures.map((erasure) => `${formatErasure(erasure)}\n`).join(''))
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Reads a list of erasures; a missing file is an empty list. A last line that was never finished was never confirmed
 * and is left out. @throws {Unusable} with the line that is none.
 */
export function readErasures(file: string): Erasure[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  lines.pop()
  return lines.map((line, index) => readErasure(line, `${file} line ${index + 1}`))
}

/** Writes one line of the list. */
export function formatErasure({ act, paper, at }: Erasure): string {
  return JSON.stringify({ act, paper, at })
}

/**
 * Does in the vault what the list says: a restricted paper is marked, a destroyed one loses its fields, salts, keys,
 * its donor's locked copy and reprint, and its documents unless another paper still has them. Doing it again changes
 * nothing.
 */
export function applyErasures(db: Database, erasures: readonly Erasure[]): void {
  const mark = prepared<[{ paper: Hex; at: string; destroyedAt: string | null }]>(db, MARK)
  const destroyed: Hex[] = []

  const apply = db.transaction(() => {
    for (const { act, paper, at } of erasures) {
      const { changes } = mark.run({ paper, at, destroyedAt: act === 'destroy' ? at : null })
      if (act === 'destroy' && changes > 0) destroyed.push(paper)
    }
    const gone = destroyed.reduce((count, paper) => count + destroyOne(db, paper), 0)
    if (gone > 0) prepared(db, 'INSERT INTO scrub_due (since) VALUES (?)').run(new Date().toISOString())
  })
  apply.immediate()
}

/** How a paper stands. */
export function stateOf(db: Database, paper: Hex): State {
  const row = prepared<[string], ErasureRow>(db, STATE).get(paper)
  return row ? stateIn(row) : 'kept'
}

/** The row of a paper that was restricted or destroyed. */
export type ErasureRow = { destroyed_at: string | null }

/** How the paper of such a row stands. */
export function stateIn({ destroyed_at }: ErasureRow): State {
  return destroyed_at === null ? 'restricted' : 'destroyed'
}

/** How many rows it changed: nothing is left to do for a paper that was destroyed before. */
function destroyOne(db: Database, paper: Hex): number {
  return DESTROY.reduce((changes, sql) => changes + prepared<[string]>(db, sql).run(paper).changes, 0)
}

function readErasure(line: string, place: string): Erasure {
  const match = /^\{"act":"(restrict|destroy)","paper":"(0x[0-9a-f]{64})","at":"([0-9T:.Z-]{20,30})"\}$/.exec(line)
  const [, act, paper, at] = match ?? []
  if ((act !== 'restrict' && act !== 'destroy') || paper === undefined || at === undefined)
    throw new Unusable('ERASURES_DAMAGED', {
      zh: `删除清单有误：${place} 不是一条删除记录：${line.slice(0, 80)}`, en: `${place} is no erasure: ${line.slice(0, 80)}`,
    })
  return { act, paper: Hash(paper), at }
}
