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
  [/^option '(.+?)' cannot be used with option '(.+?)'/, (one, other) => `选项 ${one} 与 ${other} 只能写一个。`],
  [
    /^option '(.+?)' argument '(.*)' is invalid\. Allowed choices are (.+)\.$/s,
    (option, value, choices = '') => `选项 ${option} 的内容“${shortened(value)}”不对：应为以下之一：${choices.replaceAll(', ', '、')}。`,
  ],
]

/** A reader's own sentence, `中文 / English`, behind the option or the argument that it is about. */
const WRONG_OPTION = /^option '(?<name>.+?)' argument '(?<value>.*)' is invalid\. (?<zh>.+?) \/ (?<en>.+)$/s
const WRONG_ARGUMENT = /^command-argument value '(?<value>.*)' is invalid for argument '(?<name>.+?)'\. (?<zh>.+?) \/ (?<en>.+)$/s

/** Of a long text its beginning says which one it was. */
const SHOWN = 60

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
  const option = WRONG_OPTION.exec(text)?.groups
  const argument = WRONG_ARGUMENT.exec(text)?.groups
  const { name = '', value, zh, en } = option ?? argument ?? {}
  if (zh === undefined || en === undefined) return { zh: `用法有误：${text}`, en: `Usage: ${text}` }
  const [place, typed] = [option ? `选项 ${name}` : `参数 <${name}>`, shortened(value)]
  return {
    zh: `用法有误：${place} 的内容“${typed}”不对：${zh}。`, en: `Usage: "${typed}" does not do for ${option ? name : `<${name}>`}: ${en}.`,
  }
}

function shortened(text = ''): string {
  const letters = [...text]
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : text
}
