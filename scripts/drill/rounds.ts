import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { openRpcClient, RpcError } from '../../chain/client.ts'
import { checkSurvivor, type Found } from './check.ts'
import { readUntilDeath, writeUntilDeath, type Known } from './known.ts'

/** One round: when the process was killed (ms), and what was found after starting it again. */
export type Round = Found & { round: number; killedAfterMs: number; whileStarting: boolean }

/**
 * Kills a chain with SIGKILL at random moments while one writes and others read, starts it again on the same journal,
 * and checks that nothing anybody was told has changed. The same seed gives the same moments, no more.
 *
 * @throws {Error} naming the first thing that was lost.
 */
export async function drill(rounds: number, seed: number, report: (round: Round) => void = () => {}): Promise<Round[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mz-drill-'))
  const random = seeded(seed)
  const done: Round[] = []
  // All rounds are one book, so each one also guards what the ones before wrote.
  const known: Known = { asked: [], seen: new Map() }
  try {
    for (let round = 1; round <= rounds; round++) {
      const blow = await writeAndKill(join(folder, 'journal'), known, random)
      const found = await startAndCheck(join(folder, 'journal'), known)
      done.push({ round, ...blow, ...found })
      report({ round, ...blow, ...found })
    }
    return done
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeAndKill(file: string, known: Known, random: () => number) {
  // Every fifth blow or so falls while the journal is being replayed.
  const whileStarting = random() < 0.2 && known.asked.length > 0
  const killedAfterMs = Math.round(random() * (whileStarting ? 1000 : 600))
  const victim = start(file)
  try {
    if (!whileStarting) {
      const client = openRpcClient(await urlOf(victim))
      const work = Promise.allSettled([
        writeUntilDeath(client, known, random),
        readUntilDeath(client, known),
        readUntilDeath(client, known),
      ])
      await sleep(killedAfterMs)
      victim.kill('SIGKILL')
      checkDied(await work)
    } else await sleep(killedAfterMs)
  } finally {
    await kill(victim)
  }
  return { whileStarting, killedAfterMs }
}

// A chain that refuses is not a chain that died: then the drill itself is wrong.
function checkDied(ends: readonly PromiseSettledResult<unknown>[]): void {
  for (const end of ends) if (end.status === 'rejected' && end.reason instanceof RpcError) throw end.reason
}

async function startAndCheck(file: string, known: Known): Promise<Found> {
  const survivor = start(file)
  try {
    return await checkSurvivor(openRpcClient(await urlOf(survivor)), known)
  } finally {
    await kill(survivor)
  }
}

function start(file: string): ChildProcess {
  const program = join(import.meta.dirname, 'victim.ts')
  return spawn(process.execPath, ['--import', 'tsx', program, file], { stdio: ['pipe', 'pipe', 'inherit'] })
}

/** Where the chain answers. @throws {Error} when it ends without saying. */
async function urlOf({ stdout, exitCode }: ChildProcess): Promise<string> {
  if (stdout && exitCode === null) for await (const line of createInterface({ input: stdout })) return line
  throw new Error('the chain did not start')
}

async function kill(victim: ChildProcess): Promise<void> {
  if (victim.exitCode !== null || victim.signalCode !== null) return
  const ended = once(victim, 'exit')
  victim.kill('SIGKILL')
  await ended
}

/** Random numbers in [0, 1) that are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
