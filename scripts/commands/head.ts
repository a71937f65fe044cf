import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { formatMinute } from '../../ledger/day.ts'
import { decodeHeader } from '../../chain/header.ts'
import { decodeLine, lineEndsOf, readLines } from '../../chain/lines.ts'
import { readSeal, type BlockSeal } from '../../chain/seals.ts'
import { readAnchor } from '../../ledger/anchor.ts'
import { formatWords, wordsOf } from '../../ledger/headWords.ts'
import { Hash, type Hex } from '../../ledger/hex.ts'
import type { Context } from './context.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'
import { get, problemOf } from './send.ts'

/** A sealed block as people compare it. Time in unix seconds. */
type Head = { chainId: bigint; genesis: Hex; number: number; hash: Hex; time: number; sealedBy: number; witnesses: number }

const HELP = `
校验词由区块的哈希在这台机器上算出。两个人看到的区块编号相同而校验词不同，就是有人给你们看了两本账：请保留证据，告诉监督机构。
The words are worked out on this machine from the block's hash. The same number with other words means that you are shown two books.`

/** `head`: the newest sealed block and its words. */
export function addHead(program: Command, run: Run): void {
  program
    .command('head')
    .description('最新签封的区块：编号、哈希、时间、校验词 / the newest sealed block, and the words to compare')
    .option('--server <url>', '账本的网址，默认为本机的 / where the book is shown')
    .option('--data <folder>', '账本或见证人的文件夹，不经服务器 / the folder of a book or a witness, with no server')
    .addHelpText('after', HELP)
    .action(run(showHead))
}

async function showHead({ url, output }: Context, { server, data }: { server?: string; data?: string }): Promise<void> {
  const head = data === undefined ? await headAt(server?.replace(/\/+$/, '') ?? url) : await headIn(resolve(data))
  const { chainId, genesis, number, hash, time, sealedBy, witnesses } = head
  const words = formatWords(wordsOf(chainId, genesis, BigInt(number), hash))
  output.tell({ ...head, time: new Date(time * 1000).toISOString(), words }, [
    `第 ${number} 个区块 / block ${number}  ${formatMinute(time)}`,
    `${witnesses} 位见证人中 ${sealedBy} 位签封 / sealed by ${sealedBy} of ${witnesses}`,
    hash,
    `校验词 / words: ${words}`,
  ])
}

async function headAt(url: string): Promise<Head> {
  const response = await get(`${url}/v1/head`)
  if (!response.ok) throw await problemOf(response)
  const { chainId, genesis, sealed, witnesses } = Object(await response.json())
  if (!sealed) throw unsealed()
  const { number, hash, time, sealedBy } = Object(sealed)
  return {
    chainId: BigInt(chainId), genesis: Hash(String(genesis)), number: Number(number), hash: Hash(String(hash)),
    time: Date.parse(time) / 1000, sealedBy: Number(sealedBy), witnesses: Number(witnesses),
  }
}

/** Reads beside a process that writes: only whole lines, and nothing is mended. */
async function headIn(folder: string): Promise<Head> {
  const at = (name: string) => join(folder, name)
  if (!existsSync(at('journal.jsonl')))
    throw new CannotRun('BOOK_MISSING', { zh: `${folder} 里没有账本的日志。`, en: `There is no journal of a book in ${folder}.` })
  const { ends } = await lineEndsOf(at('journal.jsonl'))
  const { chainId, genesisHash: genesis } = decodeHeader((await readLines(at('journal.jsonl'), ends, 0, 1))[0] ?? '')
  const anchor = existsSync(at('anchor.json')) ? readAnchor(readFileSync(at('anchor.json'), 'utf8')) : undefined
  const witnesses = anchor?.sealers.map(({ address }) => address)
  const newest = newestSealed(sealsIn(at(anchor ? 'seals.jsonl' : 'signed.jsonl')), witnesses, anchor?.quorum ?? 1)
  if (!newest) throw unsealed()
  const { number, blockHash: hash } = newest
  const line = (await readLines(at('journal.jsonl'), ends, number, number + 1))[0]
  const block = line === undefined ? undefined : decodeLine(line, number)
  if (block?.blockHash !== hash)
    throw new Refused('SEAL_DIFFERS', {
      zh: `${folder} 里第 ${number} 个区块与签封的不同。`, en: `Block ${number} in ${folder} is another one than was sealed.`,
    })
  return {
    chainId: BigInt(chainId), genesis, number, hash, time: block.timestamp,
    sealedBy: newest.sealers.size, witnesses: witnesses?.length ?? 1,
  }
}

function sealsIn(file: string): BlockSeal[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => readSeal(JSON.parse(line)))
}

function newestSealed(seals: readonly BlockSeal[], witnesses: readonly Hex[] | undefined, quorum: number) {
  const blocks = new Map<string, { number: number; blockHash: Hex; sealers: Set<Hex> }>()
  for (const { number, blockHash, sealer } of seals) {
    if (witnesses && !witnesses.includes(sealer)) continue
    const block = blocks.get(blockHash) ?? { number, blockHash, sealers: new Set<Hex>() }
    block.sealers.add(sealer)
    blocks.set(blockHash, block)
  }
  return [...blocks.values()].filter(({ sealers }) => sealers.size >= quorum).sort((a, b) => b.number - a.number)[0]
}

function unsealed(): Refused {
  return new Refused('NOTHING_SEALED', { zh: '还没有凑够签封的区块。', en: 'No block has enough seals yet.' })
}
