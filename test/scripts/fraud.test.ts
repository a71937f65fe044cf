import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { caught, type Fraud } from '../../scripts/frauds/caught.ts'
import { playOne, type Played } from '../../scripts/frauds/play.ts'
import { tableOf } from '../../scripts/frauds/table.ts'
import { Refused } from '../../scripts/commands/refused.ts'
import type { Target } from '../../scripts/frauds/book.ts'

/** Which control answers to which fraud, with what. */
const ANSWERS: Record<string, readonly string[]> = {
  审批人兼任出纳: ['SAME_PERSON'],
  会计与审批人合谋: ['ACCESS_MANAGED_UNAUTHORIZED', 'ACCESS_MANAGED_UNAUTHORIZED'],
  一人两把钥匙: ['SAME_PERSON'],
  停用的钥匙: ['KEY_UNKNOWN'],
  审计人员记账: ['ACCESS_MANAGED_UNAUTHORIZED'],
  不审批就付款: ['OUTFLOW_NOT_IN'],
  一张发票报两次: ['REF_USED', 'REF_USED'],
  倒签日期: ['PERIOD_IS_CLOSED'],
  假收据: ['CODE_UNKNOWN'],
  改数据库: ['PAGE_DISPROVEN', 'MIRROR_DIFFERED'],
  索引器漏掉一笔: ['GAP_FOUND', 'MIRROR_DIFFERED'],
  改日志: ['JOURNAL_ALTERED'],
  调换凭证: ['FIELD_DIFFERS'],
  藏起收款方: ['FIELDS_WITHHELD', 'ERASURE_DIFFERS'],
  账册里改一分钱: ['RECEIPTS_DIFFER'],
  剪掉尾巴: ['HEAD_OTHER'],
  重算整本账: ['QUORUM_MISSED'],
  两本账: ['WORDS_DIFFER', 'FORK_SEEN'],
  现金入账前截留: [],
  银行收款不入账: ['CLOSING_DIFFERS', 'UNEXPLAINED'],
  化整为零: [],
  同一发票换个名目: [],
  结账凭证造假: ['CERTIFICATE_DIFFERS'],
}

describe('npm run fraud', function () {
  this.timeout(120_000)

  describe('on a book of its own', () => {
    let played: Played[]
    before(async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/fraud.ts', '--json'], { maxBuffer: 1 << 24 })
      played = JSON.parse(stdout)
    })

    it('has every control answer that should', () => {
      const answers = Object.fromEntries(played.map(({ name, answers }) => [name.zh, answers.map(({ code }) => code)]))

      expect(answers).to.deep.equal(ANSWERS)
      expect(played.filter(({ missed }) => missed)).to.deep.equal([])
    })

    it('says in both languages what each control said, and what people must do where none can', () => {
      for (const { name, answers, people } of played) {
        for (const { zh, en } of [...answers, ...(people ? [people] : [])]) {
          expect(zh, name.zh).to.match(/\p{Script=Han}/u)
          expect(en, name.zh).to.match(/[a-z]{3}/).and.not.match(/undefined/)
        }
        expect(answers.length > 0 || people !== undefined, name.zh).to.equal(true)
      }
    })
  })

  it('calls a fraud missed when its control stays silent, or refuses for another reason', async () => {
    const book = {} as Target
    const control = { zh: '合约', en: 'the contract' }
    const fraud = (deed: () => Promise<unknown>): Fraud => ({
      name: { zh: '试', en: 'a try' }, deed: control, play: async () => [await caught(control, 'SAME_PERSON', deed)], people: control,
    })

    const silent = await playOne(fraud(async () => {}), book)
    const other = await playOne(fraud(async () => { throw new Refused('NONCE_WRONG', { zh: '序号不对', en: 'wrong nonce' }) }), book)
    const none = await playOne({ name: control, deed: control, play: async () => [] }, book)

    expect(silent.missed?.zh).to.equal('合约没有拦住：应答复 SAME_PERSON，实际没有拒绝')
    expect(other.missed?.zh).to.equal('合约没有拦住：应答复 SAME_PERSON，实际答复 NONCE_WRONG：序号不对')
    expect(none.missed?.zh).to.equal('没有控制答复')
    expect(tableOf([silent]).join('\n')).to.include('✗ 应拦而未拦')
  })

  it('does not take a broken deed for a control', async () => {
    const broken = playOne({
      name: { zh: '坏', en: 'broken' }, deed: { zh: '坏', en: 'broken' },
      play: async () => [await caught({ zh: '甲', en: 'a' }, 'X', async () => { throw new TypeError('a slip') })],
    }, {} as Target)

    expect(await broken.then(() => undefined, (error: unknown) => error)).to.be.instanceOf(TypeError)
  })
})
