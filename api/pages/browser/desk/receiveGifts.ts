import { batchesOf } from '../../../../intake/batches.ts'
import { Fen, readFen, sumFen } from '../../../../ledger/fen.ts'
import { formatDay } from '../../../../ledger/day.ts'
import { formatCode, type Code } from '../../../../ledger/code.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import type { Source } from '../../../../ledger/words.ts'
import type { Prepared, Recorded } from './acting.ts'
import { send, unsent } from './outbox.ts'
import type { Desk } from './desk.ts'
import { makeBatch, type Gift, type LookedGift } from './receiveBatch.ts'
import { makeBeside } from './beside.ts'
import { post, Refused } from './server.ts'

/** How far something long has come. */
export type Progress = { readonly step: 'look' | 'make' | 'sign' | 'links'; readonly done: number; readonly total: number }

/** Gifts, and the length of the fund's line at the moment when they were looked for. */
export type Looked = { readonly fund: number; readonly received: Fen; readonly gifts: readonly LookedGift[] }

/** A donor's link, to hand out. */
export type GiftLink = { readonly code: string; readonly link: string }

type OnProgress = (progress: Progress) => void
/** `typed`: of one gift, the form that it was typed into, and what that warns of. */
type Recording = { readonly onProgress?: OnProgress; readonly onBegun?: () => void; readonly typed?: Pick<Prepared, 'form' | 'warnings'> }
type LookAnswer = { received: string; gifts: readonly { ref: Hex; known?: { fund: number; number: number }; paper?: Hex }[] }

const SLICE = 1_000

/** Asks which gifts the book has already. What was signed before goes out first, or the book would not have it yet. @throws {Refused} */
export async function lookFor(desk: Desk, fund: number, gifts: readonly Gift[], onProgress: OnProgress = () => {}): Promise<Looked> {
  await sendWaiting()
  const looked: LookedGift[] = []
  let received: Fen | undefined
  for (const slice of slicesOf(gifts)) {
    onProgress({ step: 'look', done: looked.length, total: gifts.length })
    const body = { fund, gifts: slice.map(({ line, ordinal }) => ({ line, ordinal })) }
    const answer = await desk.inSession(async () => await post<LookAnswer>('/v1/desk/gifts/look', body))
    // Of the first slice: whatever comes between is then refused by the contract, and not overlooked.
    received ??= readFen(answer.received)
    for (const [at, gift] of slice.entries()) {
      const told = answer.gifts[at]
      if (told) looked.push({ ...gift, ...told })
    }
  }
  return { fund, received: received ?? Fen(0n), gifts: looked }
}

/**
 * Records those that the book does not have, in batches of one date and at most 500, which are shown together and signed one
 * after the other. Each names the line's length as the batch before leaves it, so that nothing comes between. Undefined when the
 * person said no. What was recorded before something is refused stays. `onBegun` hears of it before the first is signed.
 * @throws {Refused}
 */
export async function recordGifts(desk: Desk, source: Source, { fund, received, gifts }: Looked, { onProgress = () => {}, onBegun = () => {}, typed }: Recording = {}): Promise<readonly Recorded[] | undefined> {
  const missing = gifts.filter(({ known }) => known === undefined)
  const prepared: Prepared[] = []
  const counts: number[] = []
  let expected = received
  let first: number | undefined
  for (const { date, items } of batchesOf(missing, (gift) => gift.date)) {
    onProgress({ step: 'make', done: sumOf(counts), total: missing.length })
    const toMake = { fund, expected, source, date, gifts: items }
    const { data, papers, gifts: brought } = items.length === 1 ? makeBatch(toMake) : await makeBeside(toMake)
    first ??= (await desk.inSession(async () => await post<{ nonce: number }>('/v1/desk/rehearsals', { contract: 'ledger', data }))).nonce
    prepared.push({ contract: 'ledger', data, nonce: first + prepared.length, papers, delivery: { path: '/v1/desk/gifts', body: { fund, gifts: brought } }, ...typed })
    counts.push(items.length)
    expected = Fen(expected + sumFen(items.map(({ amount }) => amount)))
  }
  return await desk.actAll(prepared, (done) => {
    if (done === 0) onBegun()
    onProgress({ step: 'sign', done: sumOf(counts.slice(0, done)), total: missing.length })
  })
}

/** The newest inflow of a fund with the same donor, day and amount, whatever its remark is. Whoever has no name is like nobody. @throws {Refused} */
export async function similarTo(desk: Desk, fund: number, { donor, date, amount }: Gift): Promise<number | undefined> {
  if (donor === '') return undefined
  const body = { fund, donor, on: formatDay(date), amount: String(amount) }
  return (await desk.inSession(async () => await post<{ number?: number }>('/v1/desk/gifts/similar', body))).number
}

/** The links of gifts that a fund has, by their refs. @throws {Refused} */
export async function linksOf(desk: Desk, fund: number, refs: readonly Hex[], onProgress: OnProgress = () => {}): Promise<ReadonlyMap<Hex, GiftLink>> {
  const found = new Map<Hex, GiftLink>()
  let done = 0
  for (const slice of slicesOf(refs)) {
    onProgress({ step: 'links', done, total: refs.length })
    const { base, links } = await desk.inSession(async () =>
      await post<{ base: string; links: readonly { ref: Hex; code: Code; key: string }[] }>('/v1/desk/gifts/links', { fund, refs: slice }))
    for (const { ref, code, key } of links) found.set(ref, { code: formatCode(code), link: `${base}/t/${code}#${key}` })
    done += slice.length
  }
  return found
}

/** Whatever becomes of it, the look that follows tells: it may have arrived, and only the answer not. */
async function sendWaiting(): Promise<void> {
  const signed = unsent()
  if (!signed) return
  try {
    await send(signed)
  } catch (error) {
    if (error instanceof Refused && error.isPassing) throw error
  }
}

function* slicesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < Math.max(items.length, 1); at += SLICE) yield items.slice(at, at + SLICE)
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
