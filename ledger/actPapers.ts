import type { auditRegisterAbi, bankRegisterAbi, charterAbi, fundLedgerAbi, peopleAbi } from './abi.ts'
import { papersOf, readCall, type WritingName } from './actWords.ts'
import type { ContractName } from './acts.ts'
import type { Hex } from './hex.ts'

/** What a call says of the papers behind its entry: which they are, of which kinds they may be, and the amount that it is about. */
export type ActPapers = { readonly name: string; readonly papers: readonly Hex[]; readonly kinds: readonly string[]; readonly amount?: bigint }

/**
 * Reads from the bytes that are signed what must stand behind their entry. The kinds are those that `drafts.ts`, `bankDrafts.ts`,
 * `auditDrafts.ts` and `complaint.ts` make. @throws {RangeError} as `explainCall` does.
 */
export function papersOfCall(contract: ContractName, data: Hex): ActPapers {
  const { name, args } = readCall(contract, data)
  const kinds = KINDS[contract][name]
  if (!kinds) throw new RangeError(`${name} of ${contract} writes nothing, or hides what it carries`)
  const amount: unknown = args['amount']
  return { name, kinds, papers: kinds.length > 0 ? papersOf(args) : NONE, ...(typeof amount === 'bigint' && { amount }) }
}

/** The kinds of paper for every function of a contract that writes; one that is left out does not compile. */
type KindsOf<Abi extends readonly string[]> = Readonly<Record<Exclude<WritingName<Abi[number]>, 'multicall'>, readonly string[]>>

/** Its entry has no paper of its own. */
const NONE: readonly never[] = []

const ledger: KindsOf<typeof fundLedgerAbi> = {
  openFund: ['fund'],
  closeFund: ['closing'],
  closePeriod: ['period-certificate'],
  recordInflows: ['donation', 'inflow'],
  recordReturn: ['return'],
  proposePayment: ['payment'],
  proposeRefund: ['refund'],
  proposeTransfer: ['transfer'],
  approvePayment: ['approval'],
  rejectPayment: ['rejection'],
  cancelPayment: ['cancellation'],
  executePayment: ['execution'],
  acceptPayment: ['acceptance'],
  voidInflow: ['void'],
  skip: NONE,
  setAuthority: NONE,
}

const bank: KindsOf<typeof bankRegisterAbi> = {
  openAccount: ['bank-account'],
  recordLines: ['bank-statement', 'bank-line'],
  matchLines: ['bank-matching'],
  explainLine: ['bank-explanation'],
  unmatch: ['bank-undoing'],
  setAuthority: NONE,
}

const audit: KindsOf<typeof auditRegisterAbi> = {
  giveOpinion: ['opinion'],
  raiseFinding: ['finding'],
  answerFinding: ['finding-answer'],
  verifyFinding: ['finding-verified', 'finding-sent-back'],
  fileComplaint: ['complaint'],
  answerComplaint: ['complaint-answer'],
  closeComplaint: ['complaint-closing'],
  reopenComplaint: ['complaint-reopening'],
  reopenComplaintAsAuditor: ['complaint-review'],
  // The papers that it names are those of other entries.
  recordErasures: NONE,
  setAuthority: NONE,
}

const people: KindsOf<typeof peopleAbi> = { enrol: ['person'], addKey: ['key'], retireKey: ['key'], setAuthority: NONE }

const charter: KindsOf<typeof charterAbi> = {
  grantRole: NONE, revokeRole: NONE, renounceRole: NONE, setGrantDelay: NONE, labelRole: NONE, setTargetFunctionRole: NONE,
  setTargetAdminDelay: NONE, setTargetClosed: NONE, updateAuthority: NONE, schedule: NONE, cancel: NONE, execute: NONE, consumeScheduledOp: NONE,
}

/** The kinds of paper that the entries of each function have. */
export const KINDS: Readonly<Record<ContractName, Readonly<Record<string, readonly string[]>>>> = { charter, people, ledger, bank, audit }
