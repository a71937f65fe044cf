import type { Wallet } from 'ethers'
import { INTERFACES, type Act } from '../../ledger/acts.ts'
import { leafOf, pathOf } from '../../ledger/batch.ts'
import type { Day } from '../../ledger/day.ts'
import { outflowDraft, stepDraft } from '../../ledger/drafts.ts'
import { Fen, formatYuan } from '../../ledger/fen.ts'
import { Hash, type Hex } from '../../ledger/hex.ts'
import type { Draft } from '../../ledger/papers.ts'
import { lineOfBank, lineOfProposal, lineOfVoid, refOf } from '../../ledger/refs.ts'
import { KINDS, REASONS, STATES, wordAt, type Kind, type Reason, type State, type Words } from '../../ledger/words.ts'
import type { Inflow } from '../../indexer/inflows.ts'
import type { Place } from './arguments.ts'
import type { Office } from './context.ts'
import { explained, sentenceOfSpent, sentenceOfUsed } from './explained.ts'
import { fileAct, type Filed } from './filed.ts'
import { Refused } from './refused.ts'
import { refusalOf } from './send.ts'

/** Who acts, where, and on which day. `mark` may change a paper before it is sealed. */
export type Clerk = { office: Office; wallet: Wallet; today: Day; mark?: (draft: Draft) => Draft }

/** What a proposal says. `invoice`, `payee`, `account`, `note` are private; `reference` tells equal proposals apart. */
export type Proposal = {
  fund: number
  amount: Fen
  title: string
  titleEn?: string
  project?: string
  category?: string
  categoryEn?: string
  payee?: string
  account?: string
  invoice?: string
  note?: string
  reference?: string
}

/** An error of record to take back: the last `amount` fen of an inflow. */
export type Mistake = { amount: Fen; reason: Reason; on: Day; title: string; note?: string; reference?: string }

/** What the bank says of one movement. `reference` is the bank's own number, which no other movement that way has. */
export type BankLine = { amount: Fen; on: Day; reference: string; note?: string }

/** An outflow as the contract has it. */
export type Standing = { kind: Kind; state: State; amount: Fen; paid: Fen; returned: Fen; paper: Hex }

/** Proposes a payment. */
export async function proposePayment(clerk: Clerk, proposal: Proposal): Promise<Filed> {
  const { fund, amount } = proposal
  const ref = refIn(clerk, lineOfProposal('Payment', fund, '', proposal))
  return await file(clerk, draftOf('Payment', proposal), (paper) => call('proposePayment', fund, amount, ref, paper))
}

/** Proposes to move money to another fund. */
export async function proposeTransfer(clerk: Clerk, to: number, proposal: Proposal): Promise<Filed> {
  const { fund, amount } = proposal
  const ref = refIn(clerk, lineOfProposal('Transfer', fund, to, proposal))
  const draft = draftOf('Transfer', proposal, to)
  return await file(clerk, draft, (paper) => call('proposeTransfer', fund, to, amount, ref, paper))
}

/** Proposes to give the end of an inflow back to its donor. */
export async function proposeRefund(clerk: Clerk, inflow: number, proposal: Proposal): Promise<Filed> {
  const { fund, amount } = proposal
  const target = provenInflow(clerk.office, { fund, number: inflow })
  const ref = refIn(clerk, lineOfProposal('Refund', fund, inflow, proposal))
  const refund = file(clerk, draftOf('Refund', proposal), (paper) =>
    call('proposeRefund', fund, target, amount, ref, paper))
  return await explained(refund, { NOT_AVAILABLE: sentenceOfSpent(inflow) })
}

/** Takes the end of an inflow back out of the book: it was an error of record. */
export async function voidInflow(clerk: Clerk, { fund, number }: Place, mistake: Mistake): Promise<Filed> {
  const { amount, reason, on, title, note = '', reference = '' } = mistake
  const target = provenInflow(clerk.office, { fund, number })
  const ref = refIn(clerk, lineOfVoid(fund, number, { amount, on, reference }))
  const draft = outflowDraft({ kind: 'Void', amount, title }, { note })
  return await file(clerk, draft, (paper) =>
    call('voidInflow', fund, target, amount, REASONS.indexOf(reason), [ref, on, paper]))
}

/** Approves or accepts an outflow. The statement is public, the note private. */
export async function agree(
  clerk: Clerk,
  step: 'approval' | 'acceptance',
  { fund, number }: Place,
  { statement = '', note = '' }: { statement?: string; note?: string } = {},
): Promise<Filed> {
  const draft = stepDraft({ kind: step, fund, outflow: number, on: clerk.today, statement }, { note })
  const proposed = step === 'approval' ? await outflowAt(clerk.office, { fund, number }) : undefined
  const agreed = file(clerk, draft, (paper) =>
    proposed ? call('approvePayment', fund, number, proposed.amount, proposed.paper, paper) : call('acceptPayment', fund, number, paper))
  return await explained(agreed, {
    OUTFLOW_NOT_IN: () => (step === 'acceptance' ? partlyPaid(clerk.office, { fund, number }) : undefined),
  })
}

/** Rejects or cancels an outflow. */
export async function decline(
  clerk: Clerk,
  step: 'rejection' | 'cancellation',
  { fund, number }: Place,
  { reason, note = '' }: { reason: Reason; note?: string },
): Promise<Filed> {
  const name = step === 'rejection' ? 'rejectPayment' : 'cancelPayment'
  const draft = stepDraft({ kind: step, fund, outflow: number, on: clerk.today, reason }, { note })
  return await file(clerk, draft, (paper) => call(name, fund, number, REASONS.indexOf(reason), paper))
}

/** Records that one bank line paid an approved outflow, or an instalment of it; `last` releases the rest. */
export async function execute(clerk: Clerk, at: Place, line: BankLine, last = false): Promise<Filed> {
  const { fund, number } = at
  const ref = refOfLine(clerk, line, 'out')
  const executed = file(clerk, bankDraft('execution', at, line), (paper) =>
    call('executePayment', fund, number, line.amount, last, [ref, line.on, paper]))
  return await explained(executed, { REF_USED: sentenceOfUsed(line.reference, 'out') })
}

/** Records that fen of an outflow came back: to its fund, or to another when that one is closed. */
export async function recordReturn(clerk: Clerk, at: Place, line: BankLine, toFund = at.fund): Promise<Filed> {
  const { fund, number } = at
  const ref = refOfLine(clerk, line, 'in')
  const returned = file(clerk, bankDraft('return', at, line), (paper) =>
    call('recordReturn', fund, number, toFund, line.amount, [ref, line.on, paper]))
  return await explained(returned, { REF_USED: sentenceOfUsed(line.reference, 'in') })
}

/** An outflow as the contract has it now. @throws {Refused} when there is none. */
export async function outflowAt({ desk }: Office, { fund, number }: Place): Promise<Standing> {
  const data = INTERFACES.ledger.encodeFunctionData('outflowOf', [fund, number])
  const call = { to: desk.anchor.contracts.ledger, data }
  const answer = await desk.client.request('eth_call', [call, 'latest']).catch((error: unknown) => {
    throw refusalOf(error)
  })
  const [{ kind, state, amount, paid, returned, paper }] = INTERFACES.ledger.decodeFunctionResult('outflowOf', String(answer))
  return { kind: wordAt(KINDS, kind), state: wordAt(STATES, state), amount: Fen(amount), paid: Fen(paid), returned: Fen(returned), paper: Hash(paper) }
}

/** Of an outflow that waits for instalments the contract says only that it is approved. */
async function partlyPaid(office: Office, at: Place): Promise<Words | undefined> {
  const { state, amount, paid } = await outflowAt(office, at)
  if (state !== 'Approved' || paid === 0n) return undefined
  const [done, left] = [paid, Fen(amount - paid)].map((fen) => `¥${formatYuan(fen)}`)
  return {
    zh: `基金 ${at.fund} 第 ${at.number} 笔支出只付了一部分：已付 ${done}，还有 ${left} 已批未付。请先付清，或撤销余款（pay cancel），再验收。`,
    en: `Outflow ${at.number} of fund ${at.fund} is paid in part: ${done}, and ${left} is approved and unpaid. Pay or cancel the rest, then accept.`,
  }
}

/** An inflow as the mirror has it. @throws {Refused} when it has none. */
export function inflowAt({ books }: Office, { fund, number }: Place): Inflow {
  const inflow = books.inflow(fund, number)
  if (inflow) return inflow
  throw new Refused('INFLOW_UNKNOWN', {
    zh: `基金 ${fund} 没有第 ${number} 笔收入。`, en: `Fund ${fund} has no inflow ${number}.`,
  })
}

/** An inflow as the contract wants it shown, with its Merkle path. */
function provenInflow(office: Office, at: Place): unknown[] {
  const { batch, number, start, amount, ref, paper } = inflowAt(office, at)
  const { leaves = [], firstNumber = 0 } = office.books.batchOf(at.fund, number) ?? {}
  const path = pathOf(leaves.map(leafOf), number - firstNumber)
  return [batch, number, start, [ref, amount, paper], path]
}

async function file(clerk: Clerk, draft: Draft, act: (paper: Hex) => Act): Promise<Filed> {
  const { office, wallet, today, mark = (draft) => draft } = clerk
  return await fileAct(office, wallet, { draft: mark(draft), on: today, act })
}

function call(name: string, ...args: unknown[]): Act {
  return { contract: 'ledger', name, args }
}

function refOfLine(clerk: Clerk, { reference }: BankLine, way: 'in' | 'out'): Hex {
  return refIn(clerk, lineOfBank(way, reference))
}

function refIn({ office }: Clerk, line: readonly string[]): Hex {
  return refOf(office.vault.bookKey, line, 1)
}

function draftOf(kind: Kind, proposal: Proposal, toFund?: number): Draft {
  const { amount, title, titleEn = '', project = '', category = '', categoryEn = '' } = proposal
  const { payee = '', account = '', invoice = '', note = '' } = proposal
  return outflowDraft({ kind, amount, ...(toFund !== undefined && { toFund }), title, titleEn, project, category, categoryEn }, { payee, account, invoice, note })
}

function bankDraft(kind: 'execution' | 'return', { fund, number }: Place, line: BankLine): Draft {
  const { amount, on, reference, note = '' } = line
  return stepDraft({ kind, fund, outflow: number, on, amount }, { bankReference: reference, note })
}
