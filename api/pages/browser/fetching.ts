import { hashOfPaper, readPaper, type Paper } from '../../../ledger/papers.ts'
import type { Hex } from '../../../ledger/hex.ts'

/** The server gave no answer, or a refusal whose sentence is in `message`. */
export class Unanswered extends Error {
  override name = 'Unanswered'
  readonly code: string

  constructor(code: string, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/** Fetches from this server; the visitor's language picks the sentence of a refusal. @throws {Unanswered} */
export async function fetchHere(path: string, language: 'zh' | 'en'): Promise<Response> {
  const response = await fetch(path, { credentials: 'omit', referrerPolicy: 'no-referrer' }).catch(() => undefined)
  if (!response) throw new Unanswered('OFFLINE', language === 'zh' ? '没有连上服务器。' : 'The server cannot be reached.')
  if (response.ok) return response
  const problem: unknown = await response.json().catch(() => ({}))
  const { code = 'UNKNOWN', zh = '', message = '' } = Object(problem)
  throw new Unanswered(String(code), String(language === 'zh' ? zh : message))
}

/** A paper that has the hash which was proven; undefined when the server has none, 'false' when it gave another one. */
export async function fetchPaper(hash: Hex, language: 'zh' | 'en'): Promise<Paper | 'false' | undefined> {
  try {
    const answer: unknown = await (await fetchHere(`/v1/papers/${hash}`, language)).json()
    const paper = readPaper(Object(answer).paper)
    return hashOfPaper(paper) === hash ? paper : 'false'
  } catch (error) {
    if (error instanceof RangeError) return 'false'
    if (error instanceof Unanswered && error.code === 'PAPER_UNKNOWN') return undefined
    throw error
  }
}
