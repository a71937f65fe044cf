import { createReadStream, createWriteStream, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { verifierPage } from '../../api/pages/verifier.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { dayAt, formatDay, type Day } from '../../ledger/day.ts'
import type { Hex } from '../../ledger/hex.ts'
import { BundleError, type Fault } from '../../proof/check/bundle/fault.ts'
import { factSentences, faultSentence, gapSentences, refusalSentence, verdictOf, verdictSentence } from '../../proof/check/bundle/sentences.ts'
import { verifyBundle, type BundleFacts } from '../../proof/check/bundle/verify.ts'
import { ProofError } from '../../proof/check/error.ts'
import { SOFTWARE } from '../../proof/prove/bundle/software.ts'
import { writeBundle } from '../../proof/prove/bundle/write.ts'
import { sealedBlock, type SealedBlock } from '../../proof/prove/seals.ts'
import { recordHandOut } from '../handOuts.ts'
import { count, date } from './arguments.ts'
import type { Context } from './context.ts'
import { checkFund } from './known.ts'
import { mirroredBooks } from './mirrored.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'
import { get, problemOf } from './send.ts'

const HELP = `
账册是一个文件：全部区块、每笔签名操作和回执、凭证，供人离线核验（verify，或网站上的 verify.html）。
public 不含个人信息；auditor 含凭证的非公开内容，只能交给有权查看的人，交出后不能收回，会登记在 handouts.jsonl。
A bundle is one file with the whole book, to be verified with no network. auditor holds personal data: it is registered
in handouts.jsonl whenever one is made, and cannot be called back.`

type Options = { through?: Day; fund?: number[]; scope: 'public' | 'auditor'; to?: string; out: string }

/** `bundle`: the whole book in one file, for an auditor to take home. */
export function addBundle(program: Command, run: Run): void {
  program
    .command('bundle')
    .description('导出账册，供审计人员带走离线核验 / the whole book in one file, to be verified at home')
    .option('--through <date>', '声明截至的记账日；账册总是整本，末尾没有签封到这一天时核验会提醒 / the day that it is meant to reach; a bundle is always the whole book, and verifying warns when it ends before', date)
    .option('--fund <numbers...>', '只附这些基金的凭证 / with the papers of these funds only', (text: string, before: number[] = []) => [...before, count(text)])
    .addOption(program.createOption('--scope <scope>', '公开，或供审计（含个人信息） / without or with personal data').choices(['public', 'auditor']).default('public'))
    .option('--to <who>', '交给谁，登记用 / who gets it, for the register')
    .requiredOption('-o, --out <file>', '写入此文件 / where to')
    .addHelpText('after', HELP)
    .action(run(bundle))
  program
    .command('verifier')
    .description('把离线核验网页写成一个文件 / the page that verifies offline, as one file')
    .option('-o, --out <file>', '写入此文件 / where to', 'verify.html')
    .action(run(verifier))
}

async function verifier({ output }: Context, { out }: { out: string }): Promise<void> {
  writeFileSync(out, await verifierPage())
  output.tell({ file: out }, [`离线核验网页已写入 ${out}，用浏览器打开即可，不需要网络。 / The page is in ${out}; open it in a browser, with no network.`])
}

async function bundle(context: Context, { through, fund, scope, to, out }: Options): Promise<void> {
  if (scope === 'auditor' && to === undefined)
    throw new CannotRun('RECEIVER_MISSING', { zh: '含个人信息的账册必须用 --to 写明交给谁。', en: 'A bundle with personal data must say who gets it: --to.' })
  const office = await context.office()
  const { desk: { client, anchor }, vault } = office
  for (const number of fund ?? []) checkFund(office.books, number)
  if (through !== undefined && through > context.today())
    throw new CannotRun('DATE_TO_COME', { zh: `${formatDay(through)} 还没有到，账册不能声明截至那一天。`, en: `${formatDay(through)} is still to come; no bundle can reach it.` })
  const books = await mirroredBooks(office)
  const sealed = await sealedSince(context, anchor, books.erasures(1)[0]?.block ?? 0)
  const { timestamp } = Object(await client.request('eth_getBlockByNumber', [`0x${sealed.number.toString(16)}`, false]))
  const progress = context.output.progress('区块 blocks')
  const made = writeBundle({
    client, anchor, sealed,
    paperOf: (hash) => {
      const kept = vault.paperOf(hash)
      return kept && { paper: kept.paper, opened: scope === 'auditor' ? vault.fieldsOf(hash) : undefined }
    },
    erasureOf: (hash) => books.erasureOf(hash, Number(sealed.number)),
  }, { scope, through: formatDay(through ?? dayAt(Number(timestamp))), madeAt: new Date().toISOString(), software: SOFTWARE, ...(fund && { funds: fund }) }, progress.at)

  const partial = `${out}.unfinished`
  try {
    await pipeline(Readable.from(made), createWriteStream(partial, { mode: 0o600 }))
    renameSync(partial, out)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
  progress.end()
  if (scope === 'auditor') recordHandOut(context.places.handOuts, { to: to ?? '', file: out, funds: fund, block: Number(sealed.number) })
  const { size } = statSync(out)
  context.output.tell({ file: out, bytes: size, block: Number(sealed.number), scope }, [
    `账册已写入 ${out}（${size} 字节），截至第 ${sealed.number} 个区块。核验：npm run ledger -- verify ${out} --anchor 信任锚文件`,
    `The bundle is in ${out} (${size} bytes), up to block ${sealed.number}.`,
  ])
}

const PATIENCE_MS = 30_000

/**
 * The newest sealed block, once it is `block` or later: what the law took out of papers is not handed out, and the bundle
 * must say why.
 */
async function sealedSince(context: Context, anchor: Anchor, block: number): Promise<SealedBlock> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const sealed = await newestSealed(context, anchor)
    if (sealed.number >= block) return sealed
    if (Date.now() > end)
      throw new Refused('ERASURE_UNSEALED', {
        zh: `第 ${block} 个区块登记了依法限制或删除，见证人还没有签封它；请在签封以后再导出。`,
        en: `Block ${block} records an erasure and is not sealed yet; try again when the witnesses have sealed it.`,
      })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

type KeptSeal = { number: number; blockHash: Hex; sealer: Hex; signature: Hex }

/** The newest block that a quorum sealed, with its seals, as the server has them. */
async function newestSealed({ url }: Context, anchor: Anchor): Promise<SealedBlock> {
  const { sealed } = Object(await asked(`${url}/v1/head`))
  if (!sealed) throw new Refused('NOT_SEALED', { zh: '还没有凑够见证人的签封，暂时不能导出账册。', en: 'Not enough witnesses have sealed the book yet.' })
  const { number, hash } = sealed as { number: number; hash: Hex }
  const seals = await asked(`${url}/v1/seals?from=${number}&limit=500`) as KeptSeal[]
  const trusted = anchor.sealers.map(({ address }) => address)
  const here = seals.filter((seal) => seal.number === number && seal.blockHash === hash && trusted.includes(seal.sealer))
  if (here.length < anchor.quorum)
    throw new Refused('NOT_SEALED', {
      zh: `信任锚要求 ${anchor.sealers.length} 方中至少 ${anchor.quorum} 方签封，第 ${number} 个区块只有 ${here.length} 方；刚改过信任锚的，请重启服务器并等见证人签封。`,
      en: `The anchor asks for ${anchor.quorum} of ${anchor.sealers.length} seals, and block ${number} has ${here.length}; if the anchor was just changed, start the server anew and wait for the witnesses.`,
    })
  return sealedBlock(anchor, { number: BigInt(number), hash }, here.map(({ signature }) => signature))
}

async function asked(address: string): Promise<unknown> {
  const response = await get(address)
  if (!response.ok) throw await problemOf(response)
  return await response.json()
}

/** Verifies a bundle with no network, and tells what it holds. @throws {Refused} when anything is wrong. */
export async function verifyBundleFile(context: Context, file: string, anchor: Anchor, head: string | undefined): Promise<void> {
  const source = createReadStream(file, { highWaterMark: 1 << 20 })
  const facts = await passedBundle(context, source, anchor, { size: statSync(file).size, head })
  context.output.tell({ passed: true, verdict: verdictOf(facts), ...facts }, [verdictSentence(facts), ...gapSentences(facts), ...factSentences(facts, anchor)].flatMap(({ zh, en }) => [zh, `  ${en}`]))
}

/** Verifies a bundle of `size` bytes. @throws {Refused} when anything is wrong. */
export async function passedBundle(
  { output }: Context, source: AsyncIterable<Uint8Array>, anchor: Anchor, { size, head }: { size: number; head: string | undefined },
): Promise<BundleFacts> {
  const progress = output.progress('核验 verifying')
  let facts: BundleFacts
  try {
    facts = await verifyBundle(source, anchor, {
      onRead: (bytes) => progress.at(bytes, size), ...(head !== undefined && { head }),
    })
  } catch (error) {
    if (!(error instanceof BundleError || error instanceof ProofError)) throw error
    throw refusedBy(error)
  } finally {
    progress.end()
  }
  if (facts.faults.length > 0) throw notPassed(facts)
  return facts
}

function refusedBy(error: BundleError | ProofError): Refused {
  const { where, what, expected, found } = refusalSentence(error)
  const code = error instanceof BundleError ? error.fault.code : error.code
  return new Refused(code, {
    zh: `不通过。\n  ${where.zh}：${what.zh}\n  应为：${expected}\n  实为：${found}`,
    en: `Not passed.\n  ${where.en}: ${what.en}\n  expected: ${expected}\n  found: ${found}`,
  }, { expected, found })
}

function notPassed(facts: BundleFacts): Refused {
  const lines = (language: 'zh' | 'en') => facts.faults.map((fault: Fault) => {
    const { where, what, expected, found } = faultSentence(fault)
    return language === 'zh'
      ? `  ${where.zh}：${what.zh}应为 ${expected}，实为 ${found}。`
      : `  ${where.en}: ${what.en} Expected ${expected}, found ${found}.`
  })
  const { zh, en } = verdictSentence(facts)
  const [first] = facts.faults
  return new Refused(first?.code ?? 'NOT_PASSED', { zh: [zh, ...lines('zh')].join('\n'), en: [en, ...lines('en')].join('\n') }, {
    faults: JSON.stringify(facts.faults),
  })
}
