import { parseDay, type Day } from '../../ledger/day.ts'
import type { Words } from '../../ledger/words.ts'
import { trim } from '../cells.ts'
import { letterOf, type Problem, type ProblemCode } from '../problem.ts'
import type { Row } from '../table.ts'
import { textOf, type Layout } from './forms.ts'
import { isDated } from './lines.ts'
import type { Counted } from './moves.ts'
import { formatMoney, readMoney, type MinorUnits } from './money.ts'

/** Days from midnight to midnight, both included. */
export type Days = { from: Day; through: Day }

/** A sum or balance that the statement states itself, and where. */
type Stated = { row: number; column: number; label: string; text: string; amount: bigint }

/** What stands around the lines. `whole` are the days of the printed period that were over when it was made. */
export type Printed = {
  account?: string
  period?: Days
  whole?: Days
  opening?: Stated
  closing?: Stated
  sums: (Stated & { way: Counted['way']; count: number })[]
  rows?: { row: number; text: string; count: number }
}

const OPENING = /^(?:期初余额|上期余额|上期结余|上页余额|承前页?(?:余额)?|起始余额|openingbalance)[:：]?(.*)$/i
const CLOSING = /^(?:期末余额|本期余额|本期结余|期末结余|结束余额|closingbalance)[:：]?(.*)$/i
const TOTAL = /^(?:人民币)?(本页)?(?:本期)?(?:合计|总计|共计|小计)(?:金额)?[:：]?/
const SUM = /(收入|支出|中性交易|不计收支)[:：]\s*(\d{1,9})笔\s*([\d,.]+)元/g
const WAYS = new Map<string, Counted['way']>([['收入', 'credit'], ['支出', 'debit'], ['中性交易', 'neutral'], ['不计收支', 'neutral']])

/** Reads what stands above the heading: whose account, which days, how many rows and which sums. */
export function readHead({ sheet, header, form }: Layout): Printed {
  const printed: Printed = { sums: [] }
  for (const row of sheet.rows.filter(({ number }) => number < header.number)) {
    const text = row.cells.map(trim).join(' ').trim()
    const account = /(?:微信昵称|支付宝账户|(?<!对方)(?:卡号|账号|账户))[:：]\s*\[?([^\s,\]]+)/.exec(text)?.[1]
    if (account !== undefined) printed.account ??= account
    readPeriod(text, printed)
    const count = /共(\d{1,9})笔记录/.exec(text)?.[1]
    if (count !== undefined) printed.rows = { row: row.number, text, count: Number(count) }
    for (const [, label = '', counted, sum = ''] of text.matchAll(SUM)) {
      const amount = readMoney(sum, form.minorUnits)
      const way = WAYS.get(label)
      if (way && 'ok' in amount && amount.ok !== undefined)
        printed.sums.push({ row: row.number, column: 0, label, text, amount: amount.ok, way, count: Number(counted) })
    }
    readBalances(row, printed, form.minorUnits)
  }
  return printed
}

/** Reads an opening or closing balance, in its own cell or the next that is not empty. Whether there was one. */
export function readBalances(row: Row, printed: Printed, minorUnits: MinorUnits): boolean {
  let isFound = false
  for (const [column, cell] of row.cells.entries())
    for (const [end, pattern] of [['opening', OPENING], ['closing', CLOSING]] as const) {
      const match = pattern.exec(cell.replace(/\s/g, ''))
      if (!match) continue
      const text = [match[1] ?? '', ...row.cells.slice(column + 1)].find((next) => isAmount(next, minorUnits)) ?? ''
      const amount = readMoney(text, minorUnits)
      if (!('ok' in amount) || amount.ok === undefined) continue
      if (end === 'closing' || !printed.opening)
        printed[end] = { row: row.number, column, label: trim(cell), text: trim(text), amount: amount.ok }
      isFound = true
    }
  return isFound
}

/** Whether a row is a total: `page` when only of the rows since the total before. */
export function totalOf(layout: Layout, row: Row): 'all' | 'page' | undefined {
  if (isDated(layout, row)) return undefined
  const match = row.cells.map((cell) => TOTAL.exec(cell.replace(/\s/g, ''))).find((found) => found !== null)
  return match ? (match[1] !== undefined || match[0].includes('小计') ? 'page' : 'all') : undefined
}

/** Compares a total's row with the rows that it is of. */
export function totalProblems(layout: Layout, row: Row, above: readonly Counted[]): Problem[] {
  const { places, form, header } = layout
  const [credits, debits] = [sizeOf(above, 'credit'), sizeOf(above, 'debit')]
  const wanted = {
    credit: [credits], debit: [debits, -debits],
    // One column for both directions may be added up with its signs or without.
    amount: [credits - debits, credits + debits, ...(debits === 0n ? [] : [credits])],
  }
  return (['credit', 'debit', 'amount'] as const).flatMap((field) => {
    const column = places[field]?.[0]
    const text = textOf(layout, row, field)
    const stated = readMoney(text, form.minorUnits)
    if (column === undefined || ('ok' in stated && (stated.ok === undefined || wanted[field].includes(stated.ok)))) return []
    const place = { row: row.number, column, label: trim(header.cells[column] ?? ''), text }
    const expected = formatMoney(wanted[field][0] ?? 0n, form.minorUnits)
    return [differs(layout, place, 'TOTAL_DIFFERS', { zh: expected, en: expected })]
  })
}

/**
 * Compares what the head states with the rows. A wallet says itself that its sums are made by another rule than its rows:
 * what was called off may be in them or not.
 */
export function headProblems(layout: Layout, { rows, sums }: Printed, counted: readonly Counted[]): Problem[] {
  const problems: Problem[] = []
  if (rows && rows.count !== counted.length)
    problems.push(differs(layout, { row: rows.row, column: 0, label: '笔数', text: rows.text }, 'COUNT_DIFFERS', {
      zh: `${counted.length} 笔`, en: `${counted.length} rows`,
    }))
  for (const stated of sums) {
    const all = counted.filter(({ way }) => way === stated.way)
    const kept = all.filter(({ closed }) => !closed)
    if ([all, kept].some((of) => of.length === stated.count && sizeOf(of, stated.way) === stated.amount)) continue
    const sum = formatMoney(sizeOf(all, stated.way), layout.form.minorUnits)
    const expected = { zh: `${all.length} 笔 ${sum} 元`, en: `${sum} yuan in ${all.length} rows` }
    problems.push(differs(layout, stated, 'TOTAL_DIFFERS', expected))
  }
  return problems
}

/** Compares a stated opening or closing balance with what the lines lead to. */
export function endProblem(layout: Layout, stated: Stated | undefined, expected: bigint | undefined): Problem[] {
  if (!stated || expected === undefined || stated.amount === expected) return []
  const balance = formatMoney(expected, layout.form.minorUnits)
  return [differs(layout, stated, 'BALANCE_DIFFERS', { zh: balance, en: balance })]
}

function readPeriod(text: string, printed: Printed): void {
  const moment = String.raw`\[?(\d{4}-\d{2}-\d{2})(?:\s+(\d{2}:\d{2}:\d{2}))?`
  const period = new RegExp(String.raw`起始(?:时间|日期)[:：]\s*${moment}.*?(?:终止|截止|结束)(?:时间|日期)[:：]\s*${moment}`).exec(text)
  const made = new RegExp(`导出时间[:：]\\s*${moment}`).exec(text)
  if (period?.[1] && period[3]) {
    const [from, through] = [parseDay(period[1]), parseDay(period[3])]
    printed.period = { from, through }
    const last = (period[4] ?? '23:59:59') >= '23:59:00' ? through : through - 1
    printed.whole = { from: ((period[2] ?? '00:00:00') === '00:00:00' ? from : from + 1) as Day, through: last as Day }
  }
  if (made?.[1] && printed.whole && printed.whole.through >= parseDay(made[1]))
    printed.whole = { ...printed.whole, through: (parseDay(made[1]) - 1) as Day }
}

function isAmount(text: string, minorUnits: MinorUnits): boolean {
  const amount = readMoney(text, minorUnits)
  return 'ok' in amount && amount.ok !== undefined
}

function sizeOf(counted: readonly Counted[], way: Counted['way']): bigint {
  return counted.reduce((sum, row) => (row.way === way ? sum + row.size : sum), 0n)
}

type Place = { row: number; column: number; label: string; text: string }

function differs({ file, sheet }: Layout, { row, column, label, text }: Place, code: ProblemCode, expected: Words): Problem {
  return {
    code, file, ...(sheet.name !== '' && { sheet: sheet.name }), row,
    column: { letter: letterOf(column), heading: label }, value: text,
    zh: `与各行不符，按各行应为 ${expected.zh}`, en: `does not agree with the rows, which make ${expected.en}`,
  }
}
