import { formatDay, type Day } from '../ledger/day.ts'

/** A row of a list whose gift the book has already, and where. */
export type KnownGift = { row: number; date: Day; fund: number; number: number }

type Gift = { readonly row: number; readonly date: Day; readonly reference: string }

const SHOWN = 50

/**
 * Days of which the book has some rows and not the others: another list may have brought an equal gift, and this one would be
 * left out in silence. A bank's reference leaves no doubt.
 */
export function doubtfulOf(rows: readonly Gift[], known: readonly KnownGift[]): { date: string; rows: number[] }[] {
  const isKnown = new Set(known.map(({ row }) => row))
  return [...Map.groupBy(rows, ({ date }) => date)].flatMap(([date, ofDay]) => {
    const same = ofDay.filter((gift) => isKnown.has(gift.row) && !gift.reference)
    const isMixed = same.length > 0 && ofDay.some((gift) => !isKnown.has(gift.row))
    return isMixed ? [{ date: formatDay(date), rows: same.map(({ row }) => row) }] : []
  })
}

/** Row numbers in short: `2–14、17`. */
export function rangesOf(rows: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const row of [...rows].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && row <= last[1] + 1) last[1] = row
    else ranges.push([row, row])
  }
  const more = ranges.length > SHOWN ? ' …' : ''
  return ranges.slice(0, SHOWN).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join('、') + more
}
