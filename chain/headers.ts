import { Hash, type Hex } from '../ledger/hex.ts'
import { type ChainClient } from './client.ts'
import { ForkSeen, SourceShorter, type Follower } from './fork.ts'
import { openRecord } from './record.ts'

/** Computes a block's hash from `eth_getBlockByNumber`'s answer, whatever hash the answer claims. */
export type HashOfBlock = (block: unknown) => Hex

export type HeaderChainOptions = {
  source: ChainClient
  /** This witness's own record of headers. The caller holds its lock. */
  file: string
  hashOf: HashOfBlock
}

type Entry = { chainId: number; genesis: Hex } | { number: number; hash: Hex }

/** Headers asked for at once: as many as a node takes in one batch. */
const PAGE = 100

/**
 * The light witness's history: headers whose hashes are computed here and lead from parent to child. It shows that
 * there is one history, and says nothing about what is in it.
 */
export async function openHeaderChain({ source, file, hashOf }: HeaderChainOptions): Promise<Follower> {
  const record = await openRecord(file, readEntry)
  const { hash: genesis } = await blockAt(source, 0, hashOf)
  const stated = { chainId: Number(await source.request('eth_chainId')), genesis }
  const hashes = [stated.genesis]
  for (const entry of record.entries) takeOwn(entry, hashes, stated)
  if (record.entries.length === 0) await record.append([stated])
  const head = () => ({ number: hashes.length - 1, hash: hashes.at(-1) ?? genesis })

  return {
    ...stated,
    head,
    hashAt: (number) => hashes[number],
    async advance() {
      const blocks = await nextBlocks(source, head(), hashOf)
      await record.append(blocks.map(({ number, hash }) => ({ number, hash })))
      for (const { hash } of blocks) hashes.push(hash)
      return blocks.length
    },
    close: () => record.close(),
  }
}

function takeOwn(entry: Entry, hashes: Hex[], stated: { chainId: number; genesis: Hex }): void {
  if ('genesis' in entry) {
    if (entry.chainId === stated.chainId && entry.genesis === stated.genesis) return
    throw new ForkSeen('the source shows another book than the one this witness began with', {
      number: 0, mine: entry.genesis, theirs: stated.genesis, stated,
    })
  }
  if (entry.number !== hashes.length) throw new RangeError(`the record of headers lacks block ${hashes.length}`)
  hashes.push(entry.hash)
}

type Head = { number: number; hash: Hex }
type Header = Head & { parent: Hex; stated: unknown }

async function nextBlocks(source: ChainClient, head: Head, hashOf: HashOfBlock): Promise<Header[]> {
  const newest = Number(await source.request('eth_blockNumber'))
  if (newest < head.number) throw new SourceShorter(head.number, newest)
  const numbers = Array.from({ length: Math.min(PAGE, newest - head.number + 1) }, (_, at) => head.number + at)
  const [again, ...next] = await Promise.all(numbers.map((number) => blockAt(source, number, hashOf)))
  if (again && again.hash !== head.hash) throw forkAt(again, head.hash)

  let parent = head.hash
  for (const block of next) {
    if (block.parent !== parent)
      throw new ForkSeen(`block ${block.number} of the source does not follow the block before it`, {
        number: block.number - 1, mine: parent, theirs: block.parent, stated: block.stated,
      })
    parent = block.hash
  }
  return next
}

function forkAt({ number, hash, stated }: Header, mine: Hex): ForkSeen {
  return new ForkSeen(`the source now shows another block ${number}`, { number, mine, theirs: hash, stated })
}

async function blockAt(source: ChainClient, number: number, hashOf: HashOfBlock): Promise<Header> {
  const block = await source.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
  const { number: statedNumber, parentHash, hash: statedHash } = Object(block)
  const hash = hashOf(block)
  if (Number(statedNumber) !== number || hash !== statedHash)
    throw new ForkSeen(`header ${number} of the source has another hash than the source states`, {
      number, mine: hash, theirs: Hash(String(statedHash)), stated: block,
    })
  return { number, hash, parent: Hash(String(parentHash)), stated: block }
}

function readEntry(line: unknown): Entry {
  const { chainId, genesis, number, hash } = Object(line)
  if (Number.isSafeInteger(chainId)) return { chainId, genesis: Hash(String(genesis)) }
  if (!Number.isSafeInteger(number)) throw new RangeError('neither a book nor a header')
  return { number, hash: Hash(String(hash)) }
}
