import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is gone when the test is. `file` is where its mirror may lie. */
export function tempFolder(): { folder: string; file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'mz-mirror-'))
  return { folder, file: join(folder, 'mirror.db'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
