import type { Wallet } from 'ethers'
import { RpcError, type ChainClient } from '../../chain/client.ts'
import { encodeAct, GAS_LIMIT, signCall, type Act } from '../../ledger/acts.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { decodeLog, type LedgerEvent } from '../../ledger/events.ts'
import { fromHex, toHex, type Hex } from '../../ledger/hex.ts'
import { readRefusal } from '../../ledger/refusals.ts'
import { CannotRun, Refused } from './refused.ts'

/** Hands a signed transaction in. @throws {Refused} with the contract's own reason. */
export type Send = (rawTransaction: Hex) => Promise<void>

/** Where acts go. */
export type Desk = { client: ChainClient; anchor: Anchor; send: Send }

/** An act that stands in the book. */
export type Recorded = { transaction: Hex; block: number; events: readonly LedgerEvent[] }

const RETRIES = 5

/**
 * Signs an act and hands it in; gives what it became. When the same key signs elsewhere meanwhile, it signs anew.
 *
 * @throws {Refused} with the contract's reason.
 */
export async function perform(desk: Desk, wallet: Wallet, act: Act): Promise<Recorded> {
  const { chainId, contracts } = desk.anchor
  const data = encodeAct(act)
  const to = contracts[act.contract]
  for (let attempt = 1; ; attempt++) {
    const nonce = Number(await desk.client.request('eth_getTransactionCount', [wallet.address, 'latest']))
    const raw = await signCall(wallet, data, { chainId, nonce, to, gasLimit: GAS_LIMIT })
    try {
      await desk.send(raw)
      return await receiptOf(desk.client, { from: wallet.address, to, data }, raw)
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'NONCE_WRONG' || attempt === RETRIES) throw error
    }
  }
}

/** Asks the contract whether it would take an act; nothing is signed. @throws {Refused} with the contract's reason. */
export async function rehearse({ client, anchor }: Desk, wallet: Wallet, act: Act): Promise<void> {
  const gas = `0x${GAS_LIMIT.toString(16)}`
  const call = { from: wallet.address, to: anchor.contracts[act.contract], data: encodeAct(act), gas }
  await client.request('eth_call', [call, 'latest']).catch((error: unknown) => {
    throw refusalOf(error)
  })
}

/** Sends through the server at `url`, whose API asks the contract first and answers in sentences. */
export function sendThroughServer(url: string): Send {
  return async function send(rawTransaction) {
    const response = await post(`${url}/v1/transactions`, { rawTransaction })
    // A long import may come against the limit of writings a minute.
    if (response.status === 429) {
      const seconds = Math.max(1, Number(response.headers.get('retry-after')))
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds))
      return await send(rawTransaction)
    }
    if (!response.ok) throw await problemOf(response)
  }
}

/** Sends straight to a chain in this process, asking the contract first. */
export function sendToChain(client: ChainClient): Send {
  return async (rawTransaction) => {
    await client.request('eth_sendRawTransaction', [rawTransaction]).catch((error: unknown) => {
      throw refusalOf(error)
    })
  }
}

/** Posts JSON to the server. @throws {CannotRun} when nobody answers. */
export async function post(url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return await ask(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** Asks the server for something. @throws {CannotRun} when nobody answers. */
export async function get(url: string): Promise<Response> {
  return await ask(url, {})
}

async function ask(url: string, request: RequestInit): Promise<Response> {
  return await fetch(url, request).catch((error: unknown) => {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new CannotRun('SERVER_SILENT', {
      zh: `服务器 ${new URL(url).origin} 没有回应（${reason}）；请先运行 npm start。`,
      en: `No server answers at ${new URL(url).origin} (${reason}); run npm start first.`,
    })
  })
}

/** What the server answered instead of yes. */
export async function problemOf(response: Response): Promise<Refused> {
  const { code, message, zh, ...facts } = Object(await response.json().catch(() => ({})))
  const en = typeof message === 'string' ? message : `The server answered ${response.status}.`
  return new Refused(typeof code === 'string' ? code : 'SERVER_REFUSED', {
    zh: typeof zh === 'string' ? zh : `服务器答复 ${response.status}。`, en,
  }, textsOf(facts.facts))
}

type Call = { from: string; to: Hex; data: Hex }

async function receiptOf(client: ChainClient, call: Call, raw: Hex): Promise<Recorded> {
  const { keccak256 } = await import('ethers')
  const transaction = toHex(fromHex(keccak256(raw)))
  const { status, blockNumber, logs } = Object(await client.request('eth_getTransactionReceipt', [transaction]))
  if (Number(status) === 1)
    return { transaction, block: Number(blockNumber), events: [...logs].map((log) => decodeLog(log)) }

  // It was mined all the same: the book moved between asking and sending. Asked once more, the contract says why.
  await client.request('eth_call', [call, `0x${(Number(blockNumber) - 1).toString(16)}`]).catch((error: unknown) => {
    throw refusalOf(error)
  })
  throw refusalOf(new RpcError(3, 'reverted', '0x'))
}

/** What a node's refusal says, in words; what is none stays what it is. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error
  if (/nonce/i.test(error.message)) return new Refused('NONCE_WRONG', { zh: error.message, en: error.message })
  const data = revertDataOf(error.data)
  if (!data) return error
  const { code, zh, en, facts } = readRefusal(data)
  return new Refused(code, { zh, en }, facts)
}

// Nodes give the bytes themselves, or an object around them.
function revertDataOf(data: unknown): Hex | undefined {
  if (typeof data === 'string' && /^0x([0-9a-f]{2})*$/i.test(data)) return toHex(fromHex(data))
  return typeof data === 'object' && data !== null && 'data' in data ? revertDataOf(data.data) : undefined
}

function textsOf(facts: unknown): Record<string, string> {
  if (typeof facts !== 'object' || facts === null) return {}
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, String(fact)]))
}
