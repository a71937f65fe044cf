import { request } from 'node:http'
import { expect } from 'chai'
import { ContractFactory, JsonRpcProvider } from 'ethers'
import { openRpcClient, type ChainClient } from '../../chain/client.ts'
import { type EmbeddedChain } from '../../chain/embedded.ts'
import { openRpcServer, type RpcServer } from '../../chain/rpc.ts'
import { ALICE, CHAIN_ID, failureOf, NOTEBOOK, signed, startBook, tempFolder, word, writeBlocks } from './book.ts'

describe('the RPC on loopback', () => {
  const place = tempFolder()
  let chain: EmbeddedChain
  let server: RpcServer
  let client: ChainClient

  before(async () => {
    chain = await startBook(place.file)
    server = await openRpcServer(chain.client, 18_510)
    client = openRpcClient(server.url)
    await writeBlocks(chain, 3)
  })

  after(async () => {
    await server.close()
    await chain.close()
    place.remove()
  })

  /** Sends bytes as they are, and gives status and answer. */
  function post(body: string, headers: Record<string, string> = {}, method = 'POST') {
    return new Promise<{ status: number | undefined; answer: unknown }>((resolve, reject) => {
      const options = { method, headers: { 'content-type': 'application/json', ...headers } }
      const asked = request(server.url, options, (response) => {
        let text = ''
        response.on('data', (chunk) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode, answer: JSON.parse(text) }))
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }
  const refusal = (code: number, message: string, id: unknown = null) =>
    ({ jsonrpc: '2.0', id, error: { code, message } })

  describe('refuses what is not on its list:', () => {
    const absent = [
      'hardhat_setBalance', 'hardhat_setStorageAt', 'hardhat_setCode', 'hardhat_setNonce', 'hardhat_mine',
      'hardhat_reset', 'hardhat_impersonateAccount', 'hardhat_dropTransaction', 'evm_mine', 'evm_revert',
      'evm_snapshot', 'evm_increaseTime', 'evm_setNextBlockTimestamp', 'evm_setAutomine', 'evm_setBlockGasLimit',
      'eth_sendTransaction', 'eth_sign', 'eth_accounts', 'eth_signTypedData_v4', 'eth_subscribe',
      'eth_newFilter', 'eth_pendingTransactions', 'debug_traceTransaction', 'debug_traceCall', 'personal_sign',
      'constructor', '__proto__', 'toString', '', 'ETH_CHAINID',
    ]
    for (const method of absent)
      it(JSON.stringify(method), async () => {
        const { number, hash } = chain.head()

        const error = await failureOf(client.request(method, []))

        expect(error).to.include({ name: 'RpcError', code: -32601, message: `this chain does not answer ${method}` })
        expect(chain.head()).to.include({ number, hash })
      })

    it('and the client in the same process likewise', async () => {
      const error = await failureOf(chain.client.request('hardhat_setBalance', [ALICE.address, '0x1']))

      expect(error).to.include({ code: -32601, message: 'this chain does not answer hardhat_setBalance' })
    })
  })

  describe('answers what is on its list:', () => {
    const answers: [string, unknown[], unknown][] = [
      ['eth_blockNumber', [], '0x3'],
      ['eth_call', [{ data: '0x602a60005260206000f3' }, 'latest'], word(42)],
      ['eth_chainId', [], '0x118cc27c1'],
      ['eth_feeHistory', ['0x1', 'latest', []], { oldestBlock: '0x3', baseFeePerGas: ['0x0', '0x0'] }],
      ['eth_gasPrice', [], '0x0'],
      ['eth_getBalance', [ALICE.address, 'latest'], '0x0'],
      ['eth_getBlockByNumber', ['0x2', true], { number: '0x2', baseFeePerGas: '0x0' }],
      ['eth_getCode', [ALICE.address, 'latest'], '0x'],
      ['eth_getProof', [ALICE.address, [], 'latest'], { nonce: '0x3', balance: '0x0' }],
      ['eth_getTransactionCount', [ALICE.address, 'pending'], '0x3'],
      ['eth_maxPriorityFeePerGas', [], '0x0'],
      ['net_version', [], String(CHAIN_ID)],
    ]
    for (const [method, params, answer] of answers)
      it(method, async () => {
        const found = await client.request(method, params)

        if (typeof answer === 'object') expect(found).to.deep.include(answer)
        else expect(found).to.equal(answer)
      })

    it('transactions, receipts, blocks by hash, logs and storage', async () => {
      const block = Object(await client.request('eth_getBlockByNumber', ['0x3', false]))
      const [hash] = block.transactions

      const [transaction, receipt, byHash, logs] = await Promise.all([
        client.request('eth_getTransactionByHash', [hash]),
        client.request('eth_getTransactionReceipt', [hash]),
        client.request('eth_getBlockByHash', [block.hash, false]),
        client.request('eth_getLogs', [{ blockHash: block.hash }]),
      ])

      expect(transaction).to.include({ hash, blockNumber: '0x3', input: word(2) })
      expect(receipt).to.include({ transactionHash: hash, status: '0x1' })
      expect(byHash).to.deep.equal(block)
      expect(logs).to.have.nested.property('[0].data', word(2))
      expect(await client.request('eth_getStorageAt', [Object(receipt).to, '0x3', 'latest'])).to.equal(word(2))
    })

    it('a refused call with the contract\'s own data', async () => {
      const call = client.request('eth_call', [{ data: '0x63deadbeef60e01b60005260046000fd' }, 'latest'])

      expect(await failureOf(call)).to.include({ name: 'RpcError', code: 3, data: '0xdeadbeef' })
    })
  })

  describe('gives the journal to witnesses:', () => {
    const page = async (...params: unknown[]) => Array.from(Object(await client.request('mz_journal', params)), Object)

    it('its header first, then its blocks', async () => {
      const [header, one, two, three, ...more] = await page()

      expect(header).to.deep.include({ format: 'mingzhang-journal', chainId: CHAIN_ID, hardfork: 'cancun' })
      expect([one.number, two.number, three.number]).to.deep.equal([1, 2, 3])
      expect(three).to.include({ blockHash: chain.head().hash })
      expect(more).to.deep.equal([])
    })

    it('from a number on, as many as asked', async () => {
      expect((await page(2, 1)).map(({ number }) => number)).to.deep.equal([2])
      expect((await page(2)).map(({ number }) => number)).to.deep.equal([2, 3])
      expect(await page(4)).to.deep.equal([])
    })

    for (const params of [[-1], [0.5], ['1'], [0, 0], [0, 501], [0, null]])
      it(`and refuses ${JSON.stringify(params)}`, async () => {
        expect(await failureOf(client.request('mz_journal', params))).to.include({ code: -32602 })
      })
  })

  describe('refuses', () => {
    const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })

    it('what is not JSON', async () => {
      expect(await post('{"jsonrpc"'))
        .to.deep.equal({ status: 400, answer: refusal(-32700, 'the request is not JSON') })
    })

    for (const body of ['7', '"eth_chainId"', 'null', '{}', '{"id":1}', '{"id":1,"method":7}'])
      it(`${body}, which names no method`, async () => {
        const { status, answer } = await post(body)

        expect(status).to.equal(200)
        expect(answer).to.deep.include({ error: { code: -32600, message: 'a request names its method' } })
      })

    it('a request without an id', async () => {
      const { answer } = await post('{"jsonrpc":"2.0","method":"eth_chainId"}')

      expect(answer).to.deep.equal(refusal(-32600, 'a request has an id, a number or a text'))
    })

    it('parameters that are no list', async () => {
      const { answer } = await post('{"id":1,"method":"eth_chainId","params":{}}')

      expect(answer).to.deep.equal(refusal(-32602, 'parameters are given as a list', 1))
    })

    it('more parameters than a method has', async () => {
      // The third parameter of eth_call would be made-up state.
      const error = await failureOf(client.request('eth_call', [{}, 'latest', {}]))

      expect(error).to.include({ code: -32602, message: 'eth_call takes 2 parameters at most' })
    })

    it('an empty batch', async () => {
      expect(await post('[]')).to.deep.equal({ status: 400, answer: refusal(-32600, 'an empty batch asks nothing') })
    })

    it('a batch of more than 100, and answers one of 100', async () => {
      const calls = (length: number) =>
        JSON.stringify(Array.from({ length }, (_, id) => ({ id, method: 'eth_chainId' })))

      expect(await post(calls(101)))
        .to.deep.equal({ status: 400, answer: refusal(-32600, 'a batch has 100 requests at most') })
      expect((await post(calls(100))).answer).to.have.lengthOf(100)
    })

    for (const method of ['eth_call', 'eth_estimateGas', 'eth_getLogs', 'eth_getProof', 'mz_journal'])
      it(`a batch with more than 20 of ${method}, and answers one of 20`, async () => {
        const calls = (length: number) =>
          JSON.stringify(Array.from({ length }, (_, id) => ({ id, method, params: [] })))

        expect(await post(calls(21))).to.deep.equal({
          status: 400,
          answer: refusal(-32600, 'a batch has 20 requests at most for calls, logs, proofs and the journal'),
        })
        expect((await post(calls(20))).answer).to.have.lengthOf(20)
      })

    for (const method of ['eth_call', 'eth_estimateGas'])
      it(`an ${method} with more gas than a transaction may have`, async () => {
        const error = await failureOf(client.request(method, [{ data: '0x00', gas: '0x1000001' }, 'latest']))

        expect(error).to.include({
          code: -32000, message: 'transaction gas limit (16777217) is greater than the cap (16777216)',
        })
      })

    it('to let a call without a limit run on for ever', async () => {
      const endless = '0x5b600056'

      expect(await failureOf(client.request('eth_call', [{ data: endless }, 'latest'])))
        .to.include({ code: -32000, message: 'Transaction ran out of gas' })
    })

    it('a body above 4 MB', async () => {
      expect(await post(' '.repeat(4 * 1024 * 1024) + call))
        .to.deep.equal({ status: 413, answer: refusal(-32600, 'a request has 4194304 bytes at most') })
    })

    it('a name that somebody has pointed at this machine', async () => {
      expect(await post(call, { host: 'books.example:18510' }))
        .to.deep.equal({ status: 403, answer: refusal(-32600, 'this chain answers only to the name of this machine') })
      expect(await post(call, { host: '127.0.0.1:18511' })).to.have.property('status', 403)
      expect(await post(call, { host: 'LocalHost:18510' })).to.have.property('status', 200)
    })

    it('what a page of another site could send without asking', async () => {
      expect(await post(call, { 'content-type': 'text/plain' }))
        .to.deep.equal({ status: 415, answer: refusal(-32600, 'JSON-RPC is asked in application/json') })
      expect(await post('', { 'access-control-request-method': 'POST', origin: 'https://site.example' }, 'OPTIONS'))
        .to.have.property('status', 405)
    })

    it('GET', async () => {
      expect(await post('', {}, 'GET'))
        .to.deep.equal({ status: 405, answer: refusal(-32600, 'JSON-RPC is asked by POST') })
    })
  })

  describe('serves ethers', () => {
    it('as any node does', async () => {
      // ethers believes an answer for 250 ms, this chain mines several blocks in that time.
      const provider = new JsonRpcProvider(server.url, undefined, { cacheTimeout: -1 })
      const wallet = ALICE.connect(provider)

      const contract = await new ContractFactory([], NOTEBOOK, wallet).deploy()
      await contract.waitForDeployment()
      const sent = await wallet.sendTransaction({ to: await contract.getAddress(), data: word(42) })
      const receipt = await sent.wait()

      expect(receipt).to.include({ status: 1, fee: 0n })
      expect(receipt?.logs[0]?.data).to.equal(word(42))
      expect(await provider.getStorage(await contract.getAddress(), receipt?.blockNumber ?? 0)).to.equal(word(42))
      expect((await provider.getNetwork()).chainId).to.equal(BigInt(CHAIN_ID))
      provider.destroy()
    })
  })

  describe('the client', () => {
    it('sends what is asked in one turn as one batch, in its order', async () => {
      const from = Number(await client.request('eth_getTransactionCount', [ALICE.address, 'latest']))
      const raws = await Promise.all([0, 1, 2, 3, 4].map((step) => signed(from + step)))

      const hashes = await Promise.all(raws.map((raw) => client.request('eth_sendRawTransaction', [raw])))

      expect(new Set(hashes)).to.have.property('size', 5)
    })

    it('tells each asker of a batch his own answer', async () => {
      const [good, bad, also] = await Promise.allSettled(
        ['eth_chainId', 'evm_mine', 'net_version'].map((method) => client.request(method)))

      expect([good?.status, bad?.status, also?.status]).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    })

    it('says where it found nobody', async () => {
      const error = await failureOf(openRpcClient('http://127.0.0.1:18511').request('eth_chainId'))

      expect(error.message).to.equal('no chain answers at http://127.0.0.1:18511: connect ECONNREFUSED 127.0.0.1:18511')
    })
  })

  it('is refused a port that is taken', async () => {
    expect(await failureOf(openRpcServer(chain.client, 18_510))).to.have.property('code', 'EADDRINUSE')
  })

})
