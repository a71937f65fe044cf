import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { Interface, Transaction, type Wallet } from 'ethers'
import { INTERFACES } from '../../ledger/acts.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { Address, fromHex, toHex, type Hex } from '../../ledger/hex.ts'
import { signSeal } from '../../ledger/seal.ts'
import { RECORD } from '../../proof/check/bundle/stream.ts'
import { rootOfList } from '../../proof/check/receipts.ts'
import { decodeRlp, encodeRlp, isBytes, type Rlp } from '../../proof/check/rlp.ts'
import { openReader } from '../../proof/check/wire.ts'
import { writeBundle, type BundleSource } from '../../proof/prove/bundle/write.ts'
import { sealedBlock } from '../../proof/prove/seals.ts'
import { openWriter } from '../../proof/prove/wire.ts'
import type { World } from '../api/world.ts'

/** A record as it lies in the file. */
export type Item = { tag: number; content: Uint8Array }

/** What a test may change in a block: its calls, each a signed transaction and its receipt. */
export type OpenBlock = { header: Uint8Array[]; seals: Uint8Array[]; calls: { raw: Uint8Array; receipt: Rlp[] }[] }

/** A log within a receipt. */
export type OpenLog = [address: Uint8Array, topics: Uint8Array[], data: Uint8Array]

/** The bundle of a test's book. */
export async function bundleOf(world: World, { scope = 'auditor', paperOf, erasureOf }: { scope?: 'auditor' | 'public' } & Partial<Pick<BundleSource, 'paperOf' | 'erasureOf'>> = {}): Promise<Uint8Array> {
  const { anchor, chain: { client }, vault, seals } = world
  const newest = seals.newestSealed({ sealers: anchor.sealers.map(({ address }) => address), quorum: anchor.quorum })
  if (!newest) throw new RangeError('nothing is sealed')
  const sealed = sealedBlock(anchor, { number: BigInt(newest.number), hash: newest.blockHash }, newest.seals.map(({ signature }) => signature))
  const pieces: Uint8Array[] = []
  const source = {
    client, anchor, sealed, paperOf: paperOf ?? ((hash: Hex) => {
      const kept = vault.paperOf(hash)
      return kept && { paper: kept.paper, opened: vault.fieldsOf(hash) }
    }),
    erasureOf: erasureOf ?? ((hash: Hex) => world.reader.erasureOf(hash, newest.number)),
  }
  for await (const piece of writeBundle(source, { scope, through: '2020-02-29', madeAt: '2026-01-01T00:00:00Z', software: 'test' })) pieces.push(piece)
  return concatBytes(...pieces)
}

/** A file in pieces of some bytes, as a disk gives it. */
export async function* inPieces(bytes: Uint8Array, size = 4_096): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Takes a bundle apart; the end's digest is left out, since `joined` makes it anew. */
export function taken(bundle: Uint8Array): Item[] {
  const items: Item[] = []
  for (let at = 4; at < bundle.length;) {
    const length = new DataView(bundle.buffer, bundle.byteOffset + at).getUint32(1)
    items.push({ tag: bundle[at] ?? 0, content: bundle.slice(at + 5, at + 5 + length) })
    at += 5 + length
  }
  return items.slice(0, -1)
}

/** Puts records together again, with a digest that fits: what somebody does who knows the format. */
export function joined(items: readonly Item[]): Uint8Array {
  const records = items.map(({ tag, content }) => {
    const head = new Uint8Array(5)
    head[0] = tag
    new DataView(head.buffer).setUint32(1, content.length)
    return concatBytes(head, content)
  })
  const body = new Uint8Array(Buffer.concat([fromHex('0x4d5a4201'), ...records]))
  return concatBytes(body, Uint8Array.of(RECORD.end, 0, 0, 0, 32), sha256(body))
}

/** The numbers of the records that are blocks: block n is the (n - 1)th of them. */
export function blocksIn(items: readonly Item[]): number[] {
  return items.flatMap(({ tag }, index) => (tag === RECORD.block ? [index] : []))
}

export function openBlock({ content }: Item): OpenBlock {
  const reader = openReader(content)
  const header = listIn(reader.bytes(reader.number()))
  const seals = Array.from({ length: reader.number() }, () => reader.bytes(65))
  const calls = Array.from({ length: reader.number() }, () => {
    const raw = reader.bytes(reader.number())
    const receipt = reader.bytes(reader.number())
    return { raw, receipt: [...(decodeRlp(receipt.subarray(1)) as Rlp[])] }
  })
  return { header, seals, calls }
}

function closeBlock({ header, seals, calls }: OpenBlock): Uint8Array {
  const writer = openWriter()
  writer.sized(encodeRlp(header))
  writer.varint(seals.length)
  for (const seal of seals) writer.bytes(seal)
  writer.varint(calls.length)
  for (const { raw, receipt } of calls) {
    writer.sized(raw)
    writer.sized(receiptBytes(receipt))
  }
  return writer.done()
}

function receiptBytes(receipt: Rlp): Uint8Array {
  return concatBytes(Uint8Array.of(2), encodeRlp(receipt))
}

/** Changes blocks in the file alone: no header, hash or seal is made to fit. */
export function touched(items: readonly Item[], number: number, change: (block: OpenBlock) => void): Item[] {
  const at = blocksIn(items)[number - 1] ?? -1
  return items.map((item, index) => {
    if (index !== at) return item
    const block = openBlock(item)
    change(block)
    return { tag: item.tag, content: closeBlock(block) }
  })
}

/**
 * Writes history anew from a block on: roots, hashes and links are made to fit, and whoever holds `keys` seals the new head.
 * With the witnesses' own keys it is what they could do if all of them conspired with the operator.
 */
export function rewritten(items: readonly Item[], number: number, change: (block: OpenBlock) => void, anchor: Anchor, keys: readonly { privateKey: string; address: string }[]): Item[] {
  const blocks = blocksIn(items)
  let parent: Uint8Array | undefined
  return items.map((item, index) => {
    const at = blocks.indexOf(index) + 1
    if (at < number || at === 0) return item
    const block = openBlock(item)
    if (at === number) change(block)
    if (parent) block.header[0] = parent
    block.header[4] = fromHex(rootOfList(block.calls.map(({ raw }) => raw)))
    block.header[5] = fromHex(rootOfList(block.calls.map(({ receipt }) => receiptBytes(receipt))))
    parent = keccak_256(encodeRlp(block.header))
    block.seals = at === blocks.length ? sealsOf(toHex(parent), at, anchor, keys) : []
    return { tag: item.tag, content: closeBlock(block) }
  })
}

/** Seals of a block by some keys, in the order that a checker wants. */
export function sealsOf(blockHash: Hex, number: number, { chainId, genesis }: Pick<Anchor, 'chainId' | 'genesis'>, keys: readonly { privateKey: string; address: string }[]): Uint8Array[] {
  return keys
    .toSorted((a, b) => (Address(a.address) < Address(b.address) ? -1 : 1))
    .map(({ privateKey }) => fromHex(signSeal(privateKey as Hex, { chainId, genesis, number: BigInt(number), blockHash })))
}

/** The logs of a call. */
export function logsOf(call: OpenBlock['calls'][number] | undefined): OpenLog[] {
  return (call?.receipt[3] ?? []) as unknown as OpenLog[]
}

const EVENTS = new Interface([INTERFACES.ledger, INTERFACES.people, INTERFACES.bank, INTERFACES.audit].flatMap(({ fragments }) => fragments.filter(({ type }) => type === 'event')))

/** Tells an event otherwise: its fields are given to `change`, and written again. */
export function retell(block: OpenBlock, name: string, change: (fields: Record<string, unknown>) => Record<string, unknown>): void {
  const event = EVENTS.getEvent(name)
  if (!event) throw new RangeError(`no event ${name}`)
  for (const call of block.calls) {
    call.receipt[3] = logsOf(call).map((log): Rlp => {
      const [address, topics, data] = log
      if (toHex(topics[0] ?? new Uint8Array()) !== event.topicHash) return log as unknown as Rlp
      const parsed = EVENTS.decodeEventLog(event, data, topics.map(toHex)).toObject() as Record<string, unknown>
      const fields = { ...parsed, ...change(parsed) }
      const { topics: newTopics, data: newData } = EVENTS.encodeEventLog(event, event.inputs.map((input) => fields[input.name]))
      return [address, newTopics.map((topic) => fromHex(String(topic))), fromHex(newData)]
    })
  }
}

/** Lets another key sign the calls of a block. */
export function resign(block: OpenBlock, wallet: Wallet, over: { chainId?: bigint } = {}): void {
  for (const call of block.calls) {
    const { chainId, nonce, gasLimit, to, data } = Transaction.from(toHex(call.raw))
    const unsigned = Transaction.from({ type: 2, chainId: over.chainId ?? chainId, nonce, gasLimit, to, data, maxFeePerGas: 0, maxPriorityFeePerGas: 0 })
    unsigned.signature = wallet.signingKey.sign(unsigned.unsignedHash)
    call.raw = fromHex(unsigned.serialized)
  }
}

/** The number of the block whose receipts hold an event. */
export function blockWith(items: readonly Item[], name: string, nth = 0): number {
  const topic = EVENTS.getEvent(name)?.topicHash
  const found = blocksIn(items).flatMap((at, index) => {
    const item = items[at]
    const has = item && openBlock(item).calls.some((call) => logsOf(call).some(([, topics]) => toHex(topics[0] ?? new Uint8Array()) === topic))
    return has ? [index + 1] : []
  })
  return found[nth] ?? -1
}

function listIn(bytes: Uint8Array): Uint8Array[] {
  const list = decodeRlp(bytes)
  if (isBytes(list)) throw new RangeError('no list')
  return list.map((field) => (isBytes(field) ? field : new Uint8Array()))
}

