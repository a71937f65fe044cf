import type { PeriodSums } from '../../indexer/periods.ts'
import type { Reader } from '../../indexer/read.ts'
import { certificateDraft } from '../../ledger/auditDrafts.ts'
import { Day, formatDay, parseDay } from '../../ledger/day.ts'
import type { Paper } from '../../ledger/papers.ts'
import type { Words } from '../../ledger/words.ts'
import { Problem } from '../problem.ts'
import type { Titles } from '../titles.ts'
import type { Book } from '../views.ts'

/** A fund whose days up to `through` can be closed, and what its certificate would say. Without `from` it is the fund's first period. */
export type ToClose = PeriodSums & { readonly fund: number; readonly title: Words; readonly from?: Day; readonly through: Day }

/** What a closing through a day would be. `unexplained` lines of the bank are dated in it and have no entry: theirs could not be dated there any more. */
export type ClosingTold = { readonly funds: readonly ToClose[]; readonly unexplained: number }

type Parts = { readonly reader: Reader; readonly bank: Book['bank']; readonly titles: Pick<Titles, 'ofFund'> }

/** The funds in which anything is dated up to a day and not closed yet. */
export function toClose({ reader, titles }: Pick<Parts, 'reader' | 'titles'>, through: Day): ToClose[] {
  return reader.funds().flatMap((fund) => {
    const { number, closedThrough } = fund
    if (closedThrough !== undefined && closedThrough >= through) return []
    const from = closedThrough === undefined ? undefined : Day(closedThrough + 1)
    const sums = reader.periodSums(number, { from: from ?? Day(0), through })
    if (sums.inflows.length + sums.outflows.length === 0) return []
    return [{ fund: number, title: titles.ofFund(fund).title, ...(from !== undefined && { from }), through, ...sums }]
  })
}

/** @throws {Problem} for a day that is not over. */
export function closingOf({ reader, bank, titles }: Parts, through: Day, today: Day): ClosingTold {
  if (through >= today)
    throw new Problem(400, 'PERIOD_NOT_OVER', { zh: `${formatDay(through)} 还没有过完，不能结账。`, en: `${formatDay(through)} is not over; it cannot be closed.` })
  const last = formatDay(through)
  return {
    funds: toClose({ reader, titles }, through),
    unexplained: bank.traceability().unexplained.filter(({ day, explained }) => explained === undefined && day <= last).length,
  }
}

/**
 * A certificate that disagrees with the book would stand there for ever: it is made a moment before it is signed, and something may
 * have been recorded in between. @throws {Problem}
 */
export function checkCertificate(reader: Pick<Reader, 'periodSums'>, { kind, public: fields }: Paper): void {
  if (kind !== 'period-certificate') return
  const [fund, from, through] = [Number(fields['fund']), dayOr(fields['from'], Day(0)), dayOr(fields['through'], undefined)]
  const isRight = Number.isSafeInteger(fund) && from !== undefined && through !== undefined && isSame(fields, certificateDraft({
    fund, through, ...(fields['from'] !== undefined && { from }), ...reader.periodSums(fund, { from, through }),
  }).public)
  if (!isRight)
    throw new Problem(409, 'CERTIFICATE_DIFFERS', {
      zh: `基金 ${fields['fund']} 的账刚刚有变动，结账凭证的合计与账本不符；没有结账，请重新核对后再结。`,
      en: `Something was recorded in fund ${fields['fund']} meanwhile, and the certificate does not agree with the book. Nothing was closed; look again.`,
    })
}

function isSame(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}

function dayOr<Otherwise>(text: string | undefined, otherwise: Otherwise): Day | Otherwise | undefined {
  if (text === undefined) return otherwise
  try {
    return parseDay(text)
  } catch {
    return undefined
  }
}
