import { EARLIEST_ENTRY, formatDay, parseDay, type Day } from '../ledger/day.ts'
import { Fen, MAX_ENTRY_FEN } from '../ledger/fen.ts'
import type { Fault, ProblemCode } from './problem.ts'

/** What a list counts money in. 万元 is ten thousand yuan. */
export type Unit = 'yuan' | 'fen' | 'wan'

/** The order of day and month where a list writes the year last. */
export type DateOrder = 'DMY' | 'MDY'

/** A cell's value, or what is wrong with it. */
export type Reading<T> = { ok: T } | { fault: Fault }

const DECIMALS = { fen: 0, yuan: 2, wan: 6 } as const
const MAX_TEXT = 500

const CLOCK = String.raw`(?:[ T]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?`
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?${CLOCK}$`)
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})${CLOCK}$`)
const DIGITS_ONLY = /^(\d{4})(\d{2})(\d{2})(?:[ T]?\d{6})?$/

const TOO_LARGE = fault('AMOUNT_TOO_LARGE', '超过一百亿元，应是笔误', 'is above ten billion yuan: a typing mistake')

/**
 * Reads an amount: digits of any width, thousands separated or not, with or without ¥, 人民币, 元. It must be above zero
 * and whole fen: what is finer is refused, never rounded.
 */
export function readAmount(text: string, unit: Unit): Reading<Fen> {
  const bare = bareAmount(text)
  if (bare === '') return fault('AMOUNT_MISSING', '没有金额', 'the amount is missing')
  if (/^[-−–—]|^\(.*\)$/.test(bare))
    return fault('AMOUNT_NEGATIVE', '是负数；退款和冲销要单独登记', 'is negative; refunds and voids are recorded as such')
  if (/^\d{19,40}(\.\d+)?$/.test(bare)) return TOO_LARGE
  const match = /^(\d{1,18}|\d{1,3}(?:,\d{3}){1,5})(?:\.(\d+))?$/.exec(bare)
  if (!match) return fault('AMOUNT_UNREADABLE', '不是金额，请只写数字', 'is not an amount, please write digits only')

  const [, whole = '', written = ''] = match
  const fraction = written.replace(/0+$/, '')
  if (fraction.length > DECIMALS[unit])
    return fault('AMOUNT_FINER_THAN_FEN', '比一分还细，不会替您四舍五入', 'is finer than a fen and is not rounded for you')
  const amount = BigInt(whole.replaceAll(',', '') + fraction.padEnd(DECIMALS[unit], '0'))
  if (amount === 0n) return fault('AMOUNT_ZERO', '是零', 'is zero')
  if (amount > MAX_ENTRY_FEN) return TOO_LARGE
  return { ok: Fen(amount) }
}

/**
 * Reads the stated total, which other programs added in floating point: it alone is rounded to the fen, and that is
 * told.
 */
export function readTotal(text: string, unit: Unit): { amount: Fen; rounded: boolean } | undefined {
  const match = /^([\d,]{1,24})(?:\.(\d+))?$/.exec(bareAmount(text))
  if (!match || !/\d/.test(match[1] ?? '')) return undefined
  const decimals = DECIMALS[unit]
  const fraction = (match[2] ?? '').replace(/0+$/, '').padEnd(decimals, '0')
  const kept = BigInt((match[1] ?? '').replaceAll(',', '') + fraction.slice(0, decimals))
  const up = (fraction[decimals] ?? '0') >= '5' ? 1n : 0n
  return { amount: Fen(kept + up), rounded: fraction.length > decimals }
}

/**
 * Reads a date, with or without a time of day: 2020-01-29, 2020/1/29, 2020.1.29, 2020年1月29日, 20200129; with `order`
 * also those that end in the year, which without it could mean two days.
 */
export function readDate(text: string, order: DateOrder | undefined): Reading<Day> {
  const bare = text.normalize('NFKC').trim()
  if (bare === '') return fault('DATE_MISSING', '没有日期', 'the date is missing')
  const [, year, month, day] = YEAR_FIRST.exec(bare) ?? DIGITS_ONLY.exec(bare) ?? []
  if (year && month && day) return dayOf(year, month, day)

  const [, first, second, last] = YEAR_LAST.exec(bare) ?? []
  if (!first || !second || !last) return fault('DATE_UNREADABLE', '不是日期', 'is not a date')
  if (!order)
    return fault(
      'DATE_AMBIGUOUS',
      '分不清日和月，请在映射文件中写明 dateFormat',
      'day and month are not told apart; state dateFormat in the mapping',
    )
  return order === 'DMY' ? dayOf(last, second, first) : dayOf(last, first, second)
}

/**
 * Reads a name or remark: as it stands, without the blanks around it; line ends become `\n` whatever program wrote
 * them.
 */
export function readText(text: string): Reading<string> {
  const trimmed = trim(text).replace(/\r\n?/g, '\n')
  if (trimmed.length > MAX_TEXT)
    return fault('TEXT_TOO_LONG', `超过 ${MAX_TEXT} 个字`, `is longer than ${MAX_TEXT} characters`)
  // A replacement character means that another program has already lost what stood here.
  if (/[\0\ufffd]/.test(trimmed) || !trimmed.isWellFormed())
    return fault('TEXT_DAMAGED', '有乱码，请从原表重新导出', 'has damaged characters, please export the list again')
  return { ok: trimmed }
}

/** Without blanks around it, the invisible ones included. */
export function trim(text: string): string {
  return text.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '')
}

/** An amount's digits and sign, narrow, without blanks and without what names the currency. */
export function bareAmount(text: string): string {
  const narrow = text.normalize('NFKC').replace(/[\s\u200b\ufeff]/g, '')
  return narrow.replace(/^([-−–—(]?)(?:人民币|rmb|cny|¥)+/i, '$1').replace(/(?:元整|元|圆整|圆)(\)?)$/, '$1')
}

function dayOf(year: string, month: string, day: string): Reading<Day> {
  const earliest = formatDay(EARLIEST_ENTRY).slice(0, 4)
  if (year < earliest)
    return fault('DATE_TOO_EARLY', `早于 ${earliest} 年，应是年份写错`, `lies before ${earliest}: a mistyped year`)
  try {
    return { ok: parseDay(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`) }
  } catch {
    return fault('DATE_UNREADABLE', '日历上没有这一天', 'is no day of the calendar')
  }
}

function fault(code: ProblemCode, zh: string, en: string): { fault: Fault } {
  return { fault: { code, zh, en } }
}
