import type { Problem } from '../problem.ts'
import { problemAt, type Layout } from './forms.ts'
import type { Line } from './lines.ts'
import { formatMoney } from './money.ts'

/** A line whose printed balance is not the one before plus its amount. */
type Break = { line: Line; before: bigint; expected: bigint }

/**
 * The lines in the order in which they happened. Files run either way, and lines of one moment keep the file's order, read
 * in the direction in which it runs: the one that its balances bear out, or else its first and last day.
 */
export function inOrder(lines: readonly Line[]): Line[] {
  const forward = sorted(lines)
  const backward = sorted([...lines].reverse())
  const difference = breaksOf(forward).length - breaksOf(backward).length
  if (difference !== 0) return difference < 0 ? forward : backward
  const [first, last] = [lines[0], lines.at(-1)]
  return first && last && momentOf(first) > momentOf(last) ? backward : forward
}

/** Checks each printed balance against the one before. `ordered` is what `inOrder` gave. */
export function balanceProblems(layout: Layout, ordered: readonly Line[]): Problem[] {
  const shown = (amount: bigint) => formatMoney(amount, layout.form.minorUnits)
  return breaksOf(ordered).flatMap(({ line, before, expected }) => {
    const row = layout.rows.get(line.row)
    return row
      ? [problemAt(layout, row, 'balance', {
        code: 'BALANCE_DIFFERS',
        zh: `余额接不上：上一笔之后是 ${shown(before)}，本笔 ${shown(line.amount)}，应为 ${shown(expected)}`,
        en: `the balance does not follow: ${shown(before)} before, ${shown(line.amount)} here, so ${shown(expected)} expected`,
      })]
      : []
  })
}

/** What the account held before the first line and after the last, as their balances say. */
export function endsOf(ordered: readonly Line[]): { opening?: bigint; closing?: bigint } {
  const first = ordered.findIndex(({ balance }) => balance !== undefined)
  const last = ordered.findLastIndex(({ balance }) => balance !== undefined)
  if (first < 0) return {}
  const sum = (lines: readonly Line[]) => lines.reduce((total, { amount }) => total + amount, 0n)
  return {
    opening: (ordered[first]?.balance ?? 0n) - sum(ordered.slice(0, first + 1)),
    closing: (ordered[last]?.balance ?? 0n) + sum(ordered.slice(last + 1)),
  }
}

/** After a break it goes on from what is printed, so that one mistake is told once. */
function breaksOf(ordered: readonly Line[]): Break[] {
  const breaks: Break[] = []
  let before: bigint | undefined
  for (const line of ordered) {
    const expected = before === undefined ? undefined : before + line.amount
    if (before !== undefined && expected !== undefined && line.balance !== undefined && line.balance !== expected)
      breaks.push({ line, before, expected })
    before = line.balance ?? expected
  }
  return breaks
}

/** Times order the lines of a day only where every line has one. */
function sorted(lines: readonly Line[]): Line[] {
  const isTimed = lines.every(({ time }) => time !== undefined)
  return [...lines].sort((a, b) => a.day - b.day || (isTimed ? compare(a.time ?? '', b.time ?? '') : 0))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function momentOf({ day, time }: Line): string {
  return `${String(day).padStart(7, '0')} ${time ?? ''}`
}
