import hre from 'hardhat'
import { id, type Result } from 'ethers'
import { foundingTransactions } from '../../scripts/found.ts'
import { parseDay } from '../../ledger/day.ts'
import { toHex, type Hex } from '../../ledger/hex.ts'
import {
  AuditRegister__factory, BankRegister__factory, Charter__factory, FundLedger__factory, People__factory, type FundLedger,
} from '../../types/ethers-contracts/index.ts'
import { pathOf } from './tree.ts'

export const { ethers, networkHelpers } = await hre.network.create()
export const { time } = networkHelpers

// The enumerations of IFundLedger.
export const [NO_SOURCE, DONATION, FISCAL_GRANT, CORPORATE] = [0, 1, 2, 3]
export const [RESIDENT, INTEREST, RETURN, TRANSFER_IN] = [4, 5, 6, 7]
export const [NO_KIND, PAYMENT, REFUND, TRANSFER, VOID] = [0, 1, 2, 3, 4]
export const [NO_STATE, PROPOSED, APPROVED, EXECUTED, ACCEPTED, REJECTED, CANCELLED] = [0, 1, 2, 3, 4, 5, 6]
export const [NO_REASON, DUPLICATE, WRONG_AMOUNT, WRONG_FUND, NOT_RECEIVED, DONOR_REQUEST] = [0, 1, 2, 3, 4, 5]

// The people of the book, by their numbers. Nobody is 0.
export const [COUNCIL, REGISTRAR, STEWARD, ACCOUNTANT, APPROVER, CASHIER, ACCEPTER, DEPUTY] = [1, 2, 3, 4, 5, 6, 7, 8]
export const [AUDITOR, RESPONDENT] = [9, 10]

/** Noon of this day in China is when the test's book is founded. */
export const TODAY = parseDay('2090-01-02')
export const YESTERDAY = TODAY - 1
export const TOMORROW = TODAY + 1
const NOON = TODAY * 86_400 + 4 * 3_600

export const NO_PAPER = `0x${'00'.repeat(32)}` as Hex
export const NO_REF = NO_PAPER
export const PAPER = id('a paper') as Hex
export const PURPOSE = id('a purpose') as Hex

type Taken = { fixture: unknown; state: unknown; restore: () => Promise<void> }
const taken: Taken[] = []

/**
 * The state that `fixture` makes, remade by going back to it. Unlike Hardhat's own, a fixture may begin from another.
 * All begin from openBook, which is the first that the chain sees.
 */
export async function loadFixture<T>(fixture: () => Promise<T>): Promise<T> {
  const at = taken.findIndex((earlier) => earlier.fixture === fixture)
  const found = taken[at]
  if (!found) {
    const state = await fixture()
    const snapshot = await networkHelpers.takeSnapshot()
    taken.push({ fixture, state, restore: () => snapshot.restore() })
    return state
  }
  await found.restore()
  taken.splice(at + 1) // the chain forgot what came after
  return found.state as T
}

/** The ref of a line that people would call `name`. */
export function ref(name: string): Hex {
  return id(`ref of ${name}`) as Hex
}

/** A voucher with its own ref. */
export function voucher(name: string, changes: { effectiveOn?: number; paper?: string; ref?: string } = {}) {
  return { ref: ref(name), effectiveOn: TODAY as number, paper: PAPER as string, ...changes }
}

export type Item = { ref: Hex; amount: bigint; paper: Hex }

/** An inflow as the accountant hands it in. */
export function inflow(name: string, amount: bigint): Item {
  return { ref: ref(name), amount, paper: id(`paper of ${name}`) as Hex }
}

/** Inflow `index` of a batch, with its place and its path, as the approver hands it in. */
export function proven(batch: { number: number; first: number; start: bigint; items: readonly Item[] }, index: number) {
  const starts = startsOf(batch.start, batch.items)
  const leaves = batch.items.map((item, at) => leafOf(item, starts[at] ?? 0n))
  const item = batch.items[index]
  if (!item) throw new RangeError(`the batch has no inflow ${index}`)
  return {
    batch: batch.number,
    number: batch.first + index,
    start: starts[index] ?? 0n,
    inflow: item,
    path: pathOf(leaves, index),
  }
}

/** The leaf as the contract's manual describes it, written down a second time. */
export function leafOf(item: Item, start: bigint): Hex {
  const types = ['bytes32', 'uint64', 'uint64', 'bytes32']
  const values = [item.ref, start, item.amount, item.paper]
  return ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, values)) as Hex
}

/** Where each item of a batch begins. */
export function startsOf(start: bigint, items: readonly Item[]): bigint[] {
  const starts: bigint[] = []
  let next = start
  for (const item of items) {
    starts.push(next)
    next += item.amount
  }
  return starts
}

/** The named fields of what a contract returned. */
export function fields(result: unknown): Record<string, unknown> {
  return (result as Result).toObject()
}

/** Some other 32 bytes than `hash`. */
export function other(hash: Hex): Hex {
  const bytes = ethers.getBytes(hash)
  bytes[31] = (bytes[31] ?? 0) ^ 1
  return toHex(bytes)
}

/**
 * A founded book with ten people, one for each role and a deputy who has four of them.
 * `secondKey` belongs to the accountant and has the deputy's roles too; `stranger` is nobody.
 */
export async function openBook() {
  const keys = await namedKeys()
  const { founder, council, registrar, steward, accountant, approver, cashier, accepter, deputy, secondKey } = keys
  const { auditor, respondent } = keys

  const { transactions, contracts } = foundingTransactions({
    chainId: 31337n,
    founder: founder.address,
    council: council.address,
    appointments: [
      { role: 'REGISTRAR', key: registrar.address },
      { role: 'STEWARD', key: steward.address },
      { role: 'ACCOUNTANT', key: accountant.address },
      { role: 'APPROVER', key: approver.address },
      { role: 'CASHIER', key: cashier.address },
      { role: 'ACCEPTER', key: accepter.address },
      { role: 'AUDITOR', key: auditor.address },
      { role: 'RESPONDENT', key: respondent.address },
      ...['ACCOUNTANT', 'APPROVER', 'CASHIER', 'ACCEPTER'].flatMap((role) => [
        { role, key: deputy.address },
        { role, key: secondKey.address },
      ]),
    ],
    founders: [council, registrar, steward, accountant, approver, cashier, accepter, deputy, auditor, respondent].map(
      (key) => key.address,
    ),
    paper: PAPER,
  })
  await time.setNextBlockTimestamp(NOON)
  for (const transaction of transactions) await founder.sendTransaction(transaction)

  const charter = Charter__factory.connect(contracts.charter, council)
  const people = People__factory.connect(contracts.people, registrar)
  const ledger = FundLedger__factory.connect(contracts.ledger, keys.stranger)
  const bank = BankRegister__factory.connect(contracts.bank, keys.stranger)
  const audit = AuditRegister__factory.connect(contracts.audit, keys.stranger)
  await people.addKey(ACCOUNTANT, secondKey.address, PAPER)
  return { charter, people, ledger, bank, audit, transactions, ...keys }
}

async function namedKeys() {
  const signers = (await ethers.getSigners()).slice(0, 14)
  const [founder, council, registrar, steward, accountant, approver] = signers
  const [cashier, accepter, deputy, secondKey, stranger, newKey, auditor, respondent] = signers.slice(6)
  const few = 'too few signers'
  if (!founder || !council || !registrar || !steward || !accountant || !approver) throw new RangeError(few)
  if (!cashier || !accepter || !deputy || !secondKey || !stranger || !newKey) throw new RangeError(few)
  if (!auditor || !respondent) throw new RangeError(few)
  const officers = { registrar, steward, accountant, approver, cashier, accepter, auditor, respondent }
  return { founder, council, ...officers, deputy, secondKey, stranger, newKey }
}

/** The terms of an ordinary fund of community 1. */
export function terms(
  changes: { community?: number; restricted?: boolean; reserve?: bigint; threshold?: bigint; purpose?: string } = {},
) {
  return { community: 1, restricted: false, reserve: 0n, threshold: 0n, purpose: PURPOSE as string, ...changes }
}

/** A book with the empty funds 1 and 2 of community 1. */
export async function openFunds() {
  const book = await loadFixture(openBook)
  await book.ledger.connect(book.steward).openFund(terms())
  await book.ledger.connect(book.steward).openFund(terms())
  return book
}

/** The donations A ¥100.00, B ¥50.00 and C ¥0.01 of the design's example, as batch 1 of fund 1: 15001 fen. */
export const BATCH = {
  number: 1,
  first: 1,
  start: 0n,
  items: [inflow('A', 10_000n), inflow('B', 5_000n), inflow('C', 1n)],
}

/** A book whose fund 1 received A, B and C. */
export async function filledFund() {
  const book = await loadFixture(openFunds)
  await book.ledger.connect(book.accountant).recordInflows(1, 0n, DONATION, TODAY, BATCH.items)
  return book
}

/** The vouchers that nothing is recorded with, and what is said of them. `used` is a ref that the book knows. */
export function badVouchers(used: Hex, usedBy: readonly [fund: number, number: number]) {
  const [unproven, early] = [voucher('bad', { paper: NO_PAPER }), voucher('bad', { effectiveOn: TOMORROW })]
  const [nameless, repeated] = [voucher('bad', { ref: NO_REF }), voucher('bad', { ref: used })]
  return [
    { what: 'without a paper', bad: unproven, error: 'PaperMissing', facts: [] },
    { what: 'of tomorrow', bad: early, error: 'DateInFuture', facts: [TOMORROW, TODAY] },
    { what: 'without a ref', bad: nameless, error: 'RefMissing', facts: [] },
    { what: 'with a ref that is in the book', bad: repeated, error: 'RefUsed', facts: [used, ...usedBy] },
  ] as const
}

/** Makes a fund's line as long as a test needs it: nobody records 9 × 10^18 fen. */
export async function setLine(ledger: FundLedger, fund: number, line: { received: bigint; cursor: bigint }) {
  const funds = 1n // the slot of _funds
  const slot = ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(['uint32', 'uint256'], [fund, funds]))
  await networkHelpers.setStorageAt(await ledger.getAddress(), slot, line.received | (line.cursor << 64n))
}

/** The book of openFunds, with fund 2 closed. */
export async function closedFund() {
  const book = await loadFixture(filledFund)
  await book.ledger.connect(book.steward).closeFund(2, PAPER)
  return book
}

export type Book = Awaited<ReturnType<typeof openBook>>

/** Proposes a payment of fund 1 and gives its number. */
export async function propose(book: Book, amount: bigint, name: string, fund = 1): Promise<number> {
  await book.ledger.connect(book.accountant).proposePayment(fund, amount, ref(`${name} proposed`), PAPER)
  return lastOutflow(book.ledger, fund)
}

/** What an approver signs of an outflow: its amount and its paper, as the contract has them. */
export async function proposed(ledger: FundLedger, fund: number, number: number): Promise<[amount: bigint, proposal: string]> {
  const { amount, paper } = await ledger.outflowOf(fund, number)
  return [amount, paper]
}

/** Proposes and approves a payment of fund 1. */
export async function approve(book: Book, amount: bigint, name: string, fund = 1): Promise<number> {
  const number = await propose(book, amount, name, fund)
  await book.ledger.connect(book.approver).approvePayment(fund, number, ...(await proposed(book.ledger, fund, number)), PAPER)
  return number
}

/** A payment of fund 1 from proposal to the bank. */
export async function pay(book: Book, amount: bigint, name: string, fund = 1): Promise<number> {
  const number = await approve(book, amount, name, fund)
  await book.ledger.connect(book.cashier).executePayment(fund, number, amount, true, voucher(`${name} paid`))
  return number
}

/** The number of the fund's newest outflow. */
export async function lastOutflow(ledger: FundLedger, fund: number): Promise<number> {
  return Number((await ledger.standingOf(fund)).outflows)
}
