import type { Words } from '../../../../ledger/words.ts'

/** The language of the page, which the address chose. */
export const language: 'zh' | 'en' = document.documentElement.lang === 'en' ? 'en' : 'zh'

/** One of two texts, as the visitor reads. */
export function say(zh: string, en: string): string {
  return language === 'zh' ? zh : en
}

/** `1 line`, `2 lines`, for English. */
export function countOf(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`
}

/** The same for words of the ledger. */
export function word(words: Words): string {
  return words[language]
}
