import Database from 'better-sqlite3'

/** Held for as long as this process may write the journal. */
export type Lock = { release(): void }

/**
 * Takes the journal for this process alone.
 *
 * The lock is the operating system's (SQLite holds it in `<journal>.lock`), so it ends with its holder however he ends,
 * SIGKILL and power cut included. A file with a process number could outlive him, and numbers are given out again.
 *
 * @throws {RangeError} naming the process that has it.
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
    const sentence = held ? `is in use by process ${holderOf(database)}` : `cannot be locked: ${reasonOf(error)}`
    database.close()
    throw new RangeError(`the journal ${file} ${sentence}`)
  }
  // Closing rolls the open transaction back, which is what lets go.
  return { release: () => database.close() }
}

function openLockFile(file: string): Database.Database {
  try {
    return new Database(`${file}.lock`, { timeout: 0 })
  } catch (error) {
    throw new RangeError(`the journal ${file} cannot be locked: ${reasonOf(error)}`)
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
