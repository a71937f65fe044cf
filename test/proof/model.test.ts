import { expect } from 'chai'
import fc from 'fast-check'
import type { Anchor } from '../../ledger/anchor.ts'
import { lastPlaces, type Part, type TraceFacts } from '../../proof/check/facts.ts'
import { joinTraces } from '../../proof/check/join.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import type { SealedBlock } from '../../proof/prove/seals.ts'
import type { Prover } from '../../proof/prove/trace.ts'
import { loadFixture, openFunds } from '../contracts/fixture.ts'
import { proverOf, sealHead } from './book.ts'
import { openModel, type OneFen } from './model.ts'

const acts = [
  'record',
  'pay',
  'pay',
  'transfer',
  'refund',
  'execute',
  'execute',
  'execute',
  'void',
  'giveBack',
  'giveBack',
  'skip',
] as const
const act = fc.record({
  act: fc.constantFrom(...acts),
  fund: fc.constantFrom(1, 1, 1, 2),
  pick: fc.nat(1000),
  amount: fc.integer({ min: 1, max: 12 }),
  amounts: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
})
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never

describe('The trace of a random book', () => {
  const done: Record<string, number> = {}

  it('is, fen by fen, what a list of single fen says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 40, maxLength: 60, size: 'max' }), async (steps) => {
        const book = await loadFixture(openFunds)
        const model = openModel(book)
        await goRound(model)
        for (const step of steps) count(await take(model, step))

        const { anchor, prover } = await proverOf(book)
        const sealed = await sealHead(anchor, 2)
        for (const [fund, inflows] of model.inflows)
          for (const { number, leaf, donated } of donatedFirst(inflows)) {
            const facts = verifyTrace(await prover.trace({ fund, inflow: number }, sealed), anchor)

            const start = Number(leaf.start)
            const fen = (model.lines.get(fund) ?? []).slice(start, start + Number(leaf.amount))
            expect(waysIn(facts)).to.deep.equal(fen.map(wayOf))
            expect(facts.inflow).to.include({
              number,
              ref: leaf.ref,
              amount: leaf.amount,
              source: donated ? 'Donation' : facts.inflow.source,
            })
            for (const way of fen.map(wayOf)) count(`way of ${way.split(' > ').length}`)
            if (facts.parts.length > 2) count('several parts')
            expect(await inRanges(prover, { fund, inflow: number }, sealed, anchor)).to.deep.equal(facts)
          }
      }),
      { numRuns: 8 },
    )

    // A law that was never put to the test holds too easily.
    for (const name of [
      'record',
      'execute Payment',
      'execute Refund',
      'execute Transfer',
      'void',
      'return Payment',
      'return Void',
      'way of 2',
      'way of 3',
      'several parts',
    ])
      expect(done[name], `${name} in ${JSON.stringify(done)}`).to.be.greaterThan(2)
  })

  function count(name: string): void {
    done[name] = (done[name] ?? 0) + 1
  }
})

/** Money that is spent, comes back and is spent again, which chance alone seldom brings about. */
async function goRound(model: ReturnType<typeof openModel>): Promise<void> {
  await model.record(1, [12, 9, 3])
  for (const amount of [24, 18]) {
    await model.propose(1, 'Payment', 0, amount)
    await model.execute(0, amount - 1)
    await model.giveBack(model.outflows.length - 1, 17)
  }
  await model.record(1, [40, 30])
}

/** Does one act, or gives 'refused' when the contract, or the model for want of anything to do it to, refuses. */
async function take(model: ReturnType<typeof openModel>, { act, fund, pick, amount, amounts }: Act): Promise<string> {
  try {
    switch (act) {
      case 'record':
        return await model.record(fund, amounts)
      case 'pay':
        return await model.propose(fund, 'Payment', pick, amount)
      case 'transfer':
        return await model.propose(fund, 'Transfer', pick, amount)
      case 'refund':
        return await model.propose(fund, 'Refund', pick, amount)
      case 'execute':
        return await model.execute(pick, amount + pick)
      case 'void':
        return await model.void(fund, pick, amount)
      case 'giveBack':
        return await model.giveBack(pick, amount)
      case 'skip':
        return await model.skip(fund)
      default:
        return act satisfies never
    }
  } catch (error) {
    if (error instanceof RangeError || /reverted with custom error/.test(String(error))) return 'refused'
    throw error
  }
}

/** The same facts from one proof for each piece. */
async function inRanges(
  prover: Prover,
  question: { fund: number; inflow: number },
  sealed: SealedBlock,
  anchor: Anchor,
): Promise<TraceFacts> {
  const whole = verifyTrace(await prover.trace(question, sealed), anchor)
  const pieces = whole.parts.filter(({ place }) => place === 'outflow').length
  if (pieces === 0) return whole
  const proofs = await Promise.all(
    Array.from({ length: pieces }, (_, skip) => prover.trace({ ...question, range: { skip, count: 1 } }, sealed)),
  )
  return joinTraces(proofs.map((bytes) => verifyTrace(bytes, anchor)))
}

// A book of many returns would take long: the donations, and a few of the rest.
function donatedFirst<Inflow extends { donated: boolean }>(inflows: readonly Inflow[]): Inflow[] {
  return [...inflows.filter(({ donated }) => donated), ...inflows.filter(({ donated }) => !donated).slice(0, 3)]
}

/** The way of one fen in words: `1/Payment 3@7 > 1/fund`. */
function wayOf(fen: OneFen): string {
  if (fen.outflow === undefined) return `${fen.fund}/fund`
  const here = `${fen.fund}/${fen.kind} ${fen.outflow}@${fen.offset}`
  return fen.next ? `${here} > ${wayOf(fen.next)}` : here
}

/** The same of every fen that was traced, from the facts. */
function waysIn({ from, to, parts }: TraceFacts): string[] {
  expect(lastPlaces(parts).every(({ untraced }) => !untraced)).to.equal(true)
  return Array.from({ length: Number(to - from) }, (_, i) => wayIn(parts, from + BigInt(i)))
}

function wayIn(parts: readonly Part[], fen: bigint): string {
  const part = parts.find(({ from, to }) => from <= fen && fen < to)
  if (!part) return 'nowhere'
  if (part.place === 'fund') return `${part.fund}/fund`
  const { fund, kind, number } = part.outflow
  const here = `${fund}/${kind} ${number}@${part.offset + fen - part.from}`
  const back = part.back.find(({ from, to }) => from <= fen && fen < to)
  return back ? `${here} > ${wayIn(back.parts, fen)}` : here
}
