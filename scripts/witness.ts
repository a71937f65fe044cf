import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { WitnessNews } from '../chain/witness.ts'
import { readSeal, type BlockSeal } from '../chain/seals.ts'
import type { Hex } from '../ledger/hex.ts'

/** What a witness's process is told when it begins. */
export type WitnessOrders = { rpcUrl: string; folder: string; wallet: { address: Hex; privateKey: Hex } }

/** What it says: a seal that it wants kept, news, or that it saw two histories. */
export type WitnessSaid = { seal: BlockSeal } | { news: WitnessNews } | { refuses: string }

export type OwnWitness = WitnessOrders & {
  /** Keeps a seal; it must be on the disk when this returns. */
  keep(seal: BlockSeal): Promise<void>
  onNews?: (news: WitnessNews) => void
  /** It saw two histories and signs nothing more. */
  onRefusal(reason: string): void
}

/** The exit code of a witness that refuses: starting it again would change nothing. */
export const REFUSES = 3

const LONGEST_PAUSE_MS = 60_000

/**
 * Runs this server's own witness in a process of its own, since executing every block a second time would keep visitors
 * waiting. It follows the chain through its RPC like any witness elsewhere; when it dies it is started again.
 */
export function startOwnWitness(witness: OwnWitness): { pid(): number | undefined; stop(): Promise<void> } {
  const stopping = new AbortController()
  let child: ChildProcess | undefined
  const running = keepRunning()

  return {
    pid: () => child?.pid,
    async stop() {
      stopping.abort()
      // Its channel closing is what tells it to end, also when this process is killed.
      if (child?.connected) child.disconnect()
      await running
    },
  }

  async function keepRunning(): Promise<void> {
    for (let pauseMs = 1000; !stopping.signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const code = await runOnce()
      if (code === REFUSES) return
      await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  async function runOnce(): Promise<number | null> {
    const { rpcUrl, folder, wallet } = witness
    const process = fork(join(import.meta.dirname, 'witness.child.ts'), {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child = process
    process.on('message', (message) => void hear(process, message as WitnessSaid))
    process.send({ rpcUrl, folder, wallet } satisfies WitnessOrders, () => {})
    return await new Promise((resolve) => {
      process.once('exit', resolve)
      process.once('error', () => resolve(null))
    })
  }

  async function hear(process: ChildProcess, said: WitnessSaid): Promise<void> {
    if ('refuses' in said) return witness.onRefusal(said.refuses)
    if ('news' in said) return witness.onNews?.(said.news)
    const seal = readSeal(said.seal)
    const error = await witness.keep(seal).then(() => '', (error: unknown) => String(error))
    if (process.connected) process.send({ number: seal.number, error }, () => {})
  }
}
