import { openTraceability } from '../../api/bank.ts'
import { formatYuan, parseYuan, type Fen } from '../../ledger/fen.ts'
import { stepDraft } from '../../ledger/drafts.ts'
import { refOf } from '../../ledger/refs.ts'
import { formatShare } from '../../ledger/traceability.ts'
import { Refused } from '../commands/refused.ts'
import { THRESHOLD, type Target } from './book.ts'
import { answerTo, caught, type Answer, type Fraud } from './caught.ts'
import { bundleOf, verified } from './bundles.ts'

const CONTRACT = { zh: '合约', en: 'the contract' }
const RATE = { zh: '资金追溯率', en: 'traceability' }

/** Frauds that begin outside the book, where a ledger sees little or nothing. */
export const OUTSIDE_FRAUDS: readonly Fraud[] = [
  {
    name: { zh: '现金入账前截留', en: 'Cash skimmed before entry' },
    deed: { zh: '收下 ¥200 现金，不登记，不给收据；再请审计核验整本账', en: '¥200 in cash is taken and never recorded; then the whole book is audited' },
    // The honest answer is that the audit passes: what never came in leaves no hole.
    play: async (book) => {
      await book.sealed()
      await verified(book, await bundleOf(book))
      return []
    },
    people: {
      zh: '任何账本都拦不住。能做的：当场给带查询码的收据，两人一起开箱清点，尽量走银行，公布捐赠箱编号',
      en: 'no ledger can. What helps: a receipt with a code on the spot, two people at every box, gifts through the bank',
    },
  },
  {
    name: { zh: '银行收款不入账', en: 'A bank credit that is not recorded' },
    deed: { zh: '一笔 ¥200 到了账户却不登记：先从流水里删掉它，再照实登记流水但不配收入', en: '¥200 arrived and has no entry: first its line is left out of the statement, then it stands there with no entry' },
    play: async (book) => {
      const { today } = book
      const paper = book.paper(stepDraft({ kind: 'closing', fund: 0, outflow: 0, on: today }))
      const lines = ['5000', '3000', '0.01', '-120', '200'].map((yuan, at) => {
        const amount = yuan.startsWith('-') ? -parseYuan(yuan.slice(1)) : parseYuan(yuan)
        return { ref: refOf(book.vault.bookKey, ['bank', yuan], at + 1), amount, day: today, paper }
      })
      const closing = lines.reduce((sum, { amount }) => sum + amount, 0n)
      const record = (kept: typeof lines) => () => book.act('ACCOUNTANT', { contract: 'bank', name: 'recordLines', args: [1, 1, today, 0n, closing, kept, paper] })
      await book.act('STEWARD', { contract: 'bank', name: 'openAccount', args: [1, 0n, today - 1, paper] })
      const leftOut = await caught(CONTRACT, 'CLOSING_DIFFERS', record(lines.slice(0, -1)))
      await record(lines)()
      const matches = [1, 2, 3].map((number) => ({ line: number, fund: 1, outflow: false, number, amount: lines[number - 1]?.amount }))
      const paid = { line: 4, fund: 1, outflow: true, number: 1, amount: parseYuan('120') }
      await book.act('ACCOUNTANT', { contract: 'bank', name: 'matchLines', args: [1, [...matches, paid], paper] })
      await book.mirrored()
      return [leftOut, await caught(RATE, 'UNEXPLAINED', async () => explained(book))]
    },
  },
  {
    name: { zh: '化整为零', en: 'Split under the threshold' },
    deed: { zh: `基金限额 ¥${formatYuan(parseYuan(THRESHOLD))}：同一收款方一天内批两笔 ¥600，再批一笔 ¥1,200`, en: `the fund's threshold is ¥${formatYuan(parseYuan(THRESHOLD))}: two of ¥600 to one payee in a day, then one of ¥1,200` },
    play: async (book) => {
      const approve = async (yuan: string, invoice: string) => {
        const outflow = await book.propose({ amount: parseYuan(yuan), title: '修缮', payee: '某某工程队', invoice })
        await book.approve(outflow)
      }
      return await said(CONTRACT, async () => {
        await approve('600', '发票 0201')
        await approve('600', '发票 0202')
        await approve('1200', '发票 0203')
      })
    },
    people: {
      zh: '现在没有控制：限额只是基金的一个字段，超过也照批；收款方不公开，也没有“同一收款方数日内合计”的清单。审计人员要在供审计的账册里按收款方和日期自己合计',
      en: 'nothing does today: the threshold is only a field of the fund, and no list adds up what one payee got within days. An auditor must add it up from the bundle with private fields',
    },
  },
  {
    name: { zh: '同一发票换个名目', en: 'The same invoice under another title' },
    deed: { zh: '已付过的发票 0001，改了标题再申请并审批', en: 'an invoice that was paid is proposed again with another title, and approved' },
    play: async (book) => await said(CONTRACT, async () => {
      await book.approve(await book.propose({ amount: parseYuan('120'), title: '绘本一批', payee: '某某书店', invoice: '发票 0001' }))
    }),
    people: {
      zh: '账本认不出：发票号不公开，换了标题就是另一笔。审批人要看发票原件并在上面注明已报，审计人员按发票号在供审计的账册里查重',
      en: 'the book cannot tell: invoice numbers are private, and another title is another entry. The approver marks the paper itself; the auditor looks for the number twice',
    },
  },
]

/** What a control answered, if it did: where none is expected that is told as it is. */
async function said(control: Answer['control'], deed: () => Promise<unknown>): Promise<Answer[]> {
  const answer = await answerTo(deed)
  return answer ? [{ control, ...answer }] : []
}

/** @throws {Refused} with the lines of account 1 that no entry explains. */
function explained({ reader, vault }: Target): void {
  const { credits, debits, unexplained: [first] } = openTraceability(reader, vault)()
  if (!first) return
  const left = `¥${formatYuan(first.left as Fen)}`
  throw new Refused('UNEXPLAINED', {
    zh: `收入 ${formatShare(credits)}，支出 ${formatShare(debits)}；账户 1 流水第 ${first.line} 行的 ${left} 没有账目对应。`,
    en: `credits ${formatShare(credits)}, debits ${formatShare(debits)}; ${left} of line ${first.line} of account 1 have no entry.`,
  })
}
