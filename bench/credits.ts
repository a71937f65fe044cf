import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseDay, type Day } from '../ledger/day.ts'
import type { InflowItem } from '../ledger/events.ts'
import { readFen } from '../ledger/fen.ts'
import { ordinalsOf, refOf } from '../ledger/refs.ts'
import { toHex } from '../ledger/hex.ts'

/** What one transaction records: inflows of one day. */
export type DayBatch = { readonly effectiveOn: Day; readonly inflows: readonly InflowItem[] }

const LIST = join(import.meta.dirname, 'data', 'vietcombank-2024-09-01_10.csv.gz')
const BATCH = 500
const BOOK_KEY = new Uint8Array(32).fill(7)

let kept: readonly DayBatch[] | undefined

/** The 200,360 real credits in batches of at most 500, in the bank's order. One dong stands for one fen. */
export function creditBatches(): readonly DayBatch[] {
  kept ??= readCredits()
  return kept
}

function readCredits(): DayBatch[] {
  const lines = gunzipSync(readFileSync(LIST)).toString('utf8').trim().split('\n').slice(1).map((line) => line.split(','))
  const ordinals = ordinalsOf(lines)
  const batches: { effectiveOn: Day; inflows: InflowItem[] }[] = []
  for (const [at, line] of lines.entries()) {
    const [date = '', document = '', amount = ''] = line
    const effectiveOn = parseDay(date)
    let batch = batches.at(-1)
    if (!batch || batch.effectiveOn !== effectiveOn || batch.inflows.length === BATCH)
      batches.push((batch = { effectiveOn, inflows: [] }))
    const ref = refOf(BOOK_KEY, line, ordinals[at] ?? 1)
    // The paper's hash costs the book nothing but its 32 bytes.
    const paper = toHex(createHash('sha256').update(`${at} ${document}`).digest())
    batch.inflows.push({ ref, amount: readFen(amount), paper })
  }
  return batches
}
