import { expect } from 'chai'
import { BundleError } from '../../proof/check/bundle/fault.ts'
import { faultSentence, refusalSentence } from '../../proof/check/bundle/sentences.ts'
import { verifyBundle } from '../../proof/check/bundle/verify.ts'
import { ProofError } from '../../proof/check/error.ts'
import { ERROR_WORDS } from '../../proof/check/sentences.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { refitted } from '../../scripts/frauds/bundles.ts'
import { openWorld, type World } from '../api/world.ts'
import { loadFixture } from '../contracts/fixture.ts'
import { bundleOf, inPieces } from '../proof/audits.ts'
import { proverOf, sealHead } from '../proof/book.ts'
import { longBook, travelledBook } from '../proof/books.ts'
import { dissect } from '../proof/dissected.ts'

/**
 * A small proof with everything in it: a payment, returns, a transfer, two funds; one seal, which is quickest to check.
 */
async function smallProof() {
  const { anchor, prover } = await proverOf(await loadFixture(travelledBook))
  const alone = { ...anchor, sealers: anchor.sealers.slice(0, 1), quorum: 1 }
  return { anchor: alone, bytes: await prover.trace({ fund: 1, inflow: 1 }, await sealHead(alone, 1)) }
}

/**
 * What verifying gives: the error, or undefined when the proof was believed. Anything but a ProofError is passed on.
 */
function errorOf(bytes: Uint8Array, anchor: Parameters<typeof verifyTrace>[1]): ProofError | undefined {
  try {
    verifyTrace(bytes, anchor)
    return undefined
  } catch (error) {
    if (error instanceof ProofError) return error
    throw error
  }
}

/** Where verifying a bundle says that something is wrong; undefined when it passed. */
async function placeIn(bytes: Uint8Array, { anchor }: World): Promise<string | undefined> {
  try {
    const [fault] = (await verifyBundle(inPieces(bytes, 65_536), anchor)).faults
    return fault && faultSentence(fault).where.zh
  } catch (error) {
    if (error instanceof BundleError || error instanceof ProofError) return refusalSentence(error).where.zh
    throw error
  }
}

describe('Law 9: any changed byte of a bundle is refused, naming the place', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  /** The bundle with one bit of one byte changed, the next place from a seed each time. */
  function* changedBundles(bundle: Buffer, from: number, rounds: number) {
    let seed = 20_200_129
    for (let round = 0; round < rounds; round++) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      const at = from + (seed % (bundle.length - from))
      const changed = Buffer.from(bundle)
      changed[at] = (changed[at] ?? 0) ^ (1 << (round % 8))
      yield { at, changed }
    }
  }

  it('in 100 seeded places', async () => {
    const bundle = Buffer.from(await bundleOf(world))
    expect(await placeIn(bundle, world)).to.equal(undefined)

    for (const { at, changed } of changedBundles(bundle, 0, 100))
      expect(await placeIn(changed, world), `byte ${at} of ${bundle.length}`).to.match(/第 \d+ 个区块|凭证 0x|账册文件/)
  }).timeout(120_000)

  it('in 100 seeded places, when the digest was made to fit', async () => {
    const bundle = Buffer.from(await bundleOf(world))
    // What the first record says of itself is not believed, so a lie in it changes nothing.
    const first = 4 + 5 + bundle.readUInt32BE(5)

    for (const { at, changed } of changedBundles(bundle.subarray(0, -37), first, 100)) {
      const refit = refitted(Buffer.concat([changed, bundle.subarray(-37)]))
      expect(await placeIn(refit, world), `byte ${at} of ${bundle.length}`).to.match(/第 \d+ 个区块|凭证 0x|账册文件/)
    }
  }).timeout(120_000)

  it('in every byte of a paper, when the digest was made to fit', async () => {
    const bundle = Buffer.from(await bundleOf(world))
    const text = '"private":{"donor"'
    const at = bundle.indexOf(text)
    const [start, end] = [bundle.lastIndexOf('{"opened"', at), bundle.indexOf('"state":"kept"}', at) + 15]

    for (let byte = start; byte < end; byte += 3) {
      const changed = Buffer.from(bundle)
      changed[byte] = (changed[byte] ?? 0) ^ (byte % 2 === 0 ? 0x20 : 1)
      expect(await placeIn(refitted(changed), world), `byte ${byte - start}: ${changed.subarray(byte - 10, byte + 10).toString()}`).to.not.equal(undefined)
    }
  }).timeout(120_000)
})

describe('Law 9: any changed byte of a proof is refused, naming the place', () => {
  it('when one bit of any byte is another', async () => {
    const { anchor, bytes } = await smallProof()
    expect(errorOf(bytes, anchor)).to.equal(undefined)

    for (let at = 0; at < bytes.length; at++) {
      const error = errorOf(
        bytes.map((byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte)),
        anchor,
      )

      expect(error, `byte ${at} of ${bytes.length}`).to.be.instanceOf(ProofError)
      expect(ERROR_WORDS, `byte ${at}`).to.have.property(String(error?.code))
      expect(error?.message, `byte ${at}`).to.match(
        /\d|0x|field|account|seal|branch|leaf|file|node|chain|header|key|entry/,
      )
    }
  }).timeout(120_000)

  it('when a bit of the range or of the route is another, where a small lie would fit best', async () => {
    const { anchor, prover } = await proverOf(await loadFixture(longBook))
    const alone = { ...anchor, sealers: anchor.sealers.slice(0, 1), quorum: 1 }
    const sealed = await sealHead(alone, 1)

    for (const range of [
      { skip: 0, count: 2 },
      { skip: 1, count: 2 },
      { skip: 2, count: 2 },
    ]) {
      const bytes = await prover.trace({ fund: 1, inflow: 1, range }, sealed)
      const first = bytes.length - dissect(bytes).rest.length - 1
      expect(errorOf(bytes, alone)).to.equal(undefined)

      for (let bit = 0; bit < 8 * 16; bit++) {
        const at = first + (bit >> 3)
        const changed = bytes.map((byte, i) => (i === at ? byte ^ (1 << (bit % 8)) : byte))

        expect(errorOf(changed, alone), `bit ${bit % 8} of byte ${at}`).to.be.instanceOf(ProofError)
      }
    }
  }).timeout(120_000)

  it('when it ends anywhere before its end', async () => {
    const { anchor, bytes } = await smallProof()

    for (let end = 0; end < bytes.length; end += 7) {
      const error = errorOf(bytes.slice(0, end), anchor)

      expect(error?.code, `the first ${end} of ${bytes.length} bytes`).to.equal('CUT_SHORT')
    }
  }).timeout(120_000)

  it('when anything follows', async () => {
    const { anchor, bytes } = await smallProof()

    for (const more of [[0], [1], [0, 0, 0], Array.from(bytes)]) {
      const error = errorOf(Uint8Array.of(...bytes, ...more), anchor)

      expect(error?.code).to.equal('TOO_LONG')
    }
  })
})
