import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { rowsOf } from '../../indexer/rows.ts'

type Column = { name: string; type: string; notnull: number; pk: number }
type Index = { name: string; unique: number; origin: string }
type Model = { columns: Record<string, string>; key: string[]; indexes: Record<string, { unique: boolean; columns: string[] }> }

const TABLES = readFileSync(new URL('../../indexer/tables.sql', import.meta.url), 'utf8')
const SCHEMA = readFileSync(new URL('../../indexer/schema.prisma', import.meta.url), 'utf8')

describe('The tables of the mirror', () => {
  const database = new Database(':memory:')
  database.exec(TABLES)
  const names = database.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all()

  after(() => void database.close())

  it('are those that the generated client knows, column by column and index by index', () => {
    expect(Object.fromEntries(names.map((name) => [name, readTable(database, name)]))).to.deep.equal(readSchema())
  })

  it('have rows for every event, beside what the mirror says of itself', () => {
    expect([...Object.keys(rowsOf([])), 'cursor', 'source'].toSorted()).to.deep.equal(names)
  })

  it('leave no column empty and are strict about types', () => {
    for (const { name, strict } of database.prepare<[], { name: string; strict: number }>("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all())
      expect(strict, name).to.equal(1)
    for (const name of names)
      for (const column of columnsOf(database, name)) expect(column.notnull, `${name}.${column.name}`).to.equal(1)
  })

  it('hold fen that a number would lose', () => {
    database.exec("INSERT INTO skips VALUES (1, 1, 1, 9223372036854775807)")

    expect(database.prepare('SELECT cursor_fen FROM skips').safeIntegers().pluck().get()).to.equal(9_223_372_036_854_775_807n)
  })

  it('each say what they are', () => {
    for (const [, before, table] of TABLES.matchAll(/(.*)\nCREATE (?:TABLE|VIEW) (\w+)/g)) expect(before, table).to.match(/^-- .+\.$/)
  })
})

function columnsOf(database: Database.Database, table: string): Column[] {
  return database.prepare<[string], Column>('SELECT name, type, "notnull", pk FROM pragma_table_info(?)').all(table)
}

function readTable(database: Database.Database, table: string): Model {
  const columns = columnsOf(database, table)
  const indexes = database.prepare<[string], Index>('SELECT name, "unique", origin FROM pragma_index_list(?)').all(table)
  const columnsIn = database.prepare<[string], string>('SELECT name FROM pragma_index_info(?) ORDER BY seqno').pluck()
  return {
    columns: Object.fromEntries(columns.map(({ name, type }) => [name, type])),
    key: columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk).map(({ name }) => name),
    indexes: Object.fromEntries(indexes.filter(({ origin }) => origin === 'c').map(({ name, unique }) => [name, { unique: unique === 1, columns: columnsIn.all(name) }])),
  }
}

const TYPES: Record<string, string> = { Int: 'INTEGER', BigInt: 'INTEGER', Bytes: 'BLOB', String: 'TEXT' }

function readSchema(): Record<string, Model> {
  const models = SCHEMA.matchAll(/^model \w+ \{\n(.*?)\n\}/gms)
  return Object.fromEntries(Array.from(models, ([, body = '']) => {
    const fields = Array.from(body.matchAll(/^ {2}(\w+) +(\w+)( +@id)?$/gm), ([, name = '', type = '', id]) => ({ name, type: TYPES[type] ?? type, id }))
    const [, table = ''] = /@@map\("(\w+)"\)/.exec(body) ?? []
    const [, key] = /@@id\(\[(.+)\]\)/.exec(body) ?? []
    const indexes = body.matchAll(/@@(unique|index)\(\[(.+)\], map: "(\w+)"\)/g)
    return [table, {
      columns: Object.fromEntries(fields.map(({ name, type }) => [name, type])),
      key: key?.split(', ') ?? fields.filter(({ id }) => id).map(({ name }) => name),
      indexes: Object.fromEntries(Array.from(indexes, ([, kind, columns = '', name]) => [name, { unique: kind === 'unique', columns: columns.split(', ') }])),
    }]
  }))
}
