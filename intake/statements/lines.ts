import { formatDay, type Day } from '../../ledger/day.ts'
import type { Words } from '../../ledger/words.ts'
import { bareAmount, readDate, readText, trim, type Reading } from '../cells.ts'
import type { Fault, Problem } from '../problem.ts'
import type { Row } from '../table.ts'
import { problemAt, textOf, type Field, type Layout } from './forms.ts'
import { moveOf, type Counted } from './moves.ts'
import { isBlank, readMoney } from './money.ts'

/** One movement of money. `row` is the file's own number; `amount` is above zero when money came in. */
export type StatementLine = {
  row: number
  day: Day
  /** `HH:MM:SS`, where the statement prints one. */
  time?: string
  amount: bigint
  /** What the account held after this line. */
  balance?: bigint
  kind: string
  counterparty?: string
  counterpartyAccount?: string
  document?: string
  remark?: string
  /**
   * The whole line, cell by cell, written one way whatever file brings it: money in its smallest unit, days in ISO 8601.
   * This is what it is known by; a document number alone is not, since banks give one to several lines.
   */
  source: readonly string[]
  /** Its place among lines with an equal `source`, from 1. */
  ordinal: number
}

/** A row that moves no money, and why it is none of the lines. */
export type Left = { row: number; why: Words; text: string }

export type Line = Omit<StatementLine, 'ordinal'>

/** What became of one row: a line, or left, or neither and then with problems. */
export type RowRead = { line?: Line; left?: Left; counted?: Counted; problems: Problem[] }

/** Reads one row under the heading. */
export function readRow(layout: Layout, row: Row): RowRead {
  if (!isMovement(layout, row)) return { left: leave(row, NO_MOVEMENT), problems: [] }
  if (isShifted(layout, row))
    return { problems: [{ ...problemAt(layout, row, undefined, COLUMNS_DIFFER), value: row.cells.join() }] }

  const problems: Problem[] = []
  const take = <T>(place: Field | number, reading: Reading<T>): T | undefined => {
    if ('ok' in reading) return reading.ok
    problems.push(problemAt(layout, row, place, reading.fault))
    return undefined
  }
  const money = (field: Field) => take(field, readMoney(textOf(layout, row, field), layout.form.minorUnits))

  const day = take('date', readDate(textOf(layout, row, 'date'), layout.form.dateFormat))
  const time = take(layout.places.time ? 'time' : 'date', readTime(layout, row))
  for (const column of layout.identity) take(column, readText(row.cells[column] ?? ''))
  if (!/^(?:|人民币|人民币元|CNY|RMB)$/i.test(textOf(layout, row, 'currency'))) take('currency', { fault: CURRENCY_FOREIGN })
  const [credit, debit, amount] = [money('credit'), money('debit'), money('amount')]
  if (problems.length > 0 || day === undefined) return { problems }
  const move = take(layout.places.amount ? 'amount' : 'credit', moveOf(layout, row, { credit, debit, amount }))
  if (move === undefined) return { problems }

  // A balance that cannot be read leaves the line as it is.
  const balance = money('balance')
  const { counted, effect } = move
  if (typeof effect !== 'bigint') return { left: leave(row, effect), counted, problems }
  const parts = { day, time: time ?? '', amount: effect, ...(balance !== undefined && { balance }) }
  return { line: lineOf(layout, row, parts), counted, problems }
}

/** Whether something like a day or an amount stands in the row, readable or not; else it is a note or a signature. */
function isMovement(layout: Layout, row: Row): boolean {
  const isMoney = (field: Field) => /^[-−–—+(]?[\d.]/.test(bareAmount(textOf(layout, row, field)))
  return isDated(layout, row) || isMoney('amount') || isMoney('credit') || isMoney('debit')
}

/** Whether the row has what is meant as a date. */
export function isDated(layout: Layout, row: Row): boolean {
  return /^\d{1,4}(?:[-/.年]|\d{4})/.test(textOf(layout, row, 'date').normalize('NFKC'))
}

type Parts = Pick<Line, 'day' | 'amount' | 'balance'> & { time: string }

function lineOf(layout: Layout, row: Row, { day, time, amount, balance }: Parts): Line {
  const said = (field: Field) => textOf(layout, row, field)
  const [counterparty, counterpartyAccount] = [said('counterparty'), said('counterpartyAccount')]
  const [document, remark] = [said('document'), said('remark')]
  return {
    row: row.number, day, ...(time && { time }), amount, ...(balance !== undefined && { balance }), kind: said('kind'),
    ...(counterparty && { counterparty }), ...(counterpartyAccount && { counterpartyAccount }),
    ...(document && { document }), ...(remark && { remark }),
    source: layout.identity.map((column) => canonical(layout, row, column, { day, time })),
  }
}

function canonical({ places, form }: Layout, row: Row, column: number, { day, time }: { day: Day; time: string }): string {
  const text = trim(row.cells[column] ?? '').replace(/\r\n?/g, '\n')
  // A spreadsheet's midnight is a day without a time.
  if (places.date?.includes(column))
    return places.time || time === '' || time === '00:00:00' ? formatDay(day) : `${formatDay(day)} ${time}`
  if (places.time?.includes(column)) return time
  const isMoney = [places.amount, places.credit, places.debit, places.balance].some((columns) => columns?.includes(column))
  const money = isMoney ? readMoney(text, form.minorUnits) : undefined
  return money && 'ok' in money ? (money.ok?.toString() ?? '') : text
}

/** The time of day, from its own column or behind the date; six digits too, and five where a spreadsheet ate the first. */
function readTime(layout: Layout, row: Row): Reading<string> {
  const printed = layout.places.time ? textOf(layout, row, 'time') : textOf(layout, row, 'date').replace(/^\S+?(?:\s+|T|$)/, '')
  const text = printed.normalize('NFKC')
  if (text === '') return { ok: '' }
  const [, hour = '', minute = '', second = '00'] =
    /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$/.exec(text) ?? /^(\d{2})(\d{2})(\d{2})$/.exec(text.padStart(6, '0')) ?? []
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return { fault: TIME_UNREADABLE }
  return { ok: `${hour.padStart(2, '0')}:${minute}:${second}` }
}

/** Whether cells moved because a comma was not quoted: there is one where no heading stands, or `1,234` was taken apart. */
function isShifted({ header, places, sheet }: Layout, row: Row): boolean {
  if (row.cells.some((cell, column) => trim(cell) !== '' && trim(header.cells[column] ?? '') === '')) return true
  if (sheet.name !== '') return false
  const money = [places.amount, places.credit, places.debit, places.balance].flatMap((columns) => columns ?? [])
  return money.some((column) => {
    const [amount = '', next = ''] = row.cells.slice(column)
    return !money.includes(column + 1) && /^\s*[-+]?\d{1,3}$/.test(amount) && /^\d{3}(\.\d{1,2})?\s*$/.test(next)
  })
}

/** Keeps a row aside, with what stands in it. */
export function leave(row: Row, why: Words): Left {
  return { row: row.number, why, text: row.cells.map(trim).filter((text) => !isBlank(text)).join(' ').slice(0, 500) }
}

const NO_MOVEMENT: Words = { zh: '不是交易，没有日期和金额', en: 'no movement: it has neither date nor amount' }

const COLUMNS_DIFFER: Fault = {
  code: 'COLUMNS_DIFFER', zh: '这一行的列与表头对不上；含逗号的内容要用引号括起来',
  en: 'the columns do not match the heading; put what contains a comma into quotation marks',
}
const CURRENCY_FOREIGN: Fault = { code: 'CURRENCY_FOREIGN', zh: '不是人民币', en: 'is not in yuan' }
const TIME_UNREADABLE: Fault = { code: 'TIME_UNREADABLE', zh: '不是时刻', en: 'is no time of day' }
