import type { Database } from 'better-sqlite3'
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Unusable } from '../ledger/failures.ts'
import { keyFor, macOf, open, seal } from './envelope.ts'
import { VAULT_FILE } from './file.ts'

/** The keys that a vault works with. `book` is for refs, `code` for finding a donor's code. */
export type Keys = { master: Uint8Array; code: Uint8Array; book: Uint8Array }

/**
 * Reads the master key (64 hexadecimal digits) from its file, which only its owner may read. When there is neither
 * key nor vault it makes one; when only the key is missing it refuses, because a new key would open nothing.
 *
 * A backup of the vault is worth nothing without this file: keep a copy of it elsewhere, apart from the backups.
 * @throws {Unusable} with the file's name and what to do.
 */
export function openMasterKey(file: string, vaultFolder: string): Uint8Array {
  if (!existsSync(file)) {
    if (existsSync(join(vaultFolder, VAULT_FILE)))
      throw new Unusable('MASTER_KEY_MISSING', {
        zh: `缺少主密钥 ${file}，而 ${vaultFolder} 是用它加密的：请把主密钥的副本放回那里。`,
        en: `${file} is missing, and ${vaultFolder} was sealed with it: put the copy of the master key there.`,
      })
    writeNewKey(file)
  }
  // Windows has no such bits.
  const mode = statSync(file).mode
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new Unusable('MASTER_KEY_READABLE', {
      zh: `主密钥 ${file} 别人也能读取（权限 ${(mode & 0o777).toString(8)}）：请运行 chmod 600。`,
      en: `${file} can be read by others (mode ${(mode & 0o777).toString(8)}): run chmod 600 on it.`,
    })
  return masterKeyOf(file, readFileSync(file, 'utf8'))
}

/** The master key that a file holds. @throws {Unusable} naming the file when it holds none. */
export function masterKeyOf(file: string, text: string): Uint8Array {
  const digits = text.trim()
  if (!/^[0-9a-f]{64}$/.test(digits))
    throw new Unusable('MASTER_KEY_DAMAGED', {
      zh: `${file} 里不是主密钥（应为 64 位十六进制数字）。`, en: `${file} holds no master key of 64 hexadecimal digits.`,
    })
  return Buffer.from(digits, 'hex')
}

/**
 * The keys of this vault: derived from the master key, or drawn once and kept in the vault under it.
 * @throws {Unusable} when the master key is another vault's.
 */
export function openKeys(db: Database, master: Uint8Array): Keys {
  if (master.length !== 32) throw new RangeError(`a master key has 32 bytes, not ${master.length}`)
  const check = keyFor(master, 'check')
  const drawOnce = db.transaction(() => {
    const keep = db.prepare('INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING')
    keep.run('check', check)
    keep.run('book-key', seal(master, randomBytes(32), 'book key'))
  })
  drawOnce.immediate()

  if (!timingSafeEqual(readSecret(db, 'check'), check))
    throw new Unusable('MASTER_KEY_WRONG', {
      zh: `主密钥不对：${db.name} 是用另一把主密钥加密的。`, en: `${db.name} was sealed with another master key.`,
    })
  return { master, code: keyFor(master, 'codes'), book: open(master, readSecret(db, 'book-key'), 'book key') }
}

/** What a code is found by: without the code key the file does not tell which codes there are. */
export function codeMacOf(keys: Keys, code: string): Buffer {
  return macOf(keys.code, code)
}

function readSecret(db: Database, name: string): Buffer {
  const row = db.prepare<[string], { value: Buffer }>('SELECT value FROM secret WHERE name = ?').get(name)
  if (!row)
    throw new Unusable('VAULT_DAMAGED', { zh: `${db.name} 已损坏：缺少 ${name}。`, en: `${db.name} has lost its ${name}.` })
  return row.value
}

function writeNewKey(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const handle = openSync(file, 'wx', 0o600)
  writeSync(handle, `${randomBytes(32).toString('hex')}\n`)
  fsyncSync(handle)
  closeSync(handle)
}
