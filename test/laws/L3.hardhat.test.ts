import { expect } from 'chai'
import { checkVisits, stories, visit, type Entry } from './world.ts'

type Counts = { batches: bigint; inflows: bigint; outflows: bigint; pieces: bigint }

/** Counts an event's entries, each of which must bear the next number. */
function countNext(funds: Map<bigint, Counts>, { name, args }: Entry): string | undefined {
  const { fund = 0n, batch, firstNumber, outflow, piece } = args as Record<string, bigint>
  const counts = funds.get(fund) ?? { batches: 0n, inflows: 0n, outflows: 0n, pieces: 0n }
  funds.set(fund, counts)
  switch (name) {
    case 'InflowsRecorded':
      expect(batch).to.equal(++counts.batches)
      expect(firstNumber).to.equal(counts.inflows + 1n)
      counts.inflows += BigInt((args.inflows as unknown as unknown[]).length)
      return 'inflows'
    case 'PaymentProposed':
    case 'InflowVoided':
      expect(outflow).to.equal(++counts.outflows)
      return name === 'InflowVoided' ? 'a void among the outflows' : 'outflow'
    case 'PieceTaken':
      expect(piece).to.equal(++counts.pieces)
      return 'piece'
    default:
      return undefined
  }
}

describe('L3: entries are numbered 1, 2, 3 … without a gap', () => {
  it('holds per fund and kind after every block of every book', async function () {
    this.timeout(180_000)
    const visits = new Map<string, number>()

    for (const { blocks } of await stories()) {
      const funds = new Map<bigint, Counts>()
      for (const { events, standings, refusal } of blocks) {
        for (const event of events) visit(visits, countNext(funds, event) ?? 'no number')
        if (refusal) visit(visits, 'a refused act')

        for (const [index, { batches, inflows, outflows, pieces }] of standings.entries()) {
          const counted = funds.get(BigInt(index + 1)) ?? { batches: 0n, inflows: 0n, outflows: 0n, pieces: 0n }
          expect({ batches, inflows, outflows, pieces }).to.deep.equal(counted)
        }
      }
    }

    checkVisits(visits, ['inflows', 'outflow', 'a void among the outflows', 'piece', 'a refused act'])
  })
})
