import type { Command } from 'commander'
import { Fen, formatYuan } from '../../ledger/fen.ts'
import type { Day } from '../../ledger/day.ts'
import { REASONS, type Reason, type Role } from '../../ledger/words.ts'
import { count, date, filled, place, reason, wordsOf, yuan, type Place } from './arguments.ts'
import type { Context } from './context.ts'
import { eventOf, type Filed } from './filed.ts'
import {
  agree, decline, execute, inflowAt, outflowAt, proposePayment, proposeRefund, proposeTransfer, recordReturn,
  voidInflow, type Clerk, type Proposal,
} from './outflows.ts'
import type { Run } from './run.ts'

type ProposalOptions = Omit<Proposal, 'reference' | 'fund'> & { ref?: string }
type BankOptions = { amount?: Fen; on?: Day; bankRef: string; note?: string; last?: boolean }
type Words = { statement?: string; note?: string }

const PUBLIC = `
公开 / public:    金额、标题、项目、类别、原因、意见  amount, title, project, category, reason, statement
不公开 / private: 收款方、账号、发票号、附注、银行流水号  payee, account, invoice, note, bank reference

标题和类别公开且永久，不要写人名、电话、账号。 Title and category are public for ever: no names, phones or accounts.`

const BANK_REF = '银行流水号（不公开）；一个号只登记一次，银行给两笔同号时写成 号#2 / '
  + 'the bank\'s number, private; recorded once, so two transfers under one number are NUMBER and NUMBER#2'

/** `pay …`, `refund`, `transfer`, `void`: everything that goes out, step by step. */
export function addPay(program: Command, run: Run): void {
  const pay = program.command('pay').description('拨付：申请、审批、付款、验收 / payments, step by step').addHelpText('after', PUBLIC)
  proposing(pay.command('propose').description('申请拨付（会计） / propose a payment'))
    .requiredOption('--fund <number>', '基金编号 / the fund', count)
    .action(run(async (context, options: ProposalOptions & { fund: number }) => {
      const proposal = proposalOf(options, options.fund)
      tellProposed(context, await proposePayment(await clerk(context, 'ACCOUNTANT'), proposal))
    }))
  agreeing(pay, run)
  declining(pay, run)
  banking(pay, run)
  addOthers(program, run)
}

function agreeing(pay: Command, run: Run): void {
  const agreement = (name: string, step: 'approval' | 'acceptance', who: Role, what: string, done: string) =>
    pay
      .command(name)
      .argument('<fund/number>', '', place)
      .description(what)
      .option('--statement <text>', '意见（公开） / a statement, public', filled)
      .option('--note <text>', '附注（不公开） / a note, private')
      .action(run(async (context, at: Place, words: Words) =>
        tellStep(context, at, await agree(await clerk(context, who), step, at, words), done)))
  agreement('approve', 'approval', 'APPROVER', '审批（审批人） / approve', '已审批 / approved')
  agreement('accept', 'acceptance', 'ACCEPTER', '验收（验收人） / accept the work', '已验收 / accepted')
}

function declining(pay: Command, run: Run): void {
  const refusal = (name: string, step: 'rejection' | 'cancellation', who: Role, what: string, tell: Tell) =>
    pay
      .command(name)
      .argument('<fund/number>', '', place)
      .description(what)
      .requiredOption('--reason <reason>', wordsOf(REASONS.slice(1)), reason)
      .option('--note <text>', '附注（不公开） / a note, private')
      .action(run(async (context, at: Place, given: { reason: Reason; note?: string }) => {
        const by = await clerk(context, who)
        await tell(context, at, await decline(by, step, at, given), by)
      }))
  refusal('reject', 'rejection', 'APPROVER', '驳回（审批人） / reject', tellRejected)
  refusal('cancel', 'cancellation', 'ACCOUNTANT', '撤销未付部分（会计） / give up what is not paid', tellCancelled)
}

function banking(pay: Command, run: Run): void {
  const line = (command: Command) =>
    command
      .requiredOption('--bank-ref <text>', BANK_REF, filled)
      .option('--on <date>', '记账日期，默认今天 / accounting date, today if left out', date)
      .option('--note <text>', '附注（不公开） / a note, private')
  line(pay.command('execute').argument('<fund/number>', '', place).description('按银行回单登记付款（出纳） / record what the bank paid'))
    .option('--amount <yuan>', '默认为已批未付的全部 / all that is approved and unpaid if left out', yuan)
    .option('--last', '最后一笔：其余不再支付 / the last instalment: the rest is released')
    .action(run(executePayment))
  line(pay.command('return').argument('<fund/number>', '', place).description('登记退回的款项（会计） / record what came back'))
    .requiredOption('--amount <yuan>', '金额 / how much', yuan)
    .option('--to <number>', '原基金已终止时，记入哪个基金 / the fund that takes it when its own is closed', count)
    .action(run(returnPayment))
}

function addOthers(program: Command, run: Run): void {
  const refund = program.command('refund').description('退款给捐赠人 / refunds to donors').addHelpText('after', PUBLIC)
  proposing(refund.command('propose').argument('<fund/inflow>', '', place).description('申请退款 / propose a refund'))
    .action(run(async (context, { fund, number }: Place, options: ProposalOptions) => {
      tellProposed(context, await proposeRefund(await clerk(context, 'ACCOUNTANT'), number, proposalOf(options, fund)))
    }))

  const transfer = program.command('transfer').description('基金之间划转 / transfers between funds')
  transfer.addHelpText('after', PUBLIC)
  proposing(transfer.command('propose').description('申请划转 / propose a transfer'))
    .requiredOption('--fund <number>', '划出的基金 / from', count)
    .requiredOption('--to <number>', '划入的基金 / to', count)
    .action(run(async (context, options: ProposalOptions & { fund: number; to: number }) => {
      const proposal = proposalOf(options, options.fund)
      tellProposed(context, await proposeTransfer(await clerk(context, 'ACCOUNTANT'), options.to, proposal))
    }))

  program
    .command('void')
    .argument('<fund/inflow>', '', place)
    .description('冲销登记错误的收入（审批人） / take back an inflow that was an error of record')
    .requiredOption('--reason <reason>', wordsOf(REASONS.slice(1)), reason)
    .option('--amount <yuan>', '默认为整笔 / all of it if left out', yuan)
    .option('--title <text>', '说明（公开） / what was wrong, public', filled, '登记错误冲销')
    .option('--on <date>', '记账日期，默认今天 / accounting date', date)
    .option('--note <text>', '附注（不公开） / a note, private')
    .option('--ref <text>', '同日同额再次冲销时用以区分 / tells a second equal void of one day apart')
    .addHelpText('after', PUBLIC)
    .action(run(voidEntry))
}

async function executePayment(context: Context, target: Place, options: BankOptions): Promise<void> {
  const cashier = await clerk(context, 'CASHIER')
  const { amount, paid } = await outflowAt(cashier.office, target)
  const sum = options.amount ?? Fen(amount - paid)
  const filed = await execute(cashier, target, lineOf(context, options, sum), options.last)
  tellStep(context, target, filed, `已付 ¥${formatYuan(sum)} / paid`)
}

async function returnPayment(context: Context, target: Place, options: BankOptions & { amount: Fen; to?: number }): Promise<void> {
  const line = lineOf(context, options, options.amount)
  const filed = await recordReturn(await clerk(context, 'ACCOUNTANT'), target, line, options.to)
  const { fund, inflow } = eventOf(filed, 'OriginRecorded')
  const { transaction, block, paper } = filed
  context.output.tell({ fund: target.fund, outflow: target.number, toFund: fund, inflow, transaction, block, paper }, [
    `基金 ${target.fund} 第 ${target.number} 笔支出退回 ¥${formatYuan(options.amount)}，登记为基金 ${fund} 的第 ${inflow} 笔收入。`,
    `It came back as inflow ${inflow} of fund ${fund}.`,
  ])
}

type VoidOptions = { reason: Reason; amount?: Fen; title: string; on?: Day; note?: string; ref?: string }

async function voidEntry(context: Context, { fund, number }: Place, options: VoidOptions): Promise<void> {
  const approver = await clerk(context, 'APPROVER')
  const inflow = inflowAt(approver.office, { fund, number })
  const { reason, title, note, ref, amount = inflow.amount, on = context.today() } = options
  const given = { amount, reason, title, on, ...(note && { note }), ...(ref && { reference: ref }) }
  const filed = await voidInflow(approver, { fund, number }, given)
  const { outflow } = eventOf(filed, 'InflowVoided')
  const { transaction, block, paper } = filed
  context.output.tell({ fund, inflow: number, outflow, amount, transaction, block, paper }, [
    `基金 ${fund} 第 ${number} 笔收入冲销 ¥${formatYuan(amount)}，为第 ${outflow} 笔支出。 / Voided, as outflow ${outflow}.`,
  ])
}

function proposing(command: Command): Command {
  return command
    .requiredOption('--amount <yuan>', '金额 / how much', yuan)
    .requiredOption('--title <text>', '用于什么（公开） / what for, public', filled)
    .option('--title-en <text>', '英文 / the same in English', filled)
    .option('--project <text>', '所属项目（公开） / the undertaking it belongs to, public', filled)
    .option('--category <text>', '用途类别（公开） / counted under, public', filled)
    .option('--category-en <text>', '英文 / the same in English', filled)
    .option('--payee <text>', '收款方（不公开） / payee, private')
    .option('--account <text>', '收款账号（不公开） / account, private')
    .option('--invoice <text>', '发票号（不公开） / invoice, private')
    .option('--note <text>', '附注（不公开） / a note, private')
    .option('--ref <text>', '内容相同的另一笔用以区分 / tells apart a second one that is equal in all this')
}

function proposalOf({ ref, ...options }: ProposalOptions, fund: number): Proposal {
  return { ...options, fund, ...(ref && { reference: ref }) }
}

function lineOf(context: Context, { on = context.today(), bankRef, note }: BankOptions, amount: Fen) {
  return { amount, on, reference: bankRef, ...(note && { note }) }
}

async function clerk(context: Context, who: Role): Promise<Clerk> {
  const office = await context.office()
  return { office, wallet: await context.signer(who), today: context.today() }
}

function tellProposed({ output, settings }: Context, filed: Filed): void {
  const { fund, outflow, kind, amount } = eventOf(filed, 'PaymentProposed')
  const { transaction, block, paper } = filed
  output.tell({ fund, outflow, kind, amount, transaction, block, paper }, [
    `已申请：基金 ${fund} 第 ${outflow} 笔支出，¥${formatYuan(amount)}。 / Proposed: outflow ${outflow} of fund ${fund}.`,
    `${settings.publicUrl}/p/${fund}/${outflow}`,
  ])
}

type Tell = (context: Context, at: Place, filed: Filed, by: Clerk) => void | Promise<void>

function tellRejected(context: Context, at: Place, filed: Filed): void {
  tellStep(context, at, filed, '已驳回 / rejected')
}

async function tellCancelled({ output }: Context, { fund, number }: Place, filed: Filed, { office }: Clerk): Promise<void> {
  const { released } = eventOf(filed, 'PaymentCancelled')
  const { paid } = await outflowAt(office, { fund, number })
  const { transaction, block, paper } = filed
  output.tell({ fund, outflow: number, released, paid, transaction, block, paper }, paid === 0n
    ? [`基金 ${fund} 第 ${number} 笔支出：已撤销 / cancelled。`]
    : [
      `基金 ${fund} 第 ${number} 笔支出：未付的 ¥${formatYuan(released)} 不再支付；已付的 ¥${formatYuan(paid)} 仍在账上，可以验收。`,
      `The unpaid ¥${formatYuan(released)} is given up; ¥${formatYuan(paid)} stays paid, and can be accepted.`,
    ])
}

function tellStep({ output }: Context, { fund, number }: Place, filed: Filed, done: string): void {
  const { transaction, block, paper } = filed
  output.tell({ fund, outflow: number, transaction, block, paper }, [`基金 ${fund} 第 ${number} 笔支出：${done}。`])
}
