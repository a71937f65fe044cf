import { concatBytes } from '@noble/hashes/utils.js'
import { fromHex } from '../../ledger/hex.ts'
import { encodeRlp, type Rlp } from '../check/rlp.ts'
import { bytesOfQuantity } from './quantity.ts'

/** Builds a receipt's encoded form again from what `eth_getTransactionReceipt` answers (EIP-2718, EIP-658). */
export function encodeReceipt(receipt: unknown): Uint8Array {
  const { type, status, cumulativeGasUsed, logsBloom, logs } = Object(receipt)
  const body = encodeRlp([
    bytesOfQuantity(status),
    bytesOfQuantity(cumulativeGasUsed),
    fromHex(String(logsBloom)),
    Array.from(logs ?? [], logOf),
  ])
  return Number(type ?? 0) === 0 ? body : concatBytes(bytesOfQuantity(type), body)
}

function logOf(log: unknown): Rlp {
  const { address, topics, data } = Object(log)
  return [fromHex(String(address)), Array.from(topics ?? [], (topic) => fromHex(String(topic))), fromHex(String(data))]
}
