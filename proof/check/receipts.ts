import { keccak_256 } from '@noble/hashes/sha3.js'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { encodeRlp, type Rlp } from './rlp.ts'

/**
 * The root that a header must have for these receipts (or transactions): a trie from RLP(index) to each in its encoded
 * form, which for types from 1 on is one byte before the RLP (EIP-2718).
 */
export function rootOfList(encoded: readonly Uint8Array[]): Hex {
  const entries = encoded.map((value, index) => ({ path: toHex(encodeRlp(numberBytes(index))).slice(2), value }))
  return toHex(keccak_256(encodeRlp(entries.length ? nodeOf(entries) : new Uint8Array())))
}

type Entry = { path: string; value: Uint8Array }

// No index is the beginning of another when written as RLP, so no branch has a value.
function nodeOf(entries: readonly Entry[]): Rlp {
  const [first] = entries
  if (!first) return new Uint8Array()
  if (entries.length === 1) return [prefixed(first.path, 2), first.value]

  let common = 0
  while (entries.every(({ path }) => path[common] === first.path[common])) common++
  if (common)
    return [prefixed(first.path.slice(0, common), 0), referenceTo(nodeOf(entries.map((entry) => after(entry, common))))]

  const children = Array.from('0123456789abcdef', (nibble) => {
    const inside = entries.filter(({ path }) => path[0] === nibble).map((entry) => after(entry, 1))
    return inside.length ? referenceTo(nodeOf(inside)) : new Uint8Array()
  })
  return [...children, new Uint8Array()]
}

function after({ path, value }: Entry, count: number): Entry {
  return { path: path.slice(count), value }
}

function referenceTo(node: Rlp): Rlp {
  const encoded = encodeRlp(node)
  return encoded.length < 32 ? node : keccak_256(encoded)
}

// Hex-prefix encoding (Yellow Paper, appendix C).
function prefixed(nibbles: string, flag: 0 | 2): Uint8Array {
  const odd = nibbles.length % 2
  const digits = `${flag + odd}${odd ? '' : '0'}${nibbles}`
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

function numberBytes(value: number): Uint8Array {
  if (value === 0) return new Uint8Array()
  return value < 0x100 ? Uint8Array.of(value) : Uint8Array.of(value >> 8, value)
}
