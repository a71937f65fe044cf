import { expect } from 'chai'
import { Day, dayAt, formatDay, parseDay } from '../../ledger/day.ts'

describe('An accounting date', () => {
  it('is counted in days since 1970-01-01', () => {
    expect(parseDay('1970-01-01')).to.equal(0)
    expect(parseDay('2020-01-29')).to.equal(18_290)
    expect(formatDay(Day(18_290))).to.equal('2020-01-29')
  })

  for (const text of ['2020-02-30', '2021-02-29', '2020-1-29', '29.01.2020', '', '2020-01-29 ', '10000-01-01'])
    it(`is refused as ${JSON.stringify(text)}, which the calendar does not have`, () => {
      expect(() => parseDay(text)).to.throw(RangeError, 'not a date')
    })

  it('begins at midnight in China, which is 16:00 UTC', () => {
    const midnight = Date.parse('2020-01-28T16:00:00Z') / 1000

    expect(formatDay(dayAt(midnight - 1))).to.equal('2020-01-28')
    expect(formatDay(dayAt(midnight))).to.equal('2020-01-29')
  })
})
