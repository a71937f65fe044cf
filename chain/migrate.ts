import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { syncFolderOf } from './disk.ts'
import { openEngine, type Engine } from './engine.ts'
import { type JournalHeader, type OldHead } from './header.ts'
import { createJournal, openJournal, type Journal } from './journal.ts'
import { type JournalLine } from './lines.ts'
import { lockJournal } from './lock.ts'
import { checkHash, execute, type Progress } from './replay.ts'

type OnProgress = ((progress: Progress) => void) | undefined

/** What a migration came to. `changed` is the first block with another hash; without one the old seals still hold. */
export type Migrated = { blocks: number; oldHead: OldHead; newHead: JournalLine['blockHash']; changed?: number }

/**
 * Executes an older engine's journal with this one and writes a new journal that names the old head. The old one stays
 * as it is: what its witnesses signed can still be shown with the old program.
 *
 * @throws {JournalError} at a line that cannot be believed or is refused now; then there is no new journal.
 */
export async function migrate(oldFile: string, newFile: string, onProgress?: OnProgress): Promise<Migrated> {
  if (existsSync(newFile)) throw new RangeError(`there is a file ${newFile} already`)
  const lock = lockJournal(oldFile)
  const unfinished = `${newFile}.migrating`
  try {
    await rm(unfinished, { force: true })
    const migrated = await executeInto(unfinished, oldFile, onProgress)
    await rename(unfinished, newFile)
    await syncFolderOf(newFile)
    return migrated
  } finally {
    await rm(unfinished, { force: true })
    lock.release()
  }
}

async function executeInto(newFile: string, oldFile: string, onProgress: OnProgress): Promise<Migrated> {
  const old = await openJournal(oldFile)
  const engine = await openEngine(old.header.chainId, old.header.genesis)
  const oldHead = await headOf(old)
  const fresh = await createJournal(newFile, headerOf(old.header, engine, oldHead))
  try {
    const { newHead, changed } = await copy(old, fresh, engine, onProgress)
    return { blocks: old.count(), oldHead, newHead, ...(changed !== undefined && { changed }) }
  } finally {
    await Promise.all([old.close(), fresh.close(), engine.close()])
  }
}

async function copy(old: Journal, fresh: Journal, engine: Engine, onProgress: OnProgress) {
  const { name, version } = old.header.engine
  const same = name === engine.name.name && version === engine.name.version
  let newHead = engine.genesis.hash
  let changed: number | undefined
  let waiting: JournalLine[] = []

  await execute(engine, old, async (line, { hash }) => {
    // The same engine must come to the same hashes, or somebody has been at the journal.
    if (same) checkHash(line, hash, old.file)
    if (hash !== line.blockHash) changed ??= line.number
    newHead = hash
    waiting.push({ ...line, blockHash: hash })
    if (waiting.length < 500 && line.number < old.count()) return
    await fresh.append(waiting)
    waiting = []
  }, onProgress)

  return { newHead, changed }
}

async function headOf({ header: { genesisHash, engine }, count, blocks }: Journal): Promise<OldHead> {
  for await (const { number, blockHash } of blocks(Math.max(1, count())))
    return { genesisHash, engine, number, blockHash }
  return { genesisHash, engine, number: 0, blockHash: genesisHash }
}

function headerOf({ chainId, genesis }: JournalHeader, engine: Engine, continues: OldHead): JournalHeader {
  return {
    format: 'mingzhang-journal', version: 1, chainId, genesisHash: engine.genesis.hash, hardfork: 'cancun',
    engine: engine.name, genesis, continues,
  }
}
