import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

/** Bytes as people exchange them: `0x` and an even number of lower-case digits. */
export type Hex = `0x${string}`

/** Writes bytes as `0x…`. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`
}

/** @throws {RangeError} unless `text` is `0x` and whole bytes (and exactly `length` of them, when given). */
export function fromHex(text: string, length?: number): Uint8Array {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(text)) throw new RangeError(`not hexadecimal bytes: ${JSON.stringify(text.slice(0, 80))}`)
  const bytes = hexToBytes(text.slice(2))
  if (length !== undefined && bytes.length !== length)
    throw new RangeError(`${length} bytes expected, ${bytes.length} found: ${text.slice(0, 80)}`)
  return bytes
}

/** Recognises a 32-byte hash in text, in lower case. @throws {RangeError} */
export function Hash(text: string): Hex {
  return toHex(fromHex(text, 32))
}

/** Recognises an address in text and gives it in lower case. @throws {RangeError} */
export function Address(text: string): Hex {
  return toHex(fromHex(text, 20))
}
