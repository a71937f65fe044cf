import { join } from 'node:path'
import type { Command } from 'commander'
import { openRpcClient } from '../../chain/client.ts'
import type { BlockSeal } from '../../chain/seals.ts'
import type { WitnessNews } from '../../chain/witness.ts'
import { Address, Hash } from '../../ledger/hex.ts'
import { headerOf } from '../../proof/prove/header.ts'
import type { Context } from './context.ts'
import { openKey } from './keystore.ts'
import type { Output } from './output.ts'
import { Refused } from './refused.ts'
import type { Run } from './run.ts'
import { post, problemOf } from './send.ts'

type Options = { light?: boolean; folder?: string; rpc?: string }

const HELP = `
全见证人把日志里的每笔交易在自己的机器上重新执行，只签自己算出的区块；发现两种历史就永远拒绝签封，并保留双方证据。
A full witness executes every transaction again on its own machine and signs only what came out there. When it sees two
histories it refuses for ever and keeps both. Its address must be in the anchor (anchor add) for its seals to count.
--light 只核对区块头，表示“只有一种历史，内容未核验”。 --light follows headers only: one history, content not checked.`

/** `witness`: follows a book from another desk and seals it. */
export function addWitness(program: Command, run: Run): void {
  program
    .command('witness')
    .description('见证：重新执行账本并签封，直到 Ctrl-C / execute the book again and seal it, until Ctrl-C')
    .option('--light', '只跟随区块头 / follow headers only')
    .option('--folder <folder>', '见证人自己的文件夹 / the witness\'s own folder')
    .option('--rpc <url>', '账本的 RPC 地址 / the RPC of the book')
    .addHelpText('after', HELP)
    .action(run(witness))
}

async function witness(context: Context, { light = false, folder, rpc }: Options): Promise<void> {
  const { settings, places, url, output, passphrases, keyName } = context
  // It brings the engine along, for which no other command should wait.
  const { runWitness, WitnessRefuses } = await import('../../chain/witness.ts')
  const key = await openKey(places.keys, keyName ?? 'witness', passphrases)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

  try {
    await runWitness({
      source: openRpcClient(rpc ?? `http://127.0.0.1:${settings.rpcPort}`),
      folder: folder ?? join(settings.data, `witness-${key.address.slice(2, 10).toLowerCase()}`),
      wallet: { address: Address(key.address), privateKey: Hash(key.privateKey) },
      ...(light && { light: { hashOf: (block: unknown) => headerOf(block).hash } }),
      post: (seal) => bring(url, seal),
      onNews: (news) => tell(output, news),
      signal: stop.signal,
    })
  } catch (error) {
    if (!(error instanceof WitnessRefuses)) throw error
    const words = { zh: `看到两种历史，拒绝签封，证据在 ${error.file}。`, en: error.message }
    throw new Refused('FORK_SEEN', words, { evidence: error.file })
  }
}

async function bring(url: string, seal: BlockSeal): Promise<void> {
  const response = await post(`${url}/v1/seals`, seal)
  if (!response.ok) throw await problemOf(response)
}

function tell({ json, note }: Output, news: WitnessNews): void {
  if (json) return void process.stdout.write(`${JSON.stringify(news)}\n`)
  switch (news.state) {
    case 'replaying': return note(`重放自己的日志 / replaying: ${news.progress.done} / ${news.progress.total}`)
    case 'following': return note(`已核对到区块 / checked up to block ${news.block}`)
    case 'sealed': return note(`已签封 / sealed: ${news.block} ${news.hash}`)
    case 'waiting': return note(`等待 / waiting: ${news.reason}`)
  }
}
