import { expect } from 'chai'
import { type EmbeddedChain } from '../../chain/embedded.ts'
import { BLOCK_GAS_LIMIT, TRANSACTION_GAS_CAP } from '../../chain/engine.ts'
import { failureOf, send, signed, startBook, tempFolder } from './book.ts'

/** Creation code that uses up all its gas at once: INVALID. */
const BURNER = '0xfe'

describe('fees', () => {
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

  const ask = (method: string, ...params: unknown[]) => chain.client.request(method, params)
  const headBlock = async () => Object(await ask('eth_getBlockByNumber', 'latest', false))

  it('stay zero however many of the largest accepted transactions fill the blocks', async () => {
    for (let nonce = 0; nonce < 20; nonce++)
      await send(chain, await signed(nonce, { to: null, data: BURNER, gasLimit: TRANSACTION_GAS_CAP }))

    expect(await headBlock()).to.include({ number: '0x14', gasUsed: '0x1000000', baseFeePerGas: '0x0' })
    await send(chain, await signed(20))
    expect(await headBlock()).to.include({ number: '0x15', baseFeePerGas: '0x0' })
  })

  it('would rise above half a block, which no accepted transaction can fill', async () => {
    expect(BLOCK_GAS_LIMIT).to.be.above(2 * TRANSACTION_GAS_CAP)

    const tooMuch = await failureOf(send(chain, await signed(0, { to: null, data: BURNER, gasLimit: 16_777_217 })))

    expect(tooMuch.message).to.equal('Transaction gas limit is 16777217 and exceeds transaction gas cap of 16777216')
  })

  it('are suggested as zero', async () => {
    expect(await ask('eth_gasPrice')).to.equal('0x0')
    expect(await ask('eth_maxPriorityFeePerGas')).to.equal('0x0')
    expect(await ask('eth_feeHistory', '0x1', 'latest', [])).to.deep.include({ baseFeePerGas: ['0x0', '0x0'] })
  })

  it('need nothing of a call: its gas is the transaction\'s cap', async () => {
    // GAS, MSTORE(0), RETURN(0, 32)
    const gas = await ask('eth_call', { data: '0x5a60005260206000f3' }, 'latest')

    expect(Number(gas)).to.be.within(16_700_000, 16_777_216)
  })
})
