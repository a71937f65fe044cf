import type { Hex } from '../../ledger/hex.ts'
import type { Opened, Paper } from '../../ledger/papers.ts'
import { ROLES, type Role } from '../../ledger/words.ts'

/** Who knows papers, and what stands in their private fields. */
export type PrivatePapers = { paperOf(hash: Hex): { readonly paper: Paper } | undefined; fieldsOf(hash: Hex): Opened | undefined }

/** Which roles read the private fields of each kind of paper; of a kind that is not here nobody does. */
const READERS: Readonly<Record<string, readonly Role[]>> = {
  donation: ['ACCOUNTANT', 'AUDITOR'],
  inflow: ['ACCOUNTANT', 'AUDITOR'],
  ...kinds(['payment', 'refund', 'transfer', 'void', 'approval', 'rejection', 'cancellation', 'execution', 'acceptance', 'return'],
    ['ACCOUNTANT', 'APPROVER', 'CASHIER', 'ACCEPTER', 'AUDITOR']),
  ...kinds(['bank-account', 'bank-statement', 'bank-line', 'bank-undoing', 'bank-explanation'], ['STEWARD', 'ACCOUNTANT', 'APPROVER', 'CASHIER', 'AUDITOR']),
  ...kinds(['complaint', 'complaint-reopening'], ['RESPONDENT', 'AUDITOR']),
  person: ['REGISTRAR', 'COUNCIL', 'AUDITOR'],
}

/** Which roles write entries with each kind of paper; any person of the book answers a finding. Residents' papers come with their complaints. */
const WRITERS: Readonly<Record<string, readonly Role[]>> = {
  person: ['REGISTRAR'],
  key: ['REGISTRAR'],
  ...kinds(['fund', 'closing', 'period-certificate', 'bank-account'], ['STEWARD']),
  ...kinds(['donation', 'inflow', 'return', 'payment', 'refund', 'transfer', 'cancellation', 'bank-statement', 'bank-line', 'bank-matching', 'bank-explanation'], ['ACCOUNTANT']),
  ...kinds(['approval', 'rejection', 'void', 'bank-undoing'], ['APPROVER']),
  execution: ['CASHIER'],
  acceptance: ['ACCEPTER'],
  ...kinds(['opinion', 'finding', 'finding-verified', 'finding-sent-back', 'complaint-review'], ['AUDITOR']),
  ...kinds(['complaint-answer', 'complaint-closing'], ['RESPONDENT']),
  'finding-answer': ROLES,
}

/** Which roles may bring a paper of this kind for an entry of theirs. */
export function writersOf(kind: string): readonly Role[] {
  return Object.hasOwn(WRITERS, kind) ? (WRITERS[kind] ?? []) : []
}

/** Whether somebody with these roles may read the private fields of a paper of this kind, and the documents behind it. */
export function mayRead(roles: readonly Role[], kind: string): boolean {
  return Object.hasOwn(READERS, kind) && (READERS[kind] ?? []).some((role) => roles.includes(role))
}

/**
 * The private fields of a paper, as somebody with these roles may read them. An act may name any hash: what counts is the kind of
 * the paper itself, and where only some kinds belong (`expected`), a paper of another tells nothing.
 */
export function fieldsFor(papers: PrivatePapers, roles: readonly Role[], hash: Hex, ...expected: readonly string[]): Opened | undefined {
  const kind = papers.paperOf(hash)?.paper.kind
  if (kind === undefined || !mayRead(roles, kind) || (expected.length > 0 && !expected.includes(kind))) return undefined
  return papers.fieldsOf(hash)
}

function kinds(names: readonly string[], roles: readonly Role[]): Record<string, readonly Role[]> {
  return Object.fromEntries(names.map((name) => [name, roles]))
}
