import { expect } from 'chai'
import { formatDay } from '../../ledger/day.ts'
import { daysOf } from '../../ledger/month.ts'

describe('A month', () => {
  for (const [month, from, through] of [
    ['2020-02', '2020-02-01', '2020-02-29'], ['2021-02', '2021-02-01', '2021-02-28'], ['2020-12', '2020-12-01', '2020-12-31'],
  ] as const)
    it(`${month} goes from ${from} through ${through}`, () => {
      const days = daysOf(month)

      expect([formatDay(days.from), formatDay(days.through)]).to.deep.equal([from, through])
    })

  for (const text of ['2020-13', '2020-2', '2020', '', '9999-12', '1969-12'])
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(() => daysOf(text)).to.throw(RangeError)
    })
})
