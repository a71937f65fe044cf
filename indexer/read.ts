import Database from 'better-sqlite3'
import { oncePerTurn } from '../ledger/turn.ts'
import { openAudit } from './audit.ts'
import { openBank } from './bank.ts'
import { openDonors } from './donors.ts'
import { openFinding } from './finding.ts'
import { openFunds } from './funds.ts'
import { openInflows } from './inflows.ts'
import { openLatest } from './latest.ts'
import type { Cursor } from './mirror.ts'
import { openOutflows } from './outflows.ts'
import { openPeople } from './people.ts'
import { openPeriods } from './periods.ts'
import { hexOf, openMemory, openMoments } from './statements.ts'
import { openTraces } from './trace.ts'

/** The read client of a mirror: what the API and the prover ask. Every answer is at hand in microseconds. */
export type Reader = ReturnType<typeof openReader>

/**
 * Opens the mirror at `file` for reading, through prepared statements. Several may be open, also in other processes.
 *
 * @throws {Error} when there is no such file: openMirror makes it.
 */
export function openReader(file: string) {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  // Among the whole numbers is money, which a number type would lose fen of.
  database.defaultSafeIntegers(true)
  database.pragma('cache_size = -65536')
  database.pragma('mmap_size = 1073741824')
  const dataVersion = database.prepare<[], bigint>('PRAGMA data_version').pluck()
  const cursor = database.prepare<[], CursorRow>('SELECT block, hash, time, events FROM cursor')
  const version = oncePerTurn(() => `${dataVersion.get() ?? 0n}`)
  const atOnce = openMoments(database)
  const inflows = openInflows(database)
  const remember = openMemory(version)
  const outflows = openOutflows(database, remember)
  const { trace, traceOfRef } = openTraces(inflows, outflows)
  const { sharesOf } = openDonors(database)
  const bank = openBank(database)

  return {
    file,
    /** Changes with every change of the file, by the indexer or by anybody's hand, from the event loop's next turn on. */
    version,
    /** Answers several questions as of one moment, whatever the indexer writes meanwhile; it also takes less time. */
    atOnce,
    /** How far the chain is mirrored; undefined before the indexer began. */
    head: () => remember('head', () => readCursor(cursor.get())),
    ...inflows,
    ...outflows,
    ...openFunds(database, version),
    batchOf: (...asked: Parameters<typeof inflows.batchOf>) => atOnce(() => inflows.batchOf(...asked)),
    traceOfRef: (...asked: Parameters<typeof traceOfRef>) => atOnce(() => traceOfRef(...asked)),
    trace: (...asked: Parameters<typeof trace>) => atOnce(() => trace(...asked)),
    sharesOf: (...asked: Parameters<typeof sharesOf>) => atOnce(() => sharesOf(...asked)),
    ...openLatest(database),
    ...openPeople(database),
    ...bank,
    bankVersion: () => remember('bank', () => bank.bankVersion()),
    ...openAudit(database),
    ...openPeriods(database, remember),
    ...openFinding(database),
    close: () => void database.close(),
  }
}

type CursorRow = { block: bigint; hash: Buffer; time: bigint; events: bigint }

function readCursor(row: CursorRow | undefined): Cursor | undefined {
  return row && { block: Number(row.block), hash: hexOf(row.hash), time: Number(row.time), events: Number(row.events) }
}
