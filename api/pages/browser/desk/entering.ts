import { CHALLENGE_SECONDS, readSignIn } from '../../../../ledger/signIn.ts'
import type { BookOf } from './acting.ts'
import type { Staff } from './desk.ts'
import type { Signer } from './keys.ts'
import { say } from './language.ts'
import { post, SentenceOnly } from './server.ts'

/**
 * Proves to the server that somebody here has the key. A server is not believed about what it wants signed: the text must be the
 * challenge of this very site, for this key and this book, or another's could be signed here unseen. @throws {Refused}
 */
export async function enter(signer: Signer, { chainId }: Pick<BookOf, 'chainId'>): Promise<Staff> {
  const { message } = await post<{ message: string }>('/v1/desk/challenge', { address: signer.address })
  checkChallenge(message, { address: signer.address, chainId })
  return await post<Staff>('/v1/desk/session', { message, signature: await signer.signMessage(message) })
}

/** @throws {SentenceOnly} */
function checkChallenge(message: string, { address, chainId }: { address: string; chainId: bigint }): void {
  const asked = readSignIn(message)
  if (!asked || asked.address !== address || asked.chainId !== chainId || asked.expiresAt - asked.issuedAt > CHALLENGE_SECONDS)
    throw new SentenceOnly(say('服务器要求签名的不是本账本的登录请求，没有签名。请告诉管理员。', 'What the server wants signed is no sign-in of this book; nothing was signed. Tell whoever runs it.'))
  const isHere = asked.domain === location.host && new URL(asked.uri).origin === location.origin
  if (!isHere)
    throw new SentenceOnly(say(`账本的公开地址是 ${asked.domain}，您打开的是 ${location.host}：请从 ${asked.domain} 登录，或请管理员改 MZ_PUBLIC_URL。`, `The book's public address is ${asked.domain}, and this page is at ${location.host}: sign in there, or have MZ_PUBLIC_URL changed.`))
}
