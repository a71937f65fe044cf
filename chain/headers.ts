import { Hash, type Hex } from '../ledger/hex.ts'
import { type ChainClient } from './client.ts'
import { ForkSeen, reading, SourceShorter, type FollowedBlock, type Follower } from './fork.ts'
import { openRecord } from './record.ts'

/** Computes a block's hash from `eth_getBlockByNumber`'s answer, whatever hash the answer claims. */
export type HashOfBlock = (block: unknown) => Hex

export type HeaderChainOptions = {
  /** Whose book it is. Asked only when there is no record of one's own yet. */
  source: ChainClient
  /** This witness's own record of headers. The caller holds its lock. */
  file: string
  hashOf: HashOfBlock
}

type Book = { chainId: number; genesis: Hex; time: number }
type Entry = Book | FollowedBlock

/** Headers asked for at once: as many as a node takes in one batch. */
const PAGE = 100

/**
 * The light witness's history: headers whose hashes are computed here and lead from parent to child. It shows that
 * there is one history, and says nothing about what is in it.
 */
export async function openHeaderChain({ source, file, hashOf }: HeaderChainOptions): Promise<Follower> {
  const record = await openRecord(file, readEntry)
  const [first, ...entries] = record.entries
  const book = first ? bookOf(first) : await bookAt(source, hashOf)
  if (!first) await record.append([book])
  const blocks: FollowedBlock[] = [{ number: 0, hash: book.genesis, time: book.time }]
  for (const entry of entries) enter(entry)
  const head = () => blocks.at(-1) ?? { number: 0, hash: book.genesis, time: book.time }
  const known = new WeakSet<ChainClient>()

  return {
    chainId: book.chainId,
    genesis: book.genesis,
    head,
    blockAt: (number) => blocks[number],
    async advance(source) {
      if (!known.has(source)) checkSameBook(book, await bookAt(source, hashOf))
      known.add(source)
      const next = await nextBlocks(source, head(), hashOf)
      const taken = next.map(({ number, hash, time }) => ({ number, hash, time }))
      await record.append(taken)
      blocks.push(...taken)
      return taken.length
    },
    async statedBy(source, number) {
      if (Number(await source.request('eth_blockNumber')) < number) return undefined
      const { hash, stated } = await blockAt(source, number, hashOf)
      return { hash, stated }
    },
    close: () => record.close(),
  }

  function enter(entry: Entry): void {
    if ('genesis' in entry || entry.number !== blocks.length) throw new RangeError(`the record of headers lacks block ${blocks.length}`)
    blocks.push(entry)
  }
}

async function bookAt(source: ChainClient, hashOf: HashOfBlock): Promise<Book> {
  const { hash: genesis, time } = await blockAt(source, 0, hashOf)
  return { chainId: Number(await source.request('eth_chainId')), genesis, time }
}

function bookOf(entry: Entry): Book {
  if ('genesis' in entry) return entry
  throw new RangeError('the record of headers does not name its book')
}

function checkSameBook(mine: Book, theirs: Book): void {
  if (mine.chainId === theirs.chainId && mine.genesis === theirs.genesis) return
  throw new ForkSeen('the source shows another book than the one this witness began with', {
    number: 0, mine: mine.genesis, theirs: theirs.genesis, stated: theirs,
  })
}

type Head = { number: number; hash: Hex }
type Header = FollowedBlock & { parent: Hex; stated: unknown }

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
  const { number: statedNumber, parentHash, hash: statedHash, timestamp } = Object(block)
  const hash = reading(() => hashOf(block))
  if (Number(statedNumber) !== number || hash !== statedHash)
    throw new ForkSeen(`header ${number} of the source has another hash than the source states`, {
      number, mine: hash, theirs: reading(() => Hash(String(statedHash))), stated: block,
    })
  return { number, hash, time: Number(timestamp), parent: reading(() => Hash(String(parentHash))), stated: block }
}

function readEntry(line: unknown): Entry {
  const { chainId, genesis, number, hash, time } = Object(line)
  if (!Number.isSafeInteger(time)) throw new RangeError('neither a book nor a header')
  if (Number.isSafeInteger(chainId)) return { chainId, genesis: Hash(String(genesis)), time }
  if (!Number.isSafeInteger(number)) throw new RangeError('neither a book nor a header')
  return { number, hash: Hash(String(hash)), time }
}
