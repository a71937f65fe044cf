import Database from 'better-sqlite3'
import {
  closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Unusable } from '../ledger/failures.ts'
import { ERASURES_FILE, formatErasure, readErasures, type Erasure } from './erasures.ts'
import { VAULT_FILE } from './file.ts'

/**
 * The list of erasures that lies beside a backup. Whoever keeps backups keeps the newest of these lists with all of
 * them.
 */
export function erasuresBeside(backup: string): string {
  return `${backup}.${ERASURES_FILE}`
}

/**
 * Writes a backup of an open vault, while it is used, and the list of erasures beside it.
 *
 * It is sealed as the vault is: without the master key, which is backed up apart, nobody reads it, and nobody
 * restores it.
 * @throws {Unusable} when the file exists, or what was written does not read back.
 */
export async function backupVault(db: Database.Database, folder: string, file: string): Promise<void> {
  if (existsSync(file))
    throw new Unusable('BACKUP_EXISTS', {
      zh: `${file} 已存在：备份不会覆盖另一份备份。`, en: `${file} exists: a backup does not overwrite another.`,
    })
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const unfinished = `${file}.unfinished`
  rmSync(unfinished, { force: true })
  closeSync(openSync(unfinished, 'w', 0o600))
  await db.backup(unfinished)
  withoutLog(unfinished)

  checkReadable(unfinished)
  const list = erasuresBeside(file)
  writeFileSync(list, '', { mode: 0o600 })
  if (existsSync(join(folder, ERASURES_FILE))) copyFileSync(join(folder, ERASURES_FILE), list)
  flush(list)
  flush(unfinished)
  renameSync(unfinished, file)
  flush(dirname(file))
}

/**
 * Puts a backup into an empty folder with every erasure of the given lists and of the one beside it. `openVault`
 * carries the list out before anything can be read, so an old backup does not bring back who has been forgotten
 * since.
 * @throws {Unusable} when the folder has a vault, or the backup or a list does not read.
 */
export function restoreFiles(backup: string, folder: string, lists: readonly string[]): void {
  if (existsSync(join(folder, VAULT_FILE)))
    throw new Unusable('VAULT_EXISTS', {
      zh: `${folder} 里已有凭证库：请恢复到空文件夹。`, en: `${folder} has a vault: restore into an empty folder.`,
    })
  for (const file of [backup, ...lists])
    if (!existsSync(file)) throw new Unusable('FILE_MISSING', { zh: `缺少文件 ${file}。`, en: `${file} is missing.` })
  checkReadable(backup)
  const erasures = mergeErasures([erasuresBeside(backup), ...lists, join(folder, ERASURES_FILE)])

  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const list = join(folder, `${ERASURES_FILE}.unfinished`)
  writeFileSync(list, erasures.map((erasure) => `${formatErasure(erasure)}\n`).join(''), { mode: 0o600 })
  flush(list)
  renameSync(list, join(folder, ERASURES_FILE))
  const unfinished = join(folder, `${VAULT_FILE}.unfinished`)
  closeSync(openSync(unfinished, 'w', 0o600))
  copyFileSync(backup, unfinished)
  flush(unfinished)
  renameSync(unfinished, join(folder, VAULT_FILE))
  flush(folder)
}

/** Takes away what `restoreFiles` put there, when it turns out to open with another key. */
export function removeFiles(folder: string): void {
  for (const name of [VAULT_FILE, `${VAULT_FILE}-wal`, `${VAULT_FILE}-shm`, ERASURES_FILE])
    rmSync(join(folder, name), { force: true })
}

function mergeErasures(files: readonly string[]): Erasure[] {
  const merged = new Map<string, Erasure>()
  for (const file of files) for (const erasure of readErasures(file)) merged.set(JSON.stringify(erasure), erasure)
  return [...merged.values()].sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0))
}

/** A copy of a file with a log would leave that log beside it wherever it is read. */
function withoutLog(file: string): void {
  const db = new Database(file)
  try {
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}

function checkReadable(file: string): void {
  const db = new Database(file, { readonly: true })
  try {
    const answer = db.pragma('quick_check', { simple: true })
    if (answer !== 'ok') throw new Error(String(answer))
  } catch (cause) {
    throw new Unusable('BACKUP_DAMAGED', {
      zh: `${file} 已损坏，或不是凭证库。`, en: `${file} is damaged, or no vault.`,
    }, { cause })
  } finally {
    db.close()
  }
}

function flush(path: string): void {
  const handle = openSync(path, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
