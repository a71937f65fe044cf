import { randomBytes } from 'node:crypto'
import { certificateDraft, findingDraft, opinionDraft, replyDraft } from '../../ledger/auditDrafts.ts'
import { COMPLAINT_GAS, complaintDraft, fileCall, type Concern } from '../../ledger/complaint.ts'
import { Day, dayAt, parseDay } from '../../ledger/day.ts'
import type { Hex } from '../../ledger/hex.ts'
import { sealPaper, type Draft } from '../../ledger/papers.ts'
import { newResidentKey, signWithKey } from '../../ledger/residentKey.ts'
import type { World } from './world.ts'

export const BUNDLE: Hex = `0x${'b0'.repeat(32)}`

/** Lets an auditor and two residents speak: an opinion, two findings, a closed period, a complaint that was answered and one that waits. */
export async function auditWorld({ vault, chain, anchor, acts, reader, mirrorAll }: World): Promise<void> {
  const file = (draft: Draft) => vault.putPaper(sealPaper(draft, randomBytes)).hash
  const audit = (role: 'AUDITOR' | 'ACCOUNTANT' | 'RESPONDENT', name: string, ...args: unknown[]) => acts.act(role, name, args, 'audit')
  const complain = async (concern: Concern) => {
    const { chainId, contracts } = anchor
    const data = fileCall(concern, file(complaintDraft(concern, { text: '没有发到我们楼' })))
    await chain.client.request('eth_sendRawTransaction', [signWithKey(newResidentKey(), { chainId, nonce: 0, gasLimit: COMPLAINT_GAS, to: contracts.audit, data })])
  }
  const [from, through] = [parseDay('2020-01-01'), parseDay('2020-02-29')]
  const dueOn = Day(dayAt(Date.now() / 1000) + 30)

  await mirrorAll()
  const certificate = file(certificateDraft({ fund: 1, through, ...reader.periodSums(1, { from: Day(0), through }) }))
  await acts.act('STEWARD', 'closePeriod', [1, through, certificate])
  const opinion = file(opinionDraft({ from, through, opinion: 'Qualified', bundle: BUNDLE, statement: '除一张发票外，账目属实。' }))
  await audit('AUDITOR', 'giveOpinion', 1, from, through, 2, BUNDLE, opinion)
  for (const statement of ['缺一张发票', '回单没有归档'])
    await audit('AUDITOR', 'raiseFinding', 1, 4, dueOn, file(findingDraft({ owner: 4, dueOn, statement })))
  await audit('ACCOUNTANT', 'answerFinding', 1, file(replyDraft('finding-answer', 1, '发票已补')))
  await audit('AUDITOR', 'verifyFinding', 1, true, file(replyDraft('finding-verified', 1, '已见原件')))
  await complain({ community: 1, fund: 1, outflow: 1 })
  await complain({ community: 1, fund: 0, outflow: 0 })
  await audit('RESPONDENT', 'answerComplaint', 1, file(replyDraft('complaint-answer', 1, '已补发到 3 号楼')))
  await mirrorAll()
}
