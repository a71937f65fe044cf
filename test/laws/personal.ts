import { createHash } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import iconv from 'iconv-lite'

/** Something personal that was found where it must not be: what it looks like, and the text itself. */
export type Finding = { kind: 'phone' | 'idCard' | 'bankCard' | 'email' | 'name' | 'hashOfName'; text: string }

// Letters beside digits make them part of a hash or an identifier and not of a number that somebody can be called by.
const ALONE = (pattern: string) => new RegExp(`(?<![0-9A-Za-z])(?:${pattern})(?![0-9A-Za-z])`, 'g')
const PATTERNS = [
  { kind: 'phone', pattern: ALONE('(?:\\+?86[- ]?)?1[3-9]\\d(?:[- ]?\\d{4}){2}'), holds: () => true },
  { kind: 'phone', pattern: ALONE('0[1-9]\\d{1,2}-[2-9]\\d{6,7}'), holds: () => true },
  { kind: 'idCard', pattern: ALONE('[1-9]\\d{16}[0-9Xx]'), holds: isIdCard },
  { kind: 'bankCard', pattern: ALONE('[3-6]\\d{3}(?:[- ]?\\d{4}){3}(?:[- ]?\\d{1,3})?'), holds: isBankCard },
  { kind: 'email', pattern: /[\w.+-]{3,}@[\w-]{2,}(?:\.[\w-]{2,})*\.[a-zA-Z]{2,}/g, holds: () => true },
] as const

/**
 * Finds phone, identity and bank card numbers, mail addresses and the given names in a text: a log, a URL, a page, a
 * bundle.
 */
export function findPersonal(text: string, names: readonly string[] = []): Finding[] {
  const decoded = decodePercent(text)
  const found: Finding[] = PATTERNS.flatMap(({ kind, pattern, holds }) =>
    [...decoded.matchAll(pattern)].filter(([match]) => holds(match)).map(([match]) => ({ kind, text: match })),
  )
  for (const name of names) if (decoded.includes(name)) found.push({ kind: 'name', text: name })
  return found
}

/**
 * The same in bytes such as calldata: names in UTF-8, UTF-16 and GB18030, and the plain hashes of names, which can be
 * guessed.
 */
export function findPersonalBytes(bytes: Uint8Array, names: readonly string[] = []): Finding[] {
  const buffer = Buffer.from(bytes)
  const found: Finding[] = findPersonal(buffer.toString('latin1'))
  for (const name of names) {
    const written = [Buffer.from(name), Buffer.from(name, 'utf16le'), iconv.encode(name, 'gb18030')]
    if (written.some((form) => buffer.includes(form))) found.push({ kind: 'name', text: name })
    if (hashesOf(name).some((hash) => buffer.includes(hash))) found.push({ kind: 'hashOfName', text: name })
  }
  return found
}

function hashesOf(name: string): Buffer[] {
  const text = Buffer.from(name)
  const others = ['sha256', 'sha1', 'md5', 'sm3'].map((kind) => createHash(kind).update(text).digest())
  return [Buffer.from(keccak_256(text)), ...others]
}

/** GB 11643: six digits of place, a birthday, three of order, and a check modulo 11. */
function isIdCard(number: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const month = Number(number.slice(10, 12))
  const day = Number(number.slice(12, 14))
  if (!/^(18|19|20)/.test(number.slice(6)) || month < 1 || month > 12 || day < 1 || day > 31) return false
  const sum = weights.reduce((total, weight, place) => total + weight * Number(number[place]), 0)
  return '10X98765432'[sum % 11] === number.slice(-1).toUpperCase()
}

/** ISO/IEC 7812: the sum of digits, every second from the right doubled, ends in 0. */
function isBankCard(number: string): boolean {
  const digits = [...number.replace(/\D/g, '')].reverse().map(Number)
  const doubled = (digit: number) => (digit > 4 ? digit * 2 - 9 : digit * 2)
  const sum = digits.reduce((total, digit, place) => total + (place % 2 === 0 ? digit : doubled(digit)), 0)
  return sum % 10 === 0
}

function decodePercent(text: string): string {
  try {
    return `${text}\n${decodeURIComponent(text)}`
  } catch {
    return text
  }
}
