import { expect } from 'chai'
import { formatDay } from '../../../ledger/day.ts'
import { readStatement, type Statement } from '../../../intake/statements/statement.ts'
import { alipay, boc, day, example, sentences, wechat } from './files.ts'

const amounts = ({ lines }: Statement) => lines.map(({ row, day, amount }) => [row, formatDay(day), amount])
const leftRows = ({ left }: Statement) => left.map(({ row, why }) => [row, why.zh])

describe('a statement of BOC', () => {
  it('is read whole, newest first as it stands, and its 17 balances add up', () => {
    const statement = boc()

    expect(statement).to.include({
      format: 'boc', account: '3167', from: day('2025-08-01'), through: day('2025-08-22'), opening: 281_358n, closing: 324_028n,
      credits: 982_100n, debits: 939_430n,
    })
    expect(statement.problems).to.deep.equal([])
    expect(statement.lines).to.have.length(17)
    expect(statement.lines[3]).to.deep.equal({
      row: 16, day: day('2025-08-04'), time: '16:10:21', amount: 300_000n, balance: 361_668n, kind: '网上快捷提现',
      counterparty: '支付宝-张三', counterpartyAccount: '2088******0156', remark: '支付宝-张三-张三支付宝余额提现-张三', ordinal: 1,
      source: [
        '2025-08-04', '16:10:21', '人民币', '300000', '361668', '网上快捷提现', '银企对接', '-------------------',
        '支付宝-张三-张三支付宝余额提现-张三', '支付宝-张三', '2088******0156', '支付宝', '3167',
      ],
    })
  })

  it('is refused with one balance changed, and the row, the column, what is there and what should be are named', () => {
    const [before, after] = sentences(boc(['"6,602.09"', '"6,602.19"']))

    expect(before).to.deep.equal([12, 'boc-records.csv 第 12 行 E 列（余额）：“6,586.61”余额接不上：上一笔之后是 6,602.19，本笔 -15.48，应为 6,586.71'])
    expect(after?.[1]).to.include('第 13 行 E 列（余额）：“6,602.19”余额接不上：上一笔之后是 6,618.09，本笔 -16.00，应为 6,602.09')
  })

  it('is refused with one amount changed', () => {
    const found = sentences(boc(['人民币,-13.50', '人民币,-13.05']))

    expect(found.map(([row]) => row)).to.deep.equal([11])
  })

  it('is refused with a line in another currency, and with one of another account', () => {
    expect(sentences(boc(['12:24:20,人民币', '12:24:20,美元']))[0]?.[1]).to.include('第 4 行 C 列（币别）：“美元”不是人民币')
    expect(sentences(boc(['支付宝,3167', '支付宝,9999']))[0]?.[1]).to.include('“9999”与前面各行的账户 3167 不同')
  })
})

describe('a statement of ICBC', () => {
  const statement = readStatement(example('icbc-debit-v1-records.csv'), { name: 'icbc.csv' })

  it('has money in and out in columns of their own, and no time of day', () => {
    expect(statement).to.include({ format: 'icbc', account: '1234****9876', credits: 284_174n, debits: 424_108n })
    expect(amounts(statement).slice(4, 8))
      .to.deep.equal([[14, '2023-02-28', 34_158n], [13, '2023-04-14', -50_000n], [12, '2023-04-14', 123_456n], [11, '2023-04-20', -123_456n]])
    expect(statement.lines[0]).to.include({ kind: '退款', counterparty: '深圳市财付通支付科技有限公司', remark: '财付通-微信红包' })
    expect(leftRows(statement)).to.deep.equal([[20, '合计']])
  })

  it('says that its masked balances cannot be read and that its totals are none of its rows', () => {
    expect(statement.problems.map(({ code, row }) => [code, row])).to.deep.equal([
      ...[8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].map((row) => ['AMOUNT_UNREADABLE', row]), ['TOTAL_DIFFERS', 20], ['TOTAL_DIFFERS', 20],
    ])
    expect(sentences(statement).at(-1)?.[1]).to.equal('icbc.csv 第 20 行 J 列（记账金额(支出)）：“9,876.54”与各行不符，按各行应为 4,241.08')
  })
})

describe('a statement of ABC', () => {
  it('has days and times in digits and a sign before the amount; what is nothing is left', () => {
    const statement = readStatement(example('abc_debit-records.csv'), { name: 'abc.csv' })

    expect(statement.format).to.equal('abc')
    expect(amounts(statement))
      .to.deep.equal([[2, '2024-01-01', 1_000_000n], [3, '2024-01-02', -1_000n], [4, '2024-01-03', -1_234_589n], [5, '2024-01-04', 1n]])
    expect(statement.lines[0]).to.include({ time: '12:34:56', document: '369396693', counterparty: '哈哈' })
    expect(leftRows(statement)).to.deep.equal([[6, '金额为零']])
    expect(statement.problems.map(({ code, row }) => [code, row]))
      .to.deep.equal([['BALANCE_DIFFERS', 3], ['BALANCE_DIFFERS', 4], ['BALANCE_DIFFERS', 5]])
  })
})

describe('a bill of WeChat Pay', () => {
  it('has what moved in the wallet; what a bank card paid is left, with the reason', () => {
    const statement = wechat()

    expect(statement).to.include({
      format: 'wechat', account: '测试', from: day('2017-10-01'), through: day('2024-06-30'), credits: 332_849n, debits: 998_133n,
    })
    expect(statement.problems).to.deep.equal([])
    expect(statement.lines).to.have.length(18)
    expect(statement.lines.find(({ row }) => row === 37))
      .to.include({ amount: 7n, counterparty: '打开拼多多，点击底部"多多视频"', document: '160572459521071810106004542906137497131422937' })
    expect(statement.lines.find(({ row }) => row === 24)).to.include({ amount: -10_010n, kind: '零钱提现', remark: '服务费¥0.10' })
    expect(leftRows(statement)).to.deep.equal([
      [18, '经中国银行(1234)收付，不动钱包里的钱，见那个账户的流水'],
      ...[28, 29].map((row) => [row, '经工商银行收付，不动钱包里的钱，见那个账户的流水']), ...[30, 31].map((row) => [row, '钱包内部互转，总额不变']),
      ...[41, 42].map((row) => [row, '经工商银行收付，不动钱包里的钱，见那个账户的流水']),
      ...[43, 44].map((row) => [row, '经工商银行储蓄卡(9876)收付，不动钱包里的钱，见那个账户的流水']),
    ])
  })

  it('as .xlsx gives the same lines with the same identity, as text or as numbers', () => {
    const identities = ({ lines }: Statement) => lines.map(({ source, ordinal }) => JSON.stringify([source, ordinal]))

    for (const sheet of ['example-wechat-records', 'Sheet1'])
      expect(identities(readStatement(example('wechat-records.xlsx'), { sheet }))).to.deep.equal(identities(wechat()))
  })

  it('as .xlsx with two sheets alike is not guessed at', () => {
    expect(() => readStatement(example('wechat-records.xlsx'), { name: 'w.xlsx' }))
      .to.throw(RangeError, 'w.xlsx：有几个工作表都像流水（example-wechat-records、Sheet1），请用 sheet 指定一个')
  })

  for (const [what, from, to, sentence] of [
    ['a row less than it counts', '共27笔', '共28笔', '第 7 行 A 列（笔数）：“共28笔记录”与各行不符，按各行应为 27 笔'],
    ['other money in than it sums', '28.49元', '28.50元', '第 8 行 A 列（收入）：“收入：5笔 28.50元”与各行不符，按各行应为 5 笔 28.49 元'],
    ['other money out', '2904.53元', '2904.52元', '第 9 行 A 列（支出）'],
    ['another neutral sum', '11笔 26100.89元', '10笔 26100.89元', '第 10 行 A 列（中性交易）'],
    ['a line before its period', '[2017-10-01', '[2018-01-01',
      '第 27 行 A 列（交易时间）：“2017-10-20 18:36:44”不在本账单的 2018-01-01 至 2024-06-30 之内'],
    ['a direction that it does not know', '收入,¥0.35', '往来,¥0.35', '第 19 行 F 列（金额(元)）：“¥0.35”看不出是收是支（往来，微信红包）'],
    ['a neutral row of an unknown kind', '零钱充值,工商银行(9876)', '神秘往来,工商银行(9876)', '看不出是收是支（神秘往来，工商银行(9876)）'],
    ['an amount finer than a fen', '¥12.00', '¥12.001', '“¥12.001”比最小货币单位还细，不会替您四舍五入'],
    ['a time that no clock has', '2019-09-24 10:10:11', '2019-09-24 24:10:11', '“2019-09-24 24:10:11”不是时刻'],
  ] as const)
    it(`is refused with ${what}`, () => {
      const found = sentences(wechat([from, to]))

      expect(found).to.have.length(1)
      expect(found[0]?.[1]).to.include(sentence)
    })

  it('as published contradicts its head four times, and names each', () => {
    const statement = readStatement(example('wechat-records.csv'), { name: 'w.csv' })

    const codes = statement.problems.map(({ code }) => code)
    expect(codes.slice(0, 4)).to.deep.equal(['COUNT_DIFFERS', 'TOTAL_DIFFERS', 'TOTAL_DIFFERS', 'TOTAL_DIFFERS'])
    expect(new Set(codes.slice(4))).to.deep.equal(new Set(['DATE_OUTSIDE_PERIOD']))
  })

  it('does not let its last day count as whole before that day is over', () => {
    const made = wechat(['[2024-07-01 16:05:22]', '[2024-06-30 16:05:22]'])

    expect(wechat().whole).to.deep.equal({ from: day('2017-10-01'), through: day('2024-06-30') })
    expect(made.whole).to.deep.equal({ from: day('2017-10-01'), through: day('2024-06-29') })
  })
})

describe('a bill of Alipay in GB18030', () => {
  it('counts a closed order that was paid and its refund, and leaves one that was never paid', () => {
    const statement = alipay()

    expect(statement).to.include({ format: 'alipay', account: 'xx@gmail.com', credits: 22_237_784n, debits: 16_190n })
    expect(statement.problems).to.deep.equal([])
    expect(amounts(statement)).to.deep.equal([
      [33, '2023-01-09', -5_000n], [32, '2023-01-09', 5_000n], [30, '2023-01-18', 22_222_850n], [29, '2023-02-02', 9_934n],
      [27, '2023-02-08', -2_000n], [34, '2023-07-10', -990n], [35, '2023-07-10', -8_200n],
    ])
    expect(leftRows(statement)).to.deep.equal([
      [26, '经交通银行信用卡(7449)收付，不动钱包里的钱，见那个账户的流水'],
      [28, '经交通银行信用卡(7449)收付，不动钱包里的钱，见那个账户的流水'], [31, '交易关闭，没有动钱'],
    ])
  })

  it('may leave closed orders out of its sums, as it says itself', () => {
    expect(alipay(['支出：5笔 211.64元', '支出：4笔 161.64元']).problems).to.deep.equal([])
  })
})
