import Database from 'better-sqlite3'
import { expect } from 'chai'
import fc from 'fast-check'
import { catchUp } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { openReader, type Reader } from '../../indexer/read.ts'
import type { Part } from '../../indexer/trace.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { openProver } from '../../proof/prove/trace.ts'
import { fields, loadFixture, openFunds, type Book } from '../contracts/fixture.ts'
import { anchorOf, client, sealHead } from '../proof/book.ts'
import { openModel, type OneFen } from '../proof/model.ts'
import { tempFolder } from './files.ts'

const acts = ['record', 'pay', 'pay', 'transfer', 'refund', 'execute', 'execute', 'execute', 'void', 'giveBack', 'giveBack', 'skip'] as const
const act = fc.record({
  act: fc.constantFrom(...acts), fund: fc.constantFrom(1, 1, 1, 2), pick: fc.nat(1000), amount: fc.integer({ min: 1, max: 12 }),
  amounts: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
})
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never
type Model = ReturnType<typeof openModel>

describe('The mirror of a random book', () => {
  const done: Record<string, number> = {}

  it('says of every fund, donor and payment what a list of single fen says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 40, maxLength: 60, size: 'max' }), async (steps) => {
        const book = await loadFixture(openFunds)
        const model = openModel(book)
        await model.record(1, [40, 60, 8])
        for (const step of steps) count(await take(model, step))

        await withMirror(book, async (reader) => {
          await expectStandings(reader, book)
          expectFlow(reader)
          expectTraces(reader, model)
          expectShares(reader, model)
          expectOverlaps(reader, model)
          await expectProofs(reader, model, book)
        })
      }),
      { numRuns: 12, seed: 42 },
    )

    // A law that was never put to the test holds too easily.
    const visited = ['record', 'execute Payment', 'execute Refund', 'execute Transfer', 'void', 'return Payment', 'return Void', 'way of 2', 'way of 3', 'shares from afar', 'corrected']
    for (const name of visited) expect(done[name], `${name} in ${JSON.stringify(done)}`).to.be.greaterThan(2)
  })

  async function expectStandings(reader: Reader, { ledger }: Book): Promise<void> {
    for (const fund of reader.funds()) {
      const standing = fields(await ledger.standingOf(fund.number))
      const { received, cursor, uncrossed, held, available, batches, inflows, outflows, pieces, open, periods } = fund
      const counts = {
        batches: BigInt(batches), inflows: BigInt(inflows), outflows: BigInt(outflows), pieces: BigInt(pieces), periods: BigInt(periods),
        closedThrough: BigInt(fund.closedThrough ?? 0),
      }
      expect({ received, cursor, uncrossed, held, available, ...counts, open }).to.deep.equal(standing)

      // L1: what came in went out or lies there still.
      expect(fund.paid + fund.transferred + fund.refunded + fund.voided + fund.unspent).to.equal(received)
      for (const { number, kind, state, ...outflow } of reader.outflows(fund.number, { limit: 100 })) {
        const { amount, paid, returned, proposer, approver, cashier, paper } = fields(await ledger.outflowOf(fund.number, number))
        expect({ ...outflow, approver: BigInt(outflow.approver), cashier: BigInt(outflow.cashier), proposer: BigInt(outflow.proposer) })
          .to.include({ amount, paid, returned, proposer, approver, cashier, paper })
        expect(`${number} ${kind} ${state}`).to.equal(`${number} ${await wordsOf(ledger, fund.number, number)}`)
      }
    }
  }

  /** What came in went out, or lies there still; also when corrections were corrected in their turn. */
  function expectFlow(reader: Reader): void {
    for (const { number, received, corrected, unspent } of reader.funds()) {
      const cameIn = reader.inpours().filter(({ fund }) => fund === number).reduce((sum, { amount }) => sum + amount, 0n)
      const wentOut = reader.outpours().filter(({ fund }) => fund === number).reduce((sum, { paid, returned }) => sum + paid - returned, 0n)
      expect([received - corrected, wentOut + unspent]).to.deep.equal([cameIn, cameIn])
      if (corrected > 0n) count('corrected')
    }
  }

  function expectTraces(reader: Reader, model: Model): void {
    for (const [fund, inflows] of model.inflows)
      for (const { number, leaf } of inflows) {
        const start = Number(leaf.start)
        const fen = (model.lines.get(fund) ?? []).slice(start, start + Number(leaf.amount))
        const trace = reader.trace(fund, number)
        expect(Array.from(fen, (_, i) => wayIn(trace?.parts ?? [], BigInt(i)))).to.deep.equal(fen.map(wayOf))
        expect(trace?.inflow).to.include(leaf)
        for (const way of fen.map(wayOf)) count(`way of ${way.split(' > ').length}`)
      }
  }

  function expectShares(reader: Reader, model: Model): void {
    const first = new Map<OneFen, OneFen>()
    for (const line of model.lines.values())
      for (const fen of line) if (fen.next) first.set(fen.next, fen)
    const cameInAs = (fen: OneFen): OneFen => {
      const before = first.get(fen)
      return before ? cameInAs(before) : fen
    }

    for (const { fund, number, fen } of model.outflows) {
      const { shares, more } = reader.sharesOf(fund, number)
      const told = shares.flatMap(({ fund, inflow, amount }) => Array<string>(Number(amount)).fill(`${fund}/${inflow}`))
      expect(told).to.deep.equal(fen.map(cameInAs).map(({ fund, inflow }) => `${fund}/${inflow}`))
      expect(more).to.equal(0)
      let offset = 0n
      for (const share of shares) {
        expect(share.offset).to.equal(offset)
        offset += share.amount
      }
      if (fen.some((one) => first.has(one))) count('shares from afar')
    }
  }

  function expectOverlaps(reader: Reader, model: Model): void {
    type Overlap = { inflow: number; outflow: number; start_fen: number; end_fen: number; offset_fen: number }
    const database = new Database(reader.file, { readonly: true })
    for (const [fund, line] of model.lines) {
      const overlaps = database.prepare<[number], Overlap>('SELECT * FROM overlaps WHERE fund = ?').all(fund)
      const told = overlaps.flatMap(({ inflow, outflow, start_fen, end_fen, offset_fen }) =>
        Array.from({ length: end_fen - start_fen }, (_, i) => `${start_fen + i}: ${inflow} → ${outflow}@${offset_fen + i}`))
      const known = line.flatMap((fen, place) => fen.outflow === undefined ? [] : [`${place}: ${fen.inflow} → ${fen.outflow}@${fen.offset}`])
      expect(told.toSorted()).to.deep.equal(known.toSorted())
    }
    database.close()
  }

  async function expectProofs(reader: Reader, model: Model, book: Book): Promise<void> {
    const anchor = await anchorOf(book)
    const prover = openProver({ client, anchor, index: reader })
    const sealed = await sealHead(anchor, 2)
    for (const { number } of model.inflows.get(1)?.slice(0, 3) ?? []) {
      const facts = verifyTrace(await prover.trace({ fund: 1, inflow: number }, sealed), anchor)
      const trace = reader.trace(1, number)
      expect(provenOf(trace?.parts ?? [])).to.deep.equal(facts.parts)
      expect(trace?.cut).to.equal(facts.inflow.cut)
    }
  }

  function count(name: string): void {
    done[name] = (done[name] ?? 0) + 1
  }
})

async function withMirror(book: Book, look: (reader: Reader) => Promise<void>): Promise<void> {
  const { file, remove } = tempFolder()
  const mirror = await openMirror(file)
  const { contracts } = await anchorOf(book)
  await catchUp({ client, contracts, mirror })
  const reader = openReader(file)
  try {
    await look(reader)
  } finally {
    reader.close()
    await mirror.close()
    remove()
  }
}

/** Does one act, or gives 'refused' when the contract, or the model for want of anything to do it to, refuses. */
async function take(model: Model, { act, fund, pick, amount, amounts }: Act): Promise<string> {
  try {
    switch (act) {
      case 'record': return await model.record(fund, amounts)
      case 'pay': return await model.propose(fund, 'Payment', pick, amount)
      case 'transfer': return await model.propose(fund, 'Transfer', pick, amount)
      case 'refund': return await model.propose(fund, 'Refund', pick, amount)
      case 'execute': return await model.execute(pick, amount + pick)
      case 'void': return await model.void(fund, pick, amount)
      case 'giveBack': return await model.giveBack(pick, amount)
      case 'skip': return await model.skip(fund)
      default: return act satisfies never
    }
  } catch (error) {
    if (error instanceof RangeError || /reverted with custom error/.test(String(error))) return 'refused'
    throw error
  }
}

const KIND_NAMES = ['None', 'Payment', 'Refund', 'Transfer', 'Void']
const STATE_NAMES = ['None', 'Proposed', 'Approved', 'Executed', 'Accepted', 'Rejected', 'Cancelled']

async function wordsOf(ledger: Book['ledger'], fund: number, number: number): Promise<string> {
  const { kind, state } = fields(await ledger.outflowOf(fund, number))
  return `${KIND_NAMES[Number(kind)]} ${STATE_NAMES[Number(state)]}`
}

/** The way of one fen in words: `1/Payment 3@7 > 1/fund`. */
function wayOf(fen: OneFen): string {
  if (fen.outflow === undefined) return `${fen.fund}/fund`
  const here = `${fen.fund}/${fen.kind} ${fen.outflow}@${fen.offset}`
  return fen.next ? `${here} > ${wayOf(fen.next)}` : here
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

/** The parts with no more than a proof knows. */
function provenOf(parts: readonly Part[]): unknown[] {
  return parts.map((part) => {
    if (part.place === 'fund') return part
    const { fund, number, kind, state, amount, paid, returned, proposer, approver, cashier, paper } = part.outflow
    const outflow = { fund, number, kind, state, amount, paid, returned, proposer, approver, cashier, paper }
    return { ...part, outflow, back: part.back.map((back) => ({ ...back, parts: provenOf(back.parts) })) }
  })
}
