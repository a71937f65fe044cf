import { read, SSF, type CellObject, type WorkBook, type WorkSheet } from '@e965/xlsx'
import type { Row, Sheet } from './table.ts'

/** Tells a spreadsheet by its first bytes: a compound file is an .xls, a zip an .xlsx. */
export function isWorkbook(bytes: Uint8Array): 'xls' | 'xlsx' | undefined {
  const first = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return first === 'd0cf11e0' ? 'xls' : first === '504b0304' ? 'xlsx' : undefined
}

/**
 * Reads the sheets of a workbook that have rows. A number is taken as stored, in the shortest decimals that give it
 * back, and not as shown: what a cell shows may be rounded, and 38422322.23999998 must not pass for a sum of money.
 * @throws {RangeError} when it is damaged or has a password.
 */
export function readWorkbook(bytes: Uint8Array, file: string): Sheet[] {
  const workbook = open(bytes, file)
  const is1904 = workbook.Workbook?.WBProps?.date1904 === true
  return workbook.SheetNames.map((name) => ({ name, rows: rowsOf(workbook.Sheets[name], is1904) })).filter(
    ({ rows }) => rows.length > 0,
  )
}

function open(bytes: Uint8Array, file: string): WorkBook {
  try {
    return read(bytes, {
      type: 'array', dense: true, cellNF: true, cellText: false, cellHTML: false, cellFormula: false,
    })
  } catch (cause) {
    const locked = /password|encrypt/i.test(String(cause))
    throw new RangeError(
      locked
        ? `${file}：文件有密码，请另存一份没有密码的 / the file has a password, please save a copy without one`
        : `${file}：表格文件已损坏 / the spreadsheet is damaged`,
      { cause },
    )
  }
}

function rowsOf(sheet: WorkSheet | undefined, is1904: boolean): Row[] {
  // A dense sheet has its rows in an array, with holes where nothing stands.
  const cells: (CellObject | undefined)[][] = sheet?.['!data'] ?? []
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
