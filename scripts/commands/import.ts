import { basename } from 'node:path'
import type { Command } from 'commander'
import { readMapping, type Mapping } from '../../intake/columns.ts'
import { readDonations, type Donations } from '../../intake/donations.ts'
import type { KnownGift } from '../../intake/known.ts'
import { formatProblem } from '../../intake/problem.ts'
import { readTable } from '../../intake/table.ts'
import type { Day } from '../../ledger/day.ts'
import { InputRefused } from '../../ledger/failures.ts'
import { formatYuan } from '../../ledger/fen.ts'
import { SOURCES, type Source } from '../../ledger/words.ts'
import { count, source, wordsOf } from './arguments.ts'
import { readGivenFile, type Context, type Office } from './context.ts'
import { checkElsewhere, checkFund, factsOfKnown, linesOfKnown } from './known.ts'
import { checkLinks, linesOfLinks, linksTo } from './links.ts'
import { knownOf, recordGifts } from './record.ts'
import { Refused } from './refused.ts'
import type { Run } from './run.ts'
import { interrupted, stopOnCtrlC } from './stopping.ts'

type Options = { fund: number; source: Source; map?: string; dryRun?: boolean; skipBad?: boolean; links?: string }

const HELP = `
公开 / public:    日期、金额、来源类别  the date, the amount, the source
不公开 / private: 捐赠人、备注、流水号  donor, remark, reference: they stay in the vault, encrypted

同一名单导入两次不会登记两次；一份名单里同一天两笔相同的捐款是两笔。因此名单须含整天的捐款，或有流水号列：
不同名单里同日、同人、同额、同备注、同流水号的两行，会被当作同一笔。
The same list twice records nothing twice; two equal lines of one day in a list are two gifts. So a list must hold
whole days, or have a column of references: equal lines of one day in two lists are taken for the same gift.

Ctrl-C 在当前一批登记完后停止；再次运行同一命令即可接着登记。 Ctrl-C stops after the batch under way; run it again to go on.

映射文件 / mapping: {"date": "到账日", "amount": "金额", "donor": "姓名", "remark": "附言", "unit": "yuan"}`

/** `import FILE`: a list of gifts into a fund. */
export function addImport(program: Command, run: Run): void {
  program
    .command('import <file>')
    .description('导入捐赠名单（.csv .xls .xlsx） / record a list of gifts')
    .requiredOption('--fund <number>', '基金编号 / number of the fund', count)
    .option('--source <source>', wordsOf(SOURCES.slice(1, 6)), source, 'Donation' as const)
    .option('--map <file>', '其他格式的名单：映射文件 / mapping of a list of another form')
    .option('--dry-run', '只检查，不登记 / look, record nothing')
    .option('--skip-bad', '跳过有问题的行并列出 / leave out bad rows, and list them')
    .option('--links <file>', '把每笔的查询链接写入此文件 / write the donors\' links to this file')
    .addHelpText('after', HELP)
    .action(run(importFile))
}

async function importFile(context: Context, file: string, options: Options): Promise<void> {
  const list = readList(file, options.map, context.today())
  if (list.problems.length > 0 && !options.skipBad) throw refusal(list)
  if (options.links !== undefined && !options.dryRun) checkLinks(options.links)

  const office = await context.office()
  checkFund(office.books, options.fund)
  const known = knownOf(office.books, office.vault, list.rows)
  checkElsewhere(list, known, options.fund)
  if (options.dryRun) rehearse(context, list, known, options)
  else await record(context, office, list, known, options)
}

function rehearse({ output }: Context, list: Donations, known: readonly KnownGift[], { fund }: Options): void {
  const wouldRecord = list.rows.length - known.length
  output.tell({ ...factsOf(list), fund, dryRun: true, wouldRecord, ...factsOfKnown(list, known, fund) }, [
    ...linesOf(list),
    `试算：将登记 ${wouldRecord} 笔，已登记过 ${known.length} 笔；没有登记任何内容。`,
    `Dry run: ${wouldRecord} would be recorded, ${known.length} already recorded; nothing was recorded.`,
    ...linesOfKnown(list, known, fund),
  ])
}

async function record(
  context: Context, office: Office, list: Donations, before: readonly KnownGift[], { fund, source, links }: Options,
): Promise<void> {
  const { desk, books, vault } = office
  const wallet = await context.signer('ACCOUNTANT')
  const bar = context.output.progress('登记 / recording')
  const onProgress = ({ done, total }: { done: number; total: number }) => bar.at(done, total)
  const stop = stopOnCtrlC(context.output)
  const gifts = list.rows
  const { known, left, ...imported } = await recordGifts({
    desk, books, vault, wallet, fund, source, gifts, onProgress, signal: stop.signal,
  }).finally(() => {
    stop.end()
    bar.end()
  })
  if (left > 0) throw interrupted(imported.recorded, left)

  const written = links === undefined ? undefined : linksTo(links, context.settings.publicUrl, vault, fund, gifts)
  context.output.tell({ ...factsOf(list), fund, ...imported, ...factsOfKnown(list, known, fund), ...written }, [
    ...linesOf(list),
    `已登记 ${imported.recorded} 笔，¥${formatYuan(imported.amount)}，进入基金 ${fund}，分 ${imported.batches} 批。`,
    `${imported.recorded} recorded in fund ${fund}, in ${imported.batches} batches.`,
    ...linesOfKnown(list, before, fund),
    ...(written ? linesOfLinks(written, links) : []),
  ])
}

/** Reads a list from a file, bad rows and all. @throws {InputRefused} | {CannotRun} */
function readList(file: string, map: string | undefined, today: Day): Donations {
  const mapping = map === undefined ? undefined : readMap(map)
  return readDonations(readTable(readGivenFile(file), basename(file)), { today, ...(mapping && { mapping }) })
}

function readMap(file: string): Mapping {
  const text = readGivenFile(file).toString('utf8')
  try {
    return readMapping(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new InputRefused('MAPPING_WRONG', { zh: `${file}：不是有效的 JSON。`, en: `${file}: not JSON.` })
    if (!(error instanceof InputRefused)) throw error
    const { code, words: { zh, en } } = error
    throw new InputRefused(code, { zh: `${file}：${zh}`, en: `${file}: ${en}` })
  }
}

const SHOWN = 50

function refusal({ problems, file }: Donations): Refused {
  const { length } = problems
  const more = length > SHOWN ? [`… +${length - SHOWN}`] : []
  const inWords = (language: 'zh' | 'en') =>
    [...problems.slice(0, SHOWN).map((problem) => formatProblem(problem, language)), ...more]
  return new Refused('LIST_REFUSED', {
    zh: [`${file}：有 ${length} 处问题，没有登记任何内容。`, ...inWords('zh')].join('\n'),
    en: [`${file}: ${length} problems, nothing was recorded.`, ...inWords('en')].join('\n'),
  }, { problems: String(length), file })
}

function factsOf({ file, rows, sum, skippedEmpty, total, problems }: Donations) {
  const skipped = problems.map((problem) => formatProblem(problem))
  const stated = total && { row: total.row, stated: total.stated, agrees: total.agrees }
  return { file, rows: rows.length, sum, emptyLines: skippedEmpty, skipped, ...(stated && { total: stated }) }
}

function linesOf({ file, rows, sum, skippedEmpty, total, problems }: Donations): string[] {
  const empty = skippedEmpty > 0 ? `，空行 ${skippedEmpty}` : ''
  const all = `${rows.length} 笔，共 ¥${formatYuan(sum)}${empty}。 / ${rows.length} gifts, ¥${formatYuan(sum)}.`
  const agrees = total?.agrees
    ? '与各行之和一致。 / The total agrees with the sum of the rows.'
    : '与各行之和不符！ / The total is not the sum of the rows!'
  return [
    `${file}：${all}`,
    ...(total ? [`第 ${total.row} 行合计 ¥${formatYuan(total.stated)}，${agrees}`] : []),
    ...problems.map((problem) => `跳过 / skipped: ${formatProblem(problem)}`),
  ]
}
