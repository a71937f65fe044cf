import { type ChainClient } from '../../chain/client.ts'
import { NOTEBOOK_ADDRESS, WRITER, type Asked, type Known } from './known.ts'

/** What a check found, in numbers. */
export type Found = { head: number; answered: number; unanswered: number; kept: number; seen: number }

/**
 * Compares a chain that was killed and started again with what the world knew of it: every answered transaction is
 * there, whole; an unanswered one is there whole or not at all; every block that anybody saw is there; hashes agree.
 *
 * @throws {Error} naming the first thing that is not so.
 */
export async function checkSurvivor(client: ChainClient, { asked, seen }: Known): Promise<Found> {
  const blocks = await blocksOf(client)
  for (const [number, hash] of seen)
    if (blocks.get(number)?.hash !== hash) throw new Error(`a reader saw block ${number} as ${hash}; it is gone`)

  const placed = new Map([...blocks].flatMap(([number, { hash, transactions }]) =>
    transactions.map((transaction) => [transaction, { number, hash }] as const)))
  let kept = 0
  for (const one of asked) {
    const place = placed.get(one.hash)
    if (one.answered && !place) throw new Error(`transaction ${one.hash} was answered and is gone`)
    if (!place) await checkAbsent(client, one)
    // Once is enough: from then on its block's hash, which must not change, stands for it.
    else if (!one.foundWhole) await checkWhole(client, one, place)
    if (place && !one.answered) kept++
  }

  for (const [number, { hash }] of blocks) seen.set(number, hash)

  const head = blocks.size - 1
  const nonce = Number(await client.request('eth_getTransactionCount', [WRITER.address, 'latest']))
  if (nonce !== head || placed.size !== head)
    throw new Error(`${head} blocks, ${placed.size} transactions, nonce ${nonce}`)
  const answered = asked.filter((one) => one.answered).length
  return { head, answered, unanswered: asked.length - answered, kept, seen: seen.size }
}

type Place = { number: number; hash: string }
type Block = { hash: string; transactions: readonly string[] }

/** All blocks, after seeing that each names the one before and is the one that the journal has. */
async function blocksOf(client: ChainClient): Promise<Map<number, Block>> {
  const blocks = new Map<number, Block>()
  const last = Number(await client.request('eth_blockNumber'))
  const numbers = Array.from({ length: last + 1 }, (_, number) => `0x${number.toString(16)}`)
  const answers = await Promise.all(numbers.map((number) => client.request('eth_getBlockByNumber', [number, false])))
  for (const [number, answer] of answers.entries()) {
    const { hash, parentHash, transactions } = Object(answer)
    const parent = blocks.get(number - 1)
    if (parent && parent.hash !== parentHash) throw new Error(`block ${number} does not follow block ${number - 1}`)
    blocks.set(number, { hash, transactions })
  }
  await checkJournal(client, blocks)
  return blocks
}

async function checkJournal(client: ChainClient, blocks: Map<number, Block>): Promise<void> {
  let from = 1
  for (let page = await pageOf(client, from); page.length > 0; page = await pageOf(client, from))
    for (const { number, blockHash } of page) {
      if (blocks.get(number)?.hash !== blockHash) throw new Error(`the journal has another block ${number}`)
      from = number + 1
    }
  if (from !== blocks.size) throw new Error(`the journal has ${from - 1} blocks, the chain ${blocks.size - 1}`)
}

async function pageOf(client: ChainClient, from: number): Promise<{ number: number; blockHash: string }[]> {
  return Array.from(Object(await client.request('mz_journal', [from])), Object)
}

async function checkWhole(client: ChainClient, asked: Asked, { number, hash: blockHash }: Place): Promise<void> {
  const { hash, word } = asked
  const [receipt, stored] = await Promise.all([
    client.request('eth_getTransactionReceipt', [hash]),
    client.request('eth_getStorageAt', [NOTEBOOK_ADDRESS, `0x${number.toString(16)}`, 'latest']),
  ])
  const { status, blockHash: inBlock, logs } = Object(receipt)
  if (status !== '0x1' || inBlock !== blockHash)
    throw new Error(`the receipt of ${hash} is not that of block ${number}`)
  // The first transaction makes the notebook and writes nothing into it.
  if (number > 1 && (stored !== word || logs[0]?.data !== word)) throw new Error(`transaction ${hash} is half there`)
  asked.foundWhole = true
}

async function checkAbsent(client: ChainClient, { hash }: Asked): Promise<void> {
  const answers = await Promise.all([
    client.request('eth_getTransactionByHash', [hash]),
    client.request('eth_getTransactionReceipt', [hash]),
  ])
  if (answers.some((answer) => answer !== null)) throw new Error(`transaction ${hash} is in no block and half there`)
}
