import type { Database } from 'better-sqlite3'
import { randomBytes } from 'node:crypto'
import { newCode, newLinkKey, readCode, readLinkKey, type Code, type LinkKey } from '../ledger/code.ts'
import type { Hex } from '../ledger/hex.ts'
import { lockFields } from '../ledger/link.ts'
import { open, seal } from './envelope.ts'
import { stateIn, stateOf, type ErasureRow, type State } from './erasures.ts'
import { prepared } from './file.ts'
import { codeMacOf, type Keys } from './keys.ts'
import { putPaper, recordKeyOf, type GivenPaper } from './papers.ts'

/** A gift to keep: its paper, and where the ledger has it. */
export type Gift = GivenPaper & { fund: number; ref: Hex }

/** A donor's link: `/t/{code}#{key}`. */
export type Link = { code: Code; key: LinkKey }

/** A gift as kept. `known` when this ref was here before: the paper is then the one of that time. */
export type PutGift = { ref: Hex; paper: Hex; known: boolean; link?: Link }

/** What a code finds. `locked` is for the donor's browser, which has the key; absent when restricted or destroyed. */
export type FoundGift = { fund: number; ref: Hex; paper: Hex; state: State; locked?: Uint8Array }

type GiftRow = { fund: number; ref: Hex; paper: Hex; locked: Buffer | null; reprint: Buffer | null }

const COLUMNS = 'fund, ref, paper, locked, reprint'
// SQLite plans a join anew for each open parameter.
const BY_CODE = `SELECT fund, ref, gift.paper, locked, erasure.paper IS NOT NULL AS erased, destroyed_at
  FROM gift LEFT JOIN erasure ON erasure.paper = gift.paper WHERE code_mac = (SELECT ?)`
const BY_REF = `SELECT ${COLUMNS} FROM gift WHERE fund = ? AND ref = ?`

/**
 * Keeps gifts, all or none, and gives each a code and a link key. A ref that this fund has already keeps its first
 * paper and link, so that an import which was cut off can simply be run again.
 * @throws {RangeError} as `putPaper` does.
 */
export function putGifts(db: Database, keys: Keys, gifts: readonly Gift[]): PutGift[] {
  const insert = prepared(db, `INSERT INTO gift (code_mac, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`)
  const putOne = (gift: Gift): PutGift => {
    const row = readRow(db, gift.fund, gift.ref)
    if (row) return { ref: gift.ref, paper: row.paper, known: true, ...withLink(readLink(db, keys, row)) }

    const { hash, recordKey = recordKeyOf(db, keys, hash) } = putPaper(db, keys, gift)
    const link = { code: newCode(randomBytes), key: newLinkKey(randomBytes) }
    const locked = recordKey && lockFields(link.key, hash, gift.opened, randomBytes)
    const reprint = recordKey && seal(recordKey, Buffer.from(`${link.code} ${link.key}`), boundOf(gift))
    insert.run(codeMacOf(keys, link.code), gift.fund, gift.ref, hash, locked ?? null, reprint ?? null)
    return { ref: gift.ref, paper: hash, known: false, link }
  }
  return db.transaction(() => gifts.map(putOne)).immediate()
}

/**
 * Lets a fund's ref have another paper than the one that was kept for it and stands in no book: the old link finds nothing any
 * more. The old paper stays, since another gift may have it.
 */
export function dropGift(db: Database, fund: number, ref: Hex): void {
  prepared(db, 'DELETE FROM gift WHERE fund = ? AND ref = ?').run(fund, ref)
}

/** The gift that a code finds, or undefined. A code alone opens nothing. */
export function giftOf(db: Database, keys: Keys, code: Code): FoundGift | undefined {
  const row = prepared<[Buffer], GiftRow & ErasureRow & { erased: number }>(db, BY_CODE).get(codeMacOf(keys, code))
  if (!row) return undefined
  const { fund, ref, paper, locked } = row
  const state = row.erased ? stateIn(row) : 'kept'
  return { fund, ref, paper, state, ...(state === 'kept' && locked && { locked }) }
}

/** A donor's link again, for a receipt printed anew. Undefined when unknown, restricted or destroyed. */
export function linkOf(db: Database, keys: Keys, fund: number, ref: Hex): Link | undefined {
  const row = readRow(db, fund, ref)
  return row && readLink(db, keys, row)
}

/** Those of the refs that a fund has already, each with its paper. */
export function knownRefs(db: Database, fund: number, refs: readonly Hex[]): Map<Hex, Hex> {
  const known = new Map<Hex, Hex>()
  for (const ref of refs) {
    const row = readRow(db, fund, ref)
    if (row) known.set(ref, row.paper)
  }
  return known
}

function readLink(db: Database, keys: Keys, row: GiftRow): Link | undefined {
  if (!row.reprint || stateOf(db, row.paper) !== 'kept') return undefined
  const recordKey = recordKeyOf(db, keys, row.paper)
  if (!recordKey) return undefined
  const [code = '', key = ''] = open(recordKey, row.reprint, boundOf(row)).toString('utf8').split(' ')
  return { code: readCode(code), key: readLinkKey(key) }
}

function readRow(db: Database, fund: number, ref: Hex): GiftRow | undefined {
  return prepared<[number, string], GiftRow>(db, BY_REF).get(fund, ref)
}

function withLink(link: Link | undefined): { link?: Link } {
  return link ? { link } : {}
}

function boundOf({ fund, ref }: { fund: number; ref: Hex }): string {
  return `link ${fund} ${ref}`
}
