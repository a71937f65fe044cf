import type { BankAccount, BankLine, Match } from '../indexer/bank.ts'
import type { Reader } from '../indexer/read.ts'
import { isDemonstration, titleOf } from '../ledger/drafts.ts'
import { Day, formatDay, parseDay } from '../ledger/day.ts'
import type { Hex } from '../ledger/hex.ts'
import { shownLines } from '../ledger/shown.ts'
import { headlineOf, judgeMatches, sharesBy, traceabilityOf, type MatchedEntry, type Traceability } from '../ledger/traceability.ts'
import type { PaperStore } from './routes/papers.ts'
import type { AccountView, BankBook, BankLineView, BankQuery, EntryMatchView, TraceabilityView, UnexplainedView } from './views.ts'

type Papers = Pick<PaperStore, 'paperOf' | 'hasPaper'>

/** Tells what the bank wrote and how much of it the book explains. No private field is opened for it. */
export function openBankBook(reader: Reader, papers: Papers): BankBook {
  const read = openTraceability(reader, papers)
  // Pages ask for it with every look, and it is of every line: so it is worked out once until something of it changes.
  let kept: { version: string; told: Told } | undefined
  const told = (): Told => {
    const version = reader.bankVersion()
    const isCurrent = kept?.version === version && !kept.told.missing.some((paper) => papers.hasPaper(paper))
    if (!kept || !isCurrent) kept = { version, told: reader.atOnce(() => toldOf(reader, papers, read())) }
    return kept.told
  }
  return {
    accounts: () => told().accounts,
    account: (number) => told().accounts.find((account) => account.number === number),
    lines: (account, query) => reader.bankLines(account, pageOf(query)).map((line) => viewOfLine(reader, papers, line)),
    matchesOf: (fund, outflow, entry) => reader.matchesOfEntry(fund, outflow, entry).filter(({ undone }) => !undone).map(viewOfEntryMatch),
    traceability: () => told().traceability,
  }
}

/** Works out traceability from the mirror and the papers. @see ledger/traceability.ts for what it is. */
export function openTraceability(reader: Reader, papers: Pick<Papers, 'hasPaper'>): () => Read {
  // A paper that is kept stays: what is erased of it are its private fields.
  const here = new Set<Hex>()
  return () => {
    const missing = new Set<Hex>()
    const isHere = (paper: Hex): boolean => {
      if (!here.has(paper)) (papers.hasPaper(paper) ? here : missing).add(paper)
      return here.has(paper)
    }
    const lines = reader.movements()
    const inflows = new Map(reader.matchedInflows().map((inflow) => [`${inflow.fund}/${inflow.entry}`, inflow]))
    const inflowOf = ({ fund, entry }: MatchedEntry) => inflows.get(`${fund}/${entry}`)
    const { matches } = judgeMatches(lines, reader.standingMatches(), {
      bankFenOf: (entry) => (entry.outflow ? bankFenOf(reader, entry) : inflowOf(entry)?.amount),
      isWhole: (entry) => (entry.outflow ? chainIsHere(reader, entry, isHere) : isHere(inflowOf(entry)?.paper ?? NO_PAPER)),
    })
    return { ...traceabilityOf(lines, matches), lines, missing: [...missing] }
  }
}

const NO_PAPER: Hex = `0x${'0'.repeat(64)}`

/** Traceability, what it was worked out from, and the papers that nobody has. */
export type Read = Traceability & {
  readonly lines: ReturnType<Reader['movements']>; readonly missing: readonly Hex[]
}

/**
 * How many fen of an entry can be a bank's: of an inflow what was not an error of record, of an outflow what was paid.
 * Undefined when there is no such entry.
 */
export function bankFenOf(reader: Reader, { fund, outflow, entry }: MatchedEntry): bigint | undefined {
  if (!outflow) {
    const inflow = reader.inflow(fund, entry)
    return inflow && inflow.amount - reader.voidedOf(fund, entry)
  }
  const found = reader.outflow(fund, entry)
  return found && (found.kind === 'Void' ? 0n : found.paid)
}

/** Whether the papers of every step of an outflow are in the vault. What was never paid has no chain. */
function chainIsHere(reader: Reader, { fund, entry }: MatchedEntry, isHere: (paper: Hex) => boolean): boolean {
  const steps = reader.steps(fund, entry)
  return steps.some(({ step }) => step === 'Executed') && steps.every(({ paper }) => isHere(paper))
}

type Told = { accounts: readonly AccountView[]; traceability: TraceabilityView; missing: readonly Hex[] }

function toldOf(reader: Reader, papers: Papers, read: Read): Told {
  const accounts = reader.accounts()
  const byAccount = sharesBy(read.lines, read, ({ account }) => account)
  const statements = accounts.flatMap(({ number }) => reader.bankStatements(number))
  const recordedAt = new Map(statements.map(({ account, number, recordedAt }) => [`${account}/${number}`, recordedAt]))
  const told = accounts.map(({ paper }) => paper)
  return {
    missing: [...read.missing, ...told.filter((paper) => !papers.hasPaper(paper))],
    accounts: accounts.map((account) => ({ ...viewOfAccount(papers, account), ...(byAccount.get(account.number) ?? NOTHING_MOVED) })),
    traceability: {
      ...headlined(read), ...reachOf(accounts), credits: read.credits, debits: read.debits, months: monthsOf(read),
      unexplained: read.unexplained.map((line) => viewOfUnexplained(reader, papers, recordedAt, line)),
    },
  }
}

function headlined(read: Traceability): Pick<TraceabilityView, 'headline'> {
  const headline = headlineOf(read)
  return headline ? { headline } : {}
}

// The lines of an account of which no statement is recorded are known until the day before it was opened, when it had none.
function reachOf(accounts: readonly BankAccount[]): Pick<TraceabilityView, 'through'> {
  if (accounts.every(({ statements }) => statements === 0)) return {}
  const days = accounts.map(({ statements, through, openedOn }) => (statements > 0 ? through : Math.max(0, openedOn - 1)))
  return { through: formatDay(Day(Math.min(...days))) }
}

const NOTHING_MOVED = { credits: { all: 0n, explained: 0n }, debits: { all: 0n, explained: 0n } }

function monthsOf(read: Read): TraceabilityView['months'] {
  const names = new Map<number, string>()
  const monthOf = ({ day }: { day: Day }): string => {
    const name = names.get(day) ?? formatDay(day).slice(0, 7)
    names.set(day, name)
    return name
  }
  const shares = sharesBy(read.lines, read, monthOf)
  return [...shares].sort(([a], [b]) => (a < b ? 1 : -1)).map(([month, { credits, debits }]) => ({ month, credits, debits }))
}

function viewOfAccount(papers: Papers, account: BankAccount): Omit<AccountView, 'credits' | 'debits'> {
  const { number, community, opening, openedOn, through, balance, lines, statements, matches, paper, openedAt } = account
  const kept = papers.paperOf(paper)?.paper
  const bank = kept?.public.bank
  return {
    number, title: (kept && titleOf(kept)) ?? { zh: `账户 ${number}`, en: `Account ${number}` }, ...(bank && { bank }),
    demo: kept ? isDemonstration(kept) : false, community, opening, openedOn: formatDay(openedOn),
    ...(statements > 0 && { through: formatDay(through) }), balance, lines, statements, matches, paper, openedAt,
  }
}

function viewOfLine(reader: Reader, papers: Papers, line: BankLine): BankLineView {
  const { account, number, statement, amount, day, paper, matched } = line
  return {
    account, number, statement, amount, day: formatDay(day), paper, matched, ...explanationOf(papers, line),
    matches: matched === 0n ? [] : reader.matchesOf(account, number).filter(({ undone }) => !undone).map(viewOfEntryMatch),
  }
}

/** @param recordedAt When each statement was recorded, by account and number. */
function viewOfUnexplained(
  reader: Reader, papers: Papers, recordedAt: ReadonlyMap<string, number>, { account, line, day, amount, left }: Read['unexplained'][number],
): UnexplainedView {
  const found = reader.bankLine(account, line)
  const since = recordedAt.get(`${account}/${found?.statement}`) ?? 0
  return { account, number: line, day: formatDay(day), amount, left, since, ...(found && explanationOf(papers, found)) }
}

function explanationOf(papers: Papers, { explained }: BankLine): Pick<BankLineView, 'explained'> {
  if (!explained) return {}
  const statement = shownLines(papers.paperOf(explained.paper)?.paper.public.statement ?? '')
  return { explained: { why: explained.why, ...(statement && { statement }), paper: explained.paper } }
}

function viewOfEntryMatch({ account, number, line, fund, outflow, entry, amount, paper }: Match): EntryMatchView {
  return { account, number, line, fund, outflow, entry, amount, paper }
}

function pageOf({ from, to, ...query }: BankQuery) {
  return { ...query, ...(from !== undefined && { from: parseDay(from) }), ...(to !== undefined && { to: parseDay(to) }) }
}
