import { formatDay, dayAt, type Day } from '../../../ledger/day.ts'
import type { EventOf, LedgerEvent } from '../../../ledger/events.ts'
import { judgeMatches, traceabilityOf, type BankLine, type MatchedEntries, type Share } from '../../../ledger/traceability.ts'
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
export function openBank(entries: MatchedEntries) {
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

  /** Once all is read: which matches hold, and how much of the bank's money they explain. */
  function end(): { facts: BankFacts; faults: Fault[] } {
    faults = []
    const lines = accounts.flatMap(({ number, lines }) =>
      lines.map(({ amount, day }, index): BankLine => ({ account: number, line: index + 1, day, amount })))
    const standing = accounts.flatMap(({ number, matches }) => matches.filter(({ undone }) => !undone).map((match) => ({ ...match, account: number })))
    const { matches, overmatched } = judgeMatches(lines, standing, entries)
    for (const { account, line, size, matched } of overmatched) {
      place = { account, line }
      fault('MATCH_WRONG', `≤ ${size}`, `${matched}`)
    }
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
