import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { signerOf } from '../../../ledger/signature.ts'
import { decodeRlp, encodeRlp } from '../../../proof/check/rlp.ts'

/** The judge, as the pages load it: what stands here and below it is all that a visitor must trust to believe a tick. */
export { verifyTrace } from '../../../proof/check/trace.ts'
export { ProofError } from '../../../proof/check/error.ts'
export { readAnchor } from '../../../ledger/anchor.ts'
export { joinTraces } from '../../../proof/check/join.ts'

/**
 * Hashes and recovers, on nothing in particular, while a proof is on its way. A browser compiles what has run often, and a
 * first check without this takes several times as long. A step is short, so that it keeps nobody waiting when the proof
 * arrives.
 */
export async function warmUp(arriving: Promise<unknown>): Promise<void> {
  let arrived = false
  const done = () => void (arrived = true)
  arriving.then(done, done)
  for (let step = 1; step <= STEPS && !arrived; step++) {
    warm(step)
    await new Promise((resolve) => setTimeout(resolve))
  }
}

const STEPS = 16

function warm(step: number): void {
  const nodes = encodeRlp([new Uint8Array(32), keccak_256(new Uint8Array(2_000)), [new Uint8Array(step)]])
  decodeRlp(nodes)
  // Any signature does whose r is a point's x: the curve's own.
  const signature = keccak_256(nodes)
  signerOf(keccak_256(signature), concatBytes(BASE_X, signature, Uint8Array.of(step % 2)))
}

const BASE_X = Uint8Array.of(
  0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0, 0x62, 0x95, 0xce, 0x87, 0x0b, 0x07,
  0x02, 0x9b, 0xfc, 0xdb, 0x2d, 0xce, 0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b, 0x16, 0xf8, 0x17, 0x98,
)
