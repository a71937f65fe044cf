import type { Hex } from '../../../ledger/hex.ts'
import { hashOfPaper, sealPaper, type Draft, type Opened, type Paper } from '../../../ledger/papers.ts'

/** A paper made by this browser, and the hash that the book will name. */
export type MadePaper = { readonly hash: Hex; readonly paper: Paper; readonly opened: Opened }

/** Seals a draft with salts that nobody else has drawn. */
export function makePaper(draft: Draft): MadePaper {
  const sealed = sealPaper(draft, (length) => crypto.getRandomValues(new Uint8Array(length)))
  return { ...sealed, hash: hashOfPaper(sealed.paper) }
}
