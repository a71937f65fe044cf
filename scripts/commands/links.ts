import { accessSync, chmodSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { formatCode } from '../../ledger/code.ts'
import { formatYuan } from '../../ledger/fen.ts'
import { CannotRun } from './refused.ts'
import type { GiftLink } from './record.ts'

const HEAD = '\ufeff行/row,金额/yuan,查询码/code,链接/link'

/**
 * Looks, before anything is recorded, whether the sheet can be written: over an older sheet, and over nothing else.
 * @throws {CannotRun}
 */
export function checkLinks(file: string): void {
  if (existsSync(file) && !readFileSync(file, 'utf8').startsWith(HEAD))
    throw new CannotRun('FILE_EXISTS', {
      zh: `${file} 已存在，而且不是链接表，不会覆盖；没有登记任何内容。`, en: `${file} exists and is no sheet of links; it is not overwritten, and nothing was recorded.`,
    })
  try {
    accessSync(dirname(file), constants.W_OK)
  } catch {
    throw new CannotRun('FOLDER_UNWRITABLE', {
      zh: `无法写入文件夹 ${dirname(file)}；没有登记任何内容。`, en: `The folder ${dirname(file)} cannot be written; nothing was recorded.`,
    })
  }
}

/**
 * Writes the sheet from which receipts are printed; gives how many links are in it. Whoever holds it opens the donors'
 * fields, so nobody else may read it. The byte order mark makes spreadsheets read it as UTF-8.
 */
export function writeLinks(file: string, publicUrl: string, links: readonly GiftLink[]): number {
  const lines = links.map(({ row, amount, code, key }) =>
    [row, formatYuan(amount).replaceAll(',', ''), formatCode(code), `${publicUrl}/t/${code}#${key}`].join(','))
  const text = [HEAD, ...lines, ''].join('\r\n')

  // A file that was there before keeps its rights unless they are changed first.
  writeFileSync(file, '', { mode: 0o600 })
  chmodSync(file, 0o600)
  writeFileSync(file, text, { flush: true })
  return links.length
}
