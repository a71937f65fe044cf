import { sha256 } from '@noble/hashes/sha2.js'
import type { ChainClient } from '../../chain/client.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import type { Hex } from '../../ledger/hex.ts'
import { faultSentence } from '../../proof/check/bundle/sentences.ts'
import { verifyBundle } from '../../proof/check/bundle/verify.ts'
import { SOFTWARE } from '../../proof/prove/bundle/software.ts'
import { writeBundle, type BundleSource, type GivenPaper } from '../../proof/prove/bundle/write.ts'
import { sealedBlock } from '../../proof/prove/seals.ts'
import { formatDay } from '../../ledger/day.ts'
import { Refused } from '../commands/refused.ts'
import type { Target } from './book.ts'

/** What a forger may put in place of the book's own. */
type Forgery = {
  readonly client?: ChainClient
  readonly anchor?: Anchor
  readonly head?: { number: number; hash: Hex }
  readonly seals?: readonly Hex[]
  readonly paperOf?: BundleSource['paperOf']
  readonly erasureOf?: BundleSource['erasureOf']
}

/** The whole book in one file, as an auditor gets it, sealed by the witnesses. */
export async function bundleOf(book: Target, forged: Forgery = {}): Promise<Buffer> {
  const { anchor = book.anchor, client = book.chain.client, head = book.chain.head(), paperOf = (hash: Hex) => paperIn(book, hash) } = forged
  const { erasureOf = (hash: Hex) => book.reader.erasureOf(hash, head.number) } = forged
  const seals = forged.seals ?? book.witnesses.flatMap((witness) => witness.sealOf(head.number)?.signature ?? [])
  const sealed = sealedBlock(anchor, { number: BigInt(head.number), hash: head.hash }, seals)
  const question = { scope: 'auditor', through: formatDay(book.today), madeAt: new Date().toISOString(), software: SOFTWARE } as const
  const pieces: Uint8Array[] = []
  for await (const piece of writeBundle({ client, anchor, sealed, paperOf, erasureOf }, question)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** A paper as the office hands it to an auditor. */
export function paperIn({ vault }: Target, hash: Hex): GivenPaper | undefined {
  const kept = vault.paperOf(hash)
  return kept && { paper: kept.paper, opened: vault.fieldsOf(hash) }
}

/** Verifies a bundle as an auditor does, with nothing but the anchor. @throws {Refused} with the first fault, or what was wrong with its seals. */
export async function verified({ anchor }: Target, bundle: Uint8Array, head?: string): Promise<void> {
  const { faults: [fault] } = await verifyBundle(chunksOf(bundle), anchor, head === undefined ? {} : { head })
  if (!fault) return
  const { where, what, expected, found } = faultSentence(fault)
  const [, ofSeals] = fault.code === 'BLOCK_MALFORMED' ? (/^([A-Z_]+): /.exec(found) ?? []) : []
  throw new Refused(ofSeals ?? fault.code, {
    zh: `${where.zh}：${what.zh}应为 ${expected}，实为 ${found}。`, en: `${where.en}: ${what.en} Expected ${expected}, found ${found}.`,
  })
}

/** The bundle with a digest at its end that fits, as a forger who knows the form would make it. */
export function refitted(bundle: Buffer): Buffer {
  const body = bundle.subarray(0, -DIGEST_RECORD)
  return Buffer.concat([body, bundle.subarray(-DIGEST_RECORD, -32), sha256(body)])
}

// Tag, length, and a SHA-256.
const DIGEST_RECORD = 1 + 4 + 32

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}
