import { JournalError } from '../../chain/journal.ts'
import { WitnessRefuses } from '../../chain/witness.ts'
import { GapFound } from '../../indexer/numbers.ts'
import type { Words } from '../../ledger/words.ts'
import { BundleError } from '../../proof/check/bundle/fault.ts'
import { refusalSentence } from '../../proof/check/bundle/sentences.ts'
import { ProofError } from '../../proof/check/error.ts'
import type { Target } from './book.ts'

/** What a control answered to a deed: who it is, its code, and its sentence. */
export type Answer = { readonly control: Words; readonly code: string } & Words

/** One way to cheat. `play` does it to the book and gives what the controls answered; it throws {NotCaught} when one that should stayed silent. */
export type Fraud = {
  readonly name: Words
  /** What is done. */
  readonly deed: Words
  readonly play: (book: Target) => Promise<readonly Answer[]>
  /** What people must do, where no control can answer. */
  readonly people?: Words
}

/** A control that should have refused did not, or for another reason. */
export class NotCaught extends Error {
  override name = 'NotCaught'
  readonly words: Words

  constructor(control: Words, code: string, said: Omit<Answer, 'control'> | undefined) {
    const words = {
      zh: `${control.zh}没有拦住：应答复 ${code}，实际${said ? `答复 ${said.code}：${said.zh}` : '没有拒绝'}`,
      en: `${control.en} did not catch it: ${code} was expected, and it ${said ? `answered ${said.code}: ${said.en}` : 'refused nothing'}`,
    }
    super(words.en)
    this.words = words
  }
}

/** Does a deed that a control must refuse with this code. @throws {NotCaught} when it does not. */
export async function caught(control: Words, code: string, deed: () => Promise<unknown>): Promise<Answer> {
  const said = await answerTo(deed)
  if (said?.code !== code) throw new NotCaught(control, code, said)
  return { control, ...said }
}

/** What was answered to a deed; undefined when nothing was said against it. */
export async function answerTo(deed: () => Promise<unknown>): Promise<Omit<Answer, 'control'> | undefined> {
  try {
    await deed()
    return undefined
  } catch (error) {
    return readAnswer(error)
  }
}

// An error without words of its own that is none of these is a fault of the deed, not an answer to it.
function readAnswer(error: unknown): Omit<Answer, 'control'> {
  if (error instanceof BundleError || error instanceof ProofError) {
    const { where, what } = refusalSentence(error)
    return { code: error instanceof BundleError ? error.fault.code : error.code, zh: `${where.zh}：${what.zh}`, en: `${where.en}: ${what.en}` }
  }
  if (error instanceof JournalError)
    return { code: 'JOURNAL_ALTERED', zh: `日志第 ${error.line} 行与原来的不符，拒绝启动。`, en: error.message.replace(` ${error.file}`, '') }
  if (error instanceof GapFound)
    return { code: 'GAP_FOUND', zh: `少了一笔：应为第 ${error.expected} 号，来的是第 ${error.found} 号；镜像停在这里。`, en: error.message }
  if (error instanceof WitnessRefuses)
    return { code: 'FORK_SEEN', zh: '看到两种历史：保留双方证据，从此不再签封。', en: error.message.replace(error.file, 'fork.json') }
  if (error instanceof Error && 'code' in error && 'words' in error) {
    const { zh, en } = error.words as Words
    return { code: String(error.code), zh, en }
  }
  throw error
}
