import type { Database } from 'better-sqlite3'
import type { Hex } from '../ledger/hex.ts'
import { attachDocument, detachDocuments } from './documents.ts'
import { emptyLog, prepared } from './file.ts'
import type { Keys } from './keys.ts'
import { putPaper, type FiledPaper } from './papers.ts'

/** What came into the vault that was not there before. */
export type NewlyPut = { readonly papers: readonly Hex[]; readonly gifts: readonly { readonly fund: number; readonly ref: Hex; readonly paper: Hex }[] }

const DROP_GIFT = 'DELETE FROM gift WHERE fund = ? AND ref = ? AND paper = ?'
// What has nothing private and no document may be brought by two people to the byte, and the other's entry needs it.
const IS_NEEDED = `SELECT 1 FROM paper WHERE hash = :paper AND (EXISTS (SELECT 1 FROM gift WHERE gift.paper = :paper)
  OR (sealed IS NULL AND NOT EXISTS (SELECT 1 FROM document_of WHERE document_of.paper = :paper)))`

/**
 * Keeps papers and says which documents belong to them, all or none. @throws {RangeError} as `putPaper` and `attachDocument` do.
 */
export function putPapers(db: Database, keys: Keys, given: readonly FiledPaper[]): NewlyPut {
  const put = db.transaction(() => given.flatMap((one) => {
    const { hash, known } = putPaper(db, keys, one)
    for (const document of one.documents ?? []) attachDocument(db, hash, document)
    return known ? [] : [hash]
  }))
  return { papers: put.immediate(), gifts: [] }
}

/**
 * Takes out again what was put for an act that the chain did not take: gifts with their links, private fields, and that documents
 * belong there, which then wait for a paper as before. A paper that a gift still has stays, and so does one with nothing private.
 */
export function takeBack(db: Database, { papers, gifts }: NewlyPut, now: Date): void {
  const take = db.transaction(() => {
    for (const { fund, ref, paper } of gifts) prepared(db, DROP_GIFT).run(fund, ref, paper)
    for (const paper of papers) {
      if (prepared<[{ paper: Hex }]>(db, IS_NEEDED).get({ paper })) continue
      detachDocuments(db, paper, now)
      prepared(db, 'DELETE FROM paper WHERE hash = ?').run(paper)
    }
    prepared(db, 'INSERT INTO scrub_due (since) VALUES (?)').run(now.toISOString())
  })
  if (papers.length + gifts.length === 0) return
  take.immediate()
  emptyLog(db)
}
