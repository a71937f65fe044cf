import type { Hex } from '../../ledger/hex.ts'
import { DONATION, DUPLICATE, PAPER, TODAY } from '../contracts/fixture.ts'
import { append, available, cut, freeTail, take, unspent, type NaiveFund, type NaiveOutflow } from './naive.ts'
import {
  chosenOutflow, chosenRef, newRef, scene, shown, towards, voucherOf, type Step, type Try, type World,
} from './scene.ts'

/** The acts, each with the two ways to do it. Undefined when the book has nothing to do it with. */
export const ACTS: Record<string, (world: World, wish: Try) => Step | undefined> = {
  record: recordInflows,
  void: voidInflow,
  pay: (world, wish) => propose(world, wish, 'Payment'),
  refund: (world, wish) => propose(world, wish, 'Refund'),
  transfer: (world, wish) => propose(world, wish, 'Transfer'),
  approve,
  reject,
  cancel,
  execute,
  accept,
  bringBack,
  skip,
  close,
}

function recordInflows(world: World, wish: Try): Step {
  // Fund 2 gets little, so that it runs empty and can close.
  const { fund, key, by } = scene(world, wish.pick % 4 === 0 ? wish : { ...wish, fund: wish.fund & 2 }, 'accountant')
  const items = Array.from({ length: 1 + (wish.pick % 3) }, (_, index) => {
    return { ref: newRef(world), amount: BigInt(1 + ((wish.amount + index) % 15)), paper: PAPER }
  })
  const start = BigInt(fund.fates.length)
  const batch = { number: fund.batches + 1, first: fund.inflows.length + 1, start, recorder: by, items }
  return {
    send: () => key.recordInflows(fund.number, start, DONATION, TODAY, items),
    allowed: fund.open,
    apply: () => append(fund, batch, false),
  }
}

function voidInflow(world: World, wish: Try): Step | undefined {
  const { fund, key, by } = scene(world, wish, 'approver')
  const inflow = fund.inflows[wish.pick % fund.inflows.length]
  if (!inflow) return undefined
  const { ref, fresh } = chosenRef(world, wish)
  const free = freeTail(fund, inflow).length
  const amount = wish.odd % 2 === 0 && free > 0 ? free : wish.amount
  const outflow = newOutflow(fund, 'Void', amount, by, inflow.number)
  return {
    ref,
    send: () => key.voidInflow(fund.number, shown(inflow), amount, DUPLICATE, voucherOf(ref)),
    allowed:
      fund.open && fresh && by !== inflow.batch.recorder && !inflow.fromTransfer
      && amount <= Math.min(free, unspent(fund).length - fund.held),
    apply: () => {
      outflow.state = 'Executed'
      fund.outflows.push(outflow)
      cut(fund, outflow, inflow, amount)
    },
  }
}

function propose(world: World, wish: Try, kind: 'Payment' | 'Refund' | 'Transfer'): Step | undefined {
  const { fund, key, by } = scene(world, wish, 'accountant')
  const { ref, fresh } = chosenRef(world, wish)
  const inflow = fund.inflows[wish.pick % fund.inflows.length]
  const toFund = world.funds[wish.pick % world.funds.length]
  if (!toFund || (kind === 'Refund' && !inflow)) return undefined

  // At times all that is there, so that funds run empty.
  const all = kind === 'Transfer' ? unspent(fund).length - fund.held : available(fund)
  const amount = wish.odd % 3 === 1 ? Math.max(1, all) : wish.amount
  const subject = { Payment: 0, Refund: inflow?.number ?? 0, Transfer: toFund.number }[kind]
  const allowedFor = {
    Payment: true,
    Refund: inflow !== undefined && amount <= freeTail(fund, inflow).length,
    Transfer: fund !== toFund && toFund.open && (!fund.restricted || toFund.restricted),
  }[kind]
  return {
    ref,
    send: () => {
      if (kind === 'Transfer') return key.proposeTransfer(fund.number, subject, amount, ref, PAPER)
      if (kind === 'Refund' && inflow) return key.proposeRefund(fund.number, shown(inflow), amount, ref, PAPER)
      return key.proposePayment(fund.number, amount, ref, PAPER)
    },
    allowed: fund.open && fresh && allowedFor,
    apply: () => fund.outflows.push(newOutflow(fund, kind, amount, by, subject)),
  }
}

function approve(world: World, wish: Try): Step | undefined {
  const takesReserve = (fund: NaiveFund) =>
    fund.outflows.find((outflow) => outflow.state === 'Proposed' && outflow.amount > available(fund) && empties(fund, outflow))
  const { fund, key, by } = scene(world, wish.odd % 2 === 0 ? towards(world, wish, takesReserve) : wish, 'approver')
  const outflow = takesReserve(fund) ?? chosenOutflow(fund, wish, ['Proposed'])
  return outflow && {
    send: () => key.approvePayment(fund.number, outflow.number, outflow.amount, PAPER, PAPER),
    allowed:
      fund.open && outflow.state === 'Proposed' && !outflow.people.has(by)
      && (outflow.amount <= available(fund) || empties(fund, outflow)),
    apply: () => {
      outflow.state = 'Approved'
      outflow.people.add(by)
      fund.held += outflow.amount
    },
  }
}

// Nothing is held, so that the whole fund goes, and its reserve with it.
function empties(fund: NaiveFund, { kind, amount }: NaiveOutflow): boolean {
  return kind === 'Transfer' && fund.held === 0 && amount === unspent(fund).length
}

function reject(world: World, wish: Try): Step | undefined {
  const { fund, key, by } = scene(world, wish, 'approver')
  const outflow = chosenOutflow(fund, wish, ['Proposed'])
  return outflow && {
    send: () => key.rejectPayment(fund.number, outflow.number, DUPLICATE, PAPER),
    allowed: outflow.state === 'Proposed' && !outflow.people.has(by),
    apply: () => (outflow.state = 'Rejected'),
  }
}

function cancel(world: World, wish: Try): Step | undefined {
  const { fund, key } = scene(world, wish, 'accountant')
  const outflow = chosenOutflow(fund, wish, ['Proposed', 'Approved'])
  return outflow && {
    send: () => key.cancelPayment(fund.number, outflow.number, DUPLICATE, PAPER),
    allowed: outflow.state === 'Proposed' || outflow.state === 'Approved',
    apply: () => {
      if (outflow.state === 'Approved') fund.held -= outflow.amount - outflow.fen.length
      outflow.state = outflow.fen.length > 0 ? 'Executed' : 'Cancelled'
    },
  }
}

function execute(world: World, wish: Try): Step | undefined {
  const { fund, key, by } = scene(world, { ...wish, odd: wish.key * 99 }, 'cashier')
  const outflow = chosenOutflow(fund, wish, ['Approved'])
  if (!outflow) return undefined
  const { ref, fresh } = chosenRef(world, wish)
  const left = outflow.amount - outflow.fen.length
  const all = left === unspent(fund).length ? left : undefined // so that funds run empty
  const amount = all ?? [wish.amount, Math.ceil(left / 2), Math.ceil(left / 2), left][wish.pick % 4] ?? left
  const last = wish.pick % 5 === 0
  const inflow = outflow.kind === 'Refund' ? fund.inflows[outflow.subject - 1] : undefined
  const toFund = outflow.kind === 'Transfer' ? world.funds[outflow.subject - 1] : undefined
  const [proposer, approver] = outflow.people
  return {
    ref,
    send: () => key.executePayment(fund.number, outflow.number, amount, last, voucherOf(ref)),
    allowed:
      fund.open && outflow.state === 'Approved' && fresh && by !== proposer && by !== approver
      && amount > 0 && amount <= left
      && (!inflow || amount <= freeTail(fund, inflow).length) && (!toFund || toFund.open),
    apply: () => {
      outflow.people.add(by)
      if (inflow) cut(fund, outflow, inflow, amount)
      else take(fund, outflow, amount)
      if (toFund) arrive(fund, outflow, toFund, { ref, offset: outflow.fen.length - amount, amount, by })
      const done = last || amount === left
      fund.held -= done ? left : amount
      if (done) outflow.state = 'Executed'
    },
  }
}

function accept(world: World, wish: Try): Step | undefined {
  const { fund, key, by } = scene(world, wish, 'accepter')
  const outflow = chosenOutflow(fund, wish, ['Executed'])
  return outflow && {
    send: () => key.acceptPayment(fund.number, outflow.number, PAPER),
    allowed: outflow.state === 'Executed' && outflow.kind !== 'Void' && !outflow.people.has(by),
    apply: () => {
      outflow.state = 'Accepted'
      outflow.people.add(by)
    },
  }
}

function bringBack(world: World, wish: Try): Step | undefined {
  const closed = world.funds.find((fund) => !fund.open && fund.outflows.some(isPaid))
  const { fund, key, by } = scene(world, wish.odd % 3 === 0 && closed ? { ...wish, fund: closed.number - 1 } : wish, 'accountant')
  const outflow = (wish.pick % 2 === 0 && fund.outflows.find(isPaid)) || chosenOutflow(fund, wish, ['Executed', 'Accepted'])
  if (!outflow) return undefined
  const { ref, fresh } = chosenRef(world, wish)
  const left = outflow.fen.length - outflow.returned
  const done = outflow.state === 'Executed' || outflow.state === 'Accepted'
  const willing = world.funds.find(({ open, restricted }) => open && restricted)
  const other = (wish.pick % 3 === 0 && willing) || world.funds[wish.pick % world.funds.length]
  const toFund = other && (wish.odd % 8 === 3 || !fund.open) ? other : fund
  const home = toFund === fund ? fund.open : !fund.open && toFund.open && (!fund.restricted || toFund.restricted)
  return {
    ref,
    send: () => key.recordReturn(fund.number, outflow.number, toFund.number, wish.amount, voucherOf(ref)),
    allowed: home && done && outflow.kind !== 'Transfer' && fresh && wish.amount <= left,
    apply: () => arrive(fund, outflow, toFund, { ref, offset: left - wish.amount, amount: wish.amount, by }),
  }
}

function isPaid({ kind, fen, returned }: NaiveOutflow): boolean {
  return kind === 'Payment' && fen.length > returned
}

function skip(world: World, wish: Try): Step {
  const atCut = ({ fates, cursor }: NaiveFund) => fates[cursor]?.cut === true
  const { fund, key } = scene(world, towards(world, wish, atCut), 'stranger')
  return {
    send: () => key.skip(fund.number, 100),
    allowed: atCut(fund),
    apply: () => {
      while (atCut(fund)) fund.cursor++
    },
  }
}

function close(world: World, wish: Try): Step | undefined {
  const { fund, key } = scene(world, towards(world, wish, (fund) => fund.open && unspent(fund).length === 0), 'steward')
  if (fund.fates.length === 0) return undefined // an empty fund could close before its story begins
  return {
    send: () => key.closeFund(fund.number, PAPER),
    allowed: fund.open && unspent(fund).length === 0,
    apply: () => (fund.open = false),
  }
}

function newOutflow(
  fund: NaiveFund,
  kind: NaiveOutflow['kind'],
  amount: number,
  by: number,
  subject: number,
): NaiveOutflow {
  const number = fund.outflows.length + 1
  return { number, kind, state: 'Proposed', amount, fen: [], returned: 0, people: new Set([by]), subject }
}

type Arrival = { ref: Hex; offset: number; amount: number; by: number }

/** Lengthens `toFund` by what an outflow took, from an offset on. */
function arrive(fund: NaiveFund, outflow: NaiveOutflow, toFund: NaiveFund, arrival: Arrival): void {
  const start = toFund.fates.length
  const items = [{ ref: arrival.ref, amount: BigInt(arrival.amount), paper: PAPER }]
  const numbers = { number: toFund.batches + 1, first: toFund.inflows.length + 1, start: BigInt(start) }
  append(toFund, { ...numbers, recorder: arrival.by, items }, outflow.kind === 'Transfer', (place) => {
    return fund.fates[outflow.fen[arrival.offset + place - start] ?? -1]?.root ?? 'nowhere'
  })
  outflow.returned += arrival.amount
}
