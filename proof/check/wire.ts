import { Fen, MAX_FEN } from '../../ledger/fen.ts'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { ProofError } from './error.ts'

/** Reads a canonical binary from its first byte to its last: whatever it does not read is an error at the end. */
export type Reader = ReturnType<typeof openReader>

/** Opens a reader over bytes from anywhere. Its methods throw {ProofError} naming the byte where reading failed. */
export function openReader(bytes: Uint8Array) {
  let at = 0

  return { byte, bytes: take, hex: (length: number): Hex => toHex(take(length)), varint, number, fen, end }

  function byte(): number {
    const [value = 0] = take(1)
    return value
  }

  function take(length: number): Uint8Array {
    if (at + length > bytes.length)
      throw new ProofError('CUT_SHORT', `the proof ends at byte ${bytes.length}, inside a field`)
    return bytes.subarray(at, (at += length))
  }

  // Seven bits a byte, the lowest first (LEB128). A last byte of zero would be a second way to write the same number.
  function varint(limit: bigint): bigint {
    const start = at
    let value = 0n
    for (let shift = 0n, more = true; more; shift += 7n) {
      const next = byte()
      value |= BigInt(next & 0x7f) << shift
      more = next >= 0x80
      if (!more && next === 0 && shift > 0n)
        throw new ProofError('NOT_CANONICAL', `the number at byte ${start} is padded`)
      if (value > limit || shift > 70n)
        throw new ProofError('LIMIT_PASSED', `the number at byte ${start} is above ${limit}`)
    }
    return value
  }

  function number(limit = 0xffff_ffff): number {
    return Number(varint(BigInt(limit)))
  }

  function fen(): Fen {
    return Fen(varint(MAX_FEN))
  }

  function end(): void {
    if (at < bytes.length)
      throw new ProofError('TOO_LONG', `the proof is read at byte ${at} and goes on to ${bytes.length}`)
  }
}
