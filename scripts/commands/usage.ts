import type { CommanderError } from 'commander'
import type { Words } from '../../ledger/words.ts'
import { CannotRun } from './refused.ts'

/** What commander says in English, and how it is said in Chinese. */
const SENTENCES: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [/^unknown option '(.+?)'/, (option) => `没有选项 ${option}。`],
  [/^unknown command '(.+?)'/, (command) => `没有命令 ${command}。`],
  [/^missing required argument '(.+?)'/, (argument) => `缺少参数 <${argument}>。`],
  [/^required option '(.+?)' not specified/, (option) => `缺少必需的选项 ${option}。`],
  [/^option '(.+?)' argument missing/, (option) => `选项 ${option} 后面缺少内容。`],
  [/^too many arguments\D*(\d+)\D*(\d+)/, (expected, got) => `参数过多：应为 ${expected} 个，实为 ${got} 个。`],
]

/** A reader's own sentence, `中文 / English`, behind the option that it is about, if it is about one. */
const WRONG_VALUE = /^(?:option '(?<option>.+?)' argument '(?<value>.*)' is invalid\. )?(?<zh>.+?) \/ (?<en>.+)$/s

/** A usage error in words. */
export function usageOf({ code, message }: CommanderError): CannotRun {
  const text = message.replace(/^error: /, '')
  return new CannotRun(`USAGE_${code.replace(/^commander\./, '').replace(/[A-Z]/g, '_$&').toUpperCase()}`, wordsOf(text))
}

function wordsOf(text: string): Words {
  for (const [pattern, sentence] of SENTENCES) {
    const match = pattern.exec(text)
    if (match) return { zh: `用法有误：${sentence(...match.slice(1))}`, en: `Usage: ${text}` }
  }
  const { option, value, zh, en } = WRONG_VALUE.exec(text)?.groups ?? {}
  if (zh === undefined || en === undefined) return { zh: `用法有误：${text}`, en: `Usage: ${text}` }
  if (option === undefined) return { zh: `用法有误：${zh}。`, en: `Usage: ${en}.` }
  return {
    zh: `用法有误：选项 ${option} 的内容“${value}”不对：${zh}。`, en: `Usage: "${value}" does not do for ${option}: ${en}.`,
  }
}
