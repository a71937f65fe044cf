import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

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
}

/** Reads the settings from `.env` (where there is one) and the environment. @throws {RangeError} naming the variable. */
export function readSettings(): Settings {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const port = readPort('MZ_PORT', 8080)
  return {
    data: resolve(process.env.MZ_DATA || 'data'),
    port,
    rpcPort: readPort('MZ_RPC_PORT', 8545),
    host: process.env.MZ_HOST || '127.0.0.1',
    demo: readSwitch('MZ_DEMO', true),
    publicUrl: (process.env.MZ_PUBLIC_URL || `http://localhost:${port}`).replace(/\/+$/, ''),
  }
}

function readPort(name: string, otherwise: number): number {
  const text = process.env[name]
  if (!text) return otherwise
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new RangeError(`${name}: not a port: ${JSON.stringify(text)}`)
  return Number(text)
}

function readSwitch(name: string, otherwise: boolean): boolean {
  const text = process.env[name]
  if (!text) return otherwise
  if (text !== '0' && text !== '1') throw new RangeError(`${name}: 0 or 1 expected, not ${JSON.stringify(text)}`)
  return text === '1'
}
