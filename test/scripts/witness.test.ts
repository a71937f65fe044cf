import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { type EmbeddedChain } from '../../chain/embedded.ts'
import { openRpcServer, type RpcServer } from '../../chain/rpc.ts'
import { type BlockSeal } from '../../chain/seals.ts'
import { Address, Hash } from '../../ledger/hex.ts'
import { startOwnWitness } from '../../scripts/witness.ts'
import { send, signed, startBook, tempFolder, word, writeBlocks } from '../chain/book.ts'

const WALLET = new Wallet(`0x${'3e'.repeat(32)}`)
const wallet = { address: Address(WALLET.address), privateKey: Hash(WALLET.privateKey) }

describe('This server\'s own witness', function () {
  this.timeout(60_000)
  let place: ReturnType<typeof tempFolder>
  let chain: EmbeddedChain
  let rpc: RpcServer
  beforeEach(async () => {
    place = tempFolder()
    chain = await startBook(place.file)
    rpc = await openRpcServer(chain.client, 0)
  })
  afterEach(async () => {
    await rpc.close()
    await chain.close()
    place.remove()
  })

  /** Starts it; `sealed` waits for the seal of a block, `refused` for its refusal. */
  function start() {
    const refused = Promise.withResolvers<string>()
    const kept: BlockSeal[] = []
    const waiting = new Set<() => void>()
    const keep = async (seal: BlockSeal) => {
      kept.push(seal)
      for (const look of waiting) look()
    }
    const folder = join(place.folder, 'witness')
    const witness = startOwnWitness({ rpcUrl: rpc.url, folder, wallet, keep, onRefusal: refused.resolve })
    const sealed = (number: number) => new Promise<BlockSeal>((resolve) => {
      const look = () => {
        const seal = kept.find((seal) => seal.number === number)
        if (seal) resolve(seal)
      }
      waiting.add(look)
      look()
    })
    return { ...witness, sealed, folder, refused: refused.promise }
  }

  it('seals from a process of its own, and goes on when that process dies', async () => {
    const to = await writeBlocks(chain, 2)
    const witness = start()
    const first = await witness.sealed(2)

    process.kill(witness.pid() ?? 0, 'SIGKILL')
    await send(chain, await signed(2, { to, data: word(2) }))

    const second = await witness.sealed(3)
    expect([first.blockHash === second.blockHash, second.blockHash]).to.deep.equal([false, chain.head().hash])
    await witness.stop()
  })

  it('says so and stays silent when it has seen two histories', async () => {
    await writeBlocks(chain, 2)
    const before = start()
    await before.sealed(2)
    await before.stop()
    const journal = join(before.folder, 'signed.jsonl')
    writeFileSync(journal, readFileSync(journal, 'utf8').replace(/"blockHash":"0x../, '"blockHash":"0x00'))

    const after = start()

    expect(await after.refused).to.match(/another block 2 than this witness signed; both heads are kept/)
    await after.stop()
  })
})
