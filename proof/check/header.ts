import { keccak_256 } from '@noble/hashes/sha3.js'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { ProofError } from './error.ts'
import { decodeRlp, isBytes } from './rlp.ts'

/** A block's header, with what the checker reads of it. `time` in unix seconds; `hash` as on chains without QBFT. */
export type Header = {
  readonly hash: Hex
  readonly number: bigint
  readonly time: number
  readonly parentHash: Hex
  readonly stateRoot: Hex
  readonly receiptsRoot: Hex
  readonly extraData: Uint8Array
  /** All fields in their order: 15, and up to 6 more by the rules of London, Shanghai, Cancun and Prague. */
  readonly fields: readonly Uint8Array[]
}

/** Where the extra data stands among a header's fields. */
export const EXTRA_DATA = 12

/** Reads a header's RLP (Yellow Paper §4.4; EIP-1559, 4895, 4844, 4788, 7685). @throws {ProofError} */
export function readHeader(bytes: Uint8Array): Header {
  const item = decodeRlp(bytes)
  if (isBytes(item) || item.length < 15 || item.length > 21) throw malformed('it has not 15 to 21 fields')
  const fields = item.map((field, i) => readField(field, LENGTHS[i] ?? 8, FIXED.has(i)))
  return {
    hash: toHex(keccak_256(bytes)),
    number: numberAt(fields, 8),
    time: Number(numberAt(fields, 11)),
    parentHash: toHex(field(fields, 0)),
    stateRoot: toHex(field(fields, 3)),
    receiptsRoot: toHex(field(fields, 5)),
    extraData: field(fields, EXTRA_DATA),
    fields,
  }
}

// The lengths of the fields in their order: exact for hashes, the most for numbers and the extra data.
const LENGTHS = [32, 32, 20, 32, 32, 32, 256, 32, 8, 8, 8, 6, 16_384, 32, 8, 32, 32, 8, 8, 32, 32]
const FIXED = new Set([0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 19, 20])

function readField(item: unknown, length: number, fixed: boolean): Uint8Array {
  if (!(item instanceof Uint8Array)) throw malformed('a field is a list')
  if (item.length > length || (fixed && item.length < length))
    throw malformed(`a field has ${item.length} bytes, not ${length}`)
  return item
}

function field(fields: readonly Uint8Array[], index: number): Uint8Array {
  return fields[index] ?? new Uint8Array()
}

function numberAt(fields: readonly Uint8Array[], index: number): bigint {
  return BigInt(`0x0${toHex(field(fields, index)).slice(2)}`)
}

function malformed(reason: string): ProofError {
  return new ProofError('HEADER_MALFORMED', `the block's header cannot be read: ${reason}`)
}
