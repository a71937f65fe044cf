import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file that is only ever appended to. `sync` returns when the bytes are on the disk. */
export type DiskFile = { appendFile(bytes: Uint8Array): Promise<void>; sync(): Promise<void>; close(): Promise<void> }

/** What the journal asks of the operating system, so that a test can let a disk fail. */
export type Disk = { open(file: string): Promise<DiskFile> }

/** The real one. */
export const DISK: Disk = { open: (file) => open(file, 'a') }

/** Makes a new or renamed file survive a power cut: its name stands in the folder, which has pages of its own. */
export async function syncFolderOf(file: string): Promise<void> {
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
