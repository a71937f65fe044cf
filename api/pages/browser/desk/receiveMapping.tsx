import { useEffect, useState } from 'preact/hooks'
import { letterOf } from '../../../../intake/problem.ts'
import type { DateOrder, Unit } from '../../../../intake/cells.ts'
import { FIELDS, guessHeadings, type Field as ListField, type Mapping } from '../../../../intake/columns.ts'
import type { Words } from '../../../../ledger/words.ts'
import { say, word } from './language.ts'
import { Choice, UNCHOSEN } from './pieces.tsx'
import type { Columns as ColumnsRead, FileRead, SheetHead } from './receiveFile.ts'
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

/**
 * Says which column is what, where the headings do not say it themselves. Lists with the same headings are read so from then on.
 * `onChosen` is told whether what is chosen here is another thing than what was read.
 */
export function Columns({ read, onMapping, onChosen = () => {} }: { read: FileRead; onMapping: (mapping: Mapping) => void; onChosen?: (isOther: boolean) => void }) {
  const begun = read.kind === 'list' ? read.columns : undefined
  const [sheetName, setSheet] = useState(begun?.sheet ?? read.heads[0]?.name ?? '')
  const sheet = read.heads.find(({ name }) => name === sheetName) ?? read.heads[0]
  const [headerRow, setHeaderRow] = useState(begun?.headerRow ?? likelyHeader(sheet))
  const [headings, setHeadings] = useState<Partial<Record<ListField, string>>>(begun?.headings ?? guessIn(sheet, headerRow))
  const [unit, setUnit] = useState<Unit>(begun?.unit ?? 'yuan')
  const [dateFormat, setDateFormat] = useState<DateOrder | ''>(begun?.dateFormat ?? '')
  const rows = sheet?.rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== '')) ?? []
  const header = rows.find(({ number }) => number === headerRow)
  const choices = (header?.cells ?? []).flatMap((heading, at) => (heading.trim() === '' ? [] : [[heading, { zh: `${letterOf(at)} ${heading}`, en: `${letterOf(at)} ${heading}` }] as const]))
  const { date, amount } = headings
  const chosen: ColumnsRead = { sheet: sheetName, headerRow, headings, unit, ...(dateFormat && { dateFormat }) }
  const isOther = begun !== undefined && sameOf(chosen) !== sameOf(begun)
  useEffect(() => onChosen(isOther), [isOther])
  const go = (): void => {
    const mapping = rememberMapping(read, chosen)
    if (mapping) onMapping(mapping)
  }
  const begin = (of: SheetHead | undefined, row: number): void => {
    setHeaderRow(row)
    setHeadings(guessIn(of, row))
  }
  return (
    <form class="sheet letter columns-form" onSubmit={(event) => { event.preventDefault(); go() }} aria-labelledby="columns-title">
      <h2 id="columns-title">{say('哪一列是什么', 'Which column is what')}</h2>
      {read.heads.length > 1 && <Choice label={say('工作表', 'Sheet')} name="sheet" value={sheetName} options={read.heads.map(({ name }) => [name, { zh: name, en: name }] as const)}
        onInput={(name) => { const of = read.heads.find((head) => head.name === name); setSheet(name); begin(of, likelyHeader(of)) }} />}
      <Choice label={say('表头在', 'The headings are in')} name="header" value={`${headerRow}`} onInput={(row) => begin(sheet, Number(row))}
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

/** Asked where nobody in a list has a name: whether that is so, or which column has them. */
export function Nameless({ read, isAgreed, onAgree, onMapping }: {
  read: Extract<FileRead, { kind: 'list' }>; isAgreed: boolean; onAgree: (isAgreed: boolean) => void; onMapping: (mapping: Mapping) => void
}) {
  const { columns, list } = read
  const { donor } = columns.headings
  const options = list.ignoredColumns.map((heading) => [heading, { zh: heading, en: heading }] as const)
  const choose = (heading: string): void => {
    const mapping = heading === '' ? undefined : rememberMapping(read, { ...columns, headings: { ...columns.headings, donor: heading } })
    if (mapping) onMapping(mapping)
  }
  return (
    <section class="sheet stack problems" role="alert" aria-labelledby="nameless-title">
      <h2 id="nameless-title" class="overdue">{donor === undefined
        ? say('这份名单没有捐赠人列：都不具名吗？', 'This list has no column of donors: are all of them unnamed?')
        : say(`“${donor}”一列是空的：都不具名吗？`, `The column “${donor}” is empty: are all of them unnamed?`)}</h2>
      <p class="note">{say('登记以后不能再补上姓名。', 'A name cannot be added once a gift is recorded.')}</p>
      {options.length > 0 && <Choice label={say('捐赠人在哪一列', 'Which column has the donors')} name="donor-column" value="" options={[UNCHOSEN, ...options]} onInput={choose} />}
      <label class="check"><input type="checkbox" name="nameless" checked={isAgreed} onInput={(event) => onAgree(event.currentTarget.checked)} />
        {say(`是，这 ${list.rows.length} 笔都不具名`, `Yes, all ${list.rows.length} are unnamed`)}</label>
    </section>
  )
}

/** Keeps which column is what for the next list with these headings. Undefined where no row has them, or date or amount is missing. */
function rememberMapping(read: FileRead, { sheet, headerRow, headings, unit, dateFormat }: ColumnsRead): Mapping | undefined {
  const of = read.heads.find(({ name }) => name === sheet) ?? read.heads[0]
  const header = of?.rows.find(({ number }) => number === headerRow)
  const { date, amount, ...others } = headings
  if (!header || !date || !amount) return undefined
  const chosen = Object.fromEntries(Object.entries(others).filter(([, heading]) => heading !== ''))
  const mapping: Mapping = { ...chosen, date, amount, unit, ...(dateFormat && { dateFormat }) }
  remember(headingKey(header), mapping)
  return { ...mapping, ...(read.heads.length > 1 && { sheet: of?.name ?? '' }) }
}

/** What was chosen, for comparing: a column that is not there is the same as none chosen. */
function sameOf({ sheet, headerRow, headings, unit, dateFormat }: ColumnsRead): string {
  return JSON.stringify([sheet, headerRow, FIELDS.map((field) => headings[field] ?? ''), unit, dateFormat ?? ''])
}

function guessIn(sheet: SheetHead | undefined, headerRow: number): Partial<Record<ListField, string>> {
  return guessHeadings(sheet?.rows.find(({ number }) => number === headerRow)?.cells ?? [])
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
