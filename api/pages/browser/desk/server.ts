import type { Words } from '../../../../ledger/words.ts'
import { say, word } from './language.ts'

/** The server said no; or, with the code OFFLINE, said nothing. */
export class Refused extends Error {
  override name = 'Refused'
  readonly code: string
  readonly status: number
  readonly words: Words
  readonly facts: Readonly<Record<string, string>>

  constructor(status: number, code: string, words: Words, facts: Readonly<Record<string, string>> = {}) {
    super(word(words))
    this.status = status
    this.code = code
    this.words = words
    this.facts = facts
  }

  /** Whether asking again later may help: nothing was refused by the book. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
  }
}

/** Asks the server; the session's cookie goes along. @throws {Refused} */
export async function get<Answer>(path: string): Promise<Answer> {
  return (await (await ask(path, {})).json()) as Answer
}

/** The bytes at an address, under the type that the server gives them. @throws {Refused} */
export async function getFile(path: string): Promise<Blob> {
  return await (await ask(path, {})).blob().catch(() => {
    throw offline()
  })
}

/** @throws {Refused} */
export async function post<Answer>(path: string, body: object): Promise<Answer> {
  const response = await ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return (await response.json()) as Answer
}

/** Takes away what stands at an address. @throws {Refused} */
export async function drop(path: string): Promise<void> {
  await ask(path, { method: 'DELETE' })
}

/** Leaves the desk. */
export async function leave(): Promise<void> {
  await fetch('/v1/desk/session', { method: 'DELETE', credentials: 'same-origin' }).catch(() => undefined)
}

/** What people at the desk are told in other words than the server has: they know of no nonce. */
const AT_DESK: Readonly<Record<string, Words>> = {
  NONCE_WRONG: { zh: '另一个窗口刚刚登记了一笔；这里没有登记，请再按一次。', en: 'Another window just recorded something; nothing was recorded here, press again.' },
}

async function ask(path: string, request: RequestInit): Promise<Response> {
  const response = await fetch(path, { ...request, credentials: 'same-origin', referrerPolicy: 'no-referrer' }).catch(() => undefined)
  if (!response) throw offline()
  if (response.ok) return response
  const { code, zh, message, facts } = Object(await response.json().catch(() => ({})))
  const words = { zh: typeof zh === 'string' ? zh : `服务器答复 ${response.status}。`, en: typeof message === 'string' ? message : `The server answered ${response.status}.` }
  throw new Refused(response.status, typeof code === 'string' ? code : 'UNKNOWN', AT_DESK[String(code)] ?? words, Object(facts))
}

function offline(): Refused {
  return new Refused(0, 'OFFLINE', { zh: '没有连上服务器，请检查网络。', en: 'The server cannot be reached.' })
}

/** An error whose message is for people as it stands. `at` says which field of a form it is about. */
export class SentenceOnly extends Error {
  override name = 'SentenceOnly'
  readonly at: string | undefined

  constructor(message: string, { at, ...options }: ErrorOptions & { at?: string } = {}) {
    super(message, options)
    this.at = at
  }
}

/** What to tell people of whatever went wrong. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Refused || error instanceof SentenceOnly) return error.message
  return say('页面出了问题，请刷新后再试。', 'Something went wrong on this page; please reload it.') + (error instanceof Error ? ` (${error.message})` : '')
}
