import { secp256k1 } from '@noble/curves/secp256k1.js'
import { fromHex, toHex, type Hex } from './hex.ts'
import { addressOf } from './signature.ts'
import { signTransaction, type Call } from './transaction.ts'

/** A key for one complaint: nobody knows whose it is, and only it reopens what it filed. */
export function newResidentKey(): Hex {
  return toHex(secp256k1.utils.randomSecretKey())
}

/** The address that a key signs as. @throws {RangeError} when the key is none. */
export function addressOfKey(key: Hex): Hex {
  return addressOf(secp256k1.getPublicKey(secretOf(key), false))
}

/** Signs a call with a key, in a browser too. @throws {RangeError} when the key is none. */
export function signWithKey(key: Hex, call: Call): Hex {
  const secret = secretOf(key)
  return signTransaction(call, (digest) => {
    const signature = secp256k1.sign(digest, secret, { prehash: false, format: 'recovered' })
    return { yParity: signature[0] ?? 0, r: toHex(signature.slice(1, 33)), s: toHex(signature.slice(33)) }
  })
}

function secretOf(key: Hex): Uint8Array {
  const secret = fromHex(key, 32)
  if (!secp256k1.utils.isValidSecretKey(secret)) throw new RangeError('not a key')
  return secret
}
