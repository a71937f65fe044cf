import { id, type ContractTransactionResponse } from 'ethers'
import type { Hex } from '../../ledger/hex.ts'
import { PAPER, TODAY, proven, type Book } from '../contracts/fixture.ts'
import type { NaiveFund, NaiveInflow, NaiveOutflow } from './naive.ts'

/** What somebody tries: which act, and numbers out of which the rest is chosen. */
export type Try = { act: string; fund: number; pick: number; amount: number; key: number; odd: number }

/** One book, kept by the contract and by the list. */
export type World = { book: Book; funds: NaiveFund[]; refs: number; lastRef: Hex | undefined }

/** Something to send, whether the list allows it, and what the list does then. */
export type Step = { send: () => Promise<ContractTransactionResponse>; allowed: boolean; apply: () => void; ref?: Hex }

type KeyName = 'accountant' | 'approver' | 'cashier' | 'accepter' | 'deputy' | 'secondKey' | 'steward' | 'stranger'

const PERSONS: Record<KeyName, number> = {
  steward: 3, accountant: 4, approver: 5, cashier: 6, accepter: 7, deputy: 8, secondKey: 4, stranger: 0,
}

/** The fund, the key that acts, and its person: mostly the one whose office it is, at times one who has several. */
export function scene(world: World, wish: Pick<Try, 'fund' | 'odd' | 'pick'>, office: KeyName) {
  const fund = world.funds[wish.fund % world.funds.length]
  if (!fund) throw new RangeError('a world without funds')
  const name: KeyName = wish.odd < 60 ? office : wish.pick % 3 > 0 ? 'deputy' : 'secondKey'
  return { fund, key: world.book.ledger.connect(world.book[name]), by: PERSONS[name] }
}

/** Tries a rare act where it may succeed, if there is such a fund, and by whose office it is. */
export function towards(world: World, wish: Try, fits: (fund: NaiveFund) => unknown): Try {
  const fund = world.funds.findIndex((fund) => fund.fates.length > 0 && fits(fund))
  return { ...wish, odd: 0, fund: fund < 0 ? wish.fund : fund }
}

type States = readonly NaiveOutflow['state'][]

/** Mostly one in a state that fits, at times any. */
export function chosenOutflow(fund: NaiveFund, wish: Try, states: States): NaiveOutflow | undefined {
  const fitting = wish.odd % 10 === 0 ? fund.outflows : fund.outflows.filter(({ state }) => states.includes(state))
  return fitting[wish.pick % fitting.length]
}

/** Mostly a new ref, at times the one that was used last. */
export function chosenRef(world: World, wish: Try): { ref: Hex; fresh: boolean } {
  if (wish.odd % 20 === 7 && world.lastRef) return { ref: world.lastRef, fresh: false }
  return { ref: newRef(world), fresh: true }
}

export function newRef(world: World): Hex {
  return id(`line ${++world.refs}`) as Hex
}

export function shown(inflow: NaiveInflow) {
  return proven(inflow.batch, inflow.number - inflow.batch.first)
}

export function voucherOf(ref: Hex) {
  return { ref, effectiveOn: TODAY, paper: PAPER }
}
