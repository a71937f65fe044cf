import Database from 'better-sqlite3'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Unusable } from '../ledger/failures.ts'

const MIGRATIONS = join(import.meta.dirname, 'migrations')

/** The vault's own file in its folder. */
export const VAULT_FILE = 'vault.sqlite'

/**
 * Opens the vault's file, or makes it, readable by its owner alone, and brings it up to date.
 * @throws {Unusable} when a newer program made it.
 */
export function openFile(folder: string): Database.Database {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, VAULT_FILE)
  closeSync(openSync(path, 'a', 0o600))

  const db = new Database(path, { timeout: 10_000 })
  db.pragma('cache_size = -65536')
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL') // a link is in a donor's hand before the next power cut
  db.pragma('foreign_keys = ON')
  db.pragma('secure_delete = ON')
  migrate(db, path)
  return db
}

/**
 * Rewrites the file without the pages that held destroyed things, and empties the log beside it, if that is due.
 * What the disk itself keeps of them stays unreadable: the keys were among them.
 */
export function scrub(db: Database.Database): void {
  if (db.prepare('SELECT 1 FROM scrub_due').get() === undefined) return
  db.exec('VACUUM')
  if (!emptyLog(db))
    throw new Error(`${db.name} is read by another program: what was destroyed leaves the file at the next opening`)
  db.exec('DELETE FROM scrub_due')
}

/** Empties the log beside the file, where what was deleted still stands. False when another program reads it. */
export function emptyLog(db: Database.Database): boolean {
  const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]
  return state.busy === 0
}

/** A statement, prepared once for each open vault: preparing costs more than running. Its SQL must be a constant. */
export function prepared<Given extends unknown[], Row = unknown>(
  db: Database.Database,
  sql: string,
): Database.Statement<Given, Row> {
  const known = statements.get(db) ?? new Map<string, Database.Statement>()
  statements.set(db, known)
  const statement = known.get(sql) ?? db.prepare(sql)
  known.set(sql, statement)
  return statement as Database.Statement<Given, Row>
}

const statements = new WeakMap<Database.Database, Map<string, Database.Statement>>()

function migrate(db: Database.Database, path: string): void {
  const scripts = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql')).sort()
  const migrateOnce = db.transaction(() => {
    const done = Number(db.pragma('user_version', { simple: true }))
    if (done > scripts.length)
      throw new Unusable('VAULT_NEWER', {
        zh: `${path} 是第 ${done} 版，本程序只认识到第 ${scripts.length} 版：请用写入它的程序。`,
        en: `${path} has version ${done}, this program knows ${scripts.length}: use the one that wrote it.`,
      })
    for (const script of scripts.slice(done)) db.exec(readFileSync(join(MIGRATIONS, script), 'utf8'))
    db.pragma(`user_version = ${scripts.length}`)
  })
  migrateOnce.immediate()
}
