/** An accounting date: days since 1970-01-01, counted in China Standard Time (UTC+8, no summer time). */
export type Day = number & { readonly unit: 'day' }

const DAY_SECONDS = 86_400
const UTC_PLUS_8 = 28_800

/** @throws {RangeError} unless `value` is a whole day of the years 1970 to 9999. */
export function Day(value: number): Day {
  if (!Number.isInteger(value) || value < 0 || value > 2_932_896) throw new RangeError(`not a day: ${value}`)
  return value as Day
}

/** Reads `"2020-01-29"`; a date that the calendar does not have is refused. @throws {RangeError} */
export function parseDay(text: string): Day {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new RangeError(`not a date: ${JSON.stringify(text)}`)
  return Day(time / 1000 / DAY_SECONDS)
}

/** No entry is of an earlier day: a year before it was mistyped. */
export const EARLIEST_ENTRY = parseDay('1990-01-01')

/** Writes a day as ISO 8601: `"2020-01-29"`. */
export function formatDay(day: Day): string {
  return new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10)
}

/** The accounting date at a moment given in seconds of Unix time: the contract's rule for "today". */
export function dayAt(unixSeconds: number): Day {
  return Day(Math.floor((unixSeconds + UTC_PLUS_8) / DAY_SECONDS))
}

/** When a day begins, in seconds of Unix time. */
export function startOf(day: Day): number {
  return day * DAY_SECONDS - UTC_PLUS_8
}

/** A moment given in seconds of Unix time, in China Standard Time to the minute: `"2020-01-29 16:00"`. */
export function formatMinute(unixSeconds: number): string {
  return new Date((unixSeconds + UTC_PLUS_8) * 1000).toISOString().slice(0, 16).replace('T', ' ')
}
