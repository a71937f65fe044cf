import { certificateDraft } from '../../../ledger/auditDrafts.ts'
import type { EventOf, LedgerEvent } from '../../../ledger/events.ts'
import { Day, dayAt, formatDay } from '../../../ledger/day.ts'
import type { Hex } from '../../../ledger/hex.ts'
import type { MatchedEntry } from '../../../ledger/traceability.ts'
import { KINDS, SOURCES, type Kind, type Source, type State } from '../../../ledger/words.ts'
import type { Fault, FaultCode, Place } from './fault.ts'
import { openLine, type Line } from './line.ts'

/** How a fund stands at the end, and what went through it, in fen. */
export type FundFacts = {
  readonly fund: number
  readonly community: number
  readonly restricted: boolean
  readonly open: boolean
  readonly purpose: Hex
  readonly received: bigint
  readonly cursor: bigint
  readonly uncrossed: bigint
  readonly held: bigint
  readonly batches: number
  readonly inflows: number
  readonly outflows: number
  readonly pieces: number
  /** What came in by source, and what went out by kind. */
  readonly bySource: Partial<Record<Source, bigint>>
  readonly byKind: Partial<Record<Kind, bigint>>
}

/** A moment of the book: the block, its time, and who signed what is told. */
export type Moment = { readonly block: number; readonly time: number; readonly person: number }

type Outflow = {
  kind: Kind; state: State; subject: number; amount: bigint; paid: bigint; returned: bigint
  proposer: number; approver: number; cashiers: Set<number>
}

type Batch = { readonly first: number; readonly source: Source; readonly recorder: number }

type Fund = {
  number: number; community: number; restricted: boolean; open: boolean; purpose: Hex
  /** The last day of the last closed period; -1 before the first is closed. */
  closedThrough: number; periods: number
  /** What is dated on each day. */
  dated: ({ day: Day; amount: bigint; count: number } & ({ source: Source } | { kind: Kind }))[]
  line: Line; held: bigint
  /** Where each inflow ends; the first begins at 0. */
  ends: bigint[]
  batches: Batch[]
  outflows: Outflow[]
  pieces: number
  cuts: Map<number, bigint>
  /** What of an inflow was void: the bank never had it. */
  voided: Map<number, bigint>
  bySource: Partial<Record<Source, bigint>>
  byKind: Partial<Record<Kind, bigint>>
}

/** Pieces that an execution or void has announced and that must follow at once. */
type Announced = { fund: Fund; outflow: number; offset: bigint; left: bigint; cut?: { start: bigint; end: bigint } }

/** The books of all funds, kept again from the events alone, by the rules and not by what the events claim of themselves. */
export type Funds = ReturnType<typeof openFunds>

/** Begins with no fund. */
export function openFunds() {
  const funds: Fund[] = []
  const refs = new Set<Hex>()
  const certificates = new Map<Hex, Readonly<Record<string, string>>>()
  let faults: Fault[] = []
  let place: Place = {}
  let announced: Announced | undefined
  let executed: Hex | undefined
  let arriving: { fund: Fund; inflow: number; amount: bigint; source: Source } | undefined

  return { take, endCall, bankFenOf, certificateOf: (paper: Hex) => certificates.get(paper), facts: () => funds.map(factsOf) }

  /** Takes one event of FundLedger. Gives what is wrong with it. */
  function take(event: LedgerEvent, moment: Moment): Fault[] {
    faults = []
    place = { block: moment.block }
    if ('by' in event && event.by !== moment.person) fault('PERSON_OTHER', `person ${moment.person}`, `person ${event.by}`)
    if (announced && event.name !== 'PieceTaken') endPieces()
    takeEvent(event, moment)
    return faults
  }

  /** At the end of a call nothing may be announced any more. Gives what is missing. */
  function endCall(block: number): Fault[] {
    faults = []
    place = { block }
    endPieces()
    if (arriving) {
      place = { block, fund: arriving.fund.number, entry: 'inflow', number: arriving.inflow }
      fault('ORIGIN_WRONG', 'where it came from', 'nothing')
    }
    arriving = undefined
    return faults
  }

  /** How many fen of an entry can be a bank's: see ledger/traceability.ts. */
  function bankFenOf({ fund, outflow, entry }: MatchedEntry): bigint | undefined {
    const found = funds[fund - 1]
    if (outflow) {
      const went = found?.outflows[entry - 1]
      return went && (went.kind === 'Void' ? 0n : went.paid)
    }
    const end = found?.ends[entry - 1]
    return end === undefined ? undefined : end - (found?.ends[entry - 2] ?? 0n) - (found?.voided.get(entry) ?? 0n)
  }

  function takeEvent(event: LedgerEvent, moment: Moment): void {
    switch (event.name) {
      case 'FundOpened': return openFund(event)
      case 'FundClosed': return closeFund(event)
      case 'PeriodClosed': return closePeriod(event, moment)
      case 'InflowsRecorded': return recordInflows(event, moment)
      case 'OriginRecorded': return recordOrigin(event)
      case 'PaymentProposed': return propose(event)
      case 'PaymentApproved': return approve(event)
      case 'PaymentRejected': return void step(event.fund, event.outflow, ['Proposed'], ({ outflow }) => {
        different(outflow, event.by, false)
        outflow.state = 'Rejected'
      })
      case 'PaymentCancelled': return cancel(event)
      case 'PaymentExecuted': return execute(event, moment)
      case 'PaymentAccepted': return void step(event.fund, event.outflow, ['Executed'], ({ outflow }) => {
        different(outflow, event.by, true)
        outflow.state = 'Accepted'
      })
      case 'InflowVoided': return voidInflow(event, moment)
      case 'PieceTaken': return takePiece(event)
      case 'CutsSkipped': return skip(event)
      default: return
    }
  }

  function openFund({ fund, community, restricted, purpose }: EventOf<'FundOpened'>): void {
    place = { ...place, fund }
    if (fund !== funds.length + 1) fault('NUMBER_GAP', `fund ${funds.length + 1}`, `fund ${fund}`)
    funds.push({
      number: fund, community, restricted, open: true, purpose, closedThrough: -1, periods: 0, dated: [], line: openLine(), held: 0n,
      ends: [], batches: [], outflows: [], pieces: 0, cuts: new Map(), voided: new Map(), bySource: {}, byKind: {},
    })
  }

  function closeFund({ fund: number }: EventOf<'FundClosed'>): void {
    const fund = openFundOf(number)
    if (fund) fund.open = false
  }

  function closePeriod({ fund: number, period, through, received, inflows, outflows, paper }: EventOf<'PeriodClosed'>, { time }: Moment): void {
    const fund = fundOf(number)
    if (!fund) return
    fund.periods++
    if (period !== fund.periods) fault('NUMBER_GAP', `period ${fund.periods}`, `period ${period}`)
    if (through <= fund.closedThrough || through >= dayAt(time)) fault('DATE_WRONG', `< ${formatDay(dayAt(time))}`, formatDay(through))
    const standing = { received: fund.line.standing().received, inflows: fund.ends.length, outflows: fund.outflows.length }
    const told = { received, inflows, outflows }
    for (const name of ['received', 'inflows', 'outflows'] as const)
      if (standing[name] !== told[name]) fault('AMOUNT_WRONG', `${name} ${standing[name]}`, `${name} ${told[name]}`)
    certificates.set(paper, certificateOf(fund, through))
    fund.closedThrough = Math.max(fund.closedThrough, through)
  }

  function recordInflows({ fund: number, batch, firstNumber, start, source, effectiveOn, by, inflows }: EventOf<'InflowsRecorded'>, moment: Moment): void {
    const fund = openFundOf(number)
    if (!fund) return
    place = { ...place, entry: 'batch', number: batch }
    if (batch !== fund.batches.length + 1) fault('NUMBER_GAP', `${fund.batches.length + 1}`, `${batch}`)
    if (firstNumber !== fund.ends.length + 1) fault('NUMBER_GAP', `inflow ${fund.ends.length + 1}`, `inflow ${firstNumber}`)
    const { received } = fund.line.standing()
    if (start !== received) fault('LINE_GAP', `${received}`, `${start}`)
    dateOf(fund, effectiveOn, moment)

    fund.batches.push({ first: fund.ends.length + 1, source, recorder: by })
    let end: bigint = received
    for (const [index, { ref, amount }] of inflows.entries()) {
      place = { ...place, entry: 'inflow', number: firstNumber + index }
      if (amount === 0n) fault('AMOUNT_WRONG', '> 0', '0')
      // What a transfer brings has the ref of the payment that took it from the other fund.
      if (source !== 'Transfer') useRef(ref)
      else if (ref !== executed) fault('ORIGIN_WRONG', executed ?? '—', ref)
      end += amount
      fund.ends.push(end)
    }
    fund.line.append(end - received)
    add(fund.bySource, source, end - received)
    fund.dated.push({ day: effectiveOn, source, amount: end - received, count: inflows.length })
    if (source === 'Return' || source === 'Transfer') arriving = { fund, inflow: fund.ends.length, amount: end - received, source }
  }

  function recordOrigin({ fund, inflow, originFund, originOutflow, offset }: EventOf<'OriginRecorded'>): void {
    place = { ...place, fund, entry: 'inflow', number: inflow }
    const came = arriving
    arriving = undefined
    const outflow = funds[originFund - 1]?.outflows[originOutflow - 1]
    if (!came || came.fund.number !== fund || came.inflow !== inflow || !outflow)
      return fault('ORIGIN_WRONG', came ? `inflow ${came.inflow} of fund ${came.fund.number}` : 'nothing', `outflow ${originOutflow} of fund ${originFund}`)
    // What comes back comes from an outflow's end; what is transferred arrives in its order.
    const expected = came.source === 'Return' ? outflow.paid - outflow.returned - came.amount : outflow.paid - came.amount
    if (offset !== expected || expected < 0n) fault('ORIGIN_WRONG', `${expected}`, `${offset}`)
    outflow.returned += came.amount
  }

  function propose({ fund: number, outflow: at, kind, subject, amount, ref, by }: EventOf<'PaymentProposed'>): void {
    const fund = openFundOf(number)
    if (!fund) return
    addOutflow(fund, at, { kind, state: 'Proposed', subject, amount, paid: 0n, ...newOutflow(by) })
    useRef(ref)
  }

  function approve({ fund: number, outflow: at, by }: EventOf<'PaymentApproved'>): void {
    step(number, at, ['Proposed'], ({ fund, outflow }) => {
      different(outflow, by, false)
      outflow.state = 'Approved'
      outflow.approver = by
      fund.held += outflow.amount
      const { received, cursor, uncrossed } = fund.line.standing()
      const unspent = received - cursor - uncrossed
      if (fund.held > unspent) fault('AMOUNT_WRONG', `≤ ${unspent - fund.held + outflow.amount}`, `${outflow.amount}`)
    })
  }

  function cancel({ fund: number, outflow: at, released }: EventOf<'PaymentCancelled'>): void {
    step(number, at, ['Proposed', 'Approved'], ({ fund, outflow }) => {
      const expected = outflow.state === 'Approved' ? outflow.amount - outflow.paid : 0n
      if (released !== expected) fault('AMOUNT_WRONG', `${expected}`, `${released}`)
      fund.held -= expected
      outflow.state = outflow.paid === 0n ? 'Cancelled' : 'Executed'
    })
  }

  function execute(event: EventOf<'PaymentExecuted'>, moment: Moment): void {
    const { amount, released, last, ref, effectiveOn, by } = event
    step(event.fund, event.outflow, ['Approved'], ({ fund, outflow }) => {
      different(outflow, by, false)
      if (by === outflow.approver) fault('PERSON_SAME', `≠ person ${by}`, `person ${by}`)
      dateOf(fund, effectiveOn, moment)
      useRef(ref)
      executed = ref
      const left = outflow.amount - outflow.paid
      const done = last || amount === left
      if (amount === 0n || amount > left) fault('AMOUNT_WRONG', `≤ ${left}`, `${amount}`)
      if (released !== (done ? left - amount : 0n)) fault('AMOUNT_WRONG', `${done ? left - amount : 0n}`, `${released}`)

      const offset = outflow.paid
      fund.held -= amount + (done ? left - amount : 0n)
      outflow.paid += amount
      outflow.state = done ? 'Executed' : 'Approved'
      outflow.cashiers.add(by)
      add(fund.byKind, outflow.kind, amount)
      fund.dated.push({ day: effectiveOn, kind: outflow.kind, amount, count: 1 })
      announced = {
        fund, outflow: event.outflow, offset, left: amount,
        ...(outflow.kind === 'Refund' && { cut: cutOf(fund, outflow.subject, amount) }),
      }
    })
  }

  function voidInflow(event: EventOf<'InflowVoided'>, moment: Moment): void {
    const { amount, inflow, ref, effectiveOn, by } = event
    const fund = openFundOf(event.fund)
    if (!fund) return
    addOutflow(fund, event.outflow, { kind: 'Void', state: 'Executed', subject: inflow, amount, paid: amount, ...newOutflow(by) })
    dateOf(fund, effectiveOn, moment)
    useRef(ref)
    const batch = fund.batches.findLast(({ first }) => first <= inflow)
    if (batch?.recorder === by) fault('PERSON_SAME', `≠ person ${by}`, `person ${by}`)
    add(fund.byKind, 'Void', amount)
    fund.voided.set(inflow, (fund.voided.get(inflow) ?? 0n) + amount)
    fund.dated.push({ day: effectiveOn, kind: 'Void', amount, count: 1 })
    announced = { fund, outflow: event.outflow, offset: 0n, left: amount, cut: cutOf(fund, inflow, amount) }
  }

  /** The end of what is left of an inflow. */
  function cutOf(fund: Fund, inflow: number, amount: bigint): { start: bigint; end: bigint } {
    const before = fund.cuts.get(inflow) ?? 0n
    const end = (fund.ends[inflow - 1] ?? 0n) - before
    const begin = inflow > 1 ? (fund.ends[inflow - 2] ?? 0n) : 0n
    if (inflow < 1 || inflow > fund.ends.length || end - amount < begin) fault('AMOUNT_WRONG', `≤ ${end - begin}`, `${amount}`)
    fund.cuts.set(inflow, before + amount)
    return { start: end - amount, end }
  }

  function takePiece({ fund: number, outflow, piece, start, end, offset }: EventOf<'PieceTaken'>): void {
    place = { ...place, fund: number, entry: 'piece', number: piece }
    const now = announced
    if (!now || now.fund.number !== number || now.outflow !== outflow || now.left === 0n)
      return fault('PIECE_WRONG', now ? `outflow ${now.outflow}` : 'none', `outflow ${outflow}`)
    const { fund, cut } = now
    fund.pieces++
    if (piece !== fund.pieces) fault('NUMBER_GAP', `${fund.pieces}`, `${piece}`)
    if (cut && !fund.line.cut(cut)) fault('PIECE_WRONG', 'unspent', `${cut.start}–${cut.end}`)
    const expected = cut ?? fund.line.take(now.left)
    if (start !== expected.start || end !== expected.end || offset !== now.offset)
      fault('PIECE_WRONG', `${expected.start}–${expected.end} @ ${now.offset}`, `${start}–${end} @ ${offset}`)
    const length = expected.end - expected.start
    announced = { ...now, left: now.left - length, offset: now.offset + length }
  }

  function endPieces(): void {
    const now = announced
    announced = undefined
    if (!now || now.left === 0n) return
    place = { ...place, fund: now.fund.number, entry: 'outflow', number: now.outflow }
    fault('PIECE_WRONG', `${now.left} more`, 'nothing')
  }

  function skip({ fund: number, crossed, cursor }: EventOf<'CutsSkipped'>): void {
    const fund = fundOf(number)
    if (!fund) return
    const found = fund.line.skip(crossed)
    const standing = fund.line.standing()
    if (found !== crossed || standing.cursor !== cursor) fault('PIECE_WRONG', `${found} → ${standing.cursor}`, `${crossed} → ${cursor}`)
  }

  // ---------------------------------------------------------------- Rules

  function fault(code: FaultCode, expected: string, found: string): void {
    faults.push({ code, place, expected, found })
  }

  function fundOf(number: number): Fund | undefined {
    place = { ...place, fund: number }
    const fund = funds[number - 1]
    if (!fund) fault('FUND_WRONG', `1–${funds.length}`, `${number}`)
    return fund
  }

  function openFundOf(number: number): Fund | undefined {
    const fund = fundOf(number)
    if (fund && !fund.open) fault('FUND_WRONG', 'open', 'closed')
    return fund
  }

  function addOutflow(fund: Fund, number: number, outflow: Outflow): void {
    place = { ...place, entry: 'outflow', number }
    if (number !== fund.outflows.length + 1) fault('NUMBER_GAP', `${fund.outflows.length + 1}`, `${number}`)
    if (outflow.amount === 0n) fault('AMOUNT_WRONG', '> 0', '0')
    fund.outflows.push(outflow)
  }

  function step(fundNumber: number, number: number, states: readonly State[], act: (found: { fund: Fund; outflow: Outflow }) => void): void {
    const fund = fundOf(fundNumber)
    place = { ...place, entry: 'outflow', number }
    const outflow = fund?.outflows[number - 1]
    if (!fund || !outflow) return fault('STEP_WRONG', states.join(' | '), 'no such outflow')
    if (!states.includes(outflow.state)) fault('STEP_WRONG', states.join(' | '), outflow.state)
    act({ fund, outflow })
  }

  // Whoever proposed neither approves nor pays; whoever accepts did none of these.
  function different(outflow: Outflow, by: number, last: boolean): void {
    const before = last ? [outflow.proposer, outflow.approver, ...outflow.cashiers] : [outflow.proposer]
    if (before.includes(by)) fault('PERSON_SAME', `≠ person ${by}`, `person ${by}`)
  }

  function dateOf({ closedThrough }: Fund, effectiveOn: Day, { time }: Moment): void {
    const today = dayAt(time)
    if (effectiveOn <= closedThrough) fault('PERIOD_CLOSED', `> ${formatDay(Day(closedThrough))}`, formatDay(effectiveOn))
    if (effectiveOn > today) fault('DATE_WRONG', `≤ ${formatDay(today)}`, formatDay(effectiveOn))
  }

  function useRef(ref: Hex): void {
    if (refs.has(ref)) fault('REF_REPEATED', 'a new ref', ref)
    refs.add(ref)
  }
}

function newOutflow(proposer: number): Pick<Outflow, 'returned' | 'proposer' | 'approver' | 'cashiers'> {
  return { returned: 0n, proposer, approver: 0, cashiers: new Set() }
}

/** What the certificate of a period must say: the days after the last closed one, up to `through`. */
function certificateOf({ number, closedThrough, dated }: Fund, through: Day): Readonly<Record<string, string>> {
  const within = dated.filter(({ day }) => day > closedThrough && day <= through)
  const unspentAt = (last: number) => dated.filter(({ day }) => day <= last).reduce((sum, one) => sum + ('source' in one ? one.amount : -one.amount), 0n)
  const sumOf = (entries: readonly { amount: bigint; count: number }[]) => ({
    amount: entries.reduce((sum, { amount }) => sum + amount, 0n), count: entries.reduce((sum, { count }) => sum + count, 0),
  })
  const { public: fields } = certificateDraft({
    fund: number, ...(closedThrough >= 0 && { from: Day(closedThrough + 1) }), through, opening: unspentAt(closedThrough), closing: unspentAt(through),
    inflows: SOURCES.flatMap((source) => {
      const entries = within.filter((one) => 'source' in one && one.source === source)
      return entries.length > 0 ? [{ source, ...sumOf(entries) }] : []
    }),
    outflows: KINDS.flatMap((kind) => {
      const entries = within.filter((one) => 'kind' in one && one.kind === kind)
      return entries.length > 0 ? [{ kind, ...sumOf(entries) }] : []
    }),
  })
  return fields
}

function add<Key extends string>(sums: Partial<Record<Key, bigint>>, key: Key, amount: bigint): void {
  sums[key] = (sums[key] ?? 0n) + amount
}

function factsOf({ number, community, restricted, open, purpose, line, held, ends, batches, outflows, pieces, bySource, byKind }: Fund): FundFacts {
  return {
    fund: number, community, restricted, open, purpose, ...line.standing(), held, batches: batches.length, inflows: ends.length,
    outflows: outflows.length, pieces, bySource, byKind,
  }
}
