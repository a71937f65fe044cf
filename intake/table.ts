import { parse } from 'csv-parse/sync'
import { InputRefused } from '../ledger/failures.ts'
import { decodeText, type Encoding } from './encoding.ts'
import { isWorkbook, readWorkbook } from './workbook.ts'

/** A file as a table of texts. A spreadsheet's numbers are in shortest decimals, its dates in ISO 8601. */
export type Table = { file: string; encoding: Encoding | 'xls' | 'xlsx'; sheets: Sheet[] }

/** One sheet; a text file has one, without a name. */
export type Sheet = { name: string; rows: Row[] }

/** `number` is what the file's own program shows: the line where the row begins, or the spreadsheet's row. */
export type Row = { number: number; cells: string[] }

/** Wallets write a quotation mark bare into a cell, and a tab behind a closing one: `loose` reads both as they stand. */
export type Quotes = 'strict' | 'loose'

/** 64 MiB: a list of a million gifts, written as text. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024

/**
 * Reads a list as it comes: .xlsx, .xls, or text (UTF-8, UTF-16 or GB18030; commas, semicolons or tabs). What it is,
 * is told by its bytes and not by its name, since banks' programs write text into `.xls`.
 * @throws {InputRefused} with the file's name, in Chinese and English, when it does not read as a whole.
 */
export function readTable(bytes: Uint8Array, file: string, quotes: Quotes = 'strict'): Table {
  if (bytes.length > MAX_FILE_BYTES)
    throw new InputRefused('FILE_TOO_LARGE', {
      zh: `${file}：文件超过 64 MiB，请分成几个`, en: `${file}: the file is larger than 64 MiB, please split it`,
    })
  const workbook = isWorkbook(bytes)
  if (workbook) return { file, encoding: workbook, sheets: readWorkbook(bytes, file) }

  const { text, encoding } = decodeText(bytes, file)
  if (/^\s*<(!doctype|html|\?xml|table|head|meta)/i.test(text))
    throw new InputRefused('FILE_IS_WEB_PAGE', {
      zh: `${file}：这是网页，请在表格软件中打开并另存为 .xlsx`, en: `${file}: this is a web page, please save it as .xlsx`,
    })
  return { file, encoding, sheets: [{ name: '', rows: readRows(text, file, quotes) }] }
}

function readRows(text: string, file: string, quotes: Quotes): Row[] {
  const delimiter = delimiterOf(text)
  const isLoose = quotes === 'loose'
  const rows: Row[] = []
  let begins = 1
  try {
    parse(text, {
      delimiter, record_delimiter: ['\r\n', '\n', '\r'],
      relax_quotes: isLoose, rtrim: isLoose && delimiter !== '\t',
      relax_column_count: true, max_record_size: 1_000_000,
      on_record: (cells: string[]) => {
        rows.push({ number: begins, cells })
        begins += 1 + cells.reduce((lines, cell) => lines + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
      },
    })
  } catch (cause) {
    throw new InputRefused('QUOTES_UNPAIRED', {
      zh: `${file} 第 ${begins} 行：引号不成对，或内容过长`,
      en: `${file} line ${begins}: a quotation mark is not closed or stands alone, or the line is too long`,
    }, { cause })
  }
  return rows
}

/** What separates the cells of the first line that has any, outside quotation marks. */
function delimiterOf(text: string): string {
  const line = text.slice(0, 10_000).split(/[\r\n]+/).find((candidate) => /[,;\t]/.test(candidate)) ?? ''
  const bare = line.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => bare.split(delimiter).length
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}
