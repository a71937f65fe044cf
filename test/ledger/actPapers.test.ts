import { expect } from 'chai'
import { encodeAct, type Act } from '../../ledger/acts.ts'
import { papersOfCall } from '../../ledger/actPapers.ts'
import type { Hex } from '../../ledger/hex.ts'

const [PAPER, OTHER, REF]: Hex[] = ['11', '22', '33'].map((byte): Hex => `0x${byte.repeat(32)}`)

describe('papersOfCall', () => {
  const read = ({ contract, ...act }: Act) => papersOfCall(contract, encodeAct({ contract, ...act }))

  it('tells the papers of an entry, their kinds and its amount', () => {
    expect(read({ contract: 'ledger', name: 'proposePayment', args: [1, 100n, REF, PAPER] })).to.deep.equal({ name: 'proposePayment', papers: [PAPER], kinds: ['payment'], amount: 100n })
    expect(read({ contract: 'ledger', name: 'openFund', args: [[1, true, 0n, 1n, PAPER]] })).to.deep.equal({ name: 'openFund', papers: [PAPER], kinds: ['fund'] })
  })

  it('tells nothing of the paper that an approval agrees to, which is another entry’s', () => {
    expect(read({ contract: 'ledger', name: 'approvePayment', args: [1, 2, 100n, OTHER, PAPER] })).to.deep.include({ papers: [PAPER], kinds: ['approval'] })
  })

  it('tells no paper of what has none of its own: appointments, and the papers that the law closed', () => {
    expect(read({ contract: 'charter', name: 'revokeRole', args: [2, `0x${'11'.repeat(20)}`] })).to.deep.include({ papers: [], kinds: [] })
    expect(read({ contract: 'audit', name: 'recordErasures', args: [1, [PAPER, OTHER]] })).to.deep.include({ papers: [], kinds: [] })
  })

  it('refuses what writes nothing, and another contract’s function', () => {
    expect(() => papersOfCall('charter', encodeAct({ contract: 'charter', name: 'multicall', args: [[]] }))).to.throw(RangeError)
    expect(() => papersOfCall('bank', encodeAct({ contract: 'ledger', name: 'proposePayment', args: [1, 100n, REF, PAPER] }))).to.throw(RangeError)
  })
})
