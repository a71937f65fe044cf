import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import { buildApp } from '../api/app.ts'
import { openRpcClient } from '../chain/client.ts'
import { openSeals } from '../chain/seals.ts'
import { openReader } from '../indexer/read.ts'
import { readAnchor } from '../ledger/anchor.ts'
import { openProver } from '../proof/prove/trace.ts'
import { openVault } from '../vault/vault.ts'

/** What to serve, from the files in `folder`, and where; a bare Fastify says hello on `helloPort`. */
export type Served = { readonly folder: string; readonly rpcUrl: string; readonly port: number; readonly helloPort: number }

/** The vault's key: there is nothing to hide in a measurement. */
export const MASTER_KEY = new Uint8Array(32).fill(9)

// A server in a process of its own, as ten of them would run beside one chain. After "ready" it answers every message with
// the seconds that its main thread has worked so far.
process.once('message', (served: Served) => void serve(served))

async function serve({ folder, rpcUrl, port, helloPort }: Served): Promise<void> {
  const anchor = readAnchor(readFileSync(join(folder, 'anchor.json'), 'utf8'))
  const reader = openReader(join(folder, 'paid.sqlite'))
  const client = openRpcClient(rpcUrl)
  const names = { zh: '测量用账本', en: 'Measured book' }
  const everything = { reads: 1e9, proofs: 1e9, writes: 1e9 }
  const app = await buildApp({
    reader, vault: openVault({ folder: join(folder, 'vault'), masterKey: MASTER_KEY }), client, anchor,
    seals: await openSeals(join(folder, 'seals.jsonl')), prover: openProver({ client, anchor, index: reader }),
    settings: { publicUrl: `http://127.0.0.1:${port}`, demo: false, book: names, community: names, ownSealers: [], limits: everything },
  })
  const hello = Fastify()
  hello.get('/hello', () => ({ hello: 'world' }))
  await Promise.all([app.listen({ port }), hello.listen({ port: helloPort })])

  process.on('message', () => {
    const { user, system } = process.threadCpuUsage()
    process.send?.((user + system) / 1e6)
  })
  process.send?.('ready')
}
