import { formatDay, dayAt, type Day } from '../../../ledger/day.ts'
import type { EventOf, LedgerEvent } from '../../../ledger/events.ts'
import { traceabilityOf, type BankLine, type Share } from '../../../ledger/traceability.ts'
import type { Unexplained } from '../../../ledger/words.ts'
import type { Fault, FaultCode, Place } from './fault.ts'
import type { Moment } from './funds.ts'

/** An account as the bank's lines leave it. Fen; a balance below 0 is overdrawn. */
export type AccountFacts = { readonly account: number; readonly community: number; readonly balance: bigint; readonly through: Day; readonly lines: number }

/** A line of which some fen have no complete chain of entries and papers, and why, if somebody said so. */
export type UnexplainedLine = BankLine & { readonly left: bigint; readonly why: Unexplained | undefined }

/** What the bank moved, and how much of it the book explains: traceability, recomputed from the lines. */
export type BankFacts = {
  readonly accounts: readonly AccountFacts[]
  readonly credits: Share
  readonly debits: Share
  readonly unexplained: readonly UnexplainedLine[]
}

/**
 * What the bank's side asks of the book: how many fen an entry has, undefined when there is none, and whether all its papers
 * are here.
 */
export type Entries = {
  amountOf(fund: number, outflow: boolean, number: number): bigint | undefined
  isWhole(fund: number, outflow: boolean, number: number): boolean
}

type Match = { line: number; fund: number; outflow: boolean; entry: number; amount: bigint; person: number; undone: boolean }
type Account = {
  number: number; community: number; balance: bigint; through: Day; statements: number
  lines: { amount: bigint; day: Day }[]
  matches: Match[]
  why: Map<number, Unexplained>
}

/**
 * The bank's accounts, kept again from the events of BankRegister, with the sums that the contract leaves to whoever sees the
 * lines.
 */
export function openBank(entries: Entries) {
  const accounts: Account[] = []
  let faults: Fault[] = []
  let place: Place = {}

  return { take, end }

  function take(event: LedgerEvent, moment: Moment): Fault[] {
    faults = []
    place = { block: moment.block }
    if ('by' in event && event.by !== moment.person) fault('PERSON_OTHER', `person ${moment.person}`, `person ${event.by}`)
    switch (event.name) {
      case 'AccountOpened': openAccount(event); break
      case 'LinesRecorded': recordLines(event, moment); break
      case 'LinesMatched': matchLines(event); break
      case 'MatchUndone': undo(event); break
      case 'LineExplained': accountOf(event.account)?.why.set(event.line, event.why); break
    }
    return faults
  }

  /**
   * Once all is read: no line is matched beyond its amount. An entry that more lines claim than it has fen, also because part
   * of it was void afterwards, explains none of them.
   */
  function end(): { facts: BankFacts; faults: Fault[] } {
    faults = []
    const lines = accounts.flatMap(({ number, lines }) =>
      lines.map(({ amount, day }, index): BankLine => ({ account: number, line: index + 1, day, amount })))
    const standing = accounts.flatMap(({ number, matches }) => matches.filter(({ undone }) => !undone).map((match) => ({ ...match, account: number })))
    const ofLine = sumsBy(standing, lineOf)
    const ofEntry = sumsBy(standing, entryOf)
    const sizes = new Map(lines.map((line) => [lineOf(line), line.amount < 0n ? -line.amount : line.amount]))
    for (const [line, sum] of ofLine) {
      const size = sizes.get(line) ?? 0n
      const [account = 0, number = 0] = line.split('/').map(Number)
      place = { account, line: number }
      if (sum > size) fault('MATCH_WRONG', `≤ ${size}`, `${sum}`)
    }

    const fitting = standing.filter((match) => (ofLine.get(lineOf(match)) ?? 0n) <= (sizes.get(lineOf(match)) ?? 0n))
    const matches = fitting.map((match) => {
      const { account, line, amount, fund, outflow, entry } = match
      const claimed = ofEntry.get(entryOf(match)) ?? 0n
      const whole = claimed <= (entries.amountOf(fund, outflow, entry) ?? 0n) && entries.isWhole(fund, outflow, entry)
      return { account, line, amount, whole }
    })
    const { credits, debits, unexplained } = traceabilityOf(lines, matches)
    const facts = {
      accounts: accounts.map(({ number, community, balance, through, lines }) =>
        ({ account: number, community, balance, through, lines: lines.length })),
      credits, debits, unexplained: unexplained.map((line) => ({ ...line, why: accounts[line.account - 1]?.why.get(line.line) })),
    }
    return { facts, faults }
  }

  function openAccount({ account, community, opening, openedOn }: EventOf<'AccountOpened'>): void {
    place = { ...place, account }
    if (account !== accounts.length + 1) fault('NUMBER_GAP', `account ${accounts.length + 1}`, `account ${account}`)
    accounts.push({ number: account, community, balance: opening, through: openedOn, statements: 0, lines: [], matches: [], why: new Map() })
  }

  function recordLines(event: EventOf<'LinesRecorded'>, { time }: Moment): void {
    const account = accountOf(event.account)
    if (!account) return
    const { statement, firstLine, through, opening, closing, lines } = event
    account.statements++
    if (statement !== account.statements) fault('NUMBER_GAP', `statement ${account.statements}`, `statement ${statement}`)
    if (firstLine !== account.lines.length + 1) fault('NUMBER_GAP', `line ${account.lines.length + 1}`, `line ${firstLine}`)
    if (opening !== account.balance) fault('BANK_BALANCE', `${account.balance}`, `${opening}`)

    let earliest = account.through
    for (const { amount, day } of lines) {
      place = { ...place, line: account.lines.length + 1 }
      if (day < earliest || day > through) fault('DATE_WRONG', `${formatDay(earliest)} – ${formatDay(through)}`, formatDay(day))
      earliest = day
      account.balance += amount
      account.lines.push({ amount, day })
    }
    if (through < account.through || through > dayAt(time)) fault('DATE_WRONG', `≤ ${formatDay(dayAt(time))}`, formatDay(through))
    if (closing !== account.balance) fault('BANK_BALANCE', `${account.balance}`, `${closing}`)
    account.through = through
    account.balance = closing
  }

  function matchLines({ account: number, firstMatch, matches, by }: EventOf<'LinesMatched'>): void {
    const account = accountOf(number)
    if (!account) return
    if (firstMatch !== account.matches.length + 1) fault('NUMBER_GAP', `match ${account.matches.length + 1}`, `match ${firstMatch}`)
    for (const { line, fund, outflow, number: entry, amount } of matches) {
      place = { ...place, line }
      const found = account.lines[line - 1]
      if (!found) fault('MATCH_WRONG', `line 1–${account.lines.length}`, `line ${line}`)
      else if (found.amount < 0n !== outflow) fault('MATCH_WRONG', outflow ? 'debit' : 'credit', `${found.amount}`)
      account.matches.push({ line, fund, outflow, entry, amount, person: by, undone: false })
    }
  }

  function undo({ account: number, number: at, by }: EventOf<'MatchUndone'>): void {
    const account = accountOf(number)
    const match = account?.matches[at - 1]
    if (!match || match.undone) return fault('MATCH_WRONG', 'a match', `match ${at}`)
    if (match.person === by) fault('PERSON_SAME', `≠ person ${by}`, `person ${by}`)
    match.undone = true
  }

  function accountOf(number: number): Account | undefined {
    place = { ...place, account: number }
    const account = accounts[number - 1]
    if (!account) fault('NUMBER_GAP', `account 1–${accounts.length}`, `account ${number}`)
    return account
  }

  function fault(code: FaultCode, expected: string, found: string): void {
    faults.push({ code, place, expected, found })
  }
}

function lineOf({ account, line }: { readonly account: number; readonly line: number }): string {
  return `${account}/${line}`
}

function entryOf({ fund, outflow, entry }: Pick<Match, 'fund' | 'outflow' | 'entry'>): string {
  return `${fund} ${outflow} ${entry}`
}

function sumsBy<One extends { readonly amount: bigint }>(items: readonly One[], keyOf: (item: One) => string): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const item of items) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0n) + item.amount)
  return sums
}
