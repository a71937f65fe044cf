/** What can be wrong with a row. A closed list: programs switch on it, people read the sentence. */
export type ProblemCode =
  | 'AMOUNT_MISSING' | 'AMOUNT_UNREADABLE' | 'AMOUNT_FINER_THAN_FEN'
  | 'AMOUNT_NEGATIVE' | 'AMOUNT_ZERO' | 'AMOUNT_TOO_LARGE'
  | 'DATE_MISSING' | 'DATE_UNREADABLE' | 'DATE_AMBIGUOUS' | 'DATE_IN_FUTURE' | 'DATE_TOO_EARLY'
  | 'TEXT_TOO_LONG' | 'TEXT_DAMAGED'
  | 'COLUMNS_DIFFER' | 'NOT_RECEIVED' | 'AFTER_TOTAL' | 'TOTAL_DIFFERS'
  | 'BALANCE_DIFFERS' | 'COUNT_DIFFERS' | 'DATE_OUTSIDE_PERIOD' | 'TIME_UNREADABLE'
  | 'WAY_UNKNOWN' | 'CURRENCY_FOREIGN' | 'ACCOUNTS_MIXED'

/** What is wrong with one cell, in words. */
export type Fault = { code: ProblemCode; zh: string; en: string }

/** A fault and its place: the row as the file's program counts it (from 1), the column by letter and heading. */
export type Problem = Fault & { file: string; sheet?: string; row: number; column?: Column; value?: string }

/** A column as people find it: `{ letter: 'D', heading: '捐赠金额(元)' }`. */
export type Column = { letter: string; heading: string }

/** One line for the terminal or the desk: where, what stands there, what is wrong. */
export function formatProblem(problem: Problem, language: 'zh' | 'en' = 'zh'): string {
  const { file, sheet, row, column, value } = problem
  const shown = shorten(value ?? '')
  if (language === 'en') {
    const place = `row ${row}${column ? `, column ${column.letter} (${column.heading})` : ''}`
    return `${file}${sheet ? ` [${sheet}]` : ''} ${place}: ${shown === '' ? '' : `"${shown}": `}${problem.en}`
  }
  return (
    `${file}${sheet ? `【${sheet}】` : ''} 第 ${row} 行${column ? ` ${column.letter} 列（${column.heading}）` : ''}：` +
    `${shown === '' ? '' : `“${shown}”`}${problem.zh}`
  )
}

/** The letter of a column: 0 → `A`, 26 → `AA`. */
export function letterOf(column: number): string {
  const before = Math.floor(column / 26)
  return (before > 0 ? letterOf(before - 1) : '') + String.fromCharCode(65 + (column % 26))
}

function shorten(text: string): string {
  const visible = text.replace(/\p{Cc}/gu, '\ufffd')
  return visible.length > 60 ? `${visible.slice(0, 60)}…` : visible
}
