import { fork } from 'node:child_process'
import { readFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { type ChainClient } from '../../chain/client.ts'
import { type EmbeddedChain } from '../../chain/embedded.ts'
import { openRpcServer } from '../../chain/rpc.ts'
import { type BlockSeal } from '../../chain/seals.ts'
import { type Server } from '../../chain/watched.ts'
import { openWitness, runWitness, WitnessRefuses, type WitnessOptions } from '../../chain/witness.ts'
import { recoverSealer } from '../../ledger/seal.ts'
import { type Hex } from '../../ledger/hex.ts'
import { headerOf } from '../../proof/prove/header.ts'
import { ALICE, CHAIN_ID, failureOf, openBook, send, signed, startBook, tempFolder, word, writeBlocks } from './book.ts'

const WALLET = new Wallet(`0x${'3e'.repeat(32)}`)
const WITNESS = { address: WALLET.address as Hex, privateKey: WALLET.privateKey as Hex }

/** What a test does otherwise: another chain, or a server that takes seals in its own way. */
type Change = Partial<WitnessOptions> & { source?: ChainClient; post?: (seal: BlockSeal) => Promise<void> }

describe('A full witness', () => {
  let place: ReturnType<typeof tempFolder>
  let chain: EmbeddedChain
  beforeEach(async () => {
    place = tempFolder()
    chain = await startBook(place.file)
  })
  afterEach(async () => {
    await chain.close()
    place.remove()
  })

  const folder = () => join(place.folder, 'witness')

  /** Runs a witness until it has handed in `count` seals, and gives them. */
  async function witnessUntil(count: number, { source = chain.client, post, ...options }: Change = {}): Promise<BlockSeal[]> {
    const seals: BlockSeal[] = []
    const stop = new AbortController()
    const keep = async (seal: BlockSeal) => {
      seals.push(seal)
      if (seals.length === count) stop.abort()
    }
    const servers = [{ name: 'http://book.test', chain: source, post: post ?? keep }]
    await runWitness({ servers, folder: folder(), wallet: WITNESS, signal: stop.signal, pauseMs: 5, ...options })
    return seals
  }

  it('seals the newest block, with a signature that is its own', async () => {
    await writeBlocks(chain, 3)

    const [seal] = await witnessUntil(1)

    const { number, hash } = chain.head()
    expect(seal).to.include({ number: 3, blockHash: hash, sealer: WALLET.address.toLowerCase() })
    const { genesis } = chain
    const statement = { chainId: BigInt(CHAIN_ID), genesis: genesis.hash, number: BigInt(number), blockHash: hash }
    expect(recoverSealer(statement, seal!.signature)).to.equal(WALLET.address.toLowerCase())
  })

  it('seals every 64th block too, where several witnesses of a busy chain meet', async () => {
    await writeBlocks(chain, 70)

    const seals = await witnessUntil(2)

    expect(seals.map(({ number }) => number)).to.deep.equal([64, 70])
  })

  it('goes on where it was after a restart, and hands its last seal in again', async () => {
    const to = await writeBlocks(chain, 3)
    await witnessUntil(1)
    await send(chain, await signed(3, { to, data: word(3) }))

    const seals = await witnessUntil(2)

    expect(seals.map(({ number }) => number)).to.deep.equal([3, 4])
  })

  it('keeps a seal that the server did not take, and hands it in when it does', async () => {
    await writeBlocks(chain, 1)
    const stop = new AbortController()
    const taken: BlockSeal[] = []
    const news: string[] = []
    let refusals = 2
    const post = async (seal: BlockSeal) => {
      if (refusals-- > 0) throw new Error('the server is asleep')
      taken.push(seal)
      stop.abort()
    }

    const onNews: WitnessOptions['onNews'] = (heard) => void (heard.state === 'waiting' && news.push(heard.reason))
    await witnessUntil(1, { post, signal: stop.signal, onNews })

    expect(news).to.deep.equal(['the server is asleep', 'the server is asleep'])
    expect(taken.map(({ number }) => number)).to.deep.equal([1])
  })

  it('refuses for ever a source that shows another history, and keeps both heads', async () => {
    await writeBlocks(chain, 3)
    const mine = chain.head().hash
    await witnessUntil(1)
    const other = tempFolder()
    const forked = await startBook(other.file, { clock: () => 1_580_256_000 })
    const raws = [await signed(0), await signed(1), await signed(2), await signed(3)]
    for (const raw of raws) await send(forked, raw)

    const error = await failureOf(witnessUntil(2, { source: forked.client }))
    const again = await failureOf(witnessUntil(1))

    const file = join(folder(), 'fork.json')
    expect(error).to.be.instanceOf(WitnessRefuses)
    expect(error.message).to.equal(
      `the source now shows another block 3; both heads are kept in ${file}, and this witness signs nothing more`)
    const { number, mine: kept, theirs } = JSON.parse(readFileSync(file, 'utf8'))
    const third = Object(await forked.client.request('eth_getBlockByNumber', ['0x3', false]))
    expect({ number, kept, theirs }).to.deep.equal({ number: 3, kept: mine, theirs: third.hash })
    expect(again).to.be.instanceOf(WitnessRefuses)
    await forked.close()
    other.remove()
  })

  it('refuses another book', async () => {
    await writeBlocks(chain, 1)
    await witnessUntil(1)
    const other = tempFolder()
    const stranger = await openBook(other.file, { chainId: CHAIN_ID + 1 })

    const error = await failureOf(witnessUntil(2, { source: stranger.client }))

    expect(error.message).to.match(/^the source shows another book than the one this witness began with; both heads/)
    await stranger.close()
    other.remove()
  })

  it('signs no hash that it did not compute, when a line of the journal is changed', async () => {
    await writeBlocks(chain, 3)
    const changed = await signed(2, { to: ALICE.address, data: word(77) })
    const seals: BlockSeal[] = []

    const error = await failureOf(witnessUntil(1, {
      source: retold(chain.client, 3, { rawTransaction: changed }),
      post: async (seal) => void seals.push(seal),
    }))

    expect(error.message).to.match(/^block 3 of the source, executed here, has another hash than the source states/)
    expect(seals).to.deep.equal([])
    expect(readFileSync(join(folder(), 'signed.jsonl'), 'utf8')).to.equal('')
  })

  it('signs no hash that a source merely states', async () => {
    await writeBlocks(chain, 3)

    const source = retold(chain.client, 2, { blockHash: `0x${'66'.repeat(32)}` })
    const error = await failureOf(witnessUntil(1, { source }))

    expect(error).to.be.instanceOf(WitnessRefuses)
    const { number, theirs } = JSON.parse(readFileSync(join(folder(), 'fork.json'), 'utf8'))
    expect({ number, theirs }).to.deep.equal({ number: 2, theirs: `0x${'66'.repeat(32)}` })
    expect(readFileSync(join(folder(), 'signed.jsonl'), 'utf8')).to.equal('')
  })

  it('waits, and signs nothing, when the source has lost blocks', async () => {
    await writeBlocks(chain, 3)
    await witnessUntil(1)
    const shorter = tempFolder()
    writeFileSync(shorter.file, readFileSync(place.file, 'utf8').split('\n').slice(0, 3).join('\n') + '\n')
    const restored = await openBook(shorter.file)
    const stop = new AbortController()
    const reasons: string[] = []
    const onNews: WitnessOptions['onNews'] = (news) => {
      if (news.state === 'waiting') reasons.push(news.reason)
      if (reasons.length > 0) stop.abort()
    }

    await witnessUntil(1, { source: restored.client, onNews, signal: stop.signal })

    expect(reasons).to.deep.equal(['the source ends at block 2, this witness holds block 3'])
    expect(existsSync(join(folder(), 'fork.json'))).to.equal(false)
    await restored.close()
    shorter.remove()
  })

  it('refuses a folder that another witness uses', async () => {
    await writeBlocks(chain, 1)
    const stop = new AbortController()
    const begun = Promise.withResolvers<void>()
    const first = witnessUntil(2, { signal: stop.signal, onNews: () => begun.resolve() })
    await begun.promise

    const error = await failureOf(witnessUntil(1))

    expect(error.message).to.equal(`日志 ${join(folder(), 'witness')} 正由进程 ${process.pid} 使用。 / The journal ${join(folder(), 'witness')} is in use by process ${process.pid}.`)
    stop.abort()
    await first
  })

  it('as a light one follows headers whose hashes it computes itself, and refuses a fork as well', async () => {
    await writeBlocks(chain, 3)
    const light = { hashOf: (block: unknown) => headerOf(block).hash }
    const [seal] = await witnessUntil(1, { light })
    const other = tempFolder()
    const forked = await startBook(other.file)
    for (const raw of [await signed(0), await signed(1), await signed(2)]) await send(forked, raw)

    const error = await failureOf(witnessUntil(2, { light, source: forked.client }))

    expect(seal).to.include({ number: 3, blockHash: chain.head().hash })
    expect(error).to.be.instanceOf(WitnessRefuses)
    expect(error.message).to.match(/^the source now shows another block 3; /)
    await forked.close()
    other.remove()
  })

  it('as a light one believes no header that does not follow the one before it', async () => {
    await writeBlocks(chain, 3)
    const light = { hashOf: (block: unknown) => headerOf(block).hash }
    const other = tempFolder()
    const forked = await startBook(other.file)
    for (const raw of [await signed(0), await signed(1), await signed(2)]) await send(forked, raw)
    const patched: ChainClient = {
      request: async (method, params) =>
        await (params?.[0] === '0x3' ? forked : chain).client.request(method, params),
    }

    const error = await failureOf(witnessUntil(1, { light, source: patched }))

    expect(error.message).to.match(/^block 3 of the source does not follow the block before it; /)
    await forked.close()
    other.remove()
  })

  describe('of several servers', () => {
    const server = (name: string, source: ChainClient, seals: BlockSeal[] = []): Server =>
      ({ name, chain: source, post: async (seal) => void seals.push(seal) })

    it('signs nothing when two show different next blocks, and keeps both heads and where they part', async () => {
      const to = await writeBlocks(chain, 3)
      const other = tempFolder()
      writeFileSync(other.file, readFileSync(place.file))
      const twin = await openBook(other.file)
      for (const [at, nonce] of [3, 4].entries()) {
        await send(chain, await signed(nonce, { to, data: word(nonce) }))
        await send(twin, await signed(nonce, { to, data: word(77 + at) }))
      }
      const seals: BlockSeal[] = []

      const error = await failureOf(witnessUntil(1, {
        servers: [server('http://a.test', chain.client, seals), server('http://b.test', twin.client, seals)],
      }))

      expect(error).to.be.instanceOf(WitnessRefuses)
      expect([seals, readFileSync(join(folder(), 'signed.jsonl'), 'utf8')]).to.deep.equal([[], ''])
      const { number, mine, theirs, server: told, firstDifference, heads } = JSON.parse(readFileSync(join(folder(), 'fork.json'), 'utf8'))
      expect({ number, mine, theirs, told }).to.deep.equal({ number: 5, mine: chain.head().hash, theirs: twin.head().hash, told: 'http://b.test' })
      expect(firstDifference.number).to.equal(4)
      expect(heads[0].words).to.match(/^\p{Script=Han}{2}( \p{Script=Han}{2}){5}$/u)
      expect(heads[0].words).not.to.equal(heads[1].words)
      await twin.close()
      other.remove()
    })

    it('refuses one that is behind and different', async () => {
      const to = await writeBlocks(chain, 3)
      const other = tempFolder()
      writeFileSync(other.file, readFileSync(place.file))
      const twin = await openBook(other.file)
      await send(twin, await signed(3, { to, data: word(77) }))
      for (const nonce of [3, 4]) await send(chain, await signed(nonce, { to, data: word(nonce) }))

      const error = await failureOf(witnessUntil(1, { servers: [server('http://a.test', chain.client), server('http://b.test', twin.client)] }))

      expect(error.message).to.match(/^the source now shows another block 4; /)
      await twin.close()
      other.remove()
    })

    it('goes on with the others while one is silent, tells since when, and asks it less and less often', async () => {
      await writeBlocks(chain, 2)
      const stop = new AbortController()
      const waits: { server: string; since: number; at: number }[] = []
      const taken: string[] = []
      const silent = { request: async () => { throw new Error('nobody is there') } }
      const onNews: WitnessOptions['onNews'] = (news) => {
        if (news.state === 'sealed') taken.push(`${news.server} ${news.block}`)
        if (news.state === 'waiting') waits.push({ server: news.server, since: news.since.getTime(), at: Date.now() })
        if (waits.length === 6) stop.abort()
      }

      await witnessUntil(1, { servers: [server('http://down.test', silent), server('http://up.test', chain.client)], onNews, signal: stop.signal })

      expect(taken).to.include('http://up.test 2')
      expect(new Set(waits.map(({ server, since }) => `${server} ${since}`)).size).to.equal(1)
      const pauses = waits.slice(1).map(({ at }, i) => at - (waits[i]?.at ?? 0))
      expect(pauses.at(-1)).to.be.at.least(80)
    })

    it('is not led astray by an answer that is no book', async () => {
      await writeBlocks(chain, 2)
      const portal = { request: async () => [{ sign: 'in' }] }

      const stop = new AbortController()
      const reasons: string[] = []
      const onNews: WitnessOptions['onNews'] = (news) => {
        if (news.state === 'waiting') reasons.push(news.reason)
        if (reasons.length > 0 && news.state === 'sealed') stop.abort()
      }
      await witnessUntil(1, { servers: [server('http://portal.test', portal), server('http://up.test', chain.client)], onNews, signal: stop.signal })

      expect(reasons[0]).to.equal('the source has no journal of a book')
      expect(existsSync(join(folder(), 'fork.json'))).to.equal(false)
    })

    it('can be asked what it signed while no server answers', async () => {
      await writeBlocks(chain, 2)
      await witnessUntil(1)
      const silent = { request: async () => { throw new Error('nobody is there') } }
      const stop = new AbortController()

      const onNews: WitnessOptions['onNews'] = (news) => void (news.state === 'waiting' && stop.abort())
      const witness = await openWitness({
        servers: [server('http://down.test', silent)], folder: folder(), wallet: WITNESS, signal: stop.signal, onNews, pauseMs: 5,
      })
      await witness.run()

      expect(witness.newestSeal()).to.include({ number: 2, blockHash: chain.head().hash })
      expect(witness.sealOf(2)).to.deep.equal(witness.newestSeal())
      expect(witness.blockAt(2)).to.deep.include({ number: 2, hash: chain.head().hash })
      expect(witness.servers()[0]).to.include({ name: 'http://down.test', reason: 'nobody is there' })
      await witness.close()
    })
  })

  it('killed at any moment it goes on, and never signs two blocks of one number', async function () {
    this.timeout(60_000)
    const server = await openRpcServer(chain.client, 0)
    const to = await writeBlocks(chain, 1)
    const signedFile = join(folder(), 'signed.jsonl')
    let nonce = 1
    const signedSoFar = () => existsSync(signedFile) ? readFileSync(signedFile, 'utf8').length : 0
    for (const delayMs of [0, 7, 23]) {
      const child = fork(join(import.meta.dirname, 'witness.child.ts'), [server.url, folder(), WITNESS.privateKey],
        { execArgv: ['--import', 'tsx'], stdio: 'ignore' })
      const dying = new Promise((resolve) => child.once('exit', resolve))
      for (const before = signedSoFar(); signedSoFar() === before; nonce++) {
        await send(chain, await signed(nonce, { to, data: word(nonce) }))
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      child.kill('SIGKILL')
      await dying
    }
    await send(chain, await signed(nonce, { to, data: word(nonce) }))
    await witnessUntil(2)

    const lines = readFileSync(signedFile, 'utf8').split('\n').slice(0, -1)
    const seals = lines.map((line) => JSON.parse(line))
    expect(seals.length).to.be.greaterThan(2)
    for (const [at, { number, blockHash }] of seals.entries()) {
      if (at > 0) expect(number).to.be.greaterThan(seals[at - 1].number)
      const block = Object(await chain.client.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]))
      expect(blockHash).to.equal(block.hash)
    }
    await server.close()
  })
})

/** A source that tells one block of its journal differently. */
function retold(client: ChainClient, number: number, change: object): ChainClient {
  return {
    async request(method, params) {
      const answer = await client.request(method, params)
      if (method !== 'mz_journal' || !Array.isArray(answer)) return answer
      return answer.map((line) => (line.number === number ? { ...line, ...change } : line))
    },
  }
}
