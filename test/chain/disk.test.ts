import { copyFileSync, statSync, truncateSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { type Disk } from '../../chain/disk.ts'
import { type EmbeddedChain } from '../../chain/embedded.ts'
import { openRpcServer } from '../../chain/rpc.ts'
import { failureOf, openBook, send, signed, startBook, tempFolder } from './book.ts'

/** The real disk, except for what happens first. */
function diskWith(first: { append?: () => Promise<void>; sync?: () => Promise<void> }): { disk: Disk } {
  const disk: Disk = {
    async open(name) {
      const handle = await open(name, 'a')
      return {
        async appendFile(bytes) {
          await first.append?.()
          await handle.appendFile(bytes)
        },
        async sync() {
          await first.sync?.()
          await handle.sync()
        },
        close: () => handle.close(),
      }
    },
  }
  return { disk }
}

describe('the disk', () => {
  let place: ReturnType<typeof tempFolder>
  let chain: EmbeddedChain

  beforeEach(async () => {
    place = tempFolder()
    chain = await startBook(place.file)
    await chain.close()
  })

  afterEach(() => place.remove())

  it('has a block before anybody hears of it', async () => {
    const gate = Promise.withResolvers<void>()
    const heard: string[] = []
    chain = await openBook(place.file, diskWith({ sync: () => gate.promise }))
    chain.onBlock(() => heard.push('stream'))
    const sending = send(chain, await signed(0)).then(() => heard.push('answer'))
    const reading = chain.client.request('eth_blockNumber').then((number) => heard.push(`read ${number}`))
    const paging = chain.client.request('mz_journal', [1]).then((page) => heard.push(`page of ${Object(page).length}`))

    await new Promise((resolve) => setTimeout(resolve, 150))
    const before = [...heard, chain.head().number]
    gate.resolve()
    await Promise.all([sending, reading, paging])

    await chain.close()
    expect(before).to.deep.equal([0])
    expect(heard).to.have.members(['stream', 'answer', 'read 0x1', 'page of 1'])
  })

  it('is waited for once by all who wait together', async () => {
    let waits = 0
    chain = await openBook(place.file, diskWith({ sync: async () => void waits++ }))
    const raws = await Promise.all(Array.from({ length: 40 }, (_, nonce) => signed(nonce)))

    await Promise.all(raws.map((raw) => send(chain, raw)))

    await chain.close()
    expect(chain.head().number).to.equal(40)
    expect(waits).to.equal(2)
  })

  for (const failing of ['append', 'sync'] as const)
    describe(`that fails to ${failing}`, () => {
      const fatal: string[] = []

      beforeEach(async () => {
        fatal.length = 0
        const { disk } = diskWith({ [failing]: () => Promise.reject(new Error('EIO: the disk is gone')) })
        chain = await openBook(place.file, { disk, onFatal: ({ message }) => fatal.push(message) })
      })

      it('stops the process, and nobody is told yes or no', async () => {
        const outcomes = await Promise.all([
          failureOf(send(chain, await signed(0))),
          failureOf(chain.client.request('eth_blockNumber')),
        ])

        expect(fatal).to.deep.equal(['EIO: the disk is gone'])
        for (const outcome of outcomes)
          expect(outcome).to.include({ name: 'ChainStopped', message: 'the chain has stopped' })
        expect(await failureOf(send(chain, await signed(0)))).to.have.property('name', 'ChainStopped')
        expect(fatal).to.have.lengthOf(1)
        expect(chain.head().number).to.equal(0)
        await chain.close()
      })

      it('breaks the connection of whoever asked, instead of answering', async () => {
        const server = await openRpcServer(chain.client, 18_520)
        const raw = await signed(0)

        const outcome = await new Promise((resolve) => {
          const headers = { 'content-type': 'application/json' }
          const asked = request(server.url, { method: 'POST', headers }, resolve)
          asked.on('error', resolve)
          asked.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: [raw] }))
        })

        expect(outcome).to.have.property('code', 'ECONNRESET')
        await server.close()
        await chain.close()
      })
    })

  it('loses in a power cut only what nobody was told of', async () => {
    const found = { torn: 0, between: 0 }
    const groups = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 })

    await fc.assert(
      fc.asyncProperty(groups, fc.integer({ min: 0, max: 100 }), async (sizes, percent) => {
        const book = tempFolder()
        const answered = await writeGroups(book.file, sizes)
        const survivor = await cutPower(book, answered.length, percent)

        const next = await openBook(survivor)

        for (const hash of answered)
          expect(await next.client.request('eth_getTransactionReceipt', [hash])).to.include({ status: '0x1' })
        expect(next.head().number).to.be.within(answered.length, answered.length + 3)
        found[next.tornTail ? 'torn' : 'between']++
        await next.close()
        book.remove()
      }),
      { numRuns: 25, seed: 4, examples: [[[1], 0], [[1, 3], 100]] },
    )

    expect(found.torn).to.be.greaterThan(5)
    expect(found.between).to.be.greaterThan(1)
  })
})

/** Writes groups of transactions, each sent at once, and gives the hashes that were answered. */
async function writeGroups(file: string, sizes: readonly number[]): Promise<unknown[]> {
  const chain = await startBook(file)
  const answered: unknown[] = []
  for (const size of sizes) {
    const raws = await Promise.all(Array.from({ length: size }, (_, at) => signed(answered.length + at)))
    answered.push(...(await Promise.all(raws.map((raw) => send(chain, raw)))))
  }
  await chain.close()
  return answered
}

/** Sends three more, and takes the disk as it is when it has stored `percent` of what was written and not synced. */
async function cutPower(book: { folder: string; file: string }, nonce: number, percent: number): Promise<string> {
  const survivor = join(book.folder, 'survivor')
  const safe = statSync(book.file).size
  const raws = await Promise.all([0, 1, 2].map((step) => signed(nonce + step)))
  const { disk } = diskWith({
    async sync() {
      const written = statSync(book.file).size
      copyFileSync(book.file, survivor)
      truncateSync(survivor, safe + Math.round((written - safe) * (percent / 100)))
      throw new Error('the power is gone')
    },
  })
  const chain = await openBook(book.file, { disk, onFatal: () => {} })
  await Promise.allSettled(raws.map((raw) => send(chain, raw)))
  await chain.close()
  return survivor
}
