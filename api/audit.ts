import type { Complaint, ErasedPaper, Finding, Opinion, Turn, Waiting } from '../indexer/audit.ts'
import type { Reader } from '../indexer/read.ts'
import { readCertificate, statementOf, type CertifiedSum } from '../ledger/auditDrafts.ts'
import { dayAt, formatDay } from '../ledger/day.ts'
import { answerDue, completionOf, isComplaintOverdue, isFindingOverdue } from '../ledger/deadlines.ts'
import type { Hex } from '../ledger/hex.ts'
import { shownLines } from '../ledger/shown.ts'
import type { ComplaintState, Erasure, FindingState, OpinionKind } from '../ledger/words.ts'
import type { PaperStore } from './routes/papers.ts'

/** One act in the life of a finding or complaint. Person 0 is the resident who filed it; `statement` is public. */
export type TurnView<Step extends string = string> = {
  readonly step: Step; readonly person: number; readonly at: number; readonly paper: Hex; readonly transaction: Hex; readonly statement?: string
}

/** A complaint without a word of what it says. */
export type ComplaintView = {
  readonly number: number
  readonly community: number
  readonly fund: number
  readonly outflow: number
  /** The address that filed it; nobody knows whose it is. */
  readonly key: Hex
  readonly state: ComplaintState
  readonly overdue: boolean
  readonly filedAt: number
  /** By when whoever filed or reopened it last is to be answered. */
  readonly dueAt: number
  readonly answeredAt?: number
  readonly steps: readonly TurnView<Complaint['steps'][number]['step']>[]
}

export type FindingView = {
  readonly number: number
  readonly owner: number
  readonly dueOn: string
  readonly state: FindingState
  readonly overdue: boolean
  readonly steps: readonly TurnView<Finding['steps'][number]['step']>[]
}

export type OpinionView = {
  readonly number: number
  readonly from: string
  readonly through: string
  readonly opinion: OpinionKind
  readonly bundle: Hex
  readonly statement?: string
  readonly paper: Hex
  readonly person: number
  readonly at: number
}

/** A closed period, and what its certificate says where the vault has it. */
export type PeriodView = {
  readonly fund: number
  readonly number: number
  readonly from?: string
  readonly through: string
  readonly paper: Hex
  readonly person: number
  readonly closedAt: number
  readonly certificate?: { readonly opening: bigint; readonly closing: bigint; readonly sums: readonly CertifiedSum[] }
}

export type FindingsView = { readonly findings: readonly FindingView[]; readonly completion?: string; readonly overdue: number }

/** Which numbers: below `before`, the newest first, or above `after`, going up. */
export type NumberQuery = { readonly before?: number; readonly after?: number; readonly limit: number }

/** How many papers the law had restricted and destroyed, ever, and the newest of them. */
export type ErasuresView = { readonly restricted: number; readonly destroyed: number; readonly newest: readonly ErasedPaper[] }

/** What pages and routes ask of auditors' and residents' side. */
export type AuditBook = {
  complaints(query: NumberQuery): readonly ComplaintView[]
  complaint(number: number): ComplaintView | undefined
  complaintOfPaper(paper: Hex): number | undefined
  /** Those on one outflow; with outflow 0 those on the whole fund. */
  complaintsOf(fund: number, outflow: number): readonly ComplaintView[]
  /** The complaints that ought to have been answered by now. */
  overdue(): readonly Waiting[]
  opinions(limit: number): readonly OpinionView[]
  findings(): FindingsView
  periods(): readonly PeriodView[]
  /** What the book says of a paper up to and with a block. */
  erasureOf(paper: Hex, through: number): Erasure
  erasures(limit: number): ErasuresView
  /** Changes when time alone changed what pages say: a day passed, or an answer is overdue. */
  stamp(): string
}

/** Unix seconds. */
export type Clock = () => number

/** Tells what auditors and residents said. `now` is for tests. */
export function openAuditBook(reader: Reader, papers: Pick<PaperStore, 'paperOf'>, now: Clock = () => Date.now() / 1000): AuditBook {
  const waiting = waitingIn(reader)
  const overdue = () => waiting().filter(({ since }) => isComplaintOverdue('Filed', since, now()))
  const sayOf = (paper: Hex) => {
    const statement = statementOf(papers.paperOf(paper)?.paper)
    return statement && shownLines(statement)
  }

  const viewOfTurn = <Step extends string>({ step, person, at, paper, transaction }: Turn<Step>): TurnView<Step> => {
    const statement = person === 0 ? undefined : sayOf(paper)
    return { step, person, at, paper, transaction, ...(statement !== undefined && { statement }) }
  }
  const viewOfComplaint = ({ number, community, fund, outflow, key, state, steps }: Complaint): ComplaintView => {
    const since = steps.findLast(({ step }) => step === 'Filed' || step === 'Reopened')?.at ?? 0
    const answeredAt = steps.find(({ step }) => step === 'Answered')?.at
    return {
      number, community, fund, outflow, key, state, overdue: isComplaintOverdue(state, since, now()), filedAt: steps[0]?.at ?? 0, dueAt: answerDue(since),
      ...(answeredAt !== undefined && { answeredAt }), steps: steps.map(viewOfTurn),
    }
  }
  const viewOfFinding = ({ number, owner, dueOn, state, steps }: Finding): FindingView =>
    ({ number, owner, dueOn: formatDay(dueOn), state, overdue: isFindingOverdue({ state, dueOn }, now()), steps: steps.map(viewOfTurn) })

  return {
    complaints: (query) => reader.complaints(query).map(viewOfComplaint),
    complaint(number) {
      const complaint = reader.complaint(number)
      return complaint && viewOfComplaint(complaint)
    },
    complaintOfPaper: (paper) => reader.complaintOfPaper(paper),
    complaintsOf: (fund, outflow) => reader.complaintsOf(fund, outflow).map(viewOfComplaint),
    overdue,
    opinions: (limit) => reader.opinions({ limit }).map(({ number, from, through, opinion, bundle, paper, person, at }: Opinion) => {
      const statement = sayOf(paper)
      return { number, from: formatDay(from), through: formatDay(through), opinion, bundle, paper, person, at, ...(statement !== undefined && { statement }) }
    }),
    findings() {
      const findings = allOf((after) => reader.findings({ after, limit: 100 })).map(viewOfFinding)
      const completion = completionOf(findings.map(({ state }) => state))
      return { findings: findings.toReversed(), ...(completion !== undefined && { completion }), overdue: findings.filter(({ overdue }) => overdue).length }
    },
    periods: () => reader.funds().flatMap(({ number }) => reader.periods(number)).map(({ fund, number, from, through, paper, person, closedAt }) => {
      const certificate = readCertificate(papers.paperOf(paper)?.paper.public ?? {})
      return {
        fund, number, ...(from !== undefined && { from: formatDay(from) }), through: formatDay(through), paper, person, closedAt,
        ...(certificate && { certificate }),
      }
    }),
    erasureOf: (paper, through) => reader.erasureOf(paper, through),
    erasures: (limit) => ({ restricted: reader.erasedCount('Restricted'), destroyed: reader.erasedCount('Destroyed'), newest: reader.erasures(limit) }),
    stamp: () => `${dayAt(now())}.${overdue().length}`,
  }
}

/** Looked up anew when the mirror has changed: every answer asks for it. */
function waitingIn(reader: Reader): () => readonly Waiting[] {
  let kept: { version: string; waiting: readonly Waiting[] } | undefined
  return () => {
    const version = reader.version()
    if (kept?.version !== version) kept = { version, waiting: reader.waitingComplaints() }
    return kept.waiting
  }
}

function allOf<Numbered extends { number: number }>(page: (after: number) => Numbered[]): Numbered[] {
  const all: Numbered[] = []
  for (let next = page(0); next.length > 0; next = page(next.at(-1)?.number ?? 0)) all.push(...next)
  return all
}
