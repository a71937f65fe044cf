import { toHex, type Hex } from '../../ledger/hex.ts'
import { encodeRlp, isBytes, type Rlp } from '../check/rlp.ts'
import { NODE } from '../check/trie.ts'
import type { Writer } from './wire.ts'

/** Nodes of tries by their hash, decoded. */
export type Nodes = ReadonlyMap<Hex, Rlp>

/** The hash of the trie without a node: keccak256(0x80). */
export const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'

/**
 * Writes the part of a secure trie that decides about `keys` (hashed, 64 nibbles, ascending, each once), as
 * proof/check/trie.ts reads it.
 *
 * @throws {Error} when a node on the way is not among `nodes`.
 */
export function writeTrie(writer: Writer, nodes: Nodes, root: Hex, keys: readonly string[]): void {
  if (root === EMPTY_ROOT) return writer.byte(NODE.empty)
  writeNode({ writer, nodes }, nodeOf(nodes, root), keys, 0)
}

/** The value that a secure trie has at a hashed key: undefined when it has none, null when `nodes` do not say. */
export function valueAt(nodes: Nodes, root: Hex, key: string): Uint8Array | undefined | null {
  if (root === EMPTY_ROOT) return undefined
  let node = nodes.get(root)
  for (let depth = 0; node && !isBytes(node);) {
    let next: Rlp | undefined
    if (node.length === 17) next = node[parseInt(key[depth++] ?? '0', 16)]
    else {
      const { leaf, path, rest } = readPath(node)
      if (!key.startsWith(path, depth)) return undefined
      if (leaf) return isBytes(rest) ? rest : null
      depth += path.length
      next = rest
    }
    if (!next || next.length === 0) return undefined
    node = isBytes(next) ? nodes.get(toHex(next)) : next
  }
  return null
}

type Walk = { writer: Writer; nodes: Nodes }

function writeNode(walk: Walk, node: Rlp, keys: readonly string[], depth: number): void {
  if (isBytes(node)) throw new Error('the chain answered with a node that is no node of a trie')
  if (node.length === 17) return writeBranch(walk, node.slice(0, 16), keys, depth)
  const { leaf, path, rest } = readPath(node)
  if (!leaf) return writeExtension(walk, path, rest, keys, depth)
  if (!isBytes(rest)) throw new Error('the chain answered with a leaf that has no value')
  writeLeaf(walk, path, rest, keys, depth)
}

function writeBranch(walk: Walk, children: readonly Rlp[], keys: readonly string[], depth: number): void {
  const { writer, nodes } = walk
  const inside = children.map((_, nibble) => keys.filter((key) => key[depth] === nibble.toString(16)))
  const present = maskOf(children, (child) => child.length > 0)
  const small = maskOf(children, (child, nibble) => !isBytes(child) && !inside[nibble]?.length)
  writer.byte(small ? NODE.branchWithSmall : NODE.branch)
  for (const mask of small ? [present, small] : [present]) writer.bytes(Uint8Array.of(mask >> 8, mask))

  children.forEach((child, nibble) => {
    const keysInside = inside[nibble] ?? []
    if (child.length === 0) return
    if (keysInside.length) writeNode(walk, childOf(nodes, child), keysInside, depth + 1)
    else if (isBytes(child)) writer.bytes(child)
    else writeSized(writer, encodeRlp(child))
  })
}

function writeExtension(walk: Walk, path: string, child: Rlp, keys: readonly string[], depth: number): void {
  const { writer, nodes } = walk
  const inside = keys.filter((key) => key.startsWith(path, depth))
  writer.byte(NODE.extension)
  writer.byte(path.length)
  writer.bytes(packed(path))
  if (inside.length) writeNode(walk, childOf(nodes, child), inside, depth + path.length)
  else writeSized(writer, isBytes(child) ? child : encodeRlp(child))
}

function writeLeaf({ writer }: Walk, path: string, value: Uint8Array, keys: readonly string[], depth: number): void {
  const own = keys.findIndex((key) => key.slice(depth) === path)
  writer.byte(own >= 0 ? NODE.leaf : NODE.foreignLeaf)
  if (own < 0) writer.bytes(packed(path))
  else if (keys.length > 1) writer.varint(own)
  writer.sized(value)
}

function writeSized(writer: Writer, bytes: Uint8Array): void {
  writer.byte(bytes.length)
  writer.bytes(bytes)
}

function childOf(nodes: Nodes, child: Rlp): Rlp {
  return isBytes(child) ? nodeOf(nodes, toHex(child)) : child
}

function nodeOf(nodes: Nodes, hash: Hex): Rlp {
  const node = nodes.get(hash)
  if (!node) throw new Error(`the chain's answer lacks the node ${hash}`)
  return node
}

function readPath([path, rest]: readonly Rlp[]): { leaf: boolean; path: string; rest: Rlp } {
  if (!path || !isBytes(path) || !rest) throw new Error('the chain answered with a node that has no path')
  const digits = toHex(path).slice(2)
  const flag = parseInt(digits.slice(0, 1), 16)
  return { leaf: flag >= 2, path: digits.slice(flag % 2 ? 1 : 2), rest }
}

function maskOf(children: readonly Rlp[], has: (child: Rlp, nibble: number) => boolean): number {
  return children.reduce((mask, child, nibble) => (has(child, nibble) ? mask | (1 << nibble) : mask), 0)
}

function packed(nibbles: string): Uint8Array {
  return Uint8Array.from(nibbles.match(/..?/g) ?? [], (pair) => parseInt(pair.padEnd(2, '0'), 16))
}
