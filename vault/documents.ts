import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { Hash, toHex, type Hex } from '../ledger/hex.ts'
import { newRecordKey, open, openRecordKey, seal } from './envelope.ts'
import { stateOf } from './erasures.ts'
import { prepared } from './file.ts'
import type { Keys } from './keys.ts'

/** 16 MiB: a scanned invoice has a tenth of it. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024

/** A scan or file behind a paper. */
export type GivenDocument = { paper: Hex; mediaType: string; bytes: Uint8Array }

type DocumentRow = { media_type: string; wrapped_key: Buffer; sealed: Buffer }

const READABLE = `SELECT media_type, wrapped_key, sealed FROM document WHERE sha256 = ? AND NOT EXISTS
  (SELECT 1 FROM document_of JOIN erasure USING (paper) WHERE document_of.sha256 = document.sha256)`

/**
 * Keeps a document under the SHA-256 of its bytes; the same bytes are kept once, for however many papers. @throws
 * {RangeError}
 */
export function putDocument(db: Database, keys: Keys, { paper, mediaType, bytes }: GivenDocument): Hex {
  if (bytes.length === 0 || bytes.length > MAX_DOCUMENT_BYTES)
    throw new RangeError(`a document has 1 to ${MAX_DOCUMENT_BYTES} bytes, not ${bytes.length}`)
  if (!/^[a-z]+\/[a-z0-9.+-]{1,80}$/.test(mediaType))
    throw new RangeError(`not a media type: ${mediaType.slice(0, 80)}`)
  const state = stateOf(db, Hash(paper))
  if (state !== 'kept') throw new RangeError(`paper ${paper} is ${state}: nothing can be added to it`)
  if (prepared(db, 'SELECT 1 FROM paper WHERE hash = ?').get(paper) === undefined)
    throw new RangeError(`the vault has no paper ${paper}`)

  const sha256 = toHex(createHash('sha256').update(bytes).digest())
  const put = db.transaction(() => {
    if (prepared(db, 'SELECT 1 FROM document WHERE sha256 = ?').get(sha256) === undefined) {
      const { key, wrapped } = newRecordKey(keys.master, boundOf(sha256))
      prepared(db, 'INSERT INTO document (sha256, media_type, wrapped_key, sealed) VALUES (?, ?, ?, ?)').run(
        sha256, mediaType, wrapped, seal(key, bytes, boundOf(sha256)),
      )
    }
    prepared(db, 'INSERT INTO document_of (paper, sha256) VALUES (?, ?) ON CONFLICT DO NOTHING').run(paper, sha256)
  })
  put.immediate()
  return sha256
}

/** A document's bytes. Undefined when unknown or destroyed, and when a paper it belongs to is restricted. */
export function documentOf(db: Database, keys: Keys, sha256: Hex): { mediaType: string; bytes: Buffer } | undefined {
  const row = prepared<[string], DocumentRow>(db, READABLE).get(sha256)
  if (!row) return undefined
  const bytes = open(openRecordKey(keys.master, row.wrapped_key, boundOf(sha256)), row.sealed, boundOf(sha256))
  return { mediaType: row.media_type, bytes }
}

/** The documents of a paper, by hash, whether they are still here or not. */
export function documentsOf(db: Database, paper: Hex): Hex[] {
  const rows = prepared<[string], { sha256: Hex }>(db, 'SELECT sha256 FROM document_of WHERE paper = ? ORDER BY sha256')
  return rows.all(paper).map(({ sha256 }) => sha256)
}

function boundOf(sha256: Hex): string {
  return `document ${sha256}`
}
