import { randomBytes, scrypt as nodeScrypt } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { decryptKeystoreJson, encryptKeystoreJson, getBytes, hexlify, scrypt, Wallet } from 'ethers'
import { Address, type Hex } from '../../ledger/hex.ts'
import { CannotRun, isOfSystem, unusable } from './refused.ts'

/** A key as it lies in the folder: its file's name, and the address that it signs for. */
export type KeptKey = { name: string; file: string; address: Hex }

/** Where a passphrase comes from when the command line names no file. Undefined: nobody can be asked. */
export type AskPassphrase = (question: string) => Promise<string | undefined>

// Node's scrypt is C; the one that ethers brings is JavaScript and takes seconds.
const scryptOfNode = promisify<Uint8Array, Uint8Array, number, object, Buffer>(nodeScrypt)
scrypt.register(async (passphrase, salt, N, r, p, length) =>
  hexlify(await scryptOfNode(getBytes(passphrase), getBytes(salt), length, { N, r, p, maxmem: 256 * r * (N + p) })))

/** Makes a key and keeps it encrypted (the keystore of Ethereum's wallets, Web3 Secret Storage). @throws {CannotRun} */
export async function newKey(folder: string, name: string, passphrase: string): Promise<KeptKey> {
  if (!/^[\p{L}\p{N}_-]{1,40}$/u.test(name))
    throw new CannotRun('KEY_NAME_WRONG', { zh: `“${name}”不能作密钥名称。`, en: `"${name}" is no name for a key.` })
  const file = join(folder, `${name}.json`)
  if (existsSync(file))
    throw new CannotRun('KEY_EXISTS', { zh: `${file} 已存在，不会覆盖。`, en: `${file} exists and is not overwritten.` })

  const wallet = new Wallet(hexlify(randomBytes(32)))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(file, `${await encryptKeystoreJson(wallet, passphrase)}\n`, { flag: 'wx', mode: 0o600, flush: true })
  return { name, file, address: Address(wallet.address) }
}

/** The keys of a folder. Files that are no keystore are passed over. */
export function keysIn(folder: string): KeptKey[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((file) => file.endsWith('.json')).sort().flatMap((entry) => {
    const file = join(folder, entry)
    const address = addressIn(file)
    return address ? [{ name: basename(entry, '.json'), file, address }] : []
  })
}

/** Opens the key of that name in the folder, or of that file. @throws {CannotRun} */
export async function openKey(folder: string, nameOrFile: string, passphrases: Passphrases): Promise<Wallet> {
  const file = existsSync(nameOrFile) ? nameOrFile : join(folder, `${nameOrFile}.json`)
  const address = existsSync(file) ? addressIn(file) : undefined
  if (!address)
    throw new CannotRun('KEY_MISSING', {
      zh: `找不到密钥 ${nameOrFile}（${file}）；可用 --key 指定。`,
      en: `There is no key ${nameOrFile} (${file}); name one with --key.`,
    })
  const { privateKey } = await decrypt(file, await passphraseFor(file, folder, passphrases))
  return new Wallet(privateKey)
}

/** Ways to a passphrase, the first that is there being taken. */
export type Passphrases = { file?: string | undefined; environment?: string | undefined; ask: AskPassphrase }

/** The passphrase that was given, or asked for. @throws {CannotRun} when there is nobody to ask. */
export async function readPassphrase({ file, environment, ask }: Passphrases, question: string): Promise<string> {
  if (file !== undefined && !existsSync(file))
    throw new CannotRun('FILE_MISSING', { zh: `找不到文件 ${file}。`, en: `There is no file ${file}.` })
  const passphrase = file !== undefined ? firstLineOf(file) : (environment ?? (await ask(question)))
  if (passphrase) return passphrase
  throw new CannotRun('PASSPHRASE_MISSING', {
    zh: '缺少密钥口令：请用 --passphrase-file、环境变量 MZ_PASSPHRASE，或在终端中输入。',
    en: 'The passphrase is missing: give --passphrase-file, MZ_PASSPHRASE, or type it in a terminal.',
  })
}

// The keys that a first start makes share a passphrase, which lies beside them.
async function passphraseFor(file: string, folder: string, passphrases: Passphrases): Promise<string> {
  const beside = join(folder, 'passphrase.txt')
  if (passphrases.file === undefined && passphrases.environment === undefined && existsSync(beside)) {
    const passphrase = firstLineOf(beside)
    if (await opens(file, passphrase)) return passphrase
  }
  return await readPassphrase(passphrases, `${basename(file)} 的口令 / passphrase: `)
}

async function opens(file: string, passphrase: string): Promise<boolean> {
  return await decrypt(file, passphrase).then(() => true, () => false)
}

async function decrypt(file: string, passphrase: string): Promise<{ privateKey: string }> {
  try {
    return await decryptKeystoreJson(readFileSync(file, 'utf8'), passphrase)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new CannotRun('PASSPHRASE_WRONG', { zh: `口令打不开密钥 ${file}。`, en: `The passphrase does not open ${file}.` })
  }
}

function addressIn(file: string): Hex | undefined {
  try {
    const { address } = Object(JSON.parse(readFileSync(file, 'utf8')))
    return Address(`0x${String(address).replace(/^0x/i, '')}`)
  } catch {
    return undefined
  }
}

function firstLineOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)[0] ?? ''
  } catch (error) {
    throw isOfSystem(error) ? unusable(error, 'read', file) : error
  }
}
