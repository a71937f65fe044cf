import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keptUntil } from '../../vault/retention.ts'
import { parseDay } from '../../ledger/day.ts'
import { sealPaper } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import type { Place, Vault } from '../../vault/vault.ts'

/** The day after the last on which a voucher of 2020 must be kept. */
export const AFTER_RETENTION = new Date('2051-01-01T00:00:00+08:00')
export const KEPT_UNTIL_2051 = keptUntil(parseDay('2020-01-29'))

/** An empty folder and a master key; `remove` takes them away. */
export function openPlace(now = new Date('2026-03-01T08:00:00Z')): Place & { remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'mingzhang-vault-'))
  return { folder, masterKey: randomBytes(32), now: () => now, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A gift on 2020-01-29 as the importer hands it in; `ordinal` keeps equal gifts apart. */
export function giftFrom(vault: Vault, donor: string, ordinal = 1) {
  const draft = { kind: 'donation', public: { receivedOn: '2020-01-29' }, private: { donor, remark: '' } }
  return { fund: 1, ref: refOf(vault.bookKey, ['2020-01-29', donor, '10000', ''], ordinal), ...sealPaper(draft, randomBytes) }
}

/** Every byte that lies in a folder, file after file. */
export function bytesIn(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Buffer.concat(files.map((entry) => readFileSync(join(entry.parentPath, entry.name))))
}
