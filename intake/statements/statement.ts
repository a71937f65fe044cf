/**
 * Statements of banks and wallets, as their users download them: bytes in, checked lines out. Pure; no chain, no vault.
 *
 * `readStatement` tells the form by its headings and never by the file's name: WeChat Pay, Alipay, ICBC, BOC, ABC, in
 * UTF-8, UTF-16 or GB18030, as text or spreadsheet. Another bank's needs a mapping (mapping.ts). It then checks what the
 * bank printed against itself: each balance, the opening and the closing one, every total, the period. What does not agree
 * stands in `problems` with file, row and column, and a statement with problems is not recorded: `newLines` refuses it.
 *
 * A wallet's bill lists more than moved in the wallet: what was paid by bank card stands in the bank's own statement, and a
 * closed order moved nothing. Such rows are in `left`, each with its reason (wallets.ts).
 *
 * A line is known by all of its cells and its ordinal among equals, so the same days exported twice are the same lines
 * (overlap.ts). An export holds whole days, or at least the first and last are looked at again in the next one.
 *
 *     forms.ts    which bank prints what where        balance.ts  the order of the lines, and their running balance
 *     lines.ts    a row → a line; moves.ts how much    printed.ts  sums, balances and period as printed, compared
 *     wallets.ts  what moved in a wallet              overlap.ts  which lines are new, known, changed
 */
import { formatDay, type Day } from '../../ledger/day.ts'
import { InputRefused } from '../../ledger/failures.ts'
import { ordinalsOf } from '../../ledger/refs.ts'
import { trim } from '../cells.ts'
import { formatProblem, type Problem } from '../problem.ts'
import { readTable, type Row } from '../table.ts'
import { balanceProblems, endsOf, inOrder } from './balance.ts'
import { findLayout, problemAt, textOf, type Format, type Layout } from './forms.ts'
import { isDated, leave, readRow, type Left, type Line, type StatementLine } from './lines.ts'
import { formOf, type StatementMapping } from './mapping.ts'
import type { MinorUnits } from './money.ts'
import type { Counted } from './moves.ts'
import { endProblem, headProblems, readBalances, readHead, totalOf, totalProblems, type Days, type Printed } from './printed.ts'

/** A statement, read. `lines` are in the order in which they happened, whichever way the file runs. */
export type Statement = {
  file: string
  format: Format
  minorUnits: MinorUnits
  /** As printed, masked or not. */
  account?: string
  /** The printed period, or the days of the first and the last line. */
  from: Day
  through: Day
  /** The days of which nothing can be missing. The first and last day of an export that prints no period are not among them. */
  whole?: Days
  opening?: bigint
  closing?: bigint
  credits: bigint
  debits: bigint
  lines: StatementLine[]
  left: Left[]
  problems: Problem[]
}

/** `name` is for the sentences only. `sheet` chooses one where several sheets of a workbook are statements. */
export type StatementOptions = { name?: string; mapping?: StatementMapping; sheet?: string }

/**
 * Reads a statement. What is wrong with a row, or does not agree, is not thrown but returned in `problems`.
 * @throws {InputRefused} when the file does not read as a whole, has no known heading, or has no line at all.
 */
export function readStatement(bytes: Uint8Array, options: StatementOptions = {}): Statement {
  const { name = '流水', mapping, sheet = mapping?.sheet } = options
  const layout = findLayout(readTable(bytes, name, 'loose'), mapping && formOf(mapping), sheet)
  const printed = readHead(layout)
  const found = readRows(layout, printed)
  const ordered = inOrder(found.lines)
  const ordinals = ordinalsOf(ordered.map(({ source }) => source))
  const lines = ordered.map((line, index) => ({ ...line, ordinal: ordinals[index] ?? 1 }))

  const { from, through } = printed.period ?? { from: lines[0]?.day, through: lines.at(-1)?.day }
  if (from === undefined || through === undefined) throw empty(layout, found)
  const whole = wholeDays(printed, { from, through })
  const sum = (sign: bigint) => lines.reduce((total, { amount }) => (amount * sign > 0n ? total + amount * sign : total), 0n)
  const [credits, debits] = [sum(1n), sum(-1n)]
  const ends = { ...closedBy(printed, credits - debits), ...endsOf(lines) }
  const account = printed.account ?? found.account
  const problems = [
    ...found.problems, ...outside(layout, printed, lines), ...accountProblems(layout, found),
    // Where a row could not be read nothing adds up, and that row is the news.
    ...(found.isWhole ? disagreements(layout, printed, found, ordered) : []),
  ]

  return {
    file: name, format: layout.form.format, minorUnits: layout.form.minorUnits, ...(account !== undefined && { account }),
    from, through, ...(whole && { whole }), ...ends, credits, debits, lines, left: found.left,
    problems: problems.sort((a, b) => a.row - b.row),
  }
}

type Found = {
  lines: Line[]
  left: Left[]
  counted: Counted[]
  problems: Problem[]
  totals: { row: Row; above: Counted[] }[]
  account?: string
  isWhole: boolean
}

function readRows(layout: Layout, printed: Printed): Found {
  const found: Found = { lines: [], left: [], counted: [], problems: [], totals: [], isWhole: true }
  let paged = 0
  for (const row of layout.sheet.rows) {
    if (row.number <= layout.header.number || row.cells.every((cell) => trim(cell) === '')) continue
    const total = totalOf(layout, row)
    if (total) {
      found.totals.push({ row, above: found.counted.slice(total === 'page' ? paged : 0) })
      if (total === 'page') paged = found.counted.length
      found.left.push(leave(row, { zh: '合计', en: 'a total' }))
    } else if (isBalanceRow(layout, row) && readBalances(row, printed, layout.form.minorUnits))
      found.left.push(leave(row, { zh: '期初或期末余额', en: 'an opening or closing balance' }))
    else if (row.cells.every((cell, column) => trim(cell) === trim(layout.header.cells[column] ?? '')))
      found.left.push(leave(row, { zh: '重复的表头', en: 'the heading again' }))
    else fileRow(layout, row, found)
  }
  return found
}

function fileRow(layout: Layout, row: Row, found: Found): void {
  const { line, left, counted, problems } = readRow(layout, row)
  found.problems.push(...problems)
  if (line) found.lines.push(line)
  if (left) found.left.push(left)
  if (counted) found.counted.push(counted)
  if (!line && !left) found.isWhole = false
  const account = textOf(layout, row, 'account')
  if (line && account !== '') found.account ??= account
}

/** A line may speak of an opening balance in its remark; the row of one has no day, or no money but the balance. */
function isBalanceRow(layout: Layout, row: Row): boolean {
  return !isDated(layout, row) || !(['amount', 'credit', 'debit'] as const).some((field) => /\d/.test(textOf(layout, row, field)))
}

/** Everything that the bank states twice, compared. */
function disagreements(layout: Layout, printed: Printed, found: Found, ordered: readonly Line[]): Problem[] {
  const { opening, closing } = endsOf(ordered)
  const moved = ordered.reduce((sum, { amount }) => sum + amount, 0n)
  const carried = printed.opening && printed.opening.amount + moved
  return [
    ...balanceProblems(layout, ordered),
    ...found.totals.flatMap(({ row, above }) => totalProblems(layout, row, above)),
    ...headProblems(layout, printed, found.counted),
    ...endProblem(layout, printed.opening, opening),
    ...endProblem(layout, printed.closing, closing ?? carried),
  ]
}

function closedBy({ opening, closing }: Printed, moved: bigint): { opening?: bigint; closing?: bigint } {
  if (opening) return { opening: opening.amount, closing: closing?.amount ?? opening.amount + moved }
  return closing ? { opening: closing.amount - moved, closing: closing.amount } : {}
}

/** An export without a period may begin and end in the middle of a day. */
function wholeDays({ period, whole }: Printed, { from, through }: Days): Days | undefined {
  const days = period ? whole : { from: (from + 1) as Day, through: (through - 1) as Day }
  return days && days.from <= days.through ? days : undefined
}

function outside(layout: Layout, { period }: Printed, lines: readonly Line[]): Problem[] {
  if (!period) return []
  const shown = [formatDay(period.from), formatDay(period.through)] as const
  return lines.flatMap((line) => {
    const row = layout.rows.get(line.row)
    if (!row || (line.day >= period.from && line.day <= period.through)) return []
    return [problemAt(layout, row, 'date', {
      code: 'DATE_OUTSIDE_PERIOD', zh: `不在本账单的 ${shown.join(' 至 ')} 之内`,
      en: `is not within the statement's ${shown.join(' to ')}`,
    })]
  })
}

function accountProblems(layout: Layout, { account, lines }: Found): Problem[] {
  return lines.flatMap((line) => {
    const row = layout.rows.get(line.row)
    const text = row ? textOf(layout, row, 'account') : ''
    if (!row || account === undefined || text === '' || text === account) return []
    return [problemAt(layout, row, 'account', {
      code: 'ACCOUNTS_MIXED', zh: `与前面各行的账户 ${account} 不同，请按账户分开导出`,
      en: `is another account than ${account} above: export each by itself`,
    })]
  })
}

function empty({ file }: Layout, { problems: [first] }: Found): InputRefused {
  const words = first
    ? { zh: formatProblem(first), en: formatProblem(first, 'en') }
    : { zh: `${file}：表头下面没有交易`, en: `${file}: there is no line under the heading` }
  return new InputRefused('STATEMENT_EMPTY', words)
}
