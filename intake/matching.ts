import type { Day } from '../ledger/day.ts'

/**
 * What of a bank's line no entry explains yet. Credits above 0, debits below, in fen. `texts` are what the bank prints of it.
 */
export type OpenLine = { readonly line: number; readonly day: Day; readonly amount: bigint; readonly texts: readonly string[] }

/**
 * What of an entry no line of the bank explains yet: an inflow's fen are above 0, an outflow's below. `texts` are what its
 * papers say.
 */
export type OpenEntry = {
  readonly fund: number
  readonly outflow: boolean
  readonly number: number
  readonly day: Day
  readonly amount: bigint
  readonly texts: readonly string[]
}

/**
 * Lines and entries that seem to be the same money, for a person to confirm. `score` is 1 to 100; `why` says what it rests
 * on.
 */
export type Proposal = {
  readonly lines: readonly OpenLine[]
  readonly entries: readonly OpenEntry[]
  readonly score: number
  readonly why: readonly ('reference' | 'name' | 'amount' | 'sum of entries' | 'sum of lines' | 'same day' | 'near day')[]
}

/** An entry may be this many days from its bank line: a weekend, and a holiday of a week. */
const WINDOW = 10
/** So many items at most are summed up to one of the other side. */
const MOST_SUMMED = 500

/**
 * Proposes which lines and entries belong together: first what a reference names, then equal amounts near in time, then one
 * line for several entries (a platform pays out a day's gifts in one sum) and one entry for several lines. Each line and
 * entry is proposed once, in its best pair; amounts always agree exactly. Nothing is confirmed here.
 */
export function proposeMatches(lines: readonly OpenLine[], entries: readonly OpenEntry[]): Proposal[] {
  const left = { lines: new Set(lines), entries: new Set(entries) }
  const proposals: Proposal[] = []
  const propose = (proposal: Proposal): void => {
    for (const line of proposal.lines) left.lines.delete(line)
    for (const entry of proposal.entries) left.entries.delete(entry)
    proposals.push(proposal)
  }

  for (const pair of pairsOf(lines, entries)) {
    const [line] = pair.lines
    const [entry] = pair.entries
    if (line && entry && left.lines.has(line) && left.entries.has(entry)) propose(pair)
  }
  const groupsOfEntries = groupsOf(left.entries)
  for (const line of [...left.lines]) {
    const group = groupFor(line, groupsOfEntries, left.entries)
    if (group) propose({ lines: [line], entries: group, score: 60, why: ['sum of entries', dayWord(line, group)] })
  }
  const groupsOfLines = groupsOf(left.lines)
  for (const entry of [...left.entries]) {
    const group = groupFor(entry, groupsOfLines, left.lines)
    if (group) propose({ lines: group, entries: [entry], score: 55, why: ['sum of lines', dayWord(entry, group)] })
  }
  return proposals.toSorted((a, b) => b.score - a.score)
}

/** Every line with every entry of the same amount near it, the likeliest first. */
function pairsOf(lines: readonly OpenLine[], entries: readonly OpenEntry[]): Proposal[] {
  const byAmount = Map.groupBy(entries, ({ amount }) => amount)
  return lines
    .flatMap((line) => (byAmount.get(line.amount) ?? []).filter((entry) => near(line, entry)).map((entry) => pairOf(line, entry)))
    .toSorted((a, b) => b.score - a.score)
}

function pairOf(line: OpenLine, entry: OpenEntry): Proposal {
  const days = Math.abs(line.day - entry.day)
  const shared = line.texts.filter((text) => entry.texts.includes(text))
  // A number of the bank is of this payment only; a name may be of a person who gave twice.
  const reference = shared.some((text) => /\d{6}/.test(text))
  const name = shared.some((text) => !/\d{6}/.test(text) && text.length > 1)
  const score = reference ? 100 - days : name ? 90 - days : 75 - 3 * days
  return {
    lines: [line], entries: [entry], score,
    why: [...(reference ? ['reference' as const] : []), ...(name ? ['name' as const] : []), 'amount', dayWord(line, [entry])],
  }
}

type Item = { readonly day: Day; readonly amount: bigint; readonly texts: readonly string[]; readonly fund?: number }

/**
 * Groups that somebody may have paid in one sum, by that sum: of one day, of one day and fund, of one name. No search through
 * every subset: whatever is found that way by accident would be worse than nothing.
 */
function groupsOf<One extends Item>(items: Iterable<One>): Map<bigint, One[][]> {
  const groups = new Map<string, One[]>()
  for (const item of items) {
    const side = item.amount < 0n ? '-' : '+'
    const names = item.texts.filter((text) => text.length > 1)
    for (const key of [`day ${item.day}`, `day ${item.day} fund ${item.fund}`, ...names.map((name) => `name ${name}`)]) {
      const group = groups.get(side + key)
      if (group) group.push(item)
      else groups.set(side + key, [item])
    }
  }
  return Map.groupBy([...groups.values()].filter(({ length }) => length > 1 && length <= MOST_SUMMED), sumOf)
}

function groupFor<One extends Item>(target: Item, groups: ReadonlyMap<bigint, readonly One[][]>, left: ReadonlySet<One>): One[] | undefined {
  return groups.get(target.amount)?.find((group) => group.every((item) => left.has(item) && near(target, item)))
}

function sumOf(items: readonly { readonly amount: bigint }[]): bigint {
  return items.reduce((sum, { amount }) => sum + amount, 0n)
}

function near(line: { readonly day: Day; readonly amount: bigint }, entry: { readonly day: Day; readonly amount: bigint }): boolean {
  return (line.amount < 0n) === (entry.amount < 0n) && Math.abs(line.day - entry.day) <= WINDOW
}

function dayWord(one: { readonly day: Day }, others: readonly { readonly day: Day }[]): 'same day' | 'near day' {
  return others.every(({ day }) => day === one.day) ? 'same day' : 'near day'
}
