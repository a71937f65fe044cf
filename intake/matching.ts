import type { Day } from '../ledger/day.ts'
import { sizeOf } from '../ledger/fen.ts'
import type { Words } from '../ledger/words.ts'
import { clearlyDiffer } from './names.ts'

/**
 * What of a bank's line no entry explains yet. Credits above 0, debits below, in fen. `texts` are what the bank prints of it;
 * `name` is the one of them that says whose money it is.
 */
export type OpenLine = { readonly line: number; readonly day: Day; readonly amount: bigint; readonly texts: readonly string[]; readonly name?: string }

/**
 * What of an entry no line of the bank explains yet: an inflow's fen are above 0, an outflow's below. `texts` are what its
 * papers say; `name` is who gave or was paid.
 */
export type OpenEntry = {
  readonly fund: number
  readonly outflow: boolean
  readonly number: number
  readonly day: Day
  readonly amount: bigint
  readonly texts: readonly string[]
  readonly name?: string
}

/**
 * Lines and entries that seem to be the same money, for a person to confirm. `score` is 1 to 100; `why` says what it rests
 * on.
 */
export type Proposal = {
  readonly lines: readonly OpenLine[]
  readonly entries: readonly OpenEntry[]
  readonly score: number
  readonly why: readonly ('reference' | 'name' | 'amount' | 'sum of entries' | 'sum of lines' | 'same day' | 'near day' | 'rival')[]
}

/** Proposals of this score or more are all but certain, so that they are offered together, for one confirmation. */
export const SURE = 85

/** What another entry fits as well is never sure, however well it fits. */
const DOUBTFUL = SURE - 1

/** Why, for people. */
export const WHY_WORDS: Record<Proposal['why'][number], Words> = {
  reference: { zh: '银行流水号相同', en: 'same number of the bank' },
  name: { zh: '户名或摘要相同', en: 'same name or remark' },
  amount: { zh: '金额相同', en: 'same amount' },
  'sum of entries': { zh: '几笔账合为一笔流水', en: 'several entries in one line' },
  'sum of lines': { zh: '几笔流水合为一笔账', en: 'several lines for one entry' },
  'same day': { zh: '同一天', en: 'same day' },
  'near day': { zh: '日期相近', en: 'days apart' },
  rival: { zh: '另有账同样符合', en: 'another entry fits as well' },
}

/** Fen of a line that are what an entry says. */
export type NewMatch = { line: number; fund: number; outflow: boolean; number: number; amount: bigint }

/** An entry may be this many days from its bank line: a weekend, and a holiday of a week. */
export const WINDOW = 10
/** So many items at most are summed up to one of the other side. */
const MOST_SUMMED = 500
/** Among so many of one text near a day those in a row are looked at: of more, some come to any sum by accident. */
const MOST_IN_A_ROW = 50

/**
 * Proposes which lines and entries belong together: first what a reference or a name says, be it one to one, one line for several
 * entries (a platform pays out a day's gifts in one sum) or one entry for several lines; then equal amounts near in time; then sums
 * that no name speaks against. The best fits first; each line and entry is proposed once, and amounts always agree exactly. Nothing
 * is confirmed here.
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
  const isLeft = (one: Proposal): boolean => one.lines.every((line) => left.lines.has(line)) && one.entries.every((entry) => left.entries.has(entry))
  const propose = (found: readonly Proposal[]): void => {
    const sorted = found.toSorted((a, b) => b.score - a.score)
    const rivalsOf = Map.groupBy(sorted.flatMap((proposal) => proposal.lines.map((line) => ({ line, proposal }))), ({ line }) => line)
    for (const proposal of sorted) {
      if (!isLeft(proposal)) continue
      const isTie = proposal.lines.some((line) => rivalsOf.get(line)?.some(({ proposal: other }) => isRival(other, proposal) && isLeft(other)))
      for (const line of proposal.lines) left.lines.delete(line)
      for (const entry of proposal.entries) left.entries.delete(entry)
      proposals.push(isTie ? { ...proposal, score: Math.min(proposal.score, DOUBTFUL), why: [...proposal.why, 'rival'] } : proposal)
    }
  }

  for (const isFit of [isNamed, isSingle, isJoined]) {
    // In a crowd of one amount a line looks at its nearest only, so that those left over look again.
    for (let before = -1; before < proposals.length; ) {
      before = proposals.length
      const pairs = isFit === isJoined ? [] : yield* pairsOf([...left.lines], [...left.entries], isFit)
      yield
      const sums = isFit === isSingle ? [] : yield* sumsOf(left)
      yield
      propose([...pairs, ...sums.filter(isFit)])
      yield
    }
  }
  return proposals.toSorted((a, b) => b.score - a.score)
}

const isNamed = ({ why }: Proposal): boolean => why.includes('reference') || why.includes('name')
const isSingle = ({ lines, entries }: Proposal): boolean => lines.length === 1 && entries.length === 1
const isJoined = (): boolean => true

/** Whether one would put something else to the same lines, and fits them as well. */
function isRival(one: Proposal, other: Proposal): boolean {
  // Two instalments of one payment are one entry.
  const isOf = (a: OpenEntry, b: OpenEntry): boolean => a.fund === b.fund && a.outflow === b.outflow && a.number === b.number
  return one !== other && one.score === other.score && one.entries.some((entry) => !other.entries.some((known) => isOf(entry, known)))
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

/** Every line with the entries of the same amount near it that fit. */
function* pairsOf(lines: readonly OpenLine[], entries: readonly OpenEntry[], isFit: (pair: Proposal) => boolean): Generator<undefined, Proposal[]> {
  const crowds = new Map([...Map.groupBy(entries, ({ amount }) => amount)].map(([amount, alike]) => [amount, crowdOf(alike)]))
  const pairs: Proposal[] = []
  for (const [at, line] of lines.entries()) {
    for (const entry of crowds.get(line.amount)?.(line) ?? []) {
      if (!near(line, entry)) continue
      const pair = pairOf(line, entry)
      if (isFit(pair)) pairs.push(pair)
    }
    if (at % LINES_A_STEP === LINES_A_STEP - 1) yield
  }
  return pairs
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

/** Where those of a day begin. */
function placeOf(byDay: readonly { readonly day: Day }[], day: Day): number {
  let [low, high] = [0, byDay.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((byDay[middle]?.day ?? day) < day) low = middle + 1
    else high = middle
  }
  return low
}

function pairOf(line: OpenLine, entry: OpenEntry): Proposal {
  const days = daysBetween(line, [entry])
  const { reference, name } = sharedBy(line, [entry])
  const score = reference ? 100 - days : name ? 90 - days : 75 - 3 * days
  return { lines: [line], entries: [entry], score, why: [...sharedWords({ reference, name }), 'amount', dayWord(line, [entry])] }
}

type Item = { readonly day: Day; readonly amount: bigint; readonly texts: readonly string[]; readonly name?: string; readonly fund?: number }

/** What one and all of the others say alike. A number of the bank is of one payment only; a name may be of a person who gave twice. */
function sharedBy(one: Item, others: readonly Item[]): { reference: boolean; name: boolean } {
  const shared = one.texts.filter((text) => others.every(({ texts }) => texts.includes(text)))
  return { reference: shared.some((text) => /\d{6}/.test(text)), name: shared.some((text) => !/\d{6}/.test(text) && text.length > 1) }
}

function sharedWords({ reference, name }: { reference: boolean; name: boolean }): Proposal['why'] {
  return [...(reference ? ['reference' as const] : []), ...(name ? ['name' as const] : [])]
}

/** One line for several entries, and one entry for several lines. */
function* sumsOf({ lines, entries }: { lines: ReadonlySet<OpenLine>; entries: ReadonlySet<OpenEntry> }): Generator<undefined, Proposal[]> {
  const found: Proposal[] = []
  const entriesFor = searchSums([...entries])
  for (const [at, line] of [...lines].entries()) {
    for (const group of entriesFor(line)) found.push({ lines: [line], entries: group, ...fitOf(line, group, 'sum of entries') })
    if (at % LINES_A_STEP === LINES_A_STEP - 1) yield
  }
  yield
  const linesFor = searchSums([...lines])
  for (const [at, entry] of [...entries].entries()) {
    for (const group of linesFor(entry)) found.push({ lines: group, entries: [entry], ...fitOf(entry, group, 'sum of lines') })
    if (at % LINES_A_STEP === LINES_A_STEP - 1) yield
  }
  return found
}

function fitOf(one: Item, others: readonly Item[], sum: 'sum of entries' | 'sum of lines'): Pick<Proposal, 'score' | 'why'> {
  const days = daysBetween(one, others)
  const { reference, name } = sharedBy(one, others)
  const score = reference ? 95 - days : name ? 86 - 2 * days : (sum === 'sum of entries' ? 60 : 55) - 2 * days
  return { score, why: [...sharedWords({ reference, name }), sum, dayWord(one, others)] }
}

/**
 * Finds what of some items comes to one sum, where no name speaks against it. No search through every subset: whatever is found that
 * way by accident would be worse than nothing.
 */
function searchSums<One extends Item>(items: readonly One[]): (target: Item) => One[][] {
  const groups = groupsOf(items)
  const runsFor = searchRuns(items)
  return (target) => [...(groups.get(target.amount) ?? []), ...runsFor(target)].filter((group) => group.every((item) => near(target, item) && !speaksAgainst(target, item)))
}

/** Whether whoever gave or was paid is named on both sides, and is another there. */
function speaksAgainst(one: Item, other: Item): boolean {
  return clearlyDiffer(one.name, other.name) && !one.texts.some((text) => text.length > 1 && other.texts.includes(text))
}

/** Groups that somebody may have paid in one sum, by that sum: of one day, of one day and fund, of one text. */
function groupsOf<One extends Item>(items: readonly One[]): Map<bigint, One[][]> {
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

/** Finds, of the items that share a text with somebody, those in a row by their days that come to the sum. */
function searchRuns<One extends Item>(items: readonly One[]): (target: Item) => One[][] {
  const byText = new Map<string, One[]>()
  for (const item of items.toSorted((a, b) => a.day - b.day))
    for (const text of item.texts.filter(({ length }) => length > 1)) {
      const same = byText.get(text)
      if (same) same.push(item)
      else byText.set(text, [item])
    }
  return (target) => target.texts.flatMap((text) => {
    const same = byText.get(text) ?? []
    const [from, to] = [placeOf(same, (target.day - WINDOW) as Day), placeOf(same, (target.day + WINDOW + 1) as Day)]
    return to - from > MOST_IN_A_ROW ? [] : runsOf(same.slice(from, to).filter((item) => near(target, item)), target.amount)
  })
}

/** All runs of two items or more with a sum; the items are all credits or all debits. */
function runsOf<One extends Item>(items: readonly One[], wanted: bigint): One[][] {
  const starts = new Map<bigint, number>([[0n, 0]])
  const runs: One[][] = []
  let sum = 0n
  for (const [at, { amount }] of items.entries()) {
    sum += amount
    const start = starts.get(sum - wanted)
    if (start !== undefined && start < at) runs.push(items.slice(start, at + 1))
    starts.set(sum, at + 1)
  }
  return runs
}

function daysBetween(one: Item, others: readonly Item[]): number {
  return others.reduce((most, { day }) => Math.max(most, Math.abs(one.day - day)), 0)
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
