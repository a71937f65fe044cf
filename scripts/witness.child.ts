import { once } from 'node:events'
import { openRpcClient } from '../chain/client.ts'
import type { BlockSeal } from '../chain/seals.ts'
import { runWitness, WitnessRefuses } from '../chain/witness.ts'
import { REFUSES, type WitnessOrders, type WitnessSaid } from './witness.ts'

// The process of this server's own witness. Its parent stops it by closing the channel, on purpose or by dying.
const stop = new AbortController()
process.once('disconnect', () => stop.abort())
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

const [orders]: [WitnessOrders] = (await once(process, 'message')) as [WitnessOrders]
const { rpcUrl, folder, wallet } = orders

try {
  const onNews = (news: Extract<WitnessSaid, { news: unknown }>['news']) => say({ news })
  const servers = [{ name: rpcUrl, chain: openRpcClient(rpcUrl), post }]
  await runWitness({ servers, folder, wallet, onNews, signal: stop.signal })
} catch (error) {
  if (!(error instanceof WitnessRefuses)) throw error
  say({ refuses: error.message })
  process.exitCode = REFUSES
} finally {
  if (process.connected) process.disconnect()
}

async function post(seal: BlockSeal): Promise<void> {
  const answered = once(process, 'message', { signal: stop.signal })
  say({ seal })
  const [{ error }] = (await answered) as [{ error: string }]
  if (error) throw new Error(error)
}

function say(said: WitnessSaid): void {
  if (process.connected) process.send?.(said)
}
