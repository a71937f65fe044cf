import type { Hex } from '../ledger/hex.ts'

/** The bytes of a column as people exchange them. */
export function hexOf(bytes: Buffer): Hex {
  return `0x${bytes.toString('hex')}`
}

/** Bytes for a statement. */
export function bytesOf(hex: Hex): Buffer {
  return Buffer.from(hex.slice(2), 'hex')
}
