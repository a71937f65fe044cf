import type { Words } from './words.ts'

/** What somebody brought cannot be taken: a list, a date, a wish that the law forbids. */
export class InputRefused extends RangeError {
  override name = 'InputRefused'
  readonly code: string
  readonly words: Words

  constructor(code: string, words: Words, options?: ErrorOptions) {
    super(`${words.zh} / ${words.en}`, options)
    this.code = code
    this.words = words
  }
}

/** What the work needs is missing or of no use: a key, a file, a setting, a port. */
export class Unusable extends Error {
  override name = 'Unusable'
  readonly code: string
  readonly words: Words

  constructor(code: string, words: Words, options?: ErrorOptions) {
    super(`${words.zh} / ${words.en}`, options)
    this.code = code
    this.words = words
  }
}
