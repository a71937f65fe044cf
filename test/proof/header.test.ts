import { expect } from 'chai'
import hre from 'hardhat'
import { toHex } from '../../ledger/hex.ts'
import { encodeRlp } from '../../proof/check/rlp.ts'
import { readHeader } from '../../proof/check/header.ts'
import { headerOf } from '../../proof/prove/header.ts'
import { codeOf } from './refused.ts'

/** Block 1 of a chain by the rules of `hardfork`, as JSON-RPC answers it. */
async function blockBy(hardfork: string): Promise<Record<string, unknown>> {
  const { provider } = await hre.network.create({ network: 'default', override: { hardfork } })
  await provider.request({ method: 'hardhat_mine', params: ['0x1'] })
  return Object(await provider.request({ method: 'eth_getBlockByNumber', params: ['0x1', false] }))
}

const fields = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    new Uint8Array([32, 32, 20, 32, 32, 32, 256, 32, 1, 1, 1, 1, 0, 32, 8, 1, 32, 1, 1, 32, 32][i] ?? 0).fill(1),
  )

describe('A header', () => {
  for (const [hardfork, count] of Object.entries({ london: 16, shanghai: 17, cancun: 20, prague: 21 }))
    it(`is built again with the ${count} fields of ${hardfork}, and has the block's hash`, async () => {
      const block = await blockBy(hardfork)

      const { header, hash } = headerOf(block)

      expect(hash).to.equal(block.hash)
      expect(header.fields).to.have.length(count)
      expect(header).to.include({
        number: 1n,
        time: Number(block.timestamp),
        stateRoot: block.stateRoot,
        receiptsRoot: block.receiptsRoot,
        parentHash: block.parentHash,
      })
    })

  it("that has not the hash the chain claims is a chain's error", async () => {
    const block = await blockBy('cancun')

    expect(() => headerOf({ ...block, gasUsed: '0x1' })).to.throw(/has not the hash/)
    expect(() => headerOf(null)).to.throw(/no such block/)
  })

  it('of other lengths, or with a list for a field, is refused', () => {
    const good = fields(20)
    const bad = {
      'fourteen fields': good.slice(0, 14),
      'twenty-two fields': [...good, new Uint8Array(1), new Uint8Array(1)],
      'a short state root': good.with(3, new Uint8Array(31)),
      'a long number': good.with(8, new Uint8Array(9)),
      'a long extra data': good.with(12, new Uint8Array(16_385)),
      'a list for its time': (good as (Uint8Array | Uint8Array[])[]).with(11, []),
    }

    for (const count of [15, 20]) expect(readHeader(encodeRlp(good.slice(0, count))).number).to.equal(1n)
    for (const [what, header] of Object.entries(bad))
      expect(
        codeOf(() => readHeader(encodeRlp(header))),
        what,
      ).to.equal('HEADER_MALFORMED')
    expect(codeOf(() => readHeader(encodeRlp(new Uint8Array(600))))).to.equal('HEADER_MALFORMED')
    expect(toHex(readHeader(encodeRlp(good)).extraData)).to.equal('0x')
  })
})
