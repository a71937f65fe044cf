import { keccak_256 } from '@noble/hashes/sha3.js'
import { expect } from 'chai'
import type { Anchor } from '../../ledger/anchor.ts'
import { Fen } from '../../ledger/fen.ts'
import { fromHex, toHex, type Hex } from '../../ledger/hex.ts'
import { slotOfOutflow } from '../../ledger/slots.ts'
import type { ProofErrorCode } from '../../proof/check/error.ts'
import { joinTraces } from '../../proof/check/join.ts'
import { decodeRlp, encodeRlp } from '../../proof/check/rlp.ts'
import { ERROR_WORDS } from '../../proof/check/sentences.ts'
import { hashedKey, readState } from '../../proof/check/state.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { openReader } from '../../proof/check/wire.ts'
import { openState } from '../../proof/prove/state.ts'
import { writeTrie } from '../../proof/prove/trie.ts'
import { openWriter } from '../../proof/prove/wire.ts'
import { loadFixture, networkHelpers } from '../contracts/fixture.ts'
import { client, proverOf, sealHead } from './book.ts'
import { assemble, dissect, type Dissected } from './dissected.ts'
import { leafLie, pieceLie, returnLie, type Lie } from './lies.ts'
import { codeOf } from './refused.ts'
import { travelledBook } from './books.ts'

type Change = (parts: Dissected) => Partial<Dissected>

/** A proof of A's travelled money, with 2 of 3 seals. */
async function proofOf({ lie, seals = 2 }: { lie?: Lie; seals?: number } = {}) {
  const { anchor, prover } = await proverOf(await loadFixture(travelledBook), lie)
  return { anchor, bytes: await prover.trace({ fund: 1, inflow: 1 }, await sealHead(anchor, seals)) }
}

/** The code with which a proof is refused after a change of its bytes. */
async function changed(change: Change, seals = 2): Promise<string> {
  const { anchor, bytes } = await proofOf({ seals })
  const parts = dissect(bytes)
  return codeOf(() => verifyTrace(assemble(parts, change(parts)), anchor))
}

/** The code with which a proof is refused whose prover was told a lie. */
async function lied(lie: Lie): Promise<string> {
  const { anchor, bytes } = await proofOf({ lie })
  return codeOf(() => verifyTrace(bytes, anchor))
}

/** The code with which a good proof is refused by another anchor. */
async function anchoredBy(change: (anchor: Anchor) => Partial<Anchor>): Promise<string> {
  const { anchor, bytes } = await proofOf()
  return codeOf(() => verifyTrace(bytes, { ...anchor, ...change(anchor) }))
}

/** The code after the state itself was written over: what no contract of ours would do. */
async function overwritten(change: (word: bigint) => bigint): Promise<string> {
  const book = await loadFixture(travelledBook)
  const { anchor, prover } = await proverOf(book)
  const slot = slotOfOutflow(1, 1)
  const word = BigInt(await networkHelpers.getStorageAt(anchor.contracts.ledger, slot))
  await networkHelpers.setStorageAt(anchor.contracts.ledger, slot, change(word))
  await networkHelpers.mine()
  const bytes = await prover.trace({ fund: 1, inflow: 1 }, await sealHead(anchor))
  return codeOf(() => verifyTrace(bytes, anchor))
}

const stranger: Hex = `0x${'ab'.repeat(20)}`
const flipped = (bytes: Uint8Array, at: number) =>
  bytes.map((byte, i) => (i === (at + bytes.length) % bytes.length ? byte ^ 1 : byte))

/** One way to each code. A code without a line here does not compile. */
const refusals: Record<ProofErrorCode, { when: string; code: () => Promise<string> }> = {
  NOT_A_PROOF: {
    when: 'begins with other letters',
    code: () => changed(({ magic }) => ({ magic: flipped(magic, 0) })),
  },
  CUT_SHORT: { when: 'lacks its last byte', code: () => changed(({ rest }) => ({ rest: rest.slice(0, -1) })) },
  TOO_LONG: { when: 'has one byte more', code: () => changed(({ rest }) => ({ rest: Uint8Array.of(...rest, 0) })) },
  LIMIT_PASSED: {
    when: 'announces a header of a megabyte',
    code: () => changed(() => ({ headerLength: Uint8Array.of(0x80, 0x80, 0x40) })),
  },
  NOT_CANONICAL: {
    when: 'writes a number with a padding zero',
    code: () =>
      changed(({ chainId }) => ({ chainId: Uint8Array.of(...chainId.slice(0, -1), (chainId.at(-1) ?? 0) | 0x80, 0) })),
  },
  NEEDLESS: {
    when: 'shows a piece that the donor has no part in',
    code: () => lied(pieceLie((pieces) => pieces.flatMap((piece) => [piece, piece]))),
  },

  WRONG_CHAIN: { when: 'is of another chain', code: () => anchoredBy(() => ({ chainId: 1n })) },
  WRONG_GENESIS: {
    when: 'is of a chain that began otherwise',
    code: () => anchoredBy(() => ({ genesis: `0x${'11'.repeat(32)}` })),
  },
  WRONG_CONTRACT: {
    when: 'is of another contract',
    code: () => anchoredBy(({ contracts }) => ({ contracts: { ...contracts, ledger: stranger } })),
  },
  WRONG_SEALING: {
    when: 'is sealed by witnesses where validators are expected',
    code: () => anchoredBy(() => ({ sealing: 'qbft' })),
  },

  HEADER_MALFORMED: {
    when: 'has a header of two fields',
    code: () =>
      changed(() => ({ headerLength: Uint8Array.of(3), header: encodeRlp([Uint8Array.of(1), Uint8Array.of(2)]) })),
  },
  SEAL_MALFORMED: { when: 'has a seal of zeros', code: () => changed(() => ({ seals: new Uint8Array(130) })) },
  SEAL_UNKNOWN: {
    when: 'is sealed by somebody whom the anchor does not name',
    code: () =>
      anchoredBy(({ sealers }) => ({
        sealers: sealers.map(({ name }, i) => ({ name, address: i ? `0x${`a${i}`.repeat(20)}` : stranger })),
      })),
  },
  SEAL_DUPLICATE: {
    when: 'has the same seal twice',
    code: () => changed(({ seals }) => ({ seals: Uint8Array.of(...seals.slice(0, 65), ...seals.slice(0, 65)) })),
  },
  QUORUM_MISSED: { when: 'is sealed by one of three', code: () => changed(() => ({}), 1) },

  RLP_MALFORMED: {
    when: 'has a header that is no RLP',
    code: () => changed(({ header }) => ({ header: flipped(header, 0) })),
  },
  NODE_MALFORMED: {
    when: 'has a trie that begins with no node',
    code: async () => codeOf(() => readState(openReader(Uint8Array.of(9)), stranger, stranger, [])),
  },
  STATE_MISMATCH: {
    when: 'shows another account than the block has',
    code: async () => codeOf(() => readState(openReader(Uint8Array.of(0)), `0x${'11'.repeat(32)}`, stranger, [])),
  },
  STORAGE_MISMATCH: { when: "shows entries that are not the book's", code: () => firstFlip('STORAGE_MISMATCH') },
  CONTRACT_MISSING: { when: 'shows that there is no such contract', code: contractMissing },

  ENTRY_MISSING: {
    when: 'names a piece that the book has not',
    code: () => lied(pieceLie((pieces) => pieces.map((piece) => ({ ...piece, piece: 99 })))),
  },
  ENTRY_MALFORMED: {
    when: 'shows an outflow of a kind that there is not',
    code: () => overwritten((word) => word | 0xffn),
  },
  INFLOW_MISMATCH: {
    when: 'shows a donation with another paper',
    code: () => lied(leafLie({ paper: `0x${'11'.repeat(32)}` })),
  },
  RANGE_OUTSIDE: {
    when: 'says that it is of a part, and it is of the whole',
    code: () => changed(() => ({ range: Uint8Array.of(1) })),
  },
  RANGES_APART: { when: 'is of ranges that leave some fen out', code: rangesApart },
  PIECES_GAP: { when: 'leaves a piece out', code: () => lied(pieceLie(() => [])) },
  PIECE_ELSEWHERE: {
    when: 'says that a piece went into another outflow',
    code: () => lied(pieceLie((pieces) => pieces.map((piece) => ({ ...piece, outflow: piece.outflow + 1 })))),
  },
  RETURNS_GAP: {
    when: 'shows a part only of what came back',
    code: () => lied(returnLie((returns) => returns.slice(0, 1))),
  },
  RETURN_ELSEWHERE: {
    when: 'shows a return that belongs to another outflow',
    code: () => lied(returnLie((returns) => returns.map((next) => ({ ...next, fund: 2, inflow: 1, batch: 1 })))),
  },
  SUMS_DIFFER: { when: 'leads to an outflow of no kind', code: () => overwritten((word) => (word >> 8n) << 8n) },
}

async function firstFlip(wanted: string): Promise<string> {
  const { anchor, bytes } = await proofOf()
  const parts = dissect(bytes)
  for (let at = parts.rest.length - 40; at > 0; at -= 7) {
    const code = codeOf(() => verifyTrace(assemble(parts, { rest: flipped(parts.rest, at) }), anchor))
    if (code === wanted) return code
  }
  return 'never'
}

async function rangesApart(): Promise<string> {
  const { anchor, bytes } = await proofOf()
  const facts = verifyTrace(bytes, anchor)
  const [a, b] = [
    { ...facts, to: Fen(5_000n) },
    { ...facts, from: Fen(5_001n) },
  ]
  for (const ranges of [[b], [facts, facts], [facts, { ...facts, fund: 2 }]])
    expect(codeOf(() => joinTraces(ranges))).to.equal('RANGES_APART')
  return codeOf(() => joinTraces([a, b]))
}

async function contractMissing(): Promise<string> {
  const { anchor } = await proofOf()
  const { header } = await openState(client, stranger).headerAt((await sealHead(anchor)).number)
  const { accountProof } = Object(await client.request('eth_getProof', [stranger, [], 'latest']))
  const nodes = Array.from<Hex, Uint8Array>(accountProof, (node) => fromHex(node))
  const writer = openWriter()
  writeTrie(writer, new Map(nodes.map((node) => [toHex(keccak_256(node)), decodeRlp(node)])), header.stateRoot, [
    hashedKey(stranger),
  ])
  return codeOf(() => readState(openReader(writer.done()), header.stateRoot, stranger, []))
}

describe('A trace proof is refused, with its code, when it', () => {
  for (const [code, { when, code: refused }] of Object.entries(refusals))
    it(`${when} (${code})`, async () => {
      expect(await refused()).to.equal(code)
    })

  it("has its seals in another order than their sealers'", async () => {
    const code = await changed(({ seals }) => ({ seals: Uint8Array.of(...seals.slice(65), ...seals.slice(0, 65)) }))

    expect(code).to.equal('NOT_CANONICAL')
  })

  it('has a seal in its other form, which the same signer could not have made twice', async () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const code = await changed(({ seals }) => {
      const s = order - BigInt(`0x${Buffer.from(seals.slice(32, 64)).toString('hex')}`)
      const high = fromHex(`0x${s.toString(16).padStart(64, '0')}`)
      return { seals: Uint8Array.of(...seals.slice(0, 32), ...high, (seals[64] ?? 0) ^ 1, ...seals.slice(65)) }
    })

    expect(code).to.equal('SEAL_MALFORMED')
  })

  it('has more seals than the anchor has sealers', async () => {
    expect(await changed(() => ({ sealCount: Uint8Array.of(4) }))).to.equal('LIMIT_PASSED')
  })

  it('says where an inflow stands on the line, and it stands elsewhere', async () => {
    expect(await lied(leafLie({ amount: Fen(9_999n) }))).to.equal('INFLOW_MISMATCH')
  })

  it('names a batch that the inflow is not in', async () => {
    const lie: Lie = (index) => ({
      ...index,
      batchOf: async () => ({
        ...(await index.batchOf(1, 1)),
        number: 2,
        firstNumber: 1,
        leaves: (await index.batchOf(1, 1))?.leaves ?? [],
      }),
    })

    expect(await lied(lie)).to.equal('INFLOW_MISMATCH')
  })

  it('is nothing at all', async () => {
    const { anchor } = await proofOf()

    expect(codeOf(() => verifyTrace(new Uint8Array(), anchor))).to.equal('CUT_SHORT')
  })
})

describe('An anchor', () => {
  for (const [what, change] of Object.entries<Partial<Anchor>>({
    'without sealers': { sealers: [] },
    'with a quorum of none': { quorum: 0 },
    'with a quorum of half': { quorum: 1 },
    'that lists a sealer twice': { sealers: [1, 2, 3].map((i) => ({ address: stranger, name: `witness ${i}` })) },
    'with a quorum that nobody can reach': { quorum: 4 },
  }))
    it(`${what} is a mistake of the program, not of the proof`, async () => {
      const { anchor, bytes } = await proofOf()

      expect(() => verifyTrace(bytes, { ...anchor, ...change })).to.throw(RangeError)
    })
})

describe('The sentences', () => {
  it('say every refusal in both languages, each in its own words', () => {
    const zh = Object.values(ERROR_WORDS).map((words) => words.zh)

    expect(new Set(zh).size).to.equal(Object.keys(refusals).length)
    for (const sentence of zh) expect(sentence).to.match(/^[^A-Za-z]+。$/u)
  })
})
