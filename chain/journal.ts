import { existsSync } from 'node:fs'
import { rename, rm, truncate, writeFile } from 'node:fs/promises'
import { DISK, syncFolderOf, type Disk, type DiskFile } from './disk.ts'
import { decodeHeader, encodeHeader, type JournalHeader } from './header.ts'
import { decodeLine, encodeLine, lineEndsOf, readLines, type JournalLine } from './lines.ts'

/** Bytes of the unfinished last line that a crash left, and the file that now keeps them. */
export type TornTail = { line: number; bytes: number; keptIn: string }

/** The paper: every block in the order it was mined, one line each, on the disk before anybody hears of it. */
export type Journal = {
  file: string
  header: JournalHeader
  /** Blocks that are on the disk. */
  count(): number
  /** Set when the last line was unfinished. Nobody was ever told of what it said. */
  tornTail?: TornTail
  /** Blocks from number `from` on, in order. @throws {JournalError} at a line that is torn or altered. */
  blocks(from?: number): AsyncGenerator<JournalLine>
  /** Entries of the file for witnesses, the header being number 0: at most `limit`, and about a megabyte. */
  page(from: number, limit: number): Promise<(JournalHeader | JournalLine)[]>
  /** Returns when the lines are on the disk, after one wait. A failure is final: what the disk holds is unknown. */
  append(lines: readonly JournalLine[]): Promise<void>
  close(): Promise<void>
}

/** A line of the journal cannot be believed. `line` counts from 1, the header. */
export class JournalError extends Error {
  override name = 'JournalError'
  readonly file: string
  readonly line: number

  constructor(file: string, line: number, reason: string) {
    super(`line ${line} of the journal ${file}: ${reason}`)
    this.file = file
    this.line = line
  }
}

/** Opens a journal that exists. The caller holds its lock. @throws {JournalError} when its first line is not one. */
export async function openJournal(file: string, disk: Disk = DISK): Promise<Journal> {
  const { ends, tail } = await lineEndsOf(file)
  const header = await readHeader(file, ends)
  const tornTail = await mendTail(file, ends, tail, disk)
  const appending = await disk.open(file)

  return {
    file,
    header,
    count: () => ends.length - 1,
    ...(tornTail && { tornTail }),
    blocks: (from = 1) => blocksOf(file, ends, from),
    page: (from, limit) => pageOf(file, ends, from, limit),
    append: (lines) => appendLines(appending, ends, lines),
    close: () => appending.close(),
  }
}

/** Starts a journal. It appears under its name only when its first line is whole. The caller holds its lock. */
export async function createJournal(file: string, header: JournalHeader, disk: Disk = DISK): Promise<Journal> {
  if (existsSync(file)) throw new RangeError(`there is a file ${file} already`)
  const unfinished = `${file}.new`
  await rm(unfinished, { force: true })
  const writing = await disk.open(unfinished)
  await writing.appendFile(Buffer.from(encodeHeader(header) + '\n'))
  await writing.sync()
  await writing.close()
  await rename(unfinished, file)
  await syncFolderOf(file)
  return await openJournal(file, disk)
}

async function readHeader(file: string, ends: readonly number[]): Promise<JournalHeader> {
  const [text] = await readLines(file, ends, 0, 1)
  if (text === undefined) throw new JournalError(file, 1, 'it is missing or unfinished')
  try {
    return decodeHeader(text)
  } catch (error) {
    throw new JournalError(file, 1, reasonOf(error))
  }
}

/**
 * A crash while writing leaves a line without its end. Nobody was told of that block, so it is set aside, not executed.
 * Every other bad line was once whole, and somebody may have been told of it: that is for people to decide.
 */
async function mendTail(file: string, ends: number[], tail: Buffer, disk: Disk): Promise<TornTail | undefined> {
  if (tail.length === 0) return undefined
  if (isWholeLine(tail, ends.length)) return void (await finishLine(file, ends, tail, disk))

  const keptIn = `${file}.torn-${new Date().toISOString().replaceAll(':', '')}`
  await writeFile(keptIn, tail, { flag: 'wx', flush: true })
  await truncate(file, ends.at(-1) ?? 0)
  await syncFolderOf(file)
  return { line: ends.length + 1, bytes: tail.length, keptIn }
}

function isWholeLine(tail: Buffer, number: number): boolean {
  try {
    return decodeLine(tail.toString('utf8'), number).number === number
  } catch {
    return false
  }
}

// Only the newline is missing (an editor may have taken it from a block long answered): the block stays.
async function finishLine(file: string, ends: number[], tail: Buffer, disk: Disk): Promise<void> {
  const finishing = await disk.open(file)
  await finishing.appendFile(Buffer.from('\n'))
  await finishing.sync()
  await finishing.close()
  ends.push((ends.at(-1) ?? 0) + tail.length + 1)
}

async function* blocksOf(file: string, ends: readonly number[], from: number): AsyncGenerator<JournalLine> {
  for (let number = from; number < ends.length; ) {
    const to = pageEnd(ends, number, 500)
    for (const text of await readLines(file, ends, number, to)) {
      yield readBlock(file, text, number)
      number++
    }
  }
}

async function pageOf(file: string, ends: readonly number[], from: number, limit: number) {
  if (from >= ends.length) return []
  const texts = await readLines(file, ends, from, pageEnd(ends, from, limit))
  return texts.map((text, at) => (from + at === 0 ? decodeHeader(text) : readBlock(file, text, from + at)))
}

// A page is about a megabyte, and one line at least.
function pageEnd(ends: readonly number[], from: number, limit: number): number {
  const start = ends[from - 1] ?? 0
  let to = from + 1
  while (to < ends.length && to - from < limit && (ends[to] ?? 0) - start < 1 << 20) to++
  return to
}

function readBlock(file: string, text: string, number: number): JournalLine {
  try {
    return decodeLine(text, number)
  } catch (error) {
    throw new JournalError(file, number + 1, reasonOf(error))
  }
}

async function appendLines(appending: DiskFile, ends: number[], lines: readonly JournalLine[]): Promise<void> {
  const texts = lines.map((line) => Buffer.from(encodeLine(line) + '\n'))
  await appending.appendFile(Buffer.concat(texts))
  await appending.sync()
  for (const { length } of texts) ends.push((ends.at(-1) ?? 0) + length)
}

function reasonOf(error: unknown): string {
  return error instanceof SyntaxError ? 'it is torn or altered' : error instanceof Error ? error.message : String(error)
}
