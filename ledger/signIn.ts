import { toHex, type Hex } from './hex.ts'

/** What somebody signs to enter the desk: who, where, on which book, once, until when. Times in seconds of Unix time. */
export type SignIn = {
  /** The site that asks: host and, where it is not the usual one, port. */
  readonly domain: string
  readonly uri: string
  readonly address: Hex
  readonly chainId: bigint
  readonly nonce: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** A challenge is good for no longer. */
export const CHALLENGE_SECONDS = 300

/** Said in the message itself, because a wallet shows nothing else. */
export const SIGN_IN_STATEMENT = '登录明账办公台：只证明您持有这把密钥，不会登记任何账目，也不能用来登记账目。'

/**
 * The text to be signed (EIP-191), in the frame of EIP-4361 (Sign-In with Ethereum), whose first line and labels wallets know
 * and compare with the site that asks; its statement is in Chinese.
 */
export function signInMessage({ domain, uri, address, chainId, nonce, issuedAt, expiresAt }: SignIn): string {
  return [
    `${domain} wants you to sign in with your Ethereum account:`, address, '', SIGN_IN_STATEMENT, '',
    `URI: ${uri}`, 'Version: 1', `Chain ID: ${chainId}`, `Nonce: ${nonce}`, `Issued At: ${timeOf(issuedAt)}`,
    `Expiration Time: ${timeOf(expiresAt)}`,
  ].join('\n')
}

/**
 * The challenge in a text that somebody handed over, if it is one and nothing else: whoever signs it knows then what it is good for.
 * Undefined for every other text.
 */
export function readSignIn(message: string): SignIn | undefined {
  const [, domain = '', address = '', uri = '', chainId = '0', nonce = '', issued = '', expires = ''] = FRAME.exec(message) ?? []
  const [issuedAt, expiresAt] = [issued, expires].map((time) => Date.parse(time) / 1000)
  if (!/^0x[0-9a-f]{40}$/.test(address) || !Number.isSafeInteger(issuedAt) || !Number.isSafeInteger(expiresAt)) return undefined
  const read = { domain, uri, address: address as Hex, chainId: BigInt(chainId), nonce, issuedAt: Number(issuedAt), expiresAt: Number(expiresAt) }
  return signInMessage(read) === message ? read : undefined
}

const FRAME = /^(\S{1,255}) wants you to sign in with your Ethereum account:\n(0x\w+)\n\n.*\n\nURI: (\S+)\nVersion: 1\nChain ID: (\d{1,19})\nNonce: (\w{8,64})\nIssued At: (\S+)\nExpiration Time: (\S+)$/

/** A nonce of 96 bits, in letters and digits as EIP-4361 wants it. */
export function newNonce(random: (length: number) => Uint8Array): string {
  return toHex(random(12)).slice(2)
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
