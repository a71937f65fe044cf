import { concatBytes } from '@noble/hashes/utils.js'
import { fromHex } from '../../ledger/hex.ts'
import { encodeRlp, type Rlp } from '../check/rlp.ts'

/** Builds a receipt's encoded form again from what `eth_getTransactionReceipt` answers (EIP-2718, EIP-658). */
export function encodeReceipt(receipt: unknown): Uint8Array {
  const { type, status, cumulativeGasUsed, logsBloom, logs } = Object(receipt)
  const body = encodeRlp([
    number(status),
    number(cumulativeGasUsed),
    fromHex(String(logsBloom)),
    Array.from(logs ?? [], logOf),
  ])
  return Number(type ?? 0) === 0 ? body : concatBytes(number(type), body)
}

function logOf(log: unknown): Rlp {
  const { address, topics, data } = Object(log)
  return [fromHex(String(address)), Array.from(topics ?? [], (topic) => fromHex(String(topic))), fromHex(String(data))]
}

function number(quantity: unknown): Uint8Array {
  const digits = BigInt(String(quantity)).toString(16)
  return digits === '0' ? new Uint8Array() : fromHex(`0x${digits.padStart(digits.length + (digits.length % 2), '0')}`)
}
