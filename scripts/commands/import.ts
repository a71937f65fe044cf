import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { readMapping, type Mapping } from '../../intake/columns.ts'
import { readDonations, type Donations } from '../../intake/donations.ts'
import { formatProblem } from '../../intake/problem.ts'
import { readTable } from '../../intake/table.ts'
import { formatCode } from '../../ledger/code.ts'
import type { Day } from '../../ledger/day.ts'
import { formatYuan, type Fen } from '../../ledger/fen.ts'
import { SOURCES, type Source } from '../../ledger/words.ts'
import { count, source, wordsOf } from './arguments.ts'
import { readGivenFile, type Context } from './context.ts'
import { knownOf, linksOf, recordGifts, type GiftLink, type Imported } from './record.ts'
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
  const { output } = context
  const list = readList(file, options.map, context.today())
  const said = describe(list)
  if (list.problems.length > 0 && !options.skipBad) throw refusal(list)
  const skipped = list.problems.map((problem) => formatProblem(problem))

  const { desk, books, vault } = await context.office()
  const { fund, source } = options
  if (options.dryRun) {
    const known = knownOf(books, vault, list.rows).length
    const wouldRecord = list.rows.length - known
    output.tell({ ...said, skipped, fund, dryRun: true, wouldRecord, known }, [
      ...linesOf(said), ...skipped, `试算：将登记 ${wouldRecord} 笔，已登记过 ${known} 笔；没有登记任何内容。`,
      `Dry run: ${wouldRecord} would be recorded, ${known} already recorded; nothing was recorded.`,
    ])
    return
  }

  const wallet = await context.signer('ACCOUNTANT')
  const bar = output.progress('登记 / recording')
  const onProgress = ({ done, total }: { done: number; total: number }) => bar.at(done, total)
  const imported = await recordGifts({ desk, books, vault, wallet, fund, source, gifts: list.rows, onProgress }).finally(() => bar.end())
  const links = options.links === undefined ? undefined : writeLinks(options.links, context, linksOf(vault, fund, list.rows))
  output.tell({ ...said, skipped, fund, ...imported, links }, [...linesOf(said), ...skipped, ...outcome(imported, fund), ...(links ? [
    `链接已写入 ${links.file}（${links.count} 条，仅本用户可读）。 / ${links.count} links are in ${links.file}.`] : [])])
}

/** Reads a list from a file, bad rows and all. @throws {RangeError} | {CannotRun} */
export function readList(file: string, map: string | undefined, today: Day): Donations {
  const mapping = map === undefined ? undefined : readMap(map)
  return readDonations(readTable(readGivenFile(file), basename(file)), { today, ...(mapping && { mapping }) })
}

function readMap(file: string): Mapping {
  const text = readGivenFile(file).toString('utf8')
  try {
    return readMapping(JSON.parse(text))
  } catch (error) {
    const reason = error instanceof SyntaxError ? '不是有效的 JSON / not JSON' : error instanceof Error ? error.message : String(error)
    throw new RangeError(`${file}: ${reason}`)
  }
}

function refusal({ problems, file }: Donations): Refused {
  const zh = [`${file}：有 ${problems.length} 处问题，没有登记任何内容。`, ...problems.map((problem) => formatProblem(problem, 'zh'))]
  const en = [`${file}: ${problems.length} problems, nothing was recorded.`, ...problems.map((problem) => formatProblem(problem, 'en'))]
  return new Refused('LIST_REFUSED', { zh: shortened(zh), en: shortened(en) }, { problems: String(problems.length), file })
}

const SHOWN = 50

function shortened(lines: readonly string[]): string {
  const rest = lines.length - SHOWN - 1
  return [...lines.slice(0, SHOWN + 1), ...(rest > 0 ? [`… +${rest}`] : [])].join('\n')
}

type Said = { file: string; rows: number; sum: Fen; emptyLines: number; total?: { row: number; stated: Fen; agrees: boolean } }

function describe({ file, rows, sum, skippedEmpty, total }: Donations): Said {
  return {
    file, rows: rows.length, sum, emptyLines: skippedEmpty,
    ...(total && { total: { row: total.row, stated: total.stated, agrees: total.agrees } }),
  }
}

function linesOf({ file, rows, sum, emptyLines, total }: Said): string[] {
  const lines = [`${file}：${rows} 笔，共 ¥${formatYuan(sum)}${emptyLines > 0 ? `，空行 ${emptyLines}` : ''}。 / ${rows} gifts, ¥${formatYuan(sum)}.`]
  if (total)
    lines.push(`第 ${total.row} 行合计 ¥${formatYuan(total.stated)},${total.agrees ? '与各行之和一致' : '与各行之和不符'}。 / The total in row ${total.row} ${total.agrees ? 'agrees' : 'differs'}.`)
  return lines
}

function outcome({ recorded, amount, known, elsewhere, batches }: Imported, fund: number): string[] {
  const lines = [
    `已登记 ${recorded} 笔，¥${formatYuan(amount)}，进入基金 ${fund}，分 ${batches} 批。 / ${recorded} recorded in fund ${fund}, in ${batches} batches.`,
  ]
  if (known > 0) lines.push(`已登记过，未重复登记：${known} 笔。 / Already recorded, not recorded again: ${known}.`)
  if (elsewhere > 0) lines.push(`其中 ${elsewhere} 笔登记在别的基金! / ${elsewhere} of them stand in another fund!`)
  return lines
}

/** The sheet from which receipts are printed. Whoever holds it can open the donors' fields, so nobody else may read it. */
function writeLinks(file: string, { settings }: Context, links: readonly GiftLink[]): { file: string; count: number } {
  const rows = links.map(({ row, amount, code, key }) => `${row},${formatYuan(amount).replaceAll(',', '')},${formatCode(code)},${settings.publicUrl}/t/${code}#${key}`)
  writeFileSync(file, ['\ufeff行/row,金额/yuan,查询码/code,链接/link', ...rows, ''].join('\r\n'), { mode: 0o600, flush: true })
  return { file, count: links.length }
}
