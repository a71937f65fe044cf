import { expect } from 'chai'
import * as XLSX from '@e965/xlsx'
import iconv from 'iconv-lite'
import { MAX_FILE_BYTES, readTable } from '../../intake/table.ts'

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
