import type { Database } from 'better-sqlite3'
import { join } from 'node:path'
import { dayAt, type Day } from '../ledger/day.ts'
import { Hash, type Hex } from '../ledger/hex.ts'
import { oncePerTurn } from '../ledger/turn.ts'
import type { Code } from '../ledger/code.ts'
import type { Opened, Paper } from '../ledger/papers.ts'
import { askedVoidOf, askedVoids, askVoid, dropAskedVoid, refuseAskedVoid, type AskedVoid, type Refusal } from './asks.ts'
import { backupVault, removeFiles, restoreFiles } from './backup.ts'
import {
  attachDocument, destroyStaged, documentOf, documentsOf, papersWithDocument, putDocument, stageDocument, standingOf,
  type GivenDocument, type StagedDocument, type Standing,
} from './documents.ts'
import { appendErasures, applyErasures, ERASURES_FILE, readErasures, type Act } from './erasures.ts'
import { openFile, scrub } from './file.ts'
import { putPapers, takeBack, type NewlyPut } from './filing.ts'
import { dropGift, giftOf, knownRefs, linkOf, putGifts, type FoundGift, type Gift, type Link, type PutGift } from './gifts.ts'
import { openKeys, type Keys } from './keys.ts'
import {
  checkKnown, checkRetention, fieldsOf, hasPaper, paperOf, papersWith, putPaper, type KeptPaper,
} from './papers.ts'
import { keptUntil } from './retention.ts'

/**
 * What is not on the chain: papers with their private fields, donors' links, documents, voids that were asked for. See
 * the functions of the same names.
 */
export type Vault = {
  /** The key of the refs (`refOf`). */
  bookKey: Uint8Array
  /**
   * Changes with every change of the vault, at once, and by another process from the event loop's next turn on: what was
   * shown before may no longer be shown.
   */
  version(): string
  putPaper(given: { paper: Paper; opened: Opened; keptUntil?: Day }): { hash: Hex; known: boolean }
  /** The same of many with their documents, all or none, in one write to the disk. Gives what is new. */
  putPapers(given: readonly { paper: Paper; opened: Opened; keptUntil?: Day; documents?: readonly Hex[] }[]): NewlyPut
  /** Takes out again what was put for an act that the chain did not take. */
  takeBack(put: NewlyPut): void
  paperOf(hash: Hex): KeptPaper | undefined
  hasPaper(hash: Hex): boolean
  fieldsOf(hash: Hex): Opened | undefined
  /** In papers of every kind, or of one; capitals, widths and blanks make no difference. */
  papersWith(field: string, value: string, kind?: string): Hex[]
  putGifts(gifts: readonly Omit<Gift, 'keptUntil'>[], until?: Day): PutGift[]
  knownRefs(fund: number, refs: readonly Hex[]): Map<Hex, Hex>
  dropGift(fund: number, ref: Hex): void
  giftOf(code: Code): FoundGift | undefined
  linkOf(fund: number, ref: Hex): Link | undefined
  putDocument(given: GivenDocument): Hex
  stageDocument(given: StagedDocument): Hex
  attachDocument(paper: Hex, sha256: Hex): void
  documentOf(sha256: Hex): { mediaType: string; bytes: Buffer } | undefined
  standingOf(sha256: Hex): Standing | undefined
  documentsOf(paper: Hex): Hex[]
  papersWithDocument(sha256OrOriginal: Hex): Hex[]
  askVoid(asked: AskedVoid): void
  refuseAskedVoid(fund: number, inflow: number, refusal: Refusal): void
  dropAskedVoid(fund: number, inflow: number): void
  askedVoidOf(fund: number, inflow: number): AskedVoid | undefined
  askedVoids(): AskedVoid[]
  /** From now on nobody sees the private fields. @throws {RangeError} when a paper is not here. */
  restrict(papers: readonly Hex[]): void
  /** The private fields, salts, keys, links and documents are gone for ever. @throws {RangeError} before their time. */
  destroy(papers: readonly Hex[]): void
  backup(file: string): Promise<void>
  close(): void
}

/** Where a vault lies and what opens it. `now` is for tests. */
export type Place = { folder: string; masterKey: Uint8Array; now?: Clock }

type Clock = () => Date

/**
 * Opens the vault in a folder, or makes one. First it carries out the list of erasures in the folder: what was cut
 * off in the middle is finished, and what an older backup brought back goes again. So does what waited for a paper too
 * long.
 * @throws {Error} when the key is another vault's, or the list of erasures does not read.
 */
export function openVault({ folder, masterKey, now = () => new Date() }: Place): Vault {
  const db = openFile(folder)
  try {
    const keys = openKeys(db, masterKey)
    applyErasures(db, readErasures(join(folder, ERASURES_FILE)))
    destroyStaged(db, now())
    scrub(db)

    return {
      bookKey: keys.book,
      version: versionOf(db),
      ...papersIn(db, keys, now),
      ...giftsIn(db, keys, now),
      ...documentsIn(db, keys, now),
      ...asksIn(db),
      ...erasuresIn(db, folder, now),
      backup: (file) => backupVault(db, folder, file),
      close: () => void db.close(),
    }
  } catch (error) {
    db.close()
    throw error
  }
}

function versionOf(db: Database): () => string {
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck()
  const others = oncePerTurn(() => dataVersion.get())
  const ours = db.prepare<[], number>('SELECT total_changes()').pluck()
  return () => `${others()}.${ours.get()}`
}

/**
 * Restores a backup into an empty folder and carries out every erasure of the lists, the newest of which should be
 * among them.
 * @throws {Error} when anything does not read, or the key is not the backup's.
 */
export function restoreVault(backup: string, place: Place, lists: readonly string[] = []): void {
  restoreFiles(backup, place.folder, lists)
  try {
    openVault(place).close()
  } catch (error) {
    removeFiles(place.folder)
    throw error
  }
}

type PaperActs = Pick<Vault, 'putPaper' | 'putPapers' | 'takeBack' | 'paperOf' | 'hasPaper' | 'fieldsOf' | 'papersWith'>
type GiftActs = Pick<Vault, 'putGifts' | 'knownRefs' | 'dropGift' | 'giftOf' | 'linkOf'>
type DocumentActs = Pick<
  Vault, 'putDocument' | 'stageDocument' | 'attachDocument' | 'documentOf' | 'standingOf' | 'documentsOf' | 'papersWithDocument'
>
type AskActs = Pick<Vault, 'askVoid' | 'refuseAskedVoid' | 'dropAskedVoid' | 'askedVoidOf' | 'askedVoids'>
type ErasureActs = Pick<Vault, 'restrict' | 'destroy'>

function papersIn(db: Database, keys: Keys, now: Clock): PaperActs {
  return {
    putPaper: ({ paper, opened, keptUntil: until = keptUntil(today(now)) }) => {
      const { hash, known } = putPaper(db, keys, { paper, opened, keptUntil: until })
      return { hash, known }
    },
    putPapers: (given) => putPapers(db, keys, given.map(({ keptUntil: until = keptUntil(today(now)), ...one }) => ({ ...one, keptUntil: until }))),
    takeBack: (put) => takeBack(db, put, now()),
    paperOf: (hash) => paperOf(db, hash),
    hasPaper: (hash) => hasPaper(db, hash),
    fieldsOf: (hash) => fieldsOf(db, keys, hash),
    papersWith: (field, value, kind) => papersWith(db, keys, { field, value, kind }),
  }
}

function giftsIn(db: Database, keys: Keys, now: Clock): GiftActs {
  return {
    putGifts: (gifts, until = keptUntil(today(now))) =>
      putGifts(db, keys, gifts.map((gift) => ({ ...gift, keptUntil: until }))),
    knownRefs: (fund, refs) => knownRefs(db, fund, refs),
    dropGift: (fund, ref) => dropGift(db, fund, ref),
    giftOf: (code) => giftOf(db, keys, code),
    linkOf: (fund, ref) => linkOf(db, keys, fund, ref),
  }
}

function documentsIn(db: Database, keys: Keys, now: Clock): DocumentActs {
  return {
    putDocument: (given) => putDocument(db, keys, given),
    stageDocument: (given) => stageDocument(db, keys, given, now()),
    attachDocument: (paper, sha256) => attachDocument(db, paper, sha256),
    documentOf: (sha256) => documentOf(db, keys, sha256),
    standingOf: (sha256) => standingOf(db, sha256),
    documentsOf: (paper) => documentsOf(db, paper),
    papersWithDocument: (sha256OrOriginal) => papersWithDocument(db, sha256OrOriginal),
  }
}

function asksIn(db: Database): AskActs {
  return {
    askVoid: (asked) => askVoid(db, asked),
    refuseAskedVoid: (fund, inflow, refusal) => refuseAskedVoid(db, fund, inflow, refusal),
    dropAskedVoid: (fund, inflow) => dropAskedVoid(db, fund, inflow),
    askedVoidOf: (fund, inflow) => askedVoidOf(db, fund, inflow),
    askedVoids: () => askedVoids(db),
  }
}

function erasuresIn(db: Database, folder: string, now: Clock): ErasureActs {
  const erase = (act: Act, papers: readonly Hex[]) => {
    const erasures = papers.map((paper) => ({ act, paper: Hash(paper), at: now().toISOString() }))
    // The list first: should the power fail between the two, the next opening does the rest.
    appendErasures(folder, erasures)
    applyErasures(db, erasures)
    scrub(db)
  }
  return {
    restrict: (papers) => {
      checkKnown(db, papers)
      erase('restrict', papers)
    },
    destroy: (papers) => {
      checkRetention(db, papers, today(now))
      erase('destroy', papers)
    },
  }
}

function today(now: Clock): Day {
  return dayAt(now().getTime() / 1000)
}
