import type { ChainClient } from '../chain/client.ts'
import type { Anchor } from '../ledger/anchor.ts'
import { wordsOf } from '../ledger/headWords.ts'
import type { Hex } from '../ledger/hex.ts'
import type { SealedBlock, SealStore } from './routes/seals.ts'

/** The newest block that counts, as people compare it. `sealers` are all of the anchor's who sealed it. Time in unix seconds. */
export type SealedHead = {
  readonly number: number
  readonly hash: Hex
  readonly time: number
  readonly words: readonly string[]
  readonly sealers: readonly Hex[]
}

type Parts = { client: ChainClient; anchor: Anchor; seals: SealStore }

/** Tells the newest sealed block. A block's time is asked for once, and its words are made once. */
export function openSealedHead({ client, anchor, seals }: Parts, sealed: () => SealedBlock | undefined) {
  let known: { hash: Hex; time: Promise<number>; words: readonly string[] } | undefined

  return async (): Promise<SealedHead | undefined> => {
    const newest = sealed()
    if (!newest) return undefined
    const { number, blockHash: hash } = newest
    if (known?.hash !== hash) known = { hash, time: timeOf(number), words: wordsOf(anchor.chainId, anchor.genesis, BigInt(number), hash) }
    const { time, words } = known
    return { number, hash, time: await time, words, sealers: sealersOf(newest) }
  }

  // A quorum is where counting stops; one more witness is worth telling.
  function sealersOf({ number, blockHash }: SealedBlock): Hex[] {
    const under = seals.list({ from: number, limit: 500 }).filter((seal) => seal.number === number && seal.blockHash === blockHash)
    return anchor.sealers.map(({ address }) => address).filter((address) => under.some(({ sealer }) => sealer === address))
  }

  async function timeOf(number: number): Promise<number> {
    const { timestamp } = Object(await client.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]))
    return Number(timestamp)
  }
}
