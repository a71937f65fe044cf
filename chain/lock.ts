import Database from 'better-sqlite3'
import { Unusable } from '../ledger/failures.ts'

/** Held for as long as this process may write the journal. */
export type Lock = { release(): void }

/**
 * Takes the journal for this process alone.
 *
 * The lock is the operating system's (SQLite holds it in `<journal>.lock`), so it ends with its holder however he ends,
 * SIGKILL and power cut included. A file with a process number could outlive him, and numbers are given out again.
 *
 * @throws {Unusable} naming the process that has it.
 */
export function lockJournal(file: string): Lock {
  const database = openLockFile(file)
  try {
    database.exec(`
      CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL);
      BEGIN IMMEDIATE; DELETE FROM holder; INSERT INTO holder VALUES (${process.pid}); COMMIT;
      BEGIN IMMEDIATE`)
  } catch (error) {
    const held = error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY'
    const refusal = held ? inUse(file, holderOf(database)) : unlockable(file, error)
    database.close()
    throw refusal
  }
  // Closing rolls the open transaction back, which is what lets go.
  return { release: () => database.close() }
}

function openLockFile(file: string): Database.Database {
  try {
    return new Database(`${file}.lock`, { timeout: 0 })
  } catch (error) {
    throw unlockable(file, error)
  }
}

// The holder writes his number before he takes the lock for good; who comes in between finds none.
function holderOf(database: Database.Database): string {
  try {
    return String(database.prepare('SELECT pid FROM holder').pluck().get() ?? 'unknown')
  } catch {
    return 'unknown'
  }
}

function inUse(file: string, holder: string): Unusable {
  return new Unusable('JOURNAL_IN_USE', {
    zh: `日志 ${file} 正由进程 ${holder} 使用。`, en: `The journal ${file} is in use by process ${holder}.`,
  })
}

function unlockable(file: string, error: unknown): Unusable {
  const reason = error instanceof Error ? error.message : String(error)
  return new Unusable('JOURNAL_UNLOCKABLE', {
    zh: `日志 ${file} 不能锁定（${reason}）。`, en: `The journal ${file} cannot be locked (${reason}).`,
  }, { cause: error })
}
