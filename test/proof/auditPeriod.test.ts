import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { certificateDraft } from '../../ledger/auditDrafts.ts'
import { Day, parseDay } from '../../ledger/day.ts'
import type { Hex } from '../../ledger/hex.ts'
import { sealPaper } from '../../ledger/papers.ts'
import { faultSentence } from '../../proof/check/bundle/sentences.ts'
import { verifyBundle } from '../../proof/check/bundle/verify.ts'
import { openWorld, type World } from '../api/world.ts'
import { blockWith, bundleOf, inPieces, joined, retell, rewritten, taken } from './audits.ts'

describe('A closed period in an audit bundle', function () {
  this.timeout(60_000)
  let world: World
  before(async () => {
    world = await openWorld()
    await close(world, Day(0), '2020-01-31')
    await close(world, parseDay('2020-02-01'), '2020-02-29')
    await world.seal()
  })
  after(() => world.close())

  it('passes with a certificate of what its entries add up to', async () => {
    const { faults } = await verifyBundle(inPieces(await bundleOf(world)), world.anchor)

    expect(faults).to.deep.equal([])
  })

  it('takes no entry that is dated back into it, even when all witnesses conspire', async () => {
    await world.give(1, [{ donor: '迟到的人', yuan: '3' }]).then(() => expect.fail('the contract took it'), () => {})
    await world.acts.act('ACCOUNTANT', 'recordInflows', [1, world.reader.fund(1)?.received, 1, parseDay('2020-03-01'), [[`0x${'7'.repeat(64)}`, 300n, `0x${'8'.repeat(64)}`]]])
    await world.mirrorAll()
    await world.seal()
    const items = taken(await bundleOf(world))
    const number = blockWith(items, 'InflowsRecorded', 3)
    const forged = joined(rewritten(items, number, (block) => retell(block, 'InflowsRecorded', () => ({ effectiveOn: BigInt(parseDay('2020-02-29')) })), world.anchor, world.witnesses))

    const { faults } = await verifyBundle(inPieces(forged), world.anchor)

    expect(faults.map(({ code }) => code)).to.deep.equal(['PERIOD_CLOSED'])
    expect(faults[0]).to.include({ expected: '> 2020-02-29', found: '2020-02-29' })
  })

  it('shows a certificate that says something else', async () => {
    await close(world, parseDay('2020-03-01'), '2020-03-31', { 'in.Donation': '301' })
    await world.seal()

    const { faults } = await verifyBundle(inPieces(await bundleOf(world)), world.anchor)

    expect(faults).to.have.length(1)
    const [fault] = faults
    expect(fault).to.include({ code: 'CERTIFICATE_DIFFERS', expected: 'in.Donation 300', found: 'in.Donation 301' })
    expect(fault && faultSentence(fault).what.zh).to.include('结账凭证上的数')
  })
})

/** Closes fund 1, with the certificate that the mirror gives, or one that says what `over` says. */
async function close(world: World, from: Day, through: string, over: Record<string, string> = {}): Promise<void> {
  const sums = world.reader.periodSums(1, { from, through: parseDay(through) })
  const draft = certificateDraft({ fund: 1, ...(from > 0 && { from }), through: parseDay(through), ...sums })
  const paper: Hex = world.vault.putPaper(sealPaper({ ...draft, public: { ...draft.public, ...over } }, randomBytes)).hash
  await world.acts.act('STEWARD', 'closePeriod', [1, parseDay(through), paper])
  await world.mirrorAll()
}
