import { RpcError } from './client.ts'
import { type Engine, type MinedBlock } from './engine.ts'
import { type Journal } from './journal.ts'
import { type JournalLine } from './lines.ts'
import { checkRaw, transactionHashOf } from './transaction.ts'

/** A block that is on the disk. Time in unix seconds. */
export type Head = Pick<MinedBlock, 'number' | 'hash' | 'timestamp'>

/** The only writer of the chain. */
export type Writer = {
  head(): Head
  /** Mines and records transactions in their order: a hash or a refusal for each. Anything thrown means: stop. */
  commit(rawTransactions: readonly unknown[]): Promise<PromiseSettledResult<unknown>[]>
}

type Parts = {
  engine: Engine
  journal: Journal
  last: Head
  /** Unix seconds. */
  clock: () => number
  onBlock: (block: Head) => void
}

/** Mines, appends, waits for the disk, and only then lets anybody hear of it. */
export function openWriter({ engine, journal, last, clock, onBlock }: Parts): Writer {
  let head = last

  return {
    head: () => head,
    async commit(raws) {
      const lines: JournalLine[] = []
      const outcomes: PromiseSettledResult<unknown>[] = []
      for (const raw of raws) outcomes.push(await outcomeOf(mine(raw, lines)))

      if (lines.length > 0) await journal.append(lines)

      for (const { number, blockHash, timestamp } of lines) {
        head = { number, hash: blockHash, timestamp }
        onBlock(head)
      }
      return outcomes
    },
  }

  async function mine(raw: unknown, lines: JournalLine[]): Promise<unknown> {
    const rawTransaction = checkRaw(raw)
    const timestamp = Math.max(lines.at(-1)?.timestamp ?? head.timestamp, clock())
    try {
      const { number, hash, transactionHash } = await engine.mine(timestamp, rawTransaction)
      lines.push({ number, timestamp, rawTransaction, blockHash: hash })
      return transactionHash
    } catch (error) {
      // Sent again, it is refused for its used nonce; but it stands in the book, and that is what the sender asks.
      const hash = transactionHashOf(rawTransaction)
      if (error instanceof RpcError && (await engine.request('eth_getTransactionReceipt', [hash]))) return hash
      throw error
    }
  }
}

// A refusal is one sender's affair; whatever else goes wrong is everybody's.
async function outcomeOf(mined: Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  try {
    return { status: 'fulfilled', value: await mined }
  } catch (reason) {
    if (!(reason instanceof RpcError)) throw reason
    return { status: 'rejected', reason }
  }
}
