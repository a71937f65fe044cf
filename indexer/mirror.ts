import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { fromHex, toHex, type Hex } from '../ledger/hex.ts'
import { PrismaClient } from './client/client.ts'
import { hashIndexes, prepareFile, type Column, type Table } from './file.ts'
import type { Rows } from './rows.ts'

/** How far the chain is mirrored: everything up to and with `block`, which makes `events` events. */
export type Cursor = { block: number; hash: Hex; time: number; events: number }

/** Which chain and contracts a mirror is of. */
export type Source = { chainId: number; genesis: Hex; charter: Hex; people: Hex; ledger: Hex }

/** What the indexer writes to. One process follows one mirror; whoever reads opens it on their own (read.ts). */
export type Mirror = {
  readonly file: string
  readonly prisma: PrismaClient
  /** Undefined until `begin`. */
  source(): Promise<Source | undefined>
  /** @throws {RangeError} before `begin`. */
  cursor(): Promise<Cursor>
  /** Says of which chain an empty mirror is, and puts the cursor on its first block. */
  begin(source: Source, first: Cursor): Promise<void>
  /**
   * Writes the rows of a range and moves the cursor over it, or does neither: a crash leaves no range half written and
   * none written twice. @throws {MirrorMoved} when the cursor is not at `from`.
   */
  write(rows: Rows, from: Cursor, to: Cursor): Promise<void>
  /** Puts off the indexes by hash, which slow down a long catching up, until `settle` makes them at once. */
  loosen(): Promise<void>
  settle(): Promise<void>
  close(): Promise<void>
}

/** Another process moved the mirror's cursor. */
export class MirrorMoved extends Error {
  override name = 'MirrorMoved'
}

// A range is written in a fraction of a second; a backup or a rebuilding beside it may hold the file for longer.
const TRANSACTION_MS = { maxWait: 60_000, timeout: 60_000 }
const PRAGMAS = ['synchronous = NORMAL', 'cache_size = -65536', 'wal_autocheckpoint = 16384', 'busy_timeout = 30000']

/**
 * Opens the mirror at `file`, or makes an empty one, also in place of one with other tables: it can be rebuilt.
 *
 * @throws {RangeError} when the file is no mirror.
 */
export async function openMirror(file: string): Promise<Mirror> {
  const inserts = prepareFile(file).map(insertInto)
  const prisma = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: file }) })
  for (const pragma of PRAGMAS) await prisma.$queryRawUnsafe(`PRAGMA ${pragma}`)

  return {
    file,
    prisma,
    source: () => readSource(prisma),
    async cursor() {
      const row = await prisma.cursor.findFirst()
      if (!row) throw new RangeError(`the mirror ${file} has not begun`)
      return { block: row.block, hash: toHex(row.hash), time: Number(row.time), events: Number(row.events) }
    },
    async begin({ chainId, genesis, charter, people, ledger }, first) {
      await prisma.$transaction([
        prisma.$executeRaw`INSERT INTO source VALUES
          (1, ${chainId}, ${fromHex(genesis)}, ${fromHex(charter)}, ${fromHex(people)}, ${fromHex(ledger)})`,
        prisma.$executeRaw`INSERT INTO cursor VALUES
          (1, ${first.block}, ${fromHex(first.hash)}, ${first.time}, ${first.events})`,
      ])
    },
    async write(rows, from, to) {
      await prisma.$transaction(async (transaction) => {
        const moved = await transaction.$executeRaw`UPDATE cursor SET
          block = ${to.block}, hash = ${fromHex(to.hash)}, time = ${to.time}, events = ${to.events}
          WHERE block = ${from.block} AND hash = ${fromHex(from.hash)}`
        if (moved !== 1) throw new MirrorMoved(`the mirror ${file} is no longer at block ${from.block}`)
        for (const { table, columns, sql } of inserts) {
          const written = rowsIn(rows, table)
          if (written.length > 0) await transaction.$executeRawUnsafe(sql, jsonOf(written, columns))
        }
      }, TRANSACTION_MS)
    },
    async loosen() {
      for (const { name } of hashIndexes()) await prisma.$executeRawUnsafe(`DROP INDEX IF EXISTS ${name}`)
    },
    async settle() {
      for (const { sql } of hashIndexes()) await prisma.$executeRawUnsafe(sql)
    },
    async close() {
      await prisma.$disconnect()
    },
  }
}

type Insert = { table: string; columns: readonly Column[]; sql: string }

// One statement a table and range: a row is a JSON array in the order of the columns, bytes are hexadecimal text there.
function insertInto({ name, columns }: Table): Insert {
  const values = columns.map(({ type }, index) => (type === 'BLOB' ? `unhex(value ->> ${index})` : `value ->> ${index}`))
  const sql = `INSERT INTO ${name} (${columns.map(({ name }) => name).join()}) SELECT ${values.join()} FROM json_each(?)`
  return { table: name, columns, sql }
}

type AnyRow = Readonly<Record<string, unknown>>

function rowsIn(rows: Rows, table: string): readonly AnyRow[] {
  return Object.hasOwn(rows, table) ? rows[table as keyof Rows] : []
}

// Written by hand, since JSON.stringify refuses bigints, and a number would lose fen.
function jsonOf(rows: readonly AnyRow[], columns: readonly Column[]): string {
  let json = ''
  for (const row of rows) {
    let values = ''
    for (const { name, type } of columns) {
      const value = row[name]
      if (value === undefined || value === null) throw new RangeError(`a row has no ${name}`)
      // Hexadecimal text needs no quoting, and numbers are their digits.
      const text = type === 'INTEGER' ? `${value}` : type === 'BLOB' ? `"${String(value).slice(2)}"` : JSON.stringify(value)
      values += values === '' ? text : `,${text}`
    }
    json += json === '' ? `[[${values}]` : `,[${values}]`
  }
  return `${json}]`
}

async function readSource(prisma: PrismaClient): Promise<Source | undefined> {
  const row = await prisma.source.findFirst()
  if (!row) return undefined
  return {
    chainId: Number(row.chain_id), genesis: toHex(row.genesis), charter: toHex(row.charter), people: toHex(row.people),
    ledger: toHex(row.ledger),
  }
}
