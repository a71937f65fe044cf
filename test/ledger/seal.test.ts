import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { expect } from 'chai'
import { Signature, TypedDataEncoder, Wallet } from 'ethers'
import fc from 'fast-check'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { recoverSealer, sealDigest, signSeal, type Seal } from '../../ledger/seal.ts'
import { addressOf, isLow, signerOf } from '../../ledger/signature.ts'

const KEY: Hex = `0x${'11'.repeat(32)}`
const SEALER = new Wallet(KEY)
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const seal: Seal = { chainId: 31337n, genesis: `0x${'ab'.repeat(32)}`, number: 12n, blockHash: `0x${'cd'.repeat(32)}` }
const TYPES = {
  Seal: [
    { name: 'chainId', type: 'uint256' },
    { name: 'genesis', type: 'bytes32' },
    { name: 'number', type: 'uint64' },
    { name: 'blockHash', type: 'bytes32' },
  ],
}
const domain = (chainId: bigint) => ({ name: 'Mingzhang', version: '1', chainId })

describe('A seal', () => {
  it('has the digest that any wallet computes for it (EIP-712)', () => {
    expect(toHex(sealDigest(seal))).to.equal(TypedDataEncoder.hash(domain(31337n), TYPES, seal))
  })

  it('signed by a wallet elsewhere is the same seal', async () => {
    const { r, s, yParity } = Signature.from(await SEALER.signTypedData(domain(31337n), TYPES, seal))

    expect(signSeal(KEY, seal)).to.equal(`${r}${s.slice(2)}0${yParity}`)
  })

  it('names its sealer, and another one for any other block', () => {
    const signature = signSeal(KEY, seal)

    expect(recoverSealer(seal, signature)).to.equal(SEALER.address.toLowerCase())
    for (const other of [
      { chainId: 1n },
      { genesis: `0x${'00'.repeat(32)}` as Hex },
      { number: 13n },
      { blockHash: `0x${'00'.repeat(32)}` as Hex },
    ])
      expect(recoverSealer({ ...seal, ...other }, signature)).to.not.equal(SEALER.address.toLowerCase())
  })

  it('has one form: the other half of s, another v, another length are refused', () => {
    const signature = signSeal(KEY, seal)
    const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`)
    const high: Hex = `0x${signature.slice(2, 66)}${s.toString(16).padStart(64, '0')}0${1 - Number(signature.slice(-1))}`

    for (const bad of [
      high,
      `${signature.slice(0, -2)}1b`,
      `${signature}00`,
      signature.slice(0, -2),
      `0x${'00'.repeat(65)}`,
    ])
      expect(() => recoverSealer(seal, bad as Hex), bad).to.throw(RangeError)
  })
})

describe('The signer of a digest', () => {
  it('is the one that noble finds', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (digest, seed) => {
          const [v = 0, ...rs] = secp256k1.sign(digest, keccak_256(seed), { prehash: false, format: 'recovered' })
          const signature = Uint8Array.of(...rs, v)

          expect(signerOf(digest, signature)).to.equal(addressOf(secp256k1.getPublicKey(keccak_256(seed), false)))
          expect(isLow(signature)).to.equal(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is nobody for what is no signature, and never an error', () => {
    const word = (n: bigint) => n.toString(16).padStart(64, '0')
    const bad = [
      [0n, 1n, 0],
      [1n, 0n, 0],
      [ORDER, 1n, 0],
      [1n, ORDER, 0],
      [1n, 1n, 2],
      [5n, 1n, 0],
      [2n ** 256n - 1n, 1n, 0],
    ] as const

    for (const [r, s, v] of bad)
      expect(
        signerOf(new Uint8Array(32), Uint8Array.from(Buffer.from(`${word(r)}${word(s)}0${v}`, 'hex'))),
        `${r} ${s} ${v}`,
      ).to.equal(undefined)
    expect(signerOf(new Uint8Array(32), new Uint8Array(64))).to.equal(undefined)
  })

  it('is the same from any bytes as noble says, or nobody', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.nat(1), (rs, v) => {
        const ours = signerOf(keccak_256(rs), Uint8Array.of(...rs, v))

        let theirs: Hex | undefined
        try {
          const compressed = secp256k1.recoverPublicKey(Uint8Array.of(v, ...rs), keccak_256(rs), { prehash: false })
          theirs = addressOf(secp256k1.Point.fromBytes(compressed).toBytes(false))
        } catch {
          theirs = undefined
        }
        expect(ours).to.equal(theirs)
      }),
      { numRuns: 60 },
    )
  })
})
