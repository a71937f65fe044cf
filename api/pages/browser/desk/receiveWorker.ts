import { InputRefused } from '../../../../ledger/failures.ts'
import { makeBatch } from './receiveBatch.ts'
import { readFile } from './receiveFile.ts'
import type { Answer, Asked } from './receiveWork.ts'

/** Reads lists and makes papers beside the page, which stays quick meanwhile. */
addEventListener('message', ({ data: { id, ask } }: MessageEvent<Asked>) => {
  postMessage({ id, ...answerOf(ask) } satisfies Answer)
})

function answerOf(ask: Asked['ask']) {
  try {
    return { done: 'bytes' in ask ? readFile(ask) : makeBatch(ask) }
  } catch (error) {
    if (error instanceof InputRefused) return { refused: error.words }
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}
