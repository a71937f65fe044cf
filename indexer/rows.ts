import type { LedgerEvent } from '../ledger/events.ts'
import type { Hex } from '../ledger/hex.ts'
import { ERASURES, KINDS, OPINIONS, REASONS, SOURCES, UNEXPLAINED } from '../ledger/words.ts'
import type * as tables from './client/client.ts'

/** Where an event stands in the book. `log` is its index within the block, `time` the block's in seconds of Unix time. */
export type Place = { block: number; log: number; transaction: Hex; time: number }

/** One event of the book and its place. */
export type Entry = { place: Place; event: LedgerEvent }

// A table's row as the generated client knows it, but with bytes as hexadecimal text and small integers allowed for large.
type Row<Model> = { [Column in keyof Model]: Written<Model[Column]> }
type Written<Value> = Value extends bigint ? bigint | number : Value extends Uint8Array ? Hex : Value

/** The rows of each table of tables.sql that mirrors events. */
export type Rows = {
  transactions: Row<tables.Transaction>[]
  funds: Row<tables.Fund>[]
  fund_closings: Row<tables.FundClosing>[]
  periods: Row<tables.Period>[]
  batches: Row<tables.Batch>[]
  inflows: Row<tables.Inflow>[]
  origins: Row<tables.Origin>[]
  proposals: Row<tables.Proposal>[]
  approvals: Row<tables.Approval>[]
  rejections: Row<tables.Rejection>[]
  cancellations: Row<tables.Cancellation>[]
  executions: Row<tables.Execution>[]
  acceptances: Row<tables.Acceptance>[]
  voids: Row<tables.Void>[]
  pieces: Row<tables.Piece>[]
  skips: Row<tables.Skip>[]
  accounts: Row<tables.Account>[]
  bank_statements: Row<tables.BankStatement>[]
  bank_lines: Row<tables.BankLine>[]
  matches: Row<tables.Match>[]
  match_undoings: Row<tables.MatchUndoing>[]
  line_explanations: Row<tables.LineExplanation>[]
  opinions: Row<tables.Opinion>[]
  findings: Row<tables.Finding>[]
  finding_answers: Row<tables.FindingAnswer>[]
  finding_verdicts: Row<tables.FindingVerdict>[]
  complaints: Row<tables.Complaint>[]
  complaint_answers: Row<tables.ComplaintAnswer>[]
  complaint_closings: Row<tables.ComplaintClosing>[]
  complaint_reopenings: Row<tables.ComplaintReopening>[]
  erasures: Row<tables.Erasure>[]
  persons: Row<tables.Person>[]
  keys: Row<tables.Key>[]
  key_retirements: Row<tables.KeyRetirement>[]
  role_grants: Row<tables.RoleGrant>[]
  role_revocations: Row<tables.RoleRevocation>[]
  role_labels: Row<tables.RoleLabel>[]
  powers: Row<tables.Power>[]
  charter_acts: Row<tables.CharterAct>[]
}

/** Turns events, in the book's order and whole blocks, into the rows that mirror them. Pure: the same rows, always. */
export function rowsOf(entries: readonly Entry[]): Rows {
  const rows = noRows()
  let last: Place | undefined
  for (const { place, event } of entries) {
    const at = placeOf(place)
    if (place.transaction !== last?.transaction)
      rows.transactions.push({ place: at, hash: place.transaction, time: place.time })
    fileEvent(rows, at, event)
    last = place
  }
  return rows
}

/** One number for a place, in the book's order. @throws {RangeError} beyond what a place can say. */
export function placeOf({ block, log }: { block: number; log: number }): number {
  if (block >= MAX_BLOCKS || log >= LOGS) throw new RangeError(`no place for log ${log} of block ${block}`)
  return block * LOGS + log
}

/** The block of a place. */
export function blockOf(place: number): number {
  return Math.floor(place / LOGS)
}

const LOGS = 2 ** 20
const MAX_BLOCKS = 2 ** 33

function fileEvent(rows: Rows, place: number, event: LedgerEvent): void {
  switch (event.name) {
    case 'FundOpened':
      rows.funds.push({
        number: event.fund, place, community: event.community, restricted: Number(event.restricted),
        reserve_fen: event.reserve, threshold_fen: event.threshold, purpose: event.purpose, person: event.by,
      })
      return
    case 'FundClosed':
      rows.fund_closings.push({ fund: event.fund, place, paper: event.paper, person: event.by })
      return
    case 'PeriodClosed':
      rows.periods.push({
        fund: event.fund, number: event.period, place, from_day: event.from, through_day: event.through,
        received_fen: event.received, cursor_fen: event.cursor, inflows: event.inflows, outflows: event.outflows,
        paper: event.paper, person: event.by,
      })
      return
    case 'InflowsRecorded':
      fileInflows(rows, place, event)
      return
    case 'OriginRecorded':
      rows.origins.push({
        fund: event.fund, inflow: event.inflow, place, origin_fund: event.originFund,
        origin_outflow: event.originOutflow, offset_fen: event.offset,
      })
      return
    case 'PieceTaken':
      rows.pieces.push({
        fund: event.fund, number: event.piece, place, outflow: event.outflow, start_fen: event.start,
        end_fen: event.end, offset_fen: event.offset,
      })
      return
    case 'CutsSkipped':
      rows.skips.push({ place, fund: event.fund, crossed: event.crossed, cursor_fen: event.cursor })
      return
    case 'PaymentProposed':
    case 'PaymentApproved':
    case 'PaymentRejected':
    case 'PaymentCancelled':
    case 'PaymentExecuted':
    case 'PaymentAccepted':
    case 'InflowVoided':
      fileStep(rows, place, event)
      return
    case 'AccountOpened':
    case 'LinesRecorded':
    case 'LinesMatched':
    case 'MatchUndone':
    case 'LineExplained':
      fileBank(rows, place, event)
      return
    case 'OpinionGiven':
    case 'FindingRaised':
    case 'FindingAnswered':
    case 'FindingVerified':
      fileAudit(rows, place, event)
      return
    case 'ComplaintFiled':
    case 'ComplaintAnswered':
    case 'ComplaintClosed':
    case 'ComplaintReopened':
      fileComplaint(rows, place, event)
      return
    case 'PapersErased':
      for (const paper of event.papers) rows.erasures.push({ paper, erasure: ERASURES.indexOf(event.erasure), place, person: event.by })
      return
    case 'PersonEnrolled':
    case 'KeyAdded':
    case 'KeyRetired':
      fileKey(rows, place, event)
      return
    default:
      fileCharter(rows, place, event)
  }
}

type Named<Name extends LedgerEvent['name']> = Extract<LedgerEvent, { name: Name }>
type Step = Named<
  | 'PaymentProposed' | 'PaymentApproved' | 'PaymentRejected' | 'PaymentCancelled' | 'PaymentExecuted'
  | 'PaymentAccepted' | 'InflowVoided'
>
type BankEvent = Named<'AccountOpened' | 'LinesRecorded' | 'LinesMatched' | 'MatchUndone' | 'LineExplained'>
type AuditEvent = Named<'OpinionGiven' | 'FindingRaised' | 'FindingAnswered' | 'FindingVerified'>
type ComplaintEvent = Named<'ComplaintFiled' | 'ComplaintAnswered' | 'ComplaintClosed' | 'ComplaintReopened'>
type CharterEvent = Named<
  | 'RoleLabel' | 'RoleGranted' | 'RoleRevoked' | 'RoleAdminChanged' | 'RoleGuardianChanged' | 'RoleGrantDelayChanged'
  | 'TargetClosed' | 'TargetFunctionRoleUpdated' | 'TargetAdminDelayUpdated' | 'OperationScheduled'
  | 'OperationExecuted' | 'OperationCanceled' | 'AuthorityUpdated'
>

function fileInflows(rows: Rows, place: number, event: Named<'InflowsRecorded'>): void {
  const { fund, batch, firstNumber, start } = event
  let end: bigint = start
  for (const [index, { ref, amount, paper }] of event.inflows.entries()) {
    rows.inflows.push({ fund, number: firstNumber + index, batch, start_fen: end, end_fen: end + amount, ref, paper })
    end += amount
  }
  rows.batches.push({
    place, fund, number: batch, first_number: firstNumber, size: event.inflows.length, start_fen: start, end_fen: end,
    source: SOURCES.indexOf(event.source), effective_on: event.effectiveOn, person: event.by,
  })
}

function fileStep(rows: Rows, place: number, event: Step): void {
  const { fund, outflow, paper, by: person } = event
  switch (event.name) {
    case 'PaymentProposed':
      rows.proposals.push({
        place, fund, outflow, kind: KINDS.indexOf(event.kind), subject: event.subject, fen: event.amount,
        ref: event.ref, paper, person,
      })
      return
    case 'PaymentApproved':
      rows.approvals.push({ place, fund, outflow, paper, person })
      return
    case 'PaymentRejected':
      rows.rejections.push({ place, fund, outflow, reason: REASONS.indexOf(event.reason), paper, person })
      return
    case 'PaymentCancelled':
      rows.cancellations.push({
        place, fund, outflow, reason: REASONS.indexOf(event.reason), released_fen: event.released, paper, person,
      })
      return
    case 'PaymentExecuted':
      rows.executions.push({
        place, fund, outflow, fen: event.amount, released_fen: event.released, is_last: Number(event.last),
        ref: event.ref, effective_on: event.effectiveOn, paper, person,
      })
      return
    case 'PaymentAccepted':
      rows.acceptances.push({ place, fund, outflow, paper, person })
      return
    case 'InflowVoided':
      rows.voids.push({
        place, fund, outflow, inflow: event.inflow, fen: event.amount, reason: REASONS.indexOf(event.reason),
        ref: event.ref, effective_on: event.effectiveOn, paper, person,
      })
      return
    default:
      event satisfies never // a new step without a table does not compile
  }
}

function fileBank(rows: Rows, place: number, event: BankEvent): void {
  const { account, paper, by: person } = event
  switch (event.name) {
    case 'AccountOpened':
      rows.accounts.push({
        number: account, place, community: event.community, opening_fen: event.opening, opened_on: event.openedOn, paper, person,
      })
      return
    case 'LinesRecorded':
      rows.bank_statements.push({
        account, number: event.statement, place, first_line: event.firstLine, size: event.lines.length, through_day: event.through,
        opening_fen: event.opening, closing_fen: event.closing, paper, person,
      })
      for (const [index, { ref, amount, day, paper }] of event.lines.entries())
        rows.bank_lines.push({ account, number: event.firstLine + index, statement: event.statement, fen: amount, day, ref, paper })
      return
    case 'LinesMatched':
      for (const [index, { line, fund, outflow, number, amount }] of event.matches.entries())
        rows.matches.push({
          account, number: event.firstMatch + index, place, line, fund, is_outflow: Number(outflow), entry: number, fen: amount,
          paper, person,
        })
      return
    case 'MatchUndone':
      rows.match_undoings.push({ account, number: event.number, place, reason: REASONS.indexOf(event.reason), paper, person })
      return
    case 'LineExplained':
      rows.line_explanations.push({ place, account, line: event.line, why: UNEXPLAINED.indexOf(event.why), paper, person })
      return
    default:
      event satisfies never
  }
}

function fileAudit(rows: Rows, place: number, event: AuditEvent): void {
  const { number, paper, by: person } = event
  switch (event.name) {
    case 'OpinionGiven':
      rows.opinions.push({
        number, place, community: event.community, from_day: event.from, through_day: event.through,
        opinion: OPINIONS.indexOf(event.opinion), bundle: event.bundle, paper, person,
      })
      return
    case 'FindingRaised':
      rows.findings.push({ number, place, community: event.community, owner: event.owner, due_on: event.dueOn, paper, person })
      return
    case 'FindingAnswered':
      rows.finding_answers.push({ place, finding: number, paper, person })
      return
    case 'FindingVerified':
      rows.finding_verdicts.push({ place, finding: number, is_done: Number(event.done), paper, person })
      return
    default:
      event satisfies never
  }
}

function fileComplaint(rows: Rows, place: number, event: ComplaintEvent): void {
  const { number: complaint, paper } = event
  switch (event.name) {
    case 'ComplaintFiled':
      rows.complaints.push({
        number: complaint, place, community: event.community, fund: event.fund, outflow: event.outflow, address: event.key, paper,
      })
      return
    case 'ComplaintAnswered':
      rows.complaint_answers.push({ place, complaint, paper, person: event.by })
      return
    case 'ComplaintClosed':
      rows.complaint_closings.push({ place, complaint, paper, person: event.by })
      return
    case 'ComplaintReopened':
      rows.complaint_reopenings.push({ place, complaint, address: event.key, paper, person: event.by })
      return
    default:
      event satisfies never
  }
}

function fileKey(rows: Rows, place: number, event: Named<'PersonEnrolled' | 'KeyAdded' | 'KeyRetired'>): void {
  const { person: owner, key: address, paper, by: person } = event
  if (event.name === 'PersonEnrolled') rows.persons.push({ number: owner, place, paper, person })
  const table = event.name === 'KeyRetired' ? rows.key_retirements : rows.keys
  table.push({ address, place, owner, paper, person })
}

function fileCharter(rows: Rows, place: number, event: CharterEvent): void {
  switch (event.name) {
    case 'RoleGranted':
      rows.role_grants.push({
        place, role: String(event.role), address: event.account, delay: event.delay, since: event.since,
        new_member: Number(event.newMember),
      })
      return
    case 'RoleRevoked':
      rows.role_revocations.push({ place, role: String(event.role), address: event.account })
      return
    case 'RoleLabel':
      rows.role_labels.push({ place, role: String(event.role), label: event.label })
      return
    case 'TargetFunctionRoleUpdated':
      rows.powers.push({ place, target: event.target, selector: event.selector, role: String(event.role) })
      return
    default: {
      const { name, ...facts } = event
      const text = (_: string, fact: unknown) => (typeof fact === 'bigint' ? String(fact) : fact)
      rows.charter_acts.push({ place, name, facts: JSON.stringify(facts, text) })
    }
  }
}

function noRows(): Rows {
  return {
    transactions: [], funds: [], fund_closings: [], periods: [], batches: [], inflows: [], origins: [], proposals: [], approvals: [],
    rejections: [], cancellations: [], executions: [], acceptances: [], voids: [], pieces: [], skips: [], accounts: [],
    bank_statements: [], bank_lines: [], matches: [], match_undoings: [], line_explanations: [], opinions: [], findings: [],
    finding_answers: [], finding_verdicts: [], complaints: [], complaint_answers: [], complaint_closings: [],
    complaint_reopenings: [], erasures: [], persons: [], keys: [], key_retirements: [], role_grants: [], role_revocations: [], role_labels: [], powers: [], charter_acts: [],
  }
}
