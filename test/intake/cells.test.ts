import { expect } from 'chai'
import { formatDay } from '../../ledger/day.ts'
import { readAmount, readDate, readText, readTotal, type Unit } from '../../intake/cells.ts'

const amount = (text: string, unit: Unit = 'yuan') => {
  const reading = readAmount(text, unit)
  return 'ok' in reading ? reading.ok : reading.fault.code
}
const date = (text: string, order?: 'DMY' | 'MDY') => {
  const reading = readDate(text, order)
  return 'ok' in reading ? formatDay(reading.ok) : reading.fault.code
}

describe('an amount', () => {
  for (const [text, fen] of [
    ['100', 10_000n], ['100.5', 10_050n], ['100.05', 10_005n], ['0.01', 1n], ['100.000', 10_000n],
    ['1,234.50', 123_450n], ['1,234,567.89', 123_456_789n], ['１，２３４．５０', 123_450n], [' 100.00 ', 10_000n],
    ['¥100.00', 10_000n], ['￥1,000', 100_000n], ['100元', 10_000n], ['100.00 元整', 10_000n], ['人民币100元', 10_000n],
    ['RMB 8.88', 888n],
    ['10000000000', 1_000_000_000_000n], ['90071992547.40993', 'AMOUNT_FINER_THAN_FEN'],
    ['', 'AMOUNT_MISSING'], ['  \u3000', 'AMOUNT_MISSING'], ['¥', 'AMOUNT_MISSING'],
    ['0', 'AMOUNT_ZERO'], ['0.00', 'AMOUNT_ZERO'],
    ['-100', 'AMOUNT_NEGATIVE'], ['－100', 'AMOUNT_NEGATIVE'], ['−100.00', 'AMOUNT_NEGATIVE'],
    ['(100.00)', 'AMOUNT_NEGATIVE'], ['-¥100', 'AMOUNT_NEGATIVE'],
    ['100.001', 'AMOUNT_FINER_THAN_FEN'], ['38422322.23999998', 'AMOUNT_FINER_THAN_FEN'],
    ['0.30000000000000004', 'AMOUNT_FINER_THAN_FEN'],
    ['10000000000.01', 'AMOUNT_TOO_LARGE'], ['999999999999999999', 'AMOUNT_TOO_LARGE'], ['99999999999999999999', 'AMOUNT_TOO_LARGE'], ['9'.repeat(20) + '.5', 'AMOUNT_TOO_LARGE'],
    ['壹佰元整', 'AMOUNT_UNREADABLE'], ['5万', 'AMOUNT_UNREADABLE'], ['1e3', 'AMOUNT_UNREADABLE'],
    ['1.000,50', 'AMOUNT_UNREADABLE'],
    ['12,34.50', 'AMOUNT_UNREADABLE'], ['100.', 'AMOUNT_UNREADABLE'], ['.5', 'AMOUNT_UNREADABLE'],
    ['100 200', 10_020_000n],
    ['+100', 'AMOUNT_UNREADABLE'], ['0x10', 'AMOUNT_UNREADABLE'], ['NaN', 'AMOUNT_UNREADABLE'],
    ['#REF!', 'AMOUNT_UNREADABLE'],
    ['$100', 'AMOUNT_UNREADABLE'], ['1'.repeat(1_000), 'AMOUNT_UNREADABLE'],
  ] as const)
    it(`written ${JSON.stringify(text.slice(0, 30))} is ${fen}`, () => {
      expect(amount(text)).to.equal(fen)
    })

  it('in 万元 or in fen is exact too', () => {
    expect(amount('3.6', 'wan')).to.equal(3_600_000n)
    expect(amount('0.000001', 'wan')).to.equal(1n)
    expect(amount('0.0000001', 'wan')).to.equal('AMOUNT_FINER_THAN_FEN')
    expect(amount('50000', 'fen')).to.equal(50_000n)
    expect(amount('500.5', 'fen')).to.equal('AMOUNT_FINER_THAN_FEN')
  })
})

describe('a stated total', () => {
  for (const [text, stated, rounded] of [
    ['38422322.23999998', 3_842_232_224n, true], ['80516593.00000001', 8_051_659_300n, true],
    ['1,100.50元', 110_050n, false],
    ['100.004', 10_000n, true], ['100.005', 10_001n, true], ['0', 0n, false],
  ] as const)
    it(`of ${text} is rounded to ${stated} fen, and it is told whether that was needed`, () => {
      expect(readTotal(text, 'yuan')).to.deep.equal({ amount: stated, rounded })
    })

  it('is none without digits', () => {
    for (const text of ['', '—', ',', '壹佰']) expect(readTotal(text, 'yuan')).to.equal(undefined)
  })
})

describe('a date', () => {
  for (const [text, day] of [
    ['2020-01-29', '2020-01-29'], ['2020/1/29', '2020-01-29'], ['2020.1.29', '2020-01-29'],
    ['2020年1月29日', '2020-01-29'],
    ['20200129', '2020-01-29'], ['２０２０－０１－２９', '2020-01-29'], ['2020-01-29 14:03:22', '2020-01-29'],
    ['2020/1/29 9:05', '2020-01-29'],
    ['20200129140322', '2020-01-29'], ['2020-02-29', '2020-02-29'],
    ['2021-02-29', 'DATE_UNREADABLE'], ['2020-13-01', 'DATE_UNREADABLE'], ['2020-00-10', 'DATE_UNREADABLE'],
    ['1969-12-31', 'DATE_TOO_EARLY'], ['1989/12/31', 'DATE_TOO_EARLY'],
    ['', 'DATE_MISSING'], ['昨天', 'DATE_UNREADABLE'], ['43859', 'DATE_UNREADABLE'], ['20-01-29', 'DATE_UNREADABLE'],
    ['2020-01', 'DATE_UNREADABLE'],
    ['01/02/2020', 'DATE_AMBIGUOUS'], ['2020-01-29T10:00:00Z', 'DATE_UNREADABLE'],
  ] as const)
    it(`written ${JSON.stringify(text)} is ${day}`, () => {
      expect(date(text)).to.equal(day)
    })

  it('that ends in the year is read in the order the mapping states', () => {
    expect(date('01/02/2020', 'DMY')).to.equal('2020-02-01')
    expect(date('01/02/2020', 'MDY')).to.equal('2020-01-02')
    expect(date('29.1.2020 08:30', 'DMY')).to.equal('2020-01-29')
    expect(date('2020-01-29', 'MDY')).to.equal('2020-01-29')
  })
})

describe('a name or remark', () => {
  it('stays as it stands, without the blanks around it', () => {
    expect(readText('\ufeff 张 三\u3000')).to.deep.equal({ ok: '张 三' })
    expect(readText('a\r\nb\rc')).to.deep.equal({ ok: 'a\nb\nc' })
  })

  it('is refused when damaged or endless', () => {
    for (const [text, code] of [['刘\ufffd', 'TEXT_DAMAGED'], ['a\0b', 'TEXT_DAMAGED'], ['\ud83d', 'TEXT_DAMAGED'], ['x'.repeat(501), 'TEXT_TOO_LONG']] as const)
      expect(readText(text)).to.have.nested.property('fault.code', code)
  })
})
