import { leafOf, pathOf, type Leaf } from '../../ledger/batch.ts'
import { Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import {
  approve,
  DONATION,
  DONOR_REQUEST,
  DUPLICATE,
  inflow,
  lastOutflow,
  PAPER,
  proposed, ref,
  TODAY,
  voucher,
  type Book,
} from '../contracts/fixture.ts'

/** One fen of a fund's line: where it went, and the fen that it became when it came back. */
export type OneFen = { fund: number; inflow: number; kind?: string; outflow?: number; offset?: number; next?: OneFen }

type Inflow = { number: number; batch: number; leaf: Leaf; leaves: Leaf[]; index: number; donated: boolean }
type Outflow = {
  fund: number
  number: number
  kind: string
  fen: OneFen[]
  returned: number
  left: number
  toFund: number
  target: number
}

/**
 * A book written twice: in the contract, and here as a list of single fen.
 *
 * Every act gives its name when the contract took it, and throws what the contract threw when it did not; then nothing
 * changed here.
 */
export function openModel(book: Book) {
  const lines = new Map<number, OneFen[]>([
    [1, []],
    [2, []],
  ])
  const inflows = new Map<number, Inflow[]>([
    [1, []],
    [2, []],
  ])
  const batches = new Map<number, number>([
    [1, 0],
    [2, 0],
  ])
  const outflows: Outflow[] = []
  let names = 0

  return { lines, inflows, outflows, record, propose, execute, void: voidTail, giveBack, skip }

  async function record(fund: number, amounts: readonly number[]) {
    const items = amounts.map((amount) => inflow(nameIt(), BigInt(amount)))
    await book.ledger.connect(book.accountant).recordInflows(fund, BigInt(lineOf(fund).length), DONATION, TODAY, items)

    arrive(
      fund,
      items.map((item) => ({ ...item, count: Number(item.amount) })),
      true,
    )
    return 'record'
  }

  async function propose(fund: number, kind: 'Payment' | 'Transfer' | 'Refund', pick: number, amount: number) {
    const target = kind === 'Refund' ? pickOf(inflows.get(fund), pick) : undefined
    const accountant = book.ledger.connect(book.accountant)
    const toFund = 3 - fund
    if (kind === 'Payment') await approve(book, BigInt(amount), nameIt(), fund)
    else if (kind === 'Transfer') await accountant.proposeTransfer(fund, toFund, BigInt(amount), ref(nameIt()), PAPER)
    else if (target) await accountant.proposeRefund(fund, proven(target), BigInt(amount), ref(nameIt()), PAPER)
    else throw new RangeError('nothing to refund')
    const number = await lastOutflow(book.ledger, fund)
    const outflow = { fund, number, kind, fen: [], returned: 0, left: amount, toFund, target: target?.number ?? 0 }
    if (kind !== 'Payment') await book.ledger.connect(book.approver).approvePayment(fund, number, ...(await proposed(book.ledger, fund, number)), PAPER)

    outflows.push(outflow)
    return `propose ${kind}`
  }

  async function execute(pick: number, share: number) {
    const outflow = pickOf(
      outflows.filter(({ left }) => left > 0),
      pick,
    )
    const amount = 1 + (share % outflow.left)
    const name = voucher(nameIt())
    await book.ledger
      .connect(book.cashier)
      .executePayment(outflow.fund, outflow.number, BigInt(amount), share % 5 === 0, name)

    const refunded = outflow.kind === 'Refund'
    const taken = refunded
      ? unspentOf(outflow.fund, outflow.target).slice(-amount)
      : unspentOf(outflow.fund).slice(0, amount)
    take(outflow, taken)
    outflow.left = share % 5 === 0 ? 0 : outflow.left - amount
    if (outflow.kind === 'Transfer') comeBack(outflow.toFund, taken, name)
    return `execute ${outflow.kind}`
  }

  async function voidTail(fund: number, pick: number, share: number) {
    const target = pickOf(inflows.get(fund), pick)
    const amount = 1 + (share % Math.max(1, unspentOf(fund, target.number).length))
    await book.ledger
      .connect(book.deputy)
      .voidInflow(fund, proven(target), BigInt(amount), amount % 2 ? DUPLICATE : DONOR_REQUEST, voucher(nameIt()))

    const number = await lastOutflow(book.ledger, fund)
    const outflow = { fund, number, kind: 'Void', fen: [], returned: 0, left: 0, toFund: 0, target: target.number }
    outflows.push(outflow)
    take(outflow, unspentOf(fund, target.number).slice(-amount))
    return 'void'
  }

  async function giveBack(pick: number, share: number) {
    const outflow = pickOf(
      outflows.filter(({ kind, fen, returned }) => kind !== 'Transfer' && fen.length > returned),
      pick,
    )
    const amount = 1 + (share % (outflow.fen.length - outflow.returned))
    const name = voucher(nameIt())
    await book.ledger.connect(book.accountant).recordReturn(outflow.fund, outflow.number, outflow.fund, BigInt(amount), name)

    const end = outflow.fen.length - outflow.returned
    comeBack(outflow.fund, outflow.fen.slice(end - amount, end), name)
    outflow.returned += amount
    return `return ${outflow.kind}`
  }

  async function skip(fund: number) {
    await book.ledger.connect(book.stranger).skip(fund, 1)
    return 'skip'
  }

  function take(outflow: Outflow, fen: OneFen[]) {
    for (const one of fen) {
      Object.assign(one, { outflow: outflow.number, kind: outflow.kind, offset: outflow.fen.length })
      outflow.fen.push(one)
    }
  }

  function comeBack(fund: number, fen: OneFen[], { ref, paper }: { ref: string; paper: string }) {
    const start = lineOf(fund).length
    arrive(fund, [{ ref: ref as Hex, paper: paper as Hex, count: fen.length }], false)
    fen.forEach((one, i) => {
      one.next = lineOf(fund)[start + i] as OneFen
    })
  }

  function arrive(fund: number, items: readonly { ref: Hex; paper: Hex; count: number }[], donated: boolean) {
    const line = lineOf(fund)
    const known = inflows.get(fund) ?? []
    const batch = (batches.get(fund) ?? 0) + 1
    const leaves: Leaf[] = []
    batches.set(fund, batch)
    for (const { ref, paper, count } of items) {
      const number = known.length + 1
      const leaf = { ref, start: Fen(BigInt(line.length)), amount: Fen(BigInt(count)), paper }
      known.push({ number, batch, leaf, leaves, index: leaves.length, donated })
      leaves.push(leaf)
      for (let i = 0; i < count; i++) line.push({ fund, inflow: number })
    }
  }

  function unspentOf(fund: number, inflow?: number): OneFen[] {
    return lineOf(fund).filter((fen) => fen.outflow === undefined && (inflow === undefined || fen.inflow === inflow))
  }

  function lineOf(fund: number): OneFen[] {
    return lines.get(fund) ?? []
  }

  function nameIt(): string {
    return `entry ${++names}`
  }
}

function proven({ batch, number, leaf, leaves, index }: Inflow) {
  const { start, ref, amount, paper } = leaf
  return { batch, number, start, inflow: { ref, amount, paper }, path: pathOf(leaves.map(leafOf), index) }
}

function pickOf<Item>(items: readonly Item[] | undefined, pick: number): Item {
  const item = items?.[pick % (items.length || 1)]
  if (!item) throw new RangeError('nothing to pick')
  return item
}
