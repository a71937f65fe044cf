import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { LinkKey } from './code.ts'
import { fromHex, type Hex } from './hex.ts'
import { readOpened, type Opened, type Random } from './papers.ts'

const NONCE_BYTES = 24
const BLOCK = 64

/**
 * Locks the private fields of a paper for the one who has the link: XChaCha20-Poly1305 under a key derived
 * (HKDF-SHA256) from the link's, bound to the paper's hash. The nonce stands in front. The text is padded, so that
 * its length tells little.
 *
 * Not WebCrypto: a page that a phone opens over plain http in the community's own network has none.
 */
export function lockFields(key: LinkKey, paper: Hex, opened: Opened, random: Random): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(opened))
  const padded = new Uint8Array(Math.ceil(text.length / BLOCK) * BLOCK).fill(0x20)
  padded.set(text)
  const nonce = random(NONCE_BYTES)
  const locked = xchacha20poly1305(cipherKeyOf(key), nonce, fromHex(paper, 32)).encrypt(padded)
  const bytes = new Uint8Array(nonce.length + locked.length)
  bytes.set(nonce)
  bytes.set(locked, nonce.length)
  return bytes
}

/** Opens what `lockFields` locked. Whether the fields are the paper's own is for `checkField`. @throws {RangeError} */
export function unlockFields(key: LinkKey, paper: Hex, locked: Uint8Array): Opened {
  const bound = fromHex(paper, 32)
  const text = decrypt(cipherKeyOf(key), locked, bound)
  return readOpened(JSON.parse(new TextDecoder().decode(text)))
}

function decrypt(cipherKey: Uint8Array, locked: Uint8Array, bound: Uint8Array): Uint8Array {
  try {
    return xchacha20poly1305(cipherKey, locked.subarray(0, NONCE_BYTES), bound).decrypt(locked.subarray(NONCE_BYTES))
  } catch {
    throw new RangeError('这个链接的密钥打不开这笔记录 / the key in this link does not open this entry')
  }
}

function cipherKeyOf(key: LinkKey): Uint8Array {
  return hkdf(sha256, new TextEncoder().encode(key), undefined, new TextEncoder().encode('mingzhang/link/1'), 32)
}
