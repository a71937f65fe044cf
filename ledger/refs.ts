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

/** What a proposal to pay, refund or transfer is known by; `subject` is the inflow or the other fund, `` for a payment. */
export function lineOfProposal(
  kind: 'Payment' | 'Refund' | 'Transfer', fund: number, subject: number | '',
  { amount, title, payee = '', invoice = '', reference = '' }: ProposalIdentity,
): string[] {
  return [kind, `${fund}`, `${subject}`, `${amount}`, title, payee, invoice, reference]
}

/** `reference` tells equal proposals apart. */
export type ProposalIdentity = { readonly amount: bigint; readonly title: string; readonly payee?: string; readonly invoice?: string; readonly reference?: string }

/** What a movement of the bank is known by: its own number alone, whatever it pays and whichever day is given for it. */
export function lineOfBank(way: 'in' | 'out', reference: string): string[] {
  return ['bank', way, reference.normalize('NFKC').trim()]
}

/** What taking back an error of record is known by; `reference` tells equal ones of one day apart. */
export function lineOfVoid(fund: number, inflow: number, { amount, on, reference = '' }: { amount: bigint; on: number; reference?: string }): string[] {
  return ['Void', `${fund}`, `${inflow}`, `${amount}`, `${on}`, reference]
}
