import type { Hex } from '../../ledger/hex.ts'
import type { Opened, Paper } from '../../ledger/papers.ts'
import type { Role } from '../../ledger/words.ts'

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
