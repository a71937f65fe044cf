import { id, Transaction, Wallet } from 'ethers'
import type { ChainClient } from '../chain/client.ts'
import { GAS_LIMIT, signAct, type Act } from '../ledger/acts.ts'
import { Address, type Hex } from '../ledger/hex.ts'
import { ROLES, type Role } from '../ledger/words.ts'
import { foundingTransactions, type Contracts } from '../scripts/found.ts'

/** Takes a signed transaction to a chain and returns when it is answered. */
export type Send = (rawTransaction: Hex) => Promise<unknown>

/** A book's chain id, contracts and people's keys. Everything is fixed, so that every run measures the same bytes. */
export type BenchBook = { readonly chainId: number; readonly contracts: Contracts; readonly keys: Record<Role, Hex> }

/** The chain of all measured books. */
export const CHAIN_ID = 1_000_000_007

/** A hash that stands for some paper. */
export const PAPER = hashOf('a paper')

/** 32 bytes that belong to a name. */
export function hashOf(name: string): Hex {
  return id(name) as Hex
}

/** The key that a measured role signs with. */
export function walletOf(role: Role | 'FOUNDER'): Wallet {
  return new Wallet(hashOf(`bench ${role}`))
}

/** The book that `foundBook` founds. `keys` replaces the addresses of the people. */
export function benchBook(keys: Partial<Record<Role, Hex>> = {}): BenchBook & { founding: readonly Transaction[] } {
  const all = Object.fromEntries(ROLES.map((role) => [role, keys[role] ?? Address(walletOf(role).address)])) as Record<Role, Hex>
  const { transactions, contracts } = foundingTransactions({
    chainId: BigInt(CHAIN_ID),
    founder: walletOf('FOUNDER').address,
    council: all.COUNCIL,
    appointments: ROLES.filter((role) => role !== 'COUNCIL').map((role) => ({ role, key: all[role] })),
    founders: ROLES.map((role) => all[role]),
    paper: PAPER,
  })
  return { chainId: CHAIN_ID, contracts, keys: all, founding: transactions.map((fields) => Transaction.from(fields)) }
}

/** Founds the book and opens fund 1, which has neither reserve nor threshold. */
export async function foundBook(send: Send, keys?: Partial<Record<Role, Hex>>): Promise<BenchBook> {
  const { founding, ...book } = benchBook(keys)
  for (const transaction of founding) {
    transaction.signature = walletOf('FOUNDER').signingKey.sign(transaction.unsignedHash)
    await send(transaction.serialized as Hex)
  }
  const steward = openSigner(book, 'STEWARD')
  const terms = { community: 1, restricted: false, reserve: 0n, threshold: 10n ** 12n, purpose: PAPER }
  await send(await steward({ contract: 'ledger', name: 'openFund', args: [terms] }))
  return book
}

/** Signs acts of one person, counting the nonce on from `nonce`. */
export function openSigner({ chainId, contracts }: BenchBook, role: Role, nonce = 0): (act: Act) => Promise<Hex> {
  const wallet = walletOf(role)
  return (act) => {
    const to = Address(contracts[act.contract])
    return signAct(wallet, act, { chainId: BigInt(chainId), nonce: nonce++, to, gasLimit: GAS_LIMIT })
  }
}

/** Sends through a client and makes sure that nothing was refused: a measurement of refusals would look splendid. */
export function sendThrough(client: ChainClient): Send {
  return (rawTransaction) => client.request('eth_sendRawTransaction', [rawTransaction])
}

/** The receipt of a transaction. @throws {Error} when the contract refused it. */
export async function receiptOf(client: ChainClient, hash: unknown): Promise<{ gasUsed: number; logs: unknown[] }> {
  const receipt = Object(await client.request('eth_getTransactionReceipt', [hash]))
  if (receipt.status !== '0x1') throw new Error(`transaction ${String(hash)} was refused`)
  return { gasUsed: Number(receipt.gasUsed), logs: receipt.logs }
}
