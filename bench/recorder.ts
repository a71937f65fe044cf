import { foundBook, openSigner, type Send } from './book.ts'
import type { DayBatch } from './credits.ts'

/** Records batches in fund 1, each behind the last, and gives the answer to the last one. */
export type Recorder = { recordAll(batches: readonly DayBatch[]): Promise<unknown> }

/** Founds a book and opens its recorder. */
export async function openRecorder(send: Send): Promise<Recorder> {
  const book = await foundBook(send)
  const sign = openSigner(book, 'ACCOUNTANT')
  let received = 0n
  return {
    async recordAll(batches) {
      let answer: unknown
      for (const { effectiveOn, inflows } of batches) {
        const raw = await sign({ contract: 'ledger', name: 'recordInflows', args: [1, received, 1, effectiveOn, inflows] })
        for (const { amount } of inflows) received += amount
        answer = await send(raw)
      }
      return answer
    },
  }
}
