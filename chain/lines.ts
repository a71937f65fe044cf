import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Hex } from '../ledger/hex.ts'

/** One block of the journal: what went in, and the hash that came out. Time in unix seconds. */
export type JournalLine = { number: number; timestamp: number; rawTransaction: Hex; blockHash: Hex }

/** A line is one transaction of at most MAX_RAW_BYTES in hexadecimal; anything much longer is no line of ours. */
const MAX_LINE_BYTES = 16 * 1024 * 1024

/** The line of a block as text. */
export function encodeLine({ number, timestamp, rawTransaction, blockHash }: JournalLine): string {
  return JSON.stringify({ number, timestamp, rawTransaction, blockHash })
}

/**
 * Reads a line back. The text must be the very one that `encodeLine` writes, so a changed byte has no place to hide:
 * what is left is checked by executing it.
 *
 * @throws {RangeError} when it is torn or altered.
 */
export function decodeLine(text: string, number: number): JournalLine {
  const line: Partial<JournalLine> | null = JSON.parse(text)
  const { timestamp, rawTransaction, blockHash } = line ?? {}
  if (line?.number !== number) throw new RangeError(`it should be block ${number}`)
  if (typeof timestamp !== 'number' || typeof rawTransaction !== 'string' || typeof blockHash !== 'string')
    throw new RangeError('timestamp, transaction or hash are missing')
  const read = { number, timestamp, rawTransaction, blockHash }
  if (encodeLine(read) !== text || !/^0x[0-9a-f]*$/.test(rawTransaction))
    throw new RangeError('it is not written the way this program writes')
  return read
}

/** Where the lines of a file end (just after each newline), and how many bytes follow the last of them. */
export async function lineEndsOf(file: string): Promise<{ ends: number[]; tail: Buffer }> {
  const ends: number[] = []
  let read = 0
  let tail: Buffer[] = []
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes: Buffer = chunk
    let from = 0
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
      from = at + 1
      ends.push(read + from)
    }
    tail = from > 0 ? [bytes.subarray(from)] : [...tail, bytes]
    read += bytes.length
  }
  return { ends, tail: Buffer.concat(tail) }
}

/** Reads lines `from`…`to - 1` (counted from 0) of a file whose line ends are known. */
export async function readLines(file: string, ends: readonly number[], from: number, to: number): Promise<string[]> {
  const start = ends[from - 1] ?? 0
  const length = (ends[to - 1] ?? start) - start
  if (length > MAX_LINE_BYTES * (to - from)) throw new RangeError(`line ${from + 1} is too long`)
  const handle = await open(file, 'r')
  try {
    const bytes = Buffer.alloc(length)
    await handle.read(bytes, 0, length, start)
    return bytes.toString('utf8').split('\n').slice(0, -1)
  } finally {
    await handle.close()
  }
}
