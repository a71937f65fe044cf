import type { Words } from '../../ledger/words.ts'
import type { Played } from './play.ts'

const WIDTHS = [24, 36, 22, 58] as const
const HEADINGS: readonly Words[] = [
  { zh: '舞弊', en: 'fraud' }, { zh: '做了什么', en: 'what was done' }, { zh: '谁拦住', en: 'caught by' }, { zh: '答复', en: 'what it said' },
]
const NOBODY: Words = { zh: '没有人', en: 'nobody' }
const MISSED: Words = { zh: '✗ 应拦而未拦', en: '✗ should have been caught' }
const PEOPLE: Words = { zh: '要靠人', en: 'people must' }

/** The rows for a terminal: Chinese first, English beneath it, in columns. */
export function tableOf(all: readonly Played[]): string[] {
  return [ruleOf('═'), ...rowOf(HEADINGS.map(both)), ruleOf('═'), ...all.flatMap((played, at) => [...linesOf(played, at + 1), ruleOf('─')])]
}

function linesOf({ name, deed, answers, missed, people }: Played, number: number): string[] {
  const said: [Words, Words][] = answers.map(({ control, code, zh, en }) => [control, { zh: `${code}\n${zh}`, en }])
  if (missed) said.push([MISSED, missed])
  if (people) said.push([answers.length > 0 || missed ? PEOPLE : NOBODY, people])
  return said.flatMap(([who, what], at) =>
    rowOf([at === 0 ? both({ zh: `${number}. ${name.zh}`, en: name.en }) : '', at === 0 ? both(deed) : '', both(who), both(what)]))
}

function both({ zh, en }: Words): string {
  return `${zh}\n${en}`
}

function rowOf(cells: readonly string[]): string[] {
  const columns = cells.map((cell, at) => cell.split('\n').flatMap((line) => wrap(line, WIDTHS[at] ?? 0)))
  const height = Math.max(...columns.map(({ length }) => length))
  return Array.from({ length: height }, (_, line) =>
    columns.map((column, at) => pad(column[line] ?? '', WIDTHS[at] ?? 0)).join(' │ ').trimEnd())
}

function ruleOf(stroke: string): string {
  return WIDTHS.map((width) => stroke.repeat(width)).join(stroke === '═' ? '═╪═' : '─┼─')
}

/** Lines of at most so many columns. Latin words and numbers stay whole unless they are longer than a line; none begins with a full stop. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text.match(/¥?[!-~]+[，。、；：！？”）]*|.[，。、；：！？”）]*/gsu) ?? []) {
    for (const part of widthOf(piece) > width ? piece : [piece]) {
      if (widthOf(line + part) > width) {
        lines.push(line.trimEnd())
        line = ''
      }
      if (line !== '' || part !== ' ') line += part
    }
  }
  return [...lines, line]
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Chinese characters and their punctuation take two columns. */
function widthOf(text: string): number {
  return [...text].reduce((sum, symbol) => sum + (/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f]/u.test(symbol) ? 2 : 1), 0)
}
