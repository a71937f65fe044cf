import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import canonicalize from 'canonicalize'
import { toHex, type Hex } from './hex.ts'

/**
 * The `ref` of an entry: HMAC-SHA256 under the book's key over its source line and its ordinal (from 1) among equal
 * lines.
 *
 * The key keeps a ref from being guessed: a bank line has few unknown digits, and anybody could hash them all.
 * @throws {RangeError} when the key has not 32 bytes or the ordinal is none.
 */
export function refOf(bookKey: Uint8Array, line: readonly string[], ordinal: number): Hex {
  if (bookKey.length !== 32) throw new RangeError(`a book key has 32 bytes, not ${bookKey.length}`)
  if (!Number.isSafeInteger(ordinal) || ordinal < 1) throw new RangeError(`not an ordinal: ${ordinal}`)
  const text = canonicalize(['mingzhang/ref/1', line, String(ordinal)]) ?? ''
  return toHex(hmac(sha256, bookKey, new TextEncoder().encode(text)))
}

/** For each line how many equal ones stand before it, plus one: two equal gifts on one day are two gifts. */
export function ordinalsOf(lines: readonly (readonly string[])[]): number[] {
  const seen = new Map<string, number>()
  return lines.map((line) => {
    const text = JSON.stringify(line)
    const ordinal = (seen.get(text) ?? 0) + 1
    seen.set(text, ordinal)
    return ordinal
  })
}
