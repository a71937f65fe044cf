import { id } from 'ethers'
import type { Hex } from '../../ledger/hex.ts'
import { PAPER, TODAY, YESTERDAY, filledFund, loadFixture, pay, ref } from './fixture.ts'

// The enumeration of IBankRegister.
export const [NO_WHY, BANK_FEE, OWN_TRANSFER, AWAITING_PAPER] = [0, 1, 2, 3]

/** What is in account 1 when it begins: ¥50.00. */
export const OPENING = 5_000n

/** A line of a statement, of today if nothing else is said. */
export function line(name: string, amount: bigint, day: number = TODAY) {
  return { ref: ref(name), amount, day, paper: id(`paper of ${name}`) as Hex }
}

/** A credit of yesterday and a debit of today, which leave 5000 + 15,001 − 12,000 = 8001 fen. */
export const LINES = [line('gifts', 15_001n, YESTERDAY), line('books', -12_000n)]
export const CLOSING = 8_001n

/** A book whose fund 1 received 15,001 fen in three inflows and paid 12,000, with the empty account 1 of community 1. */
export async function openAccount() {
  const book = await loadFixture(filledFund)
  await pay(book, 12_000n, 'P')
  await book.bank.connect(book.steward).openAccount(1, OPENING, YESTERDAY, PAPER)
  return book
}

/** The same with LINES in the account. */
export async function filledAccount() {
  const book = await loadFixture(openAccount)
  await book.bank.connect(book.accountant).recordLines(1, 1, TODAY, OPENING, CLOSING, LINES, PAPER)
  return book
}

/** What explains the two lines: inflows 1 to 3, and outflow 1. */
export const MATCHES = [
  { line: 1, fund: 1, outflow: false, number: 1, amount: 10_000n },
  { line: 1, fund: 1, outflow: false, number: 2, amount: 5_000n },
  { line: 1, fund: 1, outflow: false, number: 3, amount: 1n },
  { line: 2, fund: 1, outflow: true, number: 1, amount: 12_000n },
]

/** The same with MATCHES, made by the accountant. */
export async function matchedAccount() {
  const book = await loadFixture(filledAccount)
  await book.bank.connect(book.accountant).matchLines(1, MATCHES, PAPER)
  return book
}
