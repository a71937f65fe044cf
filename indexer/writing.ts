import type { Database, Statement } from 'better-sqlite3'
import { tablesOf, type Table } from './file.ts'
import type { Rows } from './rows.ts'

type AnyRow = Readonly<Record<string, unknown>>

/**
 * Writes rows, one statement a table: numbers and texts travel as one JSON array, bytes as one blob in which each row has
 * its place. So a range of thousands of events costs some thirty calls. It opens no transaction: that is for the caller.
 */
export function openWriting(database: Database): (rows: Rows) => void {
  const tables = tablesOf(database).map((table) => ({ name: table.name, insert: insertInto(database, table) }))
  return (rows) => {
    for (const { name, insert } of tables) {
      const written = rowsIn(rows, name)
      if (written.length > 0) insert(written)
    }
  }
}

function rowsIn(rows: Rows, table: string): readonly AnyRow[] {
  return Object.hasOwn(rows, table) ? rows[table as keyof Rows] : []
}

function insertInto(database: Database, table: Table): (rows: readonly AnyRow[]) => void {
  const bytes = table.columns.filter(({ type }) => type === 'BLOB').map(({ name }) => name)
  const others = table.columns.filter(({ type }) => type !== 'BLOB')
  let known: { width: number; statement: Statement<[Buffer, string]> } | undefined

  return (rows) => {
    // Hashes, addresses and selectors have their lengths, so that one row tells those of all.
    known ??= prepareInsert(database, table, bytes.map((name) => hexIn(rows[0], name).length / 2))
    let hex = ''
    let json = ''
    for (const row of rows) {
      for (const name of bytes) hex += hexIn(row, name)
      let values = ''
      for (const { name, type } of others) values += `${values === '' ? '' : ','}${jsonOf(row[name], type, name)}`
      json += `${json === '' ? '[[' : ',['}${values}]`
    }
    const blob = Buffer.from(hex, 'hex')
    if (blob.length !== known.width * rows.length) throw new RangeError(`bytes of another length in rows of ${table.name}`)
    known.statement.run(blob, `${json}]`)
  }
}

function prepareInsert(database: Database, { name, columns }: Table, widths: readonly number[]) {
  const width = widths.reduce((sum, one) => sum + one, 0)
  let blobs = 0
  let at = 1
  const values = columns.map(({ type }, index) => {
    if (type !== 'BLOB') return `value ->> ${index - blobs}`
    const length = widths[blobs++] ?? 0
    at += length
    return `substr(bytes, key * ${width} + ${at - length}, ${length})`
  })
  const statement = database.prepare<[Buffer, string]>(`INSERT INTO ${name} (${columns.map(({ name }) => name).join()})
    SELECT ${values.join()} FROM (SELECT ? AS bytes) CROSS JOIN json_each(?)`)
  return { width, statement }
}

function hexIn(row: AnyRow | undefined, name: string): string {
  const value = row?.[name]
  if (typeof value !== 'string') throw new RangeError(`a row has no ${name}: ${String(value)}`)
  return value.slice(2)
}

// JSON.stringify refuses bigints, and a number would lose fen; the digits are JSON already.
function jsonOf(value: unknown, type: string, name: string): string {
  if (typeof value === 'bigint' || typeof value === 'number') return `${value}`
  if (typeof value !== 'string' || type !== 'TEXT') throw new RangeError(`a row has no ${name}: ${String(value)}`)
  return JSON.stringify(value)
}
