import { keccak_256 } from '@noble/hashes/sha3.js'
import { checkQuorum, type Anchor } from '../../ledger/anchor.ts'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { sealDigest } from '../../ledger/seal.ts'
import { isLow, signerOf } from '../../ledger/signature.ts'
import { ProofError } from './error.ts'
import { EXTRA_DATA, type Header } from './header.ts'
import { decodeRlp, encodeRlp, isBytes, type Rlp } from './rlp.ts'

/** A block as the anchor's way of sealing knows it: its hash there, and who sealed it. */
export type Sealed = { hash: Hex; sealers: Hex[] }

/**
 * Checks that a quorum of the anchor's sealers sealed the block.
 *
 * The sealers come from the caller's anchor, never from the header: a header may claim any list it likes.
 *
 * @param seals The witnesses' signatures. Validators' seals stand in the header.
 * @throws {ProofError}; {RangeError} for an anchor that would trust anybody.
 */
export function checkSeals(header: Header, seals: readonly Uint8Array[], anchor: Anchor): Sealed {
  checkQuorum(anchor)
  if (anchor.sealing === 'qbft' && seals.length)
    throw new ProofError('NEEDLESS', 'seals stand beside those of the header')
  const { hash, digest, signatures } =
    anchor.sealing === 'qbft' ? readQbft(header) : readWitnessed(header, seals, anchor)
  const trusted = anchor.sealers.map(({ address }) => address)
  const sealers = new Set<Hex>()

  for (const [i, signature] of signatures.entries()) {
    const sealer = signerOf(digest, signature)
    if (!sealer) throw new ProofError('SEAL_MALFORMED', `seal ${i + 1} is no signature`)
    if (!trusted.includes(sealer))
      throw new ProofError('SEAL_UNKNOWN', `seal ${i + 1} is by ${sealer}, whom the anchor does not name`)
    if (sealers.has(sealer)) throw new ProofError('SEAL_DUPLICATE', `${sealer} sealed twice`)
    sealers.add(sealer)
  }
  checkOrder([...sealers], anchor)

  if (sealers.size < anchor.quorum)
    throw new ProofError(
      'QUORUM_MISSED',
      `${sealers.size} of ${trusted.length} sealed block ${header.number}, ${anchor.quorum} are needed`,
    )
  return { hash, sealers: [...sealers] }
}

/**
 * The hash and the sealed digest of a QBFT header. Its extra data is RLP[vanity, validators, vote, round, seals]: the
 * seals are over the header without them; the hash, which the next block names, has no round either.
 *
 * @throws {ProofError}
 */
export function readQbft(header: Header): { hash: Hex; digest: Uint8Array; signatures: Uint8Array[] } {
  const extra = decodeRlp(header.extraData)
  if (isBytes(extra) || extra.length !== 5) throw new ProofError('HEADER_MALFORMED', 'the extra data is not of QBFT')
  const [vanity = [], validators = [], vote = [], round = [], seals = []] = extra
  if (isBytes(seals)) throw new ProofError('SEAL_MALFORMED', 'the header has no list of seals')

  return {
    hash: toHex(digestWith(header, [vanity, validators, vote, new Uint8Array(), []])),
    digest: digestWith(header, [vanity, validators, vote, round, []]),
    signatures: seals.map((seal) => (isBytes(seal) ? seal : new Uint8Array())),
  }
}

// Witnesses' seals have one order and one form, so that nobody can make a second file of the same proof.
function checkOrder(sealers: readonly Hex[], { sealing }: Anchor): void {
  if (sealing === 'witness' && sealers.some((sealer, i) => sealer < (sealers[i - 1] ?? '')))
    throw new ProofError('NOT_CANONICAL', 'the seals are not in the order of their sealers')
}

function readWitnessed(header: Header, signatures: readonly Uint8Array[], { chainId, genesis }: Anchor) {
  if (!signatures.every(isLow)) throw new ProofError('SEAL_MALFORMED', 'a seal is not in its low form')
  const digest = sealDigest({ chainId, genesis, number: header.number, blockHash: header.hash })
  return { hash: header.hash, digest, signatures }
}

function digestWith(header: Header, extra: readonly Rlp[]): Uint8Array {
  return keccak_256(encodeRlp(header.fields.map((field, i) => (i === EXTRA_DATA ? encodeRlp(extra) : field))))
}
