import { setImmediate } from 'node:timers/promises'
import type { Reader } from '../../indexer/read.ts'
import { matchesOf, proposing, type OpenEntry, type OpenLine, type Proposal } from '../../intake/matching.ts'
import type { PrivatePapers } from './access.ts'
import { balancing, type Reconciliation } from './balance.ts'
import { openEntries, openLines, windowOf } from './unmatched.ts'

/** What of an account is open as of one moment, and what seems to be the same money. */
export type Reconciling = {
  readonly lines: readonly OpenLine[]
  readonly entries: readonly OpenEntry[]
  /** The likeliest first. */
  readonly proposals: readonly Proposal[]
  readonly proposalOf: ReadonlyMap<number, Proposal>
  /** Lines of which somebody said why they have no entry. */
  readonly said: ReadonlySet<number>
}

/** Others wait no longer than this while open lines are gathered. */
const SLICE_MS = 15

/** Works out what is open in an account, a little at a time, and again only when the book or the vault changed. */
export function openReconciling(reader: Reader, vault: PrivatePapers & { version(): string }): (account: number) => Promise<Reconciling> {
  return keepOf(() => `${reader.version()} ${vault.version()}`, async (account) => await reconcile(reader, vault, account))
}

/** The same for the bank reconciliation statement of an account; undefined before its first bank statement. */
export function openBalancing(reader: Reader, vault: PrivatePapers & { version(): string }): (account: number) => Promise<Reconciliation | undefined> {
  return keepOf(() => `${reader.version()} ${vault.version()}`, async (account) => await balance(reader, vault, account))
}

/** Works something out of an account once for each version of what it is worked out from. */
function keepOf<Answer>(versionOf: () => string, work: (account: number) => Promise<Answer>): (account: number) => Promise<Answer> {
  const kept = new Map<number, { version: string; told: Promise<Answer> }>()
  return async (account) => {
    const version = versionOf()
    const known = kept.get(account)
    if (known?.version === version) return await known.told
    const told = work(account)
    kept.set(account, { version, told })
    // What went wrong once is tried again; what somebody asked for since then is not forgotten with it.
    told.catch(() => kept.get(account)?.told === told && kept.delete(account))
    return await told
  }
}

async function reconcile(reader: Reader, vault: PrivatePapers, account: number): Promise<Reconciling> {
  const lines = await gather(openLines(reader, vault, account))
  const window = windowOf(lines)
  const entries = window ? (await gather(openEntries(reader, vault, window))).filter((entry) => entry !== undefined) : []
  const proposals = await restingBetween(proposing(lines, entries))
  const proposalOf = new Map(proposals.flatMap((proposal) => proposal.lines.map(({ line }) => [line, proposal] as const)))
  return { lines, entries, proposals, proposalOf, said: new Set(reader.explainedLines(account)) }
}

/** Both sides must be of one moment: when the book moved meanwhile it is worked out again, and at last without a rest. */
async function balance(reader: Reader, vault: PrivatePapers, account: number): Promise<Reconciliation | undefined> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    const version = reader.version()
    const told = await restingBetween(balancing(reader, vault, account))
    if (reader.version() === version) return told
  }
  return reader.atOnce(() => {
    const steps = balancing(reader, vault, account)
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
    }
  })
}

const ATTEMPTS = 3

/** As many matches fit one signature. */
const MOST_MATCHES = 500

/** The proposals of a score or more that one signature has room for; of none is a line of which somebody said otherwise. */
export function sureOf({ proposals, said }: Reconciling, atLeast: number): Proposal[] {
  let room = MOST_MATCHES
  return proposals.filter((proposal) => {
    if (proposal.score < atLeast || proposal.lines.some(({ line }) => said.has(line))) return false
    const size = matchesOf(proposal).length
    if (size > room) return false
    room -= size
    return true
  })
}

async function restingBetween<Answer>(steps: Generator<undefined, Answer>): Promise<Answer> {
  await setImmediate()
  for (let since = performance.now(); ; ) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - since < SLICE_MS) continue
    await setImmediate()
    since = performance.now()
  }
}

async function gather<One>(ones: Iterable<One>): Promise<One[]> {
  const gathered: One[] = []
  let since = performance.now()
  for (const one of ones) {
    gathered.push(one)
    if (performance.now() - since < SLICE_MS) continue
    await setImmediate()
    since = performance.now()
  }
  return gathered
}
