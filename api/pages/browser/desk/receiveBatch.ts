import { encodeAct } from '../../../../ledger/acts.ts'
import type { Day } from '../../../../ledger/day.ts'
import { inflowDraft } from '../../../../ledger/drafts.ts'
import type { Fen } from '../../../../ledger/fen.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import type { Opened, Paper } from '../../../../ledger/papers.ts'
import { SOURCES, type Source } from '../../../../ledger/words.ts'
import { makePaper, type MadePaper } from '../sealing.ts'

/** A gift to record. `line` and `ordinal` are what it is known by (intake/donations.ts). */
export type Gift = {
  readonly row: number; readonly date: Day; readonly donor: string; readonly amount: Fen; readonly remark: string; readonly reference: string
  readonly line: readonly string[]; readonly ordinal: number
}

/** A gift that the server was asked about. `paper`: the vault has one from an import that was cut off, and the book must name that. */
export type LookedGift = Gift & { readonly ref: Hex; readonly known?: { readonly fund: number; readonly number: number }; readonly paper?: Hex }

/** Gifts of one date, 500 at most. `expected` is the fund's line at that moment. */
export type BatchToMake = { readonly fund: number; readonly expected: Fen; readonly source: Source; readonly date: Day; readonly gifts: readonly LookedGift[] }

/** A gift as it is brought beside the signed call. */
export type BroughtGift = { readonly ref: Hex; readonly amount: string; readonly paper?: Paper; readonly opened?: Opened }

/** What is signed of a batch, and what is brought with it. */
export type MadeBatch = { readonly data: Hex; readonly papers: readonly MadePaper[]; readonly gifts: readonly BroughtGift[] }

/** Makes the papers of a batch and the call that names them. */
export function makeBatch({ fund, expected, source, date, gifts }: BatchToMake): MadeBatch {
  const made = gifts.map((gift) => ({ gift, sealed: gift.paper === undefined ? makePaper(inflowDraft({ source, effectiveOn: date, amount: gift.amount }, gift)) : undefined }))
  const inflows = made.map(({ gift: { ref, amount, paper }, sealed }) => ({ ref, amount, paper: paper ?? sealed?.hash }))
  return {
    data: encodeAct({ contract: 'ledger', name: 'recordInflows', args: [fund, expected, SOURCES.indexOf(source), date, inflows] }),
    papers: made.flatMap(({ sealed }) => sealed ?? []),
    gifts: made.map(({ gift: { ref, amount }, sealed }) => ({ ref, amount: String(amount), ...(sealed && { paper: sealed.paper, opened: sealed.opened }) })),
  }
}
