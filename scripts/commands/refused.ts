import type { Words } from '../../ledger/words.ts'

/** Somebody's input or the contract said no: exit code 1. Nothing was recorded by the step that ends with it. */
export class Refused extends Error {
  override name = 'Refused'
  readonly code: string
  readonly words: Words
  readonly facts: Readonly<Record<string, string>>

  constructor(code: string, words: Words, facts: Readonly<Record<string, string>> = {}) {
    super(`${words.zh} ${words.en}`)
    this.code = code
    this.words = words
    this.facts = facts
  }
}

/** Somebody stopped it (Ctrl-C): exit code 130, as shells have it. What was recorded before stays. */
export class Interrupted extends Error {
  override name = 'Interrupted'
  readonly code = 'INTERRUPTED'
  readonly words: Words
  readonly facts: Readonly<Record<string, string>>

  constructor(words: Words, facts: Readonly<Record<string, string>>) {
    super(`${words.zh} ${words.en}`)
    this.words = words
    this.facts = facts
  }
}

/** The command is not well formed, or what it needs is not there (server, key, file): exit code 2. */
export class CannotRun extends Error {
  override name = 'CannotRun'
  readonly code: string
  readonly words: Words

  constructor(code: string, words: Words) {
    super(`${words.zh} ${words.en}`)
    this.code = code
    this.words = words
  }
}
