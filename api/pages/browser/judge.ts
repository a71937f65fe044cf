import type { Hex } from '../../../ledger/hex.ts'
import { titleOf } from '../../../ledger/drafts.ts'
import type { TraceFacts } from '../../../proof/check/facts.ts'
import { fetchPaper } from './fetching.ts'
import { claimsOf, textOf, type Language, type PartTold } from './sentences.ts'

/** What the page says beside what the proof proves. */
export type Verdict = {
  readonly claims: readonly Claim[]
  /** Whether the page says what is proven, and nothing else. */
  readonly agree: boolean
  /** Papers that the server gave, but that are not those of the book. */
  readonly falsePapers: number
  /** Papers that the server does not have. */
  readonly missingPapers: number
}

/** One sentence: `said` by the page, `proven` by the proof; either may be missing. */
export type Claim = { readonly said: string | undefined; readonly proven: string | undefined }

/**
 * Compares what stands on the page, letter by letter, with the sentences that follow from the proof, and marks it there. What
 * a payment was for is taken from its paper, which must have the hash that is proven.
 */
export async function judge(facts: TraceFacts, page: HTMLElement, language: Language): Promise<Verdict> {
  const { titles, falsePapers, missingPapers } = await titlesOf(facts.parts, language)
  const proven = claimsOf(facts, (paper) => titles.get(paper), language).map(textOf)
  const places = [...page.querySelectorAll<HTMLElement>('[data-claim]')]
  const said = places.map((place) => place.textContent)
  for (const [at, place] of places.entries()) place.dataset['claim'] = said[at] === proven[at] ? 'proven' : 'disproven'
  const claims = Array.from({ length: Math.max(proven.length, said.length) }, (_, at) => ({ said: said[at], proven: proven[at] }))
  return {
    claims,
    agree: claims.every((claim) => claim.said === claim.proven),
    falsePapers,
    missingPapers,
  }
}

/** What the papers of these parts call their entries: from papers that have the hashes asked for, and from no other. */
export async function titlesOf(parts: readonly PartTold[], language: Language) {
  const hashes = [...new Set(papersOf(parts))]
  const found = await Promise.all(hashes.map(async (hash) => [hash, await fetchPaper(hash, language)] as const))
  return {
    titles: new Map(found.map(([hash, paper]) => [hash, paper && paper !== 'false' ? titleOf(paper)?.[language] : undefined])),
    falsePapers: found.filter(([, paper]) => paper === 'false').length,
    missingPapers: found.filter(([, paper]) => paper === undefined).length,
  }
}

function papersOf(parts: readonly PartTold[]): Hex[] {
  return parts.flatMap((part) =>
    part.place === 'fund' ? [] : [part.outflow.paper, ...part.back.flatMap((back) => papersOf(back.parts))],
  )
}
