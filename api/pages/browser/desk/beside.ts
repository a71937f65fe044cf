import type { Words } from '../../../../ledger/words.ts'
import { byId } from '../element.ts'
import type { BundleExamined, BundleToExamine } from './examine.ts'
import { word } from './language.ts'
import type { BatchToMake, MadeBatch } from './receiveBatch.ts'
import type { FileRead, FileToRead } from './receiveFile.ts'
import { SentenceOnly } from './server.ts'

/** What the page asks of the worker, and what that answers. */
export type Asked = { readonly id: number; readonly ask: FileToRead | BatchToMake | BundleToExamine }
export type Answer = {
  readonly id: number; readonly done?: FileRead | MadeBatch | BundleExamined; readonly refused?: Words; readonly failed?: string
  /** How far something long has come, from 0 to 1: it goes on. */
  readonly share?: number
}

/** Reads a list beside the page. @throws {SentenceOnly} when it is no table. */
export async function readBeside(file: FileToRead): Promise<FileRead> {
  return (await ask(file)) as FileRead
}

/** Makes a batch beside the page: 500 papers take a tenth of a second. */
export async function makeBeside(batch: BatchToMake): Promise<MadeBatch> {
  return (await ask(batch)) as MadeBatch
}

/** Verifies a bundle beside the page: a large one takes a minute. @throws {SentenceOnly} when the anchor or the words cannot be read. */
export async function examineBeside(bundle: BundleToExamine, onShare: (share: number) => void): Promise<BundleExamined> {
  return (await ask(bundle, onShare)) as BundleExamined
}

const address = trusted(byId('main').dataset['worker'] ?? '')
const waiting = new Map<number, (answer: Answer) => void>()
let worker: Worker | undefined
let last = 0

async function ask(asked: Asked['ask'], onShare: (share: number) => void = () => {}): Promise<Answer['done']> {
  worker ??= begin()
  const id = ++last
  const { done, refused, failed } = await new Promise<Answer>((resolve) => {
    waiting.set(id, (answer) => {
      if (answer.share !== undefined) return onShare(answer.share)
      waiting.delete(id)
      resolve(answer)
    })
    worker?.postMessage({ id, ask: asked } satisfies Asked)
  })
  if (refused) throw new SentenceOnly(word(refused))
  if (failed !== undefined) throw new Error(failed)
  return done
}

function begin(): Worker {
  const begun = new Worker(address)
  begun.addEventListener('message', ({ data }: MessageEvent<Answer>) => waiting.get(data.id)?.(data))
  begun.addEventListener('error', ({ message }) => {
    for (const [id, answer] of [...waiting]) answer({ id, failed: message || 'the worker did not start' })
    worker = undefined
  })
  return begun
}

/** The page's policy wants the address of a worker to come from this one policy, which is made once, before anybody else could. */
function trusted(path: string): string {
  const { trustedTypes } = window as { trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(text: string): string }): { createScriptURL(text: string): string } } }
  return trustedTypes ? trustedTypes.createPolicy('mingzhang-worker', { createScriptURL: () => path }).createScriptURL(path) : path
}
