import { Day, formatDay, parseDay } from '../ledger/day.ts'

/**
 * How many years private fields are kept, by what they are part of: 会计档案管理办法 (财政部、国家档案局令第79号, 2015), 附表一:
 * 原始凭证 and 记账凭证 30 years, 银行对账单 10 years.
 */
export const RETENTION_YEARS = { voucher: 30, statement: 10 } as const

/** What a paper is in the law's table. */
export type Archive = keyof typeof RETENTION_YEARS

/**
 * The first day on which what was booked on `effectiveOn` may be destroyed. The time runs from the day after the
 * accounting year's end (第十四条); until then 个人信息保护法 第四十七条 asks for restriction and not for deletion.
 */
export function keptUntil(effectiveOn: Day, archive: Archive = 'voucher'): Day {
  const year = Number(formatDay(effectiveOn).slice(0, 4))
  return parseDay(`${year + 1 + RETENTION_YEARS[archive]}-01-01`)
}
