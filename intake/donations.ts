import { formatDay, type Day } from '../ledger/day.ts'
import { sumFen, type Fen } from '../ledger/fen.ts'
import { ordinalsOf } from '../ledger/refs.ts'
import { readAmount, readDate, readText, trim, type Reading } from './cells.ts'
import { findLayout, type Field } from './columns.ts'
import { isNotIn } from './headings.ts'
import { cellOf, isDated, problemAt, type List, type Options } from './list.ts'
import type { Fault, Problem } from './problem.ts'
import type { Row, Table } from './table.ts'
import { checkTotal, isSubtotal, statementOf, type Statement, type Total } from './totals.ts'

/**
 * One gift of a list. `line` is what it is known by, whatever file brings it: date, donor, fen, remark and the bank's
 * reference, but not the running number 序号, which another export would give anew. Gifts that are equal in all of it
 * are told apart by `ordinal`, their place among equals in the file: so a list holds whole days, or a reference.
 */
export type DonationRow = {
  row: number
  date: Day
  donor: string
  amount: Fen
  remark: string
  reference: string
  line: readonly string[]
  ordinal: number
}

/** A list, read: the good rows, what is wrong with the others, and what else stood there. */
export type Donations = {
  file: string
  sheet: string
  rows: DonationRow[]
  problems: Problem[]
  sum: Fen
  total?: Total
  subtotals: Total[]
  skippedEmpty: number
  /** Repeated headings, and what stands under the total without an amount. */
  notes: { row: number; text: string }[]
  ignoredColumns: string[]
}

/**
 * Reads a list of gifts: the Red Cross's form (序号, 捐赠日期, 捐赠人, 捐赠金额(元), 备注), its likes, or another by a mapping.
 * @throws {RangeError} when the list has no such columns. Bad rows are not thrown but returned.
 */
export function readDonations(table: Table, options: Options = {}): Donations {
  const layout = findLayout(table, options.mapping)
  const list = { table, layout, options }
  const found: Found = {
    file: table.file, sheet: layout.sheet.name, gifts: [], problems: [], subtotals: [], skippedEmpty: 0, notes: [],
    ignoredColumns: layout.ignored, subtotalled: 0,
  }
  for (const row of layout.sheet.rows) if (row.number > layout.header.number) fileRow(list, row, found)

  const { gifts, subtotalled: _, ...rest } = found
  const ordinals = ordinalsOf(gifts.map(({ line }) => line))
  const rows = gifts.map((gift, index) => ({ ...gift, ordinal: ordinals[index] ?? 1 }))
  return { ...rest, rows, sum: sumFen(rows.map(({ amount }) => amount)) }
}

type Gift = Omit<DonationRow, 'ordinal'>
type Found = Omit<Donations, 'rows' | 'sum'> & { gifts: Gift[]; subtotalled: number }

function fileRow(list: List, row: Row, found: Found): void {
  const texts = row.cells.map(trim)
  if (texts.every((text) => text === '')) {
    found.skippedEmpty++
    return
  }
  const statement = statementOf(list, row, found.gifts)
  if (statement) {
    fileTotal(list, row, statement, found)
    return
  }
  const isHeading = texts.every((text, column) => text === trim(list.layout.header.cells[column] ?? ''))
  const isNote = found.total !== undefined && trim(cellOf(list, row, 'amount')) === '' && !isDated(list, row)
  if (isHeading || isNote) {
    found.notes.push({ row: row.number, text: texts.filter((text) => text !== '').join(' ') })
    return
  }

  const gift = readGift(list, row)
  if (Array.isArray(gift)) found.problems.push(...gift)
  else if (found.total) found.problems.push(problemAt(list, row, undefined, AFTER_TOTAL))
  else found.gifts.push(gift)
}

function readGift(list: List, row: Row): Gift | Problem[] {
  if (isShifted(list, row)) return [{ ...problemAt(list, row, undefined, COLUMNS_DIFFER), value: row.cells.join() }]
  const way = trim(row.cells[list.layout.way ?? -1] ?? '')
  if (isNotIn(way)) return [{ ...problemAt(list, row, undefined, NOT_RECEIVED), value: way }]

  const problems: Problem[] = []
  const take = <T>(field: Field, reading: Reading<T>): T | undefined => {
    if ('ok' in reading) return reading.ok
    problems.push(problemAt(list, row, field, reading.fault))
    return undefined
  }
  const { unit, dateFormat } = list.layout
  const date = take('date', notAfter(list.options.today, readDate(cellOf(list, row, 'date'), dateFormat)))
  const amount = take('amount', readAmount(cellOf(list, row, 'amount'), unit))
  const donor = take('donor', readText(cellOf(list, row, 'donor')))
  const remark = take('remark', readText(cellOf(list, row, 'remark')))
  const reference = take('reference', readText(cellOf(list, row, 'reference')))
  if (date === undefined || amount === undefined) return problems
  if (donor === undefined || remark === undefined || reference === undefined) return problems

  const line = [formatDay(date), donor, amount.toString(), remark, reference]
  return { row: row.number, date, donor, amount, remark, reference, line }
}

/**
 * Whether cells moved because a comma was not quoted: `1,000.00` would be read as one yuan. A row with more cells than the
 * heading is one sign; the other is an amount of three digits at most with three digits and no more behind it.
 */
function isShifted({ table, layout }: List, row: Row): boolean {
  const extra = row.cells.slice(layout.header.cells.length)
  if (table.encoding === 'xls' || table.encoding === 'xlsx') return extra.some((cell) => trim(cell) !== '')
  const [amount = '', next = ''] = row.cells.slice(layout.places.amount)
  return extra.length > 0 || (/^\s*\d{1,3}$/.test(amount) && /^\d{3}(\.\d{1,2})?\s*$/.test(next))
}

function fileTotal(list: List, row: Row, statement: Statement, found: Found): void {
  const isPart = isSubtotal(statement)
  const { total, problem } = checkTotal(list, row, statement, found.gifts.slice(isPart ? found.subtotalled : 0))
  if (isPart) found.subtotalled = found.gifts.length
  if (total && isPart) found.subtotals.push(total)
  else if (total) found.total = total
  // Where a row could not be read the sums cannot agree, and that row is the news.
  if (problem && found.problems.length === 0) found.problems.push(problem)
}

const AFTER_TOTAL: Fault = { code: 'AFTER_TOTAL', zh: '合计行之后还有捐赠', en: 'stands under the total' }
const NOT_RECEIVED: Fault = { code: 'NOT_RECEIVED', zh: '不是收到的钱', en: 'is no money that came in' }
const COLUMNS_DIFFER: Fault = {
  code: 'COLUMNS_DIFFER',
  zh: '这一行的列与表头对不上；含逗号的内容要用引号括起来',
  en: 'the columns do not match the heading; put what contains a comma into quotation marks',
}

function notAfter(today: Day | undefined, reading: Reading<Day>): Reading<Day> {
  if (today === undefined || !('ok' in reading) || reading.ok <= today) return reading
  return { fault: { code: 'DATE_IN_FUTURE', zh: '是将来的日期', en: 'lies in the future' } }
}
