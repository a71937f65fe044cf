import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import { Unusable } from '../ledger/failures.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals bytes with AES-256-GCM as nonce ‖ text ‖ tag. `bound` says where they belong (such as `paper 0x…`), so that
 * nobody can put one record's bytes into another's place.
 */
export function seal(key: Uint8Array, text: Uint8Array, bound: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(bound))
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

/** Opens what `seal` sealed. @throws {Unusable} when the bytes were changed, moved, or sealed with another key. */
export function open(key: Uint8Array, sealed: Uint8Array, bound: string): Buffer {
  const textEnd = sealed.length - TAG_BYTES
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(bound))
    cipher.setAuthTag(sealed.subarray(textEnd))
    return Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES, textEnd)), cipher.final()])
  } catch (cause) {
    throw new Unusable('VAULT_DAMAGED', {
      zh: `凭证库在 ${bound} 处打不开：内容被改动、挪动，或是用另一把密钥加密的。`,
      en: `the vault does not open at ${bound}: changed, moved, or sealed with another key.`,
    }, { cause })
  }
}

/** A key for one record, and the same wrapped by the master key. */
export function newRecordKey(master: Uint8Array, bound: string): { key: Buffer; wrapped: Buffer } {
  const key = randomBytes(32)
  return { key, wrapped: seal(master, key, `key of ${bound}`) }
}

/** Unwraps the key of one record. @throws {Unusable} as `open` does. */
export function openRecordKey(master: Uint8Array, wrapped: Uint8Array, bound: string): Buffer {
  return open(master, wrapped, `key of ${bound}`)
}

/** Derives a key for one purpose from the master key (HKDF-SHA256). */
export function keyFor(master: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, new Uint8Array(), `mingzhang/vault/1 ${purpose}`, 32))
}

/** HMAC-SHA256 of a text. */
export function macOf(key: Uint8Array, text: string): Buffer {
  let prepared = keyObjects.get(key)
  if (!prepared) keyObjects.set(key, (prepared = createSecretKey(key)))
  return createHmac('sha256', prepared).update(text).digest()
}

// Node makes a key of the bytes at each call otherwise, which takes seven times as long as the hashing.
const keyObjects = new WeakMap<Uint8Array, KeyObject>()
