import { existsSync } from 'node:fs'
import { open, readFile, truncate, writeFile } from 'node:fs/promises'
import { DISK, syncFolderOf, type Disk } from './disk.ts'

/** A file of JSON lines that only grows: what was appended is on the disk when `append` returns. */
export type RecordFile<Entry> = {
  /** What the file held when it was opened. */
  entries: readonly Entry[]
  append(entries: readonly Entry[]): Promise<void>
  close(): Promise<void>
}

/**
 * Opens such a file, or starts it. `read` looks at one parsed line and throws when it is none of its own.
 *
 * An unfinished last line was never believed by anybody: it is set aside in `<file>.torn-<time>`.
 *
 * @throws {RangeError} naming the line that cannot be read.
 */
export async function openRecord<Entry>(
  file: string,
  read: (line: unknown) => Entry,
  disk: Disk = DISK,
): Promise<RecordFile<Entry>> {
  const isNew = !existsSync(file)
  const entries = isNew ? [] : await readEntries(file, read)
  const appending = await disk.open(file)
  if (isNew) await syncFolderOf(file)

  return {
    entries,
    async append(added) {
      if (added.length === 0) return
      await appending.appendFile(Buffer.from(added.map((entry) => JSON.stringify(entry) + '\n').join('')))
      await appending.sync()
    },
    close: () => appending.close(),
  }
}

/** Writes a small file whole and once: it is on the disk under its name when this returns. */
export async function writeOnce(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx', mode: 0o600, flush: true })
  await syncFolderOf(file)
}

async function readEntries<Entry>(file: string, read: (line: unknown) => Entry): Promise<Entry[]> {
  const bytes = await readFile(file)
  const end = bytes.lastIndexOf(10) + 1
  if (end < bytes.length) await setAside(file, bytes, end)

  const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1)
  return lines.map((line, at) => {
    try {
      return read(JSON.parse(line))
    } catch (error) {
      throw new RangeError(`line ${at + 1} of ${file}: ${error instanceof Error ? error.message : String(error)}`)
    }
  })
}

async function setAside(file: string, bytes: Buffer, end: number): Promise<void> {
  const keptIn = `${file}.torn-${new Date().toISOString().replaceAll(':', '')}`
  await writeOnce(keptIn, bytes.subarray(end).toString('latin1'))
  await truncate(file, end)
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
