import type { Wallet } from 'ethers'
import { demonstrationOf } from '../ledger/drafts.ts'
import { Fen } from '../ledger/fen.ts'
import { STATES, type State } from '../ledger/words.ts'
import type { Place } from '../scripts/commands/arguments.ts'
import type { Office } from '../scripts/commands/context.ts'
import { eventOf } from '../scripts/commands/filed.ts'
import {
  agree, decline, execute, inflowAt, outflowAt, proposePayment, proposeRefund, proposeTransfer, recordReturn,
  voidInflow, type Clerk, type Standing,
} from '../scripts/commands/outflows.ts'
import type { Planned, Step } from './plan.ts'

/** The people of the demonstration, by what they do. */
export type People = Record<'steward' | 'accountant' | 'approver' | 'cashier' | 'accepter', Wallet>

/** The office that plays, and a way to wait until its mirror has what was recorded. */
export type Stage = { office: Office; people: People; mirrored(): Promise<void> }

/** Plays an outflow as far as it is planned. What was played before is seen in the book and not played again. */
export async function playOutflow(stage: Stage, at: Place, planned: Planned): Promise<void> {
  await stage.mirrored()
  if (!stage.office.books.outflow(at.fund, at.number)) {
    const outflow = await begin(stage, at.fund, planned)
    if (outflow !== at.number) throw new RangeError(`the demonstration's ${at.fund}/${at.number} became ${outflow}`)
  }

  let paid = 0n
  let returned = 0n
  for (const [index, step] of planned.steps.entries()) {
    const before = await outflowAt(stage.office, at)
    if (step.step === 'execute') paid += step.amount ?? before.amount
    if (step.step === 'return') returned += step.amount
    if (!isDone(step, before, { paid, returned })) await play(stage, { ...step, reference: `示范 ${at.fund}/${at.number}-${index + 1}` }, at, before)
  }
}

async function begin(stage: Stage, fund: number, planned: Planned): Promise<number> {
  const { kind, on, title, category } = planned
  const { accountant, approver } = stage.people
  const said = { fund, title: title.zh, titleEn: title.en, category: category.zh, categoryEn: category.en }
  const clerk = clerkOf(stage, kind === 'Void' ? approver : accountant, on)

  switch (kind) {
    case 'Payment': {
      const { amount, payee } = planned
      return eventOf(await proposePayment(clerk, { ...said, amount, payee }), 'PaymentProposed').outflow
    }
    case 'Transfer': {
      const { amount, to } = planned
      return eventOf(await proposeTransfer(clerk, to, { ...said, amount }), 'PaymentProposed').outflow
    }
    case 'Refund': {
      const { amount } = inflowAt(stage.office, { fund, number: planned.inflow })
      return eventOf(await proposeRefund(clerk, planned.inflow, { ...said, amount }), 'PaymentProposed').outflow
    }
    case 'Void': {
      const inflow = { fund, number: planned.inflow }
      const { amount } = inflowAt(stage.office, inflow)
      const mistake = { amount, reason: 'Duplicate', on, title: title.zh } as const
      return eventOf(await voidInflow(clerk, inflow, mistake), 'InflowVoided').outflow
    }
  }
}

/** Whether a step was played by an earlier start. `after` is what stands when it has been. */
function isDone({ step }: Step, before: Standing, after: { paid: bigint; returned: bigint }): boolean {
  const reached = (state: State) => STATES.indexOf(before.state) >= STATES.indexOf(state)
  switch (step) {
    case 'approve': return reached('Approved')
    case 'execute': return before.paid >= after.paid
    case 'accept': return reached('Accepted')
    case 'reject': return before.state === 'Rejected'
    case 'cancel': return before.state === 'Cancelled'
    case 'return': return before.returned >= after.returned
  }
}

async function play(stage: Stage, step: Step & { reference: string }, at: Place, { amount, paid }: Standing): Promise<void> {
  const { accountant, approver, cashier, accepter } = stage.people
  const by = (wallet: Wallet) => clerkOf(stage, wallet, step.on)

  switch (step.step) {
    case 'approve': return void (await agree(by(approver), 'approval', at))
    case 'accept': return void (await agree(by(accepter), 'acceptance', at))
    case 'reject': return void (await decline(by(approver), 'rejection', at, step))
    case 'cancel': return void (await decline(by(accountant), 'cancellation', at, step))
    case 'return': return void (await recordReturn(by(accountant), at, step))
    case 'execute': {
      const line = { amount: step.amount ?? Fen(amount - paid), on: step.on, reference: step.reference }
      return void (await execute(by(cashier), at, line, step.last))
    }
  }
}

function clerkOf({ office }: Stage, wallet: Wallet, today: Step['on']): Clerk {
  return { office, wallet, today, mark: demonstrationOf }
}
