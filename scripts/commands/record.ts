import { randomBytes } from 'node:crypto'
import type { Wallet } from 'ethers'
import type { Code, LinkKey } from '../../ledger/code.ts'
import type { Day } from '../../ledger/day.ts'
import { inflowDraft } from '../../ledger/drafts.ts'
import type { Inflow } from '../../indexer/inflows.ts'
import type { Reader } from '../../indexer/read.ts'
import { Fen, sumFen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { sealPaper } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { SOURCES, type Source } from '../../ledger/words.ts'
import { keptUntil } from '../../vault/retention.ts'
import type { Vault } from '../../vault/vault.ts'
import { CannotRun, Refused } from './refused.ts'
import { perform, type Desk } from './send.ts'

/** A gift to record. `line` and `ordinal` are what it is known by (intake/donations.ts). */
export type Gift = {
  row: number
  date: Day
  donor: string
  amount: Fen
  remark: string
  reference: string
  line: readonly string[]
  ordinal: number
}

/** What an import asks of the mirror: a fund's length, and where a ref stands. */
export type Books = Pick<Reader, 'fund' | 'inflowsOfRef'>

export type Import = {
  desk: Desk
  books: Books
  vault: Vault
  wallet: Wallet
  fund: number
  source: Source
  gifts: readonly Gift[]
  onProgress?: (progress: { done: number; total: number }) => void
}

/** What an import did. `known` were recorded before, `elsewhere` of them in another fund. */
export type Imported = {
  recorded: number
  amount: Fen
  known: number
  elsewhere: number
  batches: number
}

/** A donor's link, for the receipt. */
export type GiftLink = { row: number; amount: Fen; code: Code; key: LinkKey }

type Item = { gift: Gift; ref: Hex }
type Batch = { date: Day; items: Item[]; inflows: { ref: Hex; amount: Fen; paper: Hex }[] }

const BATCH_SIZE = 500
const MIRROR_PATIENCE_MS = 30_000

/**
 * Records gifts that the book does not have yet: in batches of one date and at most 500, each all or none.
 *
 * Papers and codes reach the vault before the batch is signed, so an import that was cut off is simply run again. Every
 * batch names the line's length at the look for known refs; when another came between, it looks again.
 *
 * @throws {Refused} as the contract does. What was recorded before stays.
 */
export async function recordGifts(given: Import): Promise<Imported> {
  const { desk, books, vault, wallet, fund, source, gifts, onProgress } = given
  const items = gifts.map((gift) => ({ gift, ref: refOf(vault.bookKey, gift.line, gift.ordinal) }))
  const imported: Imported = { recorded: 0, amount: Fen(0n), known: 0, elsewhere: 0, batches: 0 }
  const done = new Set<Hex>()

  for (;;) {
    let expected = lengthOf(books, fund)
    const missing = items.filter(({ ref }) => !done.has(ref) && !isKnown(ref))
    const total = missing.length + imported.recorded
    try {
      for (const batch of batchesOf(missing, (items) => fileItems(vault, fund, source, items))) {
        await recordBatch(batch, expected)
        expected = Fen(expected + amountOf(batch))
        onProgress?.({ done: imported.recorded, total })
      }
      return { ...imported, known: items.length - imported.recorded }
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'LINE_MOVED') throw error
      await mirrored(books, fund, BigInt(error.facts.received ?? 0))
    }
  }

  function isKnown(ref: Hex): boolean {
    const [entry] = books.inflowsOfRef(ref)
    if (!entry) return false
    done.add(ref)
    if (entry.fund !== fund) imported.elsewhere++
    return true
  }

  async function recordBatch({ date, inflows }: Batch, expected: Fen): Promise<void> {
    const args = [fund, expected, SOURCES.indexOf(source), date, inflows]
    await perform(desk, wallet, { contract: 'ledger', name: 'recordInflows', args })
    for (const { ref } of inflows) done.add(ref)
    imported.recorded += inflows.length
    imported.amount = Fen(imported.amount + sumFen(inflows.map(({ amount }) => amount)))
    imported.batches++
  }
}

/** The refs of a list that stand in the book already, for a look before anything is done. */
export function knownOf(books: Books, vault: Vault, gifts: readonly Gift[]): Inflow[] {
  return gifts.flatMap(({ line, ordinal }) => books.inflowsOfRef(refOf(vault.bookKey, line, ordinal)).slice(0, 1))
}

/** The links of the gifts of a list that a fund has; none for those whose donors asked to be forgotten. */
export function linksOf(vault: Vault, fund: number, gifts: readonly Gift[]): GiftLink[] {
  return gifts.flatMap(({ row, amount, line, ordinal }) => {
    const link = vault.linkOf(fund, refOf(vault.bookKey, line, ordinal))
    return link ? [{ row, amount, ...link }] : []
  })
}

function* batchesOf(items: readonly Item[], file: (items: Item[]) => Batch['inflows']): Generator<Batch> {
  const byDate = Map.groupBy(items, ({ gift }) => gift.date)
  for (const date of [...byDate.keys()].sort((a, b) => a - b)) {
    const ofDate = byDate.get(date) ?? []
    for (let at = 0; at < ofDate.length; at += BATCH_SIZE) {
      const batch = ofDate.slice(at, at + BATCH_SIZE)
      yield { date, items: batch, inflows: file(batch) }
    }
  }
}

/** Puts the batch's papers, codes and links into the vault. A ref that it has already keeps its paper and link. */
function fileItems(vault: Vault, fund: number, source: Source, items: readonly Item[]) {
  const drawn = items.map(({ gift, ref }) => {
    const { date, amount, donor, remark, reference } = gift
    const draft = inflowDraft({ source, effectiveOn: date, amount }, { donor, remark, reference })
    return { fund, ref, ...sealPaper(draft, randomBytes) }
  })
  const until = keptUntil(items[0]?.gift.date ?? (0 as Day))
  const kept = vault.putGifts(drawn, until)

  return items.map(({ gift, ref }, at) => {
    const paper = kept[at]?.paper
    if (!paper) throw new RangeError(`the vault did not keep row ${gift.row}`)
    return { ref, amount: gift.amount, paper }
  })
}

function amountOf({ inflows }: Batch): Fen {
  return sumFen(inflows.map(({ amount }) => amount))
}

function lengthOf(books: Books, fund: number): Fen {
  const received = books.fund(fund)?.received
  if (received !== undefined) return received
  const words = { zh: `没有编号为 ${fund} 的基金。`, en: `There is no fund ${fund}.` }
  throw new Refused('FUND_UNKNOWN', words, { fund: String(fund) })
}

async function mirrored(books: Books, fund: number, received: bigint): Promise<void> {
  const end = Date.now() + MIRROR_PATIENCE_MS
  while (lengthOf(books, fund) < received) {
    if (Date.now() > end)
      throw new CannotRun('MIRROR_BEHIND', {
        zh: '镜像没有跟上账本；请确认服务器正在运行。', en: 'The mirror does not catch up with the book; is the server running?',
      })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
