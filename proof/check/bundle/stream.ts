import { sha256 } from '@noble/hashes/sha2.js'
import { toHex } from '../../../ledger/hex.ts'
import { refuse } from './fault.ts'

/** The first bytes of every bundle: what it is, and the version of its form. */
export const MAGIC = '0x4d5a4201' // MZB, 1

/** What a record holds, by its first byte. Its length follows as four bytes, the highest first, and then its content. */
export const RECORD = { end: 0, about: 1, block: 2, paper: 3, gone: 4, state: 5 } as const

/** One record. */
export type BundleRecord = { readonly tag: number; readonly content: Uint8Array }

/** No record is longer: a block of the largest transactions has a few hundred thousand bytes. */
const MAX_RECORD = 64 * 1024 * 1024
const HEAD = 5
const DIGEST = 32

/**
 * Reads a bundle's records from first to last, whatever pieces it comes in; needs no more memory than its largest record. The
 * last one holds the SHA-256 of all bytes before it, so a copy that was cut or spoilt on its way is known at once. Whether
 * the book is true, it does not tell.
 *
 * @throws {BundleError}
 */
export async function* recordsIn(source: AsyncIterable<Uint8Array>, onRead: (bytes: number) => void = () => {}): AsyncGenerator<BundleRecord> {
  const input = openInput(source, onRead)
  const digest = sha256.create()

  const magic = await input.take(4)
  if (!magic || toHex(magic) !== MAGIC) refuse('NOT_A_BUNDLE', '账册文件 / a bundle', magic ? toHex(magic) : '空文件 / nothing')
  digest.update(magic)
  for (;;) {
    const head = (await input.take(HEAD)) ?? cutShort(input.at())
    const tag = head[0] ?? 0
    const length = new DataView(head.buffer, head.byteOffset).getUint32(1)
    if (length > MAX_RECORD) refuse('RECORD_MALFORMED', `≤ ${MAX_RECORD}`, String(length))
    const content = (await input.take(length)) ?? cutShort(input.at())
    if (tag === RECORD.end) {
      const expected = toHex(digest.digest())
      if (length !== DIGEST || toHex(content) !== expected) refuse('DIGEST_DIFFERS', expected, toHex(content.subarray(0, DIGEST)))
      if (await input.take(1)) refuse('RECORD_MALFORMED', '文件到此为止 / the end', `第 ${input.at()} 字节之后还有内容 / more bytes`)
      return
    }
    digest.update(head).update(content)
    yield { tag, content }
  }
}

function cutShort(at: number): never {
  refuse('DIGEST_DIFFERS', '文件末尾的摘要 / the digest at the end', `文件在第 ${at} 字节中断 / the file ends at byte ${at}`)
}

/** Takes exact numbers of bytes out of a stream of pieces; undefined when so many do not come any more. */
function openInput(source: AsyncIterable<Uint8Array>, onRead: (bytes: number) => void) {
  const pieces = source[Symbol.asyncIterator]()
  let waiting: Uint8Array[] = []
  let held = 0
  let at = 0

  return { take, at: () => at }

  async function take(length: number): Promise<Uint8Array | undefined> {
    while (held < length) {
      const next = await pieces.next()
      if (next.done) return undefined
      waiting.push(next.value)
      held += next.value.length
      onRead(next.value.length)
    }
    at += length
    return gather(length)
  }

  function gather(length: number): Uint8Array {
    const taken = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const [first = new Uint8Array(), ...rest] = waiting
      const part = first.subarray(0, length - filled)
      taken.set(part, filled)
      filled += part.length
      waiting = part.length < first.length ? [first.subarray(part.length), ...rest] : rest
    }
    held -= length
    return taken
  }
}
