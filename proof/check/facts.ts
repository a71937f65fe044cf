import type { Anchor } from '../../ledger/anchor.ts'
import type { Leaf } from '../../ledger/batch.ts'
import type { Day } from '../../ledger/day.ts'
import { Fen, sumFen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { LineWord, OutflowWord } from '../../ledger/slots.ts'
import type { Source } from '../../ledger/words.ts'

/** What a trace proof proves, "as of" its block. Amounts and places in fen, people as their numbers. */
export type TraceFacts = {
  readonly chainId: bigint
  readonly genesis: Hex
  readonly ledger: Hex
  /** `time` in unix seconds. */
  readonly block: { readonly number: bigint; readonly hash: Hex; readonly time: number }
  readonly sealing: Anchor['sealing']
  readonly sealers: readonly Hex[]
  readonly quorum: number
  readonly fund: number
  readonly line: LineWord
  readonly inflow: ProvenInflow
  /** The part of the inflow that was traced, in fen from its start: all of it, but in long histories. */
  readonly from: Fen
  readonly to: Fen
  /** Where the fen from `from` to `to` went or lie: without gap or overlap, in order. */
  readonly parts: readonly Part[]
  readonly sums: Sums
}

/**
 * The inflow of the question. `cut` fen were taken from its tail by voids and refunds; `recorder` is a person's number.
 */
export type ProvenInflow = Leaf & {
  readonly number: number
  readonly batch: number
  readonly effectiveOn: Day
  readonly source: Source
  readonly recorder: number
  readonly cut: Fen
}

/**
 * The donor's fen from `from` to `to`, counted from his inflow's start on every level: unspent in a fund, or in an
 * outflow.
 */
export type Part = Unspent | Spent
export type Unspent = { readonly place: 'fund'; readonly fund: number; readonly from: Fen; readonly to: Fen }
export type Spent = {
  readonly place: 'outflow'
  readonly from: Fen
  readonly to: Fen
  readonly outflow: ProvenOutflow
  /** Number of the piece, and where in the outflow this part begins. */
  readonly piece: number
  readonly offset: Fen
  /** Those of these fen that came back, from here to `to`; equal to `to` when none did. */
  readonly backFrom: Fen
  /** What became of them then, in order; empty with `backFrom` below `to` when the proof traces them no further. */
  readonly back: readonly Back[]
}

export type ProvenOutflow = OutflowWord & { readonly fund: number; readonly number: number; readonly paper: Hex }

/** An inflow that brought some of the fen back, and what became of them. */
export type Back = {
  readonly fund: number
  readonly inflow: number
  readonly effectiveOn: Day
  readonly source: Source
  readonly from: Fen
  readonly to: Fen
  readonly parts: readonly Part[]
}

/** Where the fen are at last; together they are the part of the inflow that was traced. */
export type Sums = {
  readonly paid: Fen
  readonly refunded: Fen
  readonly voided: Fen
  readonly unspent: Fen
  readonly untraced: Fen
}

/** Where fen are at last: `untraced` means that they came back from this outflow and the proof goes no further. */
export type LastPlace = { readonly from: Fen; readonly to: Fen; readonly untraced: boolean; readonly part: Part }

/** Where each fen is at last, in order and without a gap: the ends of all ways through returns and transfers. */
export function lastPlaces(parts: readonly Part[]): LastPlace[] {
  return parts.flatMap((part): LastPlace[] => {
    const { from, to } = part
    if (part.place === 'fund' || part.backFrom === to) return [{ from, to, untraced: false, part }]

    const stayed = from < part.backFrom ? [{ from, to: part.backFrom, untraced: false, part }] : []
    const came = part.back.length
      ? part.back.flatMap((back) => lastPlaces(back.parts))
      : [{ from: part.backFrom, to, untraced: true, part }]
    return [...stayed, ...came]
  })
}

/** The sums over the last places. */
export function sumsOf(parts: readonly Part[]): Sums {
  const places = lastPlaces(parts)
  const sumOf = (wanted: string) =>
    sumFen(places.filter((place) => nameOf(place) === wanted).map(({ from, to }) => Fen(to - from)))
  return {
    paid: sumOf('Payment'),
    refunded: sumOf('Refund'),
    voided: sumOf('Void'),
    unspent: sumOf('fund'),
    untraced: sumOf('untraced'),
  }
}

function nameOf({ untraced, part }: LastPlace): string {
  if (untraced) return 'untraced'
  return part.place === 'fund' ? 'fund' : part.outflow.kind
}
