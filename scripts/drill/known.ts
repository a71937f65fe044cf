import { getCreateAddress, keccak256, Wallet } from 'ethers'
import { RpcError, type ChainClient } from '../../chain/client.ts'

/** A transaction that was sent; the chain may have answered, or died first. `word` is what it writes down. */
export type Asked = { hash: string; word: string; answered: boolean; foundWhole: boolean }

/** All that the world outside the chain's process knows of it. */
export type Known = {
  asked: Asked[]
  /** Block hashes that readers and checks saw, by number. */
  seen: Map<number, string>
}

/**
 * Creation code of a notebook: stores the first word it is called with in the slot of the block's number, and logs it.
 * CALLDATALOAD(0) NUMBER SSTORE; CALLDATACOPY(0, 0, size); LOG0(0, size); STOP.
 */
const NOTEBOOK = '0x6010600c60003960106000f36000354355366000600037366000a000'

/** Who writes, and where. Nobody owns anything: the key is no secret. */
export const WRITER = new Wallet(`0x${'d1'.repeat(32)}`)

/** The writer's first transaction makes it. */
export const NOTEBOOK_ADDRESS = getCreateAddress({ from: WRITER.address, nonce: 0 })

/** Writes as fast as the chain answers, in bursts of 1 to 8, until it answers no more. */
export async function writeUntilDeath(client: ChainClient, known: Known, random: () => number): Promise<void> {
  const chainId = Number(await client.request('eth_chainId'))
  let nonce = Number(await client.request('eth_getTransactionCount', [WRITER.address, 'latest']))
  for (let alive = true; alive; ) {
    const burst = await Promise.all(Array.from({ length: 1 + Math.floor(random() * 8) }, (_, at) =>
      sign(chainId, nonce++, known.asked.length + at + 1)))
    known.asked.push(...burst.map(({ asked }) => asked))

    const outcomes = await Promise.allSettled(burst.map(({ raw }) => client.request('eth_sendRawTransaction', [raw])))

    for (const [at, { status }] of outcomes.entries()) {
      const asked = burst[at]?.asked
      if (asked && status === 'fulfilled') asked.answered = true
      alive &&= status === 'fulfilled'
    }
    for (const outcome of outcomes)
      if (outcome.status === 'rejected' && outcome.reason instanceof RpcError) throw outcome.reason
  }
}

/** Looks at the head and at the journal all the time, and remembers every block hash it was shown. */
export async function readUntilDeath(client: ChainClient, known: Known): Promise<void> {
  for (let from = 1; ; ) {
    const [head, page] = await Promise.all([
      client.request('eth_getBlockByNumber', ['latest', false]),
      client.request('mz_journal', [from]),
    ])
    const { number, hash } = Object(head)
    known.seen.set(Number(number), hash)
    for (const line of Object(page)) {
      known.seen.set(line.number, line.blockHash)
      from = line.number + 1
    }
  }
}

// Each has a word of its own: the same nonce is used again when the chain died before it was recorded.
async function sign(chainId: number, nonce: number, unique: number): Promise<{ raw: string; asked: Asked }> {
  const word = `0x${unique.toString(16).padStart(64, '0')}`
  const to = { to: NOTEBOOK_ADDRESS, data: word }
  const fields = { type: 2, chainId, nonce, gasLimit: 200_000, maxFeePerGas: 0, maxPriorityFeePerGas: 0, value: 0 }
  const raw = await WRITER.signTransaction({ ...fields, ...(nonce === 0 ? { data: NOTEBOOK } : to) })
  return { raw, asked: { hash: keccak256(raw), word, answered: false, foundWhole: false } }
}
