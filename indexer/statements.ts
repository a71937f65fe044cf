import type { Database, Statement } from 'better-sqlite3'
import type { Hex } from '../ledger/hex.ts'

/**
 * Prepares a statement that is asked often. Each parameter gets a SELECT of its own: SQLite built with STAT4, as here,
 * plans a join anew whenever a parameter that stands there openly is bound, which takes ten times as long as the answer.
 */
export function prepare<Parameters extends unknown[], Row>(database: Database, sql: string): Statement<Parameters, Row> {
  return database.prepare<Parameters, Row>(sql.replace(/\?|:[a-z]+/g, '(SELECT $&)'))
}

/** Lets several statements see one moment of the book, whatever the indexer writes meanwhile; also spares them time. */
export function openMoments(database: Database) {
  const begin = database.prepare('BEGIN')
  const end = database.prepare('COMMIT')
  return <Answer>(ask: () => Answer): Answer => {
    if (database.inTransaction) return ask()
    begin.run()
    try {
      return ask()
    } finally {
      end.run()
    }
  }
}

/** Keeps answers until the version changes: many ask for the same few outflows, which is where many gifts went. */
export function openMemory(version: () => string) {
  const kept = new Map<unknown, unknown>()
  let of = ''
  return <Answer>(key: unknown, ask: () => Answer): Answer => {
    const now = version()
    if (now !== of || kept.size >= MOST_KEPT) kept.clear()
    of = now
    if (!kept.has(key)) kept.set(key, ask())
    return kept.get(key) as Answer
  }
}

const MOST_KEPT = 20_000

/** The bytes of a column as people exchange them. */
export function hexOf(bytes: Buffer): Hex {
  return `0x${bytes.toString('hex')}`
}

/** Bytes for a statement. */
export function bytesOf(hex: Hex): Buffer {
  return Buffer.from(hex.slice(2), 'hex')
}
