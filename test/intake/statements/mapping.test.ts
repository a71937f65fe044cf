import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { readStatementMapping } from '../../../intake/statements/mapping.ts'
import { readStatement } from '../../../intake/statements/statement.ts'
import { day, readLines, sentences } from './files.ts'

describe("another bank's statement", () => {
  it('of 200,360 credits is read whole, though 7,740 of its document numbers are repeated', () => {
    const bytes = gunzipSync(readFileSync(new URL('../../../bench/data/vietcombank-2024-09-01_10.csv.gz', import.meta.url)))

    const statement = readStatement(bytes, { mapping: { date: 'date', amount: 'amount_vnd', document: 'document_no', minorUnits: 0 } })

    expect(statement).to.include({ format: 'mapped', credits: 135_081_775_728n, debits: 0n, from: day('2024-09-01'), through: day('2024-09-10') })
    expect(statement.problems).to.deep.equal([])
    expect(statement.lines).to.have.length(200_360)
    expect(new Set(statement.lines.map(({ document }) => document)).size).to.equal(192_620)
    expect(new Set(statement.lines.map(({ source, ordinal }) => JSON.stringify([source, ordinal]))).size).to.equal(200_360)
  }).timeout(30_000)

  const LOAN = { date: '交易日', way: '借贷', amount: '发生额', balance: '余额', kind: '摘要', document: '凭证号' }
  const TWO = { date: '日期', credit: '收入', debit: '支出', balance: '余额' }

  it('has 借 and 贷 in a column of their own, and 承前页 above', () => {
    const statement = readLines(
      ['交易日,凭证号,摘要,借贷,发生额,余额', ',,承前页,,,"1,000.00"', '2024-01-02,7,转入,贷,50.00,1050.00', '2024-01-02,7,手续费,借,0.50,1049.50'],
      { mapping: LOAN },
    )

    expect(statement).to.include({ opening: 100_000n, closing: 104_950n, credits: 5_000n, debits: 50n })
    expect(statement.problems).to.deep.equal([])
    expect(statement.left.map(({ row, why }) => [row, why.zh])).to.deep.equal([[2, '期初或期末余额']])
  })

  it('may count money back as less money out', () => {
    const statement = readLines(['日期,收入,支出,余额', '2024-01-02,,100.00,900.00', '2024-01-03,,-100.00,1000.00', '合计,,0.00,'], { mapping: TWO })

    expect(statement.problems).to.deep.equal([])
    expect(statement.lines.map(({ amount }) => amount)).to.deep.equal([-10_000n, 10_000n])
  })

  it('has page totals, a total, repeated headings and a signature told apart from its lines', () => {
    const statement = readLines(
      ['某银行账户明细', '账号：6222****1111', '期初余额：10.00', '日期,收入,支出,余额', '2024-01-02,5.00,,15.00', '本页合计,5.00,0.00,', '日期,收入,支出,余额',
        '2024-01-03,,1.00,14.00', '小计,0.00,1.00,', '合计,5.00,1.00,', '期末余额：14.00', '合计：4.00', '打印柜员：007,第1页,共2页'],
      { mapping: TWO },
    )

    expect(statement.problems).to.deep.equal([])
    expect(statement).to.include({ account: '6222****1111', opening: 1_000n, closing: 1_400n })
    expect(statement.left.map(({ row, why }) => [row, why.zh])).to.deep.equal([
      [6, '合计'], [7, '重复的表头'], [9, '合计'], [10, '合计'], [11, '期初或期末余额'], [12, '合计'], [13, '不是交易，没有日期和金额'],
    ])
  })

  it('without balances is checked from its opening to its closing balance', () => {
    const lines = ['期初余额,10.00', '日期,收入,支出', '2024-01-02,5.00,', '期末余额,15.01,']

    const found = sentences(readLines(lines, { mapping: { date: '日期', credit: '收入', debit: '支出' } }))

    expect(found).to.deep.equal([[4, 'bank.csv 第 4 行 A 列（期末余额）：“15.01”与各行不符，按各行应为 15.00']])
  })

  it('in spite of a running number is the same line in the next export', () => {
    const mapping = { date: '日期', amount: '金额', ignore: ['页码'] }
    const sourceOf = (line: string) => readLines(['序号,页码,日期,金额', line], { mapping }).lines[0]?.source

    expect(sourceOf('1,1,2024-01-02,5.00')).to.deep.equal(['2024-01-02', '500'])
    expect(sourceOf('99,4,2024/1/2,5')).to.deep.equal(['2024-01-02', '500'])
  })

  for (const [what, line, sentence] of [
    ['no amount', '2024-01-02,,,10.00', 'B 列（收入）：没有金额'],
    ['money in and money out', '2024-01-02,1.00,2.00,10.00', '既有收入又有支出，分不清是收是支'],
    ['no date', ',1.00,,10.00', 'A 列（日期）：没有日期'],
    ['an amount above ten billion', '2024-01-02,10000000000.01,,', '超过一百亿元，应是笔误'],
    ['a day that no calendar has, and no amount', '2024-13-01,,,', 'A 列（日期）：“2024-13-01”日历上没有这一天'],
    ['an amount that is none and no date', '柜员,1O0,,', 'A 列（日期）：“柜员”不是日期'],
    ['a comma without quotation marks', '2024-01-02,1,000.00,,10.00', '这一行的列与表头对不上'],
    ['damaged characters', '2024-01-02,1.00,,10.00\ufffd', 'D 列（余额）：“10.00\ufffd”有乱码，请从原表重新导出'],
    ['a total that is none', '合计,2.00,,', 'B 列（收入）：“2.00”与各行不符，按各行应为 1.00'],
    ['an opening balance that its lines deny', '期初余额：9.00,,,', 'A 列（期初余额：9.00）：“9.00”与各行不符，按各行应为 0.00'],
  ] as const)
    it(`is refused with ${what}`, () => {
      const [first] = sentences(readLines(['日期,收入,支出,余额', '2024-01-01,1.00,,1.00', line], { mapping: TWO }))

      expect(first?.[1]).to.include('bank.csv 第 3 行').and.to.include(sentence)
    })

  it('is refused where two columns have the heading, or none', () => {
    expect(() => readLines(['日期,金额,金额', '2024-01-02,1,2'], { mapping: { date: '日期', amount: '金额' } }))
      .to.throw(RangeError, 'bank.csv 第 1 行：有两列都叫“金额”，分不清用哪一列')
    expect(() => readLines(['日期,数额'], { mapping: { date: '日期', amount: '金额' } })).to.throw(RangeError, '找不到流水的表头：日期、金额')
  })

  it('that counts in 万元 or 分 is not taken for yuan', () => {
    const read = (amount: string, minorUnits?: 0) =>
      readLines([`日期,${amount}`, '2024-01-02,1234'], { mapping: { date: '日期', amount, ...(minorUnits === 0 && { minorUnits }) } }).credits

    expect(() => read('金额（万元）')).to.throw(RangeError, '“金额（万元）”不是以元计')
    expect(() => read('金额(分)')).to.throw(RangeError, '以分计的请写明 "minorUnits": 0')
    expect([read('金额(分)', 0), read('金额(元)')]).to.deep.equal([1_234n, 123_400n])
  })
})

describe("a statement's mapping", () => {
  it('is read as it stands', () => {
    const mapping = { date: '日', credit: '贷方', debit: '借方', minorUnits: 0, dateFormat: 'DMY', ignore: ['页'], sheet: '一月' }

    expect(readStatementMapping(mapping)).to.deep.equal(mapping)
  })

  for (const [what, input, sentence] of [
    ['no object', [], '映射文件应是 JSON 对象'], ['no date', { amount: '金额' }, '映射文件缺少 date'],
    ['no amount', { date: '日期' }, '映射文件要么写 amount（可加 way），要么同时写 credit 和 debit'],
    ['half of two columns', { date: '日期', credit: '收入' }, 'both "credit" and "debit"'],
    ['three amounts', { date: '日期', credit: '收入', debit: '支出', amount: '金额' }, '映射文件要么写 amount'],
    ['an unknown name', { date: '日期', amount: '金额', phone: '电话' }, '映射文件里不认识“phone”'],
    ['an inherited name', { date: '日期', amount: '金额', toString: '电话' }, '映射文件里不认识“toString”'],
    ['a column number', { date: '日期', amount: 3 }, '映射文件的 amount 应是列名'],
    ['one column for two things', { date: '日期', amount: '金额', balance: '金额' }, '映射文件把“金额”用了两次'],
    ['three decimals', { date: '日期', amount: '金额', minorUnits: 3 }, '映射文件的 minorUnits 应是0 或 2'],
    ['an unknown order', { date: '日期', amount: '金额', dateFormat: 'YMD' }, 'dateFormat must be DMY, MDY'],
    ['one column to ignore', { date: '日期', amount: '金额', ignore: '页' }, 'ignore must be an array of headings'],
  ] as const)
    it(`is refused with ${what}`, () => {
      expect(() => readStatementMapping(input)).to.throw(RangeError, sentence)
    })
})
