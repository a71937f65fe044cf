import type { Row } from '../../../../ledger/actWords.ts'
import { shownText } from '../../../../ledger/shown.ts'
import type { Words } from '../../../../ledger/words.ts'
import type { Listed } from './acting.ts'
import { yuan } from './pieces.tsx'
import type { EntryTold, LineTold, ProposalLineTold } from './reconcileTold.ts'

// The bytes that are signed name lines and entries by number alone: these rows say whose money they are, as the server tells it.

/** What is matched together: lines and entries of one direction. */
export type Together = { readonly lines: readonly ProposalLineTold[]; readonly entries: readonly EntryTold[] }

/** So many rows are told; of more the number. */
const MOST_ROWS = 40

/** A line, to whoever says why it has no entry. */
export function aboutLine({ line, day, amount, left, texts }: LineTold): Listed {
  const isOut = amount.startsWith('-')
  const { zh, en } = lineWords({ day, amount: amount.replace('-', ''), who: texts.counterparty ?? texts.kind ?? '' }, isOut)
  const isPart = left !== amount.replace('-', '')
  return { rows: [{ label: lineLabel([line]), value: { zh: `${zh}${isPart ? `，其中 ${yuan(left)} 未对应` : ''}`, en: `${en}${isPart ? `, ${yuan(left)} of it open` : ''}` } }] }
}

/** What is matched, row by row; of many that are matched at once a row each. */
export function aboutMatches(all: readonly Together[]): Listed {
  const [only, ...others] = all
  const rows = only && others.length === 0 ? rowsOf(only) : all.map(rowOf)
  const more = rows.length - MOST_ROWS
  return { rows: more > 0 ? [...rows.slice(0, MOST_ROWS), { label: { zh: '另有', en: 'And' }, value: { zh: `${more} 项`, en: `${more} more` } }] : rows }
}

function rowsOf({ lines, entries }: Together): Row[] {
  const isOut = entries.some(({ outflow }) => outflow)
  return [
    ...lines.map((line): Row => ({ label: lineLabel([line.line]), value: lineWords(line, isOut) })),
    ...entriesWords(entries).map((value): Row => ({ label: { zh: '对应的账', en: 'Entry' }, value })),
  ]
}

function rowOf({ lines, entries }: Together): Row {
  const isOut = entries.some(({ outflow }) => outflow)
  const [from, to] = [joined(lines.map((line) => lineWords(line, isOut))), joined(entriesWords(entries))]
  return { label: lineLabel(lines.map(({ line }) => line)), value: { zh: `${from.zh} ＝ ${to.zh}`, en: `${from.en} = ${to.en}` } }
}

function lineLabel(lines: readonly number[]): Words {
  return { zh: `流水第 ${lines.join('、')} 行`, en: `Line ${lines.join(', ')}` }
}

function lineWords({ day, amount, who = '' }: Omit<ProposalLineTold, 'line'>, isOut: boolean): Words {
  return textOf([named(who), same(day), { zh: `${isOut ? '支出' : '收入'} ${yuan(amount)}`, en: `${isOut ? 'debit' : 'credit'} of ${yuan(amount)}` }])
}

/** Those that the server named, and how many there are in all. */
function entriesWords(entries: readonly EntryTold[]): Words[] {
  const named = entries.filter(({ title, who }) => title ?? who)
  return [...named.map(entryWords), ...(named.length < entries.length ? [{ zh: `……共 ${entries.length} 笔账`, en: `… ${entries.length} entries in all` }] : [])]
}

function entryWords({ title, who = '', day, amount }: EntryTold): Words {
  return textOf([title ?? same(''), named(who), same(day), same(yuan(amount))])
}

function named(who: string): Words {
  return same(shownText(who))
}

function same(text: string): Words {
  return { zh: text, en: text }
}

function textOf(parts: readonly Words[]): Words {
  const told = parts.filter(({ zh }) => zh !== '')
  return { zh: told.map(({ zh }) => zh).join(' · '), en: told.map(({ en }) => en).join(' · ') }
}

function joined(parts: readonly Words[]): Words {
  return { zh: parts.map(({ zh }) => zh).join('；'), en: parts.map(({ en }) => en).join('; ') }
}
