import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { signSeal } from '../ledger/seal.ts'
import { type Hex } from '../ledger/hex.ts'
import { type ChainClient } from './client.ts'
import { ForkSeen, SourceShorter, type Follower } from './fork.ts'
import { openHeaderChain, type HashOfBlock } from './headers.ts'
import { lockJournal } from './lock.ts'
import { openRecord, writeOnce, type RecordFile } from './record.ts'
import { openReexecution } from './reexecute.ts'
import { type Progress } from './replay.ts'
import { readSeal, type BlockSeal } from './seals.ts'

/** What a witness tells whoever watches it. `block` is the newest it holds. */
export type WitnessNews =
  | { state: 'replaying'; progress: Progress }
  | { state: 'following' | 'sealed'; block: number; hash: Hex }
  | { state: 'waiting'; reason: string }

export type WitnessOptions = {
  /** The chain to watch; a full witness needs `mz_journal`. */
  source: ChainClient
  /** The witness's own folder, on its own disk. */
  folder: string
  wallet: { address: Hex; privateKey: Hex }
  /** Light: how a header's hash is computed. Without it the witness is a full one and executes everything again. */
  light?: { hashOf: HashOfBlock }
  /** Hands a seal to the server; when it fails the seal is handed in again. */
  post: (seal: BlockSeal) => Promise<void>
  onNews?: (news: WitnessNews) => void
  signal?: AbortSignal
  /** Between two looks at the source. */
  pauseMs?: number
}

/** This witness saw two histories. It signs nothing more, however often it is started, until people have looked. */
export class WitnessRefuses extends Error {
  override name = 'WitnessRefuses'
  readonly file: string

  constructor(file: string, reason: string) {
    super(`${reason}; both heads are kept in ${file}, and this witness signs nothing more`)
    this.file = file
  }
}

/** Several witnesses of a busy chain see different heads; these blocks all of them seal, so that they make a quorum. */
const MILESTONE = 64

/** More blocks than this in one turn, and the source is far ahead: a seal now would be old before it is signed. */
const CATCHING_UP = 64

/**
 * Follows a chain and seals its newest block whenever it has moved, until `signal` stops it.
 *
 * It signs only hashes that it computed itself, only later blocks each time, and only what continues what it signed
 * before. A source that does not answer is asked again; one that tells another history is refused.
 *
 * @throws {WitnessRefuses} at a fork, for ever; {RangeError} when another process uses its folder.
 */
export async function runWitness(options: WitnessOptions): Promise<void> {
  const { folder } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = lockJournal(join(folder, 'witness'))
  try {
    await checkNeverRefused(folder)
    const record = await openRecord(join(folder, 'signed.jsonl'), readSeal)
    await follow(options, record).finally(() => record.close())
  } catch (error) {
    throw error instanceof ForkSeen ? await refuse(folder, error) : error
  } finally {
    lock.release()
  }
}

async function follow(options: WitnessOptions, record: RecordFile<BlockSeal>): Promise<void> {
  const { signal, pauseMs = 1000 } = options
  const stopped = () => signal?.aborted === true
  const rest = () => pause(pauseMs, undefined, signal && { signal }).catch(() => undefined)
  // The last seal may not have arrived; handing it in twice changes nothing.
  const seals = { last: record.entries.at(-1), unsent: record.entries.slice(-1) }
  let follower: Follower | undefined

  try {
    while (!stopped()) {
      try {
        follower ??= await openFollower(options)
        const count = await takeBlocks(follower, options)
        if (count > CATCHING_UP) continue
        await seal(follower, options, record, seals)
        await send(options, seals.unsent)
      } catch (error) {
        if (!(error instanceof Unreachable || error instanceof SourceShorter)) throw error
        options.onNews?.({ state: 'waiting', reason: error.message })
      }
      await rest()
    }
  } finally {
    await follower?.close()
  }
}

async function takeBlocks(follower: Follower, { onNews }: WitnessOptions): Promise<number> {
  const count = await follower.advance()
  const { number, hash } = follower.head()
  if (count > 0) onNews?.({ state: 'following', block: number, hash })
  return count
}

type Seals = { last: BlockSeal | undefined; unsent: BlockSeal[] }

async function seal(follower: Follower, { wallet }: WitnessOptions, record: RecordFile<BlockSeal>, seals: Seals) {
  const { chainId, genesis } = follower
  for (const number of numbersToSeal(follower, seals.last)) {
    const blockHash = follower.hashAt(number)
    if (!blockHash) throw new RangeError(`this witness does not hold block ${number}`)
    const statement = { chainId: BigInt(chainId), genesis, number: BigInt(number), blockHash }
    const signature = signSeal(wallet.privateKey, statement)
    const signed = readSeal({ number, blockHash, sealer: wallet.address, signature })
    // On its own disk first: a witness that forgot what it signed could be led to sign another history.
    await record.append([signed])
    seals.last = signed
    seals.unsent.push(signed)
  }
}

/** The newest milestone and the head, as far as they continue what was signed before. @throws {ForkSeen} */
function numbersToSeal(follower: Follower, last: BlockSeal | undefined): number[] {
  const head = follower.head()
  if (last && last.number > head.number) return []
  const held = last && follower.hashAt(last.number)
  if (last && held && held !== last.blockHash)
    throw new ForkSeen(`the source now shows another block ${last.number} than this witness signed`, {
      number: last.number, mine: last.blockHash, theirs: held, stated: last,
    })
  const milestone = head.number - (head.number % MILESTONE)
  return [...new Set([milestone, head.number])].filter((number) => number > (last?.number ?? 0))
}

async function send({ post, onNews }: WitnessOptions, unsent: BlockSeal[]): Promise<void> {
  for (let seal = unsent[0]; seal; seal = unsent[0]) {
    await reaching(post(seal))
    unsent.shift()
    onNews?.({ state: 'sealed', block: seal.number, hash: seal.blockHash })
  }
}

async function openFollower({ source, folder, light, onNews }: WitnessOptions): Promise<Follower> {
  const watched: ChainClient = { request: (method, params) => reaching(source.request(method, params)) }
  if (light) return await openHeaderChain({ source: watched, file: join(folder, 'headers.jsonl'), ...light })
  const onReplay = (progress: Progress) => onNews?.({ state: 'replaying', progress })
  return await openReexecution({ source: watched, file: join(folder, 'journal.jsonl'), onReplay })
}

/** Somebody else did not answer, or not well: that passes, and is no fault of this witness. */
class Unreachable extends Error {
  override name = 'Unreachable'
}

async function reaching<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw new Unreachable(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

async function checkNeverRefused(folder: string): Promise<void> {
  const file = join(folder, 'fork.json')
  if (!existsSync(file)) return
  const { reason } = JSON.parse(await readFile(file, 'utf8'))
  throw new WitnessRefuses(file, String(reason))
}

async function refuse(folder: string, { message, evidence }: ForkSeen): Promise<WitnessRefuses> {
  const file = join(folder, 'fork.json')
  const kept = { seenAt: new Date().toISOString(), reason: message, ...evidence }
  await writeOnce(file, `${JSON.stringify(kept, null, 2)}\n`)
  return new WitnessRefuses(file, message)
}
