import { basename } from 'node:path'
import { formatSigned } from '../../api/desk/unmatched.ts'
import type { BankAccount } from '../../indexer/bank.ts'
import type { Reader } from '../../indexer/read.ts'
import { formatProblem } from '../../intake/problem.ts'
import { readStatementMapping, type StatementMapping } from '../../intake/statements/mapping.ts'
import { newLines, type Change, type Known } from '../../intake/statements/overlap.ts'
import { changeWords, coverageOf, isNew, lineOutside, planOf, type Plan as LinePlan } from '../../intake/statements/plan.ts'
import { readStatement, type Statement } from '../../intake/statements/statement.ts'
import { formatDay, type Day } from '../../ledger/day.ts'
import { InputRefused } from '../../ledger/failures.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { Words } from '../../ledger/words.ts'
import { accountAt, recordLines } from './bankActs.ts'
import { readGivenFile, type Context, type Office } from './context.ts'
import { CannotRun, Refused } from './refused.ts'
import { interrupted, stopOnCtrlC } from './stopping.ts'

export type ImportOptions = { account: number; map?: string; sheet?: string; dryRun?: boolean; quietDays?: boolean }

/** What an import is going to record of a statement. */
type Plan = LinePlan & { statement: Statement; account: BankAccount }

const SHOWN = 50
const MIRROR_PATIENCE_MS = 30_000

/** `bank import FILE`: reads a statement, refuses it whole when anything is wrong, and records the lines that are new. */
export async function importStatement(context: Context, file: string, options: ImportOptions): Promise<void> {
  const bytes = readGivenFile(file)
  const statement = readStatement(bytes, {
    name: basename(file), ...(options.sheet !== undefined && { sheet: options.sheet }),
    ...(options.map !== undefined && { mapping: readMap(options.map) }),
  })
  if (statement.problems.length > 0) throw refusal(statement)
  const office = await context.office()
  const plan = lookAt(office, statement, options, context.today())
  if (options.dryRun) {
    context.output.tell({ ...factsOf(plan, 0), dryRun: true, wouldRecord: plan.added.length }, [
      ...linesOf(plan),
      `试算：将登记 ${plan.added.length} 笔，已登记过 ${plan.known.length} 笔；没有登记任何内容。`,
      `Dry run: ${plan.added.length} would be recorded, ${plan.known.length} already recorded; nothing was recorded.`,
    ])
    return
  }

  const wallet = await context.signer('ACCOUNTANT')
  const bar = context.output.progress('登记 / recording')
  const stop = stopOnCtrlC(context.output)
  const { recorded, left } = await record().finally(() => {
    stop.end()
    bar.end()
  })
  if (left > 0) throw interrupted(recorded, left)
  // Another import may have recorded some of them meanwhile.
  const known = statement.lines.length - recorded
  context.output.tell({ ...factsOf(plan, recorded), known }, [
    ...linesOf(plan),
    `账户 ${options.account}：登记 ${recorded} 笔，已登记过 ${known} 笔，不涉及资金的 ${statement.left.length} 行。`,
    `Account ${options.account}: ${recorded} lines recorded, ${known} known before, ${statement.left.length} rows that moved no money.`,
  ])

  /** Another import may come between: then it looks again at what is known. */
  async function record(): Promise<{ recorded: number; left: number }> {
    let recorded = 0
    for (let now = plan; ; now = lookAt(office, statement, options, context.today())) {
      const { added, through, account } = now
      if (!isNew(now, account)) return { recorded, left: 0 }
      let done = 0
      const onProgress = (lines: number) => {
        done = lines
        bar.at(lines, added.length)
      }
      try {
        const clerk = { office, wallet, today: context.today() }
        await recordLines(clerk, account, { statement, bytes, lines: added, through }, { onProgress, signal: stop.signal })
        return { recorded: recorded + done, left: added.length - done }
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== 'LINES_MOVED') throw error
        recorded += done
        await mirrored(office.books, options.account, Number(error.facts.next) - 1)
      }
    }
  }
}

/** Compares a statement with what the book has of its account. @throws {Refused} where somebody must look first. */
function lookAt(office: Office, statement: Statement, { account: number, quietDays }: ImportOptions, today: Day): Plan {
  const { books, vault } = office
  // As of one moment: an import beside this one changes the balance and the lines together.
  const { account, known } = books.atOnce(() => {
    const account = accountAt(office, number)
    return { account, known: knownOf(books, account) }
  })
  const outside = lineOutside(statement, account, today)
  if (outside) throw new Refused(outside.code, outside.words, { row: String(outside.row) })
  const overlap = newLines(statement, known, { bookKey: vault.bookKey, account: String(number) })
  if (overlap.changes.length > 0) throw changed(books, statement, number, overlap.changes)
  const plan = planOf(statement, account, overlap, today)
  const balances = statement.closing !== undefined
  if (plan.gap && (balances || !quietDays)) throw gap(statement, number, plan.gap, balances)
  return { ...plan, statement, account }
}

function knownOf(books: Reader, account: BankAccount): Known {
  const { number } = account
  const refs = new Map<Day, Hex[]>()
  for (let after = 0; ; ) {
    const page = books.bankLines(number, { after, limit: 100 })
    for (const { day, ref } of page) refs.set(day, [...(refs.get(day) ?? []), ref])
    const last = page.at(-1)
    if (!last) break
    after = last.number
  }
  return { refs, ...coverageOf(account) }
}

function readMap(file: string): StatementMapping {
  const text = readGivenFile(file).toString('utf8')
  try {
    return readStatementMapping(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) throw new InputRefused('MAPPING_WRONG', { zh: `${file}：不是有效的 JSON。`, en: `${file}: not JSON.` })
    if (!(error instanceof InputRefused)) throw error
    throw new InputRefused(error.code, { zh: `${file}：${error.words.zh}`, en: `${file}: ${error.words.en}` })
  }
}

function refusal({ problems, file }: Statement): Refused {
  const more = problems.length > SHOWN ? [`… +${problems.length - SHOWN}`] : []
  const inWords = (language: 'zh' | 'en') => [...problems.slice(0, SHOWN).map((problem) => formatProblem(problem, language)), ...more]
  return new Refused('STATEMENT_REFUSED', {
    zh: [`${file}：有 ${problems.length} 处问题，没有登记任何内容。`, ...inWords('zh')].join('\n'),
    en: [`${file}: ${problems.length} problems, nothing was recorded.`, ...inWords('en')].join('\n'),
  }, { problems: String(problems.length), file })
}

/** The bank tells a recorded day otherwise. The book does not forget a line, so nothing is recorded in silence. */
function changed(books: Reader, { file }: Statement, account: number, changes: readonly Change[]): Refused {
  const told = changes.slice(0, SHOWN).map((change) => changeWords(change, (ref) => books.bankLineOfRef(account, ref)))
  const count = changes.reduce((sum, { missing, found }) => sum + missing.length + found.length, 0)
  return new Refused('STATEMENT_CHANGED', {
    zh: [`${file}：账户 ${account} 已登记的日子，银行现在说法不同，没有登记任何内容。请与银行核实。`, ...told.map(({ zh }) => zh)].join('\n'),
    en: [`${file}: days of account ${account} that are recorded read differently now; nothing was recorded. Ask the bank.`, ...told.map(({ en }) => en)].join('\n'),
  }, { account: String(account), changed: String(count) })
}

function gap({ file }: Statement, account: number, words: Words, balances: boolean): Refused {
  const after = balances
    ? { zh: '请把缺的一段一起导出。', en: 'Export the missing part as well.' }
    : { zh: '请把缺的一段一起导出；中间确实没有交易的，加 --quiet-days。', en: 'Export the missing part as well, or add --quiet-days if nothing happened between.' }
  return new Refused('STATEMENT_GAP', { zh: `${words.zh}。没有登记任何内容。${after.zh}`, en: `${words.en}. Nothing was recorded. ${after.en}` }, { file, account: String(account) })
}

function factsOf({ statement, account, added, known, through, gap }: Plan, recorded: number) {
  const { file, format, from, left, credits, debits } = statement
  const sum = added.reduce((sum, { amount }) => sum + amount, 0n)
  return {
    file, format, account: account.number, recorded, known: known.length, left: left.length, changed: 0,
    from: formatDay(from), through: formatDay(through), opening: account.balance, closing: account.balance + sum, credits, debits,
    leftRows: left.map(({ row, why: { zh } }) => ({ row, why: zh })), ...(gap && { gap: gap.zh }),
  }
}

function linesOf({ statement, account, added, through, gap }: Plan): string[] {
  const { file, from, lines, credits, debits, left } = statement
  const closing = added.reduce((sum, { amount }) => sum + amount, account.balance)
  return [
    `${file}：${formatDay(from)} 至 ${formatDay(through)}，${lines.length} 笔，收入 ${formatSigned(credits)}，支出 ${formatSigned(debits)}。 / ${lines.length} lines.`,
    `余额 / balance: ${formatSigned(account.balance)} → ${formatSigned(closing)}`,
    ...left.slice(0, SHOWN).map(({ row, why }) => `不计 / left out: 第 ${row} 行：${why.zh} / ${why.en}`),
    ...(left.length > SHOWN ? [`… +${left.length - SHOWN}`] : []),
    ...(gap ? [`${gap.zh}（已确认没有交易 / confirmed）。`] : []),
  ]
}

async function mirrored(books: Reader, account: number, lines: number): Promise<void> {
  const end = Date.now() + MIRROR_PATIENCE_MS
  while ((books.accounts().find(({ number }) => number === account)?.lines ?? 0) < lines) {
    if (Date.now() > end)
      throw new CannotRun('MIRROR_BEHIND', {
        zh: '镜像没有跟上账本；请确认服务器正在运行。', en: 'The mirror does not catch up with the book; is the server running?',
      })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
