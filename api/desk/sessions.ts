import { createHash, randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { verifyMessage } from 'ethers'
import type { Reader } from '../../indexer/read.ts'
import { Address, type Hex } from '../../ledger/hex.ts'
import { CHALLENGE_SECONDS, newNonce, signInMessage } from '../../ledger/signIn.ts'
import type { Role } from '../../ledger/words.ts'
import { appointmentsOf } from '../appointments.ts'
import { Problem } from '../problem.ts'

/** Somebody of the book at the desk. Roles are those of the key that signed in, as the book has them now. */
export type Staff = {
  readonly person: number; readonly key: Hex; readonly roles: readonly Role[]
  /** Appointments that count from a moment on (unix seconds). */
  readonly pending: readonly { readonly role: Role; readonly since: number }[]
}

/** Knows who sits at the desk. Everything is in memory: whoever was signed in signs in again when the server starts. */
export type Sessions = ReturnType<typeof openSessions>

export const COOKIE = 'mz_desk'

const IDLE_SECONDS = 30 * 60
const SESSION_SECONDS = 10 * 3600
/** More challenges than these within five minutes are nobody's honest work. */
const MOST_CHALLENGES = 10_000

type Session = { person: number; key: Hex; begunAt: number; seenAt: number }
type Parts = { reader: Pick<Reader, 'personOf' | 'ownerOf' | 'holdings'>; publicUrl: string; chainId: bigint; now: () => number }

/** @param now Unix seconds. */
export function openSessions({ reader, publicUrl, chainId, now }: Parts) {
  const { host: domain, origin } = new URL(publicUrl)
  const challenges = new Map<string, { message: string; expiresAt: number }>()
  const sessions = new Map<string, Session>()

  return {
    /** The text that the holder of a key signs to enter. */
    challenge(address: Hex): string {
      const issuedAt = Math.floor(now())
      forgetOld()
      if (challenges.size >= MOST_CHALLENGES) challenges.delete(challenges.keys().next().value ?? '')
      const nonce = newNonce(randomBytes)
      const message = signInMessage({
        domain, uri: `${origin}/desk`, address, chainId, nonce, issuedAt, expiresAt: issuedAt + CHALLENGE_SECONDS,
      })
      challenges.set(nonce, { message, expiresAt: issuedAt + CHALLENGE_SECONDS })
      return message
    },

    /**
     * Begins a session of whoever signed a challenge, which is good once, and names them for the log, also who is refused. Gives the
     * cookie's value. @throws {Problem}
     */
    begin(request: FastifyRequest, message: string, signature: string): { token: string; staff: Staff } {
      const nonce = /^Nonce: ([0-9a-f]+)$/m.exec(message)?.[1] ?? ''
      const challenge = challenges.get(nonce)
      challenges.delete(nonce)
      if (challenge?.message !== message || challenge.expiresAt < now())
        throw new Problem(401, 'CHALLENGE_OVER', { zh: '登录请求已过期，请再点一次登录。', en: 'This challenge is over; please sign in again.' })
      const key = signerOf(message, signature)
      request.person = reader.ownerOf(key)
      if (!message.includes(`\n${key}\n`))
        throw new Problem(401, 'SIGNER_OTHER', { zh: '签名的不是要登录的那把密钥。', en: 'Another key signed than the one that wants to enter.' })
      const staff = staffOf(key)
      const token = randomBytes(32).toString('base64url')
      sessions.set(hashOf(token), { person: staff.person, key, begunAt: now(), seenAt: now() })
      return { token, staff }
    },

    /** Names for the log whose session a request comes with, whatever becomes of it: refused, too late, or of a key that was retired since. */
    recognize(request: FastifyRequest): void {
      request.person = sessions.get(hashOf(request.cookies[COOKIE] ?? ''))?.person
    },

    /** Who makes a request. @throws {Problem} 401 when nobody does, 403 when the key speaks for nobody any more. */
    of(request: FastifyRequest): Staff {
      const token = hashOf(request.cookies[COOKIE] ?? '')
      const session = sessions.get(token)
      const isOver = session && (session.seenAt + IDLE_SECONDS < now() || session.begunAt + SESSION_SECONDS < now())
      if (!session || isOver) {
        sessions.delete(token)
        throw new Problem(401, 'SIGNED_OUT', { zh: '请先登录（长时间没有操作会自动退出）。', en: 'Please sign in; whoever does nothing for long is signed out.' })
      }
      session.seenAt = now()
      return staffOf(session.key)
    },

    end(request: FastifyRequest): void {
      sessions.delete(hashOf(request.cookies[COOKIE] ?? ''))
    },
  }

  /** Asked anew each time, so that an appointment, a dismissal or a retired key counts at once. */
  function staffOf(key: Hex): Staff {
    const person = reader.personOf(key)
    if (person === undefined)
      throw new Problem(403, 'KEY_UNKNOWN', { zh: `密钥 ${key} 不代表任何在册人员，或已停用。`, en: `The key ${key} speaks for nobody in this book, or was retired.` }, { key })
    const at = now()
    const held = appointmentsOf(reader).filter((appointment) => appointment.key === key).map(({ role, since }) => ({ role, since }))
    return { person, key, roles: held.filter(({ since }) => since <= at).map(({ role }) => role), pending: held.filter(({ since }) => since > at) }
  }

  function forgetOld(): void {
    for (const [nonce, { expiresAt }] of challenges) if (expiresAt < now()) challenges.delete(nonce)
    for (const [token, { seenAt, begunAt }] of sessions)
      if (seenAt + IDLE_SECONDS < now() || begunAt + SESSION_SECONDS < now()) sessions.delete(token)
  }
}

/** @throws {Problem} unless somebody has one of the roles. */
export function checkRole({ roles }: Staff, ...wanted: readonly Role[]): void {
  if (!wanted.some((role) => roles.includes(role))) throw roleMissing()
}

/** Somebody is known, and this is not theirs to see. */
export const roleMissing = () =>
  new Problem(403, 'ROLE_MISSING', { zh: '您的岗位不能看这些内容；谁能看，请看权责清单。', en: 'Your role does not see this; the page “Rights” says who does.' })

function signerOf(message: string, signature: string): Hex {
  try {
    return Address(verifyMessage(message, signature))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Problem(401, 'SIGNATURE_MALFORMED', { zh: '签名无法识别。', en: 'This is no signature.' })
  }
}

// Whoever reads this process's memory dump finds no cookie in it.
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
