import { Address, fromHex, Hash, toHex, type Hex } from '../ledger/hex.ts'
import { openRecord, type RecordFile } from './record.ts'

/** A witness's word that block `number` has this hash: an EIP-712 `Seal`, 65 bytes of signature. See ledger/seal.ts. */
export type BlockSeal = { number: number; blockHash: Hex; sealer: Hex; signature: Hex }

/** The seals of one block. */
export type SealedBlock = { number: number; blockHash: Hex; seals: readonly BlockSeal[] }

/** Who must have sealed: more than one seal of the same sealer counts once, seals of strangers do not count. */
export type Quorum = { sealers: readonly Hex[]; quorum: number }

/** The seals beside the journal. Only ever added to. */
export type SealStore = {
  /**
   * Keeps a seal; it is on the disk when this returns. The caller has checked signature, sealer and block. The same
   * seal again changes nothing. @throws {ForkedSeal} when its sealer sealed another such block; both are kept.
   */
  add(seal: BlockSeal): Promise<void>
  /** The newest block that a quorum sealed. */
  newestSealed(quorum: Quorum): SealedBlock | undefined
  /** Seals of blocks from number `from` on, in the order of the blocks; at most `limit` (500). */
  list(range?: { from?: number; limit?: number }): BlockSeal[]
  /** The newest seal of each sealer. */
  newestOfEach(): BlockSeal[]
  close(): Promise<void>
}

/** One sealer signed two blocks of the same number: two histories exist. */
export class ForkedSeal extends Error {
  override name = 'ForkedSeal'
  readonly kept: BlockSeal
  readonly refused: BlockSeal

  constructor(kept: BlockSeal, refused: BlockSeal) {
    super(`${kept.sealer} sealed two blocks ${kept.number}: ${kept.blockHash} before, now ${refused.blockHash}`)
    this.kept = kept
    this.refused = refused
  }
}

/** Opens the seals of `file`. Evidence of forks is kept in `<file>.forks`. @throws {RangeError} naming a bad line. */
export async function openSeals(file: string): Promise<SealStore> {
  const record = await openRecord(file, readSeal)
  const byBlock = new Map<number, BlockSeal[]>()
  const newest = new Map<Hex, BlockSeal>()
  for (const seal of record.entries) enter(seal)
  let numbers = [...byBlock.keys()].sort((a, b) => a - b)
  let adding: Promise<void> = Promise.resolve()

  return {
    add(seal) {
      const added = adding.then(() => add(readSeal(seal)))
      adding = added.catch(() => undefined)
      return added
    },
    newestSealed({ sealers, quorum }) {
      for (let at = numbers.length - 1; at >= 0; at--) {
        const found = sealedBy(byBlock.get(numbers[at] ?? -1) ?? [], sealers, quorum)
        if (found) return found
      }
      return undefined
    },
    list({ from = 0, limit = 500 } = {}) {
      const seals: BlockSeal[] = []
      for (let at = firstFrom(numbers, from); at < numbers.length && seals.length < limit; at++)
        seals.push(...(byBlock.get(numbers[at] ?? -1) ?? []))
      return seals.slice(0, limit)
    },
    newestOfEach: () => [...newest.values()].sort((a, b) => (a.sealer < b.sealer ? -1 : 1)),
    async close() {
      await adding
      await record.close()
    },
  }

  async function add(seal: BlockSeal): Promise<void> {
    const before = byBlock.get(seal.number)?.find(({ sealer }) => sealer === seal.sealer)
    if (before && before.blockHash !== seal.blockHash) throw await keepFork(file, before, seal)
    if (before) return
    await record.append([seal])
    enter(seal)
    if (byBlock.get(seal.number)?.length === 1) numbers = inserted(numbers, seal.number)
  }

  function enter(seal: BlockSeal): void {
    byBlock.set(seal.number, [...(byBlock.get(seal.number) ?? []), seal])
    const last = newest.get(seal.sealer)
    if (!last || last.number < seal.number) newest.set(seal.sealer, seal)
  }
}

/** Reads a seal from outside, in lower case. @throws {RangeError} saying what is wrong with it. */
export function readSeal(seal: unknown): BlockSeal {
  const { number, blockHash, sealer, signature } = Object(seal)
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`not a block number: ${String(number)}`)
  return {
    number,
    blockHash: Hash(String(blockHash)),
    sealer: Address(String(sealer)),
    signature: toHex(fromHex(String(signature), 65)),
  }
}

function sealedBy(seals: readonly BlockSeal[], sealers: readonly Hex[], quorum: number): SealedBlock | undefined {
  const byHash = new Map<Hex, BlockSeal[]>()
  for (const seal of seals) {
    if (!sealers.includes(seal.sealer)) continue
    const alike = [...(byHash.get(seal.blockHash) ?? []), seal]
    if (alike.length >= quorum) return { number: seal.number, blockHash: seal.blockHash, seals: alike }
    byHash.set(seal.blockHash, alike)
  }
  return undefined
}

async function keepFork(file: string, kept: BlockSeal, refused: BlockSeal): Promise<ForkedSeal> {
  const forks: RecordFile<object> = await openRecord(`${file}.forks`, Object)
  try {
    await forks.append([{ seenAt: new Date().toISOString(), kept, refused }])
  } finally {
    await forks.close()
  }
  return new ForkedSeal(kept, refused)
}

function inserted(numbers: readonly number[], number: number): number[] {
  const at = firstFrom(numbers, number)
  return [...numbers.slice(0, at), number, ...numbers.slice(at)]
}

// The place of the first number that is not below `from`.
function firstFrom(numbers: readonly number[], from: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) < from) low = middle + 1
    else high = middle
  }
  return low
}
