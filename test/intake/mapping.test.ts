import { expect } from 'chai'
import { readMapping } from '../../intake/columns.ts'

describe('a mapping', () => {
  it('names the headings of date and amount, and what else the list has', () => {
    const mapping = { date: '到账日', amount: '数额', donor: '户名', remark: '摘要', reference: '号', unit: 'fen', dateFormat: 'DMY', sheet: '一月' }

    expect(readMapping(mapping)).to.deep.equal(mapping)
  })

  for (const [what, input, sentence] of [
    ['no object', [], '映射文件应是 JSON 对象'],
    ['no date', { amount: '金额' }, '映射文件缺少 date'],
    ['no amount', { date: '日期' }, '映射文件缺少 amount'],
    ['an unknown name', { date: '日期', amount: '金额', phone: '电话' }, '映射文件里不认识“phone”'],
    ['a column number', { date: '日期', amount: 3 }, '映射文件的 amount 应是列名'],
    ['an unknown unit', { date: '日期', amount: '金额', unit: 'dollar' }, '映射文件的 unit 应是yuan、fen、wan'],
    ['an unknown order', { date: '日期', amount: '金额', dateFormat: 'YMD' }, 'dateFormat must be DMY, MDY'],
  ] as const)
    it(`is refused with ${what}`, () => {
      expect(() => readMapping(input)).to.throw(RangeError, sentence)
    })
})
