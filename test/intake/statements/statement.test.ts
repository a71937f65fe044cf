import * as XLSX from '@e965/xlsx'
import { expect } from 'chai'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { deflateRawSync } from 'node:zlib'
import { MAX_FILE_BYTES } from '../../../intake/table.ts'
import { readStatement, type Statement } from '../../../intake/statements/statement.ts'
import { boc, day, example, readLines } from './files.ts'

const identities = ({ lines }: Statement) => lines.map(({ source, ordinal }) => JSON.stringify([source, ordinal]))
const MAPPING = { date: '日期', time: '时间', amount: '金额', balance: '余额' }

/** The BOC example as a spreadsheet keeps it: days, times and amounts as numbers. */
function asWorkbook(bookType: 'xlsx' | 'biff8'): Uint8Array {
  const number = (text: string) => Number(text.replaceAll(',', ''))
  const texts = Buffer.from(example('boc-records.csv')).toString('utf8').split('\n').map((line) =>
    [...line.matchAll(/"([^"]*)"|([^,]+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''))
  const rows = texts.map((cells, index) => index < 2 ? cells : cells.map((cell, column) =>
    column === 0 ? { t: 'n', v: day(cell) + 25_569, z: 'yyyy/m/d' } : column === 3 || column === 4 ? { t: 'n', v: number(cell) } : cell))
  const book = XLSX.utils.book_new()
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows), '流水')
  return new Uint8Array(XLSX.write(book, { type: 'array', bookType }) as ArrayBuffer)
}

describe('a statement', () => {
  const text = Buffer.from(example('boc-records.csv')).toString('utf8')

  for (const [what, bytes] of [
    ['GB18030', iconv.encode(text, 'gb18030')], ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16', iconv.encode(text, 'utf16le', { addBOM: true })], ['Windows line ends', Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['.xlsx', asWorkbook('xlsx')], ['.xls', asWorkbook('biff8')],
  ] as const)
    it(`in ${what} is the same, line by line, and is told by what is in it, whatever it is called`, () => {
      const statement = readStatement(bytes, { name: 'alipay.pdf' })

      expect(statement.format).to.equal('boc')
      expect(statement.problems).to.deep.equal([])
      expect(identities(statement)).to.deep.equal(identities(boc()))
    })

  it('of an unknown form is refused, and a mapping is asked for', () => {
    expect(() => readLines(['日期,金额', '2024-01-02,5.00']))
      .to.throw(RangeError, 'bank.csv：前 60 行里找不到流水的表头：微信支付、支付宝、工商银行、中国银行、农业银行。其他银行的流水请用映射文件')
  })

  it('without a line is refused; with none that can be read too, and the first reason is told', () => {
    const header = '日期,时间,金额,余额'

    expect(() => readLines([header], { mapping: MAPPING })).to.throw(RangeError, 'bank.csv：表头下面没有交易')
    expect(() => readLines([header, '2024-13-01,,1.00,'], { mapping: MAPPING })).to.throw(RangeError, 'bank.csv 第 2 行 A 列（日期）：“2024-13-01”日历上没有这一天')
  })

  it('larger than 64 MiB is refused', () => {
    expect(() => readStatement(new Uint8Array(MAX_FILE_BYTES + 1), { name: 'bank.csv' })).to.throw(RangeError, 'bank.csv：文件超过 64 MiB')
  })

  it('that unpacks to gigabytes is refused before it is unpacked', () => {
    const packed = deflateRawSync(Buffer.alloc(1024))
    const name = Buffer.from('xl/sharedStrings.xml')
    const member = Buffer.alloc(30)
    member.write('PK\x03\x04', 'latin1')
    member.writeUInt16LE(8, 8)
    member.writeUInt32LE(packed.length, 18)
    member.writeUInt32LE(0x7fff_ffff, 22)
    member.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02', 'latin1')
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(0x7fff_ffff, 24)
    entry.writeUInt16LE(name.length, 28)
    const end = Buffer.alloc(22)
    end.write('PK\x05\x06', 'latin1')
    end.writeUInt16LE(1, 8)
    end.writeUInt16LE(1, 10)
    end.writeUInt32LE(46 + name.length, 12)
    end.writeUInt32LE(30 + name.length + packed.length, 16)

    expect(() => readStatement(Buffer.concat([member, name, packed, entry, name, end]), { name: 'bank.xlsx' }))
      .to.throw(RangeError, 'bank.xlsx：解压后超过 200 MiB')
  })

  it('has a quotation mark that is never closed named by its line', () => {
    expect(() => readLines(['日期,金额', '2024-01-02,"5.00'], { mapping: { date: '日期', amount: '金额' } }))
      .to.throw(RangeError, 'bank.csv 第 2 行：引号不成对')
  })

  it('has times in five digits where a spreadsheet ate the first', () => {
    const { lines } = readLines(['日期,时间,金额,余额', '20240102,92324,1.00,', '20240102,112324,1.00,'], { mapping: MAPPING })

    expect(lines.map(({ time }) => time)).to.deep.equal(['09:23:24', '11:23:24'])
  })
})

describe('the lines of a statement', () => {
  it('come in the order in which they happened, whichever way the file runs', () => {
    const seen = { forward: 0, backward: 0, sameMoment: 0, oneDay: 0 }
    const movement = fc.record({
      date: fc.integer({ min: 1, max: 3 }), second: fc.integer({ min: 0, max: 3 }), fen: fc.integer({ min: -500, max: 500 }).filter((fen) => fen !== 0),
    })
    fc.assert(fc.property(fc.array(movement, { minLength: 2, maxLength: 12 }), fc.boolean(), fc.boolean(), (movements, isNewestFirst, isTimed) => {
      const happened = [...movements].sort((a, b) => a.date - b.date || a.second - b.second)
      let balance = 100_000
      const texts = happened.map(({ date, second, fen }) => {
        balance += fen
        return `2024-01-0${date},${isTimed ? `10:00:0${second}` : ''},${(fen / 100).toFixed(2)},${(balance / 100).toFixed(2)}`
      })
      const statement = readLines(['日期,时间,金额,余额', ...(isNewestFirst ? texts.reverse() : texts)], { mapping: MAPPING })

      expect(statement.problems).to.deep.equal([])
      expect(statement.opening).to.equal(100_000n)
      expect(statement.closing).to.equal(BigInt(balance))
      expect((statement.opening ?? 0n) + statement.credits - statement.debits).to.equal(statement.closing)
      seen[isNewestFirst ? 'backward' : 'forward']++
      if (new Set(happened.map(({ date, second }) => date * 10 + second)).size < happened.length) seen.sameMoment++
      if (new Set(happened.map(({ date }) => date)).size === 1) seen.oneDay++
    }), { seed: 20240901, numRuns: 500 })

    for (const [what, times] of Object.entries(seen)) expect(times, what).to.be.greaterThan(10)
  })

  it('with one amount or one balance changed never add up', () => {
    const texts = [[1, 500, 1_500], [1, -200, 1_300], [2, 700, 2_000], [3, -1_000, 1_000], [4, 50, 1_050]] as const
    const read = (changed: number, column: 1 | 2, by: number) => readLines(['期初余额：10.00', '日期,金额,余额', ...texts.map((line, index) => {
      const [date, fen, balance] = line.map((value, at) => (index === changed && at === column ? value + by : value)) as [number, number, number]
      return `2024-01-0${date},${(fen / 100).toFixed(2)},${(balance / 100).toFixed(2)}`
    }), '期末余额：10.50'], { mapping: { date: '日期', amount: '金额', balance: '余额' } }).problems

    expect(read(-1, 1, 0)).to.deep.equal([])
    for (const changed of texts.keys())
      for (const column of [1, 2] as const)
        for (const by of [-1, 1, 100]) {
          const problems = read(changed, column, by)
          expect(problems.map(({ code }) => code), `${changed} ${column} ${by}`).to.include('BALANCE_DIFFERS')
        }
  })
})
