/** How an answer is compressed. */
export type Encoding = 'br' | 'gzip' | 'identity'

/** An answer as it went out, with its headers (name, value, name, value …) when it is sent whole and when it is known already. */
export type Kept = { body: Buffer; etag: string; whole: string[]; unchanged: string[] }

const MOST_ANSWERS = 4_000
const MOST_BYTES = 64 * 1024 * 1024

/** Keeps the answers given since the book last moved; those unused longest are dropped first. */
export function openAnswers() {
  const answers = new Map<string, Kept>()
  let bytes = 0
  let stampOfAll = ''

  return {
    find(stamp: string, key: string): Kept | undefined {
      if (stamp !== stampOfAll) return undefined
      const kept = answers.get(key)
      if (!kept) return undefined
      answers.delete(key)
      answers.set(key, kept)
      return kept
    },
    keep(stamp: string, key: string, kept: Kept): void {
      if (stamp !== stampOfAll) {
        answers.clear()
        bytes = 0
        stampOfAll = stamp
      }
      bytes += kept.body.length - (answers.get(key)?.body.length ?? 0)
      answers.set(key, kept)
      for (const [oldest, { body }] of answers) {
        if (answers.size <= MOST_ANSWERS && bytes <= MOST_BYTES) break
        answers.delete(oldest)
        bytes -= body.length
      }
    },
  }
}
