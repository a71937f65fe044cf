import { read, SSF, type CellObject, type WorkBook, type WorkSheet } from '@e965/xlsx'
import { InputRefused } from '../ledger/failures.ts'
import type { Row, Sheet } from './table.ts'
import { bounded } from './zip.ts'

/** 50 MiB, which unpacked is several times as much. */
export const MAX_WORKBOOK_BYTES = 50 * 1024 * 1024

/** A list has a dozen columns. One cell in the last of a sheet's 16,384 makes the whole row as wide. */
const MAX_COLUMNS = 500

/** Tells a spreadsheet by its first bytes: a compound file is an .xls, a zip an .xlsx. */
export function isWorkbook(bytes: Uint8Array): 'xls' | 'xlsx' | undefined {
  const first = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return first === 'd0cf11e0' ? 'xls' : first === '504b0304' ? 'xlsx' : undefined
}

/**
 * Reads the sheets of a workbook that have rows. A number is taken as stored, in the shortest decimals that give it
 * back, and not as shown: what a cell shows may be rounded, and 38422322.23999998 must not pass for a sum of money.
 * @throws {InputRefused} when it is too large, damaged, or has a password.
 */
export function readWorkbook(bytes: Uint8Array, file: string): Sheet[] {
  if (bytes.length > MAX_WORKBOOK_BYTES)
    throw new InputRefused('FILE_TOO_LARGE', {
      zh: `${file}：表格文件超过 50 MiB，请分成几个，或另存为 .csv`,
      en: `${file}: the spreadsheet is larger than 50 MiB, please split it or save it as .csv`,
    })
  const workbook = open(bytes, file)
  const is1904 = workbook.Workbook?.WBProps?.date1904 === true
  return workbook.SheetNames.map((name) => ({ name, rows: rowsOf(workbook.Sheets[name], is1904, file) })).filter(
    ({ rows }) => rows.length > 0,
  )
}

function open(bytes: Uint8Array, file: string): WorkBook {
  try {
    return read(isWorkbook(bytes) === 'xlsx' ? bounded(bytes, file) : bytes, {
      type: 'array', dense: true, cellNF: true, cellText: false, cellHTML: false, cellFormula: false,
    })
  } catch (cause) {
    if (cause instanceof InputRefused) throw cause
    const locked = /password|encrypt/i.test(String(cause))
    throw locked
      ? new InputRefused('FILE_LOCKED', {
        zh: `${file}：文件有密码，请另存一份没有密码的`, en: `${file}: the file has a password, please save a copy without one`,
      }, { cause })
      : new InputRefused('FILE_DAMAGED', {
        zh: `${file}：表格文件已损坏`, en: `${file}: the spreadsheet is damaged`,
      }, { cause })
  }
}

function rowsOf(sheet: WorkSheet | undefined, is1904: boolean, file: string): Row[] {
  // A dense sheet has its rows in an array, with holes where nothing stands.
  const cells: (CellObject | undefined)[][] = sheet?.['!data'] ?? []
  const wide = cells.findIndex((row) => row !== undefined && row.length > MAX_COLUMNS)
  if (wide >= 0)
    throw new InputRefused('ROW_TOO_WIDE', {
      zh: `${file} 第 ${wide + 1} 行：超过 ${MAX_COLUMNS} 列，不是名单`, en: `${file} row ${wide + 1}: more than ${MAX_COLUMNS} columns, which is no list`,
    })
  const rows = Array.from(cells, (row, index) => ({
    number: index + 1,
    cells: Array.from(row ?? [], (cell) => textOf(cell, is1904)),
  }))
  const last = rows.findLastIndex((row) => row.cells.some((text) => text !== ''))
  return rows.slice(0, last + 1)
}

function textOf(cell: CellObject | undefined, is1904: boolean): string {
  if (cell?.v === undefined || cell.v === null) return ''
  if (cell.t === 'e') return cell.w ?? '#ERROR!'
  if (cell.t === 'n' && typeof cell.v === 'number' && typeof cell.z === 'string' && SSF.is_date(cell.z))
    return dateOf(cell.v, is1904)
  return String(cell.v)
}

function dateOf(serial: number, is1904: boolean): string {
  const date = SSF.parse_date_code(serial, { date1904: is1904 })
  if (!date) return String(serial)
  const two = (part: number) => String(part).padStart(2, '0')
  const day = `${String(date.y).padStart(4, '0')}-${two(date.m)}-${two(date.d)}`
  return date.H + date.M + date.S > 0 ? `${day} ${two(date.H)}:${two(date.M)}:${two(Math.floor(date.S))}` : day
}
