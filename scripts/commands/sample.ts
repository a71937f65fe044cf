import { Option, type Command } from 'commander'
import type { DatedEntry } from '../../indexer/periods.ts'
import { Day, dayAt, formatDay } from '../../ledger/day.ts'
import { titleOf } from '../../ledger/drafts.ts'
import { Hash, type Hex } from '../../ledger/hex.ts'
import { drawSample } from '../../ledger/sample.ts'
import { count, date } from './arguments.ts'
import type { Context, Office } from './context.ts'
import { mirroredBooks } from './mirrored.ts'
import { signedYuan } from './output.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'

const HELP = `
谁都可以重抽：每一笔的签号 = keccak256(区块哈希 ‖ 种类 ‖ 基金 ‖ 编号)，种类 1 字节（1 收入、2 支出），基金和编号各 4 字节、高位在前；
签号最小的 n 笔入选。区块是结账（--period）之后的第一个，那时该期的账已不能再动；或是截止日（--through）已过、且所抽的账都已登记之后的第一个。
最稳妥的是：结账后的第一笔由审计人员自己签（例如提出一个审计问题），别人就没有机会挑区块。
Anybody can repeat it: ticket = keccak256(block hash ‖ kind ‖ fund ‖ number), kind in one byte (1 inflow, 2 outflow), fund and
number in four each, the highest first; the n lowest tickets are drawn. The block is the first after the closing of the period,
when none of its entries can change, or the first of a day after --through that
comes after the last of these entries was recorded: before it nobody could know both. Surest is when the auditor signs the first act after
the closing, so that nobody else could pick that block. An outflow counts where something of it was paid or voided in these days.`

type Options = { n: number; fund?: number; period?: number; through?: Day; kind: 'inflows' | 'outflows' }
type Frame = { fund: number; from: Day; through: Day; block: number; hash: Hex; closed: boolean }

/** `sample`: which entries to look at, so that nobody can have chosen them. */
export function addSample(program: Command, run: Run): void {
  program
    .command('sample')
    .description('抽样：用区块哈希抽出要查的账，谁都能重抽 / draw entries to examine, by a block\'s hash')
    .requiredOption('--n <number>', '抽几笔 / how many', count)
    .option('--fund <number>', '基金编号，默认全部 / the fund, all if left out', count)
    .addOption(new Option('--period <number>', '已结账的期间（须有 --fund） / a closed period of --fund').argParser(count).conflicts('through'))
    .option('--through <date>', '截至记账日（含） / the last day', date)
    .addOption(new Option('--kind <kind>', '收入或支出 / in or out').choices(['inflows', 'outflows']).default('outflows'))
    .addHelpText('after', HELP)
    .action(run(sample))
}

async function sample(context: Context, { n, kind, ...asked }: Options): Promise<void> {
  const office = await context.office()
  await mirroredBooks(office)
  const { frame, entries } = await framed(office, kind === 'inflows' ? 'inflow' : 'outflow', asked)
  const drawn = drawSample(frame.hash, entries, n)
  const named = drawn.map(({ on, paper, block: _, ...entry }) => {
    const kept = office.vault.paperOf(paper)
    return { ...entry, on: formatDay(on), paper, title: (kept && titleOf(kept.paper)?.zh) ?? '' }
  })
  const days = `${frame.from === 0 ? '' : `${formatDay(frame.from)} `}至 ${formatDay(frame.through)}`
  const { fund, block, hash, closed } = frame
  context.output.tell({
    block, hash, kind, ...(fund !== 0 && { fund }), from: frame.from === 0 ? undefined : formatDay(frame.from), through: formatDay(frame.through),
    closed, population: entries.length, drawn: named,
  }, [
    `${days}，从 ${entries.length} 笔${kind === 'inflows' ? '收入' : '支出'}中抽出 ${drawn.length} 笔。 / ${drawn.length} of ${entries.length} ${kind}.`,
    `区块 / block ${block}  ${hash}`,
    ...(closed ? [] : ['注意：这些日子还没有全部结账，之后仍可能补记。 / Mind: these days are not all closed, so entries may still be added.']),
    ...named.map(({ fund, number, on, amount, title, paper }) => `${fund}/${number}  ${on}  ${signedYuan(amount)}  ${title}  ${paper}`),
  ])
}

/**
 * The entries to draw from, and the block that draws. Of days that are not closed it must come after the last of the entries too: else
 * whoever recorded them late knew the draw.
 */
async function framed(office: Office, kind: DatedEntry['kind'], asked: Omit<Options, 'n' | 'kind'>): Promise<{ frame: Frame; entries: DatedEntry[] }> {
  const frame = await frameOf(office, asked)
  const entries = office.books.datedEntries(kind, frame.fund, frame)
  const last = Math.max(0, ...entries.map(({ block }) => block))
  if (asked.period !== undefined || frame.block > last) return { frame, entries }
  const block = last + 1
  if (block > Number(await office.desk.client.request('eth_blockNumber'))) throw tooEarly()
  const { hash } = Object(await office.desk.client.request('eth_getBlockByNumber', [`0x${block.toString(16)}`, false]))
  return { frame: { ...frame, block, hash: Hash(String(hash)) }, entries }
}

/** Which days of which fund are sampled, and by which block. @throws {Refused} while that block is to come. */
async function frameOf({ books, desk: { client } }: Office, { fund, period: number, through }: Omit<Options, 'n' | 'kind'>): Promise<Frame> {
  const newest = Number(await client.request('eth_blockNumber'))
  const blockAt = async (at: number) => {
    const { hash, timestamp } = Object(await client.request('eth_getBlockByNumber', [`0x${at.toString(16)}`, false]))
    return { hash: Hash(String(hash)), day: dayAt(Number(timestamp)) }
  }

  if (number !== undefined) {
    if (fund === undefined) throw new CannotRun('FUND_MISSING', { zh: '--period 须同时写明 --fund：期间按基金编号。', en: '--period needs --fund: periods are numbered by fund.' })
    const period = books.periods(fund).find((one) => one.number === number)
    if (!period) throw new Refused('PERIOD_UNKNOWN', { zh: `基金 ${fund} 还没有第 ${number} 期结账。`, en: `Fund ${fund} has no closed period ${number}.` })
    const block = period.block + 1
    if (block > newest) throw tooEarly()
    return { fund, from: period.from ?? Day(0), through: period.through, block, hash: (await blockAt(block)).hash, closed: true }
  }
  if (through === undefined) throw new CannotRun('PERIOD_MISSING', { zh: '请用 --period 或 --through 写明抽哪些日子。', en: 'Say which days: --period or --through.' })
  if ((await blockAt(newest)).day <= through) throw notOver(through)
  let [before, block] = [0, newest]
  while (block - before > 1) {
    const middle = Math.floor((before + block) / 2)
    if ((await blockAt(middle)).day > through) block = middle
    else before = middle
  }
  const funds = books.funds().filter((one) => fund === undefined || one.number === fund)
  const closed = funds.every(({ closedThrough = -1 }) => closedThrough >= through)
  return { fund: fund ?? 0, from: Day(0), through, block, hash: (await blockAt(block)).hash, closed }
}

/** Whatever is recorded today makes a block of today. */
function notOver(through: Day): Refused {
  const day = formatDay(through)
  return new Refused('BLOCK_TO_COME', {
    zh: `抽样所用的是 ${day} 过后的第一个区块，现在还没有：等 ${day} 过完，并在以后的日子里登记任何一笔，再抽。`,
    en: `The block that draws is the first one of a day after ${day}, and still to come: sample again when that day is over and anything was recorded on a later one.`,
  })
}

function tooEarly(): Refused {
  return new Refused('BLOCK_TO_COME', {
    zh: '抽样所用的区块还没有产生：等账本里再登记任何一笔以后再抽。', en: 'The block that draws is still to come: sample again when anything more was recorded.',
  })
}
