import type { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import type { Share } from '../ledger/traceability.ts'
import type { Kind, Reason, Role, Source, State, Unexplained, Words } from '../ledger/words.ts'
import type { BackTold, OutflowTold, SpentTold, Trace, UnspentTold } from './pages/browser/sentences.ts'

/** What people are told of the book: rows of the mirror, with the public words of their papers. Amounts in fen. */

/** The newest block that the mirror holds. Time in unix seconds. */
export type Head = { readonly number: number; readonly hash: Hex; readonly time: number }

/** What a paper's public fields say of its entry. `known` is false where the vault has no such paper. */
export type Titled = {
  readonly title: Words
  readonly category: Words
  /** Which undertaking it belongs to, where its paper says so. */
  readonly project?: string
  /** Invented for the demonstration. */
  readonly demo: boolean
  readonly known: boolean
}

export type FundView = {
  readonly number: number
  readonly title: Words
  readonly purpose: Words
  readonly community: number
  readonly restricted: boolean
  readonly open: boolean
  /** The length of the fund's line: with what came back of its outflows, `returned`, and what came from other funds. */
  readonly received: Fen
  readonly returned: Fen
  /** In `received` and in `spent` alike, though it neither came nor went: what came back to the fund, and what was recorded in error and voided. */
  readonly corrected: Fen
  /** Paid, given back, void, and transferred to other funds; gross, so with what came back later. */
  readonly spent: Fen
  /** What of it reached other funds: by a transfer, or because it came back when this fund was closed. */
  readonly transferred: Fen
  readonly held: Fen
  readonly reserve: Fen
  readonly available: Fen
  readonly unspent: Fen
  readonly inflows: number
  readonly outflows: number
  readonly paper: Hex
  readonly demo: boolean
}

export type InflowView = {
  readonly fund: number
  readonly number: number
  readonly batch: number
  readonly amount: Fen
  readonly source: Source
  readonly effectiveOn: string
  readonly recordedAt: number
  readonly recorder: number
  readonly paper: Hex
  /** The outflow that it brings fen back from. */
  readonly origin?: { readonly fund: number; readonly outflow: number }
}

export type OutflowView = Titled & {
  readonly fund: number
  readonly number: number
  readonly kind: Kind
  readonly state: State
  readonly amount: Fen
  readonly paid: Fen
  readonly returned: Fen
  /** Of the last payment; absent until then. */
  readonly effectiveOn?: string
  readonly recordedAt: number
  readonly paper: Hex
  /** The inflow of a refund or void, or the other fund of a transfer. */
  readonly subject?: number
}

/** One act in the life of an outflow. `person` is a number; who it is stands in no public place. */
export type StepView = {
  readonly step: 'Proposed' | 'Approved' | 'Executed' | 'Accepted' | 'Rejected' | 'Cancelled' | 'Voided'
  readonly role: Role
  readonly person: number
  readonly at: number
  readonly paper: Hex
  readonly transaction: Hex
  readonly amount?: Fen
  readonly effectiveOn?: string
  readonly reason?: Reason
  /** What whoever took it wrote for everybody. */
  readonly statement?: string
  /** SHA-256 of the photos and files that its paper names; they themselves are private. */
  readonly documents?: readonly Hex[]
}

/** Fen of one inflow under a payment. Those that came through a return or transfer are followed to where they came from. */
export type DonorPart = {
  readonly fund: number
  readonly inflow: number
  readonly amount: Fen
  readonly source: Source
  readonly effectiveOn: string
}

export type PaymentView = OutflowView & {
  readonly steps: readonly StepView[]
  readonly parts: readonly DonorPart[]
  /** How many parts are not shown. */
  readonly more: number
  readonly returns: readonly { readonly fund: number; readonly inflow: number; readonly amount: Fen; readonly effectiveOn: string }[]
  /** The bank's lines that it is. */
  readonly bank?: readonly EntryMatchView[]
}

/** Where every fen of an inflow is: told like a proof's facts, with the papers' words beside them. */
export type TraceView = {
  /** The same in the form that sentences are made of. */
  readonly told: Trace
  readonly fund: number
  readonly fundTitle: Words
  readonly inflow: InflowView
  readonly cut: Fen
  readonly parts: readonly PartView[]
  readonly head: Head
}

export type PartView = UnspentTold | SpentView
export type SpentView = Omit<SpentTold, 'outflow' | 'back'> & {
  readonly outflow: OutflowTold & OutflowView
  /** The accounting date of the instalment that took these fen. */
  readonly takenOn?: string
  /** Why a void was made. */
  readonly reason?: Reason
  readonly back: readonly BackView[]
}
export type BackView = Omit<BackTold, 'parts'> & { readonly parts: readonly PartView[] }

/** One entry among the latest. */
export type EntryView =
  | { readonly what: 'inflows'; readonly fund: number; readonly count: number; readonly amount: Fen; readonly source: Source; readonly effectiveOn: string; readonly at: number }
  | { readonly what: 'outflow'; readonly step: 'Proposed' | 'Executed' | 'Voided'; readonly outflow: OutflowView; readonly amount: Fen; readonly at: number }

/** Money's way: from sources into funds, and from funds to what it was for. */
export type FlowView = {
  readonly into: readonly { readonly source: Source; readonly fund: number; readonly amount: Fen }[]
  readonly outOf: readonly { readonly fund: number; readonly purpose: Words; readonly amount: Fen }[]
}

/** The matrix 权责清单, and who holds which role today. */
export type HolderView = { readonly role: Role; readonly person: number; readonly key: Hex; readonly since: number }

/** Who holds which role; `pending` appointments count from their `since` on. */
export type RightsView = {
  readonly holders: readonly HolderView[]
  readonly pending: readonly HolderView[]
  readonly persons: readonly { readonly number: number; readonly enrolledBy: number; readonly at: number; readonly paper: Hex }[]
}

/** Which entries of a fund to show. Numbers go down: the newest stands first. */
export type EntryQuery = {
  readonly before?: number
  readonly after?: number
  readonly limit: number
  readonly from?: string
  readonly to?: string
  readonly source?: Source
}

/** What the routes and pages ask. */
export type Book = {
  /** Changes whenever an answer may have changed, also by somebody's hand. */
  version(): string
  head(): Head
  funds(): readonly FundView[]
  fund(number: number): FundView | undefined
  inflows(fund: number, query: EntryQuery): readonly InflowView[]
  payments(fund: number, query: EntryQuery): readonly OutflowView[]
  payment(fund: number, number: number): PaymentView | undefined
  trace(fund: number, inflow: number): TraceView | undefined
  /** The same of the inflow with this ref. */
  traceOfRef(fund: number, ref: Hex): TraceView | undefined
  /** The number of the inflow with this ref. */
  inflowOf(fund: number, ref: Hex): number | undefined
  latest(limit: number): readonly EntryView[]
  flow(): FlowView
  rights(): RightsView
  bank: BankBook
}

/** A bank account without its number. Signed amounts are fen, below zero when overdrawn or paid out. */
export type AccountView = {
  readonly number: number
  readonly title: Words
  readonly bank?: string
  readonly demo: boolean
  readonly community: number
  readonly opening: bigint
  readonly openedOn: string
  /** The last day that a statement covers; absent before the first one. */
  readonly through?: string
  readonly balance: bigint
  readonly lines: number
  readonly statements: number
  readonly matches: number
  readonly paper: Hex
  readonly openedAt: number
  readonly credits: Share
  readonly debits: Share
}

/** That `amount` fen of a bank's line are what an inflow or outflow of a fund says. */
export type EntryMatchView = {
  readonly account: number
  readonly number: number
  readonly line: number
  readonly fund: number
  readonly outflow: boolean
  readonly entry: number
  readonly amount: Fen
  readonly paper: Hex
}

/** What was said of a line that has no entry. `statement` is public. */
export type ExplanationView = { readonly why: Unexplained; readonly statement?: string; readonly paper: Hex }

export type BankLineView = {
  readonly account: number
  readonly number: number
  readonly statement: number
  readonly amount: bigint
  readonly day: string
  readonly paper: Hex
  readonly matched: Fen
  readonly matches: readonly EntryMatchView[]
  readonly explained?: ExplanationView
}

/** A line of which `left` fen have no complete chain of entries and papers, since it was recorded at `since`. */
export type UnexplainedView = {
  readonly account: number
  readonly number: number
  readonly day: string
  readonly amount: bigint
  readonly left: bigint
  readonly since: number
  readonly explained?: ExplanationView
}

/** 资金追溯率. The headline is the lower share; absent before the bank moved anything. Months go down, `2026-11` before `2026-10`. */
export type TraceabilityView = {
  readonly headline?: Share
  /** The last day of which the lines of every account are recorded; absent before the first statement. What moved later is in no share. */
  readonly through?: string
  readonly credits: Share
  readonly debits: Share
  readonly months: readonly { readonly month: string; readonly credits: Share; readonly debits: Share }[]
  readonly unexplained: readonly UnexplainedView[]
}

/** Which lines of an account to show. */
export type BankQuery = Omit<EntryQuery, 'source'>

/** What the routes and pages ask of the bank's side. */
export type BankBook = {
  accounts(): readonly AccountView[]
  account(number: number): AccountView | undefined
  lines(account: number, query: BankQuery): readonly BankLineView[]
  /** The matches of an inflow or outflow that stand. */
  matchesOf(fund: number, outflow: boolean, entry: number): readonly EntryMatchView[]
  traceability(): TraceabilityView
}
