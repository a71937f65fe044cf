import type { Role } from '../../ledger/words.ts'

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
  return (READERS[kind] ?? []).some((role) => roles.includes(role))
}

function kinds(names: readonly string[], roles: readonly Role[]): Record<string, readonly Role[]> {
  return Object.fromEntries(names.map((name) => [name, roles]))
}
