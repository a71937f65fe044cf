import { fromHex } from '../../ledger/hex.ts'

/** A number as RLP has it, from one of JSON-RPC's: no leading zero, and no byte at all for zero. */
export function bytesOfQuantity(quantity: unknown): Uint8Array {
  const digits = BigInt(String(quantity)).toString(16)
  return digits === '0' ? new Uint8Array() : fromHex(`0x${digits.padStart(digits.length + (digits.length % 2), '0')}`)
}
