import type { Reader } from '../indexer/read.ts'
import { Day, dayAt, parseDay } from '../ledger/day.ts'
import { lightOf, lightOfDue, type Light } from '../ledger/deadlines.ts'
import { daysOf } from '../ledger/month.ts'
import type { Share } from '../ledger/traceability.ts'
import type { Words } from '../ledger/words.ts'
import type { AuditBook, Clock } from './audit.ts'
import { mirrorContradicts } from './problem.ts'
import type { Book } from './views.ts'

/**
 * What is dated in a month of a fund; what was received is less what was `voided`, of this month or of months before. Signed: a payment
 * may be dated before the gift that it took. `isClosed` says whether nothing can be dated in it any more, and is absent where nothing is.
 */
export type MonthOfFund = {
  readonly number: number; readonly title: Words; readonly isClosed?: boolean
  readonly opening: bigint; readonly received: bigint; readonly voided: bigint; readonly spent: bigint; readonly closing: bigint
}

/** A month of the book, for the notice board. `late` things wait longer than they should, of `waiting` in all. */
export type MonthView = {
  readonly month: string; readonly from: Day; readonly through: Day; readonly funds: readonly MonthOfFund[]
  readonly credits?: Share; readonly debits?: Share; readonly headline?: Share
  /** The last day of which the bank's lines are recorded, as it is everywhere. */
  readonly recordedThrough?: Day
  /** The last day of the month that is over: until its lines are recorded the light is no green, where there is an account. Before `from` in a month that just began. */
  readonly dueThrough: Day
  readonly light: Light; readonly waiting: number; readonly late: number
}

/** `all` are the months in which anything is dated, the newest first. */
export type Months = { of(month: string): MonthView | undefined; all(): readonly string[] }

type Parts = { readonly reader: Reader; readonly book: Book; readonly audit: AuditBook; readonly now: Clock }

/** So many outflows in each state: a longer queue is as red as this one. */
const MOST = 200

/** Tells a month: what is dated in it, whenever it was entered, and what waits today. */
export function openMonths({ reader, book, audit, now }: Parts): Months {
  const lights = (): Light[] => [
    ...(['Proposed', 'Approved', 'Executed'] as const).flatMap((state) => reader.outflowsIn(state, MOST))
      .filter(({ kind, state }) => state !== 'Executed' || kind === 'Payment')
      .map(({ fund, number, recordedAt }) => lightOf('payment', reader.steps(fund, number).at(-1)?.at ?? recordedAt, now())),
    ...book.bank.traceability().unexplained.filter(({ explained }) => explained === undefined).map(({ since }) => lightOf('bankLine', since, now())),
    ...reader.waitingComplaints().map(({ since }) => lightOf('complaint', since, now())),
    ...audit.findings().findings.filter(({ state }) => state === 'Open').map(({ dueOn }) => lightOfDue(parseDay(dueOn), now())),
  ]
  return {
    all: () => told(() => reader.datedMonths()),
    of(month) {
      const days = readMonth(month)
      const today = dayAt(now())
      return days && days.from <= today ? reader.atOnce(() => {
        const { headline, months, through } = book.bank.traceability()
        const recordedThrough = through === undefined ? undefined : parseDay(through)
        // A book that keeps no bank account waits for no lines.
        const dueThrough = Day(Math.min(days.through, today - 1))
        const isRecorded = book.bank.accounts().length === 0 || dueThrough < days.from || (recordedThrough !== undefined && recordedThrough >= dueThrough)
        const shares = months.find((one) => one.month === month)
        const waiting = lights()
        return {
          month, ...days, dueThrough, funds: book.funds().map(({ number, title }) => ({ number, title, ...told(() => sumsOf(reader, number, days)) })),
          ...(headline && { headline }), ...(recordedThrough !== undefined && { recordedThrough }), ...(shares && { credits: shares.credits, debits: shares.debits }),
          light: worstOf(isRecorded ? waiting : [...waiting, 'yellow']), waiting: waiting.length, late: waiting.filter((light) => light === 'red').length,
        }
      }) : undefined
    },
  }
}

/** The light of the most urgent of it. */
export function worstOf(lights: readonly Light[]): Light {
  return lights.includes('red') ? 'red' : lights.includes('yellow') ? 'yellow' : 'green'
}

function sumsOf(reader: Reader, fund: number, days: { from: Day; through: Day }): Omit<MonthOfFund, 'number' | 'title'> {
  const { opening, closing, inflows, outflows } = reader.periodSums(fund, days)
  const sum = (amounts: readonly { amount: bigint }[]) => amounts.reduce((all, { amount }) => all + amount, 0n)
  // A void takes back what was never received: no money went out.
  const voided = sum(outflows.filter(({ kind }) => kind === 'Void'))
  const isClosed = (reader.fund(fund)?.closedThrough ?? -1) >= days.through
  const isEmpty = opening === 0n && inflows.length + outflows.length === 0
  return {
    opening, closing, received: sum(inflows) - voided, voided, spent: sum(outflows) - voided, ...((isClosed || !isEmpty) && { isClosed }),
  }
}

function told<Told>(tell: () => Told): Told {
  try {
    return tell()
  } catch (error) {
    if (error instanceof RangeError) throw mirrorContradicts(error)
    throw error
  }
}

// Whoever passes a link on may break it: what is no month, or none yet, is overlooked, as pages overlook other fields.
function readMonth(text: string): { from: Day; through: Day } | undefined {
  try {
    return /^\d{4}-\d{2}$/.test(text) ? daysOf(text) : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
