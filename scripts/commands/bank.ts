import { createInterface } from 'node:readline/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { openBankBook } from '../../api/bank.ts'
import { checkMatches, checkWay, entryName, formatSigned, lineAt, openFenOf, openOf } from '../../api/desk/unmatched.ts'
import type { AccountView, TraceabilityView } from '../../api/views.ts'
import { matchesOf, WHY_WORDS, type NewMatch, type Proposal } from '../../intake/matching.ts'
import { formatDay, type Day } from '../../ledger/day.ts'
import type { Fen } from '../../ledger/fen.ts'
import { formatShare, type Share } from '../../ledger/traceability.ts'
import { REASONS, UNEXPLAINED, UNEXPLAINED_WORDS, type Reason, type Role, type Unexplained } from '../../ledger/words.ts'
import { count, date, filled, place, reason, wordsOf, yuan, type Place } from './arguments.ts'
import { accountAt, explainLine, matchLines, openAccount, undoMatch, type NewAccount } from './bankActs.ts'
import { importStatement, type ImportOptions } from './bankImport.ts'
import { proposalsFor } from './bankMatching.ts'
import type { Context } from './context.ts'
import { eventOf } from './filed.ts'
import type { Clerk } from './outflows.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'

const PUBLIC = `
公开 / public:    每笔的日期和金额、账户名称、开户行、余额、为何没有对应的账  day and amount of each line, the account's name, its balance
不公开 / private: 账号、对方户名和账号、凭证号、摘要、附言、原文件名  numbers, counterparties, remarks, the file's name: in the vault, encrypted

先 open 开户，再 import 流水；propose 列出对得上的，confirm 确认；其余用 match 或 explain。
open, import, propose, confirm; what is left: match or explain.`

const IMPORT = `
认识 / known forms: 微信支付、支付宝、工商银行、中国银行、农业银行；其他银行用 --map。
流水先与自身印的余额、合计、期间核对，再与账户余额核对；有一处不符就整份不登记。
A statement is checked against what it prints and against the account's balance; anything that differs refuses it whole.
同一份流水导入两次、或两份有重叠，都不会登记两次。 The same lines are never recorded twice.

映射文件 / mapping: {"date": "交易日", "credit": "贷方发生额", "debit": "借方发生额", "balance": "账户余额", "document": "凭证号"}`

type OnAccount = { account: number }

/** `bank …`: what the bank wrote, and which entries it is. */
export function addBank(program: Command, run: Run): void {
  const bank = program.command('bank').description('银行流水：登记、核对、追溯率 / statements, matched with entries').addHelpText('after', PUBLIC)
  const onAccount = (command: Command) => command.requiredOption('--account <number>', '账户编号 / number of the account', count)
  addAccounts(bank, run)
  onAccount(bank.command('import <file>').description('导入流水（会计） / record a statement'))
    .option('--map <file>', '其他银行的流水：映射文件 / mapping of another bank\'s form')
    .option('--sheet <name>', '工作表 / the sheet of a workbook')
    .option('--dry-run', '只检查，不登记 / look, record nothing')
    .option('--quiet-days', '确认与上一份之间没有交易 / nothing happened since the last statement')
    .addHelpText('after', IMPORT)
    .action(run((context, file: string, options: ImportOptions) => importStatement(context, file, options)))
  onAccount(bank.command('propose').description('列出看来是同一笔钱的流水和账 / what seems to be the same money'))
    .action(run(propose))
  onAccount(bank.command('confirm').argument('[numbers...]', '', counts).description('确认所列的核对（会计） / confirm proposals'))
    .option('--at-least <score>', '确认分数不低于此的全部 / all with this score or more', score)
    .option('--yes', '不再询问 / do not ask')
    .action(run(confirm))
  onAccount(bank.command('match').description('指定一笔流水对应的账（会计） / match a line by hand'))
    .requiredOption('--line <number>', '流水编号 / number of the line', count)
    .requiredOption('--entry <fund/number>', '账 / the entry', place)
    .option('--outflow', '是支出 / it is an outflow')
    .option('--inflow', '是收入 / it is an inflow')
    .option('--amount <yuan>', '默认为两者未核对的较小者 / the smaller of what is unmatched if left out', yuan)
    .action(run(match))
  onAccount(bank.command('undo').description('撤销错误的核对（审批人，须非核对者本人） / undo a wrong match'))
    .requiredOption('--match <number>', '核对编号 / number of the match', count)
    .requiredOption('--reason <reason>', wordsOf(REASONS.slice(1)), reason)
    .option('--note <text>', '附注（不公开） / a note, private')
    .action(run(undo))
  onAccount(bank.command('explain').description('说明一笔流水为何没有对应的账（会计） / say why a line has no entry'))
    .requiredOption('--line <number>', '流水编号 / number of the line', count)
    .requiredOption('--why <why>', wordsOf(UNEXPLAINED.slice(1)), why)
    .option('--text <text>', '说明（公开），不写人名、账号 / in words, public: no names, no numbers', filled)
    .option('--note <text>', '附注（不公开） / a note, private')
    .action(run(explain))
  bank.command('status').description('各账户的余额、覆盖日期和资金追溯率 / balances, coverage, traceability').action(run(status))
}

function addAccounts(bank: Command, run: Run): void {
  bank
    .command('open')
    .description('开立银行账户账（基金管理人） / keep a bank account in the book')
    .requiredOption('--title <text>', '名称（公开） / its name, public', filled)
    .option('--title-en <text>', '英文名称 / the same in English', filled)
    .option('--bank <text>', '开户行（公开） / the bank, public', filled)
    .option('--account-number <text>', '账号（不公开） / its number, private')
    .requiredOption('--opening <yuan>', '开始那天日初的余额 / what was in it when that day began', signedYuan)
    .requiredOption('--on <date>', '从哪天起记账 / the day on which it begins in this book', date)
    .option('--community <number>', '社区编号 / the community', count, 1)
    .action(run(open))
}

async function open(context: Context, account: NewAccount): Promise<void> {
  const filed = await openAccount(await clerk(context, 'STEWARD'), account)
  const { account: number } = eventOf(filed, 'AccountOpened')
  const { transaction, block, paper } = filed
  context.output.tell({ account: number, opening: account.opening, on: formatDay(account.on), transaction, block, paper }, [
    `账户 ${number}“${account.title}”自 ${formatDay(account.on)} 起记账，期初 ${formatSigned(account.opening)}。 / Account ${number} is open.`,
  ])
}

async function propose(context: Context, { account }: OnAccount): Promise<void> {
  const office = await context.office()
  accountAt(office, account)
  const proposals = proposalsFor(office, account)
  context.output.tell({ account, proposals: proposals.map((proposal, at) => ({ number: at + 1, ...factsOf(proposal) })) }, [
    ...proposals.flatMap((proposal, at) => linesOf(proposal, at + 1)),
    proposals.length === 0
      ? '没有对得上的。 / Nothing seems to belong together.'
      : `共 ${proposals.length} 组；核对无误后用 bank confirm 确认。 / ${proposals.length} proposals; confirm them with bank confirm.`,
  ])
}

type Confirming = OnAccount & { atLeast?: number; yes?: boolean }

async function confirm(context: Context, given: number[] = [], { account, atLeast, yes }: Confirming): Promise<void> {
  if (given.length === 0 && atLeast === undefined)
    throw new CannotRun('USAGE', {
      zh: '请写明确认哪几组（bank confirm --account 1 1 2 3），或 --at-least 分数。', en: 'Name the proposals, or give --at-least SCORE.',
    })
  const office = await context.office()
  accountAt(office, account)
  const proposals = proposalsFor(office, account)
  const numbers = new Set(given)
  for (const number of numbers)
    if (number > proposals.length)
      throw new Refused('PROPOSAL_UNKNOWN', {
        zh: `没有第 ${number} 组，现在共 ${proposals.length} 组；请重新 bank propose。`, en: `There is no proposal ${number} of ${proposals.length}; look at bank propose again.`,
      }, { number: String(number) })
  const chosen = proposals.flatMap((proposal, at) =>
    numbers.has(at + 1) || (atLeast !== undefined && proposal.score >= atLeast) ? [{ proposal, number: at + 1 }] : [])
  const matches = chosen.flatMap(({ proposal }) => matchesOf(proposal))
  checkMatches(office.books, account, matches)
  const shown = chosen.flatMap(({ proposal, number }) => linesOf(proposal, number))
  if (matches.length === 0) return context.output.tell({ account, confirmed: 0, matches: [] }, ['没有可确认的。 / Nothing to confirm.'])
  if (!yes) await ask(shown, matches.length)

  const wallet = await context.signer('ACCOUNTANT')
  const filed = await matchLines({ office, wallet, today: context.today() }, account, matches, 'proposal')
  context.output.tell({ account, confirmed: chosen.length, matches: numbered(filed.map((one) => eventOf(one, 'LinesMatched').firstMatch), matches) }, [
    ...shown, `已确认 ${chosen.length} 组，登记核对 ${matches.length} 条。 / ${chosen.length} confirmed, in ${matches.length} matches.`,
  ])
}

/** Batches are of 500 matches, so each one's first number is known. */
function numbered(firsts: readonly number[], matches: readonly NewMatch[]) {
  return matches.map((match, at) => ({ match: (firsts[Math.floor(at / 500)] ?? 0) + (at % 500), ...match }))
}

type Matching = OnAccount & { line: number; entry: Place; outflow?: boolean; inflow?: boolean; amount?: Fen }

async function match(context: Context, { account, line, entry, outflow, inflow, amount }: Matching): Promise<void> {
  if (outflow && inflow) throw new CannotRun('USAGE', { zh: '--outflow 与 --inflow 只能写一个。', en: 'Give --outflow or --inflow, not both.' })
  const by = await clerk(context, 'ACCOUNTANT')
  const { books } = by.office
  accountAt(by.office, account)
  const found = lineAt(books, account, line)
  const way = outflow ? true : inflow ? false : found.amount < 0n
  checkWay(found, { ...entry, outflow: way })
  const [free, left] = [openOf(found), openFenOf(books, { ...entry, outflow: way })]
  const made = { line, ...entry, outflow: way, amount: amount ?? (free < left ? free : left) }
  if (made.amount === 0n)
    throw new Refused('NOTHING_LEFT', {
      zh: `账户 ${account} 第 ${line} 笔未核对 ${formatSigned(free)}，${entryName(made).zh}未核对 ${formatSigned(left)}，没有可核对的。`,
      en: `Unmatched are ${formatSigned(free)} of line ${line} and ${formatSigned(left)} of ${entryName(made).en}: nothing is left to match.`,
    }, { line: String(line) })
  checkMatches(books, account, [made])
  const [filed] = await matchLines(by, account, [made], 'hand')
  if (!filed) throw new RangeError('a match was not filed')
  const { firstMatch } = eventOf(filed, 'LinesMatched')
  context.output.tell({ account, match: firstMatch, ...made, transaction: filed.transaction, block: filed.block }, [
    `账户 ${account} 第 ${line} 笔 = ${entryName(made).zh}，${formatSigned(made.amount)}，核对编号 ${firstMatch}。 / Match ${firstMatch} is recorded.`,
  ])
}

async function undo(context: Context, { account, match, ...because }: OnAccount & { match: number; reason: Reason; note?: string }): Promise<void> {
  const { transaction, block, paper } = await undoMatch(await clerk(context, 'APPROVER'), account, match, because)
  context.output.tell({ account, match, transaction, block, paper }, [`账户 ${account} 的核对 ${match} 已撤销。 / Match ${match} is undone.`])
}

type Explaining = OnAccount & { line: number; why: Unexplained; text?: string; note?: string }

async function explain(context: Context, { account, line, ...given }: Explaining): Promise<void> {
  const { transaction, block, paper } = await explainLine(await clerk(context, 'ACCOUNTANT'), account, line, given)
  const { zh, en } = UNEXPLAINED_WORDS[given.why]
  context.output.tell({ account, line, why: given.why, transaction, block, paper }, [`账户 ${account} 第 ${line} 笔：${zh}。 / Line ${line}: ${en}.`])
}

async function status(context: Context): Promise<void> {
  const { books, vault } = await context.office()
  const bank = openBankBook(books, vault)
  const accounts = bank.accounts().map((account) => ({ ...account, ...countsOf(account, books.movements(), bank.traceability()) }))
  const { headline, credits, debits, unexplained, months } = bank.traceability()
  const told = (share: Share) => ({ ...share, share: formatShare(share) })
  context.output.tell({
    accounts: accounts.map(({ credits, debits, ...account }) => ({ ...account, credits: told(credits), debits: told(debits) })),
    traceability: {
      ...(headline && { headline: told(headline) }), credits: told(credits), debits: told(debits),
      months: months.map(({ month, credits, debits }) => ({ month, credits: told(credits), debits: told(debits) })),
    },
    unexplained,
  }, [
    ...(accounts.length === 0 ? ['还没有银行账户。 / There is no bank account yet.'] : []),
    ...accounts.flatMap(({ number, title, balance, openedOn, through, lines, whole, said, open }) => [
      `账户 ${number}“${title.zh}”：余额 ${formatSigned(balance)}，${through ? `${openedOn} 至 ${through}` : '还没有流水'}`,
      `  ${lines} 笔：已核对 ${whole}，未核对 ${said + open}（已说明原因 ${said}，没有说明 ${open}）`,
      `  ${lines} lines: ${whole} matched, ${said + open} not matched (a reason given for ${said}, nothing said of ${open})`,
    ]),
    ...(headline ? [`资金追溯率 / traceability: ${formatShare(headline)}（收入 in ${formatShare(credits)}，支出 out ${formatShare(debits)}）`] : []),
    ...unexplained.map(({ account, number, day, amount, left, explained }) => {
      const words = explained && UNEXPLAINED_WORDS[explained.why]
      const said = words ? `已说明原因：${words.zh} / not matched, a reason given: ${words.en}` : '没有说明 / not matched, nothing said'
      return `  ${account}/${number} ${day} ${formatSigned(amount)}，余 ${formatSigned(left)}：未核对，${said}`
    }),
  ])
}

/** Lines of an account by how they stand: matched to the last fen, said why, and neither. */
function countsOf({ number, lines }: AccountView, movements: readonly { account: number }[], { unexplained }: TraceabilityView) {
  const all = movements.filter(({ account }) => account === number).length
  if (all !== lines) throw new RangeError(`the mirror has ${all} of the ${lines} lines of account ${number}`)
  const left = unexplained.filter(({ account }) => account === number)
  const said = left.filter(({ explained }) => explained !== undefined).length
  return { whole: lines - left.length, said, open: left.length - said }
}

function factsOf({ lines, entries, score, why }: Proposal) {
  return {
    score, why,
    lines: lines.map(({ line, day, amount }) => ({ line, day: formatDay(day), amount })),
    entries: entries.map(({ fund, outflow, number, day, amount }) => ({ fund, outflow, number, day: formatDay(day), amount })),
  }
}

function linesOf({ lines, entries, score, why }: Proposal, number: number): string[] {
  const shown = entries.slice(0, 10).map(({ amount, day, ...entry }) => `${entryName(entry).zh} ${formatDay(day)} ${formatSigned(amount)}`)
  return [
    `${number}. [${score}] ${why.map((word) => WHY_WORDS[word].zh).join('、')} / ${why.map((word) => WHY_WORDS[word].en).join(', ')}`,
    ...lines.map(({ line, day, amount }) => `   流水 line ${line} ${formatDay(day)} ${formatSigned(amount)}`),
    ...shown.map((line) => `   = ${line}`),
    ...(entries.length > 10 ? [`   … +${entries.length - 10}`] : []),
  ]
}

/** @throws {CannotRun} without a terminal, {Refused} when the answer is not yes. Nothing is signed then. */
async function ask(shown: readonly string[], matches: number): Promise<void> {
  process.stderr.write(shown.map((line) => `${line}\n`).join(''))
  if (!process.stdin.isTTY)
    throw new CannotRun('CONFIRMATION_MISSING', {
      zh: `将登记以上 ${matches} 条核对；看过之后加 --yes 再运行。没有登记任何内容。`, en: `These ${matches} matches would be recorded; look, and run it again with --yes. Nothing was recorded.`,
    })
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question('签名登记？ / Sign and record? [y/N] ').finally(() => terminal.close())
  if (!/^(y|yes|是)$/i.test(answer.trim()))
    throw new Refused('NOT_CONFIRMED', { zh: '没有确认，没有登记任何内容。', en: 'Not confirmed; nothing was recorded.' })
}

async function clerk(context: Context, who: Role): Promise<Clerk> {
  return { office: await context.office(), wallet: await context.signer(who), today: context.today() as Day }
}

function counts(text: string, before: number[] = []): number[] {
  return [...before, count(text)]
}

function signedYuan(text: string): bigint {
  const [, minus, size = ''] = /^([-−])?(.*)$/.exec(text) ?? []
  return minus ? -yuan(size) : yuan(size)
}

function score(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100) throw new InvalidArgumentError('应为 0 至 100 / expected 0 to 100')
  return Number(text)
}

function why(text: string): Unexplained {
  const wanted = text.replace(/[-_ ]/g, '').toLowerCase()
  const found = UNEXPLAINED.slice(1).find((word) => word.toLowerCase() === wanted)
  if (!found) throw new InvalidArgumentError(`应为以下之一：${wordsOf(UNEXPLAINED.slice(1))} / expected one of: ${wordsOf(UNEXPLAINED.slice(1))}`)
  return found
}
