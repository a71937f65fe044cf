import type { Command } from 'commander'
import { certificateDraft, type Certificate } from '../../ledger/auditDrafts.ts'
import { Day, formatDay } from '../../ledger/day.ts'
import { KIND_WORDS, SOURCE_WORDS } from '../../ledger/words.ts'
import { count, date } from './arguments.ts'
import type { Context } from './context.ts'
import { eventOf, fileAct } from './filed.ts'
import { checkFund } from './known.ts'
import { mirroredBooks } from './mirrored.ts'
import { signedYuan } from './output.ts'
import { Refused } from './refused.ts'
import type { Run } from './run.ts'

const HELP = `
结账以后，这些日子不能再记任何账，迟到的款项记入下一期。结账凭证公开，写明各来源、各类别的合计和期初、期末结余。
A closed period takes no more entries, ever. Its certificate is public: sums by source and kind, unspent at opening and closing.`

/** `period close`. */
export function addPeriod(program: Command, run: Run): void {
  program
    .command('period').description('会计期间 / accounting periods')
    .command('close')
    .description('结账（基金管理人） / close the days of a fund for ever')
    .requiredOption('--fund <number>', '基金编号 / the fund', count)
    .requiredOption('--through <date>', '截至记账日（含） / the last day', date)
    .addHelpText('after', HELP)
    .action(run(closePeriod))
}

async function closePeriod(context: Context, { fund, through }: { fund: number; through: Day }): Promise<void> {
  const office = await context.office()
  const books = await mirroredBooks(office)
  const found = books.fund(fund)
  if (!found) return checkFund(books, fund)
  const from = found.closedThrough === undefined ? undefined : Day(found.closedThrough + 1)
  const sums = books.periodSums(fund, { from: from ?? Day(0), through })
  const certificate: Certificate = { fund, ...(from !== undefined && { from }), through, ...sums }
  const filed = await fileAct(office, await context.signer('STEWARD'), {
    draft: certificateDraft(certificate), on: context.today(),
    act: (paper) => ({ contract: 'ledger', name: 'closePeriod', args: [fund, through, paper] }),
  })

  const closed = eventOf(filed, 'PeriodClosed')
  const { transaction, block, paper } = filed
  // The certificate was made a moment before the days were closed; what came between is not in it.
  const now = (await mirroredBooks(office)).periodSums(fund, { from: from ?? Day(0), through })
  const differs = plain(now) !== plain(sums)
  context.output.tell({ period: closed.period, ...certificate, from: from && formatDay(from), through: formatDay(through), paper, transaction, block }, [
    `基金 ${fund} 第 ${closed.period} 期已结账，截至 ${formatDay(through)}。 / Period ${closed.period} of fund ${fund} is closed.`,
    ...linesOf(certificate),
    `结账凭证 / certificate: ${paper}`,
  ])
  if (differs)
    throw new Refused('CERTIFICATE_DIFFERS', {
      zh: '已经结账，但其间另有登记，结账凭证的合计与账本不符；请告诉审计人员。',
      en: 'The period is closed, but entries came between: its certificate does not agree with the book. Tell the auditor.',
    })
}

/** A certificate in lines: what it opened with, what came in and went out, what is left. */
function linesOf({ opening, closing, inflows, outflows }: Certificate): string[] {
  const line = (zh: string, en: string, amount: bigint, entries?: number) =>
    `  ${zh} ${signedYuan(amount)}${entries === undefined ? '' : `（${entries} 笔）`} / ${en}`
  return [
    line('期初结余', 'unspent at opening', opening),
    ...inflows.map(({ source, amount, count }) => line(`收入·${SOURCE_WORDS[source].zh}`, `in: ${SOURCE_WORDS[source].en}`, amount, count)),
    ...outflows.map(({ kind, amount, count }) => line(`支出·${KIND_WORDS[kind].zh}`, `out: ${KIND_WORDS[kind].en}`, -amount, count)),
    line('期末结余', 'unspent at closing', closing),
  ]
}

function plain(sums: object): string {
  return JSON.stringify(sums, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}
