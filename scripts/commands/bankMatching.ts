import { openEntries, openLines, windowOf } from '../../api/desk/unmatched.ts'
import { proposeMatches, type Proposal } from '../../intake/matching.ts'
import type { Office } from './context.ts'

/** What seems to be the same money in an account, the likeliest first. */
export function proposalsFor({ books, vault }: Office, account: number): Proposal[] {
  const lines = [...openLines(books, vault, account)]
  const window = windowOf(lines)
  if (!window) return []
  return proposeMatches(lines, [...openEntries(books, vault, window)].filter((entry) => entry !== undefined))
}
