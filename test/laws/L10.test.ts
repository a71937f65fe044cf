import { join } from 'node:path'
import { expect } from 'chai'
import { catchUp } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { dumpHash } from '../../indexer/dump.ts'
import { decodeLog, type LedgerEvent } from '../../ledger/events.ts'
import type { Hex } from '../../ledger/hex.ts'
import { ERASURES } from '../../ledger/words.ts'
import { BundleError } from '../../proof/check/bundle/fault.ts'
import { verifyBundle, type BundleFacts } from '../../proof/check/bundle/verify.ts'
import { ProofError } from '../../proof/check/error.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { sealedBlock } from '../../proof/prove/seals.ts'
import { refitted } from '../../scripts/frauds/bundles.ts'
import { openMasterKey } from '../../vault/keys.ts'
import { openVault } from '../../vault/vault.ts'
import { DONORS, openWorld, type World } from '../api/world.ts'
import { bundleOf, inPieces } from '../proof/audits.ts'

// Whatever was recorded today may be destroyed then.
const LONG_AFTER = new Date('2100-01-01T00:00:00+08:00')

/** Everything that the contract of the funds said, in its order. */
async function eventsOf({ chain: { client }, anchor: { contracts } }: World): Promise<LedgerEvent[]> {
  const logs = await client.request('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest', address: contracts.ledger }])
  return (logs as Parameters<typeof decodeLog>[0][]).map((log) => decodeLog(log))
}

function of<Name extends LedgerEvent['name']>(events: readonly LedgerEvent[], name: Name, fund: number) {
  return events.filter((event): event is Extract<LedgerEvent, { name: Name }> => event.name === name && 'fund' in event && event.fund === fund)
}

/** L1: what was received is cut, paid, moved on, or still there. */
function checkSums({ received, cursor, uncrossed, bySource, byKind }: BundleFacts['funds'][number]): void {
  const sum = (amounts: object) => Object.values(amounts).reduce((sum: bigint, amount: bigint) => sum + amount, 0n)
  expect(sum(bySource)).to.equal(received)
  expect(received).to.equal(sum(byKind) + received - cursor - uncrossed)
}

/** L2: the inflows tile the line, and the pieces below the cursor tile what is spent of it. */
function checkTiling(events: readonly LedgerEvent[], { fund, received, cursor, uncrossed }: BundleFacts['funds'][number]): void {
  let end = 0n
  for (const { start, inflows } of of(events, 'InflowsRecorded', fund)) {
    expect(start).to.equal(end)
    end += inflows.reduce((sum, { amount }) => sum + amount, 0n)
  }
  expect(end).to.equal(received)

  const pieces = of(events, 'PieceTaken', fund).toSorted((a, b) => Number(a.start - b.start))
  let next = 0n
  for (const piece of pieces.filter(({ end }) => end <= cursor)) {
    expect(piece.start).to.equal(next)
    next = piece.end
  }
  expect(next).to.equal(cursor)
  const above = pieces.filter(({ end }) => end > cursor)
  expect(above.reduce((sum, { start, end }) => sum + end - start, 0n)).to.equal(uncrossed)
}

/** L3: numbers 1, 2, 3 … without a gap. */
function checkNumbers(events: readonly LedgerEvent[], { fund, inflows, outflows, pieces }: BundleFacts['funds'][number]): void {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  const recorded = of(events, 'InflowsRecorded', fund).flatMap(({ firstNumber, inflows }) => inflows.map((_, at) => firstNumber + at))
  const gone = events.flatMap((event) => (event.name === 'PaymentProposed' || event.name === 'InflowVoided') && event.fund === fund ? [event.outflow] : [])
  expect(recorded).to.deep.equal(upTo(inflows))
  expect(gone).to.deep.equal(upTo(outflows))
  expect(of(events, 'PieceTaken', fund).map(({ piece }) => piece)).to.deep.equal(upTo(pieces))
}

describe('L10: after an erasure L1 to L3 and L9 still hold', function () {
  this.timeout(120_000)
  let world: World
  let unerased: Awaited<ReturnType<typeof look>>
  before(async () => {
    world = await openWorld()
    unerased = await look()
  })
  after(() => world.close())

  /** The book as it can be seen from outside: its events, an auditor's facts, the proofs of all gifts, a mirror made anew. */
  async function look() {
    const { chain, anchor, folder, prover, seals } = world
    const bundle = Buffer.from(await bundleOf(world))
    const facts = await verifyBundle(inPieces(bundle, 65_536), anchor)
    const newest = seals.newestSealed({ sealers: anchor.sealers.map(({ address }) => address), quorum: anchor.quorum })
    const sealed = sealedBlock(anchor, { number: BigInt(newest?.number ?? 0), hash: newest?.blockHash ?? '0x' }, newest?.seals.map(({ signature }) => signature) ?? [])
    const proofs = await Promise.all(world.links.map((_, at) => prover.trace({ fund: 1, inflow: at + 1 }, sealed)))
    const file = join(folder, `mirror-${Math.random()}.sqlite`)
    const mirror = await openMirror(file)
    await catchUp({ client: chain.client, contracts: anchor.contracts, mirror })
    await mirror.close()
    return { bundle, facts, events: await eventsOf(world), traces: proofs.map((proof) => verifyTrace(proof, anchor)), proofs, mirror: dumpHash(file), head: chain.head() }
  }

  async function isRefused(check: () => unknown): Promise<boolean> {
    try {
      const facts = await check()
      return Object(facts).faults?.length > 0
    } catch (error) {
      if (error instanceof BundleError || error instanceof ProofError) return true
      throw error
    }
  }

  /** Restricts at once, and destroys when the archive's time is over: in the vault, then in the book. */
  async function forget(act: 'restrict' | 'destroy', papers: readonly Hex[]): Promise<void> {
    const { folder, acts, mirrorAll, seal } = world
    const vault = openVault({ folder: join(folder, 'vault'), masterKey: openMasterKey(join(folder, 'master.key'), join(folder, 'vault')), now: () => LONG_AFTER })
    vault[act](papers)
    vault.close()
    const erasure = act === 'restrict' ? 1 : 2
    const fresh = papers.filter((paper) => world.reader.erasureOf(paper, Number.MAX_SAFE_INTEGER / 2 ** 21) !== ERASURES[erasure])
    await acts.act('REGISTRAR', 'recordErasures', [erasure, fresh], 'audit')
    await mirrorAll()
    await seal()
  }

  const paperOf = (gift: number): Hex => world.vault.giftOf(world.links[gift]?.code as never)?.paper ?? '0x'

  for (const [what, erase] of [
    ['a donor is restricted', () => forget('restrict', [paperOf(0)])],
    ['a donor is destroyed', () => forget('destroy', [paperOf(1)])],
    ['every private field of the book is destroyed', () => forget('destroy', world.vault.papersWith('payee', '某某商店').concat([0, 1, 2].map(paperOf)))],
  ] as const)
    describe(`when ${what}`, () => {
      let now: typeof unerased
      before(async () => {
        await erase()
        now = await look()
      })

      it('sums, tiles and numbers are what they were, and right', () => {
        expect(now.facts.faults).to.deep.equal([])
        expect(now.events).to.deep.equal(unerased.events)
        for (const fund of now.facts.funds) {
          checkSums(fund)
          checkTiling(now.events, fund)
          checkNumbers(now.events, fund)
        }
        expect(now.facts.funds).to.deep.equal(unerased.facts.funds)
        expect(now.facts.papers.restricted + now.facts.papers.destroyed).to.be.greaterThan(0)
      })

      it('every gift is proven, the forgotten donor’s too, with the same facts', () => {
        const factsOf = (traces: typeof now.traces) => traces.map(({ block: _, ...facts }) => facts)
        expect(factsOf(now.traces)).to.deep.equal(factsOf(unerased.traces))
        expect(now.facts.papers.named).to.equal(unerased.facts.papers.named)
      })

      it('any changed byte of bundle and proof is refused', async () => {
        const body = 9 + now.bundle.readUInt32BE(5)
        const [proof = new Uint8Array()] = now.proofs
        let seed = 10
        for (let round = 0; round < 60; round++) {
          seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
          const inBundle = body + (seed % (now.bundle.length - body - 37))
          const changed = Buffer.from(now.bundle)
          changed[inBundle] = (changed[inBundle] ?? 0) ^ (1 << (round % 8))
          const inProof = seed % proof.length
          const other = proof.map((byte, at) => (at === inProof ? byte ^ (1 << (round % 8)) : byte))

          expect(await isRefused(() => verifyBundle(inPieces(refitted(changed), 65_536), world.anchor)), `byte ${inBundle} of the bundle`).to.equal(true)
          expect(await isRefused(() => verifyTrace(other, world.anchor)), `byte ${inProof} of the proof`).to.equal(true)
        }
      })
    })

  describe('when all of them are gone', () => {
    it('nothing of them is in an auditor’s bundle any more', async () => {
      const { bundle } = await look()

      for (const name of [...DONORS, '某某商店']) {
        expect(unerased.bundle.toString(), name).to.include(name)
        expect(bundle.toString(), name).to.not.include(name)
      }
    })
  })
})
