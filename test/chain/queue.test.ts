import { expect } from 'chai'
import fc from 'fast-check'
import { openQueue } from '../../chain/queue.ts'

describe('the queue', () => {
  it('lets a write wait for the reads that are under way, or they would see what is not on the disk', async () => {
    const slow = Promise.withResolvers<unknown>()
    const order: string[] = []
    const queue = openQueue({
      read: () => slow.promise,
      async commit(raws) {
        order.push('write')
        return raws.map((value) => ({ status: 'fulfilled', value }))
      },
    })
    const reading = queue.read('slow', []).then(() => order.push('read'))
    const writing = queue.send('0x')
    await new Promise((resolve) => setTimeout(resolve, 20))
    const before = [...order]

    slow.resolve(1)
    await Promise.all([reading, writing])

    expect(before).to.deep.equal([])
    expect(order).to.deep.equal(['read', 'write'])
  })

  it('lets reads run side by side', async () => {
    let running = 0
    let most = 0
    const read = async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running--
    }
    const queue = openQueue({ read, commit: async () => [] })

    await Promise.all([1, 2, 3].map(() => queue.read('', [])))

    expect(most).to.equal(3)
  })

  it('answers everything, and never reads while it writes, in whatever order they come', async () => {
    const visited = { grouped: 0, alone: 0, together: 0 }
    const asks = fc.array(fc.record({ write: fc.boolean(), readMs: fc.nat(3), gapMs: fc.nat(2) }), { maxLength: 30 })

    await fc.assert(
      fc.asyncProperty(asks, async (steps) => {
        let writing = false
        let reading = 0
        const queue = openQueue({
          async read(_, [ms]) {
            if (writing) throw new Error('read while writing')
            if (++reading > 1) visited.together++
            await new Promise((resolve) => setTimeout(resolve, Number(ms)))
            reading--
            return 'read'
          },
          async commit(raws) {
            if (writing || reading > 0) throw new Error('wrote while reading or writing')
            writing = true
            visited[raws.length > 1 ? 'grouped' : 'alone']++
            await new Promise((resolve) => setTimeout(resolve, 1))
            writing = false
            return raws.map(() => ({ status: 'fulfilled', value: 'written' }))
          },
        })
        const answers: Promise<unknown>[] = []
        for (const { write, readMs, gapMs } of steps) {
          answers.push(write ? queue.send('0x') : queue.read('', [readMs]))
          if (gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs))
        }

        const found = await Promise.all(answers)

        expect(found).to.deep.equal(steps.map(({ write }) => (write ? 'written' : 'read')))
      }),
      { numRuns: 60, seed: 3 },
    )

    for (const [state, times] of Object.entries(visited)) expect(times, state).to.be.greaterThan(10)
  })

  it('refuses what comes after it was closed, and answers what came before', async () => {
    const written = { status: 'fulfilled', value: 'written' } as const
    const queue = openQueue({ read: async () => 'read', commit: async () => [written] })
    const early = [queue.read('', []), queue.send('0x')]
    const closing = queue.close()

    const late = await queue.send('0x').catch(({ message }) => message)

    await closing
    expect(await Promise.all(early)).to.deep.equal(['read', 'written'])
    expect(late).to.equal('the chain is closed')
  })
})
