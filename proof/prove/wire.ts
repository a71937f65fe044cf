import { concatBytes } from '@noble/hashes/utils.js'
import { fromHex, type Hex } from '../../ledger/hex.ts'

/** Writes what proof/check/wire.ts reads. */
export type Writer = ReturnType<typeof openWriter>

/** Opens a writer; `done` gives what was written. */
export function openWriter() {
  const written: Uint8Array[] = []

  return { byte, bytes, hex, varint, sized, done: () => concatBytes(...written) }

  function byte(value: number): void {
    written.push(Uint8Array.of(value))
  }

  function bytes(value: Uint8Array): void {
    written.push(value)
  }

  function hex(value: Hex): void {
    written.push(fromHex(value))
  }

  // Seven bits a byte, the lowest first, no padding (LEB128).
  function varint(value: number | bigint): void {
    const digits: number[] = []
    let rest = BigInt(value)
    for (; rest >= 0x80n; rest >>= 7n) digits.push(Number(rest & 0x7fn) | 0x80)
    written.push(Uint8Array.of(...digits, Number(rest)))
  }

  function sized(value: Uint8Array): void {
    varint(value.length)
    bytes(value)
  }
}
