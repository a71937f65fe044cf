import { basename } from 'node:path'
import type { Command } from 'commander'
import { readMapping, type Mapping } from '../../intake/columns.ts'
import { readDonations, type Donations } from '../../intake/donations.ts'
import { formatProblem } from '../../intake/problem.ts'
import { readTable } from '../../intake/table.ts'
import type { Day } from '../../ledger/day.ts'
import { InputRefused } from '../../ledger/failures.ts'
import { formatYuan } from '../../ledger/fen.ts'
import { SOURCES, type Source } from '../../ledger/words.ts'
import { count, source, wordsOf } from './arguments.ts'
import { readGivenFile, type Context } from './context.ts'
import { checkLinks, writeLinks } from './links.ts'
import { knownOf, linksOf, recordGifts, type Imported } from './record.ts'
import { Refused } from './refused.ts'
import type { Run } from './run.ts'

type Options = { fund: number; source: Source; map?: string; dryRun?: boolean; skipBad?: boolean; links?: string }

const HELP = `
公开 / public:    日期、金额、来源类别  the date, the amount, the source
不公开 / private: 捐赠人、备注、流水号  donor, remark, reference: they stay in the vault, encrypted

同一名单导入两次不会登记两次；同一天两笔相同的捐款是两笔。
The same list twice records nothing twice; two equal gifts of one day are two gifts.

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
  if (options.dryRun) await rehearse(context, list, options)
  else await record(context, list, options)
}

async function rehearse(context: Context, list: Donations, { fund }: Options): Promise<void> {
  const { books, vault } = await context.office()
  const known = knownOf(books, vault, list.rows).length
  const wouldRecord = list.rows.length - known
  context.output.tell({ ...factsOf(list), fund, dryRun: true, wouldRecord, known }, [
    ...linesOf(list),
    `试算：将登记 ${wouldRecord} 笔，已登记过 ${known} 笔；没有登记任何内容。`,
    `Dry run: ${wouldRecord} would be recorded, ${known} already recorded; nothing was recorded.`,
  ])
}

async function record(context: Context, list: Donations, { fund, source, links }: Options): Promise<void> {
  if (links !== undefined) checkLinks(links)
  const { desk, books, vault } = await context.office()
  const wallet = await context.signer('ACCOUNTANT')
  const bar = context.output.progress('登记 / recording')
  const onProgress = ({ done, total }: { done: number; total: number }) => bar.at(done, total)
  const gifts = list.rows
  const imported = await recordGifts({ desk, books, vault, wallet, fund, source, gifts, onProgress })
    .finally(() => bar.end())

  const { publicUrl } = context.settings
  const written = links === undefined ? undefined : writeLinks(links, publicUrl, linksOf(vault, fund, gifts))
  context.output.tell({ ...factsOf(list), fund, ...imported, links: written }, [
    ...linesOf(list),
    ...outcomeOf(imported, fund),
    ...(written ? [`${written} 条链接已写入 ${links}，仅本用户可读。 / ${written} links are in ${links}.`] : []),
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

function outcomeOf({ recorded, amount, known, elsewhere, batches }: Imported, fund: number): string[] {
  const lines = [
    `已登记 ${recorded} 笔，¥${formatYuan(amount)}，进入基金 ${fund}，分 ${batches} 批。`,
    `${recorded} recorded in fund ${fund}, in ${batches} batches.`,
  ]
  if (known > 0) lines.push(`已登记过，未重复登记：${known} 笔。 / Already recorded, not recorded again: ${known}.`)
  if (elsewhere > 0) lines.push(`其中 ${elsewhere} 笔登记在别的基金！ / ${elsewhere} of them stand in another fund!`)
  return lines
}
