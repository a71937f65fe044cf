import type { ChainClient } from '../chain/client.ts'
import { decodeLog, type Log } from '../ledger/events.ts'
import { Address, type Hex } from '../ledger/hex.ts'
import type { Entry } from './rows.ts'

/** Where the book's contracts live. */
export type Contracts = {
  readonly charter: string; readonly people: string; readonly ledger: string; readonly bank: string; readonly audit: string
}

/** What the mirror needs of a block's header. `time` in seconds of Unix time. */
export type Header = { number: number; hash: Hex; parent: Hex; time: number }

/** A run of blocks: its ends, and everything that the book's contracts said in it. */
export type Range = { first: Header; last: Header; entries: Entry[] }

/** The chain is not the one that was mirrored, or not one chain at all: nothing may be written upon it. */
export class HistoryChanged extends Error {
  override name = 'HistoryChanged'
}

/**
 * Reads the blocks `from` to `to`.
 *
 * @throws {RangeError} when the answer is none of a chain, {HistoryChanged} when it is of two.
 */
export async function readRange(client: ChainClient, contracts: Contracts, from: number, to: number): Promise<Range> {
  const { charter, people, ledger, bank, audit } = contracts
  const ours = new Set([charter, people, ledger, bank, audit].map(Address))
  const filter = { fromBlock: quantity(from), toBlock: quantity(to), address: [...ours] }
  const asked = headerOf(client, to)
  const [answer, first, last] = await Promise.all([
    client.request('eth_getLogs', [filter]), from === to ? asked : headerOf(client, from), asked,
  ])

  const logs = readLogs(answer, ours)
  checkOrder(logs, first, last)
  const times = await timesOf(client, logs)
  const entries = logs.map(({ raw, block, log, transaction, time = times.get(block) ?? 0 }) => {
    return { place: { block, log, transaction, time }, event: decodeLog(raw) }
  })
  return { first, last, entries }
}

/** The newest block's number. */
export async function headOf(client: ChainClient): Promise<number> {
  return readQuantity(await client.request('eth_blockNumber'))
}

/** The chain's number. */
export async function readChainId(client: ChainClient): Promise<number> {
  return readQuantity(await client.request('eth_chainId'))
}

/** A block's header. @throws {HistoryChanged} when the chain has no such block. */
export async function headerOf(client: ChainClient, number: number): Promise<Header> {
  const block = await client.request('eth_getBlockByNumber', [quantity(number), false])
  if (block === null) throw new HistoryChanged(`the chain has no block ${number}`)
  const { hash, parentHash, timestamp } = readObject(block)
  return { number, hash: readHash(hash), parent: readHash(parentHash), time: readQuantity(timestamp) }
}

type PlacedLog = {
  raw: Log
  block: number
  blockHash: Hex
  log: number
  transaction: Hex
  /** Not every node says it in the log. */
  time: number | undefined
}

function readLogs(answer: unknown, ours: ReadonlySet<string>): PlacedLog[] {
  if (!Array.isArray(answer)) throw new RangeError('the chain answered eth_getLogs with no list')
  // Neighbours are mostly of one block and one transaction: what was read once is not read again.
  const blockNumber = remembering(readQuantity)
  const blockHash = remembering(readHash)
  const transaction = remembering(readHash)
  const time = remembering(readQuantity)
  return answer.map((item) => {
    const log = readObject(item)
    const { address, topics, data } = log
    if (typeof address !== 'string' || !ours.has(address) || !isTexts(topics) || typeof data !== 'string')
      throw new RangeError(`the chain answered with a log that is not ours: ${String(address)}`)
    return {
      raw: { address, topics, data },
      block: blockNumber(log['blockNumber']),
      blockHash: blockHash(log['blockHash']),
      log: readQuantity(log['logIndex']),
      transaction: transaction(log['transactionHash']),
      time: log['blockTimestamp'] === undefined ? undefined : time(log['blockTimestamp']),
    }
  })
}

function remembering<Value>(read: (text: unknown) => Value): (text: unknown) => Value {
  const values = new Map<unknown, Value>()
  return (text) => {
    const known = values.get(text)
    if (known !== undefined) return known
    const value = read(text)
    values.clear()
    values.set(text, value)
    return value
  }
}

/** Logs come in the order of the book, each within the range, and all of a block's are of one block. */
function checkOrder(logs: readonly PlacedLog[], first: Header, last: Header): void {
  let before = { block: first.number, log: -1, blockHash: first.hash }
  for (const log of logs) {
    const { block, blockHash } = log
    if (block < before.block || block > last.number || (block === before.block && log.log <= before.log))
      throw new RangeError(`log ${log.log} of block ${block} came out of order`)
    const expected = block === before.block ? before.blockHash : block === last.number ? last.hash : blockHash
    if (blockHash !== expected) throw new HistoryChanged(`block ${block} is ${expected}, but has a log of ${blockHash}`)
    before = log
  }
}

async function timesOf(client: ChainClient, logs: readonly PlacedLog[]): Promise<Map<number, number>> {
  const unknown = new Set(logs.filter(({ time }) => time === undefined).map(({ block }) => block))
  const headers = await Promise.all([...unknown].map((block) => headerOf(client, block)))
  return new Map(headers.map(({ number, time }) => [number, time]))
}

function quantity(value: number): string {
  return `0x${value.toString(16)}`
}

function readQuantity(value: unknown): number {
  const number = typeof value === 'string' && /^0x[0-9a-f]{1,13}$/.test(value) ? Number(value) : NaN
  if (!Number.isSafeInteger(number)) throw new RangeError(`not a number of JSON-RPC: ${String(value)}`)
  return number
}

function readHash(value: unknown): Hex {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{64}$/.test(value)) throw new RangeError(`not a hash: ${String(value)}`)
  return value as Hex
}

function readObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new RangeError(`not an object of JSON-RPC: ${String(value)}`)
  return value as Record<string, unknown>
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}
