import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { FIELDS, findLayout, readMapping, type Field, type Mapping } from '../../../../intake/columns.ts'
import type { DateOrder, Unit } from '../../../../intake/cells.ts'
import { readDonations, type Donations } from '../../../../intake/donations.ts'
import { readTable, type Row, type Table } from '../../../../intake/table.ts'
import type { Day } from '../../../../ledger/day.ts'
import { InputRefused } from '../../../../ledger/failures.ts'
import type { Words } from '../../../../ledger/words.ts'
import { headingKey } from './receiveHeadings.ts'

/** A file to read. `remembered` are the mappings of lists with these headings that people here made before. */
export type FileToRead = {
  readonly bytes: Uint8Array; readonly file: string; readonly today: Day; readonly mapping?: Mapping
  readonly remembered: Readonly<Record<string, unknown>>
}

/** The first rows of a sheet, among which the heading stands. */
export type SheetHead = { readonly name: string; readonly rows: readonly Row[] }

/** Which columns were read, by their headings. */
export type Columns = { readonly sheet: string; readonly headerRow: number; readonly headings: Partial<Record<Field, string>>; readonly unit: Unit; readonly dateFormat?: DateOrder }

/**
 * What a file turned out to be: a list, or something whose columns a person has to name; `refusal` says why. `hash` is the SHA-256
 * of its bytes: what it is known by, whatever it is called.
 */
export type FileRead = { readonly hash: string; readonly encoding: Table['encoding']; readonly heads: readonly SheetHead[] } & (
  | { readonly kind: 'list'; readonly list: Donations; readonly columns: Columns }
  | { readonly kind: 'unmapped'; readonly refusal: Words }
)

const HEAD_ROWS = 20
const HEAD_CELLS = 60

/** Reads a file as the command line's import does. @throws {InputRefused} when it is no table at all. */
export function readFile({ bytes, file, today, mapping, remembered }: FileToRead): FileRead {
  const table = readTable(bytes, file)
  const heads = table.sheets.map(({ name, rows }) => ({
    name, rows: rows.slice(0, HEAD_ROWS).map(({ number, cells }) => ({ number, cells: cells.slice(0, HEAD_CELLS).map((cell) => cell.slice(0, 100)) })),
  }))
  const found = { hash: bytesToHex(sha256(bytes)), encoding: table.encoding, heads }
  try {
    const chosen = mapping ?? recalled(heads, remembered)
    const { sheet, header, places, unit, dateFormat } = findLayout(table, chosen)
    const list = readDonations(table, { today, ...(chosen && { mapping: chosen }) })
    const headings = Object.fromEntries(FIELDS.flatMap((field) => (places[field] === undefined ? [] : [[field, header.cells[places[field]] ?? '']])))
    return { ...found, kind: 'list', list, columns: { sheet: sheet.name, headerRow: header.number, headings, unit, ...(dateFormat && { dateFormat }) } }
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error
    return { ...found, kind: 'unmapped', refusal: error.words }
  }
}

function recalled(heads: readonly SheetHead[], remembered: Readonly<Record<string, unknown>>): Mapping | undefined {
  const key = heads.flatMap(({ rows }) => rows.map(headingKey)).find((one) => Object.hasOwn(remembered, one))
  if (key === undefined) return undefined
  try {
    return readMapping(remembered[key])
  } catch {
    // Whoever changed this browser's memory by hand is asked anew.
    return undefined
  }
}
