import type { BankLine } from '../../indexer/bank.ts'
import type { Inflow } from '../../indexer/inflows.ts'
import type { Outflow } from '../../indexer/outflows.ts'
import type { Reader } from '../../indexer/read.ts'
import { WINDOW, type NewMatch, type OpenEntry, type OpenLine } from '../../intake/matching.ts'
import { dayAt, type Day } from '../../ledger/day.ts'
import { InputRefused } from '../../ledger/failures.ts'
import { Fen, formatYuan, sizeOf } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { Role, Words } from '../../ledger/words.ts'
import { bankFenOf } from '../bank.ts'
import { fieldsFor, type PrivatePapers } from './access.ts'

/** What of an entry is matched, asked for by whoever names it. */
export type EntryName = Pick<NewMatch, 'fund' | 'outflow' | 'number'>

/** A match that cannot be: it names line and entry. */
export class MatchRefused extends InputRefused {
  override name = 'MatchRefused'
  readonly facts: Readonly<Record<string, string>>

  constructor(code: string, words: Words, facts: Readonly<Record<string, string>>) {
    super(code, words)
    this.facts = facts
  }
}

const PAGE = 100

/** Whoever matches: proposals know what they may read. */
const MATCHERS = ['ACCOUNTANT'] as const satisfies readonly Role[]

/**
 * Looks at what the contract cannot see: a credit is an inflow and a debit an outflow, and no line and no entry is matched
 * beyond its amount. @throws {MatchRefused}
 */
export function checkMatches(books: Reader, account: number, matches: readonly NewMatch[]): void {
  const ofLine = new Map<number, bigint>()
  const ofEntry = new Map<string, bigint>()
  for (const { line, fund, outflow, number, amount } of matches) {
    const found = lineAt(books, account, line)
    const entry = entryName({ fund, outflow, number })
    checkWay(found, { fund, outflow, number })
    const free = openOf(found) - (ofLine.get(line) ?? 0n)
    if (amount > free) throw tooMuch({ zh: `账户 ${account} 第 ${line} 笔`, en: `line ${line} of account ${account}` }, amount, free)
    const key = `${fund} ${outflow} ${number}`
    const left = openFenOf(books, { fund, outflow, number }) - (ofEntry.get(key) ?? 0n)
    if (amount > left) throw tooMuch(entry, amount, left)
    ofLine.set(line, (ofLine.get(line) ?? 0n) + amount)
    ofEntry.set(key, (ofEntry.get(key) ?? 0n) + amount)
  }
}

/** @throws {MatchRefused} unless a credit is to be an inflow, or a debit an outflow. */
export function checkWay({ account, number, amount }: BankLine, entry: EntryName): void {
  if (amount < 0n === entry.outflow) return
  const { zh, en } = entryName(entry)
  throw new MatchRefused('MATCH_WRONG_WAY', {
    zh: `账户 ${account} 第 ${number} 笔是${amount < 0n ? '支出' : '收入'} ${formatSigned(amount)}，不能与${zh}核对。`,
    en: `Line ${number} of account ${account} is a ${amount < 0n ? 'debit' : 'credit'} of ${formatSigned(amount)}; it cannot be ${en}.`,
  }, { line: String(number) })
}

/** A line of an account. @throws {MatchRefused} when there is none. */
export function lineAt(books: Pick<Reader, 'bankLine'>, account: number, line: number): BankLine {
  const found = books.bankLine(account, line)
  if (found) return found
  throw new MatchRefused('LINE_UNKNOWN', { zh: `账户 ${account} 没有第 ${line} 笔流水。`, en: `Account ${account} has no line ${line}.` }, { line: String(line) })
}

/** What of a line no match stands for. */
export function openOf({ amount, matched }: Pick<BankLine, 'amount' | 'matched'>): bigint {
  return sizeOf(amount) - matched
}

/** What of an entry no match stands for, in any account. @throws {MatchRefused} when there is no such entry. */
export function openFenOf(books: Reader, { fund, outflow, number }: EntryName): bigint {
  const all = bankFenOf(books, { fund, outflow, entry: number })
  const { zh, en } = entryName({ fund, outflow, number })
  if (all === undefined) throw new MatchRefused('ENTRY_UNKNOWN', { zh: `没有${zh}。`, en: `There is no ${en}.` }, { fund: String(fund), number: String(number) })
  return all - standingOf(books, fund, outflow, number).reduce((sum, amount) => sum + amount, 0n)
}

/** An entry in words. */
export function entryName({ fund, outflow, number }: EntryName): Words {
  return {
    zh: `基金 ${fund} 第 ${number} 笔${outflow ? '支出' : '收入'}`, en: `${outflow ? 'outflow' : 'inflow'} ${number} of fund ${fund}`,
  }
}

/** `¥1,234.50`, `-¥1,234.50`. */
export function formatSigned(amount: bigint): string {
  return amount < 0n ? `-¥${formatYuan(Fen(-amount))}` : `¥${formatYuan(Fen(amount))}`
}

/** Lines of an account of which something is open, one by one: whoever has many of them may rest between. */
export function* openLines(books: Reader, vault: PrivatePapers, account: number): Generator<OpenLine> {
  for (const line of pagesOf((after) => books.bankLines(account, { after, limit: PAGE }))) {
    const open = openOf(line)
    if (open <= 0n) continue
    yield {
      line: line.number, day: line.day, amount: line.amount < 0n ? -open : open,
      ...told(vault, line.paper, ['counterparty', 'document', 'remark'], ['counterparty']),
    }
  }
}

/** The days around some lines in which their entries are looked for. */
export function windowOf(lines: readonly { readonly day: Day }[]): { from: Day; to: Day } | undefined {
  if (lines.length === 0) return undefined
  const days: number[] = lines.map(({ day }) => day)
  return { from: Math.max(0, days.reduce((a, b) => Math.min(a, b)) - WINDOW) as Day, to: (days.reduce((a, b) => Math.max(a, b)) + WINDOW) as Day }
}

/** Entries of all funds of which something is open; nothing where there is nothing, so that whoever counts them may rest. */
export function* openEntries(books: Reader, vault: PrivatePapers, window: { from: Day; to: Day }): Generator<OpenEntry | undefined> {
  for (const { number: fund } of books.funds()) {
    for (const inflow of pagesOf((after) => books.inflows(fund, { after, limit: PAGE, ...window }))) yield openInflow(books, vault, inflow)
    for (const outflow of pagesOf((after) => books.outflows(fund, { after, limit: PAGE }))) {
      yield undefined
      yield* openExecutions(books, vault, outflow)
    }
  }
}

/** What a transfer brought came from another fund of the same bank account. */
export function openInflow(books: Reader, vault: PrivatePapers, { fund, number, source, effectiveOn, paper }: Inflow): OpenEntry | undefined {
  const amount = source === 'Transfer' ? 0n : openFenOf(books, { fund, outflow: false, number })
  if (amount <= 0n) return undefined
  return { fund, outflow: false, number, day: effectiveOn, amount, ...told(vault, paper, ['donor', 'reference', 'bankReference', 'payee'], ['donor', 'payee']) }
}

/** A payment goes out in instalments, each its own line; which of them are matched is told by their amounts. */
export function openExecutions(books: Reader, vault: PrivatePapers, { fund, number, kind, paper }: Outflow): OpenEntry[] {
  if (kind !== 'Payment' && kind !== 'Refund') return []
  const steps = books.steps(fund, number).filter(({ step }) => step === 'Executed').map((step) => ({ ...step, left: step.amount ?? 0n as bigint }))
  if (steps.length === 0) return []
  const matched = standingOf(books, fund, true, number)
  let rest = 0n
  for (const amount of matched) {
    const same = steps.find(({ left }) => left === amount)
    if (same) same.left = 0n
    else rest += amount
  }
  for (const step of steps) {
    const taken = rest < step.left ? rest : step.left
    step.left -= taken
    rest -= taken
  }
  const open = steps.filter(({ left }) => left > 0n)
  const { texts: payee, ...named } = open.length > 0 ? told(vault, paper, ['payee'], ['payee']) : { texts: [] }
  return open.map(({ left, effectiveOn, at, paper }) => ({
    fund, outflow: true, number, day: effectiveOn ?? dayAt(at), amount: -left, texts: [...payee, ...told(vault, paper, ['bankReference']).texts], ...named,
  }))
}

function tooMuch({ zh, en }: Words, amount: bigint, left: bigint): MatchRefused {
  return new MatchRefused('MATCH_TOO_MUCH', {
    zh: `${zh}只剩 ${formatSigned(left)} 未核对，不能核对 ${formatSigned(amount)}。`,
    en: `Only ${formatSigned(left)} of ${en} is unmatched; ${formatSigned(amount)} is too much.`,
  }, { left: String(left), amount: String(amount) })
}

function standingOf(books: Reader, fund: number, outflow: boolean, number: number): bigint[] {
  return books.matchesOfEntry(fund, outflow, number).filter(({ undone }) => !undone).map(({ amount }) => amount)
}

/** Private texts, written one way, and the first of them that is a name. A number of the bank may carry an ordinal of ours, `#2`. */
function told(vault: PrivatePapers, paper: Hex, fields: readonly string[], names: readonly string[] = []): { texts: string[]; name?: string } {
  const opened = fieldsFor(vault, MATCHERS, paper) ?? {}
  const found = fields.flatMap((field) => {
    const text = opened[field]?.value.normalize('NFKC').trim().replace(/#\d+$/, '') ?? ''
    return text === '' ? [] : [{ field, text }]
  })
  const name = found.find(({ field }) => names.includes(field))?.text
  return { texts: found.map(({ text }) => text), ...(name !== undefined && { name }) }
}

export function* pagesOf<Row extends { number: number }>(pageAfter: (after: number) => readonly Row[]): Generator<Row> {
  for (let after = 0; ; ) {
    const page = pageAfter(after)
    yield* page
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = last.number
  }
}
