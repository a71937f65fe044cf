import type { Words } from '../../../../ledger/words.ts'
import type { Recorded } from './acting.ts'
import { say } from './language.ts'
import { placeOf } from './owner.ts'
import { post, Refused, SentenceOnly } from './server.ts'
import { emptyTyping } from './typing.ts'

/**
 * What was signed and must reach the server, byte by byte, however often it is sent. `title` says what it does; `form` is what it was typed
 * into, which is empty once it has arrived: nobody presses twice because the form still stands there after a reload.
 */
export type Signed = { readonly path: string; readonly body: object; readonly title: Words; readonly form?: string }

const OUTBOX = 'outbox'

const WAITING: Words = {
  zh: '已签名，还没有送达。网络恢复后会自动送出，只登记一次，不用再按；在此之前请不要关闭这一页。',
  en: 'Signed, and not arrived yet. It goes out by itself when the network is back, and only once; there is nothing more to press. Do not close this page before.',
}

/** Said in the window when something that was signed has to wait. */
export const UNSENT = 'mz-unsent'

/** What is on its way just now, as it lies in the outbox. */
let underWay: string | undefined

/** Those who wait for what lies in the outbox. */
const awaited = new Map<string, { resolve(recorded: Recorded): void; reject(error: unknown): void }>()

/** What was signed in this tab and did not reach the server yet. It is kept until the tab is closed, not longer: names are in it. */
export function unsent(): Signed | undefined {
  try {
    const kept = sessionStorage.getItem(placeOf(OUTBOX))
    // Whoever is still waited for is not sent a second time beside it.
    return kept === (underWay ?? null) ? undefined : ((JSON.parse(kept ?? 'null') as Signed | null) ?? undefined)
  } catch {
    return undefined
  }
}

/** Whether something that was signed is not known to have arrived, be it waiting or under way just now. */
export function isOutgoing(): boolean {
  try {
    return sessionStorage.getItem(placeOf(OUTBOX)) !== null
  } catch {
    return false
  }
}

/**
 * One after another: what was signed first must stand in the book before anything is made on top of it, or its nonce is another's.
 * @throws {SentenceOnly}
 */
export function checkNothingUnsent(): void {
  if (unsent()) throw new SentenceOnly(say('还有一笔已签名、尚未送达：等它送到以后再签下一笔。您填写的内容都还在。', 'One signed act has not arrived yet: sign the next one when it has. What you typed is still here.'))
}

/** What is told beside the button that was pressed, while what it signed waits. */
export function waitingTold(): Refused {
  return new Refused(0, 'WAITING', WAITING)
}

/**
 * Waits until what could not be sent has arrived after all: the outbox sends it again, and what the book says of it then is the answer
 * here. @throws {Refused} `error` where nothing waits, or else what the book refused.
 */
export async function arrivalOf(signed: Signed, error: unknown): Promise<Recorded> {
  const kept = JSON.stringify(signed)
  const isWaiting = error instanceof Refused && error.isPassing && sessionStorage.getItem(placeOf(OUTBOX)) === kept
  if (!isWaiting) throw error
  return await new Promise<Recorded>((resolve, reject) => {
    awaited.set(kept, { resolve, reject })
    dispatchEvent(new Event(UNSENT))
  }).finally(() => awaited.delete(kept))
}

/**
 * Sends what was signed. When the network is gone it stays in the outbox, and goes out again as it is: the book takes the same
 * bytes once. @throws {Refused}
 */
export async function send(signed: Signed): Promise<Recorded> {
  const kept = JSON.stringify(signed)
  const place = placeOf(OUTBOX)
  underWay = kept
  const done = (): void => {
    if (sessionStorage.getItem(place) === kept) sessionStorage.removeItem(place)
  }
  try {
    sessionStorage.setItem(place, kept)
    const recorded = await post<Recorded>(signed.path, signed.body)
    done()
    if (signed.form !== undefined) emptyTyping(signed.form)
    awaited.get(kept)?.resolve(recorded)
    return recorded
  } catch (error) {
    // Whoever is signed out signs in again, and it goes out then.
    const isKept = error instanceof Refused && (error.isPassing || error.status === 401)
    if (isKept) throw error.isPassing ? waitingTold() : error
    done()
    awaited.get(kept)?.reject(error)
    throw error
  } finally {
    if (underWay === kept) underWay = undefined
  }
}
