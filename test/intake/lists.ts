import * as XLSX from '@e965/xlsx'
import { readFileSync } from 'node:fs'
import { readDonations, type Donations } from '../../intake/donations.ts'
import type { Options } from '../../intake/list.ts'
import { readTable } from '../../intake/table.ts'

export const HEADER = '序号,捐赠日期,捐赠人,捐赠金额(元),备注'

/** The bytes of one of the Red Cross's lists. */
export function redCross(name: string): Uint8Array {
  return readFileSync(new URL(`../../demo/data/${name}`, import.meta.url))
}

/** Reads lines of a list under the Red Cross's heading. */
export function readLines(lines: readonly string[], options: Options = {}): Donations {
  return readBytes(new TextEncoder().encode([HEADER, ...lines].join('\n')), options)
}

export function readBytes(bytes: Uint8Array, options: Options = {}, file = 'list.csv'): Donations {
  return readDonations(readTable(bytes, file), options)
}

/**
 * The same list as Excel and WPS keep it (texts in one shared table): dates and amounts as numbers, a title, a total.
 */
export function asWorkbook(list: Donations, bookType: 'xlsx' | 'biff8', total: number): Uint8Array {
  const rows = list.rows.map(({ date, donor, amount, remark }, index) => [
    index + 1, { t: 'n', v: date + 25_569, z: 'yyyy/m/d' }, donor, { t: 'n', v: Number(amount) / 100, z: '#,##0.00' }, remark,
  ])
  const cells = [['湖北省红十字会捐赠公示'], [], HEADER.split(','), ...rows, ['合计', '', '', { t: 'n', v: total, z: '#,##0.00' }, '']]
  const book = XLSX.utils.book_new()
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(cells), '捐赠公示')
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([['说明'], ['按收款日期排列']]), '说明')
  return new Uint8Array(XLSX.write(book, { type: 'array', bookType, bookSST: true }) as ArrayBuffer)
}
