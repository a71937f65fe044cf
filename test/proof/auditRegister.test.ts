import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { replyDraft } from '../../ledger/auditDrafts.ts'
import { COMPLAINT_GAS, complaintDraft, fileCall, reopenCall } from '../../ledger/complaint.ts'
import type { Hex } from '../../ledger/hex.ts'
import { sealPaper, type Draft } from '../../ledger/papers.ts'
import { newResidentKey, signWithKey } from '../../ledger/residentKey.ts'
import type { Fault, FaultCode } from '../../proof/check/bundle/fault.ts'
import { verdictOf } from '../../proof/check/bundle/sentences.ts'
import { verifyBundle } from '../../proof/check/bundle/verify.ts'
import { auditWorld } from '../api/audited.ts'
import { openWorld, type World } from '../api/world.ts'
import { blockWith, bundleOf, inPieces, joined, resign, retell, rewritten, taken, type Item, type OpenBlock } from './audits.ts'

/** A complaint that is closed and reopened, by its own key and then by an auditor; one paper restricted and destroyed. */
async function goOn({ acts, anchor, chain, vault, links, mirrorAll, seal }: World): Promise<void> {
  const file = (draft: Draft) => vault.putPaper(sealPaper(draft, randomBytes)).hash
  const audit = (role: 'AUDITOR' | 'RESPONDENT' | 'REGISTRAR', name: string, ...args: unknown[]) => acts.act(role, name, args, 'audit')
  const [key, concern] = [newResidentKey(), { community: 1, fund: 0, outflow: 0 }]
  const sign = async (nonce: number, data: Hex) =>
    await chain.client.request('eth_sendRawTransaction', [signWithKey(key, { chainId: anchor.chainId, nonce, gasLimit: COMPLAINT_GAS, to: anchor.contracts.audit, data })])
  await sign(0, fileCall(concern, file(complaintDraft(concern, { text: '路灯坏了' }))))
  await audit('RESPONDENT', 'answerComplaint', 3, file(replyDraft('complaint-answer', 3, '已修')))
  await audit('RESPONDENT', 'closeComplaint', 3, file(replyDraft('complaint-closing', 3, '办结')))
  await sign(1, reopenCall(3, file(complaintDraft(concern, { text: '又坏了' }))))
  await audit('RESPONDENT', 'answerComplaint', 3, file(replyDraft('complaint-answer', 3, '换了新的')))
  await audit('AUDITOR', 'reopenComplaintAsAuditor', 3, file(replyDraft('complaint-review', 3, '请附照片')))
  const paper = vault.giftOf(links[0]?.code as never)?.paper
  await audit('REGISTRAR', 'recordErasures', 1, [paper])
  await audit('REGISTRAR', 'recordErasures', 2, [paper])
  await mirrorAll()
  await seal()
}

describe('What auditors and residents said, in an audit bundle', function () {
  this.timeout(60_000)
  let world: World
  let items: Item[]
  before(async () => {
    world = await openWorld()
    await auditWorld(world)
    await goOn(world)
    items = taken(await bundleOf(world))
  })
  after(() => world.close())

  const faultsOf = async (bundle: Uint8Array) => (await verifyBundle(inPieces(bundle), world.anchor)).faults
  /** Every witness seals a history in which one event says something else. */
  const conspired = (event: string, change: (block: OpenBlock) => void, nth = 0) =>
    faultsOf(joined(rewritten(items, blockWith(items, event, nth), change, world.anchor, world.witnesses)))
  const told = (event: string, fields: Record<string, unknown>, nth = 0) => conspired(event, (block) => retell(block, event, () => fields), nth)

  it('passes as it was', async () => {
    expect(await faultsOf(joined(items))).to.deep.equal([])
  })

  const CASES: [string, FaultCode, () => Promise<readonly Fault[]>][] = [
    ['an opinion left out before this one', 'NUMBER_GAP', () => told('OpinionGiven', { number: 2n })],
    ['a finding left out before this one', 'NUMBER_GAP', () => told('FindingRaised', { number: 3n }, 1)],
    ['a complaint left out before this one', 'NUMBER_GAP', () => told('ComplaintFiled', { number: 2n })],
    ['an opinion in another auditor’s name', 'PERSON_OTHER', () => told('OpinionGiven', { by: 1n })],
    ['a finding that its auditor has to answer', 'PERSON_SAME', async () => {
      const auditor = world.reader.opinions({ limit: 1 })[0]?.person
      return told('FindingRaised', { owner: BigInt(auditor ?? 0) })
    }],
    ['a finding answered by somebody else than its owner', 'PERSON_OTHER', () => told('FindingRaised', { owner: 5n })],
    ['a finding verified without an answer', 'STEP_WRONG', () => told('FindingAnswered', { number: 2n })],
    ['a complaint filed in another key’s name', 'PERSON_OTHER', () => told('ComplaintFiled', { key: Wallet.createRandom().address })],
    ['a complaint answered twice', 'STEP_WRONG', () => told('ComplaintAnswered', { number: 1n }, 1)],
    ['a complaint closed that nobody answered', 'STEP_WRONG', () => told('ComplaintClosed', { number: 2n })],
    ['a complaint reopened by a stranger', 'PERSON_OTHER', () => conspired('ComplaintReopened', (block) => {
      const stranger = Wallet.createRandom()
      resign(block, new Wallet(stranger.privateKey))
      retell(block, 'ComplaintReopened', () => ({ key: stranger.address }))
    })],
    ['a complaint reopened in another auditor’s name', 'PERSON_OTHER', () => told('ComplaintReopened', { by: 1n }, 1)],
    ['an erasure in another registrar’s name', 'PERSON_OTHER', () => told('PapersErased', { by: 1n })],
    ['a paper restricted when it was destroyed', 'STEP_WRONG', () => told('PapersErased', { erasure: 1n }, 1)],
  ]
  for (const [what, code, make] of CASES)
    it(`${what}: ${code}, though all witnesses conspire`, async () => {
      expect((await make()).map((fault) => fault.code)).to.include(code)
    })

  it('is whole though what a resident complained of never arrived', async () => {
    const kinds = ['complaint', 'complaint-reopening']
    const facts = await verifyBundle(inPieces(await bundleOf(world, { scope: 'public', paperOf: (hash) => {
      const kept = world.vault.paperOf(hash)
      return kept && !kinds.includes(kept.paper.kind) ? { paper: kept.paper } : undefined
    } })), world.anchor)

    expect([facts.papers.unknown > 0, facts.papers.missing, verdictOf(facts)]).to.deep.equal([true, 0, 'passed'])
  })

  it('the private fields of a paper that the book calls destroyed', async () => {
    const faults = await faultsOf(await bundleOf(world, { erasureOf: () => 'None' }))
    const paper = world.vault.giftOf(world.links[0]?.code as never)?.paper

    expect(faults).to.deep.equal([{ code: 'ERASURE_DIFFERS', place: { paper }, expected: 'destroyed', found: 'kept' }])
  })
})
