import { Transaction, type Interface, type TransactionDescription } from 'ethers'
import { GAS_LIMIT, INTERFACES } from '../ledger/acts.ts'
import type { Hex } from '../ledger/hex.ts'
import { readRefusal } from '../ledger/refusals.ts'
import type { ChainClient } from '../chain/client.ts'
import { Problem } from './problem.ts'

/** A signed call of one of the book's contracts. */
export type Signed = { hash: Hex; raw: Hex; from: string; to: string; data: string; nonce: number; gasLimit: bigint }

/**
 * Reads a signed call of this chain for one of `addresses`: EIP-1559 without fees, as `signTransaction` makes it. Fees would be refused
 * by the chain after everybody had agreed, and money or an access list carry what no contract of the book sees. @throws {Problem}
 */
export function readTransaction(raw: Hex, chainId: bigint, addresses: readonly Hex[]): Signed {
  const transaction = parse(raw)
  const { hash, from, to, data, nonce, gasLimit } = transaction ?? {}
  if (!transaction || !hash || !from || data === undefined || nonce === undefined || gasLimit === undefined)
    throw new Problem(400, 'NOT_A_TRANSACTION', { zh: '这不是一笔已签名的交易。', en: 'This is no signed transaction.' })
  if (transaction.chainId !== chainId)
    throw new Problem(422, 'WRONG_CHAIN', {
      zh: `这笔交易属于链 ${transaction.chainId}，本账是链 ${chainId}。`,
      en: `This transaction is for chain ${transaction.chainId}; this book is on chain ${chainId}.`,
    })
  if (!to || !addresses.some((address) => address === to.toLowerCase()))
    throw new Problem(422, 'NOT_FOR_LEDGER', { zh: '这笔交易不是给本账合约的。', en: 'This is no entry for the contracts of this book.' })
  checkEnvelope(transaction)
  if (!isAct(data))
    throw new Problem(422, 'NO_ACT', {
      zh: '这笔交易不改变账本，或附带了多余的内容，不予转发。', en: 'This call writes nothing into the book, or carries more than its arguments.',
    })
  if (gasLimit > GAS_LIMIT)
    throw new Problem(422, 'GAS_LIMIT_TOO_HIGH', { zh: `gas 上限不得超过 ${GAS_LIMIT}。`, en: `The gas limit may be at most ${GAS_LIMIT}.` })
  return { hash: hash as Hex, raw, from, to, data, nonce, gasLimit }
}

/** @throws {Problem} naming what an ordinary act does not carry. */
function checkEnvelope({ type, maxFeePerGas, maxPriorityFeePerGas, value, accessList }: Transaction): void {
  if (type !== 2)
    throw new Problem(422, 'TRANSACTION_TYPE_OTHER', {
      zh: `这是第 ${type} 类交易，本账只收第 2 类（EIP-1559）。`, en: `This is a transaction of type ${type}; this book takes type 2 (EIP-1559).`,
    }, { type: String(type) })
  if (maxFeePerGas !== 0n || maxPriorityFeePerGas !== 0n)
    throw new Problem(422, 'FEES_NOT_ZERO', { zh: '这笔交易带有手续费；本账不收手续费，两项都须为 0。', en: 'This transaction offers fees; this book has none, and both must be 0.' })
  if (value !== 0n)
    throw new Problem(422, 'VALUE_NOT_ZERO', { zh: '这笔交易附带了款项；本账的合约不收款。', en: 'This transaction sends money; the contracts of this book take none.' })
  if (accessList && accessList.length > 0)
    throw new Problem(422, 'ACCESS_LIST_NOT_EMPTY', {
      zh: '这笔交易带有访问列表，其中的内容不属于任何登记事项。', en: 'This transaction carries an access list, which belongs to no entry.',
    })
}

/** Functions of the Charter that people call one at a time; `multicall` would hide what it carries. */
const HIDDEN = new Set(['multicall'])

/** Whether it is a writing function of one of our contracts with its arguments and not a byte more. */
function isAct(data: string): boolean {
  return Object.values(INTERFACES).some((contract) => {
    const call = data.length < 10 ? null : parseCall(contract, data)
    if (!call || call.fragment.constant || HIDDEN.has(call.name)) return false
    return contract.encodeFunctionData(call.fragment, call.args).toLowerCase() === data.toLowerCase()
  })
}

function parseCall(contract: Interface, data: string): TransactionDescription | null {
  try {
    return contract.parseTransaction({ data })
  } catch (error) {
    // ethers throws for arguments that do not fit the function.
    if (error instanceof Error) return null
    throw error
  }
}

/** What a transaction calls, whether or not it is in order; undefined for what is none. */
export function dataOf(raw: string): string | undefined {
  return parse(raw)?.data
}

function parse(raw: string): Transaction | undefined {
  try {
    return Transaction.from(raw)
  } catch (error) {
    // ethers throws for bytes that are no transaction, and for signatures that are none.
    if (error instanceof Error) return undefined
    throw error
  }
}

/**
 * Whether the chain does not have it yet, and would take it: asks it for the signer's count, and the contract whether it would refuse.
 * What is refused may be these very bytes, which came twice at once and were recorded since.
 *
 * @throws {Problem} why it would not be taken.
 */
export async function isNew(client: ChainClient, signed: Signed): Promise<boolean> {
  if (await isSent(client, signed)) return false
  try {
    await rehearse(client, signed)
    return true
  } catch (error) {
    if (error instanceof Problem && (await isSent(client, signed))) return false
    throw error
  }
}

async function rehearse(client: ChainClient, { from, to, data, nonce, gasLimit }: Signed): Promise<void> {
  await checkNonce(client, { from, nonce })
  const call = { from, to, data, gas: `0x${gasLimit.toString(16)}` }
  await client.request('eth_call', [call, 'latest']).catch(refused)
}

async function checkNonce(client: ChainClient, { from, nonce }: Pick<Signed, 'from' | 'nonce'>): Promise<void> {
  const next = Number(await client.request('eth_getTransactionCount', [from, 'pending']))
  if (nonce === next) return
  throw new Problem(409, 'NONCE_WRONG', {
    zh: `签名者的下一个序号是 ${next}，这笔交易写的是 ${nonce}。请重新签名。`,
    en: `The signer's next nonce is ${next}, not ${nonce}. Sign again.`,
  }, { next: String(next), nonce: String(nonce) })
}

/** Whether the chain has it already. */
export async function isSent(client: ChainClient, { hash }: Pick<Signed, 'hash'>): Promise<boolean> {
  return Boolean(await client.request('eth_getTransactionByHash', [hash]))
}

/**
 * Passes on what is new. Meanwhile the same bytes may have come again, which counts once, or another act of this signer.
 *
 * @throws {Problem} when the chain does not take it. Anything else leaves open whether it was sent.
 */
export async function passOn(client: ChainClient, signed: Signed): Promise<void> {
  try {
    await client.request('eth_sendRawTransaction', [signed.raw])
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (await isSent(client, signed)) return
    await checkNonce(client, signed)
    refused(error)
  }
}

/** What a resident does with a key of their own, which is nobody's in this book. */
const FOR_EVERYBODY = ['fileComplaint', 'reopenComplaint'].map((name) => INTERFACES.audit.getFunction(name)?.selector)

export function isForEverybody({ to, data }: Signed, audit: Hex): boolean {
  return to.toLowerCase() === audit && FOR_EVERYBODY.includes(data.slice(0, 10).toLowerCase())
}

/**
 * What strangers may do in the contracts changes nothing, yet each act is a block for ever: they bring theirs to a node of their
 * own. Asked last, because the contract's own refusal says more. @throws {Problem}
 */
export async function checkPerson(client: ChainClient, people: Hex, from: string): Promise<void> {
  const data = INTERFACES.people.encodeFunctionData('personOf', [from])
  if (BigInt(String(await client.request('eth_call', [{ to: people, data }, 'latest']))) !== 0n) return
  throw new Problem(403, 'KEY_UNKNOWN', { zh: `签名密钥 ${from} 不代表任何在册人员。`, en: `The key ${from} speaks for nobody in this book.` })
}

export function refused(error: unknown): never {
  if (!isRefusal(error)) throw error
  const data = revertData(error.data)
  if (!data)
    throw new Problem(422, 'NOT_ACCEPTED', { zh: '账本没有接受这笔交易。', en: 'The chain did not accept the transaction.' })
  const { code, zh, en, facts } = readRefusal(data)
  throw new Problem(422, code, { zh, en }, facts)
}

/** Whether the node answered with an error of JSON-RPC: a code and, for a revert, its data. Anything else is our own fault. */
function isRefusal(error: unknown): error is Error & { data: unknown } {
  return error instanceof Error && error.name === 'RpcError' && 'data' in error
}

/** Nodes give the bytes themselves, or an object around them. */
function revertData(data: unknown): Hex | undefined {
  if (typeof data === 'string' && /^0x([0-9a-f]{2})*$/i.test(data)) return data as Hex
  return typeof data === 'object' && data !== null && 'data' in data ? revertData(data.data) : undefined
}
