import { expect } from 'chai'
import { INTERFACES } from '../../ledger/acts.ts'
import type { Hex } from '../../ledger/hex.ts'
import { codeOf, readRefusal, SENTENCES } from '../../ledger/refusals.ts'

describe('A refusal', () => {
  for (const contract of [INTERFACES.ledger, INTERFACES.bank, INTERFACES.audit, INTERFACES.people])
    contract.forEachError((error) => {
      if (/^(AccessManagedInvalidAuthority|AccessManagedRequiredDelay|SafeCast)/.test(error.name)) return
      it(`${error.name} has a sentence with its facts in both languages`, () => {
        const args = error.inputs.map((input) => (input.type === 'address' ? `0x${'ab'.repeat(20)}` : input.type === 'bytes32' ? `0x${'cd'.repeat(32)}` : input.type === 'uint8' ? 2 : 3))
        const refusal = readRefusal(contract.encodeErrorResult(error, args) as Hex)

        expect(SENTENCES).to.have.property(error.name)
        expect(refusal.code).to.equal(codeOf(error.name))
        expect(Object.keys(refusal.facts)).to.deep.equal(error.inputs.map((input) => input.name))
        expect(refusal.zh).to.match(/。$/u).and.not.match(/[\u4e00-\u9fff][,;:()]/).and.not.include('undefined')
        expect(refusal.en).to.match(/\.$|\)\.$/).and.not.include('undefined')
      })
    })

  it('names the fund, what is available and what was asked for', () => {
    const data = INTERFACES.ledger.encodeErrorResult('NotAvailable', [7, 12_050, 1_000_000]) as Hex

    expect(readRefusal(data)).to.deep.equal({
      code: 'NOT_AVAILABLE',
      facts: { fund: '7', available: '12050', requested: '1000000' },
      zh: '基金 7 可用 ¥120.50，不足 ¥10,000.00。',
      en: 'Fund 7 has ¥120.50 available, not ¥10,000.00.',
    })
  })

  it('says that no reason was given where none was', () => {
    expect(readRefusal('0x').code).to.equal('REVERTED')
    expect(readRefusal('0xdeadbeef').code).to.equal('REVERTED')
  })
})
