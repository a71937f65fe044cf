import { concatBytes } from '@noble/hashes/utils.js'
import { ProofError } from './error.ts'

/** What Ethereum's recursive length prefix holds: bytes, or a list of the same (Yellow Paper, appendix B). */
export type Rlp = Uint8Array | readonly Rlp[]

/**
 * Decodes exactly one item. Every value has one encoding here: a longer form of the same is refused, so that encoding
 * what was decoded gives the same bytes again.
 *
 * @throws {ProofError} naming the byte.
 */
export function decodeRlp(bytes: Uint8Array): Rlp {
  const { item, end } = decodeAt(bytes, 0, 0)
  if (end !== bytes.length) throw malformed(end, 'something follows')
  return item
}

/** Encodes an item. */
export function encodeRlp(item: Rlp): Uint8Array {
  if (!isBytes(item)) return listOf(item.map(encodeRlp))
  return item.length === 1 && (item[0] ?? 0) < 0x80 ? item : concatBytes(head(0x80, item.length), item)
}

/** Encodes a list whose items are encoded already. */
export function listOf(encoded: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...encoded)
  return concatBytes(head(0xc0, body.length), body)
}

/** Whether an item is bytes and not a list. */
export function isBytes(item: Rlp): item is Uint8Array {
  return item instanceof Uint8Array
}

const SHORT = 55
const MAX_DEPTH = 8

function head(base: number, length: number): Uint8Array {
  if (length <= SHORT) return Uint8Array.of(base + length)
  const digits =
    length < 0x100 ? [length] : length < 0x10000 ? [length >> 8, length] : [length >> 16, length >> 8, length]
  return Uint8Array.of(base + SHORT + digits.length, ...digits)
}

function decodeAt(bytes: Uint8Array, at: number, depth: number): { item: Rlp; end: number } {
  const first = bytes[at]
  if (first === undefined) throw malformed(at, 'it ends early')
  if (first < 0x80) return { item: bytes.subarray(at, at + 1), end: at + 1 }
  const { start, end } = bodyAt(bytes, at, first)

  if (first < 0xc0) {
    if (end - start === 1 && (bytes[start] ?? 0) < 0x80) throw malformed(at, 'a small byte has a prefix')
    return { item: bytes.subarray(start, end), end }
  }
  if (depth === MAX_DEPTH) throw malformed(at, 'it is nested too deeply')
  const list: Rlp[] = []
  for (let next = start; next < end;) {
    const inner = decodeAt(bytes.subarray(0, end), next, depth + 1)
    list.push(inner.item)
    next = inner.end
  }
  return { item: list, end }
}

function bodyAt(bytes: Uint8Array, at: number, first: number): { start: number; end: number } {
  const short = first & 0x3f
  const digits = Math.max(0, short - SHORT)
  const start = at + 1 + digits
  let length = short
  if (digits) {
    if (digits > 3) throw malformed(at, 'it is too long')
    length = bytes.subarray(at + 1, start).reduce((sum, digit) => sum * 256 + digit, 0)
    if (length <= SHORT || bytes[at + 1] === 0) throw malformed(at, 'its length is padded')
  }
  if (start + length > bytes.length) throw malformed(at, 'it ends early')
  return { start, end: start + length }
}

function malformed(at: number, reason: string): ProofError {
  return new ProofError('RLP_MALFORMED', `the RLP at its byte ${at} is not canonical: ${reason}`)
}
