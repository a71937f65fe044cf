import type { Day } from './day.ts'
import { sizeOf } from './fen.ts'

/** A line of a bank's statement as the book has it: credits above 0, debits below, in fen. */
export type BankLine = { readonly account: number; readonly line: number; readonly day: Day; readonly amount: bigint }

/** Fen of a line that an entry explains. `whole` says whether the entry's chain of papers is complete. */
export type LineMatch = { readonly account: number; readonly line: number; readonly amount: bigint; readonly whole: boolean }

/** Fen of a line that somebody said are an entry's, and that nobody took back. */
export type StandingMatch = {
  readonly account: number; readonly line: number; readonly fund: number; readonly outflow: boolean; readonly entry: number
  readonly amount: bigint
}

/**
 * What the book knows of an entry: how many of its fen can be a bank's (of an inflow what was not void, of an outflow what was
 * paid), undefined when there is none; and whether all its papers are there.
 */
export type MatchedEntries = { bankFenOf(entry: MatchedEntry): bigint | undefined; isWhole(entry: MatchedEntry): boolean }

/** Which inflow or outflow of a fund. */
export type MatchedEntry = Pick<StandingMatch, 'fund' | 'outflow' | 'entry'>

/** A line of which more is matched than it has. */
export type Overmatched = { readonly account: number; readonly line: number; readonly size: bigint; readonly matched: bigint }

/**
 * Judges what people matched, which the contract does not, since it keeps no lines. A line that is matched beyond its amount,
 * or a credit with an outflow, explains nothing; nor does an entry that lines claim beyond what it has.
 */
export function judgeMatches(
  lines: Iterable<BankLine>, matches: readonly StandingMatch[], entries: MatchedEntries,
): { matches: LineMatch[]; overmatched: Overmatched[] } {
  const amounts = new Map(Array.from(lines, (line) => [lineKey(line), line.amount]))
  const ofLine = sumsBy(matches, lineKey)
  const ofEntry = sumsBy(matches, entryKey)
  const judged = new Map<number, boolean>()
  const isWhole = (match: StandingMatch): boolean => {
    const key = entryKey(match)
    const known = judged.get(key) ?? ((ofEntry.get(key) ?? 0n) <= (entries.bankFenOf(match) ?? 0n) && entries.isWhole(match))
    judged.set(key, known)
    return known
  }

  const overmatched = new Map<number, Overmatched>()
  const fitting = matches.flatMap((match): LineMatch[] => {
    const { account, line, outflow, amount } = match
    const moved = amounts.get(lineKey(match)) ?? 0n
    const [size, matched] = [sizeOf(moved), ofLine.get(lineKey(match)) ?? 0n]
    if (matched > size) overmatched.set(lineKey(match), { account, line, size, matched })
    return matched > size || moved < 0n !== outflow ? [] : [{ account, line, amount, whole: isWhole(match) }]
  })
  return { matches: fitting, overmatched: [...overmatched.values()] }
}

// Numbers, since there may be hundreds of thousands: exact below 2^20 accounts and funds, which are numbered from 1.
function lineKey({ account, line }: Pick<BankLine, 'account' | 'line'>): number {
  return account * 2 ** 32 + line
}

function entryKey({ fund, outflow, entry }: StandingMatch): number {
  return (fund * 2 + Number(outflow)) * 2 ** 32 + entry
}

function sumsBy(matches: readonly StandingMatch[], keyOf: (match: StandingMatch) => number): Map<number, bigint> {
  const sums = new Map<number, bigint>()
  for (const match of matches) sums.set(keyOf(match), (sums.get(keyOf(match)) ?? 0n) + match.amount)
  return sums
}

/** How much of what the bank moved is explained, in fen. */
export type Share = { readonly all: bigint; readonly explained: bigint }

/** Traceability (资金追溯率): the denominator is the bank's, so that leaving something out of the book lowers it. */
export type Traceability = {
  readonly credits: Share
  readonly debits: Share
  /** Lines of which some fen are not explained, in their order, with how many. */
  readonly unexplained: readonly (BankLine & { readonly left: bigint })[]
}

/**
 * The share of the bank's fen that a complete chain of entries and papers explains, credits and debits apart.
 *
 * @throws {RangeError} when a match is of no line, or more of a line is matched than there is.
 */
export function traceabilityOf(lines: Iterable<BankLine>, matches: Iterable<LineMatch>): Traceability {
  const matched = new Map<number, { line: LineMatch; all: bigint; whole: bigint }>()
  for (const line of matches) {
    const sum = matched.get(lineKey(line)) ?? { line, all: 0n, whole: 0n }
    sum.all += line.amount
    if (line.whole) sum.whole += line.amount
    matched.set(lineKey(line), sum)
  }

  const sums = { credits: { all: 0n, explained: 0n }, debits: { all: 0n, explained: 0n } }
  const unexplained: Traceability['unexplained'][number][] = []
  for (const line of lines) {
    const size = sizeOf(line.amount)
    const { all, whole } = matched.get(lineKey(line)) ?? { all: 0n, whole: 0n }
    if (all > size) throw new RangeError(`line ${line.line} of account ${line.account} has ${size} fen, ${all} are matched`)
    matched.delete(lineKey(line))
    const sum = line.amount < 0n ? sums.debits : sums.credits
    sum.all += size
    sum.explained += whole
    if (whole < size) unexplained.push({ ...line, left: size - whole })
  }
  for (const { line } of matched.values()) throw new RangeError(`account ${line.account} has no line ${line.line}`)
  return { ...sums, unexplained }
}

/** The shares of the lines of each group, such as an account or a month, from what was worked out of all. */
export function sharesBy<Group>(
  lines: Iterable<BankLine>, { unexplained }: Traceability, groupOf: (line: BankLine) => Group,
): Map<Group, Pick<Traceability, 'credits' | 'debits'>> {
  const left = new Map(unexplained.map((line) => [lineKey(line), line.left]))
  const shares = new Map<Group, { [Way in 'credits' | 'debits']: { all: bigint; explained: bigint } }>()
  for (const line of lines) {
    const group = groupOf(line)
    const share = shares.get(group) ?? { credits: { all: 0n, explained: 0n }, debits: { all: 0n, explained: 0n } }
    const sum = line.amount < 0n ? share.debits : share.credits
    const size = sizeOf(line.amount)
    sum.all += size
    sum.explained += size - (left.get(lineKey(line)) ?? 0n)
    shares.set(group, share)
  }
  return shares
}

/** The lower of the two shares, which is the one to publish first; undefined before the bank moved anything. */
export function headlineOf({ credits, debits }: Pick<Traceability, 'credits' | 'debits'>): Share | undefined {
  const moved = [credits, debits].filter(({ all }) => all > 0n)
  const [first, second] = moved
  if (!first || !second) return first
  // a / b < c / d without a fraction.
  return second.explained * first.all < first.explained * second.all ? second : first
}

/** A share for people, `98.00%`; rounded down, so that nothing short of all is ever 100 %. An empty one has none: `—`. */
export function formatShare({ all, explained }: Share): string {
  if (all === 0n) return '—'
  const hundredths = (explained * 10_000n) / all
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}%`
}
