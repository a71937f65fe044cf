import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { failureOf, NOTEBOOK, openBook, send, signed, startBook, tempFolder, word, writeBlocks } from '../chain/book.ts'

describe('L7: a journal replayed gives the same head hash', () => {
  let place: ReturnType<typeof tempFolder>

  beforeEach(() => {
    place = tempFolder()
  })

  afterEach(() => place.remove())

  it('whatever was written, refused, reverted and asked in between', async () => {
    const visited = { written: 0, reverted: 0, refused: 0, created: 0, asked: 0, waited: 0 }
    type Act = keyof typeof visited
    const act = fc.constantFrom<Act[]>('written', 'reverted', 'refused', 'created', 'asked', 'waited')

    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 25 }), async (acts) => {
        const { file, remove } = tempFolder()
        let time = 1_600_000_000
        let chain = await startBook(file, { clock: () => time })
        const notebook = await writeBlocks(chain, 1)
        let nonce = 1
        for (const step of acts) {
          visited[step]++
          if (step === 'written') await send(chain, await signed(nonce++, { to: notebook, data: word(nonce) }))
          if (step === 'reverted') await send(chain, await signed(nonce++, { to: null, data: '0xfe' }))
          if (step === 'created') await send(chain, await signed(nonce++, { data: NOTEBOOK }))
          if (step === 'refused') await failureOf(send(chain, await signed(nonce + 1)))
          if (step === 'asked') await chain.client.request('eth_call', [{ to: notebook, data: word(7) }, 'latest'])
          if (step === 'waited') time += 3
        }
        const head = chain.head()
        await chain.close()

        chain = await openBook(file)
        expect(chain.head()).to.deep.equal(head)
        expect(await chain.client.request('eth_getBlockByNumber', ['latest', false])).to.include({ hash: head.hash })
        await chain.close()
        remove()
      }),
      { numRuns: 12, seed: 7 },
    )

    // A law that was never put to the test holds too easily.
    for (const [step, times] of Object.entries(visited)) expect(times, step).to.be.greaterThan(10)
  })

  it('and is refused, naming the line, with any one byte of it changed', async () => {
    const chain = await startBook(place.file)
    await writeBlocks(chain, 3)
    await chain.close()
    const whole = readFileSync(place.file)
    const lineOf = (at: number) => whole.subarray(0, at).filter((byte) => byte === 10).length + 1

    // Every 7th byte, and one bit of it: 7 is prime to the length of every field, so each kind of place is met.
    for (let at = 0; at < whole.length - 1; at += 7) {
      const broken = Buffer.from(whole)
      broken[at] = (broken[at] ?? 0) ^ (1 << at % 7)
      writeFileSync(place.file, broken)

      const error = await failureOf(openBook(place.file))

      // A newline lost or won moves the fault to the line that is now wrong.
      expect(error, `byte ${at}`).to.have.property('line').within(lineOf(at) - 1, lineOf(at) + 1)
      expect(error.message).to.match(/^line \d of the journal /)
    }
  })
})
