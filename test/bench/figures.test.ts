import { expect } from 'chai'
import { isMet, medianOf, tableOf, type Figure } from '../../bench/figures.ts'

const RATE: Figure = { what: 'inflows recorded', figure: 9_000, unit: '/s', floor: 12_000, limit: 'signing' }

describe('The figures of the benchmark', () => {
  it('take the middle of an odd and of an even number of runs', () => {
    expect(medianOf([9, 1, 5])).to.equal(5)
    expect(medianOf([4, 1, 2, 9])).to.equal(3)
  })

  it('have no middle of no run', () => {
    expect(() => medianOf([])).to.throw(RangeError, 'the median of nothing')
  })

  const cases: [string, Figure['target'], boolean | undefined][] = [
    ['nothing promised', undefined, undefined],
    ['as much as promised', { least: 9_000 }, true],
    ['less than promised', { least: 9_001 }, false],
    ['more than allowed', { most: 8_999 }, false],
    ['the promised share of the floor', { leastRatio: 0.75 }, true],
    ['too small a share of the floor', { least: 1, leastRatio: 0.76 }, false],
  ]
  for (const [what, target, met] of cases)
    it(`are held to their promise: ${what}`, () => {
      expect(isMet({ ...RATE, ...(target && { target }) })).to.equal(met)
    })

  it('stand in a table that says what limits them', () => {
    const lines = tableOf([{ ...RATE, target: { least: 6_000, leastRatio: 0.8 } }]).split('\n')

    expect(lines[2]).to.equal('| inflows recorded | 9,000/s | 12,000/s | 0.75 | ≥ 6,000/s, ratio ≥ 0.8 | **no** | signing |')
  })
})
