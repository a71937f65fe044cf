import type { Outpour } from '../indexer/funds.ts'
import type { Reader } from '../indexer/read.ts'
import { Fen } from '../ledger/fen.ts'
import { KIND_WORDS, type Words } from '../ledger/words.ts'
import type { Titles } from './titles.ts'
import type { FlowView } from './views.ts'

/**
 * Money's way. What came back to its fund is told as not having gone, and what was voided as not having come: they are neither a
 * source nor a purpose, so that what flows into a fund is what flows out of it and what is unspent. What came back to another
 * fund is a source there.
 */
export function flowOf(reader: Reader, titles: Titles): FlowView {
  const into = reader.inpours().map(({ source, fund, amount }) => ({ source, fund, amount })).filter(({ amount }) => amount > 0n)
  const outOf = reader.outpours().map((outpour) => ({
    fund: outpour.fund,
    purpose: purposeOf(outpour, reader, titles),
    amount: outpour.paid < outpour.returned ? outpour.paid : Fen(outpour.paid - outpour.returned),
  }))
  return { into, outOf }
}

function purposeOf({ kind, outflow: number, subject, paper }: Outpour, reader: Reader, titles: Titles): Words {
  if (kind === 'Transfer') {
    const { title } = titles.ofFund(reader.fund(subject))
    return { zh: `划往${title.zh}`, en: `to ${title.en}` }
  }
  return kind === 'Payment' ? titles.of({ kind, number, paper }).category : KIND_WORDS[kind]
}
