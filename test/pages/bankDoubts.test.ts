import { expect } from 'chai'
import type { doubtsOfLine as DoubtsOfLine, doubtsOfMatch as DoubtsOfMatch } from '../../api/pages/browser/desk/bankDoubts.ts'

describe('What speaks against a match', () => {
  let doubtsOfLine: typeof DoubtsOfLine
  let doubtsOfMatch: typeof DoubtsOfMatch
  before(async () => {
    // The desk's code asks the page for its language.
    Object.assign(globalThis, { document: { documentElement: { lang: 'zh' } } });
    ({ doubtsOfLine, doubtsOfMatch } = await import('../../api/pages/browser/desk/bankDoubts.ts'))
  })
  after(() => Reflect.deleteProperty(globalThis, 'document'))

  const line = { day: '2020-02-10', who: '江城药房' }
  const entry = { day: '2020-02-10', who: '江城 药房', amount: '120000' }

  it('is nothing where name, days and amount are one, however the name is spaced', () => {
    expect(doubtsOfMatch([line], entry, 120_000n)).to.deep.equal([])
    expect(doubtsOfLine(line, { payee: '江城药房', askedOn: '2020-02-10' })).to.deep.equal([])
  })

  it('is nothing where a name is unknown', () => {
    expect(doubtsOfMatch([{ ...line, who: '' }], entry, 120_000n)).to.deep.equal([])
    expect(doubtsOfMatch([line], { day: entry.day, amount: entry.amount }, 120_000n)).to.deep.equal([])
    expect(doubtsOfLine(line, { askedOn: '2020-02-10' })).to.deep.equal([])
  })

  it('is nothing where the bank masked the name, or a platform paid for others', () => {
    expect(doubtsOfMatch([{ ...line, who: '沈*' }], { ...entry, who: '沈明' }, 120_000n)).to.deep.equal([])
    expect(doubtsOfMatch([{ ...line, who: '财付通支付科技有限公司' }], { ...entry, who: '沈明' }, 120_000n)).to.deep.equal([])
  })

  it('is another name, unless one of several lines has the entry’s', () => {
    expect(doubtsOfMatch([line], { ...entry, who: '示范宾馆' }, 120_000n)).to.deep.equal(['流水上是“江城药房”，账上是“示范宾馆”。请核对是不是同一笔。'])
    expect(doubtsOfMatch([line, { ...line, who: '示范宾馆' }], { ...entry, who: '示范宾馆' }, 120_000n)).to.deep.equal([])
  })

  it('is days further apart than are proposed, from the nearest line', () => {
    expect(doubtsOfMatch([line], { ...entry, day: '2020-02-20' }, 120_000n)).to.deep.equal([])
    expect(doubtsOfMatch([line, { ...line, day: '2020-02-09' }], { ...entry, day: '2020-02-21' }, 120_000n)).to.deep.equal(['流水和账（2020-02-21）相差 11 天。请核对是不是同一笔。'])
  })

  it('is that only some of the entry is taken', () => {
    expect(doubtsOfMatch([line], entry, 119_999n)).to.deep.equal(['这笔账还有 ¥1,200.00 未核对，这次只核对其中 ¥1,199.99。'])
  })

  it('is a payee that nobody asked to pay, and a day before anybody did', () => {
    expect(doubtsOfLine(line, { payee: '示范宾馆', askedOn: '2020-02-11' })).to.deep.equal([
      '这笔流水付给“江城药房”，申请的收款方是“示范宾馆”。请核对是不是同一笔。', '这笔流水是 2020-02-10 的，在申请（2020-02-11）之前。请核对是不是同一笔。',
    ])
  })
})
