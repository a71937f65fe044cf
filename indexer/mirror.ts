import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import Database from 'better-sqlite3'
import { toHex, type Hex } from '../ledger/hex.ts'
import { PrismaClient } from './client/client.ts'
import { hashIndexes, prepareFile } from './file.ts'
import type { Rows } from './rows.ts'
import { bytesOf } from './statements.ts'
import { openWriting } from './writing.ts'

/** How far the chain is mirrored: everything up to and with `block`, which makes `events` events. */
export type Cursor = { block: number; hash: Hex; time: number; events: number }

/** Which chain and contracts a mirror is of. */
export type Source = { chainId: number; genesis: Hex; charter: Hex; people: Hex; ledger: Hex; bank: Hex; audit: Hex }

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
  /** Does without the indexes by hash, which slow down a long catching up, until `settle` makes them at once. */
  loosen(): Promise<void>
  settle(): Promise<void>
  close(): Promise<void>
}

/** Another process moved the mirror's cursor. */
export class MirrorMoved extends Error {
  override name = 'MirrorMoved'
}

const PRAGMAS = ['synchronous = NORMAL', 'cache_size = -65536', 'wal_autocheckpoint = 16384']

/** Another process may hold the file while it rebuilds or copies it. */
const PATIENCE_MS = 30_000

/**
 * Opens the mirror at `file`, or makes an empty one, also in place of one with other tables: it can be rebuilt.
 *
 * What is written goes straight to SQLite: through the generated client it takes a fifth longer.
 *
 * @throws {RangeError} when the file is no mirror.
 */
export async function openMirror(file: string): Promise<Mirror> {
  prepareFile(file)
  const prisma = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: file }) })
  const database = new Database(file, { timeout: PATIENCE_MS })
  for (const pragma of PRAGMAS) database.pragma(pragma)
  const writeRows = openWriting(database)
  const begin = database.prepare('INSERT INTO source VALUES (1, ?, ?, ?, ?, ?, ?, ?)')
  const first = database.prepare('INSERT INTO cursor VALUES (1, ?, ?, ?, ?)')
  const move = database.prepare('UPDATE cursor SET block = ?, hash = ?, time = ?, events = ? WHERE block = ? AND hash = ?')
  const write = database.transaction((rows: Rows, from: Cursor, to: Cursor) => {
    const { changes } = move.run(...valuesOf(to), from.block, bytesOf(from.hash))
    if (changes !== 1) throw new MirrorMoved(`the mirror ${file} is no longer at block ${from.block}`)
    writeRows(rows)
  })

  return {
    file,
    prisma,
    source: () => readSource(prisma),
    async cursor() {
      const row = await prisma.cursor.findFirst()
      if (!row) throw new RangeError(`the mirror ${file} has not begun`)
      return { block: row.block, hash: toHex(row.hash), time: Number(row.time), events: Number(row.events) }
    },
    async begin({ chainId, genesis, charter, people, ledger, bank, audit }, cursor) {
      database.transaction(() => {
        begin.run(chainId, ...[genesis, charter, people, ledger, bank, audit].map(bytesOf))
        first.run(...valuesOf(cursor))
      }).immediate()
    },
    async write(rows, from, to) {
      write.immediate(rows, from, to)
    },
    async loosen() {
      for (const { name } of hashIndexes()) database.exec(`DROP INDEX IF EXISTS ${name}`)
    },
    async settle() {
      for (const { sql } of hashIndexes()) database.exec(sql)
    },
    async close() {
      database.close()
      await prisma.$disconnect()
    },
  }
}

function valuesOf({ block, hash, time, events }: Cursor) {
  return [block, bytesOf(hash), time, events]
}

async function readSource(prisma: PrismaClient): Promise<Source | undefined> {
  const row = await prisma.source.findFirst()
  if (!row) return undefined
  return {
    chainId: Number(row.chain_id), genesis: toHex(row.genesis), charter: toHex(row.charter), people: toHex(row.people),
    ledger: toHex(row.ledger), bank: toHex(row.bank), audit: toHex(row.audit),
  }
}
