import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import { toHex, type Hex } from '../ledger/hex.ts'
import { tablesOf } from './file.ts'

/** Every row of the mirror at `file` as a line of text, table by table, by primary key: equal mirrors, equal lines. */
export function* dump(file: string): Generator<string> {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  database.defaultSafeIntegers(true)
  try {
    // One moment for all tables, also while the indexer writes.
    database.exec('BEGIN')
    for (const { name, key } of tablesOf(database)) {
      const rows = database.prepare<[], Cell[]>(`SELECT * FROM ${name} ORDER BY ${key.join()}`).raw()
      for (const row of rows.iterate()) yield `${name}\t${row.map(textOf).join('\t')}\n`
    }
  } finally {
    database.close()
  }
}

/** The SHA-256 of a dump. */
export function dumpHash(file: string): Hex {
  const hash = createHash('sha256')
  for (const line of dump(file)) hash.update(line)
  return toHex(hash.digest())
}

type Cell = bigint | Buffer | string

function textOf(cell: Cell): string {
  if (typeof cell === 'string') return JSON.stringify(cell)
  return typeof cell === 'bigint' ? String(cell) : toHex(cell)
}
