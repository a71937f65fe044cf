import { expect } from 'chai'
import { checkVisits, stories, visit, type Entry } from './world.ts'

type Kinds = Map<string, { kind: bigint; amount: bigint }>
type Sums = { received: bigint; cut: bigint; spent: bigint; held: bigint }

/** Adds what one event says to the sums of its fund. `kinds` remembers what each outflow is. */
function add(sums: Map<bigint, Sums>, kinds: Kinds, { name, args }: Entry): string {
  const { fund, outflow, amount = 0n, released = 0n } = args as Record<string, bigint>
  const of = sums.get(fund ?? 0n) ?? { received: 0n, cut: 0n, spent: 0n, held: 0n }
  sums.set(fund ?? 0n, of)
  const proposed = kinds.get(`${fund}:${outflow}`)
  switch (name) {
    case 'InflowsRecorded':
      for (const inflow of args.inflows as unknown as { amount: bigint }[]) of.received += inflow.amount
      return 'inflow'
    case 'PaymentProposed':
      kinds.set(`${fund}:${outflow}`, { kind: args.kind as bigint, amount })
      return 'proposal'
    case 'PaymentApproved':
      of.held += proposed?.amount ?? 0n
      return 'approval'
    case 'PaymentCancelled':
      of.held -= released
      return released > 0n ? 'release' : 'cancellation'
    case 'InflowVoided':
      of.cut += amount
      return 'void'
    case 'PaymentExecuted':
      of.held -= amount + released
      if (proposed?.kind === 2n) of.cut += amount
      else of.spent += amount
      return `execution of kind ${proposed?.kind}`
    case 'OriginRecorded':
      return args.originFund === fund ? name : `${name} in another fund, kind ${kinds.get(`${args.originFund}:${args.originOutflow}`)?.kind}`
    case 'FundClosed':
      return fund === 3n ? 'FundClosed with a reserve' : name
    default:
      return name
  }
}

describe('L1: what was received is cut, paid, moved on, or still there', () => {
  it('holds for every fund after every block of every book', async function () {
    this.timeout(180_000)
    const visits = new Map<string, number>()

    for (const { blocks } of await stories()) {
      const sums = new Map<bigint, Sums>()
      const kinds: Kinds = new Map()
      for (const { events, standings } of blocks) {
        for (const event of events) visit(visits, add(sums, kinds, event))

        for (const [index, { received, cursor, uncrossed, held, available }] of standings.entries()) {
          const sum = sums.get(BigInt(index + 1)) ?? { received: 0n, cut: 0n, spent: 0n, held: 0n }
          const unspent = received - cursor - uncrossed
          expect(received).to.equal(sum.received)
          expect(received - sum.cut).to.equal(sum.spent + unspent)
          expect(held).to.equal(sum.held)
          expect(held <= unspent, 'more is held than there is').to.equal(true)
          const reserve = index === 2 ? 10n : 0n
          expect(available).to.equal(unspent > held + reserve ? unspent - held - reserve : 0n)
        }
      }
    }

    checkVisits(visits, [
      'inflow', 'void', 'release', 'CutsSkipped', 'FundClosed', 'FundClosed with a reserve', 'OriginRecorded',
      'OriginRecorded in another fund, kind 1',
      'execution of kind 1', 'execution of kind 2', 'execution of kind 3',
    ])
  })
})
