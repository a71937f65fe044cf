import type { Words } from '../../ledger/words.ts'
import type { Target } from './book.ts'
import { NotCaught, type Answer, type Fraud } from './caught.ts'

/** How a fraud ended: what the controls answered, and what a control missed that should have answered. */
export type Played = Omit<Fraud, 'play'> & { readonly answers: readonly Answer[]; readonly missed?: Words }

/** Plays one fraud after the other, all against one book. */
export async function playAll(frauds: readonly Fraud[], book: Target): Promise<Played[]> {
  const all: Played[] = []
  for (const fraud of frauds) all.push(await playOne(fraud, book))
  return all
}

/** Plays one. Where neither a control answers nor it is said what people must do, it counts as missed. */
export async function playOne({ play, ...fraud }: Fraud, book: Target): Promise<Played> {
  try {
    const answers = await play(book)
    if (answers.length > 0 || fraud.people) return { ...fraud, answers }
    return { ...fraud, answers, missed: { zh: '没有控制答复', en: 'no control answered' } }
  } catch (error) {
    if (!(error instanceof NotCaught)) throw error
    return { ...fraud, answers: [], missed: error.words }
  }
}
