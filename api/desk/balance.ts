import type { BankAccount } from '../../indexer/bank.ts'
import type { Reader } from '../../indexer/read.ts'
import type { OpenEntry } from '../../intake/matching.ts'
import { dayAt, type Day } from '../../ledger/day.ts'
import { sizeOf } from '../../ledger/fen.ts'
import type { StandingMatch } from '../../ledger/traceability.ts'
import { bankFenOf } from '../bank.ts'
import type { PrivatePapers } from './access.ts'
import { openExecutions, pagesOf } from './unmatched.ts'

/** How many, and how many fen. */
export type Sum = { readonly count: number; readonly amount: bigint }
/** What came in and what went out. */
export type Ways = { readonly credits: Sum; readonly debits: Sum }

/** A line of an account: a credit above 0, a debit below; how much of it is matched, and whether somebody said why it has no entry. */
export type LineSide = { readonly amount: bigint; readonly matched: bigint; readonly said: boolean }

/**
 * What an entry moved in a bank, in fen: `inDays` in the days that the account covers, `outOfDays` on others; how much of both no line
 * of any account explains; and how much of it lines claim, `here` of this account and `elsewhere` of others. `isOther`: it is of a
 * fund whose money, as far as anybody matched, is not in this account.
 */
export type EntrySide = {
  readonly outflow: boolean; readonly inDays: Sum; readonly outOfDays: bigint; readonly openInDays: Sum; readonly openOutOfDays: bigint
  readonly here: bigint; readonly elsewhere: bigint
  readonly isOther?: boolean
}

/** A match of the account: whether its line is a credit (1n), a debit (-1n) or not there (0n), and what the entry is. */
export type MatchSide = { readonly line: bigint; readonly outflow: boolean; readonly amount: bigint }

/**
 * 银行余额调节表: the bank's balance with what only the book has, and the book's with what only the bank has. Both are summed up each
 * from its own side, and come to the same.
 */
export type Balance = {
  /** By the account's own lines. */
  readonly bank: Ways & { readonly opening: bigint; readonly balance: bigint }
  /** By the entries of the days that are covered, but for what is told as `elsewhere` and `otherFunds`. */
  readonly book: Ways & { readonly balance: bigint }
  /** How much of the book's that lines of this account explain, and that no line of any account does. */
  readonly matched: Ways
  readonly onlyBook: Ways
  /** Lines without an entry: of which nobody said anything, and of which somebody said why. */
  readonly waiting: Ways
  readonly said: Ways
  /** Lines here whose entries are of other days: recorded before the account was opened, or after its last statement. */
  readonly otherDays: Ways
  /** What lines of other accounts explain. */
  readonly elsewhere: Ways
  /** What no line explains of funds that have nothing matched in this account. */
  readonly otherFunds: Ways
  /** What was matched beyond a line or an entry, as when it was voided afterwards, or the wrong way: in fen, below 0 to take off. */
  readonly faults: bigint
  readonly adjusted: { readonly bank: bigint; readonly book: bigint }
}

/** Works it out. The two sides use nothing of each other: that they agree is found, not made. */
export function balanceOf(
  { opening, balance }: Pick<BankAccount, 'opening' | 'balance'>, lines: Iterable<LineSide>, entries: Iterable<EntrySide>, matches: Iterable<MatchSide>,
): Balance {
  const [all, waiting, said] = [openSums(), openSums(), openSums()]
  let faults = 0n
  for (const { amount, matched, said: isSaid } of lines) {
    const [isOut, open] = [amount < 0n, sizeOf(amount) - matched]
    all.add(isOut, 1, sizeOf(amount))
    if (open > 0n) (isSaid ? said : waiting).add(isOut, 1, open)
    else faults += isOut ? -open : open
  }
  for (const { line, outflow, amount } of matches) faults += (line - wayOf(outflow)) * amount

  const [book, matched, onlyBook, otherDays, elsewhere, otherFunds] = [openSums(), openSums(), openSums(), openSums(), openSums(), openSums()]
  for (const { outflow, inDays, outOfDays, openInDays, openOutOfDays, here, elsewhere: others, isOther } of entries) {
    const explained = inDays.amount - openInDays.amount
    const mine = least(here, explained)
    const other = least(here - mine, outOfDays - openOutOfDays)
    const alone = isOther ? otherFunds : onlyBook
    book.add(outflow, inDays.count, mine + (isOther ? 0n : openInDays.amount))
    matched.add(outflow, 1, mine)
    alone.add(outflow, openInDays.count, openInDays.amount)
    otherDays.add(outflow, 1, other)
    elsewhere.add(outflow, 1, least(others, explained - mine))
    faults += wayOf(outflow) * (here - mine - other)
  }
  const booked = opening + book.net()
  return {
    bank: { ...all.told(), opening, balance }, book: { ...book.told(), balance: booked }, matched: matched.told(), onlyBook: onlyBook.told(),
    waiting: waiting.told(), said: said.told(), otherDays: otherDays.told(), elsewhere: elsewhere.told(), otherFunds: otherFunds.told(), faults,
    adjusted: { bank: balance + onlyBook.net(), book: booked + waiting.net() + said.net() + otherDays.net() + faults },
  }
}

function openSums() {
  const sums = { credits: { count: 0, amount: 0n }, debits: { count: 0, amount: 0n } }
  return {
    add(isOut: boolean, count: number, amount: bigint): void {
      if (amount === 0n) return
      const sum = isOut ? sums.debits : sums.credits
      sum.count += count
      sum.amount += amount
    },
    net: () => sums.credits.amount - sums.debits.amount,
    told: (): Ways => sums,
  }
}

function wayOf(outflow: boolean): bigint {
  return outflow ? -1n : 1n
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}

/** The statement of an account, and the entries of its days that no bank line explains, the oldest first. */
export type Reconciliation = Balance & { readonly entries: readonly OpenEntry[]; readonly accounts: number }

/** Works it out from the book, step by step, between which whoever serves others may serve them. Undefined before the first statement. */
export function* balancing(books: Reader, vault: PrivatePapers, account: number): Generator<undefined, Reconciliation | undefined> {
  const accounts = books.accounts()
  const found = accounts.find(({ number }) => number === account)
  if (!found || found.statements === 0) return undefined
  const said = new Set(books.explainedLines(account))
  const lines = new Map<number, LineSide>()
  for (const { number, amount, matched } of pagesOf((after) => books.bankLines(account, { after, limit: PAGE }))) {
    lines.set(number, { amount, matched, said: said.has(number) })
    yield
  }
  const standing = books.standingMatches()
  const open: OpenEntry[] = []
  const entries: EntrySide[] = []
  for (const entry of entriesOf(books, vault, { account, standing, from: found.openedOn, to: found.through })) {
    if (entry) {
      entries.push(entry.side)
      if (!entry.side.isOther) open.push(...entry.open)
    }
    yield
  }
  const matches = standing.filter((match) => match.account === account).map(({ line, outflow, amount }) => ({ line: signOf(lines.get(line)?.amount ?? 0n), outflow, amount }))
  return { ...balanceOf(found, lines.values(), entries, matches), entries: open.toSorted((a, b) => a.day - b.day), accounts: accounts.length }
}

const PAGE = 100

type Asked = { account: number; standing: readonly StandingMatch[]; from: Day; to: Day }
type Entry = { side: EntrySide; open: readonly OpenEntry[] }

/** Entries of the days asked for, and whatever else lines of the account claim; nothing where there is nothing, so that whoever counts may rest. */
function* entriesOf(books: Reader, vault: PrivatePapers, { account, standing, from, to }: Asked): Generator<Entry | undefined> {
  const claims = Map.groupBy(standing, keyOf)
  const fundsHere = new Set(standing.filter((match) => match.account === account).map(({ fund }) => fund))
  const claimsOn = (key: string) => {
    const of = claims.get(key) ?? []
    claims.delete(key)
    const [here, elsewhere] = [of.filter((match) => match.account === account), of.filter((match) => match.account !== account)].map(fenOf)
    return { here: here ?? 0n, elsewhere: elsewhere ?? 0n }
  }
  for (const { number: fund } of books.funds()) {
    // Before anything is matched nobody knows whose money is here.
    const isOther = fundsHere.size > 0 && !fundsHere.has(fund)
    for (const inflow of pagesOf((after) => books.inflows(fund, { after, limit: PAGE, from, to }))) {
      const { number, source, effectiveOn: day } = inflow
      // From another fund of the same money: nothing moved in a bank.
      if (source === 'Transfer') continue
      const amount = inflow.amount - books.voidedOf(fund, number)
      const claimed = claimsOn(keyOf({ fund, outflow: false, entry: number }))
      const left = amount - claimed.here - claimed.elsewhere
      const open = left > 0n ? [{ fund, outflow: false, number, day, amount: left, texts: [] }] : []
      yield { side: { outflow: false, inDays: sum([{ amount }]), outOfDays: 0n, openInDays: sum(open), openOutOfDays: 0n, ...claimed, isOther }, open }
    }
    for (const outflow of pagesOf((after) => books.outflows(fund, { after, limit: PAGE }))) {
      yield undefined
      if (outflow.paid === 0n || (outflow.kind !== 'Payment' && outflow.kind !== 'Refund')) continue
      const isIn = ({ day }: { day: Day }): boolean => day >= from && day <= to
      const paid = books.steps(fund, outflow.number).filter(({ step }) => step === 'Executed').map(({ amount = 0n, effectiveOn, at }) => ({ amount, day: effectiveOn ?? dayAt(at) }))
      const left = openExecutions(books, vault, outflow)
      const open = left.filter(isIn)
      yield {
        side: {
          outflow: true, inDays: sum(paid.filter(isIn)), outOfDays: fenOf(paid.filter((one) => !isIn(one))), openInDays: sum(open),
          openOutOfDays: fenOf(left.filter((one) => !isIn(one))), ...claimsOn(keyOf({ fund, outflow: true, entry: outflow.number })), isOther,
        },
        open,
      }
    }
  }
  for (const [key, [match]] of claims) {
    const claimed = claimsOn(key)
    if (!match || claimed.here === 0n) continue
    const all = bankFenOf(books, match) ?? 0n
    const left = all - claimed.here - claimed.elsewhere
    yield { side: { outflow: match.outflow, inDays: sum([]), outOfDays: all, openInDays: sum([]), openOutOfDays: left > 0n ? left : 0n, ...claimed }, open: [] }
  }
}

function keyOf({ fund, outflow, entry }: Pick<StandingMatch, 'fund' | 'outflow' | 'entry'>): string {
  return `${fund} ${outflow} ${entry}`
}

function sum(ones: readonly { readonly amount: bigint }[]): Sum {
  return { count: ones.filter(({ amount }) => amount !== 0n).length, amount: fenOf(ones) }
}

function fenOf(ones: readonly { readonly amount: bigint }[]): bigint {
  return ones.reduce((all, { amount }) => all + sizeOf(amount), 0n)
}

function signOf(amount: bigint): bigint {
  return amount === 0n ? 0n : amount < 0n ? -1n : 1n
}
