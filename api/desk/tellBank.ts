import type { Match } from '../../indexer/bank.ts'
import type { Reader } from '../../indexer/read.ts'
import { matchesOf, SURE, type OpenEntry, type OpenLine, type Proposal } from '../../intake/matching.ts'
import { formatDay } from '../../ledger/day.ts'
import { Fen, formatYuan, sizeOf } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { shownLines } from '../../ledger/shown.ts'
import { SOURCE_WORDS, type Role, type Words } from '../../ledger/words.ts'
import { accountOf, toldShare } from '../routes/bank.ts'
import { openTitles } from '../titles.ts'
import type { BankBook } from '../views.ts'
import { fieldsFor, mayRead, type PrivatePapers } from './access.ts'
import type { Reconciliation } from './balance.ts'
import { sureOf, type Reconciling } from './reconciling.ts'
import { lineAt } from './unmatched.ts'

/** Of the entries of a proposal only so many are named; the others are counted. */
const MOST_NAMED = 10

/** What the papers of entries are that name somebody. */
const OF_INFLOWS = ['donation', 'inflow']
const OF_OUTFLOWS = ['payment', 'refund', 'transfer']

/** Of the entries that no bank line explains so many are listed. */
const MOST_LISTED = 50

type Parts = {
  reader: Reader
  vault: PrivatePapers & { version(): string }
  book: { readonly bank: BankBook }
}
type Asked = { account: number; after?: number; limit: number; said: boolean }

/** Tells what is open in the words of the answers, with the private texts that a role may read. */
export function openTelling({ reader, vault, book }: Parts) {
  const titles = openTitles(vault)
  const texts = (roles: readonly Role[], paper: Hex, ...expected: readonly string[]) =>
    Object.fromEntries(Object.entries(fieldsFor(vault, roles, paper, ...expected) ?? {}).map(([field, { value }]) => [field, value]))

  /** What an entry of the book is called, and its paper; neither where the mirror has none. */
  const namedAt = (fund: number, outflow: boolean, number: number): { title?: Words; paper?: Hex } => {
    const found = outflow ? reader.outflow(fund, number) : reader.inflow(fund, number)
    return found ? { title: 'source' in found ? SOURCE_WORDS[found.source] : titles.of(found).title, paper: found.paper } : {}
  }

  const entry = (roles: readonly Role[], { fund, outflow, number, day, amount }: OpenEntry) => {
    const { title, paper } = namedAt(fund, outflow, number)
    const said = paper ? texts(roles, paper, ...(outflow ? OF_OUTFLOWS : OF_INFLOWS)) : {}
    const who = said.donor ?? said.payee
    return { fund, outflow, number, day: formatDay(day), amount: sizeOf(amount), ...(title && { title }), ...(who && { who }) }
  }
  const proposal = (roles: readonly Role[], { lines, entries, score, why }: Proposal) => ({
    lines: lines.map(({ line, day, amount, name }) => ({ line, day: formatDay(day), amount: sizeOf(amount), ...(name && mayRead(roles, 'bank-line') && { who: name }) })), score, why,
    entries: entries.map((one, at) => (at < MOST_NAMED ? entry(roles, one) : { ...one, day: formatDay(one.day), amount: sizeOf(one.amount) })),
  })
  const line = (roles: readonly Role[], account: number, { proposalOf }: Reconciling, { line: number, amount }: OpenLine) => {
    const { statement, day, amount: whole, paper, explained } = lineAt(reader, account, number)
    const proposed = proposalOf.get(number)
    const statementOf = explained && shownLines(vault.paperOf(explained.paper)?.paper.public.statement ?? '')
    return {
      line: number, statement, day: formatDay(day), amount: whole, left: sizeOf(amount), texts: texts(roles, paper, 'bank-line'),
      ...(explained && { explained: { why: explained.why, ...(statementOf && { statement: statementOf }) } }),
      ...(proposed && { proposal: proposal(roles, proposed) }),
    }
  }

  const match = (roles: readonly Role[], { account, number, line, fund, outflow, entry, amount, person, matchedAt, undone }: Match) => {
    const { day, paper } = lineAt(reader, account, line)
    const { counterparty } = texts(roles, paper, 'bank-line')
    const { title } = namedAt(fund, outflow, entry)
    return {
      number, line, day: formatDay(day), fund, outflow, entry, amount, person, at: matchedAt, ...(counterparty && { counterparty }), ...(title && { title }),
      ...(undone && { undone: { reason: undone.reason, person: undone.person } }),
    }
  }
  /** What is matched and explains nothing: the entry was voided since, or its papers are not all there. */
  const doubtful = (roles: readonly Role[], { lines }: Reconciling, account: number) => {
    const open = new Set(lines.map(({ line }) => line))
    return book.bank.traceability().unexplained.filter((line) => line.account === account && line.explained === undefined && !open.has(line.number)).slice(0, MOST_LISTED)
      .flatMap(({ number }) => reader.matchesOf(account, number).filter(({ undone }) => !undone).map((one) => match(roles, one)))
  }

  return {
    entry, proposal, match,
    open(roles: readonly Role[], open: Reconciling, { account, after, limit, said }: Asked) {
      const asked = open.lines.filter((one) => open.said.has(one.line) === said)
      // Numbers go up from statement to statement: the newest first, and within one in the bank's order.
      const firsts = reader.bankStatements(account).map(({ firstLine }) => firstLine)
      const statementOf = (number: number) => firsts.findLastIndex((first) => first <= number)
      const sorted = asked.map((one) => ({ one, statement: statementOf(one.line) })).sort((a, b) => b.statement - a.statement || a.one.line - b.one.line)
      const from = after === undefined ? undefined : { statement: statementOf(after), line: after }
      const rest = sorted.filter(({ one, statement }) => !from || statement < from.statement || (statement === from.statement && one.line > from.line))
      const page = rest.slice(0, limit).map(({ one }) => one)
      const sure = sureOf(open, SURE)
      const last = page.at(-1)
      const { number, title, balance, through, credits, debits } = accountOf(book.bank, account)
      return {
        standing: { number, title, balance, ...(through && { through }), credits: toldShare(credits), debits: toldShare(debits), waiting: sumsOf(open, false), said: sumsOf(open, true) },
        lines: page.map((one) => line(roles, account, open, one)), doubtful: doubtful(roles, open, account),
        sure: {
          proposals: sure.length, matches: sure.reduce((sum, one) => sum + matchesOf(one).length, 0),
          amount: sure.reduce((sum, { lines }) => sum + lines.reduce((all, { amount }) => all + sizeOf(amount), 0n), 0n),
        },
        ...(last && rest.length > page.length && { next: last.line }),
      }
    },
    balance(roles: readonly Role[], account: number, { entries, ...balance }: Reconciliation) {
      const { openedOn, through = openedOn } = accountOf(book.bank, account)
      return { ...balance, openedOn, through, entries: entries.slice(0, MOST_LISTED).map((one) => entry(roles, one)), more: Math.max(0, entries.length - MOST_LISTED) }
    },
  }
}

/** Whether an entry is what somebody looks for: `1/23`, a title, a name. */
export function isAbout({ fund, number, title, who }: { fund: number; number: number; title?: Words; who?: string }, wanted: string): boolean {
  return [`${fund}/${number}`, title?.zh ?? '', title?.en ?? '', who ?? ''].some((text) => text.normalize('NFKC').toLowerCase().includes(wanted))
}

/** Whether an entry is of the amount that somebody looks for: `300` is ¥300.00 and ¥300.50, `1,200.5` is ¥1,200.50. */
export function isOfAmount(amount: bigint, wanted: string): boolean {
  const digits = wanted.replace(/^¥|元$|[,\s]/g, '')
  const yuan = formatYuan(Fen(sizeOf(amount))).replaceAll(',', '')
  return /^\d+(\.\d{0,2})?$/.test(digits) && (digits.includes('.') ? yuan.startsWith(digits) : yuan.split('.')[0] === digits)
}

/** How many lines are open, and how much of them, of which somebody said why, or nobody did; money in and out never make up for each other. */
function sumsOf({ lines, said }: Reconciling, isSaid: boolean) {
  const asked = lines.filter(({ line }) => said.has(line) === isSaid)
  const [credits, debits] = [asked.filter(({ amount }) => amount > 0n), asked.filter(({ amount }) => amount < 0n)]
  const sum = (ones: readonly OpenLine[]) => ones.reduce((all, { amount }) => all + sizeOf(amount), 0n)
  return { lines: asked.length, credits: sum(credits), creditLines: credits.length, debits: sum(debits), debitLines: debits.length }
}
