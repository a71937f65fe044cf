import type { Day } from './day.ts'

/** A line of a bank's statement as the book has it: credits above 0, debits below, in fen. */
export type BankLine = { readonly account: number; readonly line: number; readonly day: Day; readonly amount: bigint }

/** Fen of a line that an entry explains. `whole` says whether the entry's chain of papers is complete. */
export type LineMatch = { readonly account: number; readonly line: number; readonly amount: bigint; readonly whole: boolean }

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
  const matched = new Map<string, { all: bigint; whole: bigint }>()
  for (const { account, line, amount, whole } of matches) {
    const sum = matched.get(`${account}/${line}`) ?? { all: 0n, whole: 0n }
    matched.set(`${account}/${line}`, { all: sum.all + amount, whole: sum.whole + (whole ? amount : 0n) })
  }

  const sums = { credits: { all: 0n, explained: 0n }, debits: { all: 0n, explained: 0n } }
  const unexplained: Traceability['unexplained'][number][] = []
  for (const line of lines) {
    const size = line.amount < 0n ? -line.amount : line.amount
    const name = `${line.account}/${line.line}`
    const { all, whole } = matched.get(name) ?? { all: 0n, whole: 0n }
    if (all > size) throw new RangeError(`line ${line.line} of account ${line.account} has ${size} fen, ${all} are matched`)
    matched.delete(name)
    const sum = line.amount < 0n ? sums.debits : sums.credits
    sum.all += size
    sum.explained += whole
    if (whole < size) unexplained.push({ ...line, left: size - whole })
  }
  for (const name of matched.keys()) throw new RangeError(`there is no line ${name}`)
  return { ...sums, unexplained }
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
