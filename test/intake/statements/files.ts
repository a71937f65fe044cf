import iconv from 'iconv-lite'
import { readFileSync } from 'node:fs'
import { parseDay } from '../../../ledger/day.ts'
import { formatProblem } from '../../../intake/problem.ts'
import { readStatement, type Statement, type StatementOptions } from '../../../intake/statements/statement.ts'

/** The bytes of one of the published statements. */
export function example(name: string): Uint8Array {
  return readFileSync(new URL(`../../data/statements/example-${name}`, import.meta.url))
}

/** The WeChat example with its head made to agree with its rows, and then with whatever is replaced. */
export function wechat(...replaced: readonly (readonly [string, string])[]): Statement {
  return readText('wechat-records.csv', [
    ['[2019-08-01 00:00:00]', '[2017-10-01 00:00:00]'], ['[2019-09-30 23:59:59]', '[2024-06-30 23:59:59]'],
    ['[2019-10-09 16:05:22]', '[2024-07-01 16:05:22]'], ['共43笔', '共27笔'], ['收入：1笔 0.35元', '收入：5笔 28.49元'],
    ['支出：1笔 28.16元', '支出：11笔 2904.53元'], ['中性交易：0笔 0.00元', '中性交易：11笔 26100.89元'], ...replaced,
  ])
}

/** The Alipay example, likewise. */
export function alipay(...replaced: readonly (readonly [string, string])[]): Statement {
  return readText('alipay-records.csv', [
    ['[2023-02-10 00:00:00]', '[2023-01-01 00:00:00]'], ['[2023-02-13 23:59:59]', '[2023-07-31 23:59:59]'],
    ['[2023-02-13 09:12:52]', '[2023-08-01 09:12:52]'], ['共66笔', '共10笔'], ['收入：1笔 28.50元', '收入：1笔 222228.50元'],
    ['支出：63笔 16.54元', '支出：5笔 211.64元'], ['不计收支：2笔 16.37元', '不计收支：4笔 247.37元'], ...replaced,
  ])
}

/** The BOC example, with whatever is replaced. Its balances add up. */
export function boc(...replaced: readonly (readonly [string, string])[]): Statement {
  return readText('boc-records.csv', replaced)
}

/** Reads lines of text as a statement. */
export function readLines(lines: readonly string[], options: StatementOptions = {}): Statement {
  return readStatement(new TextEncoder().encode(lines.join('\n')), { name: 'bank.csv', ...options })
}

/** `[row, sentence]` of each problem, in Chinese. */
export function sentences({ problems }: Statement): [number, string][] {
  return problems.map((problem) => [problem.row, formatProblem(problem)])
}

export const day = (text: string) => parseDay(text)

function readText(name: string, replaced: readonly (readonly [string, string])[]): Statement {
  const bytes = Buffer.from(example(name))
  const encoding = name.startsWith('alipay') ? 'gb18030' : 'utf8'
  let text = iconv.decode(bytes, encoding)
  for (const [from, to] of replaced) {
    if (!text.includes(from)) throw new RangeError(`not in the example: ${from}`)
    text = text.replace(from, to)
  }
  return readStatement(iconv.encode(text, encoding), { name })
}
