import { KIND_WORDS, type Kind, type Words } from '../ledger/words.ts'
import type { Hex } from '../ledger/hex.ts'
import type { Paper } from '../ledger/papers.ts'
import { categoryOf, isDemonstration, projectOf, titleOf } from '../ledger/drafts.ts'
import type { Titled } from './views.ts'

/** What papers say of the entries they stand behind. */
export type Titles = {
  of(entry: { kind: Kind; number: number; paper: Hex }): Titled
  ofFund(fund: { number: number; purpose: Hex } | undefined): { title: Words; purpose: Words; demo: boolean }
}

/** Many donors' fen went into few payments, so that their papers are asked for again and again. */
const MOST_PAPERS = 5_000

/** Reads titles from papers and keeps them until the vault changes. */
export function openTitles(papers: { paperOf(hash: Hex): { paper: Paper } | undefined; version(): string }): Titles {
  const kept = new Map<Hex, Paper | undefined>()
  let version = ''

  return {
    of({ kind, number, paper: hash }) {
      const paper = paperOf(hash)
      const title = paper && titleOf(paper)
      const project = paper && projectOf(paper)
      const { zh, en } = KIND_WORDS[kind]
      const name = { zh: `第 ${number} 笔${zh}`, en: `${en.charAt(0).toUpperCase()}${en.slice(1)} ${number}` }
      return {
        title: title ?? name, category: (paper && categoryOf(paper)) ?? KIND_WORDS[kind], demo: paper ? isDemonstration(paper) : false,
        known: title !== undefined, ...(project !== undefined && { project }),
      }
    },
    ofFund(fund) {
      const paper = fund && paperOf(fund.purpose)
      const number = fund?.number ?? 0
      return {
        title: (paper && titleOf(paper)) ?? { zh: `基金 ${number}`, en: `Fund ${number}` },
        purpose: (paper && purposeOf(paper)) ?? NO_PURPOSE,
        demo: paper ? isDemonstration(paper) : false,
      }
    },
  }

  function paperOf(hash: Hex): Paper | undefined {
    const now = papers.version()
    if (now !== version || kept.size > MOST_PAPERS) kept.clear()
    version = now
    if (!kept.has(hash)) kept.set(hash, papers.paperOf(hash)?.paper)
    return kept.get(hash)
  }
}

const NO_PURPOSE: Words = { zh: '用途见设立凭证。', en: 'Its purpose is in the paper it was opened with.' }

function purposeOf({ public: { purpose, purposeEn } }: Paper): Words | undefined {
  return purpose === undefined ? undefined : { zh: purpose, en: purposeEn ?? purpose }
}
