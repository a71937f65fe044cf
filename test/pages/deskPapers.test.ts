import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { accountDraft, bankLineDraft, explanationDraft, matchingDraft, statementDraft, undoingDraft } from '../../ledger/bankDrafts.ts'
import { certificateDraft, findingDraft, opinionDraft } from '../../ledger/auditDrafts.ts'
import { parseDay } from '../../ledger/day.ts'
import { fundDraft } from '../../ledger/drafts.ts'
import { sealPaper, type Draft } from '../../ledger/papers.ts'
import { UNEXPLAINED } from '../../ledger/words.ts'

const ON = parseDay('2020-02-11')
const FORMATS = ['wechat', 'alipay', 'icbc', 'boc', 'abc', 'mapped']

describe('papers, as the desk shows them', () => {
  let shownOf: (draft: Draft) => string
  before(async () => {
    // The desk's code asks the page for its language.
    Object.assign(globalThis, { document: { documentElement: { lang: 'zh' } } })
    const { PaperShown } = await import('../../api/pages/browser/desk/papers.tsx')
    shownOf = (draft) => renderToString(h(PaperShown, sealPaper(draft, randomBytes))).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim()
  })
  after(() => Reflect.deleteProperty(globalThis, 'document'))

  it('of the bank’s side say every field and every word of a program in words', () => {
    const drafts = [
      accountDraft({ title: '基本户', bank: '某银行' }, { accountNumber: '6222' }),
      ...FORMATS.map((format) => statementDraft({ account: 1, format, from: ON, through: ON }, { file: '流水', sha256: '12', printedAccount: '6222' })),
      bankLineDraft({ account: 1, on: ON, amount: -1n }, { counterparty: '甲', counterpartyAccount: '1', document: '2', remark: '款', kind: '转账', time: '12:00' }),
      matchingDraft({ account: 1, on: ON, by: 'proposal', count: 1 }), matchingDraft({ account: 1, on: ON, by: 'hand', count: 1 }),
      undoingDraft({ account: 1, match: 2, on: ON, reason: 'Other' }, { note: '误' }),
      ...UNEXPLAINED.slice(1).map((why) => explanationDraft({ account: 1, line: 15, on: ON, why, statement: '年费' }, { note: '问过' })),
    ]
    for (const draft of drafts) expect(shownOf(draft), JSON.stringify(draft.public)).not.to.match(/[a-z]{2,}/i)
  })

  it('tell a closing in yuan, a fund by its name and purpose, and of an opinion or finding what the call does not say', () => {
    const certificate = certificateDraft({
      fund: 1, through: ON, opening: 0n, closing: 15_001n, inflows: [{ source: 'Donation', amount: 15_101n, count: 3 }], outflows: [{ kind: 'Void', amount: 100n, count: 1 }],
    })

    expect(shownOf(certificate)).to.match(/期末结余 公开 ¥150\.01/).and.match(/收入 · 捐赠 公开 ¥151\.01/).and.match(/捐赠笔数 公开 3/).and.match(/支出 · 冲销 公开 ¥1\.00/).and.not.match(/[a-z]{2,}/i)
    expect(shownOf(fundDraft({ title: '助老基金', purpose: '送餐' }))).to.equal('名称 公开 助老基金 用途 公开 送餐')
    expect(shownOf(opinionDraft({ from: ON, through: ON, opinion: 'Qualified', bundle: `0x${'b0'.repeat(32)}`, statement: '缺一张发票' }))).to.equal('意见 公开 缺一张发票')
    expect(shownOf(findingDraft({ owner: 4, dueOn: ON, statement: '缺一张发票' }))).to.equal('意见 公开 缺一张发票')
  })

  it('do not repeat what the call beside them says, and never call the number of an account a payee’s', () => {
    expect(shownOf(matchingDraft({ account: 1, on: ON, by: 'proposal', count: 3 }))).to.equal('核对方式 公开 本系统建议，由签名人确认')
    expect(shownOf(explanationDraft({ account: 1, line: 15, on: ON, why: 'BankFee', statement: '年费' }))).to.equal('说明 公开 年费')
    expect(shownOf(undoingDraft({ account: 1, match: 2, on: ON, reason: 'Other' }))).to.equal('')
  })
})
