import type { Day } from '../ledger/day.ts'

/** What is recorded together: a contract takes one date and at most 500 inflows at once. */
export type Batch<Item> = { date: Day; items: Item[] }

const BATCH_SIZE = 500

/** Parts a list into batches, the earliest date first; within a date in the list's order. */
export function* batchesOf<Item>(items: readonly Item[], dateOf: (item: Item) => Day): Generator<Batch<Item>> {
  const byDate = new Map<Day, Item[]>()
  for (const item of items) {
    const ofDate = byDate.get(dateOf(item))
    if (ofDate) ofDate.push(item)
    else byDate.set(dateOf(item), [item])
  }
  for (const [date, ofDate] of [...byDate].sort(([a], [b]) => a - b))
    for (let at = 0; at < ofDate.length; at += BATCH_SIZE) yield { date, items: ofDate.slice(at, at + BATCH_SIZE) }
}
