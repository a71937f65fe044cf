import { dayAt, type Day } from './day.ts'
import type { ComplaintState, FindingState } from './words.ts'

/** A complaint is answered within a day of being filed or reopened. */
export const ANSWER_WITHIN_SECONDS = 86_400

/** Whether a complaint that has waited since then (unix seconds) ought to have been answered. */
export function isComplaintOverdue(state: ComplaintState, waitingSince: number, now: number): boolean {
  return state === 'Filed' && now - waitingSince > ANSWER_WITHIN_SECONDS
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
