import type { Hex } from './hex.ts'
import type { Draft, Paper } from './papers.ts'
import type { Words } from './words.ts'

/** 20 MiB: what a telephone makes of an invoice in its finest setting. What is kept of a photograph is far smaller. */
export const MAX_PICKED_BYTES = 20 * 1024 * 1024

/** An outflow whose papers have a certain picture or invoice number; its title where its paper says one. */
export type UsedBy = { readonly fund: number; readonly number: number; readonly title?: Words }

/**
 * What became of a file that somebody at the desk brought: the SHA-256 of what is kept, which is not the file itself where
 * it was a photograph, its kind and size, and the outflows that have the same picture already.
 */
export type KeptDocument = { readonly sha256: Hex; readonly mediaType: string; readonly bytes: number; readonly used: readonly UsedBy[] }

/**
 * The documents that a paper names in its public fields `document1`, `document2` …, as it writes them: each should be the
 * SHA-256 of what is kept, as 0x and small letters.
 */
export function documentsNamedIn({ public: fields }: Paper): string[] {
  return Object.entries(fields).filter(([name]) => /^document\d+$/.test(name)).map(([, value]) => value)
}

/** The same draft with the documents that stand behind it, in the order in which they were given. */
export function withDocuments(draft: Draft, documents: readonly Hex[]): Draft {
  return { ...draft, public: { ...draft.public, ...Object.fromEntries(documents.map((hash, index) => [`document${index + 1}`, hash])) } }
}
