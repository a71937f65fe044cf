import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChainClient } from '../chain/client.ts'
import { openEmbedded, type EmbeddedChain } from '../chain/embedded.ts'
import { CHAIN_ID, sendThrough } from './book.ts'
import { creditBatches } from './credits.ts'
import { writeDense, writeSparse } from './generated.ts'
import { payCredits } from './paid.ts'
import { openRecorder } from './recorder.ts'

/** A book that is measured, and what is in it. */
export type BookName = 'credits' | 'dense' | 'sparse' | 'paid'

/** Opens a book of this run's folder; who comes first writes it. */
export async function openBook(folder: string, name: BookName): Promise<EmbeddedChain> {
  const file = join(folder, `${name}.jsonl`)
  const whole = `${file}.whole`
  if (!existsSync(whole)) rmSync(file, { force: true })
  if (name === 'paid' && !existsSync(whole)) await copyCredits(folder, file)
  const chain = await openEmbedded({ file, chainId: CHAIN_ID })
  if (!existsSync(whole)) await WRITERS[name](chain.client)
  writeFileSync(whole, '')
  return chain
}

const WRITERS: Record<BookName, (client: ChainClient) => Promise<void>> = {
  dense: (client) => writeDense(sendThrough(client), 100_000),
  sparse: (client) => writeSparse(sendThrough(client), 20_000),
  async credits(client) {
    const recorder = await openRecorder(sendThrough(client))
    await recorder.recordAll(creditBatches())
  },
  paid: payCredits,
}

async function copyCredits(folder: string, file: string): Promise<void> {
  const credits = join(folder, 'credits.jsonl')
  if (!existsSync(`${credits}.whole`)) await (await openBook(folder, 'credits')).close()
  copyFileSync(credits, file)
}
