import { fromHex, toHex, type Hex } from '../../../ledger/hex.ts'
import { Fen, formatYuan } from '../../../ledger/fen.ts'
import { TOPICS } from '../../../ledger/events.ts'
import type { Place } from './fault.ts'

/** An inflow that was signed in one way and answered in another. */
export type Difference = { readonly place: Place; readonly called: string; readonly answered: string }

type Told = { readonly data: Uint8Array; readonly logs: readonly { readonly topics: readonly Hex[]; readonly data: Hex }[] }

const ITEM = 96
const WORD = 32
/** Entries and funds are numbered by 32 bits. */
const MAX_NUMBER = 0xffff_ffff

/**
 * The inflows of a batch that differ between the call and its event. Both end with the same list of (ref, amount, paper), so
 * whoever changes an entry on its way leaves the other as it was.
 */
export function differenceIn({ data, logs }: Told): Difference[] {
  const log = logs.find(({ topics }) => topics[0] === TOPICS.get('InflowsRecorded'))
  if (!log) return []
  const event = fromHex(log.data)
  // The first word is the number of the first inflow; five later the list begins, with its length.
  const [first, fund] = [wordAt(event, 0), BigInt(log.topics[1] ?? '0x0')].map(Number)
  if (first === undefined || fund === undefined || first > MAX_NUMBER || fund > MAX_NUMBER) return []
  const count = Math.floor((event.length - 7 * WORD) / ITEM)
  if (count < 1 || data.length < 4 + count * ITEM) return []
  const called = data.subarray(data.length - count * ITEM)
  const answered = event.subarray(event.length - count * ITEM)

  const differences: Difference[] = []
  for (let index = 0; index < count; index++) {
    const [signed, told] = [itemAt(called, index), itemAt(answered, index)]
    if (signed !== told) differences.push({ place: { fund, entry: 'inflow', number: first + index }, called: signed, answered: told })
  }
  return differences
}

function itemAt(list: Uint8Array, index: number): string {
  const item = list.subarray(index * ITEM, (index + 1) * ITEM)
  const amount = wordAt(item, WORD)
  const money = amount < 2n ** 63n ? `¥${formatYuan(Fen(amount))}` : String(amount)
  return `${money} (ref ${short(item.subarray(0, WORD))}, paper ${short(item.subarray(2 * WORD))})`
}

function short(hash: Uint8Array): string {
  const digits = toHex(hash)
  return `${digits.slice(0, 10)}…${digits.slice(-6)}`
}

function wordAt(bytes: Uint8Array, at: number): bigint {
  return BigInt(toHex(bytes.subarray(at, at + WORD)))
}
