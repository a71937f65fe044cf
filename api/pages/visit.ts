import { Day, formatDay } from '../../ledger/day.ts'
import { formatYuan, type Fen } from '../../ledger/fen.ts'
import type { Words } from '../../ledger/words.ts'
import type { Assets } from './bundle.ts'

/** The pages' languages. Chinese is everybody's first; the other one is asked for by `?lang=en`. */
export type Language = 'zh' | 'en'

/** What all pages of one server have in common. */
export type Site = {
  /** Tells the sites of one process apart. */
  readonly id: number
  /** The charity whose book it is, and the community whose funds it shows. */
  readonly book: Words
  readonly community: Words
  /** Whether the book holds payments that were invented for the demonstration. */
  readonly demo: boolean
  readonly publicUrl: string
  readonly assets: Assets
}

/** One look at one page: in which language, at which path. */
export type Visit = {
  readonly site: Site
  readonly language: Language
  readonly path: string
  /** One of two texts, as the visitor reads. */
  say(zh: string, en: string): string
  /** The same for words of the ledger. */
  word(words: Words): string
  /** A link within the site that keeps the language. */
  href(path: string): string
}

/** Begins a visit. */
export function visitOf(site: Site, path: string, language: Language): Visit {
  const english = language === 'en'
  return {
    site,
    language,
    path,
    say: (zh, en) => (english ? en : zh),
    word: ({ zh, en }) => (english ? en : zh),
    href: (to) => (english ? `${to}${to.includes('?') ? '&' : '?'}lang=en` : to),
  }
}

/** `¥1,234.50`. */
export function yuan(amount: Fen): string {
  return `¥${formatYuan(amount)}`
}

/** A share of a whole in percent with one digit, rounded down, so that 100.0 % is everything. */
export function percent(part: Fen, whole: Fen): string {
  if (whole === 0n) return '0.0%'
  const tenths = (part * 1000n) / whole
  return `${tenths / 10n}.${tenths % 10n}%`
}

/** An accounting date for people: 2020年1月29日, or 29 January 2020. */
export function dateOf(visit: Pick<Visit, 'language'>, iso: string): string {
  const [year = 0, month = 0, day = 0] = iso.split('-').map(Number)
  return visit.language === 'en' ? `${day} ${MONTHS[month - 1] ?? ''} ${year}` : `${year}年${month}月${day}日`
}

/** An accounting date as ISO text. */
export function isoOf(day: number): string {
  return formatDay(Day(day))
}

const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
]
