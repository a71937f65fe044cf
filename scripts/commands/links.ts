import { accessSync, chmodSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { rangesOf } from '../../intake/known.ts'
import { formatCode } from '../../ledger/code.ts'
import { formatYuan } from '../../ledger/fen.ts'
import type { Vault } from '../../vault/vault.ts'
import { linksOf, type Gift, type GiftLink } from './record.ts'
import { CannotRun } from './refused.ts'

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

/** Writes the links of the gifts of a list that a fund has. `withoutLink` are the rows of the others. */
export function linksTo(file: string, publicUrl: string, vault: Vault, fund: number, gifts: readonly Gift[]) {
  const found = linksOf(vault, fund, gifts)
  const rows = new Set(found.map(({ row }) => row))
  const withoutLink = gifts.filter(({ row }) => !rows.has(row)).map(({ row }) => row)
  return { links: writeLinks(file, publicUrl, found), withoutLink }
}

/** What is told of it. */
export function linesOfLinks({ links, withoutLink }: { links: number; withoutLink: number[] }, file = ''): string[] {
  const lines = [`${links} 条链接已写入 ${file}，仅本用户可读。 / ${links} links are in ${file}.`]
  if (withoutLink.length > 0)
    lines.push(
      `第 ${rangesOf(withoutLink)} 行没有链接：个人信息已依法限制或删除，或登记在别的基金。`,
      `No link for rows ${rangesOf(withoutLink)}: restricted or destroyed by law, or recorded in another fund.`,
    )
  return lines
}

/**
 * Writes the sheet from which receipts are printed; gives how many links are in it. Whoever holds it opens the donors'
 * fields, so nobody else may read it. The byte order mark makes spreadsheets read it as UTF-8.
 */
function writeLinks(file: string, publicUrl: string, links: readonly GiftLink[]): number {
  const lines = links.map(({ row, amount, code, key }) =>
    [row, formatYuan(amount).replaceAll(',', ''), formatCode(code), `${publicUrl}/t/${code}#${key}`].join(','))
  const text = [HEAD, ...lines, ''].join('\r\n')

  // A file that was there before keeps its rights unless they are changed first.
  writeFileSync(file, '', { mode: 0o600 })
  chmodSync(file, 0o600)
  writeFileSync(file, text, { flush: true })
  return links.length
}
