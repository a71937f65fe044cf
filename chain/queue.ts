/** The one queue through which everything reaches the chain. */
export type Queue = {
  read(method: string, params: readonly unknown[]): Promise<unknown>
  send(rawTransaction: unknown): Promise<unknown>
  /** Refuses what comes from now on, and returns when everything before has its answer. */
  close(): Promise<void>
}

type Doors = {
  read(method: string, params: readonly unknown[]): Promise<unknown>
  /** Mines and records several transactions; one outcome each, in order. Throws only when the chain has stopped. */
  commit(rawTransactions: readonly unknown[]): Promise<PromiseSettledResult<unknown>[]>
}

type Read = { method: string; params: readonly unknown[] }
type Job = { run: Read | { raw: unknown } } & PromiseWithResolvers<unknown>

/** As many transactions share one wait for the disk; more would keep readers waiting longer than they notice. */
const MAX_GROUP = 32

/**
 * Lets reads run side by side and every write alone: no read starts before the writes asked earlier are on the disk, so
 * nobody sees a block that a power cut could take back.
 */
export function openQueue({ read, commit }: Doors): Queue {
  const waiting: Job[] = []
  const reading = new Set<Promise<unknown>>()
  let working: Promise<void> | undefined
  let closed = false

  return {
    read: (method, params) => put({ method, params }),
    send: (raw) => put({ raw }),
    async close() {
      closed = true
      await working
      await Promise.all(reading)
    },
  }

  function put(run: Job['run']): Promise<unknown> {
    if (closed) return Promise.reject(new Error('the chain is closed'))
    const job = { run, ...Promise.withResolvers<unknown>() }
    waiting.push(job)
    working ??= work()
    return job.promise
  }

  async function work(): Promise<void> {
    // A turn later, so that what was asked in one breath is written in one group.
    await Promise.resolve()
    for (let job = waiting[0]; job !== undefined; job = waiting[0]) {
      if ('method' in job.run) startRead(job, job.run)
      else await write()
    }
    // In the same turn as the look that found nobody waiting, or who comes in between would wait for ever.
    working = undefined
  }

  function startRead({ resolve, reject }: Job, { method, params }: Read): void {
    waiting.shift()
    const running = read(method, params).then(resolve, reject)
    reading.add(running)
    void running.finally(() => reading.delete(running))
  }

  async function write(): Promise<void> {
    await Promise.all(reading)
    const raws: unknown[] = []
    for (const { run } of waiting) {
      if ('method' in run || raws.length === MAX_GROUP) break
      raws.push(run.raw)
    }
    const group = waiting.splice(0, raws.length)
    try {
      const outcomes = await commit(raws)
      for (const [at, job] of group.entries()) settle(job, outcomes[at])
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
}

function settle({ resolve, reject }: Job, outcome: PromiseSettledResult<unknown> | undefined): void {
  if (outcome?.status === 'fulfilled') resolve(outcome.value)
  else reject(outcome?.reason)
}
