import { keccak_256 } from '@noble/hashes/sha3.js'
import { ProofError } from './error.ts'
import { decodeRlp, encodeRlp, isBytes, listOf } from './rlp.ts'
import type { Reader } from './wire.ts'

/**
 * What a part of a secure trie says: its root's hash, and each key's value, or undefined where the trie has no such
 * key.
 */
export type TriePart = { root: Uint8Array; values: ReadonlyMap<string, Uint8Array> }

/** The first byte of a node in a proof. */
export const NODE = { empty: 0, branch: 1, branchWithSmall: 2, extension: 3, leaf: 4, foreignLeaf: 5 } as const

/**
 * Reads the part of a secure Merkle Patricia trie (Yellow Paper, appendix D) that decides about `keys`: hashed keys as
 * 64 nibbles in hexadecimal, ascending, each once.
 *
 * Nodes come parents first, children left to right, each once. What can be computed is not there to be read: the hash
 * of a child that follows, the rest of a key that is asked for. So whoever compares `root` has compared everything.
 *
 * @throws {ProofError}
 */
export function readTrie(reader: Reader, keys: readonly string[]): TriePart {
  const values = new Map<string, Uint8Array>()
  const node = readNode({ reader, values }, keys, 0)
  return { root: keccak_256(node ?? EMPTY), values }
}

type Walk = { reader: Reader; values: Map<string, Uint8Array> }

const KEY_LENGTH = 64
const EMPTY = Uint8Array.of(0x80)

// The node's RLP; undefined for the trie without a node.
function readNode(walk: Walk, keys: readonly string[], depth: number): Uint8Array | undefined {
  const tag = walk.reader.byte()
  if (tag === NODE.empty && depth === 0) return undefined
  if (depth < KEY_LENGTH && (tag === NODE.branch || tag === NODE.branchWithSmall))
    return readBranch(walk, keys, depth, tag)
  if (depth < KEY_LENGTH && tag === NODE.extension) return readExtension(walk, keys, depth)
  if (tag === NODE.leaf || tag === NODE.foreignLeaf) return readLeaf(walk, keys, depth, tag)
  throw new ProofError('NODE_MALFORMED', `no node of a trie begins with ${tag} at depth ${depth}`)
}

// A child is shown whole when a key leads there, and by its hash (or by itself, if it is smaller than a hash) when none
// does.
function readBranch(walk: Walk, keys: readonly string[], depth: number, tag: number): Uint8Array {
  const { reader } = walk
  const present = readMask(reader)
  const small = tag === NODE.branchWithSmall ? readMask(reader) : 0
  const children: Uint8Array[] = []
  let readAsSmall = 0
  for (let nibble = 0; nibble < 16; nibble++) {
    const inside = keys.filter((key) => key[depth] === nibble.toString(16))
    if (!bit(present, nibble)) children.push(EMPTY)
    else if (inside.length) children.push(referenceTo(readNode(walk, inside, depth + 1)))
    else if (!bit(small, nibble)) children.push(encodeRlp(reader.bytes(32)))
    else {
      readAsSmall |= 1 << nibble
      children.push(readSmall(reader, 31))
    }
  }
  if (small !== readAsSmall || (tag === NODE.branchWithSmall && !small))
    throw new ProofError('NOT_CANONICAL', 'a branch names a small child that it does not have')
  return listOf([...children, EMPTY])
}

function readExtension(walk: Walk, keys: readonly string[], depth: number): Uint8Array {
  const length = walk.reader.byte()
  if (length === 0 || depth + length >= KEY_LENGTH)
    throw new ProofError('NODE_MALFORMED', `an extension is ${length} long`)
  const path = readNibbles(walk.reader, length)
  const inside = keys.filter((key) => key.startsWith(path, depth))
  const child = inside.length ? referenceTo(readNode(walk, inside, depth + length)) : readSmall(walk.reader, 32)
  return listOf([pathOf(path, 0), child.length === 32 ? encodeRlp(child) : child])
}

function readLeaf(walk: Walk, keys: readonly string[], depth: number, tag: number): Uint8Array {
  const { reader, values } = walk
  const key = tag === NODE.leaf ? keys[keys.length > 1 ? reader.number(keys.length - 1) : 0] : undefined
  const path = key?.slice(depth) ?? readNibbles(reader, KEY_LENGTH - depth)
  if (!key && keys.some((asked) => asked.slice(depth) === path))
    throw new ProofError('NOT_CANONICAL', 'a leaf that was asked for is shown as a strange one')
  const value = reader.bytes(reader.number(MAX_VALUE))

  if (key) values.set(key, value)
  return listOf([pathOf(path, 2), encodeRlp(value)])
}

const MAX_VALUE = 512

function readMask(reader: Reader): number {
  return (reader.byte() << 8) | reader.byte()
}

function bit(mask: number, nibble: number): boolean {
  return ((mask >> nibble) & 1) === 1
}

// A child that no key leads to: the 32 bytes of its hash, or, if it is smaller than a hash, the node itself. A node it
// must be: any other bytes could be cut out of a neighbour, and a child be hidden behind the same hash of the parent.
function readSmall(reader: Reader, limit: number): Uint8Array {
  const length = reader.byte()
  if (length === 0 || length > limit)
    throw new ProofError('NODE_MALFORMED', `a child has ${length} bytes, not 1 to ${limit}`)
  const child = reader.bytes(length)
  if (length < 32) checkNode(child)
  return child
}

function checkNode(bytes: Uint8Array): void {
  const node = decodeRlp(bytes)
  if (isBytes(node) || (node.length !== 2 && node.length !== 17))
    throw new ProofError('NODE_MALFORMED', 'a small child is no node: neither a pair nor a branch')
}

// An odd number of nibbles leaves half a byte over, which must be zero.
function readNibbles(reader: Reader, count: number): string {
  const digits = reader.hex(Math.ceil(count / 2)).slice(2)
  if (digits.length > count && !digits.endsWith('0'))
    throw new ProofError('NOT_CANONICAL', 'half a byte of a key is not read')
  return digits.slice(0, count)
}

// How a parent names its child: by its hash, or a small one by itself.
function referenceTo(node: Uint8Array | undefined): Uint8Array {
  if (!node) throw new ProofError('NODE_MALFORMED', 'an empty node has a parent')
  return node.length < 32 ? node : encodeRlp(keccak_256(node))
}

// Hex-prefix encoding (appendix C): the flag says extension (0) or leaf (2), and whether the count is odd.
function pathOf(nibbles: string, flag: 0 | 2): Uint8Array {
  const odd = nibbles.length % 2
  const digits = `${flag + odd}${odd ? '' : '0'}${nibbles}`
  return encodeRlp(Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16)))
}
