import type { BankAccount, BankLine, Match } from '../indexer/bank.ts'
import type { Reader } from '../indexer/read.ts'
import { isDemonstration, titleOf } from '../ledger/drafts.ts'
import { formatDay, parseDay } from '../ledger/day.ts'
import type { Hex } from '../ledger/hex.ts'
import { headlineOf, judgeMatches, traceabilityOf, type LineMatch, type MatchedEntry, type Traceability } from '../ledger/traceability.ts'
import type { PaperStore } from './routes/papers.ts'
import type { AccountView, BankBook, BankLineView, BankQuery, EntryMatchView, TraceabilityView, UnexplainedView } from './views.ts'

type Papers = Pick<PaperStore, 'paperOf'> & { version(): string }

/** Tells what the bank wrote and how much of it the book explains. No private field is opened for it. */
export function openBankBook(reader: Reader, papers: Papers): BankBook {
  const read = openTraceability(reader, papers)
  // Pages ask for it with every look, and it is of every line: so it is worked out once until something changes.
  let kept: { version: string; told: Told } | undefined
  const told = (): Told => {
    const version = `${reader.version()} ${papers.version()}`
    if (kept?.version !== version) kept = { version, told: reader.atOnce(() => toldOf(reader, papers, read())) }
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
export function openTraceability(reader: Reader, papers: Pick<Papers, 'paperOf'>): () => Read {
  const here = new Set<Hex>()
  // A paper that is kept stays: what is erased of it are its private fields.
  const isHere = (paper: Hex): boolean => {
    if (!here.has(paper) && papers.paperOf(paper)) here.add(paper)
    return here.has(paper)
  }
  return () => {
    const lines = reader.movements()
    const { matches } = judgeMatches(lines, reader.standingMatches(), {
      bankFenOf: (entry) => bankFenOf(reader, entry), isWhole: (entry) => chainIsHere(reader, entry, isHere),
    })
    return { ...traceabilityOf(lines, matches), lines, matches }
  }
}

/** Traceability, and what it was worked out from. */
export type Read = Traceability & { readonly lines: ReturnType<Reader['movements']>; readonly matches: readonly LineMatch[] }

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

/** Whether the papers of an entry and of each of its steps are in the vault. What was never paid has no chain. */
function chainIsHere(reader: Reader, { fund, outflow, entry }: MatchedEntry, isHere: (paper: Hex) => boolean): boolean {
  if (!outflow) {
    const inflow = reader.inflow(fund, entry)
    return inflow !== undefined && isHere(inflow.paper)
  }
  const steps = reader.steps(fund, entry)
  return steps.some(({ step }) => step === 'Executed') && steps.every(({ paper }) => isHere(paper))
}

type Told = { accounts: readonly AccountView[]; traceability: TraceabilityView }

function toldOf(reader: Reader, papers: Papers, read: Read): Told {
  const accounts = reader.accounts()
  const byAccount = Map.groupBy(read.lines, ({ account }) => account)
  const matchesBy = Map.groupBy(read.matches, ({ account }) => account)
  const statements = accounts.flatMap(({ number }) => reader.bankStatements(number))
  const recordedAt = new Map(statements.map(({ account, number, recordedAt }) => [`${account}/${number}`, recordedAt]))
  return {
    accounts: accounts.map((account) => {
      const { credits, debits } = traceabilityOf(byAccount.get(account.number) ?? [], matchesBy.get(account.number) ?? [])
      return { ...viewOfAccount(papers, account), credits, debits }
    }),
    traceability: {
      ...headlined(read), credits: read.credits, debits: read.debits, months: monthsOf(read),
      unexplained: read.unexplained.map((line) => viewOfUnexplained(reader, papers, recordedAt, line)),
    },
  }
}

function headlined(read: Traceability): Pick<TraceabilityView, 'headline'> {
  const headline = headlineOf(read)
  return headline ? { headline } : {}
}

function monthsOf({ lines, matches }: Read): TraceabilityView['months'] {
  const monthOf = new Map(lines.map(({ account, line, day }) => [`${account}/${line}`, formatDay(day).slice(0, 7)]))
  const month = (line: { account: number; line: number }) => monthOf.get(`${line.account}/${line.line}`) ?? ''
  const byMonth = Map.groupBy(lines, month)
  const matchesBy = Map.groupBy(matches, month)
  return [...byMonth.keys()].sort().reverse().map((name) => {
    const { credits, debits } = traceabilityOf(byMonth.get(name) ?? [], matchesBy.get(name) ?? [])
    return { month: name, credits, debits }
  })
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
  const statement = papers.paperOf(explained.paper)?.paper.public.statement
  return { explained: { why: explained.why, ...(statement && { statement }), paper: explained.paper } }
}

function viewOfEntryMatch({ account, number, line, fund, outflow, entry, amount, paper }: Match): EntryMatchView {
  return { account, number, line, fund, outflow, entry, amount, paper }
}

function pageOf({ from, to, ...query }: BankQuery) {
  return { ...query, ...(from !== undefined && { from: parseDay(from) }), ...(to !== undefined && { to: parseDay(to) }) }
}
