import { expect } from 'chai'
import { setTimeout } from 'node:timers/promises'
import type { ChainClient } from '../../chain/client.ts'
import { HistoryChanged } from '../../indexer/blocks.ts'
import { dump } from '../../indexer/dump.ts'
import { catchUp, follow } from '../../indexer/follow.ts'
import { openMirror, type Mirror } from '../../indexer/mirror.ts'
import { GapFound } from '../../indexer/numbers.ts'
import { CONTRACTS, fundOpened, hash, inflowsRecorded, MORNING, paid, writeChain, type Said } from './chain.ts'
import { tempFolder } from './files.ts'

describe('The indexer', () => {
  let mirror: Mirror
  let remove: () => void

  beforeEach(async () => {
    const folder = tempFolder()
    remove = folder.remove
    mirror = await openMirror(folder.file)
  })

  afterEach(async () => {
    await mirror.close()
    remove()
  })

  const run = (client: ChainClient) => catchUp({ client, contracts: CONTRACTS, mirror })

  it('stands at the newest block when it has caught up', async () => {
    const { client, blocks, write } = writeChain()
    write(fundOpened(1), inflowsRecorded(1, 1, 1, 0, [5, 7]))

    const cursor = await run(client)

    expect(cursor).to.deep.equal({ block: 2, hash: blocks[2]?.hash, time: MORNING + 2, events: 2 })
    expect(await mirror.cursor()).to.deep.equal(cursor)
  })

  it('mirrors nothing twice', async () => {
    const { client, write } = writeChain()
    write(fundOpened(1), inflowsRecorded(1, 1, 1, 0, [5, 7]), ...paid(1, 1, 1, 0, 6))
    await run(client)
    const once = [...dump(mirror.file)]

    await run(client)

    expect([...dump(mirror.file)]).to.deep.equal(once)
  })

  it('goes on where it stopped', async () => {
    const { client, write } = writeChain()
    write(fundOpened(1))
    await run(client)
    write(inflowsRecorded(1, 1, 1, 0, [5, 7]), ...paid(1, 1, 1, 0, 6))

    await run(client)

    expect(await mirror.prisma.acceptance.count()).to.equal(1)
    expect((await mirror.cursor()).events).to.equal(7)
  })

  it('reads long chains in ranges that grow where little is said', async () => {
    const { client, asked, write, addBlock } = writeChain()
    write(fundOpened(1))
    for (let i = 0; i < 3_000; i++) addBlock()

    await run(client)

    expect((await mirror.cursor()).block).to.equal(3_001)
    expect(asked.filter((method) => method === 'eth_getLogs')).to.have.length(4)
  })

  it('asks for the times of blocks where the node does not say them in the logs', async () => {
    const { client, blocks, write } = writeChain()
    write(fundOpened(1), inflowsRecorded(1, 1, 1, 0, [5]))
    for (const { logs } of blocks) for (const log of logs) delete log['blockTimestamp']

    await run(client)

    const times = (await mirror.prisma.transaction.findMany()).map(({ time }) => Number(time))
    expect(times).to.deep.equal([MORNING + 1, MORNING + 2])
  })

  it('has all indexes again after a long way', async () => {
    const { client, addBlock } = writeChain()
    for (let i = 0; i < 2_500; i++) addBlock()

    await run(client)

    const indexes = await mirror.prisma.$queryRaw<{ name: string }[]>`
      SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '%_by_ref' ORDER BY name`
    expect(indexes.map(({ name }) => name))
      .to.deep.equal(['bank_lines_by_ref', 'executions_by_ref', 'inflows_by_ref', 'proposals_by_ref', 'voids_by_ref'])
  })

  describe('refuses a chain', () => {
    const told: [string, (chain: ReturnType<typeof writeChain>) => ChainClient, RegExp][] = [
      ['whose block at the cursor is another', () => other(3), /^block 2 was 0x\w+ and is now 0x\w+$/],
      ['that became shorter', () => other(1), /^the chain has no block 2$/],
      ['with another beginning', ({ blocks, client }) => {
        blocks[0] = { ...blocks[0], hash: hash('elsewhere') } as (typeof blocks)[0]
        return client
      }, /is of another book: chain 4711, genesis 0x/],
      ['whose next block follows another', ({ blocks, write, client }) => {
        write(inflowsRecorded(1, 1, 1, 0, [5]))
        blocks[3] = { ...blocks[3], parentHash: hash('elsewhere') } as (typeof blocks)[0]
        return client
      }, /^block 2 was 0x\w+, and block 3 follows 0x\w+$/],
      ['whose logs are of another block than its header', ({ blocks, write, client }) => {
        write(inflowsRecorded(1, 1, 1, 0, [5]))
        for (const log of blocks[3]?.logs ?? []) log['blockHash'] = hash('elsewhere')
        return client
      }, /^block 3 is 0x\w+, but has a log of 0x\w+$/],
    ]
    for (const [what, change, message] of told)
      it(what, async () => {
        const chain = writeChain()
        chain.write(fundOpened(1), ['PersonEnrolled', 1, CONTRACTS.ledger, hash('paper'), 0])
        await run(chain.client)
        const before = [...dump(mirror.file)]

        const error = await run(change(chain)).then(() => undefined, (error: unknown) => error)

        expect(error).to.be.instanceOf(HistoryChanged).with.property('message').that.matches(message)
        expect([...dump(mirror.file)]).to.deep.equal(before)
      })

    function other(length: number): ChainClient {
      const { client, blocks, addBlock } = writeChain('another')
      blocks[0] = writeChain().blocks[0] as (typeof blocks)[0]
      for (let i = 1; i < length; i++) addBlock()
      return client
    }
  })

  describe('notices an entry that was left out:', () => {
    const [proposed, ...rest] = paid(1, 1, 1, 0, 6)
    const book: Said[] = [
      ['PersonEnrolled', 1, CONTRACTS.ledger, hash('paper'), 0], fundOpened(1), fundOpened(2),
      inflowsRecorded(1, 1, 1, 0, [5]), inflowsRecorded(1, 2, 2, 5, [7]), ...(proposed ? [proposed] : []), ...rest,
      ['PersonEnrolled', 2, CONTRACTS.people, hash('paper'), 1], fundOpened(3), inflowsRecorded(1, 3, 3, 12, [9]),
      ...paid(1, 2, 2, 6, 1),
    ]
    const left: [string, number, object, string][] = [
      ['a person', 0, { kind: 'person', fund: undefined, expected: 1n, found: 2n }, 'person 1 was expected, but person 2 came'],
      ['a fund', 2, { kind: 'fund', fund: undefined, expected: 2n, found: 3n }, 'fund 2 was expected, but fund 3 came'],
      ['a batch', 4, { kind: 'batch', fund: 1, expected: 2n, found: 3n }, 'fund 1: batch 2 was expected, but batch 3 came'],
      ['an outflow', 5, { kind: 'outflow', fund: 1, expected: 1n, found: 2n }, 'fund 1: outflow 1 was expected, but outflow 2 came'],
      ['a piece', 8, { kind: 'piece', fund: 1, expected: 1n, found: 2n }, 'fund 1: piece 1 was expected, but piece 2 came'],
    ]
    for (const [what, index, facts, message] of left)
      it(what, async () => {
        const { client, write } = writeChain()
        write(...book.toSpliced(index, 1))

        const error = await run(client).then(() => undefined, (error: unknown) => error)

        expect(error).to.be.instanceOf(GapFound).and.to.include(facts)
        expect(error).to.have.property('message', message)
        expect((await mirror.cursor()).events).to.equal(0)
      })

    it('an inflow within the numbers', async () => {
      await expectGap([fundOpened(1), inflowsRecorded(1, 1, 1, 0, [5]), inflowsRecorded(1, 2, 3, 5, [5])], 'fund 1: inflow 2 was expected, but inflow 3 came')
    })

    it('fen of the line', async () => {
      await expectGap([fundOpened(1), inflowsRecorded(1, 1, 1, 0, [5]), inflowsRecorded(1, 2, 2, 6, [5])], 'fund 1: fen 5 was expected, but fen 6 came')
    })

    it('a closed period', async () => {
      const closed = (period: number): Said => ['PeriodClosed', 1, period, 0, 18_262 + period, 0, 0, 0, 0, hash('closing'), 3]
      await expectGap([fundOpened(1), closed(1), closed(3)], 'fund 1: period 2 was expected, but period 3 came')
    })

    const opened = (account: number): Said => ['AccountOpened', account, 1, 0, 18_262, hash('account'), 3]
    const recorded = (statement: number, first: number, ...amounts: number[]): Said => [
      'LinesRecorded', 1, statement, first, 18_290, 0, 0, hash('statement'), 4,
      amounts.map((amount, index) => [hash(`line ${first + index}`), amount, 18_290, hash('slip')]),
    ]
    const matched = (first: number, count: number): Said => [
      'LinesMatched', 1, first, hash('matching'), 4, Array.from({ length: count }, () => [1, 1, false, 1, 5]),
    ]
    const registers: [string, Said[], string][] = [
      ['an account', [opened(1), opened(3)], 'account 2 was expected, but account 3 came'],
      ['a statement', [opened(1), recorded(1, 1, 5), recorded(3, 2, 5)], 'account 1: statement 2 was expected, but statement 3 came'],
      ['a line', [opened(1), recorded(1, 1, 5, 6), recorded(2, 3), recorded(3, 4, 7)], 'account 1: line 3 was expected, but line 4 came'],
      ['a match', [opened(1), matched(1, 2), matched(4, 1)], 'account 1: match 3 was expected, but match 4 came'],
      ['the account itself', [recorded(1, 1, 5)], 'an entry of account 1 came, but no account 1 before it'],
      ['an opinion', [['OpinionGiven', 2, 1, 0, 18_262, 1, hash('bundle'), hash('opinion'), 9]], 'opinion 1 was expected, but opinion 2 came'],
      ['a finding', [['FindingRaised', 2, 1, 4, 18_262, hash('finding'), 9]], 'finding 1 was expected, but finding 2 came'],
      ['a complaint', [['ComplaintFiled', 2, 0, 0, 1, hash('complaint'), CONTRACTS.people]], 'complaint 1 was expected, but complaint 2 came'],
    ]
    for (const [what, events, message] of registers)
      it(what, async () => {
        await expectGap(events, message)
      })

    it('of the registers also after it was closed and opened again', async () => {
      const { client, write } = writeChain()
      write(opened(1), recorded(1, 1, 5, 6), matched(1, 2))
      await run(client)
      write(recorded(2, 3, 7), matched(4, 1))

      const error = await run(client).then(() => undefined, (error: unknown) => error)

      expect(error).to.have.property('message', 'account 1: match 3 was expected, but match 4 came')
    })

    it('the fund itself', async () => {
      await expectGap([inflowsRecorded(1, 1, 1, 0, [5])], 'an entry of fund 1 came, but no fund 1 before it')
    })

    it('also after it was closed and opened again', async () => {
      const { client, write } = writeChain()
      write(...book.slice(0, 8))
      await run(client)
      write(...book.slice(9))

      const error = await run(client).then(() => undefined, (error: unknown) => error)

      expect(error).to.have.property('message', 'fund 1: piece 1 was expected, but piece 2 came')
    })

    async function expectGap(events: Said[], message: string): Promise<void> {
      const { client, write } = writeChain()
      write(...events)
      const error = await run(client).then(() => undefined, (error: unknown) => error)
      expect(error).to.be.instanceOf(GapFound).with.property('message', message)
    }
  })

  describe('refuses an answer', () => {
    const wrong: [string, (log: Record<string, unknown>, index: number) => void][] = [
      ["with a log of somebody else's contract", (log) => { log['address'] = `0x${'ee'.repeat(20)}` }],
      ['with a log of a block that was not asked for', (log) => { log['blockNumber'] = '0x63' }],
      ['with logs out of order', (log, index) => { log['logIndex'] = `0x${(9 - index).toString(16)}` }],
      ['with a log twice', (log) => { log['logIndex'] = '0x0' }],
      ['with a log without a hash', (log) => { log['transactionHash'] = null }],
      ['with a number that is none', (log) => { log['logIndex'] = 'one' }],
      ['with a log of another shape', (log) => { log['data'] = '0x' }],
    ]
    for (const [what, change] of wrong)
      it(what, async () => {
        const { client, blocks, addBlock } = writeChain()
        addBlock([fundOpened(1), fundOpened(2)])
        blocks[1]?.logs.forEach(change)

        const error = await run(client).then(() => undefined, (error: unknown) => error)

        expect(error).to.be.instanceOf(RangeError)
        expect((await mirror.cursor()).block).to.equal(0)
      })

    it('that is no list', async () => {
      const { client, write } = writeChain()
      write(fundOpened(1))
      const silent = { request: async (method: string, params?: readonly unknown[]) => method === 'eth_getLogs' ? null : client.request(method, params) }

      const error = await run(silent).then(() => undefined, (error: unknown) => error)

      expect(error).to.be.instanceOf(RangeError)
    })
  })

  describe('that follows a chain', () => {
    it('mirrors what is written meanwhile, and stops when it is told to', async () => {
      const chain = writeChain()
      const listeners = new Set<() => void>()
      const stop = new AbortController()
      const onBlock = (listener: () => void) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      }
      const following = follow({ client: chain.client, contracts: CONTRACTS, mirror, signal: stop.signal, onBlock })

      for (const event of [fundOpened(1), inflowsRecorded(1, 1, 1, 0, [5, 7]), ...paid(1, 1, 1, 0, 6)]) {
        chain.write(event)
        for (const listener of listeners) listener()
        await setTimeout(1)
      }
      while (!(await mirror.source()) || (await mirror.cursor()).block < 7) await setTimeout(5)
      stop.abort()
      await following

      expect((await mirror.cursor()).events).to.equal(7)
      expect(listeners.size).to.equal(0)
    })

    it('asks again where the node says nothing by itself, and after the node was away', async () => {
      const chain = writeChain()
      const problems: unknown[] = []
      const stop = new AbortController()
      let away = true
      const client = { request: async (method: string, params?: readonly unknown[]) => {
        if (away) throw new Error('nobody answers')
        return chain.client.request(method, params)
      } }
      const onProblem = (problem: unknown) => { problems.push(problem); away = false }
      const following = follow({ client, contracts: CONTRACTS, mirror, signal: stop.signal, pauseMs: 5, onProblem })

      chain.write(fundOpened(1))
      while (!(await mirror.source()) || (await mirror.cursor()).block < 1) await setTimeout(5)
      chain.write(fundOpened(2))
      while ((await mirror.cursor()).block < 2) await setTimeout(5)
      stop.abort()
      await following

      expect(problems).to.have.length(1)
    })

    it('ends when the history changes', async () => {
      const chain = writeChain()
      chain.write(fundOpened(1))
      await run(chain.client)
      chain.blocks[1] = { ...chain.blocks[1], hash: hash('elsewhere') } as (typeof chain.blocks)[0]

      const following = follow({ client: chain.client, contracts: CONTRACTS, mirror, signal: new AbortController().signal, pauseMs: 5 })

      expect(await following.then(() => undefined, (error: unknown) => error)).to.be.instanceOf(HistoryChanged)
    })
  })
})
