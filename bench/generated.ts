import { getCreateAddress, Wallet } from 'ethers'
import { encodeAct, GAS_LIMIT, signCall, type Act } from '../ledger/acts.ts'
import { parseDay, type Day } from '../ledger/day.ts'
import { Address, type Hex } from '../ledger/hex.ts'
import type { Role } from '../ledger/words.ts'
import { CHAIN_ID, foundBook, hashOf, openSigner, PAPER, type Send } from './book.ts'

/** Four people's work on payments, in the order of a payment's life. */
const PAYMENT_ROLES = ['ACCOUNTANT', 'APPROVER', 'CASHIER', 'ACCEPTER'] as const satisfies readonly Role[]

const INFLOW_FEN = 1_000n
const DAY: Day = parseDay('2024-09-10')

/** One event a transaction, all by people: an inflow, a payment proposed, approved, given up. At least `events` of them. */
export async function writeSparse(send: Send, events: number): Promise<void> {
  const book = await foundBook(send)
  const accountant = openSigner(book, 'ACCOUNTANT')
  const approver = openSigner(book, 'APPROVER')
  for (let number = 1; number * 4 <= events + 3; number++) {
    await send(await accountant(inflow(number)))
    await send(await accountant(proposal(number)))
    await send(await approver({ contract: 'ledger', name: 'approvePayment', args: [1, number, INFLOW_FEN, PAPER, PAPER] }))
    await send(await accountant({ contract: 'ledger', name: 'cancelPayment', args: [1, number, 9, PAPER] }))
  }
}

/**
 * Ten events a transaction: ten inflows, ten payments proposed, approved, executed (five at a time, each with its piece)
 * and accepted. No call of the ledger writes ten, so each person's key is a porter: a contract that passes calls on.
 */
export async function writeDense(send: Send, events: number): Promise<void> {
  const book = await foundBook(send, densePeople())
  const ledger = Address(book.contracts.ledger)
  for (const role of PAYMENT_ROLES) await send(await envelope(role, 0, PORTER))
  let nonce = 1
  for (let first = 1; (first - 1) * 6 < events; first += 10, nonce++) {
    const tens = Array.from({ length: 10 }, (_, index) => first + index)
    await send(await carried('ACCOUNTANT', 2 * nonce - 1, tens.map(inflow)))
    await send(await carried('ACCOUNTANT', 2 * nonce, tens.map(proposal)))
    await send(await carried('APPROVER', nonce, tens.map((number) => act('approvePayment', [1, number, INFLOW_FEN, PAPER, PAPER]))))
    await send(await carried('CASHIER', 2 * nonce - 1, tens.slice(0, 5).map(execution)))
    await send(await carried('CASHIER', 2 * nonce, tens.slice(5).map(execution)))
    await send(await carried('ACCEPTER', nonce, tens.map((number) => act('acceptPayment', [1, number, PAPER]))))
  }

  function carried(role: Role, nonce: number, acts: readonly Act[]): Promise<Hex> {
    return envelope(role, nonce, callsOf(ledger, acts.map(encodeAct)), porterOf(role))
  }
}

/** The keys of the dense book's people: their porters. */
export function densePeople(): Partial<Record<Role, Hex>> {
  return Object.fromEntries(PAYMENT_ROLES.map((role) => [role, porterOf(role)]))
}

function act(name: string, args: readonly unknown[]): Act {
  return { contract: 'ledger', name, args }
}

function inflow(number: number): Act {
  const item = { ref: hashOf(`inflow ${number}`), amount: INFLOW_FEN, paper: PAPER }
  return act('recordInflows', [1, INFLOW_FEN * BigInt(number - 1), 1, DAY, [item]])
}

function proposal(number: number): Act {
  return act('proposePayment', [1, INFLOW_FEN, hashOf(`payment ${number}`), PAPER])
}

function execution(number: number): Act {
  const voucher = { ref: hashOf(`bank line ${number}`), effectiveOn: DAY, paper: PAPER }
  return act('executePayment', [1, number, INFLOW_FEN, true, voucher])
}

/**
 * A contract of 44 bytes behind a constructor of 12. Its calldata is an address, a size, and calls of that size each,
 * which it passes on to the address one by one; where one is refused it reverts with the refusal.
 */
const PORTER: Hex =
  '0x602c600c600039602c6000f360405b3681101560225760203580825f375f5f825f5f5f355af115602457016002565b005b3d5f5f3e3d5ffd'

function callsOf(target: Hex, calls: readonly Hex[]): Hex {
  const [first = '0x'] = calls
  if (calls.some(({ length }) => length !== first.length)) throw new RangeError('the calls of one porter are of one size')
  const words = [BigInt(target), BigInt(first.length / 2 - 1)].map((word) => word.toString(16).padStart(64, '0'))
  return `0x${words.join('')}${calls.map((call) => call.slice(2)).join('')}`
}

// Each porter is made by a key of its own, in that key's first transaction.
function makerOf(role: Role): Wallet {
  return new Wallet(hashOf(`bench maker ${role}`))
}

function porterOf(role: Role): Hex {
  return Address(getCreateAddress({ from: makerOf(role).address, nonce: 0 }))
}

function envelope(role: Role, nonce: number, data: Hex, to?: Hex): Promise<Hex> {
  // Without `to` the transaction makes the contract.
  return signCall(makerOf(role), data, { chainId: BigInt(CHAIN_ID), nonce, gasLimit: GAS_LIMIT, to: to as Hex })
}
