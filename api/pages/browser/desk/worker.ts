import { InputRefused } from '../../../../ledger/failures.ts'
import type { Answer, Asked } from './beside.ts'
import { examine } from './examine.ts'
import { makeBatch } from './receiveBatch.ts'
import { readFile } from './receiveFile.ts'

/** Reads lists, makes papers and verifies bundles beside the page, which stays quick meanwhile. */
addEventListener('message', async ({ data: { id, ask } }: MessageEvent<Asked>) => {
  const say = (answer: Omit<Answer, 'id'>): void => postMessage({ id, ...answer } satisfies Answer)
  try {
    if ('bundle' in ask) say({ done: await examine(ask, (share) => say({ share })) })
    else say({ done: 'bytes' in ask ? readFile(ask) : makeBatch(ask) })
  } catch (error) {
    if (error instanceof InputRefused) say({ refused: error.words })
    else say({ failed: error instanceof Error ? error.message : String(error) })
  }
})
