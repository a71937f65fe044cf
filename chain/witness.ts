import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatWords, wordsOf } from '../ledger/headWords.ts'
import { type Hex } from '../ledger/hex.ts'
import { signSeal } from '../ledger/seal.ts'
import { ForkSeen, SourceShorter, type FollowedBlock, type Follower } from './fork.ts'
import { openHeaderChain, type HashOfBlock } from './headers.ts'
import { lockJournal } from './lock.ts'
import { openRecord, writeOnce } from './record.ts'
import { openReexecution } from './reexecute.ts'
import { type Progress } from './replay.ts'
import { readSeal, type BlockSeal } from './seals.ts'
import { deliver, enqueue, firstDifference, mayPass, rest, watch, type Server, type ServerState, type Watched } from './watched.ts'

/** What a witness tells whoever watches it. `block` is the newest it holds; `since` when a server does not tell, or does not take seals. */
export type WitnessNews =
  | { state: 'replaying'; progress: Progress }
  | { state: 'following'; block: number; hash: Hex }
  | { state: 'sealed'; block: number; hash: Hex; server: string }
  | { state: 'waiting'; reason: string; server: string; since: Date; takesNoSeals: boolean }

export type WitnessOptions = {
  /** Where the book is shown. All must show the same history. */
  servers: readonly Server[]
  /** The witness's own folder, on its own disk. */
  folder: string
  wallet: { address: Hex; privateKey: Hex }
  /** Light: how a header's hash is computed. Without it the witness is a full one and executes everything again. */
  light?: { hashOf: HashOfBlock }
  onNews?: (news: WitnessNews) => void
  signal?: AbortSignal
  /** Between two looks at the servers. */
  pauseMs?: number
}

/** A witness on its own disk. What it signed can be asked of it at any time, also while no server answers. */
export type Witness = {
  address: Hex
  /** Which book it follows, as soon as it knows. */
  book(): { chainId: number; genesis: Hex } | undefined
  /** A block that it holds; nothing before its own journal is replayed. */
  blockAt(number: number): FollowedBlock | undefined
  newestSeal(): BlockSeal | undefined
  sealOf(number: number): BlockSeal | undefined
  servers(): ServerState[]
  /** The two heads that it saw, as they were kept. */
  evidence(): Promise<unknown>
  /** Follows and seals until `signal` stops it. @throws {WitnessRefuses} at a fork, for ever. */
  run(): Promise<void>
  close(): Promise<void>
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

/** Opens a witness, runs it until `signal` stops it, and closes it. @throws {WitnessRefuses} */
export async function runWitness(options: WitnessOptions): Promise<void> {
  const witness = await openWitness(options)
  await witness.run().finally(() => witness.close())
}

/**
 * Opens a witness in its folder, where it goes on with what it signed before.
 *
 * It signs only hashes that it computed itself, only later blocks each time, and only what continues what it signed before
 * and what no server contradicts. A server that does not answer is asked again; one that tells another history is refused.
 *
 * @throws {Unusable} when another process uses its folder.
 */
export async function openWitness(options: WitnessOptions): Promise<Witness> {
  const { folder, wallet, signal, pauseMs = 1000 } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = lockJournal(join(folder, 'witness'))
  const record = await openRecord(join(folder, 'signed.jsonl'), readSeal).catch((error: unknown) => {
    lock.release()
    throw error
  })
  const signed = new Map(record.entries.map((seal) => [seal.number, seal]))
  let last = record.entries.at(-1)
  // The last seal may not have arrived; handing it in twice changes nothing.
  const servers = options.servers.map((server) => watch(server, last ? [last] : [], pauseMs))
  const forkFile = join(folder, 'fork.json')
  let follower: Follower | undefined

  return {
    address: wallet.address,
    book: () => follower && { chainId: follower.chainId, genesis: follower.genesis },
    blockAt: (number) => follower?.blockAt(number),
    newestSeal: () => last,
    sealOf: (number) => signed.get(number),
    servers: () => servers.map(({ name, asking, telling }) => ({ name, ...(asking.trouble() ?? telling.trouble()) })),
    evidence: async () => (existsSync(forkFile) ? JSON.parse(await readFile(forkFile, 'utf8')) : undefined),
    async run() {
      await checkNeverRefused(forkFile)
      while (!signal?.aborted) if (await turn()) await rest(pauseMs, signal)
    },
    async close() {
      await follower?.close()
      await record.close()
      lock.release()
    },
  }

  /** One look at every server. Gives whether there is time to rest. */
  async function turn(): Promise<boolean> {
    let most = 0
    let confirmed = false
    for (const server of servers.filter(({ asking }) => asking.isDue()))
      await attempt(server, server.asking, async () => {
        const count = await look(server)
        most = Math.max(most, count)
        confirmed = true
      })
    if (most > CATCHING_UP) return false
    if (confirmed && follower) await seal(follower)
    for (const server of servers.filter(({ telling }) => telling.isDue()))
      await attempt(server, server.telling, () => deliver(server, ({ number, blockHash }) =>
        options.onNews?.({ state: 'sealed', block: number, hash: blockHash, server: server.name })))
    return true
  }

  async function attempt(server: Watched, patience: Watched['asking'], work: () => Promise<void>): Promise<void> {
    try {
      await work()
      patience.worked()
    } catch (error) {
      if (error instanceof ForkSeen) throw await refuse(error, server)
      if (!mayPass(error)) throw error
      patience.failed(error.message)
      const since = patience.trouble()?.since ?? new Date()
      options.onNews?.({ state: 'waiting', reason: error.message, server: server.name, since, takesNoSeals: patience === server.telling })
    }
  }

  async function look(server: Watched): Promise<number> {
    const held = (follower ??= await openFollower(options, server))
    checkContinues(held)
    try {
      const count = await held.advance(server.source)
      const { number, hash } = held.head()
      if (count > 0) options.onNews?.({ state: 'following', block: number, hash })
      return count
    } catch (error) {
      if (error instanceof SourceShorter) await checkAgrees(held, server, error.theirs)
      throw error
    }
  }

  /** What was signed must stand in the own history too. @throws {ForkSeen} */
  function checkContinues(held: Follower): void {
    const block = last && held.blockAt(last.number)
    if (!last || !block || block.hash === last.blockHash) return
    throw new ForkSeen(`the source now shows another block ${last.number} than this witness signed`, {
      number: last.number, mine: last.blockHash, theirs: block.hash, stated: last,
    })
  }

  async function seal(held: Follower): Promise<void> {
    checkContinues(held)
    const { chainId, genesis } = held
    const head = held.head().number
    for (const number of [...new Set([head - (head % MILESTONE), head])].filter((number) => number > (last?.number ?? 0))) {
      const blockHash = held.blockAt(number)?.hash
      if (!blockHash) throw new RangeError(`this witness does not hold block ${number}`)
      const signature = signSeal(wallet.privateKey, { chainId: BigInt(chainId), genesis, number: BigInt(number), blockHash })
      const made = readSeal({ number, blockHash, sealer: wallet.address, signature })
      // On its own disk first: a witness that forgot what it signed could be led to sign another history.
      await record.append([made])
      signed.set(number, made)
      last = made
      for (const server of servers) enqueue(server, made)
    }
  }

  async function refuse({ message, evidence }: ForkSeen, server: Watched): Promise<WitnessRefuses> {
    const { number, mine, theirs } = evidence
    const first = follower && (await firstDifference(follower, server, number).catch(() => undefined))
    const from = first?.number ?? number
    const shown = await Promise.all(servers.map(async ({ name, sealsFrom }) =>
      ({ server: name, seals: await sealsFrom?.(from).catch((error: unknown) => String(error)) })))
    const heads = [{ seenBy: wallet.address, hash: mine }, { seenBy: server.name, hash: theirs }]
    const kept = {
      seenAt: new Date().toISOString(), reason: message,
      ...(follower && { chainId: follower.chainId, genesis: follower.genesis }),
      server: server.name, ...evidence,
      heads: heads.map((head) => ({ number, ...head, ...(follower && wordsIn(follower, number, head.hash)) })),
      ...(first && { firstDifference: first }), signed: last, shown,
    }
    await writeOnce(forkFile, `${JSON.stringify(kept, null, 2)}\n`)
    return new WitnessRefuses(forkFile, message)
  }
}

/** A server that has fallen behind must still agree in what it has. @throws {ForkSeen} */
async function checkAgrees(held: Follower, { source }: Watched, number: number): Promise<void> {
  const mine = held.blockAt(number)
  const theirs = mine && (await held.statedBy(source, number))
  if (!mine || !theirs || theirs.hash === mine.hash) return
  throw new ForkSeen(`the source now shows another block ${number}`, { number, mine: mine.hash, theirs: theirs.hash, stated: theirs.stated })
}

async function openFollower({ folder, light, onNews }: WitnessOptions, { source }: Watched): Promise<Follower> {
  if (light) return await openHeaderChain({ source, file: join(folder, 'headers.jsonl'), ...light })
  const onReplay = (progress: Progress) => onNews?.({ state: 'replaying', progress })
  return await openReexecution({ source, file: join(folder, 'journal.jsonl'), onReplay })
}

async function checkNeverRefused(file: string): Promise<void> {
  if (!existsSync(file)) return
  const { reason } = JSON.parse(await readFile(file, 'utf8'))
  throw new WitnessRefuses(file, String(reason))
}

function wordsIn({ chainId, genesis }: Follower, number: number, hash: Hex): { words?: string } {
  return /^0x[0-9a-f]{64}$/.test(hash) ? { words: formatWords(wordsOf(BigInt(chainId), genesis, BigInt(number), hash)) } : {}
}
