import { Day, formatDay, parseDay } from './day.ts'

/** The first and the last accounting day of a month, written `2020-02`. @throws {RangeError} for what is no month. */
export function daysOf(month: string): { from: Day; through: Day } {
  const from = parseDay(`${month}-01`)
  const [year = 0, number = 0] = month.split('-').map(Number)
  const next = number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`
  return { from, through: Day(parseDay(next) - 1) }
}

/** The month before that of a day, written `2020-02`. */
export function monthBefore(day: Day): string {
  return formatDay(Day(parseDay(`${formatDay(day).slice(0, 7)}-01`) - 1)).slice(0, 7)
}
