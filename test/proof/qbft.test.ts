import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Wallet } from 'ethers'
import type { ChainClient } from '../../chain/client.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { Address, fromHex, toHex, type Hex } from '../../ledger/hex.ts'
import { rootOfList } from '../../proof/check/receipts.ts'
import { ProofError } from '../../proof/check/error.ts'
import { readHeader } from '../../proof/check/header.ts'
import { decodeRlp, encodeRlp, isBytes, type Rlp } from '../../proof/check/rlp.ts'
import { checkSeals, readQbft } from '../../proof/check/seals.ts'
import { hashedKey, readState } from '../../proof/check/state.ts'
import { openReader } from '../../proof/check/wire.ts'
import { encodeHeader, headerOf } from '../../proof/prove/header.ts'
import { encodeReceipt } from '../../proof/prove/receipts.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { openState } from '../../proof/prove/state.ts'
import { openProver } from '../../proof/prove/trace.ts'
import { writeTrie } from '../../proof/prove/trie.ts'
import { openWriter } from '../../proof/prove/wire.ts'
import { filledFund, loadFixture } from '../contracts/fixture.ts'
import { anchorOf, client, indexOf, WITNESSES } from './book.ts'
import { assemble, dissect } from './dissected.ts'
import { codeOf } from './refused.ts'

type Block = { hash: Hex; parentHash: Hex; receiptsRoot: Hex; number: Hex }
type Vector = {
  chainId: number
  contract: string
  validators: string[]
  blocks: { block: Block; receipts: unknown[] }[]
  storage: { at: Hex; proof: { storageProof: { key: Hex; value: Hex }[] } }
}

const vector: Vector = JSON.parse(readFileSync(new URL('vectors/qbft-network.json', import.meta.url), 'utf8'))
const [first, second] = vector.blocks
if (!first || !second) throw new RangeError('the vector has two blocks')

const anchor: Anchor = {
  format: 'mingzhang/anchor/1',
  chainId: 1337n,
  genesis: `0x${'00'.repeat(32)}`,
  contracts: { charter: `0x${'01'.repeat(20)}`, people: `0x${'02'.repeat(20)}`, ledger: Address(vector.contract), bank: `0x${'03'.repeat(20)}`, audit: `0x${'04'.repeat(20)}` },
  sealing: 'qbft',
  sealers: vector.validators.map((address, i) => ({ address: Address(address), name: `validator ${i + 1}` })),
  quorum: 2,
}

/** The first block's header with its QBFT extra data changed by `change`. */
function withExtra(change: (extra: readonly Rlp[]) => Rlp) {
  const { rlp, header } = headerOf(first?.block)
  const fields = decodeRlp(rlp)
  const extra = decodeRlp(header.extraData)
  if (isBytes(fields) || isBytes(extra)) throw new RangeError('a header and its extra data are lists')
  return readHeader(encodeRlp(fields.map((field, i) => (i === 12 ? encodeRlp(change(extra)) : field))))
}

const sealsOf = (extra: readonly Rlp[]): Uint8Array[] => (extra[4] as readonly Rlp[]).filter(isBytes)

describe('Blocks of a live QBFT network', () => {
  it('have the hashes that the network gave them, and follow each other', () => {
    const [a, b] = [headerOf(first.block), headerOf(second.block)]

    expect(a.hash).to.equal('0xf04caa55783b4fb968e52667abca7cd15bd309db1386602c57d4a66c198aa397')
    expect(b.hash).to.equal(second.block.hash)
    expect(b.header.parentHash).to.equal(a.hash)
    expect(a.header.number).to.equal(845n)
  })

  it('have the receipts roots that their receipts give', () => {
    const roots = vector.blocks.map(({ receipts }) => rootOfList(receipts.map(encodeReceipt)))

    expect(roots[0]).to.equal('0xbfb0b7589469796b9adbaa04de04acac9d4151cb879bc410722d34e241567085')
    expect(roots).to.deep.equal(vector.blocks.map(({ block }) => block.receiptsRoot))
  })

  it('are sealed by a quorum of their validators', () => {
    for (const { block } of vector.blocks) {
      const { rlp } = headerOf(block)

      const sealed = checkSeals(readHeader(rlp), [], anchor)

      expect(sealed.hash).to.equal(block.hash)
      expect(sealed.sealers.length).to.be.at.least(2)
      expect(vector.validators.map((address) => address.toLowerCase())).to.include.members(sealed.sealers)
    }
  })

  it('hold the storage value that the node answered with', async () => {
    const client = {
      request: async (method: string) => (method === 'eth_getProof' ? vector.storage.proof : first.block),
    }
    const slot = '0x51a8605f538c65822d3f104ae556a7bf72d00408f2d403e357f26e21ac84dcdc'
    const state = openState(client, anchor.contracts.ledger)
    const { nodes, storageRoot } = await state.stateAt(845n, [slot])
    const { header } = await state.headerAt(845n)
    const writer = openWriter()
    writeTrie(writer, nodes, header.stateRoot, [hashedKey(anchor.contracts.ledger)])
    writeTrie(writer, nodes, storageRoot, [hashedKey(slot)])

    const words = readState(openReader(writer.done()), header.stateRoot, anchor.contracts.ledger, [slot])

    expect(words.get(slot)).to.equal(`0x${'3a990'.padStart(64, '0')}`)
  })
})

describe('QBFT seals', () => {
  it('are refused when a validator sealed twice', () => {
    const header = withExtra((extra) => [...extra.slice(0, 4), sealsOf(extra).flatMap((seal) => [seal, seal])])

    expect(codeOf(() => checkSeals(header, [], anchor))).to.equal('SEAL_DUPLICATE')
  })

  it('are refused when a validator is none of the anchor, whatever list the header claims', () => {
    const strangers = anchor.sealers.map(({ name }, i): Anchor['sealers'][number] => ({
      name,
      address: `0x${`a${i}`.repeat(20)}`,
    }))

    expect(codeOf(() => checkSeals(headerOf(first.block).header, [], { ...anchor, sealers: strangers }))).to.equal(
      'SEAL_UNKNOWN',
    )
  })

  it("are refused when they are fewer than two thirds of the anchor's list", () => {
    const header = withExtra((extra) => [...extra.slice(0, 4), sealsOf(extra).slice(0, 1)])

    expect(codeOf(() => checkSeals(header, [], anchor))).to.equal('QUORUM_MISSED')
  })

  it('are refused when one is no signature, or there is no list of them', () => {
    const short = withExtra((extra) => [...extra.slice(0, 4), [new Uint8Array(64)]])
    const listed = withExtra((extra) => [...extra.slice(0, 4), [[]]])
    const none = withExtra((extra) => [...extra.slice(0, 4), new Uint8Array(1)])

    for (const header of [short, listed, none])
      expect(codeOf(() => checkSeals(header, [], anchor))).to.equal('SEAL_MALFORMED')
  })

  it('are refused when the round in the header is another than the one they are over', () => {
    const header = withExtra((extra) => [...extra.slice(0, 3), Uint8Array.of(9), ...extra.slice(4)])

    expect(codeOf(() => checkSeals(header, [], anchor))).to.equal('SEAL_UNKNOWN')
  })

  it('are not looked for where the extra data is not of QBFT', () => {
    const four = withExtra((extra) => extra.slice(0, 4))

    expect(codeOf(() => checkSeals(four, [], anchor))).to.equal('HEADER_MALFORMED')
  })

  it("come from the anchor's quorum, which is never less than two thirds", () => {
    expect(() => checkSeals(headerOf(first.block).header, [], { ...anchor, quorum: 1 }))
      .to.throw(RangeError)
      .and.not.be.instanceOf(ProofError)
  })
})

/** The test's chain as if its blocks were sealed by QBFT: the same state, other extra data. */
function qbftClient(sealers: readonly Wallet[]): ChainClient {
  return {
    request: async (method, params) => {
      const answer = await client.request(method, params)
      return method === 'eth_getBlockByNumber' ? sealedBy(sealers, Object(answer)) : answer
    },
  }
}

function sealedBy(sealers: readonly Wallet[], block: Record<string, unknown>) {
  const withSeals = (seals: readonly Uint8Array[]) => {
    const validators = WITNESSES.map(({ address }) => fromHex(address))
    return { ...block, extraData: toHex(encodeRlp([new Uint8Array(32), validators, [], Uint8Array.of(2), seals])) }
  }
  const { digest, hash } = readQbft(readHeader(encodeHeader(withSeals([]))))
  const seals = sealers.map(({ signingKey }) => {
    const { r, s, yParity } = signingKey.sign(digest)
    return fromHex(`${r}${s.slice(2)}0${yParity}`)
  })
  return { ...withSeals(seals), hash }
}

describe('A trace proof on a QBFT chain', () => {
  async function provenBy(sealers: readonly Wallet[]) {
    const book = await loadFixture(filledFund)
    const anchor: Anchor = { ...(await anchorOf(book)), sealing: 'qbft' }
    const prover = openProver({ client: qbftClient(sealers), anchor, index: await indexOf(book.ledger) })
    const number = BigInt(String(await client.request('eth_blockNumber')))
    return { anchor, bytes: await prover.trace({ fund: 1, inflow: 1 }, { number, seals: [] }) }
  }

  it('is sealed by its validators, in the header itself', async () => {
    const { bytes, anchor } = await provenBy(WITNESSES.slice(1))

    const facts = verifyTrace(bytes, anchor)

    expect(facts.sealing).to.equal('qbft')
    expect(facts.sealers).to.deep.equal(anchor.sealers.slice(1).map(({ address }) => address))
    expect(facts.sums.unspent).to.equal(10_000n)
  })

  it('is refused when too few of them sealed', async () => {
    const { bytes, anchor } = await provenBy(WITNESSES.slice(2))

    expect(codeOf(() => verifyTrace(bytes, anchor))).to.equal('QUORUM_MISSED')
  })

  it("is refused with witnesses' seals beside those of the header", async () => {
    const { bytes, anchor } = await provenBy(WITNESSES.slice(1))
    const parts = dissect(bytes)

    const code = codeOf(() =>
      verifyTrace(assemble(parts, { sealCount: Uint8Array.of(1), seals: new Uint8Array(65) }), anchor),
    )

    expect(code).to.equal('NEEDLESS')
  })
})
