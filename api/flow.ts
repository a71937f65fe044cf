import type { Outpour } from '../indexer/funds.ts'
import type { Reader } from '../indexer/read.ts'
import { Fen } from '../ledger/fen.ts'
import { KIND_WORDS, type Words } from '../ledger/words.ts'
import type { Titles } from './titles.ts'
import type { FlowView } from './views.ts'

/**
 * Money's way. What came back is told as not having gone: it is neither a source nor a purpose, so that what flows into a
 * fund is what flows out of it and what is unspent.
 */
export function flowOf(reader: Reader, titles: Titles): FlowView {
  const into = reader.inpours().filter(({ source }) => source !== 'Return').map(({ source, fund, amount }) => ({ source, fund, amount }))
  const outOf = reader.outpours().map((outpour) => ({
    fund: outpour.fund,
    purpose: purposeOf(outpour, reader, titles),
    // The other end of a transfer is no return: the money is gone from this fund.
    amount: outpour.kind === 'Transfer' || outpour.paid < outpour.returned ? outpour.paid : Fen(outpour.paid - outpour.returned),
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
