import type { Wallet } from 'ethers'
import { pathOf, leafOf } from '../../ledger/batch.ts'
import type { Inflow } from '../../indexer/inflows.ts'
import type { Reader } from '../../indexer/read.ts'
import type { Day } from '../../ledger/day.ts'
import { outflowDraft, stepDraft } from '../../ledger/drafts.ts'
import { Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { Draft } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { REASONS, STATES, wordAt, type Reason, type State } from '../../ledger/words.ts'
import { INTERFACES } from '../../ledger/acts.ts'
import type { Place } from './arguments.ts'
import type { Office } from './context.ts'
import { fileAct, type Filed } from './filed.ts'
import { Refused } from './refused.ts'

/** Who acts, where, and on which day. `mark` may change a paper before it is sealed. */
export type Clerk = { office: Office; wallet: Wallet; today: Day; mark?: (draft: Draft) => Draft }

/** What a proposal says. `invoice`, `payee`, `account`, `note` are private; `reference` tells equal proposals apart. */
export type Proposal = {
  fund: number
  amount: Fen
  title: string
  titleEn?: string
  category?: string
  categoryEn?: string
  payee?: string
  account?: string
  invoice?: string
  note?: string
  reference?: string
}

/** What the bank says of one movement. `reference` is the bank's own number. */
export type BankLine = { amount: Fen; on: Day; reference: string; note?: string }

/** Proposes a payment, or, with `to`, a transfer to another fund. */
export async function propose(clerk: Clerk, proposal: Proposal & { to?: number }): Promise<Filed> {
  const { fund, amount, to } = proposal
  const kind = to === undefined ? 'Payment' : 'Transfer'
  const ref = refIn(clerk, [kind, `${fund}`, `${to ?? ''}`, ...identityOf(proposal)])
  return await file(clerk, outflowDraft({ kind, amount, ...titlesOf(proposal) }, secretsOf(proposal)), (paper) =>
    to === undefined
      ? { contract: 'ledger', name: 'proposePayment', args: [fund, amount, ref, paper] }
      : { contract: 'ledger', name: 'proposeTransfer', args: [fund, to, amount, ref, paper] })
}

/** Proposes to give the end of an inflow back to its donor. */
export async function proposeRefund(clerk: Clerk, inflow: number, proposal: Proposal): Promise<Filed> {
  const { fund, amount } = proposal
  const target = provenInflow(clerk.office, { fund, number: inflow })
  const ref = refIn(clerk, ['Refund', `${fund}`, `${inflow}`, ...identityOf(proposal)])
  return await file(clerk, outflowDraft({ kind: 'Refund', amount, ...titlesOf(proposal) }, secretsOf(proposal)), (paper) =>
    ({ contract: 'ledger', name: 'proposeRefund', args: [fund, target, amount, ref, paper] }))
}

/** Takes the end of an inflow back out of the book: it was an error of record. */
export async function voidInflow(
  clerk: Clerk, { fund, number }: Place, given: { amount: Fen; reason: Reason; on: Day; title: string; note?: string; reference?: string },
): Promise<Filed> {
  const { amount, reason, on, title, note = '', reference = '' } = given
  const target = provenInflow(clerk.office, { fund, number })
  const ref = refIn(clerk, ['Void', `${fund}`, `${number}`, `${amount}`, `${on}`, reference])
  return await file(clerk, outflowDraft({ kind: 'Void', amount, title }, { note }), (paper) =>
    ({ contract: 'ledger', name: 'voidInflow', args: [fund, target, amount, REASONS.indexOf(reason), [ref, on, paper]] }))
}

/** Approves or accepts an outflow. */
export async function agree(
  clerk: Clerk, step: 'approval' | 'acceptance', { fund, number }: Place, words: { statement?: string; note?: string } = {},
): Promise<Filed> {
  const { statement, note = '' } = words
  const name = step === 'approval' ? 'approvePayment' : 'acceptPayment'
  const draft = stepDraft({ kind: step, fund, outflow: number, on: clerk.today, ...(statement && { statement }) }, { note })
  return await file(clerk, draft, (paper) => ({ contract: 'ledger', name, args: [fund, number, paper] }))
}

/** Rejects or cancels an outflow. */
export async function decline(
  clerk: Clerk, step: 'rejection' | 'cancellation', { fund, number }: Place, { reason, note = '' }: { reason: Reason; note?: string },
): Promise<Filed> {
  const name = step === 'rejection' ? 'rejectPayment' : 'cancelPayment'
  const draft = stepDraft({ kind: step, fund, outflow: number, on: clerk.today, reason }, { note })
  return await file(clerk, draft, (paper) =>
    ({ contract: 'ledger', name, args: [fund, number, REASONS.indexOf(reason), paper] }))
}

/** Records that one bank line paid an approved outflow, or an instalment of it; `last` releases the rest. */
export async function execute(clerk: Clerk, { fund, number }: Place, line: BankLine & { last?: boolean }): Promise<Filed> {
  const { amount, on, last = false } = line
  const draft = stepDraft({ kind: 'execution', fund, outflow: number, on, amount }, privateOf(line))
  return await file(clerk, draft, (paper) =>
    ({ contract: 'ledger', name: 'executePayment', args: [fund, number, amount, last, [refOfLine(clerk, line, 'out'), on, paper]] }))
}

/** Records that fen of an outflow came back. */
export async function recordReturn(clerk: Clerk, { fund, number }: Place, line: BankLine): Promise<Filed> {
  const { amount, on } = line
  const draft = stepDraft({ kind: 'return', fund, outflow: number, on, amount }, privateOf(line))
  return await file(clerk, draft, (paper) =>
    ({ contract: 'ledger', name: 'recordReturn', args: [fund, number, amount, [refOfLine(clerk, line, 'in'), on, paper]] }))
}

/** An outflow as the contract has it. @throws {Refused} when there is none. */
export async function outflowAt({ desk }: Office, { fund, number }: Place): Promise<{ state: State; amount: Fen; paid: Fen }> {
  const data = INTERFACES.ledger.encodeFunctionData('outflowOf', [fund, number])
  const answer = await desk.client.request('eth_call', [{ to: desk.anchor.contracts.ledger, data }, 'latest'])
  const [outflow] = INTERFACES.ledger.decodeFunctionResult('outflowOf', String(answer))
  const state = wordAt(STATES, outflow.state)
  if (state !== 'None') return { state, amount: Fen(outflow.amount), paid: Fen(outflow.paid) }
  throw new Refused('OUTFLOW_UNKNOWN', { zh: `基金 ${fund} 没有第 ${number} 笔支出。`, en: `Fund ${fund} has no outflow ${number}.` })
}

/** An inflow as the contract wants it shown, with its Merkle path. @throws {Refused} when the mirror has none. */
export function provenInflow({ books }: Pick<Office, 'books'>, at: Place): unknown[] {
  const { batch, number, start, amount, ref, paper } = inflowAt(books, at)
  const { leaves = [], firstNumber = 0 } = books.batchOf(at.fund, number) ?? {}
  const path = pathOf(leaves.map(leafOf), number - firstNumber)
  return [batch, number, start, [ref, amount, paper], path]
}

/** An inflow as the mirror has it. @throws {Refused} when it has none. */
export function inflowAt(books: Reader, { fund, number }: Place): Inflow {
  const inflow = books.inflow(fund, number)
  if (inflow) return inflow
  throw new Refused('INFLOW_UNKNOWN', { zh: `基金 ${fund} 没有第 ${number} 笔收入。`, en: `Fund ${fund} has no inflow ${number}.` })
}

async function file({ office, wallet, today, mark = (draft) => draft }: Clerk, draft: Draft, act: Parameters<typeof fileAct>[2]['act']) {
  return await fileAct(office, wallet, { draft: mark(draft), on: today, act })
}

// One bank line is one entry, whatever it pays. Banks repeat document numbers, so day and amount belong to it.
function refOfLine(clerk: Clerk, { on, amount, reference }: BankLine, way: 'in' | 'out'): Hex {
  return refIn(clerk, ['bank', way, `${on}`, `${amount}`, reference])
}

function refIn({ office }: Clerk, line: readonly string[]): Hex {
  return refOf(office.vault.bookKey, line, 1)
}

function identityOf({ amount, title, payee = '', invoice = '', reference = '' }: Proposal): string[] {
  return [`${amount}`, title, payee, invoice, reference]
}

function titlesOf({ title, titleEn, category, categoryEn }: Proposal) {
  return { title, ...(titleEn && { titleEn }), ...(category && { category }), ...(categoryEn && { categoryEn }) }
}

function secretsOf({ payee = '', account = '', invoice = '', note = '' }: Proposal): Record<string, string> {
  return { payee, account, invoice, note }
}

function privateOf({ reference, note = '' }: BankLine): Record<string, string> {
  return { bankReference: reference, note }
}
