import { expect } from 'chai'
import fc from 'fast-check'
import { ProofError } from '../../proof/check/error.ts'
import type { TraceFacts } from '../../proof/check/facts.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { openProver } from '../../proof/prove/trace.ts'
import { BATCH, DUPLICATE, filledFund, loadFixture, pay, proven, voucher } from '../contracts/fixture.ts'
import { client, indexOf, proverOf, sealHead } from './book.ts'
import type { Lie } from './lies.ts'

const hows = [
  ...new Array<'honest'>(12).fill('honest'),
  'drop',
  'drop',
  'drop',
  'drop',
  'repeat',
  'turn',
  'number',
  'outflow',
  'fund',
] as const

/**
 * Lies of a tampered mirror: lists with entries left out, repeated, exchanged, renumbered. Each answer uses the next
 * number.
 */
const lies = fc.array(fc.record({ how: fc.constantFrom(...hows), by: fc.integer({ min: -2, max: 2 }) }), {
  minLength: 8,
  maxLength: 8,
})
type Lies = typeof lies extends fc.Arbitrary<infer Value> ? Value : never

/** A's ¥100.00 in four pieces and a void; of the first two payments some came back and was spent once more. */
async function tangledBook() {
  const book = await filledFund()
  for (const [name, amount] of Object.entries({ P: 3_000n, Q: 2_000n, R: 1_000n })) await pay(book, amount, name)
  await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 0), 500n, DUPLICATE, voucher('A'))
  for (const [outflow, amount] of [
    [1, 700n],
    [2, 900n],
    [1, 300n],
  ] as const)
    await book.ledger.connect(book.accountant).recordReturn(1, outflow, 1, amount, voucher(`${amount} came back`))
  await pay(book, 10_000n, 'S')
  return book
}

function lieWith(choices: Lies): Lie {
  let asked = 0
  const change = <Entry extends object>(entries: readonly Entry[]): Entry[] => {
    const { how, by } = choices[asked++ % choices.length] ?? { how: 'honest', by: 0 }
    const moved = (name: string) =>
      entries.map((entry) =>
        name in entry ? { ...entry, [name]: Math.max(0, Number(Object(entry)[name]) + by) } : entry,
      )
    switch (how) {
      case 'drop':
        return entries.slice(1)
      case 'repeat':
        return [...entries, ...entries.slice(-1)]
      case 'turn':
        return entries.toReversed()
      case 'number':
        return moved('piece' in (entries[0] ?? {}) ? 'piece' : 'inflow')
      case 'outflow':
        return moved('outflow')
      case 'fund':
        return moved('fund')
      default:
        return [...entries]
    }
  }
  return (index) => ({
    ...index,
    piecesOver: async (...question) => change(await index.piecesOver(...question)),
    returnsOf: async (...question) => change(await index.returnsOf(...question)),
  })
}

describe('A tampered mirror', () => {
  const seen = { refused: 0, honest: 0, 'traced less': 0 }

  it('gives a proof that is refused, or the same truth, or says plainly that it goes no further', async () => {
    const book = await loadFixture(tangledBook)
    const { anchor, prover } = await proverOf(book)
    const index = await indexOf(book.ledger)
    const sealed = await sealHead(anchor)

    await fc.assert(
      fc.asyncProperty(lies, fc.constantFrom(1, 1, 2), fc.nat(5), async (choices, inflow, skip) => {
        const question = { fund: 1, inflow, ...(skip < 3 && inflow === 1 && { range: { skip, count: 2 } }) }
        const truth = verifyTrace(await prover.trace(question, sealed), anchor)
        const liar = openProver({ client, anchor, index: lieWith(choices)(index) })
        const told = verified(await liar.trace(question, sealed))
        if (told === 'refused') return void seen.refused++

        // Another range of the same inflow is another truth, and says so.
        const wider = told.from === truth.from && told.to === truth.to ? truth : undefined
        seen[told.sums.untraced ? 'traced less' : 'honest']++
        expect(told.inflow).to.deep.equal(truth.inflow)
        if (wider && told.sums.untraced === 0n) expect(told).to.deep.equal(truth)
      }),
      { numRuns: 120 },
    )

    for (const [name, times] of Object.entries(seen))
      expect(times, `${name} in ${JSON.stringify(seen)}`).to.be.greaterThan(0)

    function verified(bytes: Uint8Array): TraceFacts | 'refused' {
      try {
        return verifyTrace(bytes, anchor)
      } catch (error) {
        if (error instanceof ProofError) return 'refused'
        throw error
      }
    }
  })
})
