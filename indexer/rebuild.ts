import Database from 'better-sqlite3'
import { prepareFile, removeMirror, tablesOf } from './file.ts'
import { catchUp, type Mirroring } from './follow.ts'
import { openMirror, type Cursor } from './mirror.ts'

/** A table in which the old mirror differed from the chain: rows that the chain does not have, and rows that were missing. */
export type Difference = { table: string; foreign: number; missing: number }

/** How far the new mirror goes, and what was wrong with the old one. */
export type Rebuilt = { cursor: Cursor; differences: Difference[] }

/**
 * Mirrors the whole chain once more beside the mirror at `file`, and puts right whatever differs there.
 *
 * A server may go on reading and following `file` meanwhile: where nothing was wrong it is not touched, and otherwise it
 * changes from one moment to the next.
 */
export async function rebuild({ file, ...mirroring }: Omit<Mirroring, 'mirror'> & { file: string }): Promise<Rebuilt> {
  const beside = `${file}.rebuilt`
  removeMirror(beside)
  prepareFile(file)
  const mirror = await openMirror(beside)
  try {
    for (;;) {
      const cursor = await catchUp({ ...mirroring, mirror })
      const differences = mirroring.signal?.aborted ? [] : putRight(file, beside)
      if (differences) return { cursor, differences }
    }
  } finally {
    await mirror.close()
    removeMirror(beside)
  }
}

// Undefined when the mirror has gone further meanwhile, and the one beside it must follow.
function putRight(file: string, beside: string): Difference[] | undefined {
  const database = new Database(file, { timeout: 30_000 })
  try {
    database.prepare('ATTACH ? AS beside').run(beside)
    const look = database.transaction(() => (ahead(database) ? undefined : differencesIn(database)))
    const mend = database.transaction(() => {
      const differences = ahead(database) ? undefined : differencesIn(database)
      for (const { table } of differences ?? [])
        database.exec(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM beside.${table}`)
      return differences
    })
    // Comparing takes a while, and a server that wants to write has to wait only if there is something to mend.
    const differences = look.deferred()?.length === 0 ? [] : mend.immediate()
    return differences?.filter(({ table }) => table !== 'cursor')
  } finally {
    database.close()
  }
}

function ahead(database: Database.Database): boolean {
  const found = database.prepare('SELECT 1 FROM main.cursor m JOIN beside.cursor b ON m.block > b.block').get()
  return found !== undefined
}

function differencesIn(database: Database.Database): Difference[] {
  return tablesOf(database).map(({ name }) => compare(database, name)).filter(({ foreign, missing }) => foreign + missing > 0)
}

function compare(database: Database.Database, table: string): Difference {
  const count = (one: string, other: string) => database
    .prepare<[], number>(`SELECT count(*) FROM (SELECT * FROM ${one}.${table} EXCEPT SELECT * FROM ${other}.${table})`)
    .pluck().get() ?? 0
  return { table, foreign: count('main', 'beside'), missing: count('beside', 'main') }
}
