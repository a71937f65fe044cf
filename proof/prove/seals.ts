import type { Anchor } from '../../ledger/anchor.ts'
import type { Hex } from '../../ledger/hex.ts'
import { recoverSealer } from '../../ledger/seal.ts'

/**
 * The block that a proof speaks of, with the witnesses' seals in their order; none for QBFT, where the header has them.
 */
export type SealedBlock = { readonly number: bigint; readonly seals: readonly Hex[] }

/**
 * Puts witnesses' seals of a block into the order that the checker wants: by their sealers' addresses, each once, none
 * by strangers.
 *
 * @throws {RangeError} when a seal is no signature.
 */
export function sealedBlock(anchor: Anchor, block: { number: bigint; hash: Hex }, seals: readonly Hex[]): SealedBlock {
  if (anchor.sealing === 'qbft') return { number: block.number, seals: [] }
  const { chainId, genesis } = anchor
  const bySealer = new Map<Hex, Hex>()
  for (const seal of seals)
    bySealer.set(recoverSealer({ chainId, genesis, number: block.number, blockHash: block.hash }, seal), seal)

  const known = anchor.sealers.map(({ address }) => address).filter((address) => bySealer.has(address))
  return { number: block.number, seals: known.toSorted().flatMap((address) => bySealer.get(address) ?? []) }
}
