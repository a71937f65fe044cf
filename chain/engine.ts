import { join } from 'node:path'
import { type Hex } from '../ledger/hex.ts'
import { RpcError } from './client.ts'
import { type EngineName, type Genesis } from './header.ts'

/** A transaction may use this much gas (the cap of EIP-7825). A batch of 500 inflows takes some 2.2 million. */
export const TRANSACTION_GAS_CAP = 16_777_216

/** Four times the cap. A block above half its limit raises the base fee, and no sender here could ever pay one. */
export const BLOCK_GAS_LIMIT = 4 * TRANSACTION_GAS_CAP

/** One mined block. Time in unix seconds. */
export type MinedBlock = { number: number; hash: Hex; timestamp: number; transactionHash: Hex }

/** The machine that executes: Hardhat's simulated network, in memory, without a disk. */
export type Engine = {
  name: EngineName
  genesis: MinedGenesis
  request(method: string, params: readonly unknown[]): Promise<unknown>
  /** Mines one block with one transaction. @throws {RpcError} when refused (nothing was mined), {EngineFault}. */
  mine(timestamp: number, rawTransaction: string): Promise<MinedBlock>
  close(): Promise<void>
}

type MinedGenesis = { number: 0; hash: Hex; timestamp: number }

/** The engine is no longer where we left it. Only starting again from the journal helps. */
export class EngineFault extends Error {
  override name = 'EngineFault'
}

/** Starts a chain with nobody and nothing on it. The same arguments give the same blocks for the same transactions. */
export async function openEngine(chainId: number, genesis: Genesis): Promise<Engine> {
  const { provider, name, close } = await simulate(chainId, genesis)
  let head = 0

  const request = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    try {
      return await provider.request({ method, params: [...params] })
    } catch (error) {
      throw rpcErrorOf(error)
    }
  }
  const first = await blockAt(request, 0)

  return {
    name,
    genesis: { number: 0, hash: first.hash, timestamp: genesis.timestamp },
    request,
    close,
    async mine(timestamp, rawTransaction) {
      await request('evm_setNextBlockTimestamp', [quantity(timestamp)])
      const transactionHash = await send(request, rawTransaction, head)
      head += 1
      const { hash, transactions, time, baseFee } = await blockAt(request, head)
      if (transactions.length !== 1 || transactions[0] !== transactionHash || time !== timestamp || baseFee !== 0)
        throw new EngineFault(`block ${head} of the engine is not the one that was ordered`)
      return { number: head, hash, timestamp, transactionHash: hash32(transactionHash) }
    },
  }
}

type Request = (method: string, params: readonly unknown[]) => Promise<unknown>

async function send(request: Request, rawTransaction: string, head: number): Promise<unknown> {
  try {
    return await request('eth_sendRawTransaction', [rawTransaction])
  } catch (error) {
    // A refusal must leave the chain as it was, or the journal would lack a block.
    const now = Number(await request('eth_blockNumber', []))
    if (now !== head) throw new EngineFault(`the engine refused a transaction and mined block ${now} all the same`)
    throw error
  }
}

async function blockAt(request: Request, number: number) {
  const block = await request('eth_getBlockByNumber', [quantity(number), false])
  if (typeof block !== 'object' || block === null) throw new EngineFault(`the engine has no block ${number}`)
  if (!('hash' in block && 'transactions' in block && 'timestamp' in block && 'baseFeePerGas' in block))
    throw new EngineFault(`the engine's block ${number} is incomplete`)
  const transactions: unknown[] = Array.isArray(block.transactions) ? block.transactions : []
  return { hash: hash32(block.hash), transactions, time: Number(block.timestamp), baseFee: Number(block.baseFeePerGas) }
}

function hash32(value: unknown): Hex {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{64}$/.test(value)) throw new EngineFault(`no hash: ${String(value)}`)
  return value as Hex
}

function quantity(value: number): Hex {
  return `0x${value.toString(16)}`
}

function rpcErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return error
  return new RpcError(error.code, error.message, 'data' in error ? error.data : undefined)
}

async function simulate(chainId: number, { timestamp, blockGasLimit, transactionGasCap }: Genesis) {
  hardhat ??= startHardhat()
  const { network, versions } = await hardhat
  const { provider, close } = await network.create({
    network: 'book',
    chainType: 'l1',
    override: {
      chainId,
      networkId: chainId,
      initialDate: new Date(timestamp * 1000).toISOString(),
      blockGasLimit,
      transactionGasCap,
    },
  })
  return { provider, name: { name: '@nomicfoundation/edr', version: versions.edr }, close }
}

// Hardhat's environment takes a quarter of a second and holds no chain: one serves all engines of the process.
let hardhat: ReturnType<typeof startHardhat> | undefined

async function startHardhat() {
  // In a terminal Hardhat reports its use to its makers. A book does not.
  process.env['HARDHAT_DISABLE_TELEMETRY'] = 'true'
  // Loaded only where a chain runs, and as the ES module it is: it cannot bear to be loaded twice, as two kinds.
  const { createHardhatRuntimeEnvironment } = await import('hardhat/hre')

  return await createHardhatRuntimeEnvironment(
    {
      networks: {
        book: {
          type: 'edr-simulated',
          chainType: 'l1',
          hardfork: 'cancun',
          accounts: [],
          coinbase: '0x0000000000000000000000000000000000000000',
          initialBaseFeePerGas: 0,
          gasPrice: 0,
          gas: TRANSACTION_GAS_CAP,
          allowBlocksWithSameTimestamp: true,
          throwOnTransactionFailures: false,
          throwOnCallFailures: true,
          mining: { auto: true, interval: 0 },
        },
      },
      // A folder that is not there: with the compiler's output at hand Hardhat would look for every revert's source.
      paths: { artifacts: join(import.meta.dirname, 'none') },
    },
    {},
    import.meta.dirname,
  )
}
