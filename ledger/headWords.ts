import { scrypt } from '@noble/hashes/scrypt.js'
import { concatBytes } from '@noble/hashes/utils.js'
import list from './headWords.json' with { type: 'json' }
import { InputRefused } from './failures.ts'
import { fromHex, type Hex } from './hex.ts'

/** How many words say a block's hash: 6 × 11 bits. */
export const WORD_COUNT = 6

/**
 * 校验词: six words by which neighbours notice aloud that a server shows them two histories.
 *
 * They are 66 bits of scrypt (RFC 7914; N = 2^14, r = 8, p = 1) of number and hash, salted with chain and genesis, so another
 * chain has other words. Slow, because whoever makes two histories at once may try 2^33 variants of them until the words agree:
 * here that takes a processor some twenty years. They are for people all the same: a program compares the hash itself.
 */
export function wordsOf(chainId: bigint, genesis: Hex, number: bigint, blockHash: Hex): string[] {
  const statement = concatBytes(wordOf(number), fromHex(blockHash, 32))
  const hash = scrypt(statement, concatBytes(wordOf(chainId), fromHex(genesis, 32)), { N: 2 ** 14, r: 8, p: 1, dkLen: 32 })
  const bits = hash.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
  return Array.from({ length: WORD_COUNT }, (_, at) => WORDS[Number((bits >> BigInt(256 - 11 * (at + 1))) & 0x7ffn)] ?? '')
}

/** Reads six words as people write them, with blanks, dashes or stops between, or none. @throws {InputRefused} naming the wrong one. */
export function readWords(text: string): string[] {
  const characters = [...text.normalize('NFKC').replace(/[\s\p{P}]/gu, '')]
  const words = Array.from({ length: Math.ceil(characters.length / 2) }, (_, at) => characters.slice(2 * at, 2 * at + 2).join(''))
  const strange = words.find((word) => !KNOWN.has(word))
  if (strange !== undefined) throw refused(`“${strange}”不是校验词`, `not one of the words: ${strange}`)
  if (words.length !== WORD_COUNT)
    throw refused(`校验词应有 ${WORD_COUNT} 个，而不是 ${words.length} 个`, `${WORD_COUNT} words expected, not ${words.length}`)
  return words
}

/**
 * Reads what somebody learnt elsewhere of a block, its hash or its words, and gives it as programs write it. People copy a hash
 * with and without its 0x. @throws {InputRefused}
 */
export function readHead(text: string): string {
  const typed = text.trim()
  const [, digits] = /^(?:0x)?([0-9a-f]*)$/i.exec(typed) ?? []
  if (digits === undefined || digits === '') return formatWords(readWords(typed))
  if (digits.length === 64) return `0x${digits.toLowerCase()}`
  throw refused(`区块的哈希应有 64 位，而不是 ${digits.length} 位`, `the hash of a block has 64 digits, not ${digits.length}`)
}

/** The words as they are shown and read aloud. */
export function formatWords(words: readonly string[]): string {
  return words.join(' ')
}

const WORDS = list.map((line) => line.slice(0, 2))
const KNOWN = new Set(WORDS)

function refused(zh: string, en: string): InputRefused {
  return new InputRefused('HEAD_WRONG', { zh, en })
}

function wordOf(value: bigint): Uint8Array {
  return fromHex(`0x${value.toString(16).padStart(64, '0')}`, 32)
}
