import { fetchHere, Unanswered } from './fetching.ts'
import type { Pending } from './tickets.ts'

type Language = 'zh' | 'en'
type Step = 'recording' | 'waiting' | 'bringing'

const TRIES = 60
const PAUSE_MS = 500

/**
 * Brings the signed transaction, waits for the complaint's number, then brings what it says. Each of the three may be done again.
 *
 * @throws {Unanswered} with the code REFUSED when the book said no for good; with any other, trying again may help.
 */
export async function handIn({ transaction, hash, paper, opened }: Pending, language: Language, told: Told): Promise<number> {
  told.step('recording')
  await post('/v1/transactions', { rawTransaction: transaction }, language)
  told.step('waiting')
  const number = await numberOf(hash, language)
  told.number(number)
  told.step('bringing')
  await post(`/v1/complaints/${number}/paper`, { paper, opened }, language)
  return number
}

/** How far it has come. */
type Told = { step(step: Step): void; number(number: number): void }

async function numberOf(hash: string, language: Language): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const found: unknown = await (await fetchHere(`/v1/complaints?paper=${hash}`, language)).json()
    const [complaint] = Array.isArray(found) ? found : []
    if (complaint) return Number(Object(complaint).number)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Unanswered('LATE', language === 'zh' ? '账本还没有回应。' : 'The book has not answered yet.')
}

async function post(path: string, body: object, language: Language): Promise<void> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(path, { ...request, credentials: 'omit', referrerPolicy: 'no-referrer' }).catch(() => undefined)
  if (!response) throw new Unanswered('OFFLINE', language === 'zh' ? '没有连上服务器。' : 'The server cannot be reached.')
  if (response.ok) return
  const { zh = '', message = '' } = Object(await response.json().catch(() => ({})))
  // Once the book has it, nothing that is said of its paper takes it back.
  const isFinal = path === '/v1/transactions' && response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429
  throw new Unanswered(isFinal ? 'REFUSED' : 'LATER', String(language === 'zh' ? zh : message) || `HTTP ${response.status}`)
}
