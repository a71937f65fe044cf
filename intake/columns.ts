import { InputRefused } from '../ledger/failures.ts'
import type { DateOrder, Unit } from './cells.ts'
import { columnsOf, FIELDS, plain, splitHeading, UNITS, wayColumnOf, type Field } from './headings.ts'
import type { Row, Sheet, Table } from './table.ts'
import { letterOf } from './problem.ts'

export { FIELDS, plain, type Field }

/** Where a list of another form has what: the heading of each column, and how it writes money and dates. */
export type Mapping = {
  date: string
  amount: string
  donor?: string
  remark?: string
  reference?: string
  unit?: Unit
  dateFormat?: DateOrder
  sheet?: string
}

/**
 * A list whose columns were found. `places` are column indices, `way` the one that tells money that came in from money that went
 * out; `ignored` are headings that nothing was read from.
 */
export type Layout = {
  sheet: Sheet
  header: Row
  places: Partial<Record<Field, number>>
  way: number | undefined
  unit: Unit
  dateFormat: DateOrder | undefined
  ignored: string[]
}

/** A heading stands in one of the first rows, under a title and notes. */
const HEADER_ROWS = 20

/**
 * Finds the sheet, the heading row and the columns: by the usual headings, or by the mapping's.
 * @throws {InputRefused} naming the file and what is missing, doubled or in an unknown unit.
 */
export function findLayout(table: Table, mapping: Mapping | undefined): Layout {
  const sheets = table.sheets.filter(({ name }) => mapping?.sheet === undefined || name === mapping.sheet)
  const found = sheets.flatMap((sheet) => findHeader(sheet, mapping, table.file))
  const [layout, second] = found
  if (second)
    throw new InputRefused('SHEETS_ALIKE', {
      zh: `${table.file}：有几个工作表都像捐赠名单（${found.map(({ sheet }) => sheet.name).join('、')}），请在映射文件中用 sheet 指定一个`,
      en: `${table.file}: several sheets look like lists; name one as "sheet" in a mapping`,
    })
  if (layout) return layout
  const wanted = mapping ? FIELDS.flatMap((field) => mapping[field] ?? []).join('、') : '日期、金额（如“捐赠日期”“捐赠金额(元)”）'
  throw new InputRefused('HEADINGS_MISSING', {
    zh: `${table.file}：前 ${HEADER_ROWS} 行里找不到表头：${wanted}。其他格式的名单请用映射文件`,
    en: `${table.file}: no row with these headings in the first ${HEADER_ROWS}: ${wanted}; use a mapping`,
  })
}

/** Reads a mapping file's JSON. @throws {InputRefused} naming the field. */
export function readMapping(input: unknown): Mapping {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw mappingWrong('映射文件应是 JSON 对象', 'a mapping is a JSON object')
  const given = new Map<string, unknown>(Object.entries(input))
  const allowed: Record<string, readonly string[] | undefined> = {
    date: undefined, amount: undefined, donor: undefined, remark: undefined, reference: undefined, sheet: undefined,
    unit: ['yuan', 'fen', 'wan'], dateFormat: ['DMY', 'MDY'],
  }
  for (const [name, value] of given) {
    if (!Object.hasOwn(allowed, name))
      throw mappingWrong(`映射文件里不认识“${name}”`, `a mapping has no ${JSON.stringify(name)}`)
    const values = allowed[name]
    if (typeof value !== 'string' || value === '' || (values && !values.includes(value)))
      throw mappingWrong(
        `映射文件的 ${name} 应是${values?.join('、') ?? '列名'}`, `${name} must be ${values?.join(', ') ?? 'a heading'}`,
      )
  }
  for (const name of ['date', 'amount'])
    if (!given.has(name)) throw mappingWrong(`映射文件缺少 ${name}`, `a mapping needs ${JSON.stringify(name)}`)
  return input as Mapping
}

function findHeader(sheet: Sheet, mapping: Mapping | undefined, file: string): Layout[] {
  for (const header of sheet.rows.slice(0, HEADER_ROWS)) {
    const found = new Map(FIELDS.map((field) => [field, placesOf(header.cells, field, mapping)]))
    const isThere = (field: Field): boolean => (found.get(field) ?? []).length > 0
    const isComplete = mapping ? FIELDS.every((field) => mapping[field] === undefined || isThere(field)) : isThere('date') && isThere('amount')
    if (!isComplete) continue

    // Told only of the heading row: a title above it may name two things of a kind.
    for (const columns of found.values()) if (columns.length > 1) throw doubled(file, header, columns)
    const places: Partial<Record<Field, number>> = Object.fromEntries([...found].flatMap(([field, [column]]) => (column === undefined ? [] : [[field, column]])))
    if (places.amount === undefined) continue
    const way = wayColumnOf(header.cells)
    const used = new Set([...Object.values(places), way])
    const ignored = header.cells.filter((cell, column) => cell.trim() !== '' && !used.has(column))
    const unit = mapping?.unit ?? unitOf(header.cells[places.amount] ?? '', file, header, places.amount)
    return [{ sheet, header, places, way, unit, dateFormat: mapping?.dateFormat, ignored }]
  }
  return []
}

/** The headings of a row that say by themselves what stands below; nothing of a field that two of them could be. */
export function guessHeadings(cells: readonly string[]): Partial<Record<Field, string>> {
  return Object.fromEntries(FIELDS.flatMap((field) => {
    const [column, second] = columnsOf(cells, field)
    return column === undefined || second !== undefined ? [] : [[field, cells[column] ?? '']]
  }))
}

function placesOf(cells: readonly string[], field: Field, mapping: Mapping | undefined): number[] {
  if (!mapping) return columnsOf(cells, field)
  const wanted = mapping[field]
  return wanted === undefined ? [] : cells.flatMap((cell, column) => (plain(cell) === plain(wanted) ? [column] : []))
}

/** The unit in brackets behind the heading; none means yuan, an unknown one is not guessed at. */
function unitOf(heading: string, file: string, header: Row, column: number): Unit {
  const { unit } = splitHeading(heading)
  const known = unit === '' ? 'yuan' : UNITS[unit]
  if (known) return known
  throw new InputRefused('UNIT_UNKNOWN', {
    zh: `${file} 第 ${header.number} 行 ${letterOf(column)} 列：不认识单位“${unit}”，请在映射文件中写明 unit`,
    en: `${file} row ${header.number}, column ${letterOf(column)}: unknown unit ${JSON.stringify(unit)}; state "unit" in a mapping`,
  })
}

function doubled(file: string, header: Row, columns: number[]): InputRefused {
  const letters = columns.map((column) => `${letterOf(column)}（${header.cells[column]?.trim()}）`).join('、')
  return new InputRefused('COLUMNS_ALIKE', {
    zh: `${file} 第 ${header.number} 行：${letters} 列意思相同，请用映射文件指定一列`,
    en: `${file} row ${header.number}: the columns ${letters} mean the same; choose one in a mapping`,
  })
}

function mappingWrong(zh: string, en: string): InputRefused {
  return new InputRefused('MAPPING_WRONG', { zh, en })
}
