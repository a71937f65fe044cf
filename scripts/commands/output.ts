import { SingleBar } from 'cli-progress'
import { CommanderError } from 'commander'
import { Fen, formatYuan } from '../../ledger/fen.ts'
import type { Words } from '../../ledger/words.ts'
import { Interrupted, isOfSystem, Refused, unusable } from './refused.ts'
import { usageOf } from './usage.ts'

/** How a command speaks: in sentences, or as one JSON object. Progress and errors go to standard error. */
export type Output = {
  json: boolean
  /** Tells the result, once, at the end. */
  tell(result: object, lines: readonly string[]): void
  /** Something to know meanwhile. */
  note(line: string): void
  progress(what: string): Progress
}

/** Long work, as far as it is. Shown on a terminal only. */
export type Progress = { at(done: number, total: number): void; end(): void }

/** Speaks to this process's terminal. */
export function openOutput(json: boolean): Output {
  return {
    json,
    tell(result, lines) {
      process.stdout.write(json ? `${JSON.stringify(result, plain)}\n` : lines.map((line) => `${printable(line)}\n`).join(''))
    },
    note: (line) => void process.stderr.write(`${printable(line)}\n`),
    progress: (what) => openProgress(what, json),
  }
}

/** Says why a command ended, and gives its exit code: 1 refused, 2 could not run, 130 stopped. */
export function complain(error: unknown, json: boolean): 1 | 2 | 130 {
  const { code, words, facts } = reasonOf(error)
  if (json) process.stderr.write(`${JSON.stringify({ code, message: words.en, zh: words.zh, ...facts })}\n`)
  else process.stderr.write(`${printable(words.zh)}\n${printable(words.en)}\n`)
  if (error instanceof Interrupted) return 130
  return error instanceof Refused || error instanceof RangeError ? 1 : 2
}

// All that a terminal obeys, but for line ends and tabs; and what turns the order of letters about.
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A text as it stands, with whatever a terminal would obey written out: files and servers must not paint their own verdict. */
export function printable(text: string): string {
  return text.replace(OBEYED, (letter) => `\\u{${letter.charCodeAt(0).toString(16)}}`)
}

/** `¥12.00`, or `-¥12.00`. */
export function signedYuan(amount: bigint): string {
  return amount < 0n ? `-¥${formatYuan(Fen(-amount))}` : `¥${formatYuan(Fen(amount))}`
}

function reasonOf(error: unknown): { code: string; words: Words; facts: object } {
  if (error instanceof CommanderError) return reasonOf(usageOf(error))
  if (isOfSystem(error)) return reasonOf(unusable(error))
  if (error instanceof Error && 'words' in error && 'code' in error) {
    const { code, words, facts } = Object(error)
    return { code: String(code), words, facts: { ...(facts && { facts }) } }
  }
  const text = error instanceof Error ? error.message : String(error)
  return error instanceof RangeError
    ? { code: 'INPUT_REFUSED', words: { zh: `不能接受：${text}`, en: `Not accepted: ${text}` }, facts: {} }
    : { code: 'FAILED', words: { zh: `未能完成：${text}`, en: `It failed: ${text}` }, facts: {} }
}

function openProgress(what: string, json: boolean): Progress {
  if (json || !process.stderr.isTTY) return { at() {}, end() {} }
  const format = `${what} {bar} {value}/{total} {percentage}% {eta_formatted}`
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true })
  let begun = false
  return {
    at(done, total) {
      if (!begun) bar.start(total, 0)
      begun = true
      bar.setTotal(total)
      bar.update(done)
    },
    end: () => bar.stop(),
  }
}

// Money is a string of fen in JSON.
function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
