import type { ComponentType } from 'preact'
import type { Role, Words } from '../../../../ledger/words.ts'
import { Complaint, Finding } from './answer.tsx'
import { Audit } from './audit.tsx'
import { Complaints } from './complaints.tsx'
import { Outflow } from './correct.tsx'
import { Entries, InflowEntry } from './find.tsx'
import { Funds } from './funds.tsx'
import { Inbox } from './inbox.tsx'
import { People } from './people.tsx'
import { Pay } from './pay.tsx'
import { Certificate, Print, Vouchers } from './print.tsx'
import { Receive } from './receive.tsx'
import { Reconcile } from './reconcile.tsx'
import { Transfer } from './transfer.tsx'

/** One place of the desk: which addresses it has, who is led to it, and what is shown there. Without a label it is reached by links. */
export type Place = {
  readonly of: RegExp
  readonly to: string
  readonly label?: Words
  /** Who sees it in the bar; nobody in particular when empty. The contracts decide what they may do there. */
  readonly roles: readonly Role[]
  /** Whether others who come by its address are told whose it is: they could fill in what nobody takes from them. */
  readonly isTheirs?: boolean
  readonly Place: ComponentType<{ path: string }>
}

export const PLACES: readonly Place[] = [
  { of: /^\/desk\/?$/, to: '/desk', label: { zh: '待办', en: 'Inbox' }, roles: [], Place: Inbox },
  { of: /^\/desk\/receive\/?$/, to: '/desk/receive', label: { zh: '收款', en: 'Receive' }, roles: ['ACCOUNTANT'], isTheirs: true, Place: Receive },
  { of: /^\/desk\/pay$/, to: '/desk/pay', label: { zh: '付款', en: 'Pay' }, roles: ['ACCOUNTANT'], isTheirs: true, Place: Pay },
  { of: /^\/desk\/pay\/transfer$/, to: '/desk/pay', roles: ['ACCOUNTANT'], isTheirs: true, Place: Transfer },
  // Approvers undo what accountants matched.
  { of: /^\/desk\/reconcile(\/\d+)?$/, to: '/desk/reconcile', label: { zh: '对账', en: 'Reconcile' }, roles: ['ACCOUNTANT', 'APPROVER'], Place: Reconcile },
  { of: /^\/desk\/payments\/\d+\/\d+$/, to: '/desk/payments', roles: [], Place: Outflow },
  { of: /^\/desk\/entries\/?$/, to: '/desk/entries', label: { zh: '账目', en: 'Entries' }, roles: [], Place: Entries },
  { of: /^\/desk\/inflows\/\d+\/\d+$/, to: '/desk/inflows', roles: [], Place: InflowEntry },
  { of: /^\/desk\/complaints\/?$/, to: '/desk/complaints', label: { zh: '投诉', en: 'Complaints' }, roles: ['RESPONDENT', 'AUDITOR'], Place: Complaints },
  { of: /^\/desk\/complaints\/\d+$/, to: '/desk/complaints', roles: [], Place: Complaint },
  { of: /^\/desk\/findings\/\d+$/, to: '/desk/findings', roles: [], Place: Finding },
  { of: /^\/desk\/print\/?$/, to: '/desk/print', label: { zh: '打印', en: 'Print' }, roles: [], Place: Print },
  { of: /^\/desk\/print\/vouchers\/\d{4}-\d{2}$/, to: '/desk/print', roles: [], Place: Vouchers },
  { of: /^\/desk\/print\/certificate\/\d+\/\d+$/, to: '/desk/print', roles: [], Place: Certificate },
  { of: /^\/desk\/funds\/?$/, to: '/desk/funds', label: { zh: '基金', en: 'Funds' }, roles: ['STEWARD'], isTheirs: true, Place: Funds },
  { of: /^\/desk\/audit\/?$/, to: '/desk/audit', label: { zh: '审计', en: 'Audit' }, roles: ['AUDITOR'], isTheirs: true, Place: Audit },
  { of: /^\/desk\/people\/?$/, to: '/desk/people', label: { zh: '人员', en: 'People' }, roles: ['REGISTRAR', 'COUNCIL'], isTheirs: true, Place: People },
]
