import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve, type Served } from '../../scripts/serve.ts'

/** What a command line ended with. */
export type Ended = { code: number | null; out: string; err: string }

/** A book with its people, in a folder of its own, open and served as `npm start` does. */
export type TestBook = Served & {
  /** The variables that tell a command where it is. */
  env: Record<string, string>
  /** Closes it and leaves its folder, for another `openTestBook`. */
  stop(): Promise<void>
  /** Runs `npm run ledger -- …` as a process of its own. */
  ledger(args: readonly string[], env?: Record<string, string>): Promise<Ended>
  /** The same, which must succeed, and its answer as JSON. */
  ask(...args: string[]): Promise<any>
}

/** Founds a book without demonstration and serves it on free ports. */
export async function openTestBook(data = mkdtempSync(join(tmpdir(), 'mz-cli-'))): Promise<TestBook> {
  const settings = { data, port: 0, rpcPort: 0, host: '127.0.0.1', demo: false, publicUrl: 'http://mz.test' }
  const served = await serve(settings, { tell() {}, fatal: (error) => { throw error } })
  const port = new URL(served.rpcUrl).port
  const env = { MZ_DATA: data, MZ_URL: served.url, MZ_RPC_PORT: port, MZ_PUBLIC_URL: 'http://mz.test' }
  const ledger: TestBook['ledger'] = (args, more = {}) => runLedger(args, { ...env, ...more })

  return {
    ...served,
    env,
    stop: served.close,
    ledger,
    async ask(...args) {
      const { code, out, err } = await ledger([...args, '--json'])
      if (code !== 0) throw new Error(`exit code ${code}: ${err}`)
      return JSON.parse(out)
    },
    async close() {
      await served.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** Runs the command line with these variables and no others of ours. */
export async function runLedger(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const entry = join(import.meta.dirname, '../../scripts/ledger.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
    // A process a command: what Node has compiled once it need not compile four hundred times.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: join(tmpdir(), 'mz-compiled'), MZ_DATA: '/nowhere', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (bytes) => (out += String(bytes)))
  child.stderr.on('data', (bytes) => (err += String(bytes)))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}
