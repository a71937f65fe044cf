import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

/** A table of the mirror, its columns in order, and those of its primary key. */
export type Table = { name: string; columns: Column[]; key: string[] }

/** A column and its type in SQLite. */
export type Column = { name: string; type: string }

const TABLES_SQL = readFileSync(new URL('./tables.sql', import.meta.url), 'utf8')
/** What marks a SQLite file as a mirror: "Mz" and a number for its tables, which changes with tables.sql. */
const APPLICATION = 0x4d7a
const VERSION = createHash('sha256').update(TABLES_SQL).digest().readUInt32BE() >>> 1

/**
 * Makes the mirror's file and its tables where there are none, and says what tables they are. A mirror with other
 * tables is deleted, since it can be rebuilt. @throws {RangeError} when the file is something else.
 */
export function prepareFile(file: string): Table[] {
  mkdirSync(dirname(file), { recursive: true })
  if (existsSync(file) && !isCurrent(file)) removeMirror(file)
  const database = new Database(file)
  try {
    database.pragma('journal_mode = WAL')
    if (database.pragma('user_version', { simple: true }) !== VERSION) createTables(database)
    return tablesOf(database)
  } finally {
    database.close()
  }
}

/** Deletes a mirror, with the files that SQLite keeps beside it. */
export function removeMirror(file: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
}

/** The tables of a mirror by name. Names come from sqlite_master, hence from tables.sql, and may stand in a statement. */
export function tablesOf(database: Database.Database): Table[] {
  const names = database.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
  const columns = database.prepare<[string], Column>('SELECT name, type FROM pragma_table_info(?)')
  const key = database.prepare<[string], string>('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk').pluck()
  return names.all().map(({ name }) => ({ name, columns: columns.all(name), key: key.all(name) }))
}

/** The indexes by ref and paper: hashes come in no order, so that each insertion writes to another page. */
export function hashIndexes(): { name: string; sql: string }[] {
  const found = TABLES_SQL.matchAll(/^CREATE INDEX (\w+_by_(?:ref|paper)) (ON .*);$/gm)
  return Array.from(found, ([, name = '', where = '']) => ({ name, sql: `CREATE INDEX IF NOT EXISTS ${name} ${where}` }))
}

function createTables(database: Database.Database): void {
  database.transaction(() => {
    database.exec(TABLES_SQL)
    database.pragma(`application_id = ${APPLICATION}`)
    database.pragma(`user_version = ${VERSION}`)
  })()
}

function isCurrent(file: string): boolean {
  const database = new Database(file, { readonly: true })
  try {
    const empty = tablesOf(database).length === 0
    if (!empty && database.pragma('application_id', { simple: true }) !== APPLICATION)
      throw new RangeError(`${file} is no mirror`)
    return empty || database.pragma('user_version', { simple: true }) === VERSION
  } finally {
    database.close()
  }
}
