import { Wallet } from 'ethers'
import type { EmbeddedChain } from '../chain/embedded.ts'
import { readAnchor, type Anchor } from '../ledger/anchor.ts'
import type { Hex } from '../ledger/hex.ts'
import { signSeal } from '../ledger/seal.ts'
import { sealedBlock, type SealedBlock } from '../proof/prove/seals.ts'
import { benchBook, hashOf } from './book.ts'

/** Three witnesses of a measured book; two make a quorum. */
export const WITNESSES = [1, 2, 3].map((number) => new Wallet(hashOf(`bench witness ${number}`)))

/** The anchor of a measured book. */
export function anchorOf(chain: EmbeddedChain): Anchor {
  return readAnchor({
    format: 'mingzhang/anchor/1',
    chainId: String(chain.chainId),
    genesis: chain.genesis.hash,
    contracts: Object.fromEntries(Object.entries(benchBook().contracts).map(([name, address]) => [name, address.toLowerCase()])),
    sealing: 'witness',
    sealers: WITNESSES.map(({ address }, index) => ({ address: address.toLowerCase(), name: `witness ${index + 1}` })),
    quorum: 2,
  })
}

/** The seals of two witnesses on the newest block. */
export function sealsOfHead({ chain, anchor }: { chain: EmbeddedChain; anchor: Anchor }) {
  const { number, hash } = chain.head()
  const seal = { chainId: anchor.chainId, genesis: anchor.genesis, number: BigInt(number), blockHash: hash }
  return WITNESSES.slice(0, 2).map(({ address, privateKey }) => ({
    number, blockHash: hash, sealer: address.toLowerCase() as Hex, signature: signSeal(privateKey as Hex, seal),
  }))
}

/** The newest block as the prover wants it. */
export function sealedHead(book: { chain: EmbeddedChain; anchor: Anchor }): SealedBlock {
  const { number, hash } = book.chain.head()
  return sealedBlock(book.anchor, { number: BigInt(number), hash }, sealsOfHead(book).map(({ signature }) => signature))
}
