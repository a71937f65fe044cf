import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { expect } from 'chai'
import fc from 'fast-check'
import { fromHex, toHex, type Hex } from '../../ledger/hex.ts'
import { rootOfList } from '../../proof/check/receipts.ts'
import { decodeRlp, encodeRlp, type Rlp } from '../../proof/check/rlp.ts'
import { NODE, readTrie } from '../../proof/check/trie.ts'
import { openReader } from '../../proof/check/wire.ts'
import { valueAt, writeTrie } from '../../proof/prove/trie.ts'
import { openWriter } from '../../proof/prove/wire.ts'
import { codeOf } from './refused.ts'

/** Keys of 64 nibbles that share long beginnings, so that extensions and nodes smaller than a hash occur. */
const key = fc
  .tuple(
    fc.constantFrom('', 'a', 'ab', 'a'.repeat(31), 'a'.repeat(60), 'b'.repeat(62)),
    fc.stringMatching(/^[0-9a-f]{64}$/),
    fc.boolean(),
  )
  .map(
    ([start, rest, zeros]) =>
      `${start}${zeros ? '0'.repeat(63) + rest.slice(0, 1) : rest}`.slice(0, 63) + rest.slice(0, 1),
  )
const value = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 2 }), fc.uint8Array({ minLength: 30, maxLength: 120 }))

async function build(entries: ReadonlyMap<string, Uint8Array>, asked: readonly string[]) {
  const trie = await createMPT()
  for (const [key, value] of entries) await trie.put(fromHex(`0x${key}`), value)
  const nodes = new Map<Hex, Rlp>()
  for (const key of asked)
    for (const node of entries.size ? await createMerkleProof(trie, fromHex(`0x${key}`)) : [])
      nodes.set(toHex(keccak_256(node)), decodeRlp(node))
  return { root: toHex(trie.root()), nodes }
}

function part(root: Hex, nodes: ReadonlyMap<Hex, Rlp>, asked: readonly string[]): Uint8Array {
  const writer = openWriter()
  writeTrie(writer, nodes, root, asked)
  return writer.done()
}

describe('The walk of a trie', () => {
  const seen: Record<string, number> = {}

  it('finds what @ethereumjs/mpt finds, and misses what it misses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, value), { maxLength: 40 }),
        fc.array(key, { minLength: 1, maxLength: 6 }),
        async (pairs, others) => {
          const entries = new Map(pairs)
          const asked = [...new Set([...others, ...[...entries.keys()].filter((_, i) => i % 3 === 0)])].toSorted()
          const { root, nodes } = await build(entries, asked)

          const read = readTrie(openReader(part(root, nodes, asked)), asked)

          expect(toHex(read.root)).to.equal(root)
          for (const key of asked) {
            expect(read.values.get(key)).to.deep.equal(entries.get(key))
            expect(valueAt(nodes, root, key)).to.deep.equal(entries.get(key))
          }
          for (const kind of kindsIn(nodes, root, entries, asked)) seen[kind] = (seen[kind] ?? 0) + 1
        },
      ),
      { numRuns: 300 },
    )

    // A walk that never met an extension, a small node or a missing key would agree too easily.
    for (const kind of ['empty', 'extension', 'small', 'missing', 'found'])
      expect(seen[kind], kind).to.be.greaterThan(10)
  })

  it('refuses every other byte, or comes to another root', async () => {
    const entries = new Map(
      Array.from({ length: 20 }, (_, i) => [toHex(keccak_256(Uint8Array.of(i))).slice(2), Uint8Array.of(1 + i, i)]),
    )
    const asked = [...entries.keys(), '0'.repeat(64), 'f'.repeat(64)].toSorted().filter((_, i) => i % 4 === 0)
    const { root, nodes } = await build(entries, asked)
    const bytes = part(root, nodes, asked)

    for (let at = 0; at < bytes.length; at++) {
      const broken = bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
      const answer = codeOf(() => {
        const reader = openReader(broken)
        const read = readTrie(reader, asked)
        reader.end()
        expect(toHex(read.root), `byte ${at}`).to.not.equal(root)
      })
      expect(answer, `byte ${at}`).to.be.oneOf([
        'accepted',
        'NODE_MALFORMED',
        'NOT_CANONICAL',
        'CUT_SHORT',
        'TOO_LONG',
        'LIMIT_PASSED',
      ])
    }
  })

  it('says when the nodes at hand do not decide about a key', () => {
    expect(valueAt(new Map(), `0x${'11'.repeat(32)}`, 'a'.repeat(64))).to.equal(null)
  })

  it('knows no node that begins with another byte, and no empty node below the root', () => {
    for (const bytes of [[9], [0x01, 0x00, 0x03, 0x00]])
      expect(codeOf(() => readTrie(openReader(Uint8Array.from(bytes)), ['0'.repeat(64)]))).to.equal('NODE_MALFORMED')
  })

  it('refuses an extension of no length, and one that leads past the keys', () => {
    for (const length of [0, 64])
      expect(codeOf(() => readTrie(openReader(Uint8Array.of(NODE.extension, length)), ['0'.repeat(64)]))).to.equal(
        'NODE_MALFORMED',
      )
  })

  it('refuses a leaf shown as a strange one though it was asked for', () => {
    const bytes = Uint8Array.of(NODE.foreignLeaf, ...new Uint8Array(32), 1, 7)

    expect(codeOf(() => readTrie(openReader(bytes), ['0'.repeat(64)]))).to.equal('NOT_CANONICAL')
  })

  it('refuses a branch that announces a small child and shows none', () => {
    const bytes = Uint8Array.of(NODE.branchWithSmall, 0, 2, 0, 0, ...new Uint8Array(32))

    expect(codeOf(() => readTrie(openReader(bytes), ['f'.repeat(64)]))).to.equal('NOT_CANONICAL')
  })
})

describe('The root over a list', () => {
  it('is that of @ethereumjs/mpt for 0 to 300 receipts', async () => {
    for (const count of [0, 1, 2, 16, 127, 128, 129, 255, 256, 257, 300]) {
      const receipts = Array.from({ length: count }, (_, i) =>
        keccak_256(Uint8Array.of(i, i >> 8)).subarray(0, 1 + (i % 32)),
      )
      const trie = await createMPT()
      for (const [i, receipt] of receipts.entries())
        await trie.put(encodeRlp(i ? fromHex(hexOf(i)) : new Uint8Array()), receipt)

      expect(rootOfList(receipts), `${count}`).to.equal(toHex(trie.root()))
    }
  })
})

function hexOf(number: number): string {
  const digits = number.toString(16)
  return `0x${digits.padStart(digits.length + (digits.length % 2), '0')}`
}

/** What a walk over these entries met. */
function kindsIn(
  nodes: ReadonlyMap<Hex, Rlp>,
  root: Hex,
  entries: ReadonlyMap<string, Uint8Array>,
  asked: readonly string[],
): string[] {
  const kinds: string[] = asked.map((key) => (entries.has(key) ? 'found' : 'missing'))
  if (entries.size === 0) kinds.push('empty')
  const bytes = part(root, nodes, asked)
  if (bytes[0] === NODE.extension) kinds.push('extension')
  for (const node of nodes.values())
    if (node.length === 17 && node.some((child) => !(child instanceof Uint8Array))) kinds.push('small')
  return kinds
}
