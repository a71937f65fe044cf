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

const SWITCHED = 'mz-desk-language'

/** Remembers in this tab that an open desk is left for the other language: that loads the page anew, which no key outlives. */
export function leaveForLanguage(): void {
  try {
    sessionStorage.setItem(SWITCHED, language === 'zh' ? 'en' : 'zh')
  } catch {
    // The door then says only what it always says.
  }
}

/** Whether this page was opened out of an open desk, for its language; whoever loads it again is not told a second time. */
export function wasLeftForLanguage(): boolean {
  try {
    const switchedTo = sessionStorage.getItem(SWITCHED)
    sessionStorage.removeItem(SWITCHED)
    return switchedTo === language
  } catch {
    return false
  }
}
