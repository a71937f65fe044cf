import type { Office } from './context.ts'
import { CannotRun } from './refused.ts'

const PATIENCE_MS = 30_000

/** Waits until the mirror has every block that the chain has now. @throws {CannotRun} when it stays behind. */
export async function mirroredBooks({ desk, books }: Pick<Office, 'desk' | 'books'>): Promise<Office['books']> {
  const newest = Number(await desk.client.request('eth_blockNumber'))
  const end = Date.now() + PATIENCE_MS
  while ((books.head()?.block ?? 0) < newest) {
    if (Date.now() > end)
      throw new CannotRun('MIRROR_BEHIND', {
        zh: '镜像没有跟上账本；请确认服务器正在运行。', en: 'The mirror does not catch up with the book; is the server running?',
      })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return books
}
