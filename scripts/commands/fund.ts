import { Option, type Command } from 'commander'
import { fundDraft, stepDraft } from '../../ledger/drafts.ts'
import { type Fen, parseYuan } from '../../ledger/fen.ts'
import { count, filled, yuan } from './arguments.ts'
import type { Context } from './context.ts'
import { eventOf, fileAct } from './filed.ts'
import type { Run } from './run.ts'

type Terms = {
  title: string
  titleEn?: string
  purpose?: string
  purposeEn?: string
  community: number
  restricted?: boolean
  reserve: Fen
  threshold: Fen
}

/** `fund open|close`. */
export function addFund(program: Command, run: Run): void {
  const fund = program.command('fund').description('基金 / funds')
  fund
    .command('open')
    .description('设立基金（基金管理人） / open a fund')
    .requiredOption('--title <text>', '名称（公开） / its name, public', filled)
    .option('--title-en <text>', '英文名称 / the same in English', filled)
    .option('--purpose <text>', '用途（公开） / what it may be spent on, public', filled)
    .option('--purpose-en <text>', '英文用途 / the same in English', filled)
    .option('--community <number>', '社区编号 / the community', count, 1)
    .option('--restricted', '定向捐赠：只能用于此用途 / donors gave for this purpose only')
    .addOption(amountOption('--reserve <yuan>', '应急准备金 / kept for emergencies', '0'))
    .addOption(amountOption('--threshold <yuan>', '限额 / payments above it are large ones', '1,000,000'))
    .action(run(openFund))
  fund
    .command('close')
    .argument('<fund>', '', count)
    .description('终止基金 / close a fund for ever')
    .option('--note <text>', '说明（不公开） / a note, private')
    .action(run(closeFund))
}

async function openFund(context: Context, terms: Terms): Promise<void> {
  const { title, titleEn, purpose = title, purposeEn, community, restricted = false, reserve, threshold } = terms
  const office = await context.office()
  const draft = fundDraft({ title, purpose, ...(titleEn && { titleEn }), ...(purposeEn && { purposeEn }) })
  const filed = await fileAct(office, await context.signer('STEWARD'), {
    draft, on: context.today(),
    act: (paper) => ({
      contract: 'ledger', name: 'openFund', args: [[community, restricted, reserve, threshold, paper]],
    }),
  })

  const { fund } = eventOf(filed, 'FundOpened')
  const { transaction, block, paper } = filed
  context.output.tell({ fund, transaction, block, paper }, [`基金 ${fund}“${title}”已设立。 / Fund ${fund} is open.`])
}

async function closeFund(context: Context, fund: number, { note = '' }: { note?: string }): Promise<void> {
  const office = await context.office()
  const on = context.today()
  const draft = stepDraft({ kind: 'closing', fund, outflow: 0, on }, { note })
  const { transaction, block, paper } = await fileAct(office, await context.signer('STEWARD'), {
    draft, on, act: (paper) => ({ contract: 'ledger', name: 'closeFund', args: [fund, paper] }),
  })
  context.output.tell({ fund, transaction, block, paper }, [`基金 ${fund} 已终止。 / Fund ${fund} is closed.`])
}

/** Its default is described in yuan: commander would print fen, and cannot print a bigint. */
function amountOption(flags: string, description: string, otherwise: string): Option {
  return new Option(flags, description).argParser(yuan).default(parseYuan(otherwise), `${otherwise} 元`)
}
