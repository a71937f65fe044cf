import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { formatMinute } from '../../ledger/day.ts'
import { decodeHeader } from '../../chain/header.ts'
import { decodeLine, lineEndsOf, readLines } from '../../chain/lines.ts'
import { readSeal, type BlockSeal } from '../../chain/seals.ts'
import { formatWords, wordsOf } from '../../ledger/headWords.ts'
import { Hash, type Hex } from '../../ledger/hex.ts'
import { serverUrl } from './arguments.ts'
import { readGivenAnchor, readGivenFile, readGivenJson, type Context } from './context.ts'
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
    .option('--server <url>', '账本或见证人的网址，默认为本机的 / where the book is shown, or a witness answers', serverUrl)
    .option('--data <folder>', '账本或见证人的文件夹，不经服务器 / the folder of a book or a witness, with no server')
    .addHelpText('after', HELP)
    .action(run(showHead))
}

async function showHead({ url, output }: Context, { server, data }: { server?: string; data?: string }): Promise<void> {
  const head = data === undefined ? await headAt(server ?? url) : await headIn(resolve(data))
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
  if (response.status === 404) return await headOfWitness(url)
  if (!response.ok) throw await problemOf(response)
  const { sealed, ...book } = Object(await response.json().catch(() => undefined))
  if (book.genesis !== undefined && !sealed) throw unsealed()
  return readTold(url, { ...book, ...Object(sealed) })
}

/** A witness tells the newest block that it signed itself (scripts/witnessDoor.ts). */
async function headOfWitness(url: string): Promise<Head> {
  const response = await get(`${url}/head`)
  if (!response.ok && response.status !== 404) throw await problemOf(response)
  return readTold(url, { ...Object(await response.json().catch(() => undefined)), sealedBy: 1, witnesses: 1 })
}

function readTold(url: string, { chainId, genesis, number, hash, time, sealedBy, witnesses }: Record<string, unknown>): Head {
  try {
    return {
      chainId: BigInt(String(chainId)), genesis: Hash(String(genesis)), number: Number(number), hash: Hash(String(hash)),
      time: Date.parse(String(time)) / 1000, sealedBy: Number(sealedBy), witnesses: Number(witnesses),
    }
  } catch {
    throw new Refused('NO_HEAD', {
      zh: `${url} 不是账本，也不是见证人：请给出账本首页的网址，或见证人（witness --port）的网址。`,
      en: `${url} is neither a book nor a witness: give the address of a book's home page, or of a witness (witness --port).`,
    })
  }
}

/** Reads beside a process that writes: only whole lines, and nothing is mended. */
async function headIn(folder: string): Promise<Head> {
  const at = (name: string) => join(folder, name)
  if (!existsSync(at('journal.jsonl')) && existsSync(at('headers.jsonl'))) return await headOfLight(folder)
  if (!existsSync(at('journal.jsonl')))
    throw new CannotRun('BOOK_MISSING', {
      zh: `${folder} 里没有账本的日志，也没有见证人的记录；请给出账本的 MZ_DATA，或见证人的 --data。`,
      en: `There is neither a book's journal nor a witness's record in ${folder}; give a book's MZ_DATA, or a witness's --data.`,
    })
  const { ends } = await lineEndsOf(at('journal.jsonl'))
  const { chainId, genesisHash: genesis } = decodeHeader((await readLines(at('journal.jsonl'), ends, 0, 1))[0] ?? '')
  const anchor = existsSync(at('anchor.json')) ? readGivenAnchor(at('anchor.json')) : undefined
  const witnesses = anchor?.sealers.map(({ address }) => address)
  const newest = newestSealed(sealsIn(at(anchor ? 'seals.jsonl' : 'signed.jsonl')), witnesses, anchor?.quorum ?? 1)
  if (!newest) throw unsealed()
  const { number, blockHash: hash } = newest
  const line = (await readLines(at('journal.jsonl'), ends, number, number + 1))[0]
  const block = line === undefined ? undefined : decodeLine(line, number)
  if (block?.blockHash !== hash) throw differs(folder, number)
  return {
    chainId: BigInt(chainId), genesis, number, hash, time: block.timestamp,
    sealedBy: newest.sealers.size, witnesses: witnesses?.length ?? 1,
  }
}

/** A light witness keeps headers only: its book in the first line, then block after block (chain/headers.ts). */
async function headOfLight(folder: string): Promise<Head> {
  const file = join(folder, 'headers.jsonl')
  const { ends } = await lineEndsOf(file)
  const lineAt = async (at: number) => Object(readGivenJson(file, (await readLines(file, ends, at, at + 1))[0] ?? 'null'))
  const { chainId, genesis } = await lineAt(0)
  const newest = newestSealed(sealsIn(join(folder, 'signed.jsonl')), undefined, 1)
  if (!newest) throw unsealed()
  const { number, blockHash: hash } = newest
  const header = await lineAt(number)
  if (header.number !== number || header.hash !== hash) throw differs(folder, number)
  return { chainId: BigInt(chainId), genesis: Hash(String(genesis)), number, hash, time: Number(header.time), sealedBy: 1, witnesses: 1 }
}

function sealsIn(file: string): BlockSeal[] {
  if (!existsSync(file)) return []
  return readGivenFile(file).toString('utf8').split('\n').slice(0, -1).map((line) => readSeal(readGivenJson(file, line)))
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

function differs(folder: string, number: number): Refused {
  return new Refused('SEAL_DIFFERS', {
    zh: `${folder} 里第 ${number} 个区块与签封的不同。`, en: `Block ${number} in ${folder} is another one than was sealed.`,
  })
}

function unsealed(): Refused {
  return new Refused('NOTHING_SEALED', { zh: '还没有凑够签封的区块。', en: 'No block has enough seals yet.' })
}
