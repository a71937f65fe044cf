import type { Outflow } from '../indexer/outflows.ts'
import { newLines } from '../intake/statements/overlap.ts'
import { readStatement } from '../intake/statements/statement.ts'
import { demonstrationOf } from '../ledger/drafts.ts'
import { formatDay, parseDay, type Day } from '../ledger/day.ts'
import { Fen, formatYuan, parseYuan, sizeOf } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import { accountAt, explainLine, matchLines, openAccount, recordLines } from '../scripts/commands/bankActs.ts'
import { checkMatches } from '../api/desk/unmatched.ts'
import type { NewMatch } from '../intake/matching.ts'
import type { Clerk } from '../scripts/commands/outflows.ts'
import { PLAN } from './plan.ts'
import type { Stage } from './play.ts'

const ACCOUNT = 1
const FUND = 1
const OPENED = parseDay('2020-02-01')
const THROUGH = parseDay('2020-02-14')
const OPENING = parseYuan('30000000')

/** One line of the invented statement. A line without an entry is explained, or it is what the page has to show. */
type Written = { on: Day; amount: bigint; who: string; document: string; entry?: Pick<NewMatch, 'fund' | 'outflow' | 'number'> }

const FEE: Written = { on: parseDay('2020-02-10'), amount: -3_600n, who: '示范银行', document: '示范 手续费' }
const UNKNOWN: Written = { on: parseDay('2020-02-11'), amount: -500_000n, who: '示范个体户', document: '示范 不明' }

const MAPPING = { date: '交易日', credit: '收入', debit: '支出', balance: '余额', counterparty: '对方户名', document: '凭证号' }

/**
 * Keeps one account of the first fund's money, with an invented statement: what the fund paid and what came back, a fee of
 * the bank that was explained, and one debit that nobody explained. Each step looks first whether it is done.
 */
export async function keepAccount(stage: Stage): Promise<void> {
  const { office, people } = stage
  const by = (wallet: Clerk['wallet']): Clerk => ({ office, wallet, today: THROUGH, mark: demonstrationOf })
  await stage.mirrored()
  if (office.books.accounts().length === 0) {
    const titles = { title: '专项基金支出户', titleEn: 'account for the fund’s payments', bank: '示范银行' }
    await openAccount(by(people.steward), { ...titles, accountNumber: '示范账号', opening: OPENING, on: OPENED, community: 1 })
    await stage.mirrored()
  }

  const accountant = by(people.accountant)
  const lines = writtenIn(stage)
  const account = accountAt(office, ACCOUNT)
  if (account.statements === 0) {
    const bytes = Buffer.from(printed(lines))
    const statement = readStatement(bytes, { name: '示范流水.csv', mapping: MAPPING })
    const { added } = newLines(statement, undefined, { bookKey: office.vault.bookKey, account: String(ACCOUNT) })
    await recordLines(accountant, account, { statement, bytes, lines: added, through: THROUGH })
    await stage.mirrored()
  }
  if (account.matches === 0) {
    const matches = lines.flatMap(({ entry, amount }, at) => (entry ? [{ line: at + 1, ...entry, amount: sizeOf(amount) }] : []))
    checkMatches(office.books, ACCOUNT, matches)
    await matchLines(accountant, ACCOUNT, matches, 'hand')
  }
  const fee = lines.indexOf(FEE) + 1
  if (!office.books.bankLine(ACCOUNT, fee)?.explained)
    await explainLine(accountant, ACCOUNT, fee, { why: 'BankFee', text: '对公账户转账手续费（示范数据）' })
  await stage.mirrored()
}

/** What the bank would have written of the fund's outflows, by day. */
function writtenIn({ office: { books, vault } }: Stage): Written[] {
  const documentOf = (paper: Hex) => vault.fieldsOf(paper)?.bankReference?.value ?? ''
  const writtenOf = ({ number, kind }: Outflow): Written[] => {
    if (kind !== 'Payment' && kind !== 'Refund') return []
    const planned = PLAN[FUND - 1]?.outflows[number - 1]
    const who = planned?.kind === 'Payment' ? planned.payee : '示范捐赠人'
    const out = books.steps(FUND, number).filter(({ step }) => step === 'Executed').map(({ paper, amount = 0n, effectiveOn = OPENED }) =>
      ({ on: effectiveOn, amount: -amount, who, document: documentOf(paper), entry: { fund: FUND, outflow: true, number } }))
    const back = books.returnsOf(FUND, number).map(({ fund, inflow, start, end, effectiveOn }) =>
      ({ on: effectiveOn, amount: end - start, who, document: documentOf(books.inflow(fund, inflow)?.paper ?? '0x'), entry: { fund, outflow: false, number: inflow } }))
    return [...out, ...back]
  }
  const outflows = books.outflows(FUND, { after: 0, limit: 100 })
  return [...outflows.flatMap(writtenOf), FEE, UNKNOWN].toSorted((a, b) => a.on - b.on)
}

/** The statement as the bank would print it. */
function printed(lines: readonly Written[]): string {
  let balance: bigint = OPENING
  const rows = lines.map(({ on, amount, who, document }) => {
    balance += amount
    const [credit, debit] = amount < 0n ? ['', yuan(-amount)] : [yuan(amount), '']
    return [formatDay(on), credit, debit, yuan(balance), who, document].join()
  })
  return ['交易日,收入,支出,余额,对方户名,凭证号', ...rows, ''].join('\n')
}

const yuan = (amount: bigint) => formatYuan(Fen(amount)).replaceAll(',', '')