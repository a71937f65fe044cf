import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'
import type { ChainClient } from '../../../chain/client.ts'
import type { Anchor } from '../../../ledger/anchor.ts'
import { decodeLog } from '../../../ledger/events.ts'
import { fromHex, type Hex } from '../../../ledger/hex.ts'
import type { Opened, Paper } from '../../../ledger/papers.ts'
import type { Erasure } from '../../../ledger/words.ts'
import { decodeFundCount, slotOfCounts, slotOfFundCount, slotOfLine } from '../../../ledger/slots.ts'
import type { About } from '../../check/bundle/about.ts'
import { GONE, papersNamedBy, stateAfter } from '../../check/bundle/papers.ts'
import { MAGIC, RECORD } from '../../check/bundle/stream.ts'
import { hashOfAnchor } from '../../check/bundle/verify.ts'
import { hashedKey, readWord } from '../../check/state.ts'
import { encodeReceipt } from '../receipts.ts'
import type { SealedBlock } from '../seals.ts'
import { openState } from '../state.ts'
import { valueAt, writeTrie } from '../trie.ts'
import { openWriter } from '../wire.ts'
import { headerOf } from '../header.ts'
import { encodeTransaction } from './transaction.ts'

/** A paper with its private fields, where it has any. */
export type GivenPaper = { readonly paper: Paper; readonly opened?: Opened | undefined }

/**
 * What a bundle is made from. `sealed` is its last block; a paper that `paperOf` does not give is marked as unknown.
 * `erasureOf` tells what the book says of a paper up to that block: nothing private of it is written but where it says nothing.
 */
export type BundleSource = {
  readonly client: ChainClient
  readonly anchor: Anchor
  readonly sealed: SealedBlock
  readonly paperOf: (hash: Hex) => GivenPaper | undefined
  readonly erasureOf: (hash: Hex) => Erasure
}

export type BundleQuestion = Pick<About, 'scope' | 'through' | 'madeAt' | 'software'> & { readonly funds?: readonly number[] }

/** So many blocks are asked for at once. */
const AT_ONCE = 16

/**
 * Writes what proof/check/bundle verifies, piece by piece: the whole chain up to the sealed block, and after each block the
 * papers that it is the first to name. Needs no more memory than some blocks.
 *
 * @param onBlock Told how many blocks of how many are written.
 * @throws {Error} when the chain's answers do not fit together.
 */
export async function* writeBundle(source: BundleSource, question: BundleQuestion, onBlock: (done: number, all: number) => void = () => {}): AsyncGenerator<Uint8Array> {
  const { anchor, sealed } = source
  const digest = sha256.create()
  const hashed = (bytes: Uint8Array) => (digest.update(bytes), bytes)
  const named = new Set<Hex>()
  const last = Number(sealed.number)

  yield hashed(fromHex(MAGIC))
  yield hashed(record(RECORD.about, utf8ToBytes(canonical(aboutOf(anchor, question)))))
  for (let from = 1; from <= last; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, last - from + 1) }, (_, index) => from + index)
    for (const { content, papers } of await Promise.all(numbers.map((number) => blockAt(source, number)))) {
      yield hashed(record(RECORD.block, content))
      for (const { paper, fund } of papers) {
        if (named.has(paper)) continue
        named.add(paper)
        yield hashed(paperRecord(source, question, paper, fund))
      }
    }
    onBlock(Math.min(from + AT_ONCE - 1, last), last)
  }
  yield hashed(record(RECORD.state, await stateAt(source)))
  yield record(RECORD.end, digest.digest())
}

function aboutOf(anchor: Anchor, { scope, through, madeAt, software, funds }: BundleQuestion): About {
  return {
    format: 'mingzhang/bundle/1', software, algorithms: { hash: 'keccak256', digest: 'sha256', signature: 'secp256k1' },
    chainId: String(anchor.chainId), genesis: anchor.genesis, anchor: hashOfAnchor(anchor), scope, ...(funds && { funds }), through, madeAt,
  }
}

async function blockAt({ client, anchor, sealed }: BundleSource, number: number): Promise<{ content: Uint8Array; papers: NamedPaper[] }> {
  const block = await client.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, true])
  const { rlp } = headerOf(block)
  const transactions: unknown[] = Object(block).transactions
  const receipts = await Promise.all(transactions.map((transaction) => client.request('eth_getTransactionReceipt', [Object(transaction).hash])))
  const seals = BigInt(number) === sealed.number ? sealed.seals : []

  const writer = openWriter()
  writer.sized(rlp)
  writer.varint(seals.length)
  for (const seal of seals) writer.bytes(fromHex(seal, 65))
  writer.varint(transactions.length)
  for (const [index, transaction] of transactions.entries()) {
    writer.sized(encodeTransaction(transaction))
    writer.sized(encodeReceipt(receipts[index]))
  }
  return { content: writer.done(), papers: receipts.flatMap((receipt) => papersIn(receipt, anchor)) }
}

type NamedPaper = { readonly paper: Hex; readonly fund: number | undefined }

/** The papers that a receipt's events name, in the order in which the checker meets them. */
function papersIn(receipt: unknown, { contracts }: Anchor): NamedPaper[] {
  const ours: readonly string[] = Object.values(contracts)
  const logs: { address: string; topics: string[]; data: string }[] = Object(receipt).logs
  return logs.filter(({ address }) => ours.includes(address.toLowerCase()))
    .flatMap((log) => papersNamedBy(decodeLog(log)).map(({ paper, place: { fund } }) => ({ paper, fund })))
}

function paperRecord({ paperOf, erasureOf }: BundleSource, { scope, funds }: BundleQuestion, hash: Hex, fund: number | undefined): Uint8Array {
  if (funds && fund !== undefined && !funds.includes(fund)) return goneRecord(hash, 'elsewhere')
  const found = paperOf(hash)
  if (!found) return goneRecord(hash, 'unknown')
  const { paper, opened = {} } = found
  const state = stateAfter(erasureOf(hash))
  const isOpen = scope === 'auditor' && state === 'kept' && Object.keys(opened).length > 0
  return record(RECORD.paper, utf8ToBytes(canonical({ paper, state, ...(isOpen && { opened }) })))
}

function goneRecord(hash: Hex, why: (typeof GONE)[number]): Uint8Array {
  return record(RECORD.gone, concatBytes(fromHex(hash, 32), Uint8Array.of(GONE.indexOf(why))))
}

/** The counts of every fund at the last block, proven under its state root. */
async function stateAt({ client, anchor, sealed }: BundleSource): Promise<Uint8Array> {
  const { ledger } = anchor.contracts
  const state = openState(client, ledger)
  const counted = await state.stateAt(sealed.number, [slotOfFundCount()])
  const value = valueAt(counted.nodes, counted.storageRoot, hashedKey(slotOfFundCount()))
  const funds = value ? decodeFundCount(readWord(value)) : 0
  const slots = [slotOfFundCount(), ...Array.from({ length: funds }, (_, index) => [slotOfLine(index + 1), slotOfCounts(index + 1)]).flat()]
  const { nodes, storageRoot } = await state.stateAt(sealed.number, slots)
  const { header } = await state.headerAt(sealed.number)

  const writer = openWriter()
  writeTrie(writer, nodes, header.stateRoot, [hashedKey(ledger)])
  writeTrie(writer, nodes, storageRoot, slots.map(hashedKey).toSorted())
  return writer.done()
}

function record(tag: number, content: Uint8Array): Uint8Array {
  const head = new Uint8Array(5)
  head[0] = tag
  new DataView(head.buffer).setUint32(1, content.length)
  return concatBytes(head, content)
}

function canonical(value: unknown): string {
  return canonicalize(value) ?? ''
}
