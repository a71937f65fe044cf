import { Refused, SentenceOnly } from './server.ts'

const AMOUNT = ['amount'] as const
const FUND = ['fund', 'from'] as const
const KEY = ['address', 'key'] as const

/** What in a form a refusal is about: the contract's own codes, and the server's. What stands here for no field of a form is said below its button. */
export const TOPICS: Readonly<Record<string, readonly string[]>> = {
  DATE_IN_FUTURE: ['on'], PERIOD_IS_CLOSED: ['on'], DUE_DATE_OVER: ['dueOn'], PERIOD_REVERSED: ['from'], PERIOD_NOT_OVER: ['through'],
  AMOUNT_OUT_OF_RANGE: AMOUNT, NOT_AVAILABLE: AMOUNT, MORE_THAN_APPROVED: AMOUNT, MORE_THAN_PAID: AMOUNT, LINE_TOO_SHORT: AMOUNT, CUT_TOO_LONG: AMOUNT,
  LINE_FULL: AMOUNT, INFLOW_AMOUNT_OUT_OF_RANGE: AMOUNT, TERM_OUT_OF_RANGE: ['reserve', 'threshold'],
  REF_USED: ['reference'], REASON_MISSING: ['reason'], OPINION_MISSING: ['opinion'],
  FUND_UNKNOWN: FUND, FUND_NOT_OPEN: FUND, SAME_FUND: ['to'], COMMUNITIES_DIFFER: ['to'], RESTRICTION_LOST: ['to'], OWN_FUND_OPEN: ['to'],
  COMMUNITY_MISSING: ['community'], FUND_ELSEWHERE: ['community'],
  KEY_UNKNOWN: KEY, KEY_TAKEN: KEY, PERSON_UNKNOWN: ['owner'], OWN_FINDING: ['owner'],
}

/** What an error is about, the likeliest first; nothing where it is about no field. */
export function topicsOf(error: unknown): readonly string[] {
  if (error instanceof SentenceOnly) return error.at === undefined ? [] : [error.at]
  return error instanceof Refused ? (TOPICS[error.code] ?? []) : []
}

/** Whether a field is about something: `voidAmount` about an `amount`, `key7` about a `key`. */
export function isAbout(field: string, topic: string): boolean {
  const plain = field.replace(/\d+$/, '')
  return plain === topic || plain.endsWith(topic.charAt(0).toUpperCase() + topic.slice(1))
}
