import { expect } from 'chai'
import * as XLSX from '@e965/xlsx'
import { deflateRawSync } from 'node:zlib'
import iconv from 'iconv-lite'
import { MAX_FILE_BYTES, readTable } from '../../intake/table.ts'
import { MAX_WORKBOOK_BYTES } from '../../intake/workbook.ts'

const LIST = '日期,捐赠人,金额\n2020-01-29,刘**,100.00\n'
const rowsOf = (bytes: Uint8Array, file = 'list.csv') => readTable(bytes, file).sheets.map(({ rows }) => rows.map(({ cells }) => cells))
const utf8 = (text: string) => new TextEncoder().encode(text)

function workbook(cells: unknown[][], bookType: 'xlsx' | 'xls' = 'xlsx'): Uint8Array {
  const book = XLSX.utils.book_new()
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(cells), '名单')
  return new Uint8Array(XLSX.write(book, { type: 'array', bookType: bookType === 'xls' ? 'biff8' : 'xlsx' }) as ArrayBuffer)
}

describe('a list of texts', () => {
  for (const [what, bytes, encoding] of [
    ['UTF-8', utf8(LIST), 'utf-8'],
    ['UTF-8 with a byte order mark', utf8(`\ufeff${LIST}`), 'utf-8'],
    ['GB18030', iconv.encode(LIST, 'gb18030'), 'gb18030'],
    ['UTF-16 with tabs, as spreadsheets export "Unicode text"', iconv.encode(LIST.replaceAll(',', '\t'), 'utf16le', { addBOM: true }), 'utf-16le'],
    ['semicolons', utf8(LIST.replaceAll(',', ';')), 'utf-8'],
    ['tabs', utf8(LIST.replaceAll(',', '\t')), 'utf-8'],
    ['Windows line ends', utf8(LIST.replaceAll('\n', '\r\n')), 'utf-8'],
    ['line ends of both kinds', utf8(LIST.replace('\n', '\r\n')), 'utf-8'],
    ['old line ends', utf8(LIST.replaceAll('\n', '\r')), 'utf-8'],
  ] as const)
    it(`is read in ${what}`, () => {
      const table = readTable(bytes, 'list.csv')

      expect(table.encoding).to.equal(encoding)
      expect(table.sheets[0]?.rows).to.deep.equal([
        { number: 1, cells: ['日期', '捐赠人', '金额'] },
        { number: 2, cells: ['2020-01-29', '刘**', '100.00'] },
      ])
    })

  it('is told from GBK by strict reading: 联通, which fools other programs, is read right', () => {
    expect(rowsOf(iconv.encode('联通', 'gbk'))).to.deep.equal([[['联通']]])
  })

  it('reads four-byte characters of GB18030, as rare names need them', () => {
    expect(rowsOf(iconv.encode('捐赠人,𠮷野㐱', 'gb18030'))).to.deep.equal([[['捐赠人', '𠮷野㐱']]])
  })

  it('numbers rows by the line where they begin, over quoted line ends and empty lines', () => {
    const table = readTable(utf8('a,b\n\n"x\r\ny",1\nz,2\n'), 'list.csv')

    expect(table.sheets[0]?.rows).to.deep.equal([
      { number: 1, cells: ['a', 'b'] },
      { number: 2, cells: [''] },
      { number: 3, cells: ['x\r\ny', '1'] },
      { number: 5, cells: ['z', '2'] },
    ])
  })

  it('is read as text though its name says .xls, as banks name their exports', () => {
    expect(rowsOf(iconv.encode('日期\t金额\n', 'gbk'), 'export.xls')).to.deep.equal([[['日期', '金额']]])
  })

  it('reads quotation marks as wallets write them, bare in a cell and with a tab behind, when it is told to', () => {
    const bytes = utf8('a,b,c\n打开"多多视频","398"\t,"x ""y"" z"\n"p,q",,\n')

    expect(readTable(bytes, 'bill.csv', 'loose').sheets[0]?.rows.map(({ cells }) => cells))
      .to.deep.equal([['a', 'b', 'c'], ['打开"多多视频"', '398', 'x "y" z'], ['p,q', '', '']])
    expect(readTable(utf8('a\tb\tc\n1\t\t\n'), 'bill.csv', 'loose').sheets[0]?.rows[1]?.cells).to.deep.equal(['1', '', ''])
    expect(() => readTable(utf8('a,b\n"x,1\ny,2\n'), 'bill.csv', 'loose')).to.throw(RangeError, 'bill.csv 第 2 行：引号不成对')
  })

  for (const [what, bytes, sentence] of [
    ['a quotation mark that is never closed', utf8('a,b\n"x,1\ny,2\n'), 'list.csv 第 2 行：引号不成对'],
    ['a quotation mark inside a cell', utf8('a,b\nx,1\nx"y,1\n'), 'list.csv 第 3 行：引号不成对'],
    ['bytes of no encoding', Uint8Array.of(0x61, 0xff, 0x2c), 'list.csv：既不是表格文件，也不是 UTF-8 或 GB18030 文本'],
    ['zero bytes', Uint8Array.of(0x61, 0x00, 0x2c), 'neither a spreadsheet nor text'],
    ['a web page', utf8('<html><table><tr><td>日期</td></tr></table>'), 'list.csv：这是网页'],
    ['a broken spreadsheet', workbook([['日期']]).subarray(0, 700), 'list.csv：表格文件已损坏'],
    ['too many bytes', new Uint8Array(MAX_FILE_BYTES + 1), 'the file is larger than 64 MiB'],
  ] as const)
    it(`is refused with ${what}`, () => {
      expect(() => readTable(bytes, 'list.csv')).to.throw(RangeError, sentence)
    })

  it('may be empty', () => {
    expect(readTable(new Uint8Array(), 'list.csv').sheets[0]?.rows).to.deep.equal([])
  })
})

describe('a spreadsheet', () => {
  for (const bookType of ['xlsx', 'xls'] as const)
    it(`as .${bookType} gives numbers as stored, dates in ISO 8601 and texts as they are`, () => {
      const bytes = workbook([
        ['日期', '捐赠人', '金额', '备注'],
        [{ t: 'n', v: 43859, z: 'm/d/yy' }, '刘**', { t: 'n', v: 1234.5, z: '#,##0.00' }, ' 0012 '],
        [],
        [{ t: 'n', v: 43859.5, z: 'yyyy-mm-dd hh:mm' }, '𠮷', { t: 'n', v: 38422322.23999998, z: '0.00' }, true],
      ], bookType)

      const table = readTable(bytes, `list.${bookType}`)

      expect(table.encoding).to.equal(bookType)
      expect(table.sheets[0]?.name).to.equal('名单')
      expect(table.sheets[0]?.rows.map(({ number, cells }) => [number, ...cells])).to.deep.equal([
        [1, '日期', '捐赠人', '金额', '备注'],
        [2, '2020-01-29', '刘**', '1234.5', ' 0012 '],
        [3],
        [4, '2020-01-29 12:00:00', '𠮷', '38422322.23999998', 'true'],
      ])
    })

  it('counts days from 1904 when it says so', () => {
    const book = XLSX.utils.book_new()
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([[{ t: 'n', v: 42397, z: 'm/d/yy' }]]), '名单')
    book.Workbook = { WBProps: { date1904: true } }

    expect(rowsOf(new Uint8Array(XLSX.write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer)))
      .to.deep.equal([[['2020-01-29']]])
  })
})

/** What a member of a zip says of itself. `said` is its length as the directory states it, `own` as its own header does. */
type Member = { name: string; text: Uint8Array; said?: number; own?: number; follows?: boolean; zip64?: number }

function zip(members: readonly Member[]): Uint8Array {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text, said = text.length, own = said, follows = false, zip64 } of members) {
    const packed = deflateRawSync(text)
    const extra = Buffer.alloc(zip64 === undefined ? 0 : 20)
    if (zip64 !== undefined) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(16, 2)
      extra.writeBigUInt64LE(BigInt(zip64), 4)
      extra.writeBigUInt64LE(BigInt(packed.length), 12)
    }
    const head = (own: number) => {
      const fields = Buffer.alloc(26)
      fields.writeUInt16LE(20, 0)
      fields.writeUInt16LE(follows ? 8 : 0, 2)
      fields.writeUInt16LE(8, 4)
      fields.writeUInt32LE(packed.length, 14)
      fields.writeUInt32LE(own, 18)
      fields.writeUInt16LE(name.length, 22)
      fields.writeUInt16LE(extra.length, 24)
      return fields
    }
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), head(follows ? 0 : own), Buffer.from(name), extra, packed])
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), head(said), place, Buffer.from(name), extra]))
    bodies.push(body)
    offset += body.length
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  return new Uint8Array(Buffer.concat([...bodies, ...directory, end]))
}

describe('a spreadsheet that unpacks to more than a list can be', () => {
  const MIB = 1024 * 1024
  const huge = new Uint8Array(201 * MIB).fill(0x20)
  const types = utf8('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
  const sentence = 'list.xlsx：解压后超过 200 MiB，请分成几个，或另存为 .csv'

  it('is refused before it is unpacked', () => {
    const bytes = zip([{ name: '[Content_Types].xml', text: types }, { name: 'xl/sharedStrings.xml', text: huge }])

    expect(bytes.length).to.be.lessThan(MIB)
    expect(() => readTable(bytes, 'list.xlsx')).to.throw(RangeError, sentence)
  })

  it('is refused when many members do it together', () => {
    const text = huge.subarray(0, 21 * MIB)
    const members = Array.from({ length: 10 }, (_, i) => ({ name: `xl/media/${i}.xml`, text }))

    expect(() => readTable(zip(members), 'list.xlsx')).to.throw(RangeError, sentence)
  })

  for (const [what, lie] of [
    ['the directory says less', { said: 10 }],
    ['the member\'s own header says more', { said: 10, own: 201 * MIB }],
    ['the lengths are to follow', { said: 10, follows: true }],
    ['the directory says nothing', { said: 0 }],
    ['64-bit lengths say more', { said: 10, zip64: 201 * MIB }],
  ] as const)
    it(`is given no more room than was looked at when ${what}`, () => {
      const bytes = zip([{ name: 'xl/sharedStrings.xml', text: huge, ...lie }, { name: '[Content_Types].xml', text: types }])
      const before = process.memoryUsage().arrayBuffers

      expect(() => readTable(bytes, 'list.xlsx')).to.throw(RangeError, 'list.xlsx：表格文件已损坏')

      expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(100 * MIB)
    })

  it('is refused above 50 MiB as it lies there', () => {
    const bytes = new Uint8Array(MAX_WORKBOOK_BYTES + 1)
    bytes.set(utf8('PK\x03\x04'))

    expect(() => readTable(bytes, 'list.xlsx')).to.throw(RangeError, 'list.xlsx：表格文件超过 50 MiB')
  })

  it('is refused with a row of thousands of columns', () => {
    const wide = workbook([['日期'], Object.assign([], { 9_000: '1' })])

    expect(() => readTable(wide, 'list.xlsx')).to.throw(RangeError, 'list.xlsx 第 2 行：超过 500 列，不是名单')
  })

  it('is read when its lengths follow, as programs write that do not know them beforehand', () => {
    const files = XLSX.CFB.read(Buffer.from(workbook([['日期', '金额'], ['2020-01-29', '1']])), { type: 'buffer' })
    const members = files.FullPaths.flatMap((path: string, i: number) => {
      const { content, type } = files.FileIndex[i] ?? {}
      return type === 2 && content ? [{ name: path.replace(/^Root Entry\//, ''), text: Uint8Array.from(content as number[]), follows: true }] : []
    })

    expect(rowsOf(zip(members), 'list.xlsx')).to.deep.equal([[['日期', '金额'], ['2020-01-29', '1']]])
  })
})
