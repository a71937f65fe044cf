import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import type { ChainClient } from '../../chain/client.ts'
import { dump } from '../../indexer/dump.ts'
import { catchUp } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { openReader } from '../../indexer/read.ts'
import { CONTRACTS, fundOpened, inflowsRecorded, paid, writeChain } from './chain.ts'
import { tempFolder } from './files.ts'

const ROUNDS = 8
const PAYMENTS = 200

describe('An indexer that is killed at any moment', function () {
  this.timeout(120_000)

  it('goes on where it was, and nothing is half there or twice', async () => {
    const chain = writeChain()
    chain.write(fundOpened(1), inflowsRecorded(1, 1, 1, 0, [1_000_000]))
    const { url, close } = await serve(chain.client)
    const { folder, file, remove } = tempFolder()
    let payments = 0
    const seen: number[] = []

    for (let round = 0; round < ROUNDS; round++) {
      const child = fork(new URL('./child.ts', import.meta.url), [url, file], { execArgv: ['--import', 'tsx'] })
      const writing = writePayments()
      if (round % 4 < 3) await Promise.race([once(child, 'message'), once(child, 'exit')])
      await setTimeout(Math.random() * 150)
      await kill(child)
      await writing
      seen.push(expectWhole(file))
    }

    const mirror = await openMirror(file)
    await catchUp({ client: chain.client, contracts: CONTRACTS, mirror })
    await mirror.close()
    const other = await openMirror(`${folder}/other.db`)
    await catchUp({ client: chain.client, contracts: CONTRACTS, mirror: other })
    await other.close()
    expect([...dump(file)]).to.deep.equal([...dump(other.file)])
    expect(new Set(seen).size, `blocks seen: ${seen}`).to.be.greaterThan(3)
    remove()
    await close()

    async function writePayments(): Promise<void> {
      for (let i = 0; i < PAYMENTS; i++) {
        payments += 1
        chain.addBlock(paid(1, payments, payments, (payments - 1) * 10, 10))
        await setTimeout(1)
      }
    }
  })
})

/** Looks at what a killed indexer left: whole blocks, each with all that was said in it. Gives the last. */
function expectWhole(file: string): number {
  if (!existsSync(file)) return 0
  const reader = openReader(file)
  const block = reader.head()?.block ?? 0
  const { outflows } = reader.fund(1) ?? { outflows: 0 }
  reader.close()
  const rows = [...dump(file)].map((line) => line.split('\t')[0])
  const countOf = (table: string) => rows.filter((name) => name === table).length
  for (const table of ['proposals', 'approvals', 'executions', 'pieces', 'acceptances']) expect(countOf(table), table).to.equal(Math.max(0, block - 2))
  expect(outflows).to.equal(Math.max(0, block - 2))
  return block
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await gone
}

async function serve(client: ChainClient): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(await text(request))
    const calls: { id: number; method: string; params: unknown[] }[] = Array.isArray(body) ? body : [body]
    const answers = await Promise.all(calls.map(async ({ id, method, params }) => ({ jsonrpc: '2.0', id, result: await client.request(method, params) })))
    response.setHeader('content-type', 'application/json').end(JSON.stringify(Array.isArray(body) ? answers : answers[0]))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
