/** How an answer is compressed. */
export type Encoding = 'br' | 'gzip' | 'identity'

/** An answer as it goes out. `policy` is its Content-Security-Policy. */
export type Answer = { readonly body: string | Buffer; readonly type: string; readonly encoding: Encoding; readonly policy: string }

const MOST_ANSWERS = 4_000
const MOST_BYTES = 64 * 1024 * 1024

/**
 * Keeps what was answered, in the form that `ready` makes when it is first asked for again, until the stamp changes; what was
 * unused longest is dropped first.
 */
export function openAnswers<Ready>(ready: (answer: Answer, stamp: string) => Ready) {
  const answers = new Map<string, { readonly answer: Answer; ready?: Ready }>()
  let bytes = 0
  let stampOfAll = ''

  return {
    find(stamp: string, key: string): Ready | undefined {
      if (stamp !== stampOfAll) return undefined
      const kept = answers.get(key)
      if (!kept) return undefined
      answers.delete(key)
      answers.set(key, kept)
      return (kept.ready ??= ready(kept.answer, stamp))
    },
    keep(stamp: string, key: string, answer: Answer): void {
      if (stamp !== stampOfAll) {
        answers.clear()
        bytes = 0
        stampOfAll = stamp
      }
      bytes += answer.body.length - (answers.get(key)?.answer.body.length ?? 0)
      answers.set(key, { answer })
      for (const [oldest, { answer: { body } }] of answers) {
        if (answers.size <= MOST_ANSWERS && bytes <= MOST_BYTES) break
        answers.delete(oldest)
        bytes -= body.length
      }
    },
  }
}
