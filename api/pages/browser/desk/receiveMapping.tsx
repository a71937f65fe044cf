import { useState } from 'preact/hooks'
import { letterOf } from '../../../../intake/problem.ts'
import type { DateOrder, Unit } from '../../../../intake/cells.ts'
import { FIELDS, type Field as ListField, type Mapping } from '../../../../intake/columns.ts'
import type { Words } from '../../../../ledger/words.ts'
import { say, word } from './language.ts'
import { Choice } from './pieces.tsx'
import type { FileRead, SheetHead } from './receiveFile.ts'
import { headingKey } from './receiveHeadings.ts'

const PLACE = 'mz-desk-columns'
const MOST_REMEMBERED = 50

const FIELD_WORDS: Record<ListField, Words> = {
  date: { zh: '日期', en: 'Date' },
  amount: { zh: '金额', en: 'Amount' },
  donor: { zh: '捐赠人', en: 'Donor' },
  remark: { zh: '备注', en: 'Remark' },
  reference: { zh: '流水号', en: 'Reference' },
}
const UNITS: readonly (readonly [Unit, Words])[] = [['yuan', { zh: '元', en: 'yuan' }], ['fen', { zh: '分', en: 'fen' }], ['wan', { zh: '万元', en: '10,000 yuan' }]]
const ORDERS: readonly (readonly [DateOrder | '', Words])[] = [
  ['', { zh: '年在前（2020-01-29）', en: 'year first (2020-01-29)' }], ['DMY', { zh: '日/月/年（29/01/2020）', en: 'day/month/year' }], ['MDY', { zh: '月/日/年（01/29/2020）', en: 'month/day/year' }],
]

/** Says which column is what, where the headings do not say it themselves. Lists with the same headings are read so from then on. */
export function Columns({ read, onMapping }: { read: FileRead; onMapping: (mapping: Mapping) => void }) {
  const begun = read.kind === 'list' ? read.columns : undefined
  const [sheetName, setSheet] = useState(begun?.sheet ?? read.heads[0]?.name ?? '')
  const sheet = read.heads.find(({ name }) => name === sheetName) ?? read.heads[0]
  const [headerRow, setHeaderRow] = useState(begun?.headerRow ?? likelyHeader(sheet))
  const [headings, setHeadings] = useState<Partial<Record<ListField, string>>>(begun?.headings ?? {})
  const [unit, setUnit] = useState<Unit>(begun?.unit ?? 'yuan')
  const [dateFormat, setDateFormat] = useState<DateOrder | ''>(begun?.dateFormat ?? '')
  const rows = sheet?.rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== '')) ?? []
  const header = rows.find(({ number }) => number === headerRow)
  const choices = (header?.cells ?? []).flatMap((heading, at) => (heading.trim() === '' ? [] : [[heading, { zh: `${letterOf(at)} ${heading}`, en: `${letterOf(at)} ${heading}` }] as const]))
  const { date, amount } = headings
  const go = (): void => {
    if (!header || !date || !amount) return
    const chosen = Object.fromEntries(Object.entries(headings).filter(([, heading]) => heading !== ''))
    const mapping: Mapping = { ...chosen, date, amount, unit, ...(dateFormat && { dateFormat }) }
    remember(headingKey(header), mapping)
    onMapping({ ...mapping, ...(read.heads.length > 1 && sheet && { sheet: sheet.name }) })
  }
  return (
    <form class="sheet letter columns-form" onSubmit={(event) => { event.preventDefault(); go() }} aria-labelledby="columns-title">
      <h2 id="columns-title">{say('哪一列是什么', 'Which column is what')}</h2>
      {read.heads.length > 1 && <Choice label={say('工作表', 'Sheet')} name="sheet" value={sheetName} options={read.heads.map(({ name }) => [name, { zh: name, en: name }] as const)}
        onInput={(name) => { setSheet(name); setHeaderRow(likelyHeader(read.heads.find((head) => head.name === name))); setHeadings({}) }} />}
      <Choice label={say('表头在', 'The headings are in')} name="header" value={`${headerRow}`} onInput={(row) => { setHeaderRow(Number(row)); setHeadings({}) }}
        options={rows.map(({ number, cells }) => [`${number}`, { zh: `第 ${number} 行：${shortOf(cells)}`, en: `row ${number}: ${shortOf(cells)}` }] as const)} />
      {FIELDS.map((field) => (
        <Choice label={`${word(FIELD_WORDS[field])}${field === 'date' || field === 'amount' ? say('（必选）', ' (needed)') : ''}`} name={`column-${field}`} value={headings[field] ?? ''}
          options={[['', { zh: '没有', en: 'none' }], ...choices]} onInput={(heading) => setHeadings({ ...headings, [field]: heading })} />
      ))}
      <Choice label={say('金额的单位', 'Amounts are in')} name="unit" value={unit} options={UNITS} onInput={setUnit} />
      <Choice label={say('日期的写法', 'Dates are written')} name="date-order" value={dateFormat} options={ORDERS} onInput={setDateFormat} />
      <button type="submit" disabled={!date || !amount}>{say('按此读取', 'Read it so')}</button>
    </form>
  )
}

/** The mappings that people made in this browser, by the headings they are for. */
export function rememberedColumns(): Record<string, unknown> {
  try {
    return { ...Object(JSON.parse(localStorage.getItem(PLACE) ?? '{}')) } as Record<string, unknown>
  } catch {
    return {}
  }
}

function remember(key: string, mapping: Mapping): void {
  try {
    const { [key]: _, ...others } = rememberedColumns()
    localStorage.setItem(PLACE, JSON.stringify(Object.fromEntries([...Object.entries(others).slice(1 - MOST_REMEMBERED), [key, mapping]])))
  } catch {
    // A private window keeps nothing.
  }
}

/** The row with the most texts that are no numbers. */
function likelyHeader(sheet: SheetHead | undefined): number {
  const weight = (cells: readonly string[]) => cells.filter((cell) => cell.trim() !== '' && !/\d/.test(cell)).length
  return (sheet?.rows ?? []).reduce((best, row) => (weight(row.cells) > weight(best.cells) ? row : best), sheet?.rows[0] ?? { number: 1, cells: [] }).number
}

function shortOf(cells: readonly string[]): string {
  const text = cells.map((cell) => cell.trim()).filter((cell) => cell !== '').join(' ')
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
