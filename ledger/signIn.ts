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

/** A nonce of 96 bits, in letters and digits as EIP-4361 wants it. */
export function newNonce(random: (length: number) => Uint8Array): string {
  return toHex(random(12)).slice(2)
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
