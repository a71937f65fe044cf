import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import type { Command } from 'commander'
import type { Wallet } from 'ethers'
import type { Finding } from '../../indexer/audit.ts'
import { INTERFACES, type Act } from '../../ledger/acts.ts'
import { findingDraft, opinionDraft, replyDraft, statementOf, type Reply } from '../../ledger/auditDrafts.ts'
import { formatDay, type Day } from '../../ledger/day.ts'
import { completionOf, isFindingOverdue } from '../../ledger/deadlines.ts'
import type { Hex } from '../../ledger/hex.ts'
import { FINDING_WORDS, OPINION_WORDS, OPINIONS, type OpinionKind } from '../../ledger/words.ts'
import { verdictOf, type Verdict } from '../../proof/check/bundle/sentences.ts'
import { count, date, filled, head, opinion, wordsOf } from './arguments.ts'
import { passedBundle } from './bundle.ts'
import { openGivenFile, readOwnAnchor, type Context, type Office } from './context.ts'
import { eventOf, fileAct, type Filed } from './filed.ts'
import { keysIn, openKey } from './keystore.ts'
import { mirroredBooks } from './mirrored.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'

const PUBLIC = `
正文公开且永久，不要写人名、电话、账号。 The text is public for ever: no names, phones or accounts.`
const TEXT = '正文（公开） / the text, public'

type OpinionOptions = { from: Day; through: Day; opinion: OpinionKind; bundle: string; text: string; head?: string; community: number }

/** `audit opinion|finding|findings`. */
export function addAudit(program: Command, run: Run): void {
  const audit = program.command('audit').description('审计：意见、问题与整改 / opinions, findings and what became of them').addHelpText('after', PUBLIC)
  audit
    .command('opinion')
    .description('出具审计意见（审计人员）；先核验账册，不通过则不受理 / give an opinion; the bundle is verified first, and refused unless it passes')
    .requiredOption('--from <date>', '期间起始日 / the first day', date)
    .requiredOption('--through <date>', '期间截止日（含） / the last day', date)
    .requiredOption('--opinion <opinion>', wordsOf(OPINIONS.slice(1)).toLowerCase(), opinion)
    .requiredOption('--bundle <file>', '所审的账册；账本里记下此文件的 SHA-256 / what was examined; its SHA-256 goes into the book')
    .requiredOption('--text <text>', TEXT, filled)
    .option('--head <words|hash>', '从别处得知的最新区块的校验词或哈希 / the newest block\'s words or hash, from elsewhere', head)
    .option('--community <number>', '社区编号 / the community', count, 1)
    .action(run(giveOpinion))
  const finding = audit.command('finding').description('审计问题 / findings').addHelpText('after', PUBLIC)
  finding
    .command('raise')
    .description('提出审计问题（审计人员） / raise a finding')
    .requiredOption('--owner <person>', '整改责任人的人员编号 / the person who must answer', count)
    .requiredOption('--due <date>', '整改期限 / answered by', date)
    .requiredOption('--text <text>', TEXT, filled)
    .option('--community <number>', '社区编号 / the community', count, 1)
    .action(run(raise))
  finding
    .command('answer')
    .argument('<number>', '', count)
    .description('答复（责任人；默认用责任人自己的密钥） / answer; signed by its owner\'s key')
    .requiredOption('--text <text>', TEXT, filled)
    .action(run(async (context, number: number, { text }: { text: string }) => answer(context, number, text)))
  finding
    .command('verify')
    .argument('<number>', '', count)
    .description('核销，或退回整改（审计人员） / verify, or send back')
    .option('--done', '已整改 / done')
    .option('--not-done', '未整改，退回 / not done')
    .requiredOption('--text <text>', TEXT, filled)
    .action(run(async (context, number: number, given: Judgement) => verify(context, number, given)))
  audit
    .command('findings')
    .description('列出审计问题、整改率和逾期 / findings, how many are done, and which are overdue')
    .action(run(listFindings))
}

async function giveOpinion(context: Context, given: OpinionOptions): Promise<void> {
  const { from, through, opinion, bundle: file, text: statement, head, community } = given
  const office = await context.office()
  const examined = await examine(context, file, head)
  if (examined.through < formatDay(through))
    throw new Refused('BUNDLE_TOO_SHORT', {
      zh: `账册 ${file} 只到 ${examined.through}，不能据以对截至 ${formatDay(through)} 的期间发表意见。`,
      en: `The bundle ${file} reaches to ${examined.through} only; no opinion through ${formatDay(through)} can rest on it.`,
    })
  if (opinion === 'Unqualified' && examined.verdict !== 'passed')
    throw new Refused('PAPERS_MISSING', {
      zh: `账册 ${file} 缺 ${examined.missing} 份凭证，不能据以出具无保留意见；请补齐，或出具保留意见。`,
      en: `The bundle ${file} lacks ${examined.missing} papers: no unqualified opinion can rest on it.`,
    }, { missing: String(examined.missing) })
  const filed = await fileAct(office, await context.signer('AUDITOR'), {
    draft: opinionDraft({ from, through, opinion, bundle: examined.sha256, statement }), on: context.today(),
    act: (paper) => call('giveOpinion', community, from, through, OPINIONS.indexOf(opinion), examined.sha256, paper),
  })
  const { number } = eventOf(filed, 'OpinionGiven')
  tell(context, filed, { number, opinion, bundleSha256: examined.sha256, blocks: examined.blocks }, [
    `第 ${number} 号审计意见：${OPINION_WORDS[opinion].zh}，${formatDay(from)} 至 ${formatDay(through)}。 / Opinion ${number}: ${OPINION_WORDS[opinion].en}.`,
    `账册 SHA-256 / the bundle's SHA-256: ${examined.sha256}`,
  ])
}

type Examined = { sha256: Hex; through: string; blocks: number; verdict: Verdict; missing: number }

/** Verifies a bundle and hashes it in one reading, so that what is named is what was examined. */
async function examine(context: Context, file: string, head: string | undefined): Promise<Examined> {
  const descriptor = openGivenFile(file)
  const sha256 = createHash('sha256')
  async function* hashed() {
    for await (const chunk of createReadStream(file, { fd: descriptor, highWaterMark: 1 << 20 })) {
      sha256.update(chunk)
      yield chunk as Uint8Array
    }
  }
  const facts = await passedBundle(context, hashed(), readOwnAnchor(context.places), { size: statSync(file).size, head })
  const { about: { through }, blocks, papers: { missing, elsewhere } } = facts
  return { sha256: `0x${sha256.digest('hex')}`, through, blocks, verdict: verdictOf(facts), missing: missing + elsewhere }
}

async function raise(context: Context, { owner, due, text: statement, community }: { owner: number; due: Day; text: string; community: number }): Promise<void> {
  const filed = await fileAct(await context.office(), await context.signer('AUDITOR'), {
    draft: findingDraft({ owner, dueOn: due, statement }), on: context.today(),
    act: (paper) => call('raiseFinding', community, owner, due, paper),
  })
  const { number } = eventOf(filed, 'FindingRaised')
  tell(context, filed, { number, owner, dueOn: formatDay(due) }, [
    `第 ${number} 号审计问题，由第 ${owner} 号人员在 ${formatDay(due)} 前答复。 / Finding ${number}, for person ${owner} to answer.`,
  ])
}

async function answer(context: Context, number: number, text: string): Promise<void> {
  const office = await context.office()
  const filed = await reply(context, { office, wallet: await ownersKey(context, office, number), kind: 'finding-answer', number, text, act: 'answerFinding' })
  tell(context, filed, { number }, [`第 ${number} 号审计问题已答复，等待核销。 / Finding ${number} is answered.`])
}

type Judgement = { done?: boolean; notDone?: boolean; text: string }

async function verify(context: Context, number: number, { done = false, notDone = false, text }: Judgement): Promise<void> {
  if (done === notDone)
    throw new CannotRun('VERDICT_MISSING', { zh: '请写明 --done（已整改）或 --not-done（未整改），两者取一。', en: 'Say --done or --not-done, one of the two.' })
  const kind = done ? 'finding-verified' : 'finding-sent-back'
  const office = await context.office()
  const filed = await reply(context, { office, wallet: await context.signer('AUDITOR'), kind, number, text, act: 'verifyFinding', more: [done] })
  tell(context, filed, { number, done }, [
    done ? `第 ${number} 号审计问题已核销。 / Finding ${number} is verified.` : `第 ${number} 号审计问题退回整改。 / Finding ${number} is open again.`,
  ])
}

async function listFindings(context: Context): Promise<void> {
  const { vault, ...office } = await context.office()
  const books = await mirroredBooks(office)
  const now = Date.now() / 1000
  const findings = allFindings((after) => books.findings({ after, limit: 100 })).map((finding) => ({
    ...finding, overdue: isFindingOverdue(finding, now), statement: statementOf(vault.paperOf(finding.steps[0]?.paper ?? '0x')?.paper),
  }))
  const completion = completionOf(findings.map(({ state }) => state))
  const late = findings.filter(({ overdue }) => overdue).length
  context.output.tell({
    findings: findings.map(({ dueOn, steps, ...finding }) => ({ ...finding, dueOn: formatDay(dueOn), steps })), completion, overdue: late,
  }, [
    ...findings.map(({ number, owner, dueOn, state, overdue, statement }) =>
      `${number}  ${FINDING_WORDS[state].zh}${overdue ? '（逾期！overdue）' : ''}  第 ${owner} 号人员，${formatDay(dueOn)} 前  ${statement ?? ''}`),
    completion === undefined ? '没有审计问题。 / No findings.' : `整改率 ${completion}，逾期 ${late} 项。 / ${completion} done, ${late} overdue.`,
  ])
}

function allFindings(page: (after: number) => Finding[]): Finding[] {
  const all: Finding[] = []
  for (let next = page(0); next.length > 0; next = page(next.at(-1)?.number ?? 0)) all.push(...next)
  return all
}

type Answering = { office: Office; wallet: Wallet; kind: Reply; number: number; text: string; act: string; more?: unknown[] }

/** Files a reply's paper and signs it. */
export async function reply(context: Context, { office, wallet, kind, number, text, act, more = [] }: Answering): Promise<Filed> {
  return await fileAct(office, wallet, {
    draft: replyDraft(kind, number, text), on: context.today(), act: (paper) => call(act, number, ...more, paper),
  })
}

/** Tells what an act became. */
export function tell({ output }: Context, { transaction, block, paper }: Filed, facts: object, lines: readonly string[]): void {
  output.tell({ ...facts, paper, transaction, block }, lines)
}

/** A finding is answered by its owner: of the keys that lie here, the one that speaks for that person. */
async function ownersKey(context: Context, { desk }: Office, number: number): Promise<Wallet> {
  const { keyName, places: { keys }, passphrases } = context
  if (keyName !== undefined) return await openKey(keys, keyName, passphrases)
  const ask = async (contract: 'audit' | 'people', name: string, argument: unknown) => {
    const data = INTERFACES[contract].encodeFunctionData(name, [argument])
    const found = await desk.client.request('eth_call', [{ to: desk.anchor.contracts[contract], data }, 'latest']).catch(() => undefined)
    return found === undefined ? undefined : INTERFACES[contract].decodeFunctionResult(name, String(found))[0]
  }
  const owner = Number(Object(await ask('audit', 'findingOf', number)).owner ?? 0)
  if (owner === 0) throw new Refused('FINDING_UNKNOWN', { zh: `没有第 ${number} 号审计问题。`, en: `There is no finding ${number}.` })
  for (const { name, address } of keysIn(keys)) if (Number(await ask('people', 'personOf', address)) === owner) return await openKey(keys, name, passphrases)
  throw new CannotRun('KEY_MISSING', {
    zh: `这里没有第 ${owner} 号人员的密钥；请用 --key 指定。`, en: `There is no key of person ${owner} here; name one with --key.`,
  })
}

function call(name: string, ...args: unknown[]): Act {
  return { contract: 'audit', name, args }
}
