import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { Unusable } from '../ledger/failures.ts'

/** Where one book lives and listens. Read in this one place; `.env.example` lists the variables. */
export type Settings = {
  /** Folder of the journal, the seals, the mirror, the vault and the keys. */
  readonly data: string
  readonly port: number
  readonly rpcPort: number
  /** Address the pages listen on. The RPC listens on loopback only. */
  readonly host: string
  /** Whether a first start fills the book with the demonstration. */
  readonly demo: boolean
  /** Where people reach the pages, as it stands in links and QR codes. */
  readonly publicUrl: string
  /** Addresses of the proxies that are believed when they name a visitor's address; absent: none. */
  readonly trustProxy?: readonly string[]
}

/** Reads the settings from `.env` (where there is one) and the environment. @throws {Unusable} naming the variable. */
export function readSettings(): Settings {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const port = readPort('MZ_PORT', 8080)
  const rpcPort = readPort('MZ_RPC_PORT', 8545)
  if (port === rpcPort)
    throw wrong('MZ_PORT', {
      zh: `与 MZ_RPC_PORT 都是 ${port}；须是两个不同的端口`, en: `is ${port}, as MZ_RPC_PORT is; they must be two ports`,
    })
  return {
    data: resolve(process.env.MZ_DATA || 'data'),
    port,
    rpcPort,
    host: process.env.MZ_HOST || '127.0.0.1',
    demo: readSwitch('MZ_DEMO', true),
    publicUrl: readAddress('MZ_PUBLIC_URL', `http://localhost:${port}`),
    trustProxy: readProxies('MZ_TRUST_PROXY'),
  }
}

/** Reads the address of a web server from a variable, without the slash at its end. @throws {Unusable} */
export function readAddress(name: string, otherwise: string): string {
  const text = process.env[name]
  if (!text) return otherwise
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !/\s/.test(text)
  if (isPlain) return text.replace(/\/+$/, '')
  throw wrong(name, {
    zh: `应为网址，例如 https://book.example.org，而不是“${text}”`,
    en: `must be an address such as https://book.example.org, not ${JSON.stringify(text)}`,
  })
}

function readPort(name: string, otherwise: number): number {
  const text = process.env[name]
  if (!text) return otherwise
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw wrong(name, {
    zh: `应为 1 至 65535 的端口号，而不是“${text}”`, en: `must be a port from 1 to 65535, not ${JSON.stringify(text)}`,
  })
}

/** A list of addresses and ranges. One that takes in everybody would let everybody call themselves whatever they like. */
function readProxies(name: string): string[] {
  const proxies = (process.env[name] ?? '').split(',').map((text) => text.trim()).filter((text) => text !== '')
  const wrongOne = proxies.find((text) => !isRange(text))
  if (wrongOne === undefined) return proxies
  throw wrong(name, {
    zh: `应为反向代理的 IP 地址或网段，以逗号分隔，例如 127.0.0.1,10.0.0.0/8，而不是“${wrongOne}”`,
    en: `must be addresses or ranges of proxies with commas between them, such as 127.0.0.1,10.0.0.0/8, not ${JSON.stringify(wrongOne)}`,
  })
}

function isRange(text: string): boolean {
  const [, address = '', bits] = /^([0-9a-f.:]+)(?:\/([1-9]\d{0,2}))?$/i.exec(text) ?? []
  const version = isIP(address)
  return version !== 0 && (bits === undefined || Number(bits) <= (version === 4 ? 32 : 128))
}

function readSwitch(name: string, otherwise: boolean): boolean {
  const text = process.env[name]
  if (!text) return otherwise
  if (text === '0' || text === '1') return text === '1'
  throw wrong(name, { zh: `应为 0 或 1，而不是“${text}”`, en: `must be 0 or 1, not ${JSON.stringify(text)}` })
}

function wrong(name: string, { zh, en }: { zh: string; en: string }): Unusable {
  return new Unusable('SETTING_WRONG', { zh: `设置 ${name} ${zh}。`, en: `The setting ${name} ${en}.` })
}
