import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { EmbeddedChain } from '../../chain/embedded.ts'
import { prepareFile, removeMirror, tablesOf, type Table } from '../../indexer/file.ts'
import { catchUp } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { rowsOf } from '../../indexer/rows.ts'
import { decodeLog, type Log } from '../../ledger/events.ts'
import { benchBook } from '../book.ts'
import { openBook, type BookName } from '../books.ts'
import { medianOf, timed, type Figure } from '../figures.ts'
import { densePeople } from '../generated.ts'

const ROUNDS = 5

/** What one book promises, and which of its figures counts: its events, or the items in them. */
type Promised = { readonly book: BookName; readonly count: 'events' | 'rows'; readonly least?: number; readonly leastRatio: number }

/** The measurement of one book: mirrored from empty, and beside it the same logs put into SQLite with nothing checked. */
export function mirrorMeasurement({ book, count, least, leastRatio }: Promised): (folder: string) => Promise<Figure[]> {
  return async (folder) => {
    const chain = await openBook(folder, book)
    const contracts = benchBook(book === 'dense' ? densePeople() : {}).contracts
    const file = join(folder, `${book}.sqlite`)
    const seconds = { mirror: [] as number[], plain: [] as number[], indexed: [] as number[] }
    const memoryBefore = process.memoryUsage.rss() / 2 ** 20
    let ranges: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      ranges = []
      removeMirror(file)
      const mirror = await openMirror(file)
      const onProgress = ({ block }: { block: number }) => void ranges.push(block)
      seconds.mirror.push((await timed(() => catchUp({ client: chain.client, contracts, mirror, onProgress }))).seconds)
      await mirror.close()
      seconds.plain.push(await floorOf(chain, ranges, contracts, `${file}.floor`, plainTables))
      seconds.indexed.push(await floorOf(chain, ranges, contracts, `${file}.floor`, () => {}))
    }
    const { events, rows } = countsOf(file)
    await chain.close()

    const counted = count === 'events' ? events : rows
    const rate = (list: readonly number[]) => counted / medianOf(list)
    const target = { ...(least !== undefined && { least }), leastRatio }
    return [
      {
        what: `mirror of the ${book} book from empty: ${count}`, figure: rate(seconds.mirror), unit: '/s', floor: rate(seconds.plain), target,
        limit: `${events.toLocaleString('en-US')} events, ${rows.toLocaleString('en-US')} rows. The floor's tables have neither keys nor ` +
          `indexes; with those of the mirror it does ${Math.round(rate(seconds.indexed)).toLocaleString('en-US')}/s ` +
          `(ratio ${(rate(seconds.mirror) / rate(seconds.indexed)).toFixed(2)}): they are the limit`,
      },
      { what: `mirror of the ${book} book: memory before it begins`, figure: memoryBefore, unit: 'MB', limit: 'the embedded chain in the same process' },
    ]
  }
}

type Contracts = { charter: string; people: string; ledger: string }

/** Reads the same ranges, decodes them, inserts each row with a prepared statement: nothing compared, nothing counted. */
async function floorOf(
  { client }: EmbeddedChain, ranges: readonly number[], contracts: Contracts, file: string, loosen: (database: Database.Database) => void,
): Promise<number> {
  removeMirror(file)
  prepareFile(file)
  const database = new Database(file)
  database.pragma('synchronous = NORMAL')
  database.pragma('cache_size = -65536')
  loosen(database)
  const inserts = tablesOf(database).map((table) => ({ table, statement: database.prepare(insertInto(table)) }))
  const ask = (at: number) => {
    const filter = { fromBlock: hexOf((ranges[at - 1] ?? 0) + 1), toBlock: hexOf(ranges[at] ?? 0), address: Object.values(contracts) }
    return client.request('eth_getLogs', [filter])
  }
  const insert = database.transaction((logs: readonly RpcLog[]) => {
    const rows = rowsOf(logs.map(entryOf))
    for (const { table, statement } of inserts)
      for (const row of rows[table.name as keyof typeof rows] ?? []) statement.run(valuesOf(table, row))
  })

  const { seconds } = await timed(async () => {
    let asked = ask(0)
    for (let at = 0; at < ranges.length; at++) {
      const logs = (await asked) as RpcLog[]
      if (at + 1 < ranges.length) asked = ask(at + 1)
      insert(logs)
    }
  })
  database.close()
  removeMirror(file)
  return seconds
}

type RpcLog = Log & { blockNumber: string; logIndex: string; transactionHash: `0x${string}`; blockTimestamp?: string }

function entryOf(log: RpcLog) {
  const place = { block: Number(log.blockNumber), log: Number(log.logIndex), transaction: log.transactionHash, time: 0 }
  return { place, event: decodeLog(log) }
}

function valuesOf({ columns }: Table, row: Record<string, unknown>): unknown[] {
  return columns.map(({ name, type }) => (type === 'BLOB' ? Buffer.from(String(row[name]).slice(2), 'hex') : row[name]))
}

function insertInto({ name, columns }: Table): string {
  return `INSERT INTO ${name} VALUES (${columns.map(() => '?').join()})`
}

// The same columns without a key or an index, so that every row goes to the end of its table.
function plainTables(database: Database.Database): void {
  for (const { name, columns } of tablesOf(database)) {
    database.exec('DROP VIEW IF EXISTS overlaps')
    database.exec(`DROP TABLE ${name}; CREATE TABLE ${name} (${columns.map(({ name, type }) => `${name} ${type}`).join()}) STRICT`)
  }
}

function countsOf(file: string): { events: number; rows: number } {
  const database = new Database(file, { readonly: true })
  const [cursor] = database.prepare<[], { events: number }>('SELECT events FROM cursor').all()
  const rows = tablesOf(database).map(({ name }) => {
    return database.prepare<[], { rows: number }>(`SELECT count(*) AS rows FROM ${name}`).get()?.rows ?? 0
  })
  database.close()
  return { events: cursor?.events ?? 0, rows: rows.reduce((sum, count) => sum + count, 0) }
}

function hexOf(number: number): string {
  return `0x${number.toString(16)}`
}
