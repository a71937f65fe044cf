import { fromHex, type Hex } from '../../ledger/hex.ts'
import { ProofError } from '../check/error.ts'
import { readHeader, type Header } from '../check/header.ts'
import { encodeRlp } from '../check/rlp.ts'
import { readQbft } from '../check/seals.ts'
import { bytesOfQuantity } from './quantity.ts'

/** A header as it is hashed, and what it says. */
export type ProvenHeader = { readonly rlp: Uint8Array; readonly header: Header; readonly hash: Hex }

/**
 * The header of a block that `eth_getBlockByNumber` answered with.
 *
 * @throws {Error} when it has not the hash that the block claims.
 */
export function headerOf(block: unknown): ProvenHeader {
  const rlp = encodeHeader(block)
  const header = readHeader(rlp)
  const claimed: unknown = Object(block).hash
  const hash = [header.hash, qbftHash(header)].find((hash) => hash === claimed)
  if (!hash) throw new Error(`block ${header.number} has not the hash that the chain claims: ${String(claimed)}`)
  return { rlp, header, hash }
}

/**
 * Builds a header's RLP again from the block's JSON, with the fields that later rules added as far as they are there.
 */
export function encodeHeader(block: unknown): Uint8Array {
  if (typeof block !== 'object' || block === null) throw new Error('the chain has no such block')
  const fields: Record<string, unknown> = Object.fromEntries(Object.entries(block))
  const names = [...CLASSIC, ...LATER.filter((name) => fields[name] !== undefined)]
  return encodeRlp(names.map((name) => (NUMBERS.has(name) ? bytesOfQuantity(fields[name]) : fromHex(String(fields[name])))))
}

const CLASSIC = [
  'parentHash',
  'sha3Uncles',
  'miner',
  'stateRoot',
  'transactionsRoot',
  'receiptsRoot',
  'logsBloom',
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'extraData',
  'mixHash',
  'nonce',
]
const LATER = [
  'baseFeePerGas',
  'withdrawalsRoot',
  'blobGasUsed',
  'excessBlobGas',
  'parentBeaconBlockRoot',
  'requestsHash',
]
const NUMBERS = new Set([
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'baseFeePerGas',
  'blobGasUsed',
  'excessBlobGas',
])

function qbftHash(header: Header): Hex | undefined {
  try {
    return readQbft(header).hash
  } catch (error) {
    if (error instanceof ProofError) return undefined
    throw error
  }
}
