import type { Outflow } from '../../indexer/outflows.ts'
import type { Reader } from '../../indexer/read.ts'
import { parseDay } from '../../ledger/day.ts'
import { lightOf, lightOfDue, type Light } from '../../ledger/deadlines.ts'
import type { Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { Role, Words } from '../../ledger/words.ts'
import type { AuditBook } from '../audit.ts'
import type { Titles } from '../titles.ts'
import type { Book } from '../views.ts'
import type { Staff } from './sessions.ts'

/** Something that waits for whoever looks. */
export type InboxItem = {
  readonly kind: 'approve' | 'execute' | 'accept' | 'explain' | 'complaint' | 'finding'
  readonly title: Words
  /** Of an outflow or complaint: the fund, and the entry. Of bank lines: the account, and the first line. */
  readonly fund?: number
  readonly number: number
  readonly amount?: Fen
  /** Of an outflow: its paper. */
  readonly paper?: Hex
  /** Of bank lines: how many there are in the account. */
  readonly count?: number
  /** Since when it waits, in unix seconds. */
  readonly since: number
  readonly light: Light
}

type Parts = {
  readonly reader: Reader
  readonly bank: Book['bank']
  readonly titles: Pick<Titles, 'of'>
  readonly audit: Pick<AuditBook, 'complaints' | 'findings'>
  readonly now: () => number
}

/** So many outflows in each state; whoever has more has other worries than the rest of them. */
const MOST = 200

/** What waits for a person, by the roles they have now; what they may not do because of an earlier step is not theirs. */
export function inboxOf({ reader, bank, titles, audit, now }: Parts, { person, roles }: Staff): InboxItem[] {
  const has = (role: Role) => roles.includes(role)
  const outflows = (kind: InboxItem['kind'], state: 'Proposed' | 'Approved' | 'Executed', taken: (outflow: Outflow) => readonly number[]): InboxItem[] =>
    reader.outflowsIn(state, MOST).filter((outflow) => outflow.kind !== 'Void' && !taken(outflow).includes(person)).map((outflow) => {
      const since = reader.steps(outflow.fund, outflow.number).at(-1)?.at ?? outflow.recordedAt
      const { fund, number, amount, paper } = outflow
      return { kind, title: titles.of(outflow).title, fund, number, amount, paper, since, light: lightOf('payment', since, now()) }
    })

  return [
    ...(has('APPROVER') ? outflows('approve', 'Proposed', ({ proposer }) => [proposer]) : []),
    ...(has('CASHIER') ? outflows('execute', 'Approved', ({ proposer, approver }) => [proposer, approver]) : []),
    ...(has('ACCEPTER') ? outflows('accept', 'Executed', ({ proposer, approver, cashier }) => [proposer, approver, cashier]).filter(({ fund = 0, number }) => reader.outflow(fund, number)?.kind === 'Payment') : []),
    ...(has('ACCOUNTANT') ? bankLines(bank, now()) : []),
    ...(has('RESPONDENT') ? complaints(audit, now()) : []),
    ...findings(audit, person, now()),
  ]
}

function bankLines(bank: Parts['bank'], now: number): InboxItem[] {
  const open = bank.traceability().unexplained.filter(({ explained }) => explained === undefined)
  return bank.accounts().flatMap(({ number: account, title }): InboxItem[] => {
    const lines = open.filter((line) => line.account === account)
    const since = Math.min(...lines.map(({ since }) => since))
    const [first] = lines
    return first ? [{ kind: 'explain', title, fund: account, number: first.number, count: lines.length, since, light: lightOf('bankLine', since, now) }] : []
  })
}

function complaints(audit: Parts['audit'], now: number): InboxItem[] {
  const found: InboxItem[] = []
  for (let before: number | undefined; ;) {
    const page = audit.complaints({ limit: 100, ...(before !== undefined && { before }) })
    for (const { number, fund, state, steps } of page) {
      if (state !== 'Filed') continue
      const since = steps.findLast(({ step }) => step === 'Filed' || step === 'Reopened')?.at ?? 0
      found.push({ kind: 'complaint', title: { zh: `第 ${number} 号投诉`, en: `Complaint ${number}` }, fund, number, since, light: lightOf('complaint', since, now) })
    }
    before = page.at(-1)?.number
    if (page.length < 100 || before === undefined) return found.reverse()
  }
}

function findings(audit: Parts['audit'], person: number, now: number): InboxItem[] {
  return audit.findings().findings.filter(({ owner, state }) => owner === person && state === 'Open').map(({ number, dueOn, steps }) => ({
    kind: 'finding', title: { zh: `第 ${number} 号审计问题`, en: `Finding ${number}` }, number, since: steps.at(-1)?.at ?? 0,
    light: lightOfDue(parseDay(dueOn), now),
  }))
}
