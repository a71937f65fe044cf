import { dayAt, type Day } from './day.ts'
import type { ComplaintState, FindingState } from './words.ts'

/** A complaint is answered within a day of being filed or reopened. */
export const ANSWER_WITHIN_SECONDS = 86_400

/** By when a complaint that has waited since then is to be answered, both in unix seconds. */
export function answerDue(waitingSince: number): number {
  return waitingSince + ANSWER_WITHIN_SECONDS
}

/** Whether a complaint that has waited since then (unix seconds) ought to have been answered. */
export function isComplaintOverdue(state: ComplaintState, waitingSince: number, now: number): boolean {
  return state === 'Filed' && now > answerDue(waitingSince)
}

/** Whether a finding's day has passed without an answer. */
export function isFindingOverdue({ state, dueOn }: { state: FindingState; dueOn: Day }, now: number): boolean {
  return state === 'Open' && dayAt(now) > dueOn
}

/** How many findings are verified, in percent with one digit, rounded down; undefined where there are none. */
export function completionOf(states: readonly FindingState[]): string | undefined {
  if (states.length === 0) return undefined
  const tenths = Math.floor((1000 * states.filter((state) => state === 'Verified').length) / states.length)
  return `${Math.floor(tenths / 10)}.${tenths % 10}%`
}

/** How urgent something is: 绿灯, 黄灯, 红灯. */
export type Light = 'green' | 'yellow' | 'red'

/**
 * After so many days of waiting a light turns yellow, and red. A complaint's is the regulation's day, a closing's the 15th of the next
 * month, when taxes are declared; the rest is custom.
 */
const PATIENCE_DAYS = { payment: [3, 7], bankLine: [7, 30], complaint: [0.5, 1], closing: [10, 15] } as const

/** The light of what has waited since then (unix seconds). */
export function lightOf(what: keyof typeof PATIENCE_DAYS, since: number, now: number): Light {
  const [yellow, red] = PATIENCE_DAYS[what]
  const days = (now - since) / 86_400
  return days > red ? 'red' : days > yellow ? 'yellow' : 'green'
}

/** The light of what must be done by the end of a day: red after it, yellow from three days before. */
export function lightOfDue(dueOn: Day, now: number): Light {
  const left = dueOn - dayAt(now)
  return left < 0 ? 'red' : left < 3 ? 'yellow' : 'green'
}
