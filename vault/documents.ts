import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { InputRefused } from '../ledger/failures.ts'
import { Hash, toHex, type Hex } from '../ledger/hex.ts'
import { newRecordKey, open, openRecordKey, seal } from './envelope.ts'
import { stateOf } from './erasures.ts'
import { emptyLog, prepared } from './file.ts'
import type { Keys } from './keys.ts'

/** 16 MiB: a scanned invoice has a tenth of it. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024

/** How long a document waits for the paper that it belongs to: whoever was called away finishes the next morning. */
export const STAGED_MS = 24 * 3600 * 1000

/** A scan or file behind a paper. */
export type GivenDocument = { paper: Hex; mediaType: string; bytes: Uint8Array }

/** A scan or file whose paper does not exist yet. `original` is the SHA-256 of the file as it was picked. */
export type StagedDocument = { mediaType: string; bytes: Uint8Array; original: Hex }

/** How a document that is here stands: whether it still waits for a paper, and the papers it belongs to. */
export type Standing = { staged: boolean; papers: Hex[] }

type DocumentRow = { media_type: string; wrapped_key: Buffer; sealed: Buffer }

// What the law took from one paper is open for none: the bytes are the same.
const CLOSED = 'SELECT 1 FROM document_of JOIN erasure USING (paper) WHERE document_of.sha256 = ?'
const READABLE = `SELECT media_type, wrapped_key, sealed FROM document WHERE sha256 = ? AND NOT EXISTS
  (SELECT 1 FROM document_of JOIN erasure USING (paper) WHERE document_of.sha256 = document.sha256)`
const STAGE = `INSERT INTO staging (sha256, staged_at) VALUES (?, ?)
  ON CONFLICT (sha256) DO UPDATE SET staged_at = excluded.staged_at`
const DESTROY_STAGED = `DELETE FROM document WHERE sha256 IN (SELECT sha256 FROM staging WHERE staged_at <= ?)
  AND NOT EXISTS (SELECT 1 FROM document_of WHERE document_of.sha256 = document.sha256)`
// A picture is known by its own hash and by those of the files it was made of; it may itself have been picked again.
const SAME_PICTURE = `WITH name (hash) AS (SELECT :hash UNION SELECT original FROM document_original WHERE sha256 = :hash)
  SELECT DISTINCT paper FROM document_of WHERE sha256 IN (SELECT hash FROM name
    UNION SELECT sha256 FROM document_original WHERE original IN (SELECT hash FROM name)) ORDER BY paper`

/**
 * Keeps a document under the SHA-256 of its bytes; the same bytes are kept once, for however many papers. @throws
 * {RangeError}
 */
export function putDocument(db: Database, keys: Keys, { paper, mediaType, bytes }: GivenDocument): Hex {
  checkDocument(mediaType, bytes)
  checkPaper(db, paper)

  const put = db.transaction(() => {
    const sha256 = keep(db, keys, mediaType, bytes)
    attach(db, paper, sha256)
    return sha256
  })
  return put.immediate()
}

/**
 * Keeps a document before its paper exists. What belongs to no paper a day later is destroyed; bringing it again gives
 * it another day. @throws {RangeError}
 */
export function stageDocument(db: Database, keys: Keys, { mediaType, bytes, original }: StagedDocument, now: Date): Hex {
  checkDocument(mediaType, bytes)
  const picked = Hash(original)
  // Not the whole file is rewritten now, while people wait: that is done at the next opening.
  if (destroyStaged(db, now) > 0) emptyLog(db)

  const stage = db.transaction(() => {
    const sha256 = keep(db, keys, mediaType, bytes)
    prepared(db, STAGE).run(sha256, now.toISOString())
    if (picked !== sha256)
      prepared(db, 'INSERT INTO document_original (original, sha256) VALUES (?, ?) ON CONFLICT DO NOTHING').run(picked, sha256)
    return sha256
  })
  return stage.immediate()
}

/**
 * Says that a document belongs to a paper. Saying it again changes nothing, whatever became of them since.
 * @throws {RangeError} when the paper is not kept, or the document is not here.
 */
export function attachDocument(db: Database, paper: Hex, sha256: Hex): void {
  const belongs = db.transaction(() => {
    if (prepared(db, 'SELECT 1 FROM document_of WHERE paper = ? AND sha256 = ?').get(paper, sha256)) return
    checkPaper(db, paper)
    if (!standingOf(db, sha256))
      throw new InputRefused('DOCUMENT_MISSING', {
        zh: `凭证库里没有文件 ${sha256}。`, en: `the vault has no document ${sha256}.`,
      })
    attach(db, paper, sha256)
  })
  belongs.immediate()
}

/** Says that a paper has no documents any more. Those that belong to no other one wait for a paper from now on. */
export function detachDocuments(db: Database, paper: Hex, now: Date): void {
  for (const sha256 of documentsOf(db, paper)) {
    prepared(db, 'DELETE FROM document_of WHERE paper = ? AND sha256 = ?').run(paper, sha256)
    if (standingOf(db, sha256)?.papers.length === 0) prepared(db, STAGE).run(sha256, now.toISOString())
  }
}

/** Destroys what waited a day for a paper and belongs to none. Gives how many documents that were. */
export function destroyStaged(db: Database, now: Date): number {
  const until = new Date(now.getTime() - STAGED_MS).toISOString()
  const destroy = db.transaction(() => {
    const { changes } = prepared<[string]>(db, DESTROY_STAGED).run(until)
    prepared<[string]>(db, 'DELETE FROM staging WHERE staged_at <= ?').run(until)
    if (changes > 0) prepared(db, 'INSERT INTO scrub_due (since) VALUES (?)').run(now.toISOString())
    return changes
  })
  return destroy.immediate()
}

/** A document's bytes. Undefined when unknown or destroyed, and when a paper it belongs to is restricted. */
export function documentOf(db: Database, keys: Keys, sha256: Hex): { mediaType: string; bytes: Buffer } | undefined {
  const row = prepared<[string], DocumentRow>(db, READABLE).get(sha256)
  if (!row) return undefined
  const bytes = open(openRecordKey(keys.master, row.wrapped_key, boundOf(sha256)), row.sealed, boundOf(sha256))
  return { mediaType: row.media_type, bytes }
}

/** How a document stands, without opening it. Undefined exactly when `documentOf` is. */
export function standingOf(db: Database, sha256: Hex): Standing | undefined {
  if (prepared(db, 'SELECT 1 FROM document WHERE sha256 = ?').get(sha256) === undefined || isClosed(db, sha256)) return undefined
  const papers = prepared<[string], { paper: Hex }>(db, 'SELECT paper FROM document_of WHERE sha256 = ? ORDER BY paper')
  const staged = prepared(db, 'SELECT 1 FROM staging WHERE sha256 = ?').get(sha256) !== undefined
  return { staged, papers: papers.all(sha256).map(({ paper }) => paper) }
}

/** The documents of a paper, by hash, whether they are still here or not. */
export function documentsOf(db: Database, paper: Hex): Hex[] {
  const rows = prepared<[string], { sha256: Hex }>(db, 'SELECT sha256 FROM document_of WHERE paper = ? ORDER BY sha256')
  return rows.all(paper).map(({ sha256 }) => sha256)
}

/**
 * The papers that use the same picture, found by the hash of what is kept or of a file as it was picked. What the law
 * destroyed is found by the former alone, which stands in the paper for everybody.
 */
export function papersWithDocument(db: Database, sha256OrOriginal: Hex): Hex[] {
  const rows = prepared<[{ hash: Hex }], { paper: Hex }>(db, SAME_PICTURE)
  return rows.all({ hash: sha256OrOriginal }).map(({ paper }) => paper)
}

function checkDocument(mediaType: string, bytes: Uint8Array): void {
  if (bytes.length === 0 || bytes.length > MAX_DOCUMENT_BYTES)
    throw new RangeError(`a document has 1 to ${MAX_DOCUMENT_BYTES} bytes, not ${bytes.length}`)
  if (!/^[a-z]+\/[a-z0-9.+-]{1,80}$/.test(mediaType))
    throw new RangeError(`not a media type: ${mediaType.slice(0, 80)}`)
}

function checkPaper(db: Database, paper: Hex): void {
  const state = stateOf(db, Hash(paper))
  if (state !== 'kept') throw new RangeError(`paper ${paper} is ${state}: nothing can be added to it`)
  if (prepared(db, 'SELECT 1 FROM paper WHERE hash = ?').get(paper) === undefined)
    throw new RangeError(`the vault has no paper ${paper}`)
}

/** Within a transaction. @throws {InputRefused} for what the law closed: it does not come back by being handed in again. */
function keep(db: Database, keys: Keys, mediaType: string, bytes: Uint8Array): Hex {
  const sha256 = toHex(createHash('sha256').update(bytes).digest())
  if (isClosed(db, sha256))
    throw new InputRefused('DOCUMENT_CLOSED', {
      zh: `文件 ${sha256} 属于一份已依法限制或删除的凭证，不能再用。`,
      en: `document ${sha256} belongs to a paper that was restricted or destroyed by law: it cannot be used again.`,
    })
  if (prepared(db, 'SELECT 1 FROM document WHERE sha256 = ?').get(sha256) !== undefined) return sha256
  const { key, wrapped } = newRecordKey(keys.master, boundOf(sha256))
  prepared(db, 'INSERT INTO document (sha256, media_type, wrapped_key, sealed) VALUES (?, ?, ?, ?)').run(
    sha256, mediaType, wrapped, seal(key, bytes, boundOf(sha256)),
  )
  return sha256
}

function attach(db: Database, paper: Hex, sha256: Hex): void {
  prepared(db, 'INSERT INTO document_of (paper, sha256) VALUES (?, ?) ON CONFLICT DO NOTHING').run(paper, sha256)
  prepared(db, 'DELETE FROM staging WHERE sha256 = ?').run(sha256)
}

function isClosed(db: Database, sha256: Hex): boolean {
  return prepared<[string], 1>(db, CLOSED).get(sha256) !== undefined
}

function boundOf(sha256: Hex): string {
  return `document ${sha256}`
}
