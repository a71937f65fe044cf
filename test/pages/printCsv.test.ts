import { expect } from 'chai'
import { csvOf } from '../../api/pages/browser/desk/printCsv.ts'

describe('csvOf', () => {
  it('begins with the mark that Excel looks for, and quotes every field', () => {
    expect(csvOf([['日期', 'a "b", c'], ['', '1']])).to.equal('\uFEFF"日期","a ""b"", c"\r\n"","1"\r\n')
  })

  for (const formula of ['=1+1', '+1', '-1+1', '-A1', '@SUM(A1)', '\t=1', '\r=1'])
    it(`lets no spreadsheet run ${JSON.stringify(formula)}`, () => {
      expect(csvOf([[formula]])).to.equal(`\uFEFF"'${formula}"\r\n`)
    })

  it('leaves an amount that is less than nothing a number, so that a column adds up', () => {
    expect(csvOf([['-88.88', '-1']])).to.equal('\uFEFF"-88.88","-1"\r\n')
  })
})
