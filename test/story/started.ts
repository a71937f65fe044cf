import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

/** A server as `npm start` runs it, in a process of its own. */
export type Started = {
  readonly url: string
  readonly said: () => string
  readonly env: NodeJS.ProcessEnv
  /** Sends a signal and waits for the end; answers the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

const PATIENCE_MS = 120_000

/** Starts the server on a data folder and waits until it says that it is open. */
export async function startOn(data: string, demo: '0' | '1'): Promise<Started> {
  const [port, rpcPort] = [await freePort(), await freePort()]
  const url = `http://localhost:${port}`
  const env = { ...process.env, MZ_DATA: data, MZ_DEMO: demo, MZ_PORT: `${port}`, MZ_RPC_PORT: `${rpcPort}`, MZ_PUBLIC_URL: url }
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const started = { url, env, said: () => said, end: (signal: NodeJS.Signals) => end(child, signal) }

  const begun = Date.now()
  while (!said.includes('is open at')) {
    if (child.exitCode !== null || Date.now() - begun > PATIENCE_MS) {
      await started.end('SIGKILL')
      throw new Error(`the server did not start:\n${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return started
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  child.kill(signal)
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
