import { weierstrass, type EndomorphismOpts } from '@noble/curves/abstract/weierstrass.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { toHex, type Hex } from './hex.ts'

/**
 * The address whose key signed a 32-byte digest; undefined when the 65 bytes r‖s‖v (v is 0 or 1) are no signature.
 *
 * Recovery as in SEC 1 §4.1.6 on noble's curve. noble's own `recoverPublicKey` would bring signing, key agreement and
 * hashing to the curve along: twice the bytes for a page that only recovers. A test holds the two equal.
 */
export function signerOf(digest: Uint8Array, signature: Uint8Array): Hex | undefined {
  const v = signature[64]
  if (signature.length !== 65 || v === undefined || v > 1) return undefined
  const r = wordAt(signature, 0)
  const s = wordAt(signature, 32)
  if (!Scalar.isValidNot0(r) || !Scalar.isValidNot0(s)) return undefined
  const nonce = pointAt(signature.subarray(0, 32), v)
  if (!nonce) return undefined

  const inverse = Scalar.inv(r)
  const toBase = Scalar.neg(Scalar.mul(Scalar.create(wordAt(digest, 0)), inverse))
  const key = Point.BASE.mulAddUnsafe(toBase, nonce, Scalar.mul(s, inverse))
  return key.is0() ? undefined : addressOf(key.toBytes(false))
}

/**
 * Whether s lies in the lower half of the order. The other half gives the same signer a second, different signature.
 */
export function isLow(signature: Uint8Array): boolean {
  return wordAt(signature, 32) <= ORDER >> 1n
}

/** The address of an uncompressed public key (65 bytes). */
export function addressOf(publicKey: Uint8Array): Hex {
  return toHex(keccak_256(publicKey.subarray(1)).subarray(12))
}

// secp256k1: SEC 2 §2.4.1. The endomorphism (Gallant, Lambert, Vanstone 2001) halves the time.
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const CURVE = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn,
  n: ORDER,
  h: 1n,
  a: 0n,
  b: 7n,
  Gx: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  Gy: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
}
const ENDOMORPHISM = {
  beta: 0x7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501een,
  basises: [
    [0x3086d221a7d46bcde86c90e49284eb15n, -0xe4437ed6010e88286f547fa90abfe4c3n],
    [0x114ca50f7a8e2f3f657c1108d9d44cfd8n, 0x3086d221a7d46bcde86c90e49284eb15n],
  ],
} satisfies EndomorphismOpts
const Point = /* @__PURE__ */ weierstrass(CURVE, { endo: ENDOMORPHISM })
const Scalar = Point.Fn

function pointAt(x: Uint8Array, v: number) {
  try {
    return Point.fromBytes(Uint8Array.of(2 + v, ...x))
  } catch {
    return undefined
  }
}

function wordAt(bytes: Uint8Array, offset: number): bigint {
  return BigInt(toHex(bytes.subarray(offset, offset + 32)))
}
