import type { Back, Part, Spent, Trace as TraceRow } from '../indexer/trace.ts'
import type { Inflow } from '../indexer/inflows.ts'
import type { Outflow, Step } from '../indexer/outflows.ts'
import type { Fund } from '../indexer/funds.ts'
import type { Latest } from '../indexer/latest.ts'
import type { Reader } from '../indexer/read.ts'
import { formatDay, parseDay, type Day } from '../ledger/day.ts'
import { documentsNamedIn } from '../ledger/documents.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import type { Paper } from '../ledger/papers.ts'
import { shownText } from '../ledger/shown.ts'
import type { Role } from '../ledger/words.ts'
import { appointmentsOf } from './appointments.ts'
import { openBankBook } from './bank.ts'
import { flowOf } from './flow.ts'
import { mirrorContradicts } from './problem.ts'
import { openTitles, type Titles } from './titles.ts'
import type { PaperStore } from './routes/papers.ts'
import type { BackView, Book, EntryQuery, EntryView, FundView, Head, InflowView, OutflowView, PartView, PaymentView, RightsView, SpentView, StepView, TraceView } from './views.ts'

type Papers = Pick<PaperStore, 'paperOf'>

/** Tells the book to people: the mirror's rows, with the words of the papers beside them. */
export function openBook(reader: Reader, papers: Pick<PaperStore, 'paperOf' | 'hasPaper'> & { version(): string }): Book {
  const titles = openTitles(papers)
  const fundView = (fund: Fund) => viewOfFund(fund, titles)
  const traceView = (trace: TraceRow | undefined) => trace && viewOfTrace(trace, titles, titles.ofFund(reader.fund(trace.inflow.fund)).title, reader)
  const outflowView = (outflow: Outflow) => viewOfOutflow(outflow, titles)
  const bank = openBankBook(reader, papers)
  return {
    version: () => reader.version(),
    head: () => headOf(reader),
    funds: whole(() => reader.funds().map(fundView)),
    fund: whole((number) => {
      const fund = reader.fund(number)
      return fund && fundView(fund)
    }),
    inflows: whole((fund, query) => reader.inflows(fund, pageOf(query)).map(viewOfInflow)),
    payments: whole((fund, query) => reader.outflows(fund, pageOf(query)).map(outflowView)),
    payment: whole((fund, number) => {
      const outflow = reader.outflow(fund, number)
      return outflow && { ...viewOfPayment(reader, papers, outflow, outflowView(outflow)), bank: bank.matchesOf(fund, true, number) }
    }),
    trace: whole((fund, number) => traceView(reader.trace(fund, number))),
    traceOfRef: whole((fund, ref) => traceView(reader.traceOfRef(fund, ref))),
    inflowOf: (fund, ref) => reader.numberOfRef(fund, ref),
    latest: whole((limit) => latestOf(reader, limit, outflowView)),
    flow: whole(() => flowOf(reader, titles)),
    rights: whole(() => rightsOf(reader)),
    bank: {
      accounts: whole(() => bank.accounts()),
      account: whole((number) => bank.account(number)),
      lines: whole((account, query) => bank.lines(account, query)),
      matchesOf: whole((fund, outflow, entry) => bank.matchesOf(fund, outflow, entry)),
      traceability: whole(() => bank.traceability()),
    },
  }
}

/** Lets rows through that can be told. No chain writes others: somebody altered the mirror, or it is broken. */
function whole<Asked extends unknown[], Told>(tell: (...asked: Asked) => Told): (...asked: Asked) => Told {
  return (...asked) => {
    try {
      return tell(...asked)
    } catch (error) {
      if (error instanceof RangeError) throw mirrorContradicts(error)
      throw error
    }
  }
}

function headOf(reader: Reader): Head {
  const head = reader.head()
  return head ? { number: head.block, hash: head.hash, time: head.time } : { number: 0, hash: NO_HASH, time: 0 }
}

const NO_HASH: Hex = `0x${'0'.repeat(64)}`

function pageOf({ from, to, ...query }: EntryQuery) {
  return { ...query, ...(from !== undefined && { from: parseDay(from) }), ...(to !== undefined && { to: parseDay(to) }) }
}

function viewOfFund(fund: Fund, titles: Titles): FundView {
  const { number, community, restricted, open, received, returned, corrected, held, reserve, available, unspent, purpose } = fund
  return {
    number, ...titles.ofFund(fund), community, restricted, open, received, returned, corrected,
    transferred: Fen(fund.transferred + fund.returnedElsewhere),
    spent: Fen(fund.paid + fund.refunded + fund.transferred + fund.voided),
    held, reserve, available, unspent, inflows: fund.inflows, outflows: fund.outflows, paper: purpose,
  }
}

function viewOfInflow({ fund, number, batch, amount, source, effectiveOn, recordedAt, recorder, paper, origin }: Inflow): InflowView {
  return {
    fund, number, batch, amount, source, effectiveOn: formatDay(effectiveOn), recordedAt, recorder, paper,
    ...(origin && { origin: { fund: origin.fund, outflow: origin.outflow } }),
  }
}

function viewOfOutflow(outflow: Outflow, titles: Titles): OutflowView {
  const { fund, number, kind, state, amount, paid, returned, recordedAt, paper, subject } = outflow
  return {
    fund, number, kind, state, amount, paid, returned, recordedAt, paper, ...titles.of(outflow),
    ...dayOf(outflow.effectiveOn), ...(subject !== 0 && { subject }),
  }
}

function dayOf(effectiveOn: Day | undefined): { effectiveOn?: string } {
  return effectiveOn === undefined ? {} : { effectiveOn: formatDay(effectiveOn) }
}

/** So many donors' parts are listed; the rest is counted. */
const LISTED = 100

function viewOfPayment(reader: Reader, papers: Papers, { fund, number }: Outflow, view: OutflowView): Omit<PaymentView, 'bank'> {
  const { shares, more } = reader.sharesOf(fund, number, LISTED)
  return {
    ...view,
    steps: reader.steps(fund, number).map((step) => viewOfStep(step, papers.paperOf(step.paper)?.paper)),
    parts: shares.map(({ fund, inflow, amount, source, effectiveOn }) =>
      ({ fund, inflow, amount, source, effectiveOn: formatDay(effectiveOn) })),
    more,
    returns: reader.returnsOf(fund, number).map(({ fund, inflow, start, end, effectiveOn }) =>
      ({ fund, inflow, amount: Fen(end - start), effectiveOn: formatDay(effectiveOn) })),
  }
}

/** Which role an act needs, as contracts/roles.json has it. */
const ROLE_OF: Record<StepView['step'], Role> = {
  Proposed: 'ACCOUNTANT', Approved: 'APPROVER', Executed: 'CASHIER', Accepted: 'ACCEPTER', Rejected: 'APPROVER',
  Cancelled: 'ACCOUNTANT', Voided: 'APPROVER',
}

function viewOfStep({ step, person, paper, transaction, at, amount, effectiveOn, reason }: Step, kept: Paper | undefined): StepView {
  const statement = shownText(kept?.public['statement'] ?? '')
  const documents = kept ? documentsNamedIn(kept).filter((name): name is Hex => /^0x[0-9a-f]{64}$/.test(name)) : []
  return {
    step, role: ROLE_OF[step], person, at, paper, transaction,
    ...(amount !== undefined && { amount }), ...dayOf(effectiveOn), ...(reason && { reason }), ...(statement !== '' && { statement }),
    ...(documents.length > 0 && { documents }),
  }
}

function viewOfTrace({ inflow, cut, parts }: TraceRow, titles: Titles, fundTitle: FundView['title'], reader: Reader): TraceView {
  const { fund, number, amount, effectiveOn, source } = inflow
  const views = parts.map((part) => viewOfPart(part, titles, reader))
  return {
    told: { fund, inflow: { number, amount, effectiveOn, source }, parts: views },
    fund, fundTitle, inflow: viewOfInflow(inflow), cut, parts: views, head: headOf(reader),
  }
}

function viewOfPart(part: Part, titles: Titles, reader: Reader): PartView {
  if (part.place === 'fund') return part
  const { from, to, outflow, backFrom, back } = part
  return {
    place: 'outflow', from, to, outflow: viewOfOutflow(outflow, titles), ...takingOf(part, reader), backFrom,
    back: back.map((one) => viewOfBack(one, titles, reader)),
  }
}

/** When these fen were taken: other fen of an outflow in instalments went on other days. */
function takingOf({ offset, outflow }: Spent, reader: Reader): Pick<SpentView, 'takenOn' | 'reason'> {
  const taking = reader.takingOf(outflow.fund, outflow.number, offset)
  return taking ? { takenOn: formatDay(taking.effectiveOn), ...(taking.reason && { reason: taking.reason }) } : {}
}

function viewOfBack({ parts, ...back }: Back, titles: Titles, reader: Reader): BackView {
  return { ...back, parts: parts.map((part) => viewOfPart(part, titles, reader)) }
}

/** The newest entries; batches of one import, which lie side by side, are told as one. */
function latestOf(reader: Reader, limit: number, outflowView: (outflow: Outflow) => OutflowView): EntryView[] {
  const entries: EntryView[] = []
  for (const row of reader.latest(10 * limit)) {
    const joined = joinedWith(entries.at(-1), row)
    if (joined) entries[entries.length - 1] = joined
    else if (entries.length === limit) break
    else entries.push(...entryOf(reader, row, outflowView))
  }
  return entries
}

function joinedWith(entry: EntryView | undefined, row: Latest): EntryView | undefined {
  if (entry?.what !== 'inflows' || row.what !== 'inflows') return undefined
  if (entry.fund !== row.fund || entry.source !== row.source || entry.effectiveOn !== formatDay(row.effectiveOn)) return undefined
  return { ...entry, count: entry.count + row.count, amount: Fen(entry.amount + row.amount) }
}

function entryOf(reader: Reader, row: Latest, outflowView: (outflow: Outflow) => OutflowView): EntryView[] {
  const { fund, amount, at } = row
  if (row.what === 'inflows')
    return [{ what: 'inflows', fund, count: row.count, amount, source: row.source, effectiveOn: formatDay(row.effectiveOn), at }]
  const outflow = reader.outflow(fund, row.outflow)
  return outflow ? [{ what: 'outflow', step: row.what, outflow: outflowView(outflow), amount, at }] : []
}

function rightsOf(reader: Reader): RightsView {
  const { time } = headOf(reader)
  const appointments = appointmentsOf(reader)
  return { holders: appointments.filter(({ since }) => since <= time), pending: appointments.filter(({ since }) => since > time), persons: reader.persons() }
}
