import type { Hex } from '../../ledger/hex.ts'

/** What became of one single fen. `root` names the fen from outside that it once was: fund and place. */
export type Fate = { inflow: number; outflow: number; cut: boolean; root: string }

export type NaiveInflow = {
  number: number
  start: number
  amount: number
  cut: number
  batch: NaiveBatch
  fromTransfer: boolean
}
export type Item = { ref: Hex; amount: bigint; paper: Hex }
export type NaiveBatch = { number: number; first: number; start: bigint; recorder: number; items: Item[] }
export type NaiveOutflow = {
  number: number
  kind: 'Payment' | 'Refund' | 'Transfer' | 'Void'
  state: 'Proposed' | 'Approved' | 'Executed' | 'Accepted' | 'Rejected' | 'Cancelled'
  amount: number
  fen: number[] // by offset: the fen that it took
  returned: number
  people: Set<number>
  subject: number
}

/** A fund as a list of single fen: slow, short, and written without a look at the contract. */
export type NaiveFund = {
  number: number
  restricted: boolean
  reserve: number
  open: boolean
  held: number
  cursor: number
  fates: Fate[]
  batches: number
  inflows: NaiveInflow[]
  outflows: NaiveOutflow[]
}

export function naiveFund(number: number, restricted: boolean, reserve: number): NaiveFund {
  const empty = { held: 0, cursor: 0, fates: [], batches: 0, inflows: [], outflows: [] }
  return { number, restricted, reserve, open: true, ...empty }
}

/** The fen that nobody took, in the order in which payments will. */
export function unspent(fund: NaiveFund): number[] {
  return fund.fates.flatMap((fate, place) => (fate.outflow === 0 ? [place] : []))
}

export function available(fund: NaiveFund): number {
  return Math.max(0, unspent(fund).length - fund.held - fund.reserve)
}

/** The fen that can still be cut from the end of an inflow, the last one first. */
export function freeTail(fund: NaiveFund, inflow: NaiveInflow): number[] {
  const tail: number[] = []
  for (let place = inflow.start + inflow.amount - inflow.cut - 1; place >= inflow.start; place--) {
    if (fund.fates[place]?.outflow !== 0) break
    tail.push(place)
  }
  return tail
}

/** Lengthens the list by one batch. `rootAt` says what the fen at a place once was. */
export function append(
  fund: NaiveFund,
  batch: NaiveBatch,
  fromTransfer: boolean,
  rootAt = (place: number) => `${fund.number}:${place}`,
): void {
  fund.batches++
  for (const { amount } of batch.items) {
    const start = fund.fates.length
    const number = fund.inflows.length + 1
    for (let place = start; place < start + Number(amount); place++)
      fund.fates.push({ inflow: number, outflow: 0, cut: false, root: rootAt(place) })
    fund.inflows.push({ number, start, amount: Number(amount), cut: 0, batch, fromTransfer })
  }
}

/** Takes the first fen that are left. */
export function take(fund: NaiveFund, outflow: NaiveOutflow, amount: number): void {
  for (const place of unspent(fund).slice(0, amount)) {
    Object.assign(fund.fates[place] ?? {}, { outflow: outflow.number })
    outflow.fen.push(place)
    fund.cursor = place + 1
  }
}

/** Cuts the last fen of an inflow; an outflow counts them upwards. */
export function cut(fund: NaiveFund, outflow: NaiveOutflow, inflow: NaiveInflow, amount: number): void {
  const gone = freeTail(fund, inflow).slice(0, amount).reverse()
  for (const place of gone) Object.assign(fund.fates[place] ?? {}, { outflow: outflow.number, cut: true })
  outflow.fen.push(...gone)
  inflow.cut += amount
}
