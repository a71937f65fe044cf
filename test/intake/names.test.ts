import { expect } from 'chai'
import fc from 'fast-check'
import { clearlyDiffer } from '../../intake/names.ts'

describe('Names of a bank and of a paper', () => {
  const SAME = [
    ['沈明', '沈明'], ['沈 明', '沈明'], ['沈*', '沈明'], ['*明', '沈明'], ['ＡＢＣ公司', 'abc公司'], ['欧阳明月等', '欧阳明月'], ['沈明先生', '沈明'],
    ['某某医疗器械有限公司', '上海某某医疗器械有限公司'], ['沈明、王芳', '王芳'], ['财付通支付科技有限公司', '沈明'], ['众人', '沈明'], ['', '沈明'],
  ] as const
  for (const [one, other] of SAME)
    it(`may be one: ${one} and ${other}`, () => {
      expect([clearlyDiffer(one, other), clearlyDiffer(other, one)]).to.deep.equal([false, false])
    })

  for (const [one, other] of [['沈明', '陈静'], ['沈明', '沈明华'], ['陈*', '沈明'], ['某某商店', '某某医疗器械有限公司'], ['沈明、王芳', '陈静']] as const)
    it(`are two: ${one} and ${other}`, () => {
      expect([clearlyDiffer(one, other), clearlyDiffer(other, one)]).to.deep.equal([true, true])
    })

  it('differ both ways or not at all, and never from themselves, whatever a bank prints', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      expect(clearlyDiffer(one, other)).to.equal(clearlyDiffer(other, one))
      expect(clearlyDiffer(one, one)).to.equal(false)
    }))
  })
})
