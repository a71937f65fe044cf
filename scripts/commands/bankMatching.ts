import { bankFenOf } from '../../api/bank.ts'
import type { BankLine } from '../../indexer/bank.ts'
import type { Inflow } from '../../indexer/inflows.ts'
import type { Outflow } from '../../indexer/outflows.ts'
import type { Reader } from '../../indexer/read.ts'
import { proposeMatches, type OpenEntry, type OpenLine, type Proposal } from '../../intake/matching.ts'
import { dayAt, type Day } from '../../ledger/day.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { Vault } from '../../vault/vault.ts'
import type { NewMatch } from './bankActs.ts'
import { formatSigned } from './bankWords.ts'
import type { Office } from './context.ts'
import { Refused } from './refused.ts'

/** An entry may be as far from its line as intake/matching.ts looks. */
const WINDOW = 10
const PAGE = 100

/** What seems to be the same money in an account, the likeliest first. */
export function proposalsFor({ books, vault }: Office, account: number): Proposal[] {
  const lines = openLines(books, vault, account)
  const days = lines.map(({ day }) => day)
  if (days.length === 0) return []
  const window = { from: Math.max(0, least(days) - WINDOW) as Day, to: (most(days) + WINDOW) as Day }
  return proposeMatches(lines, openEntries(books, vault, window))
}

/** The fen of a proposal's lines and entries, put together: their sums agree, so the two are filled side by side. */
export function matchesOf({ lines, entries }: Proposal): NewMatch[] {
  const matches: NewMatch[] = []
  const left = lines.map(({ line, amount }) => ({ line, size: sizeOf(amount) }))
  for (const { fund, outflow, number, amount } of entries)
    for (let size = sizeOf(amount); size > 0n; ) {
      const line = left[0]
      if (!line) throw new RangeError(`the lines of a proposal are less than its entry ${fund}/${number}`)
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

/**
 * Looks at what the contract cannot see: a credit is an inflow and a debit an outflow, and no line and no entry is matched
 * beyond its amount. @throws {Refused} naming line and entry.
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

/** @throws {Refused} unless a credit is to be an inflow, or a debit an outflow. */
export function checkWay({ account, number, amount }: BankLine, entry: Pick<NewMatch, 'fund' | 'outflow' | 'number'>): void {
  if (amount < 0n === entry.outflow) return
  const { zh, en } = entryName(entry)
  throw new Refused('MATCH_WRONG_WAY', {
    zh: `账户 ${account} 第 ${number} 笔是${amount < 0n ? '支出' : '收入'} ${formatSigned(amount)}，不能与${zh}核对。`,
    en: `Line ${number} of account ${account} is a ${amount < 0n ? 'debit' : 'credit'} of ${formatSigned(amount)}; it cannot be ${en}.`,
  }, { line: String(number) })
}

/** A line of an account. @throws {Refused} when there is none. */
export function lineAt(books: Reader, account: number, line: number): BankLine {
  const found = books.bankLine(account, line)
  if (found) return found
  throw new Refused('LINE_UNKNOWN', { zh: `账户 ${account} 没有第 ${line} 笔流水。`, en: `Account ${account} has no line ${line}.` }, { line: String(line) })
}

/** What of a line no match stands for. */
export function openOf({ amount, matched }: BankLine): bigint {
  return sizeOf(amount) - matched
}

/** What of an entry no match stands for, in any account. @throws {Refused} when there is no such entry. */
export function openFenOf(books: Reader, { fund, outflow, number }: Pick<NewMatch, 'fund' | 'outflow' | 'number'>): bigint {
  const all = bankFenOf(books, { fund, outflow, entry: number })
  const { zh, en } = entryName({ fund, outflow, number })
  if (all === undefined) throw new Refused('ENTRY_UNKNOWN', { zh: `没有${zh}。`, en: `There is no ${en}.` }, { fund: String(fund), number: String(number) })
  return all - standingOf(books, fund, outflow, number).reduce((sum, amount) => sum + amount, 0n)
}

/** An entry in words. */
export function entryName({ fund, outflow, number }: Pick<NewMatch, 'fund' | 'outflow' | 'number'>): { zh: string; en: string } {
  return {
    zh: `基金 ${fund} 第 ${number} 笔${outflow ? '支出' : '收入'}`, en: `${outflow ? 'outflow' : 'inflow'} ${number} of fund ${fund}`,
  }
}

function tooMuch({ zh, en }: { zh: string; en: string }, amount: bigint, left: bigint): Refused {
  return new Refused('MATCH_TOO_MUCH', {
    zh: `${zh}只剩 ${formatSigned(left)} 未核对，不能核对 ${formatSigned(amount)}。`,
    en: `Only ${formatSigned(left)} of ${en} is unmatched; ${formatSigned(amount)} is too much.`,
  }, { left: String(left), amount: String(amount) })
}

function openLines(books: Reader, vault: Vault, account: number): OpenLine[] {
  const lines: OpenLine[] = []
  for (const line of pagesOf((after) => books.bankLines(account, { after, limit: PAGE }))) {
    const open = openOf(line)
    if (open <= 0n) continue
    const texts = textsOf(vault, line.paper, ['counterparty', 'document', 'remark'])
    lines.push({ line: line.number, day: line.day, amount: line.amount < 0n ? -open : open, texts })
  }
  return lines
}

function openEntries(books: Reader, vault: Vault, window: { from: Day; to: Day }): OpenEntry[] {
  return books.funds().flatMap(({ number: fund }) => [
    ...[...pagesOf((after) => books.inflows(fund, { after, limit: PAGE, ...window }))].flatMap((inflow) => openInflow(books, vault, inflow)),
    ...[...pagesOf((after) => books.outflows(fund, { after, limit: PAGE }))].flatMap((outflow) => openExecutions(books, vault, outflow)),
  ])
}

/** What a transfer brought came from another fund of the same bank account. */
function openInflow(books: Reader, vault: Vault, { fund, number, source, effectiveOn, paper }: Inflow): OpenEntry[] {
  const amount = source === 'Transfer' ? 0n : openFenOf(books, { fund, outflow: false, number })
  if (amount <= 0n) return []
  const texts = textsOf(vault, paper, ['donor', 'reference', 'bankReference', 'payee'])
  return [{ fund, outflow: false, number, day: effectiveOn, amount, texts }]
}

/** A payment goes out in instalments, each its own line; which of them are matched is told by their amounts. */
function openExecutions(books: Reader, vault: Vault, { fund, number, kind, paper }: Outflow): OpenEntry[] {
  if (kind !== 'Payment' && kind !== 'Refund') return []
  const steps = books.steps(fund, number).filter(({ step }) => step === 'Executed').map((step) => ({ ...step, left: step.amount ?? 0n as bigint }))
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
  const payee = textsOf(vault, paper, ['payee'])
  return steps.filter(({ left }) => left > 0n).map(({ left, effectiveOn, at, paper }) => ({
    fund, outflow: true, number, day: effectiveOn ?? dayAt(at), amount: -left, texts: [...payee, ...textsOf(vault, paper, ['bankReference'])],
  }))
}

function standingOf(books: Reader, fund: number, outflow: boolean, number: number): bigint[] {
  return books.matchesOfEntry(fund, outflow, number).filter(({ undone }) => !undone).map(({ amount }) => amount)
}

/** Private texts, written one way. A number of the bank may carry an ordinal of ours, `#2`. */
function textsOf(vault: Vault, paper: Hex, fields: readonly string[]): string[] {
  const opened = vault.fieldsOf(paper) ?? {}
  return fields.flatMap((field) => {
    const text = opened[field]?.value.normalize('NFKC').trim().replace(/#\d+$/, '') ?? ''
    return text === '' ? [] : [text]
  })
}

function* pagesOf<Row extends { number: number }>(pageAfter: (after: number) => readonly Row[]): Generator<Row> {
  for (let after = 0; ; ) {
    const page = pageAfter(after)
    yield* page
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = last.number
  }
}

const sizeOf = (amount: bigint): bigint => (amount < 0n ? -amount : amount)
const least = (days: readonly number[]): number => days.reduce((a, b) => Math.min(a, b))
const most = (days: readonly number[]): number => days.reduce((a, b) => Math.max(a, b))
