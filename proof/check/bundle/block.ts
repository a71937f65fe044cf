import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import type { Anchor } from '../../../ledger/anchor.ts'
import { toHex, type Hex } from '../../../ledger/hex.ts'
import { signerOf } from '../../../ledger/signature.ts'
import { readHeader, type Header } from '../header.ts'
import { rootOfList } from '../receipts.ts'
import { decodeRlp, encodeRlp, isBytes, type Rlp } from '../rlp.ts'
import { checkSeals, readQbft } from '../seals.ts'
import { openReader, type Reader } from '../wire.ts'
import { differenceIn } from './difference.ts'
import { refuse, type Fault, type FaultCode } from './fault.ts'

/** A call that somebody signed, and what came of it. Who signed is recovered from the signature. */
export type Call = {
  readonly sender: Hex
  /** Undefined where a contract was made. */
  readonly to: Hex | undefined
  /** The first four bytes of the call: which function. */
  readonly selector: Hex
  readonly succeeded: boolean
  readonly logs: readonly RawLog[]
  readonly data: Uint8Array
}

/** A log as a receipt has it. */
export type RawLog = { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }

/**
 * A block with all that was called in it. `sealers` are those whose seals it brought along, `faults` what does not fit its
 * header.
 */
export type Block = {
  readonly header: Header
  readonly hash: Hex
  readonly sealers: readonly Hex[]
  readonly calls: readonly Call[]
  readonly faults: readonly Fault[]
}

/** Where the root of the transactions stands among a header's fields. */
const TRANSACTIONS_ROOT = 4
const MAX_HEADER = 32_768
const MAX_ITEM = 4 * 1024 * 1024
const MAX_CALLS = 10_000

/**
 * Reads a block and holds its transactions and receipts against the roots in its header. All of a block's are there, so none
 * can have been left out, doubled or put elsewhere. Its seals, where it has any, are checked; that one of the sealed blocks
 * follows is for the caller to see.
 *
 * @throws {BundleError} {ProofError}
 */
export function readBlock(content: Uint8Array, anchor: Anchor): Block {
  const reader = openReader(content)
  const header = readHeader(reader.bytes(reader.number(MAX_HEADER)))
  const block = Number(header.number)
  const seals = Array.from({ length: reader.number(anchor.sealers.length) }, () => reader.bytes(65))
  const count = reader.number(MAX_CALLS)
  const transactions: Uint8Array[] = []
  const receipts: Uint8Array[] = []
  for (let index = 0; index < count; index++) {
    transactions.push(readItem(reader))
    receipts.push(readItem(reader))
  }
  reader.end()

  const { hash, sealers } = sealsOf(header, seals, anchor)
  const calls = transactions.map((raw, index) => callOf(raw, receipts[index] ?? new Uint8Array(), anchor, block))
  const faults = [
    ...faultsOf('TRANSACTIONS_DIFFER', toHex(header.fields[TRANSACTIONS_ROOT] ?? new Uint8Array()), transactions, calls, block),
    ...faultsOf('RECEIPTS_DIFFER', header.receiptsRoot, receipts, calls, block),
  ]
  return { header, hash, sealers, calls, faults }
}

function readItem(reader: Reader): Uint8Array {
  return reader.bytes(reader.number(MAX_ITEM))
}

/** What does not fit a root in the header: the entry, where call and receipt tell which, else the block. */
function faultsOf(code: FaultCode, expected: Hex, items: readonly Uint8Array[], calls: readonly Call[], block: number): Fault[] {
  const found = rootOfList(items)
  if (found === expected) return []
  const differences = calls.flatMap((call) => differenceIn(call))
  if (differences.length === 0) return [{ code, place: { block }, expected, found }]
  // What was signed and what was answered must be the same; it is the one that does not fit its root that was changed.
  return differences.map(({ place, called, answered }) => ({
    code, place: { block, ...place }, ...(code === 'RECEIPTS_DIFFER' ? { expected: called, found: answered } : { expected: answered, found: called }),
  }))
}

// A block between two sealed ones brings no seals: the hash of the next names it.
function sealsOf(header: Header, seals: readonly Uint8Array[], anchor: Anchor): { hash: Hex; sealers: readonly Hex[] } {
  if (anchor.sealing === 'qbft' || seals.length > 0) return checkSeals(header, seals, anchor)
  return { hash: header.hash, sealers: [] }
}

/** The hash by which the next block names this one. @throws {ProofError} */
export function linkOf(header: Header, anchor: Anchor): Hex {
  return anchor.sealing === 'qbft' ? readQbft(header).hash : header.hash
}

function callOf(raw: Uint8Array, receipt: Uint8Array, anchor: Anchor, block: number): Call {
  const { sender, to, data } = readTransaction(raw, anchor, block)
  const { succeeded, logs } = readReceipt(receipt, block)
  return { sender, to, selector: toHex(data.subarray(0, 4)), succeeded, logs, data }
}

// EIP-1559: 2 ‖ RLP[chain, nonce, tip, fee, gas, to, value, data, access list, parity, r, s]; the signature is over the first
// nine.
function readTransaction(raw: Uint8Array, { chainId }: Anchor, block: number): { sender: Hex; to: Hex | undefined; data: Uint8Array } {
  const malformed = (found: string) => refuse('TRANSACTION_MALFORMED', 'EIP-1559', found, { block })
  const fields = raw[0] === 2 ? decodeRlp(raw.subarray(1)) : malformed(`type ${raw[0]}`)
  if (isBytes(fields) || fields.length !== 12) return malformed('not twelve fields')
  const bytesAt = (index: number) => {
    const field = fields[index]
    return field && isBytes(field) ? field : malformed(`field ${index}`)
  }
  const chain = numberOf(bytesAt(0))
  if (chain !== chainId) refuse('CHAIN_OTHER', String(chainId), String(chain), { block })
  const to = bytesAt(5)
  const digest = keccak_256(concatBytes(Uint8Array.of(2), encodeRlp(fields.slice(0, 9))))
  const signature = Uint8Array.of(...word(bytesAt(10)), ...word(bytesAt(11)), Number(numberOf(bytesAt(9))))
  return { sender: signerOf(digest, signature) ?? malformed('no signature'), to: to.length === 20 ? toHex(to) : undefined, data: bytesAt(7) }
}

// EIP-658: (type ‖) RLP[status, gas, bloom, logs]; a log is [address, topics, data].
function readReceipt(bytes: Uint8Array, block: number): { succeeded: boolean; logs: RawLog[] } {
  const malformed = (found: string) => refuse('RECEIPT_MALFORMED', 'EIP-658', found, { block })
  const fields = decodeRlp((bytes[0] ?? 0) < 0x80 ? bytes.subarray(1) : bytes)
  if (isBytes(fields) || fields.length !== 4) return malformed('not four fields')
  const [status, , , logs] = fields
  if (!status || !isBytes(status) || !logs || isBytes(logs)) return malformed('no status or logs')
  return { succeeded: numberOf(status) === 1n, logs: logs.map((log) => readLog(log) ?? malformed('a log')) }
}

function readLog(log: Rlp): RawLog | undefined {
  if (isBytes(log) || log.length !== 3) return undefined
  const [address, topics, data] = log
  if (!address || !isBytes(address) || !topics || isBytes(topics) || !topics.every(isBytes) || !data || !isBytes(data)) return undefined
  return { address: toHex(address), topics: topics.map(toHex), data: toHex(data) }
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${toHex(bytes).slice(2)}`)
}

function word(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(32)
  padded.set(bytes.subarray(-32), 32 - Math.min(32, bytes.length))
  return padded
}
