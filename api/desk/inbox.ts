import type { Outflow } from '../../indexer/outflows.ts'
import type { Reader } from '../../indexer/read.ts'
import { Day, dayAt, parseDay, startOf } from '../../ledger/day.ts'
import { lightOf, lightOfDue, type Light } from '../../ledger/deadlines.ts'
import { Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { InboxKind } from '../../ledger/inbox.ts'
import { daysOf, monthBefore } from '../../ledger/month.ts'
import { REASON_WORDS, ROLE_WORDS, ROLES, type Role, type Words } from '../../ledger/words.ts'
import type { AuditBook } from '../audit.ts'
import type { Titles } from '../titles.ts'
import type { Book } from '../views.ts'
import { isUndone, type AskVault } from './asks.ts'
import { toClose } from './closing.ts'
import type { openEntries } from './entries.ts'
import type { Staff } from './sessions.ts'

/** Something that waits for whoever looks. */
export type InboxItem = {
  readonly kind: InboxKind
  readonly title: Words
  /**
   * Of an outflow, an inflow to void or a complaint: the fund, and the entry. Of bank lines: the account, and the first line. Of a month to
   * close: the first fund.
   */
  readonly fund?: number
  readonly number: number
  /** Of an outflow: what is asked for; of one to pay, what is left to pay; of one to accept, what was paid. Of an inflow: what is to be voided. */
  readonly amount?: Fen
  /** Of an outflow: its paper. */
  readonly paper?: Hex
  /** Of bank lines: how many there are in the account. Of a month to close: in how many funds. Of roles: how many. */
  readonly count?: number
  /** Since when it waits, in unix seconds. */
  readonly since: number
  readonly light: Light
}

type Parts = {
  readonly reader: Reader
  readonly bank: Book['bank']
  readonly titles: Titles
  readonly audit: Pick<AuditBook, 'complaints' | 'findings'>
  readonly entries: Pick<ReturnType<typeof openEntries>, 'inflow'>
  readonly asks: Pick<AskVault, 'askedVoids'>
  readonly now: () => number
}

/** So many outflows in each state; whoever has more has other worries than the rest of them. */
const MOST = 200

/** What waits for a person, by the roles they have now; what they may not do because of an earlier step is not theirs. */
export function inboxOf({ reader, bank, titles, audit, entries, asks, now }: Parts, { person, roles }: Staff): InboxItem[] {
  const has = (role: Role) => roles.includes(role)
  const outflows = (kind: InboxItem['kind'], state: 'Proposed' | 'Approved' | 'Executed', taken: (outflow: Outflow) => readonly number[]): InboxItem[] =>
    reader.outflowsIn(state, MOST).filter((outflow) => outflow.kind !== 'Void' && !taken(outflow).includes(person)).map((outflow) => {
      const since = reader.steps(outflow.fund, outflow.number).at(-1)?.at ?? outflow.recordedAt
      const { fund, number, paper, paid } = outflow
      const amount = state === 'Proposed' ? outflow.amount : state === 'Approved' ? Fen(outflow.amount - paid) : paid
      return { kind, title: titles.of(outflow).title, fund, number, amount, paper, since, light: lightOf('payment', since, now()) }
    })

  return [
    ...(has('APPROVER') ? outflows('approve', 'Proposed', ({ proposer }) => [proposer]) : []),
    ...(has('APPROVER') ? voids({ reader, entries, asks }, person, now()) : []),
    ...(has('CASHIER') ? outflows('execute', 'Approved', ({ proposer, approver }) => [proposer, approver]) : []),
    ...(has('ACCEPTER') ? outflows('accept', 'Executed', ({ proposer, approver, cashier }) => [proposer, approver, cashier]).filter(({ fund = 0, number }) => reader.outflow(fund, number)?.kind === 'Payment') : []),
    ...(has('ACCOUNTANT') ? [...rejected({ reader, titles }, person, now()), ...refused({ reader, entries, asks }, person, now()), ...bankLines('explain', bank, now()), ...bankLines('paper', bank, now())] : []),
    ...(has('STEWARD') ? closing({ reader, titles }, now()) : []),
    ...(has('COUNCIL') ? [...unappointed(reader, now()), ...vacant(reader, now())] : []),
    ...(has('RESPONDENT') ? complaints(audit, now()) : []),
    ...findings(audit, person, now()),
    ...(has('AUDITOR') ? answered(audit, person, now()) : []),
  ]
}

/** Inflows of which an accountant asks for a void. Whoever recorded one signs no void of it. */
function voids({ reader, entries, asks }: Pick<Parts, 'reader' | 'entries' | 'asks'>, person: number, now: number): InboxItem[] {
  return asks.askedVoids().filter((asked) => !asked.refused && isUndone(reader, asked)).flatMap(({ fund, inflow: number }): InboxItem[] => {
    const inflow = entries.inflow(fund, number)
    if (!inflow?.asked || inflow.recorder === person) return []
    const { amount, reason, at } = inflow.asked
    const { zh, en } = REASON_WORDS[reason]
    const title = { zh: `请冲销第 ${number} 笔收入：${zh}`, en: `Void inflow ${number}: ${en}` }
    return [{ kind: 'void', title, fund, number, amount, since: at, light: lightOf('payment', at, now) }]
  })
}

/** Whoever asked hears of a rejection for so long. */
const TOLD_SECONDS = 14 * 86_400

function rejected({ reader, titles }: Pick<Parts, 'reader' | 'titles'>, person: number, now: number): InboxItem[] {
  return reader.rejectedOf(person).flatMap((outflow): InboxItem[] => {
    const { fund, number, amount, paper } = outflow
    const since = reader.steps(fund, number).at(-1)?.at ?? 0
    return now - since > TOLD_SECONDS ? [] : [{ kind: 'rejected', title: titles.of(outflow).title, fund, number, amount, paper, since, light: lightOf('payment', since, now) }]
  })
}

/** The voids that somebody asked for in vain. */
function refused({ reader, entries, asks }: Pick<Parts, 'reader' | 'entries' | 'asks'>, person: number, now: number): InboxItem[] {
  return asks.askedVoids().filter((asked) => asked.person === person && isUndone(reader, asked)).flatMap(({ fund, inflow: number, amount, refused: no }): InboxItem[] => {
    if (!no || now - no.at > TOLD_SECONDS || !entries.inflow(fund, number)?.asked) return []
    const title = { zh: `${no.by} 号人员没有同意冲销第 ${number} 笔收入`, en: `No. ${no.by} did not agree to void inflow ${number}` }
    return [{ kind: 'refused', title, fund, number, amount, since: no.at, light: lightOf('payment', no.at, now) }]
  })
}

/** A key that was given to somebody lately and has no role, nor will have one: the third step when a key is lost. */
function unappointed(reader: Reader, now: number): InboxItem[] {
  const held = new Set(reader.holdings().map(({ address }) => address))
  return reader.keys().filter(({ address, retiredAt, addedAt }) => retiredAt === undefined && !held.has(address) && now - addedAt < TOLD_SECONDS).map(({ person, addedAt }) =>
    ({ kind: 'appoint', title: { zh: `${person} 号人员的密钥还没有岗位`, en: `A key of no. ${person} has no role` }, number: person, since: addedAt, light: lightOf('payment', addedAt, now) }))
}

/** Roles that nobody holds or will hold, so that their work waits for nobody, since the first of them was lost, or never given. */
function vacant(reader: Reader, now: number): InboxItem[] {
  const held = new Set(reader.holdings().map(({ role }) => role))
  const open = ROLES.map((role, at) => ({ role, number: BigInt(at) })).filter(({ number }) => !held.has(number))
  if (open.length === 0) return []
  const since = Math.min(...open.map(({ number }) => reader.lostAt(number) ?? reader.persons()[0]?.at ?? now))
  const named = (language: keyof Words, mark: string) => open.map(({ role }) => ROLE_WORDS[role][language]).join(mark)
  return [{ kind: 'vacant', title: { zh: named('zh', '、'), en: named('en', ', ') }, number: 0, count: open.length, since, light: lightOf('payment', since, now) }]
}

/** The last month that is over, where anything of it is open. It waits since it ended, but not since before the book knew of it. */
function closing({ reader, titles }: Pick<Parts, 'reader' | 'titles'>, now: number): InboxItem[] {
  const month = monthBefore(dayAt(now))
  const { through } = daysOf(month)
  const funds = toClose({ reader, titles }, through)
  const [first] = funds
  if (!first) return []
  const since = Math.max(startOf(Day(through + 1)), Math.min(...funds.map(({ fund }) => reader.fund(fund)?.openedAt ?? 0)))
  return [{ kind: 'close', title: { zh: `${month} 结账`, en: `Close ${month}` }, fund: first.fund, number: 0, count: funds.length, since, light: lightOf('closing', since, now) }]
}

/** Lines of which nobody said anything yet, or of which it was said that their papers are still to come. */
function bankLines(kind: 'explain' | 'paper', bank: Parts['bank'], now: number): InboxItem[] {
  const waiting = kind === 'paper' ? 'AwaitingPaper' : undefined
  const open = bank.traceability().unexplained.filter(({ explained }) => explained?.why === waiting)
  return bank.accounts().flatMap(({ number: account, title }): InboxItem[] => {
    const lines = open.filter((line) => line.account === account)
    const since = Math.min(...lines.map(({ since }) => since))
    const [first] = lines
    return first ? [{ kind, title, fund: account, number: first.number, count: lines.length, since, light: lightOf('bankLine', since, now) }] : []
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

/** Answers that an auditor looks at. Nobody verifies their own. */
function answered(audit: Parts['audit'], person: number, now: number): InboxItem[] {
  return audit.findings().findings.filter(({ owner, state }) => state === 'Answered' && owner !== person).map(({ number, steps }) => {
    const since = steps.at(-1)?.at ?? 0
    return { kind: 'verify', title: { zh: `第 ${number} 号审计问题`, en: `Finding ${number}` }, number, since, light: lightOf('payment', since, now) }
  })
}
