/** One thing in the two languages of the pages. */
export type Words = { readonly zh: string; readonly en: string }

/** Where money came from, in the order of `IFundLedger.Source`. */
export const SOURCES = ['None', 'Donation', 'FiscalGrant', 'Corporate', 'Resident', 'Interest', 'Return', 'Transfer'] as const
export type Source = (typeof SOURCES)[number]

/** What an outflow is, in the order of `IFundLedger.Kind`. */
export const KINDS = ['None', 'Payment', 'Refund', 'Transfer', 'Void'] as const
export type Kind = (typeof KINDS)[number]

/** How far an outflow has come, in the order of `IFundLedger.State`. */
export const STATES = ['None', 'Proposed', 'Approved', 'Executed', 'Accepted', 'Rejected', 'Cancelled'] as const
export type State = (typeof STATES)[number]

/** Why an entry corrects or ends another, in the order of `IFundLedger.Reason`. */
export const REASONS = [
  'None', 'Duplicate', 'WrongAmount', 'WrongFund', 'NotReceived', 'DonorRequest', 'PayeeRequest', 'PaperIncomplete',
  'OutsidePurpose', 'Other',
] as const
export type Reason = (typeof REASONS)[number]

/** Those for which money that came in is void. */
export const REASONS_IN = ['Duplicate', 'WrongAmount', 'WrongFund', 'NotReceived', 'DonorRequest', 'Other'] as const satisfies readonly Reason[]

/** Why a bank's line has no entry, in the order of `IBankRegister.Unexplained`. */
export const UNEXPLAINED = ['None', 'BankFee', 'OwnTransfer', 'AwaitingPaper', 'NotOurs', 'Other'] as const
export type Unexplained = (typeof UNEXPLAINED)[number]

/** What an auditor thinks of a period, in the order of `IAuditRegister.Opinion`. */
export const OPINIONS = ['None', 'Unqualified', 'Qualified', 'Adverse', 'Disclaimer'] as const
export type OpinionKind = (typeof OPINIONS)[number]

/** How far a finding has come, in the order of `IAuditRegister.FindingState`. */
export const FINDING_STATES = ['None', 'Open', 'Answered', 'Verified'] as const
export type FindingState = (typeof FINDING_STATES)[number]

/** How far a complaint has come, in the order of `IAuditRegister.ComplaintState`. */
export const COMPLAINT_STATES = ['None', 'Filed', 'Answered', 'Closed'] as const
export type ComplaintState = (typeof COMPLAINT_STATES)[number]

/** What the law took out of a paper, in the order of `IAuditRegister.Erasure`. */
export const ERASURES = ['None', 'Restricted', 'Destroyed'] as const
export type Erasure = (typeof ERASURES)[number]

/** The roles of contracts/roles.json by their numbers in the Charter. */
export const ROLES = ['COUNCIL', 'REGISTRAR', 'STEWARD', 'ACCOUNTANT', 'APPROVER', 'CASHIER', 'ACCEPTER', 'AUDITOR', 'RESPONDENT'] as const
export type Role = (typeof ROLES)[number]

export const SOURCE_WORDS: Record<Source, Words> = {
  None: { zh: '无', en: 'none' },
  Donation: { zh: '捐赠', en: 'donation' },
  FiscalGrant: { zh: '财政拨款', en: 'fiscal grant' },
  Corporate: { zh: '社会资本', en: 'corporate' },
  Resident: { zh: '居民自筹', en: 'resident contribution' },
  Interest: { zh: '利息', en: 'interest' },
  Return: { zh: '退回', en: 'return' },
  Transfer: { zh: '划转', en: 'transfer' },
}

export const KIND_WORDS: Record<Kind, Words> = {
  None: { zh: '无', en: 'none' },
  Payment: { zh: '拨付', en: 'payment' },
  Refund: { zh: '退款', en: 'refund' },
  Transfer: { zh: '划转', en: 'transfer' },
  Void: { zh: '冲销', en: 'void' },
}

export const STATE_WORDS: Record<State, Words> = {
  None: { zh: '无', en: 'none' },
  Proposed: { zh: '已申请', en: 'proposed' },
  Approved: { zh: '已审批', en: 'approved' },
  Executed: { zh: '已付款', en: 'paid' },
  Accepted: { zh: '已验收', en: 'accepted' },
  Rejected: { zh: '已驳回', en: 'rejected' },
  Cancelled: { zh: '已撤销', en: 'cancelled' },
}

/** What an outflow that is executed has come to: no money is paid by a void. */
export const DONE_WORDS: Record<Kind, Words> = {
  None: { zh: '无', en: 'none' },
  Payment: { zh: '已付款', en: 'paid' },
  Refund: { zh: '已退还', en: 'given back' },
  Transfer: { zh: '已划转', en: 'transferred' },
  Void: { zh: '已冲销', en: 'voided' },
}

/** How far an outflow has come, by its kind. */
export function stateWords(kind: Kind, state: State): Words {
  return state === 'Executed' ? DONE_WORDS[kind] : STATE_WORDS[state]
}

/** The same of an outflow that took fen: one that is still "approved" goes out in instalments. */
export function takenWords(kind: Kind, state: State): Words {
  const { zh, en } = DONE_WORDS[kind]
  if (state === 'Approved') return { zh: `分期${zh.slice(1)}中`, en: `being ${en} in instalments` }
  return state === 'Accepted' ? { zh: `${zh}并验收`, en: `${en} and accepted` } : stateWords(kind, state)
}

/** Whether something of an outflow was paid, and no more of it will be. */
export function isPaid({ state }: { readonly state: State }): boolean {
  return state === 'Executed' || state === 'Accepted'
}

export const REASON_WORDS: Record<Reason, Words> = {
  None: { zh: '无', en: 'none' },
  Duplicate: { zh: '重复登记', en: 'recorded twice' },
  WrongAmount: { zh: '金额有误', en: 'wrong amount' },
  WrongFund: { zh: '基金有误', en: 'wrong fund' },
  NotReceived: { zh: '款项未到账', en: 'money never arrived' },
  DonorRequest: { zh: '捐赠人要求', en: 'the donor asked for it' },
  PayeeRequest: { zh: '收款方要求', en: 'the payee asked for it' },
  PaperIncomplete: { zh: '凭证不全', en: 'paper incomplete' },
  OutsidePurpose: { zh: '不符合用途', en: 'outside the purpose' },
  Other: { zh: '其他', en: 'other' },
}

export const UNEXPLAINED_WORDS: Record<Unexplained, Words> = {
  None: { zh: '无', en: 'none' },
  BankFee: { zh: '银行手续费', en: 'bank fee' },
  OwnTransfer: { zh: '本单位账户间划转', en: 'between own accounts' },
  AwaitingPaper: { zh: '待补凭证', en: 'waiting for its paper' },
  NotOurs: { zh: '非本账款项', en: 'not money of this book' },
  Other: { zh: '其他', en: 'other' },
}

export const OPINION_WORDS: Record<OpinionKind, Words> = {
  None: { zh: '无', en: 'none' },
  Unqualified: { zh: '无保留意见', en: 'unqualified' },
  Qualified: { zh: '保留意见', en: 'qualified' },
  Adverse: { zh: '否定意见', en: 'adverse' },
  Disclaimer: { zh: '无法表示意见', en: 'disclaimer of opinion' },
}

export const FINDING_WORDS: Record<FindingState, Words> = {
  None: { zh: '无', en: 'none' },
  Open: { zh: '待整改', en: 'open' },
  Answered: { zh: '已答复', en: 'answered' },
  Verified: { zh: '已核销', en: 'verified' },
}

export const COMPLAINT_WORDS: Record<ComplaintState, Words> = {
  None: { zh: '无', en: 'none' },
  Filed: { zh: '待答复', en: 'waiting for an answer' },
  Answered: { zh: '已答复', en: 'answered' },
  Closed: { zh: '已办结', en: 'closed' },
}

export const ERASURE_WORDS: Record<Erasure, Words> = {
  None: { zh: '无', en: 'none' },
  Restricted: { zh: '已依法限制', en: 'restricted by law' },
  Destroyed: { zh: '已依法删除', en: 'destroyed by law' },
}

export const ROLE_WORDS: Record<Role, Words> = {
  COUNCIL: { zh: '理事会', en: 'council' },
  REGISTRAR: { zh: '人事登记员', en: 'registrar' },
  STEWARD: { zh: '基金管理人', en: 'fund steward' },
  ACCOUNTANT: { zh: '会计', en: 'accountant' },
  APPROVER: { zh: '审批人', en: 'approver' },
  CASHIER: { zh: '出纳', en: 'cashier' },
  ACCEPTER: { zh: '验收人', en: 'accepter' },
  AUDITOR: { zh: '审计人员', en: 'auditor' },
  RESPONDENT: { zh: '接诉人', en: 'respondent' },
}

/** The word of a list at a contract's number. @throws {RangeError} for a number the contracts do not have. */
export function wordAt<Word extends string>(words: readonly Word[], index: number | bigint): Word {
  const word = words[Number(index)]
  if (word === undefined) throw new RangeError(`no such code: ${index}`)
  return word
}
