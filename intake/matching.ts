import type { Day } from '../ledger/day.ts'
import { sizeOf } from '../ledger/fen.ts'
import type { Words } from '../ledger/words.ts'

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

/** Proposals of this score or more are all but certain, so that they are offered together, for one confirmation. */
export const SURE = 85

/** Why, for people. */
export const WHY_WORDS: Record<Proposal['why'][number], Words> = {
  reference: { zh: '银行流水号相同', en: 'same number of the bank' },
  name: { zh: '姓名相同', en: 'same name' },
  amount: { zh: '金额相同', en: 'same amount' },
  'sum of entries': { zh: '几笔账合为一笔流水', en: 'several entries in one line' },
  'sum of lines': { zh: '几笔流水合为一笔账', en: 'several lines for one entry' },
  'same day': { zh: '同一天', en: 'same day' },
  'near day': { zh: '日期相近', en: 'days apart' },
}

/** Fen of a line that are what an entry says. */
export type NewMatch = { line: number; fund: number; outflow: boolean; number: number; amount: bigint }

/** An entry may be this many days from its bank line: a weekend, and a holiday of a week. */
export const WINDOW = 10
/** So many items at most are summed up to one of the other side. */
const MOST_SUMMED = 500

/**
 * Proposes which lines and entries belong together: first what a reference names, then equal amounts near in time, then one
 * line for several entries (a platform pays out a day's gifts in one sum) and one entry for several lines. Each line and
 * entry is proposed once, in its best pair; amounts always agree exactly. Nothing is confirmed here.
 */
export function proposeMatches(lines: readonly OpenLine[], entries: readonly OpenEntry[]): Proposal[] {
  const steps = proposing(lines, entries)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same in steps of a few hundredths of a second, between which whoever serves others may serve them. */
export function* proposing(lines: readonly OpenLine[], entries: readonly OpenEntry[]): Generator<undefined, Proposal[]> {
  const left = { lines: new Set(lines), entries: new Set(entries) }
  const proposals: Proposal[] = []
  const propose = (proposal: Proposal): void => {
    for (const line of proposal.lines) left.lines.delete(line)
    for (const entry of proposal.entries) left.entries.delete(entry)
    proposals.push(proposal)
  }

  // In a crowd of one amount a line looks at its nearest only, so that those left over look again.
  for (let before = -1; before < proposals.length; ) {
    before = proposals.length
    for (const pair of yield* pairsOf([...left.lines], [...left.entries])) {
      const [line] = pair.lines
      const [entry] = pair.entries
      if (line && entry && left.lines.has(line) && left.entries.has(entry)) propose(pair)
    }
    yield
  }
  const groupsOfEntries = groupsOf(left.entries)
  for (const line of [...left.lines]) {
    const group = groupFor(line, groupsOfEntries, left.entries)
    if (group) propose({ lines: [line], entries: group, score: 60, why: ['sum of entries', dayWord(line, group)] })
  }
  yield
  const groupsOfLines = groupsOf(left.lines)
  for (const entry of [...left.entries]) {
    const group = groupFor(entry, groupsOfLines, left.lines)
    if (group) propose({ lines: group, entries: [entry], score: 55, why: ['sum of lines', dayWord(entry, group)] })
  }
  return proposals.toSorted((a, b) => b.score - a.score)
}

/** The fen of a proposal's lines and entries, put together: their sums agree. */
export function matchesOf({ lines, entries }: Pick<Proposal, 'lines' | 'entries'>): NewMatch[] {
  const sum = (items: readonly { readonly amount: bigint }[]) => sizeOf(sumOf(items))
  if (sum(lines) !== sum(entries)) throw new RangeError(`lines of ${sum(lines)} fen are proposed for entries of ${sum(entries)}`)
  return pairUp(lines, entries)
}

/**
 * Lines and entries of one direction, filled side by side in their order until one side has no more: so one line is split over
 * several entries, and several lines are joined to one.
 */
export function pairUp(lines: readonly Pick<OpenLine, 'line' | 'amount'>[], entries: readonly Pick<OpenEntry, 'fund' | 'outflow' | 'number' | 'amount'>[]): NewMatch[] {
  const matches: NewMatch[] = []
  const left = lines.map(({ line, amount }) => ({ line, size: sizeOf(amount) })).filter(({ size }) => size > 0n)
  for (const { fund, outflow, number, amount } of entries)
    for (let size = sizeOf(amount); size > 0n; ) {
      const line = left[0]
      if (!line) return matches
      const amount = line.size < size ? line.size : size
      const last = matches.at(-1)
      // Two instalments of one payment in one line are one match.
      if (last?.line === line.line && last.fund === fund && last.outflow === outflow && last.number === number) last.amount += amount
      else matches.push({ line: line.line, fund, outflow, number, amount })
      size -= amount
      line.size -= amount
      if (line.size === 0n) left.shift()
    }
  return matches
}

/** Every line with the entries of the same amount near it, the likeliest first. */
function* pairsOf(lines: readonly OpenLine[], entries: readonly OpenEntry[]): Generator<undefined, Proposal[]> {
  const crowds = new Map([...Map.groupBy(entries, ({ amount }) => amount)].map(([amount, alike]) => [amount, crowdOf(alike)]))
  const pairs: Proposal[] = []
  for (const [at, line] of lines.entries()) {
    for (const entry of crowds.get(line.amount)?.(line) ?? []) if (near(line, entry)) pairs.push(pairOf(line, entry))
    if (at % LINES_A_STEP === LINES_A_STEP - 1) yield
  }
  return pairs.sort((a, b) => b.score - a.score)
}

const LINES_A_STEP = 500

/** So many entries of one amount are looked at for a line at once, by day and by text. */
const MOST_ALIKE = 8

/** Which of many entries of one amount a line is compared with: those that share a text with it, and the nearest in time. */
function crowdOf(alike: readonly OpenEntry[]): (line: OpenLine) => readonly OpenEntry[] {
  if (alike.length <= MOST_ALIKE) return () => alike
  const byDay = alike.toSorted((a, b) => a.day - b.day)
  const byText = new Map<string, OpenEntry[]>()
  for (const entry of byDay)
    for (const text of entry.texts) {
      const same = byText.get(text)
      if (same) same.push(entry)
      else byText.set(text, [entry])
    }
  return (line) => [...new Set([...line.texts.flatMap((text) => nearestOf(byText.get(text) ?? [], line)), ...nearestOf(byDay, line)])]
}

/** Some entries around a line's day, mostly of it and after it; in a crowd of one day each line looks at others. */
function nearestOf(byDay: readonly OpenEntry[], { line, day }: OpenLine): readonly OpenEntry[] {
  const [first, after] = [placeOf(byDay, day), placeOf(byDay, (day + 1) as Day)]
  const spare = after - first - MOST_ALIKE
  const from = spare > 0 ? first + (line % (spare + 1)) : Math.max(0, first - MOST_ALIKE / 4)
  return byDay.slice(from, from + MOST_ALIKE)
}

/** Where the entries of a day begin. */
function placeOf(byDay: readonly OpenEntry[], day: Day): number {
  let [low, high] = [0, byDay.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((byDay[middle]?.day ?? day) < day) low = middle + 1
    else high = middle
  }
  return low
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
