import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Wallet, type TransactionLike } from 'ethers'
import { openEmbedded, type EmbeddedChain, type EmbeddedOptions } from '../../chain/embedded.ts'

/** An accountant of the tests. He owns nothing: fees are zero. */
export const ALICE = new Wallet(`0x${'a1'.repeat(32)}`)

/** Fixed, so that signed transactions and block hashes are the same in every run. */
export const CHAIN_ID = 4_711_000_001

/** 2020-01-29T00:00:00Z, in hexadecimal 5e30cb00. */
export const MORNING = 1_580_256_000

/**
 * A contract of 15 bytes: stores the first word it is called with in the slot of the block's number, and logs the call.
 * `PUSH0-free: CALLDATALOAD(0) NUMBER SSTORE; CALLDATACOPY(0,0,size); LOG0(0,size); STOP`, behind a constructor.
 */
const RUNTIME = '6000354355366000600037366000a000'
export const NOTEBOOK = `0x6010600c60003960106000f3${RUNTIME}`

/** A folder that is gone when the test is. */
export function tempFolder(): { folder: string; file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'mz-chain-'))
  return { folder, file: join(folder, 'journal'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Opens the book of `file` with the tests' chain id and a clock that stands still. */
export async function openBook(file: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedChain> {
  return await openEmbedded({ file, clock: () => MORNING, ...options })
}

/** A new book with the tests' chain id. */
export async function startBook(file: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedChain> {
  return await openBook(file, { chainId: CHAIN_ID, ...options })
}

/** A transaction signed by Alice. */
export async function signed(nonce: number, fields: TransactionLike = {}): Promise<string> {
  return await ALICE.signTransaction({
    type: 2, chainId: CHAIN_ID, nonce, gasLimit: 200_000, maxFeePerGas: 0, maxPriorityFeePerGas: 0, value: 0,
    to: fields.data === NOTEBOOK ? null : ALICE.address, ...fields,
  })
}

/** Sends it to the chain and gives the answer. */
export async function send(chain: EmbeddedChain, raw: string): Promise<unknown> {
  return await chain.client.request('eth_sendRawTransaction', [raw])
}

/** Writes `count` transactions, a notebook first, and gives its address. Further ones write 1, 2, 3 … into it. */
export async function writeBlocks(chain: EmbeddedChain, count: number): Promise<string> {
  const hash = await send(chain, await signed(0, { data: NOTEBOOK }))
  const to = String(Object(await chain.client.request('eth_getTransactionReceipt', [hash])).contractAddress)
  for (let nonce = 1; nonce < count; nonce++) await send(chain, await signed(nonce, { to, data: word(nonce) }))
  return to
}

/** A number as 32 bytes. */
export function word(number: number): string {
  return `0x${number.toString(16).padStart(64, '0')}`
}

/** The lines of a journal. */
export function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1)
}

/** Replaces the lines of a journal. */
export function writeLines(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.map((line) => line + '\n').join(''))
}

/** The error that a promise ends with. @throws when it ends well. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & { code?: number; data?: unknown }> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it should have failed')
}
