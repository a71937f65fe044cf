import { closeSync, existsSync, readSync, renameSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { formatAnchor, leastQuorum, readAnchor, type Anchor } from '../../ledger/anchor.ts'
import { readCode } from '../../ledger/code.ts'
import { titleOf } from '../../ledger/drafts.ts'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { hashOfPaper, readPaper } from '../../ledger/papers.ts'
import { MAGIC } from '../../proof/check/bundle/stream.ts'
import { ProofError } from '../../proof/check/error.ts'
import { lastPlaces, type TraceFacts } from '../../proof/check/facts.ts'
import { errorSentence, sentencesOf } from '../../proof/check/sentences.ts'
import { headDiffers } from '../../proof/check/bundle/verify.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { address, count, filled, head } from './arguments.ts'
import { verifyBundleFile } from './bundle.ts'
import { openGivenFile, readGivenAnchor, readGivenFile, readOwnAnchor, writeGivenFile, type Context } from './context.ts'
import { Refused } from './refused.ts'
import type { Run } from './run.ts'
import { get, problemOf } from './send.ts'

/** `trace`, `proof`, `verify`, `anchor`: what a donor or an auditor asks. */
export function addEvidence(program: Command, run: Run): void {
  program
    .command('trace <code>')
    .description('按查询码追溯一笔捐赠，并核验证明 / follow a gift, and check its proof')
    .option('--anchor <file>', '信任锚，默认为本账自己的 / the anchor to check against, by default this book\'s own')
    .action(run(trace))
  program
    .command('proof <code>')
    .description('取得一笔捐赠的证明文件 / fetch the proof of a gift')
    .requiredOption('-o, --out <file>', '写入此文件 / where to')
    .action(run(fetchProof))
  program
    .command('verify <file>')
    .description('核验证明或账册，不需要网络 / verify a proof or a bundle, with no network')
    .requiredOption('--anchor <file>', '信任锚：从公告栏或可信的人处取得 / the anchor, from somebody you trust')
    .option('--head <text>', '账册最后一个（证明所在的）区块的校验词或哈希，从别处得知 / the six words or the hash of the bundle\'s last block, or the proof\'s, learnt elsewhere', head)
    .action(run(verify))

  const anchor = program.command('anchor').description('信任锚：这是哪本账，由谁签封 / which book, and who seals it')
  anchor.action(run(showAnchor))
  anchor
    .command('add')
    .argument('<address>', '', address)
    .argument('<name>', '', filled)
    .description('在本账的信任锚中加入见证人，重启后生效 / list another witness; takes effect when restarted')
    .option('--quorum <number>', '至少几方签封，默认过半 / how many must seal, by default more than half', count)
    .action(run(addSealer))
}

async function trace(context: Context, code: string, options: { anchor?: string }): Promise<void> {
  const bytes = await proofOf(context, code)
  const anchor = options.anchor === undefined ? await bookAnchor(context) : readGivenAnchor(options.anchor)
  const facts = proven(bytes, anchor)
  tellFacts(context, facts, anchor, await titlesOf(context, facts))
}

async function fetchProof(context: Context, code: string, { out }: { out: string }): Promise<void> {
  const bytes = await proofOf(context, code)
  writeGivenFile(out, bytes)
  const { length } = bytes
  context.output.tell({ file: out, bytes: length }, [`证明已写入 ${out}（${length} 字节）。 / The proof is in ${out}.`])
}

async function verify(context: Context, file: string, options: { anchor: string; head?: string }): Promise<void> {
  const anchor = readGivenAnchor(options.anchor)
  if (isBundle(file)) return await verifyBundleFile(context, file, anchor, options.head)
  const facts = proven(readGivenFile(file), anchor)
  checkHead(facts, anchor, options.head)
  tellFacts(context, facts, anchor, [])
}

/** The block that a proof is as of must be the one that somebody heard of. @throws {Refused} */
function checkHead({ block }: TraceFacts, anchor: Anchor, head: string | undefined): void {
  const other = head === undefined ? undefined : headDiffers(anchor, head, block)
  if (!other) return
  throw new Refused('HEAD_OTHER', {
    zh: `证明所在的第 ${block.number} 个区块不是您从别处得知的那一个：应为 ${other.expected}，实为 ${other.found}。校验词属于一个区块，请对照同一个区块的。`,
    en: `The proof is as of block ${block.number}, which is not the one you heard of: expected ${other.expected}, found ${other.found}. Words belong to one block: compare those of the same one.`,
  }, other)
}

/** Whether a file begins as a bundle does: it may be far larger than what one reads at once. */
function isBundle(file: string): boolean {
  const handle = openGivenFile(file)
  try {
    const start = Buffer.alloc(4)
    readSync(handle, start)
    return toHex(start) === MAGIC
  } finally {
    closeSync(handle)
  }
}

/** @throws {Refused} with the proof's own code. */
function proven(bytes: Uint8Array, anchor: Anchor): TraceFacts {
  try {
    return verifyTrace(bytes, anchor)
  } catch (error) {
    if (!(error instanceof ProofError)) throw error
    throw new Refused(error.code, errorSentence(error), { detail: error.message })
  }
}

function isWhole({ from, to, inflow }: TraceFacts): boolean {
  return from === 0n && to === inflow.amount
}

/** Only what was proven is told. */
function tellFacts({ output }: Context, facts: TraceFacts, anchor: Anchor, titles: readonly string[]): void {
  const nameOf = (sealer: Hex) => anchor.sealers.find(({ address }) => address === sealer)?.name ?? sealer
  output.tell(facts, [
    isWhole(facts)
      ? '证明成立。 / The proof holds.'
      : '证明成立，但只说明这笔收入的一部分：其余部分的去向不在其中。 / The proof holds, but for a part of the inflow only: it says nothing of the rest.',
    ...sentencesOf(facts).flatMap(({ zh, en }) => [zh, `  ${en}`]),
    ...titles,
    `签封者 / sealed by: ${facts.sealers.map(nameOf).join('、')}`,
  ])
}

/** What the payments were for: from papers whose hashes the proof has proven, and from no other. */
async function titlesOf({ url }: Context, facts: TraceFacts): Promise<string[]> {
  const outflows = lastPlaces(facts.parts).flatMap(({ part }) => (part.place === 'outflow' ? [part.outflow] : []))
  const lines = await Promise.all(outflows.map(async ({ fund, number, paper: hash }) => {
    const response = await get(`${url}/v1/papers/${hash}`)
    if (!response.ok) return []
    const paper = readPaper(Object(await response.json()).paper)
    const title = hashOfPaper(paper) === hash ? titleOf(paper) : undefined
    return title ? [`${fund}/${number}：${title.zh} / ${title.en}`] : []
  }))
  return [...new Set(lines.flat())]
}

async function showAnchor(context: Context): Promise<void> {
  const text = formatAnchor(await bookAnchor(context))
  context.output.tell(JSON.parse(text), [text.trimEnd()])
}

type Quorum = { quorum?: number }

async function addSealer({ places, output }: Context, key: Hex, name: string, options: Quorum): Promise<void> {
  const anchor = readOwnAnchor(places)
  if (anchor.sealers.some((sealer) => sealer.address === key))
    throw new Refused('SEALER_LISTED', { zh: `见证人 ${key} 已在信任锚中。`, en: `The witness ${key} is in the anchor already.` })
  const sealers = [...anchor.sealers, { address: key, name }]
  const quorum = options.quorum ?? leastQuorum(anchor.sealing, sealers.length)
  const changed = formatAnchor(readAnchor({ ...JSON.parse(formatAnchor(anchor)), sealers, quorum }))
  writeFileSync(`${places.anchor}.new`, changed, { flush: true })
  renameSync(`${places.anchor}.new`, places.anchor)
  output.tell(JSON.parse(changed), [
    `见证人 ${name}（${key}）已加入信任锚，${sealers.length} 方中至少 ${quorum} 方签封；重启后生效。`,
    `${sealers.length} witnesses, of whom ${quorum} must seal; restart to use it, and publish the new anchor.`,
  ])
}

async function proofOf({ url }: Context, text: string): Promise<Uint8Array> {
  const response = await get(`${url}/v1/trace/${readCode(text)}/proof`)
  if (!response.ok) throw await problemOf(response)
  return new Uint8Array(await response.arrayBuffer())
}

/** The anchor in the data folder; without a book the server's own, which proves nothing against that server. */
async function bookAnchor(context: Context): Promise<Anchor> {
  if (existsSync(context.places.anchor)) return readOwnAnchor(context.places)
  const response = await get(`${context.url}/v1/anchor`)
  if (!response.ok) throw await problemOf(response)
  context.output.note('信任锚取自服务器本身，不能用来核验这台服务器。')
  context.output.note('The anchor is the server\'s own: it proves nothing against that server.')
  return readAnchor(await response.text())
}
