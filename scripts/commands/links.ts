import { chmodSync, writeFileSync } from 'node:fs'
import { formatCode } from '../../ledger/code.ts'
import { formatYuan } from '../../ledger/fen.ts'
import type { GiftLink } from './record.ts'

/**
 * Writes the sheet from which receipts are printed; gives how many links are in it. Whoever holds it opens the donors'
 * fields, so nobody else may read it. The byte order mark makes spreadsheets read it as UTF-8.
 */
export function writeLinks(file: string, publicUrl: string, links: readonly GiftLink[]): number {
  const lines = links.map(({ row, amount, code, key }) =>
    [row, formatYuan(amount).replaceAll(',', ''), formatCode(code), `${publicUrl}/t/${code}#${key}`].join(','))
  const text = ['\ufeff行/row,金额/yuan,查询码/code,链接/link', ...lines, ''].join('\r\n')

  // A file that was there before keeps its rights unless they are changed first.
  writeFileSync(file, '', { mode: 0o600 })
  chmodSync(file, 0o600)
  writeFileSync(file, text, { flush: true })
  return links.length
}
