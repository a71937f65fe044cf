import type { Database } from 'better-sqlite3'
import {
  checkField, formatPaper, hashOfPaper, readOpened, readPaper, type Opened, type Paper,
} from '../ledger/papers.ts'
import { formatDay, Day } from '../ledger/day.ts'
import { InputRefused } from '../ledger/failures.ts'
import { folded } from '../ledger/folded.ts'
import { Hash, type Hex } from '../ledger/hex.ts'
import { newRecordKey, open, openRecordKey, seal } from './envelope.ts'
import { stateOf, type State } from './erasures.ts'
import { prepared } from './file.ts'
import type { Keys } from './keys.ts'

/** A paper to keep, with its private fields opened; their commitments are checked. */
export type GivenPaper = { paper: Paper; opened: Opened; keptUntil: Day }

/** A paper with the documents behind it, which came before it. */
export type FiledPaper = GivenPaper & { documents?: readonly Hex[] }

/** A paper as kept; `known` when it was here before. The record's key is for what else belongs to the record. */
export type PutPaper = { hash: Hex; known: boolean; recordKey?: Buffer }

/** What anybody may know of a paper: its manifest, and whether its private fields are still there. */
export type KeptPaper = { hash: Hex; paper: Paper; state: State; keptUntil: Day }

/** What a private field says, in papers of every kind or of one. */
export type Wanted = { field: string; value: string; kind?: string | undefined }

type PaperRow = { manifest: string; kept_until: number; wrapped_key: Buffer | null; sealed: Buffer | null }

const COLUMNS = 'manifest, kept_until, wrapped_key, sealed'
const SEALED = `SELECT hash, ${COLUMNS} FROM paper WHERE sealed IS NOT NULL ORDER BY rowid`
const SEALED_OF_KIND = `SELECT hash, ${COLUMNS} FROM paper WHERE kind = ? AND sealed IS NOT NULL ORDER BY rowid`
const INSERT = `INSERT INTO paper (hash, kind, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`

/**
 * Keeps a paper. The same paper again changes nothing; one that was destroyed does not come back.
 * @throws {RangeError} when the opened fields are not exactly those the paper committed to.
 */
export function putPaper(db: Database, keys: Keys, given: GivenPaper): PutPaper {
  const paper = readPaper(given.paper)
  const opened = readOpened(given.opened)
  checkOpened(paper, opened)
  const hash = hashOfPaper(paper)
  if (readRow(db, hash)) return { hash, known: true }

  const isPrivate = Object.keys(opened).length > 0 && stateOf(db, hash) !== 'destroyed'
  const record = isPrivate ? newRecordKey(keys.master, boundOf(hash)) : undefined
  const sealed = record && seal(record.key, Buffer.from(JSON.stringify(opened)), boundOf(hash))
  prepared(db, INSERT).run(
    hash, paper.kind, formatPaper(paper), given.keptUntil, record?.wrapped ?? null, sealed ?? null,
  )
  return { hash, known: false, ...(record && { recordKey: record.key }) }
}

/** The paper with this hash, or undefined. Its manifest holds nothing private. */
export function paperOf(db: Database, hash: Hex): KeptPaper | undefined {
  const row = readRow(db, Hash(hash))
  if (!row) return undefined
  return { hash, paper: readPaper(JSON.parse(row.manifest)), state: stateOf(db, hash), keptUntil: Day(row.kept_until) }
}

/** Whether there is a paper with this hash, whatever the law took out of it. */
export function hasPaper(db: Database, hash: Hex): boolean {
  return prepared<[string], 1>(db, 'SELECT 1 FROM paper WHERE hash = ?').get(hash) !== undefined
}

/** A paper's private fields, for those who may see them. Undefined unless the paper is kept: 已依法限制, 已依法删除. */
export function fieldsOf(db: Database, keys: Keys, hash: Hex): Opened | undefined {
  return stateOf(db, hash) === 'kept' ? openFields(keys, hash, readRow(db, hash)) : undefined
}

/**
 * The papers in which a private field says `value`, restricted ones too: it is how a person who asks to be forgotten is
 * found, and an invoice that comes twice. Capitals, widths (ＩＮＶ) and blanks make no difference. Every kept paper is opened
 * for it, or every one of a kind, because an index of names would be one more thing to steal.
 */
export function papersWith(db: Database, keys: Keys, { field, value, kind }: Wanted): Hex[] {
  const all = prepared<[], PaperRow & { hash: Hex }>(db, SEALED)
  const ofKind = prepared<[string], PaperRow & { hash: Hex }>(db, SEALED_OF_KIND)
  const found: Hex[] = []
  const wanted = folded(value)
  for (const row of kind === undefined ? all.iterate() : ofKind.iterate(kind)) {
    const said = openFields(keys, row.hash, row)?.[field]?.value
    if (said !== undefined && folded(said) === wanted) found.push(row.hash)
  }
  return found
}

/** @throws {InputRefused} naming the paper that is not here. */
export function checkKnown(db: Database, hashes: readonly Hex[]): void {
  for (const hash of hashes)
    if (!readRow(db, hash))
      throw new InputRefused('PAPER_UNKNOWN', { zh: `凭证库里没有凭证 ${hash}。`, en: `the vault has no paper ${hash}.` })
}

/** @throws {InputRefused} naming the paper that the law still wants kept, or that is not here. */
export function checkRetention(db: Database, hashes: readonly Hex[], today: Day): void {
  checkKnown(db, hashes)
  for (const hash of hashes) {
    const until = Day(readRow(db, hash)?.kept_until ?? 0)
    if (until > today)
      throw new InputRefused('RETENTION_RUNS', {
        zh: `凭证 ${hash} 依法须保存到 ${formatDay(until)}，之前不能删除；现在可以限制（forget restrict）。`,
        en: `paper ${hash} must be kept until ${formatDay(until)}; it can be restricted now (forget restrict).`,
      })
  }
}

/** The key of a paper's record; undefined when nothing of it is private any more. */
export function recordKeyOf(db: Database, keys: Keys, hash: Hex): Buffer | undefined {
  const wrapped = readRow(db, hash)?.wrapped_key
  return wrapped ? openRecordKey(keys.master, wrapped, boundOf(hash)) : undefined
}

function checkOpened(paper: Paper, opened: Opened): void {
  for (const field of Object.keys(opened))
    if (!Object.hasOwn(paper.private, field)) throw new RangeError(`the paper has no private field ${field}`)
  for (const field of Object.keys(paper.private)) {
    const secret = Object.hasOwn(opened, field) ? opened[field] : undefined
    if (!secret) throw new RangeError(`the private field ${field} is not opened`)
    if (!checkField(paper, field, secret))
      throw new RangeError(`the private field ${field} is not what the paper committed to`)
  }
}

function openFields(keys: Keys, hash: Hex, row: PaperRow | undefined): Opened | undefined {
  if (!row) return undefined
  if (!row.wrapped_key || !row.sealed) return {}
  const key = openRecordKey(keys.master, row.wrapped_key, boundOf(hash))
  return readOpened(JSON.parse(open(key, row.sealed, boundOf(hash)).toString('utf8')))
}

function readRow(db: Database, hash: Hex): PaperRow | undefined {
  return prepared<[string], PaperRow>(db, `SELECT ${COLUMNS} FROM paper WHERE hash = ?`).get(hash)
}

function boundOf(hash: Hex): string {
  return `paper ${hash}`
}
