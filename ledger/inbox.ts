/**
 * What can wait for somebody at the desk: a step of an outflow, one's own that was rejected, a void that an accountant asks for, one's own that
 * was refused, bank lines to explain, those whose papers are to come, a month to close, a key without a role, roles that nobody holds, complaints, findings to
 * answer or to verify.
 */
export const INBOX_KINDS = ['approve', 'execute', 'accept', 'rejected', 'void', 'refused', 'explain', 'paper', 'close', 'appoint', 'vacant', 'complaint', 'finding', 'verify'] as const

export type InboxKind = (typeof INBOX_KINDS)[number]
