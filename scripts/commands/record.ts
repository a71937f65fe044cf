import { randomBytes } from 'node:crypto'
import type { Wallet } from 'ethers'
import { batchesOf, type Batch } from '../../intake/batches.ts'
import type { KnownGift } from '../../intake/known.ts'
import type { Act } from '../../ledger/acts.ts'
import type { Code, LinkKey } from '../../ledger/code.ts'
import type { Day } from '../../ledger/day.ts'
import { inflowDraft } from '../../ledger/drafts.ts'
import type { Reader } from '../../indexer/read.ts'
import { Fen, sumFen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, sealPaper, type Opened, type Paper } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { SOURCES, type Source } from '../../ledger/words.ts'
import { keptUntil } from '../../vault/retention.ts'
import type { Vault } from '../../vault/vault.ts'
import { CannotRun, Refused } from './refused.ts'
import { perform, rehearse, type Desk } from './send.ts'

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
  /** Ends it after the batch under way. */
  signal?: AbortSignal
}

/** What an import did. `known` were recorded before; `left` are still to record when it was stopped. */
export type Imported = {
  recorded: number
  amount: Fen
  known: KnownGift[]
  left: number
  batches: number
}

/** A donor's link, for the receipt. */
export type GiftLink = { row: number; amount: Fen; code: Code; key: LinkKey }

type Item = { gift: Gift; ref: Hex }
type DrawnPaper = { paper: Paper; opened: Opened }

const MIRROR_PATIENCE_MS = 30_000

/**
 * Records gifts that the book does not have yet: in batches of one date and at most 500, each all or none.
 *
 * Papers and codes reach the vault after the contract was asked and before the batch is signed, so a refused import leaves
 * no names there, and one that was cut off is simply run again. Every batch names the line's length at the look for known
 * refs; when another came between, it looks again.
 *
 * @throws {Refused} as the contract does. What was recorded before stays.
 */
export async function recordGifts(given: Import): Promise<Imported> {
  const { desk, books, vault, wallet, fund, source, gifts, onProgress, signal } = given
  const items = gifts.map((gift) => ({ gift, ref: refOf(vault.bookKey, gift.line, gift.ordinal) }))
  const imported: Imported = { recorded: 0, amount: Fen(0n), known: [], left: 0, batches: 0 }
  const done = new Set<Hex>()

  for (;;) {
    let expected = lengthOf(books, fund)
    const missing = items.filter((item) => !done.has(item.ref) && !isKnown(item))
    const total = missing.length + imported.recorded
    try {
      for (const batch of batchesOf(missing, ({ gift }) => gift.date)) {
        if (signal?.aborted) return { ...imported, left: total - imported.recorded }
        await recordBatch(batch, expected)
        expected = Fen(expected + sumFen(batch.items.map(({ gift }) => gift.amount)))
        onProgress?.({ done: imported.recorded, total })
      }
      return imported
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'LINE_MOVED') throw error
      await mirrored(books, fund, BigInt(error.facts.received ?? 0))
    }
  }

  function isKnown(item: Item): boolean {
    const known = knownGift(books, item)
    if (!known) return false
    done.add(item.ref)
    imported.known.push(known)
    return true
  }

  async function recordBatch({ date, items }: Batch<Item>, expected: Fen): Promise<void> {
    const drawn = items.map((item) => ({ fund, ref: item.ref, ...paperOf(source, item) }))
    const actOf = (papers: readonly Hex[]): Act => {
      const inflows = items.map(({ gift: { amount }, ref }, at) => ({ ref, amount, paper: papers[at] }))
      return { contract: 'ledger', name: 'recordInflows', args: [fund, expected, SOURCES.indexOf(source), date, inflows] }
    }
    await rehearse(desk, wallet, actOf(drawn.map(({ paper }) => hashOfPaper(paper))))
    const kept = vault.putGifts(drawn, keptUntil(date))
    await perform(desk, wallet, actOf(kept.map(({ paper }) => paper)))

    for (const { ref } of items) done.add(ref)
    imported.recorded += items.length
    imported.amount = Fen(imported.amount + sumFen(items.map(({ gift }) => gift.amount)))
    imported.batches++
  }
}

/** The gifts of a list that stand in the book already, for a look before anything is done. */
export function knownOf(books: Books, vault: Vault, gifts: readonly Gift[]): KnownGift[] {
  return gifts.flatMap((gift) => knownGift(books, { gift, ref: refOf(vault.bookKey, gift.line, gift.ordinal) }) ?? [])
}

/** The links of the gifts of a list that a fund has; none for those whose donors asked to be forgotten. */
export function linksOf(vault: Vault, fund: number, gifts: readonly Gift[]): GiftLink[] {
  return gifts.flatMap(({ row, amount, line, ordinal }) => {
    const link = vault.linkOf(fund, refOf(vault.bookKey, line, ordinal))
    return link ? [{ row, amount, ...link }] : []
  })
}

function knownGift(books: Books, { gift: { row, date }, ref }: Item): KnownGift | undefined {
  const [entry] = books.inflowsOfRef(ref)
  return entry && { row, date, fund: entry.fund, number: entry.number }
}

function paperOf(source: Source, { gift: { date, amount, donor, remark, reference } }: Item): DrawnPaper {
  return sealPaper(inflowDraft({ source, effectiveOn: date, amount }, { donor, remark, reference }), randomBytes)
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
