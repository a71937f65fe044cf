import { decryptKeystoreJson, encryptKeystoreJson, Wallet } from 'ethers'
import { signCall, type Envelope } from '../../../../ledger/acts.ts'
import { Address, type Hex } from '../../../../ledger/hex.ts'
import type { Words } from '../../../../ledger/words.ts'
import { word } from './language.ts'
import { SentenceOnly } from './server.ts'

/**
 * Somebody's key, ready to sign. It lives in this page's memory alone: neither it nor its passphrase is ever sent anywhere.
 */
export type Signer = {
  readonly address: Hex
  signMessage(text: string): Promise<Hex>
  signCall(data: Hex, envelope: Envelope): Promise<Hex>
}

/** A key as it is kept, encrypted: the keystore of Ethereum's wallets (Web3 Secret Storage, scrypt). */
export type KeptKey = { readonly name: string; readonly address: Hex; readonly json: string }

/** Why there is no key to sign with, or no signature of it. */
const REFUSALS = {
  NOT_A_KEYSTORE: { zh: '这不是密钥文件（应是登记时保存的 .json）。', en: 'This is no key file.' },
  PASSPHRASE_WRONG: { zh: '口令不对，或密钥文件已损坏。', en: 'The passphrase is wrong, or the file is damaged.' },
  NO_WALLET: { zh: '这个浏览器里没有钱包。', en: 'This browser has no wallet.' },
  NO_ACCOUNT: { zh: '钱包没有给出账户：请在钱包里解锁、选好账户，再按一次。', en: 'The wallet gave no account: unlock it, choose an account in it, and press again.' },
  WALLET_DECLINED: { zh: '您在钱包里没有同意：没有签名，也没有送出。要签的话请再按一次。', en: 'You said no in the wallet: nothing was signed and nothing was sent. Press again to sign it after all.' },
  WALLET_REFUSED: {
    zh: '钱包没有签名。它必须能够只签名不发送（eth_signTransaction）；不能的，请改用密钥文件。', en: 'The wallet did not sign. It must sign without sending (eth_signTransaction); otherwise use a key file.',
  },
} as const satisfies Record<string, Words>

type Refusal = keyof typeof REFUSALS

/** A file, a passphrase or a wallet is not what it ought to be: its sentence stands wherever it is said. */
export class KeyRefused extends SentenceOnly {
  override name = 'KeyRefused'

  constructor(why: Refusal, options?: ErrorOptions) {
    super(word(REFUSALS[why]), options)
  }
}

const PLACE = 'mz-desk-keys'

/** The keys that this browser keeps. */
export function keptKeys(): KeptKey[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]')
    return Array.isArray(kept) ? kept.flatMap((one: unknown) => readKept(one) ?? []) : []
  } catch {
    return []
  }
}

/** Keeps an encrypted key in this browser. Without a place to keep it, the file that the person saved must do. */
export function keepKey(key: KeptKey): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify([key, ...keptKeys().filter(({ address }) => address !== key.address)]))
  } catch {
    // A private window keeps nothing.
  }
}

/** Takes a key out of this browser. The person's file still has it. */
export function dropKey(address: Hex): void {
  localStorage.setItem(PLACE, JSON.stringify(keptKeys().filter((key) => key.address !== address)))
}

/** Makes a key and encrypts it. `onProgress` hears from 0 to 1: it takes seconds, so that guessing passphrases does too. */
export async function newKey(name: string, passphrase: string, onProgress: (share: number) => void): Promise<{ kept: KeptKey; signer: Signer }> {
  const wallet = new Wallet(Wallet.createRandom().privateKey)
  const json = await encryptKeystoreJson({ address: wallet.address, privateKey: wallet.privateKey }, passphrase, { progressCallback: onProgress })
  return { kept: { name, address: Address(wallet.address.toLowerCase()), json }, signer: signerOf(wallet) }
}

/** Reads a keystore file. @throws {KeyRefused} */
export function readKeystore(json: string, name: string): KeptKey {
  try {
    const { address, version } = Object(JSON.parse(json))
    if (Number(version) !== 3 || typeof address !== 'string') throw new RangeError('no keystore')
    return { name, address: Address(`0x${address.toLowerCase().replace(/^0x/, '')}`), json }
  } catch (cause) {
    throw new KeyRefused('NOT_A_KEYSTORE', { cause })
  }
}

/** Opens a kept key. @throws {KeyRefused} for another passphrase. */
export async function openKey({ json }: KeptKey, passphrase: string, onProgress: (share: number) => void): Promise<Signer> {
  try {
    const { privateKey } = await decryptKeystoreJson(json, passphrase, onProgress)
    return signerOf(new Wallet(privateKey))
  } catch (cause) {
    throw new KeyRefused('PASSPHRASE_WRONG', { cause })
  }
}

/** What a wallet puts into the page (EIP-1193). */
type Injected = { request(call: { method: string; params?: readonly unknown[] }): Promise<unknown> }

/** Whether this browser has a wallet of its own. */
export function hasWallet(): boolean {
  return injected() !== undefined
}

/** What a wallet answers when the person said no in it (EIP-1193). */
const DECLINED = 4001

/**
 * A wallet of this browser as a signer. It must sign transactions without sending them (`eth_signTransaction`): this book has no
 * node that the wallet could reach. @throws {KeyRefused}, as its signatures do too
 */
export async function openWallet(): Promise<Signer> {
  const wallet = injected()
  if (!wallet) throw new KeyRefused('NO_WALLET')
  const ask = async (method: string, params: readonly unknown[], otherwise: Refusal = 'WALLET_REFUSED'): Promise<unknown> => {
    try {
      return await wallet.request({ method, params })
    } catch (cause) {
      throw new KeyRefused(Object(cause).code === DECLINED ? 'WALLET_DECLINED' : otherwise, { cause })
    }
  }
  const accounts = await ask('eth_requestAccounts', [], 'NO_ACCOUNT')
  const account: unknown = Array.isArray(accounts) ? accounts[0] : undefined
  if (typeof account !== 'string') throw new KeyRefused('NO_ACCOUNT')
  const address = Address(account.toLowerCase())
  return {
    address,
    signMessage: async (text) => String(await ask('personal_sign', [hexOfText(text), address])) as Hex,
    signCall: async (data, { chainId, nonce, to, gasLimit }) => String(await ask('eth_signTransaction', [{
      from: address, to, data, nonce: hexOf(nonce), gas: hexOf(gasLimit), chainId: hexOf(chainId), value: '0x0', type: '0x2',
      maxFeePerGas: '0x0', maxPriorityFeePerGas: '0x0',
    }])) as Hex,
  }
}

function injected(): Injected | undefined {
  const { ethereum } = window as { ethereum?: Injected }
  return typeof ethereum?.request === 'function' ? ethereum : undefined
}

function signerOf(wallet: Wallet): Signer {
  return {
    address: Address(wallet.address.toLowerCase()),
    signMessage: async (text) => (await wallet.signMessage(text)) as Hex,
    signCall: async (data, envelope) => await signCall(wallet, data, envelope),
  }
}

function readKept(one: unknown): KeptKey | undefined {
  const { name, json } = Object(one)
  return typeof name === 'string' && typeof json === 'string' ? readKeystore(json, name) : undefined
}

function hexOf(value: bigint | number): string {
  return `0x${value.toString(16)}`
}

function hexOfText(text: string): string {
  return `0x${Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
