import type { Hex } from '../../../ledger/hex.ts'
import type { BackTold, PartTold, SpentTold, Trace } from './sentences.ts'

/** A gift's trace with the hash of its paper, by the page or by a proof. */
export type Gift = Trace & { readonly inflow: { readonly paper: Hex } }

/**
 * Whether one trace of a gift can have become the other in a book that only grows.
 *
 * The gift's own entry never changes. Fen that an outflow took stay in it, at their place, under its paper; its state only
 * goes forward, and once it is done it takes no more. What came back of it stays where it arrived; more may come back.
 * Unspent fen may go, but into outflows of the fund in which they lay. So all that the earlier trace says of spent fen must
 * stand in the later one, whichever of the two the page's is. What the later one has beyond that may be new or invented:
 * only the next seals tell.
 */
export function couldBecome(earlier: Gift, later: Gift): boolean {
  return entryOf(earlier) === entryOf(later) && isWhole(earlier) && isWhole(later) &&
    stay(earlier.parts, later.parts) && takesNoMore(spentOf(earlier.parts), spentOf(later.parts))
}

function entryOf({ fund, inflow: { number, amount, effectiveOn, source, paper } }: Gift): string {
  return [fund, number, amount, effectiveOn, source, paper].join(' ')
}

function isWhole({ fund, inflow, parts }: Gift): boolean {
  return tile(parts, 0n, inflow.amount, (part) => isOf(fund, part))
}

function isOf(fund: number, part: PartTold): boolean {
  if (part.place === 'fund') return part.fund === fund
  const { outflow, back, backFrom, to } = part
  return outflow.fund === fund && (back.length === 0 || tile(back, backFrom, to, isWholeBack))
}

function isWholeBack({ fund, from, to, parts }: BackTold): boolean {
  return tile(parts, from, to, (part) => isOf(fund, part))
}

type Span = { readonly from: bigint; readonly to: bigint }

/** Whether the spans lie one after the other from `from` to `to`, and each is in order. */
function tile<One extends Span>(spans: readonly One[], from: bigint, to: bigint, inOrder: (span: One) => boolean): boolean {
  let at = from
  for (const span of spans) {
    if (span.from !== at || span.to <= at || !inOrder(span)) return false
    at = span.to
  }
  return at === to
}

function stay(earlier: readonly PartTold[], later: readonly PartTold[]): boolean {
  return earlier.every((part) => part.place === 'fund' || later.some((then) => then.place === 'outflow' && stayed(part, then)))
}

function stayed(part: SpentTold, then: SpentTold): boolean {
  return isSame(part, then) && part.outflow.kind === then.outflow.kind && part.outflow.paper === then.outflow.paper &&
    PROGRESS.indexOf(part.outflow.state) <= PROGRESS.indexOf(then.outflow.state) &&
    then.backFrom <= part.backFrom && part.back.every((back) => then.back.some((again) => cameBack(back, again)))
}

/** How an outflow that took fen goes on. */
const PROGRESS = ['Approved', 'Executed', 'Accepted']

function cameBack(back: BackTold, again: BackTold): boolean {
  return placeOf(back) === placeOf(again) && stay(back.parts, again.parts)
}

function placeOf({ fund, inflow, effectiveOn, source, from, to }: BackTold): string {
  return [fund, inflow, effectiveOn, source, from, to].join(' ')
}

function takesNoMore(earlier: readonly SpentTold[], later: readonly SpentTold[]): boolean {
  const fresh = later.filter((then) => !earlier.some((part) => isSame(part, then)))
  return fresh.every((then) => !earlier.some((part) => isSameOutflow(part, then) && part.outflow.state !== 'Approved'))
}

function spentOf(parts: readonly PartTold[]): SpentTold[] {
  return parts.flatMap((part) => (part.place === 'fund' ? [] : [part, ...part.back.flatMap((back) => spentOf(back.parts))]))
}

function isSame(part: SpentTold, then: SpentTold): boolean {
  return part.from === then.from && part.to === then.to && isSameOutflow(part, then)
}

function isSameOutflow({ outflow: { fund, number } }: SpentTold, then: SpentTold): boolean {
  return then.outflow.fund === fund && then.outflow.number === number
}
