import { existsSync, readdirSync } from 'node:fs'
import { expect } from 'chai'
import { type EmbeddedChain } from '../../chain/embedded.ts'
import { openLocalClient } from '../../chain/client.ts'
import {
  ALICE, failureOf, linesOf, MORNING, NOTEBOOK, openBook, send, signed, startBook, tempFolder, word, writeBlocks,
} from './book.ts'

const NOBODY = `0x${'00'.repeat(20)}`

describe('the embedded chain', () => {
  let place: ReturnType<typeof tempFolder>
  let chain: EmbeddedChain
  let time = MORNING

  beforeEach(async () => {
    place = tempFolder()
    time = MORNING
    chain = await startBook(place.file, { clock: () => time })
  })

  afterEach(async () => {
    await chain.close()
    place.remove()
  })

  const ask = (method: string, ...params: unknown[]) => chain.client.request(method, params)
  const blockNumber = async () => Number(await ask('eth_blockNumber'))

  it('is empty at first, and nobody owns anything', async () => {
    const genesis = Object(await ask('eth_getBlockByNumber', '0x0', false))

    expect(genesis).to.include({ baseFeePerGas: '0x0', timestamp: '0x5e30cb00', gasLimit: '0x4000000' })
    expect(chain.head()).to.deep.equal({ number: 0, hash: genesis.hash, timestamp: MORNING })
    expect(await ask('eth_getBalance', ALICE.address, 'latest')).to.equal('0x0')
  })

  it('draws a chain id for a book that names none', async () => {
    const other = tempFolder()
    const drawn = await openBook(other.file)
    const { chainId } = drawn
    await drawn.close()
    other.remove()

    expect(chainId).to.be.within(1_000_000_000, 2 ** 47)
  })

  it('mines a transaction of a sender who owns nothing', async () => {
    const hash = await send(chain, await signed(0))

    expect(await ask('eth_getTransactionReceipt', hash))
      .to.include({ status: '0x1', blockNumber: '0x1', effectiveGasPrice: '0x0' })
    expect(linesOf(place.file)).to.have.lengthOf(2)
  })

  it('keeps what a contract stores and logs', async () => {
    const notebook = await writeBlocks(chain, 4)

    expect(await ask('eth_getStorageAt', notebook, '0x3', 'latest')).to.equal(word(2))
    expect(await ask('eth_getLogs', { address: notebook, fromBlock: '0x4', toBlock: '0x4' }))
      .to.have.nested.property('[0].data', word(3))
  })

  it('takes the time of the clock, and the last block\'s when the clock goes back', async () => {
    time = MORNING + 100
    await send(chain, await signed(0))
    time = MORNING + 40
    await send(chain, await signed(1))
    time = MORNING + 101
    await send(chain, await signed(2))

    const times = linesOf(place.file).slice(1).map((line) => JSON.parse(line).timestamp - MORNING)
    expect(times).to.deep.equal([100, 100, 101])
  })

  it('journals a transaction that reverts: it used its nonce', async () => {
    const hash = await send(chain, await signed(0, { to: null, data: '0xfe' }))

    expect(await ask('eth_getTransactionReceipt', hash)).to.include({ status: '0x0', blockNumber: '0x1' })
    expect(linesOf(place.file)).to.have.lengthOf(2)
  })

  it('answers a transaction sent again with its hash, and mines it once', async () => {
    const raw = await signed(0)
    const first = await send(chain, raw)
    await send(chain, await signed(1))

    const again = await send(chain, raw.toUpperCase().replace('0X', '0x'))

    expect(again).to.equal(first)
    expect(await blockNumber()).to.equal(2)
  })

  it('answers both of two equal transactions sent at once', async () => {
    const raw = await signed(0)

    const [one, two] = await Promise.all([send(chain, raw), send(chain, raw)])

    expect(two).to.equal(one)
    expect(await blockNumber()).to.equal(1)
  })

  it('tells its listeners of each block, until they stop listening', async () => {
    const heard: number[] = []
    const stop = chain.onBlock(({ number }) => heard.push(number))
    await send(chain, await signed(0))
    await send(chain, await signed(1))
    stop()

    await send(chain, await signed(2))

    expect(heard).to.deep.equal([1, 2])
  })

  it('shows no block that is not mined: pending is latest', async () => {
    await send(chain, await signed(0))

    const pending = Object(await ask('eth_getBlockByNumber', 'pending', false))

    expect(pending.hash).to.equal(chain.head().hash)
    expect(await ask('eth_getTransactionCount', ALICE.address, 'pending')).to.equal('0x1')
    expect(await ask('eth_getLogs', { fromBlock: 'pending', toBlock: 'pending' })).to.deep.equal([])
  })

  describe('refuses, and then neither mines nor journals,', () => {
    const refusals: [string, Parameters<typeof signed>, string | RegExp][] = [
      ['a nonce that is used', [0, { data: '0x01' }], /^Nonce too low/],
      ['a nonce that is to come', [3], /^Nonce too high/],
      ['a transaction for another chain', [1, { chainId: 1 }], /invalid chainId/],
      ['more gas than the cap', [1, { gasLimit: 16_777_217 }], /exceeds transaction gas cap of 16777216/],
      ['less gas than the least', [1, { gasLimit: 20_999 }], /requires at least 21000 gas/],
      ['a fee nobody could pay', [1, { maxFeePerGas: 1 }], /enough funds/],
      ['value nobody has', [1, { value: 1 }], /enough funds/],
      ['a contract above the size', [1, { to: null, data: `0x${'00'.repeat(49_153)}`, gasLimit: 5e6 }], /EIP-3860/],
    ]
    for (const [what, [nonce, fields], reason] of refusals)
      it(what, async () => {
        await send(chain, await signed(0))

        const refusal = await failureOf(send(chain, await signed(nonce, fields)))

        expect(refusal).to.have.property('name', 'RpcError')
        expect(refusal.message).to.match(new RegExp(reason))
        expect(await blockNumber()).to.equal(1)
        expect(linesOf(place.file)).to.have.lengthOf(2)
      })

    const malformed: [string, unknown, RegExp][] = [
      ['what is not hexadecimal', 'a transaction', /^a signed transaction is 0x and whole bytes/],
      ['half a byte', '0x123', /^a signed transaction is 0x and whole bytes/],
      ['nothing', '0x', /^a signed transaction is 0x and whole bytes/],
      ['no text', 7, /^a signed transaction is 0x and whole bytes/],
      ['bytes that are no transaction', '0xc0', /EIP-155|not a signed transaction/],
      ['a transaction with blobs', '0x03c0', /^transactions of type 3 are not accepted/],
      ['an authorisation list', '0x04c0', /^transactions of type 4 are not accepted/],
      ['more than a megabyte', `0x02${'00'.repeat(1024 * 1024)}`, /^a transaction of 1048577 bytes, 1048576 at most/],
    ]
    for (const [what, raw, reason] of malformed)
      it(what, async () => {
        const refusal = await failureOf(ask('eth_sendRawTransaction', raw))

        expect(refusal).to.include({ name: 'RpcError', code: -32602 })
        expect(refusal.message).to.match(reason)
        expect(linesOf(place.file)).to.have.lengthOf(1)
      })

    it('a transaction that is bound to no chain', async () => {
      // Signed before EIP-155: v is 27 or 28. Anybody could repeat it on another book.
      const unbound = await ALICE.signTransaction({ type: 0, nonce: 0, gasLimit: 21_000, gasPrice: 0, to: NOBODY })

      const refusal = await failureOf(send(chain, unbound))

      expect(refusal.message).to.equal('a transaction without a chain id could be repeated on another chain (EIP-155)')
      expect(await blockNumber()).to.equal(0)
    })
  })

  it('goes on after refusals as if they had not been asked: a replay finds the same hashes', async () => {
    await writeBlocks(chain, 2)
    const revert = ask('eth_call', { data: '0xfe' }, 'latest')
    await Promise.allSettled([send(chain, await signed(9)), send(chain, '0x02c0'), revert])
    await ask('eth_estimateGas', { from: ALICE.address, data: NOTEBOOK })
    await send(chain, await signed(2))
    const { hash } = chain.head()
    await chain.close()

    chain = await openBook(place.file)

    expect(chain.head()).to.include({ number: 3, hash })
  })

  it('gives a refused call\'s reason as data', async () => {
    // PUSH4 deadbeef, left in the word; REVERT(0, 4)
    const call = ask('eth_call', { data: '0x63deadbeef60e01b60005260046000fd' }, 'latest')

    expect(await failureOf(call)).to.include({ name: 'RpcError', code: 3, data: '0xdeadbeef' })
  })

  it('answers in the order of asking: a read after a send sees the block', async () => {
    const raws = await Promise.all([0, 1, 2].map((nonce) => signed(nonce)))

    const answers = await Promise.all(raws.flatMap((raw) => [send(chain, raw), blockNumber()]))

    expect(answers.filter((_, at) => at % 2 === 1)).to.deep.equal([1, 2, 3])
  })

  it('speaks through a local client as through any other', async () => {
    expect(await openLocalClient(chain).request('eth_chainId')).to.equal('0x118cc27c1')
  })

  it('refuses a second process, naming the first', async () => {
    const second = await failureOf(openBook(place.file))

    expect(second.message).to.equal(`日志 ${place.file} 正由进程 ${process.pid} 使用。 / The journal ${place.file} is in use by process ${process.pid}.`)
  })

  it('refuses the book of another chain', async () => {
    await chain.close()

    const other = await failureOf(openBook(place.file, { chainId: 5 }))

    chain = await openBook(place.file)
    expect(other.message).to.equal(`the journal ${place.file} is of chain 4711000001, not 5`)
  })

  it('answers nothing once it is closed', async () => {
    const closing = chain.close()
    const late = await failureOf(ask('eth_blockNumber'))
    await closing

    chain = await openBook(place.file)
    expect(late.message).to.equal('the chain is closed')
  })

  it('leaves nothing in its folder but the journal and its lock', async () => {
    await writeBlocks(chain, 3)

    expect(readdirSync(place.folder).sort()).to.deep.equal(['journal', 'journal.lock'])
    expect(existsSync('chain/none')).to.equal(false)
  })
})
