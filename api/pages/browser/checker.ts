import { keccak_256 } from '@noble/hashes/sha3.js'
import { signerOf } from '../../../ledger/signature.ts'

/** The judge, as the pages load it: what stands here and below it is all that a visitor must trust to believe a tick. */
export { verifyTrace } from '../../../proof/check/trace.ts'
export { ProofError } from '../../../proof/check/error.ts'
export { readAnchor } from '../../../ledger/anchor.ts'
export { joinTraces } from '../../../proof/check/join.ts'

/**
 * Hashes and recovers once, on nothing in particular. A browser compiles what has run, and a first check without this takes
 * three times as long: it belongs into the time in which the proof is on its way.
 */
export function warmUp(): void {
  keccak_256(new Uint8Array(8_000))
  // Any signature does whose r is a point's x: the curve's own, with s = 1.
  const signature = new Uint8Array(65)
  signature.set(BASE_X)
  signature[63] = 1
  signerOf(new Uint8Array(32), signature)
}

const BASE_X = Uint8Array.of(
  0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0, 0x62, 0x95, 0xce, 0x87, 0x0b, 0x07,
  0x02, 0x9b, 0xfc, 0xdb, 0x2d, 0xce, 0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b, 0x16, 0xf8, 0x17, 0x98,
)
