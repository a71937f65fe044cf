import { expect } from 'chai'
import type { BaseContract, EventLog } from 'ethers'
import { everyEntry } from './registers.ts'
import { loadFixture } from '../contracts/fixture.ts'
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

/** The numbers that events bear, by what they are counted in; one for each item of a list. */
async function numbersOf(
  contract: BaseContract,
  event: string,
  told: (args: Record<string, bigint>) => [of: string, first: bigint | undefined, items?: unknown],
): Promise<Record<string, bigint[]>> {
  const numbers: Record<string, bigint[]> = {}
  for (const { args } of (await contract.queryFilter(event)) as EventLog[]) {
    const [of, first = 0n, items = [undefined]] = told(args.toObject() as Record<string, bigint>)
    const list = Array.from(items as unknown[], (_, index) => first + BigInt(index))
    numbers[of] = [...(numbers[of] ?? []), ...list]
  }
  return numbers
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

  it('holds for periods, accounts, their statements, lines and matches, opinions, findings and complaints', async () => {
    const { ledger, bank, audit } = await loadFixture(everyEntry)

    expect(await numbersOf(ledger, 'PeriodClosed', ({ fund, period }) => [`fund ${fund}`, period])).to.deep.equal({
      'fund 1': [1n, 2n], 'fund 2': [1n],
    })
    expect(await numbersOf(bank, 'AccountOpened', ({ account }) => ['accounts', account])).to.deep.equal({ accounts: [1n, 2n] })
    expect(await numbersOf(bank, 'LinesRecorded', ({ account, statement }) => [`account ${account}`, statement]))
      .to.deep.equal({ 'account 1': [1n, 2n, 3n], 'account 2': [1n] })
    expect(await numbersOf(bank, 'LinesRecorded', ({ account, firstLine, lines }) => [`account ${account}`, firstLine, lines]))
      .to.deep.equal({ 'account 1': [1n, 2n, 3n], 'account 2': [1n, 2n, 3n] })
    expect(await numbersOf(bank, 'LinesMatched', ({ account, firstMatch, matches }) => [`account ${account}`, firstMatch, matches]))
      .to.deep.equal({ 'account 1': [1n, 2n, 3n], 'account 2': [1n] })
    for (const [event, numbers] of [['OpinionGiven', [1n, 2n]], ['FindingRaised', [1n, 2n]], ['ComplaintFiled', [1n, 2n, 3n]]] as const)
      expect(await numbersOf(audit, event, ({ number }) => [event, number])).to.deep.equal({ [event]: numbers })
  })
})
