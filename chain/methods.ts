import { RpcError } from './client.ts'

/** Bytes of a signed transaction: a batch of 500 inflows has some 50,000, the largest contract 50,000. */
export const MAX_RAW_BYTES = 1024 * 1024

/**
 * The methods that are answered, each with the number of parameters it may have. The engine knows more, and some of it
 * (`hardhat_*`, `evm_*`) would rewrite the book: what is not listed does not exist.
 */
const PARAMETERS: Readonly<Record<string, number>> = {
  eth_blockNumber: 0,
  eth_call: 2,
  eth_chainId: 0,
  eth_estimateGas: 2,
  eth_feeHistory: 3,
  eth_gasPrice: 0,
  eth_getBalance: 2,
  eth_getBlockByHash: 2,
  eth_getBlockByNumber: 2,
  eth_getCode: 2,
  eth_getLogs: 1,
  eth_getProof: 3,
  eth_getStorageAt: 3,
  eth_getTransactionByHash: 1,
  eth_getTransactionCount: 2,
  eth_getTransactionReceipt: 1,
  eth_maxPriorityFeePerGas: 0,
  eth_sendRawTransaction: 1,
  mz_journal: 2,
  net_version: 0,
  web3_clientVersion: 0,
}

/** The methods whose one answer may keep the engine busy for a second, or be a megabyte long. */
const HEAVY = new Set(['eth_call', 'eth_estimateGas', 'eth_getLogs', 'eth_getProof', 'mz_journal'])

/** Whether only a few requests for this method may come in one batch. */
export function isHeavy(method: unknown): boolean {
  return typeof method === 'string' && HEAVY.has(method)
}

/** Checks a request against the list and gives the parameters as the engine shall see them. @throws {RpcError} */
export function checkMethod(method: string, params: readonly unknown[]): unknown[] {
  const most = Object.hasOwn(PARAMETERS, method) ? PARAMETERS[method] : undefined
  if (most === undefined) throw new RpcError(-32601, `this chain does not answer ${method.slice(0, 80)}`)
  if (params.length > most) throw new RpcError(-32602, `${method} takes ${most} parameters at most`)
  return params.map(settled)
}

// Every accepted transaction is mined at once, so nothing is ever pending. The engine would invent a next block with a
// hash that no block will have.
function settled(param: unknown): unknown {
  if (param === 'pending') return 'latest'
  if (typeof param !== 'object' || param === null || Array.isArray(param)) return param
  const settledParam: Record<string, unknown> = { ...param }
  for (const bound of ['fromBlock', 'toBlock'])
    if (settledParam[bound] === 'pending') settledParam[bound] = 'latest'
  return settledParam
}
