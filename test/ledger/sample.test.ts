import { expect } from 'chai'
import { solidityPackedKeccak256 } from 'ethers'
import { drawSample } from '../../ledger/sample.ts'

const HASH = `0x${'ab'.repeat(32)}` as const
const entries = Array.from({ length: 50 }, (_, at) => ({ kind: 'outflow' as const, fund: 1 + (at % 3), number: 1 + at }))

describe('A sample drawn by a block’s hash', () => {
  it('is what Solidity’s encodePacked and a sort give', () => {
    const ticket = ({ fund, number }: (typeof entries)[number]) =>
      solidityPackedKeccak256(['bytes32', 'uint8', 'uint32', 'uint32'], [HASH, 2, fund, number])
    const expected = entries.map((entry) => ({ ...entry, ticket: ticket(entry) })).sort((a, b) => (a.ticket < b.ticket ? -1 : 1)).slice(0, 7)

    expect(drawSample(HASH, entries, 7)).to.deep.equal(expected)
  })

  it('draws nothing twice, and all there is when less is there', () => {
    const drawn = drawSample(HASH, entries, 80)

    expect(new Set(drawn.map(({ number }) => number)).size).to.equal(50)
    expect(drawn).to.have.length(50)
  })

  it('does not care in which order entries are handed in, and moves none when another comes', () => {
    const numbers = (list: typeof entries) => drawSample(HASH, list, 5).map(({ number }) => number)
    const more = drawSample(HASH, [...entries, { kind: 'outflow' as const, fund: 1, number: 99 }], 51).map(({ number }) => number)

    expect(numbers(entries.toReversed())).to.deep.equal(numbers(entries))
    expect(more.filter((number) => number !== 99).slice(0, 5)).to.deep.equal(numbers(entries))
  })

  it('draws others by another block, and of another kind', () => {
    const one = drawSample(HASH, entries, 10).map(({ number }) => number)
    const other = drawSample(`0x${'ac'.repeat(32)}`, entries, 10).map(({ number }) => number)
    const inflows = drawSample(HASH, entries.map((entry) => ({ ...entry, kind: 'inflow' as const })), 10).map(({ number }) => number)

    expect(other).to.not.deep.equal(one)
    expect(inflows).to.not.deep.equal(one)
  })
})
