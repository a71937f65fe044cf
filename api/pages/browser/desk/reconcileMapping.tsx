import { useState } from 'preact/hooks'
import { readStatementMapping, type StatementMapping } from '../../../../intake/statements/mapping.ts'
import type { Row } from '../../../../intake/table.ts'
import { InputRefused } from '../../../../ledger/failures.ts'
import type { Words } from '../../../../ledger/words.ts'
import { say, word } from './language.ts'
import { Choice, Doing } from './pieces.tsx'
import { SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

const PLACE = 'mz-desk-statement-mapping-'

/** The mapping that this browser remembers of an account's bank. */
export function keptMapping(account: number): StatementMapping | undefined {
  try {
    const kept = localStorage.getItem(PLACE + account)
    return kept === null ? undefined : readStatementMapping(JSON.parse(kept))
  } catch {
    return undefined
  }
}

/** Remembers it. A private window forgets it with its tab. */
function keepMapping(account: number, mapping: StatementMapping): void {
  try {
    localStorage.setItem(PLACE + account, JSON.stringify(mapping))
  } catch {
    // Nothing is kept there.
  }
}

const FIELDS = {
  date: { zh: '日期', en: 'Date' }, amount: { zh: '金额（一列，支出带负号或另有收支列）', en: 'Amount (one column)' }, way: { zh: '收/支', en: 'In or out' },
  credit: { zh: '收入', en: 'Credit' }, debit: { zh: '支出', en: 'Debit' }, balance: { zh: '余额', en: 'Balance' }, time: { zh: '时间', en: 'Time' },
  counterparty: { zh: '对方户名', en: 'Counterparty' }, counterpartyAccount: { zh: '对方账号', en: "Counterparty's account" }, document: { zh: '凭证号、流水号', en: "The bank's number" },
  remark: { zh: '附言、备注', en: 'Remark' }, kind: { zh: '摘要、交易类型', en: 'Kind' },
} as const satisfies Record<string, Words>
type FieldName = keyof typeof FIELDS

/** What a heading is likely to be; whoever maps looks it over. */
const GUESSES: Readonly<Record<FieldName, RegExp>> = {
  date: /日期|交易日|记账日|date/i, amount: /^(交易|发生)?金额|发生额$|amount/i, way: /收\/?支|借贷|方向/, credit: /贷方|收入|存入|credit/i, debit: /借方|支出|支取|debit/i,
  balance: /余额|balance/i, time: /时间|time/i, counterparty: /对方(户名|名称|单位)|户名|付款人|收款人/, counterpartyAccount: /对方账?号|对方卡号/, document: /凭证|流水号|单号|交易号|日志号/,
  remark: /附言|备注|用途|remark/i, kind: /摘要|类型|种类/,
}

type Given = { account: number; rows: readonly Row[]; onMapped: (mapping: StatementMapping) => void }

/** Says once what another bank prints where. */
export function Mapping({ account, rows, onMapped }: Given) {
  const [header, setHeader] = useState(() => `${headingOf(rows)}`)
  const headings = [...new Set((rows.find(({ number }) => `${number}` === header)?.cells ?? []).map((cell) => cell.trim()).filter((cell) => cell !== ''))]
  const { fields, change } = useTyping<Record<string, string>>(`mapping-${account}`, {})
  const guesses = guessesOf(headings)
  const valueOf = (field: FieldName): string => {
    const typed = fields[field]
    return typed !== undefined && (typed === '' || headings.includes(typed)) ? typed : (guesses[field] ?? '')
  }
  const map = async (): Promise<void> => {
    const given = Object.keys(FIELDS).flatMap((field) => (valueOf(field as FieldName) === '' ? [] : [[field, valueOf(field as FieldName)]]))
    const mapping = readMapping(Object.fromEntries(given) as object)
    keepMapping(account, mapping)
    onMapped(mapping)
  }
  const options = [['', { zh: '没有这一列', en: 'none' }], ...headings.map((heading) => [heading, { zh: heading, en: heading }] as const)] as const
  return (
    <section class="panel stack" aria-label={say('指认各列', 'Name the columns')}>
      <p>{say('不认识这家银行的格式。请指认各列，以后这台电脑会记住。', 'This bank’s form is not known. Say which column is what; this browser will remember it.')}</p>
      <Choice label={say('表头在哪一行', 'Which row has the headings')} name="header" value={header} onInput={setHeader}
        options={rows.filter(({ cells }) => cells.filter((cell) => cell.trim() !== '').length > 1).map(({ number, cells }) => [`${number}`, shown(number, cells)] as const)} />
      <div class="mapping">
        {(Object.keys(FIELDS) as FieldName[]).map((field) => (
          <Choice label={word(FIELDS[field])} name={`map-${field}`} value={valueOf(field)} options={options} onInput={(heading) => change({ [field]: heading })} />
        ))}
      </div>
      <Doing onDo={map}>{say('按此读取', 'Read it so')}</Doing>
    </section>
  )
}

/** Each heading for the first field that it fits; either one column of amounts or two. */
function guessesOf(headings: readonly string[]): { readonly [F in FieldName]?: string } {
  const taken = new Set<string>()
  const guessed: { [F in FieldName]?: string } = {}
  const order: readonly FieldName[] = ['date', 'credit', 'debit', 'balance', 'counterpartyAccount', 'counterparty', 'amount', 'way', 'document', 'remark', 'kind', 'time']
  for (const field of order) {
    if ((field === 'amount' || field === 'way') && guessed.credit && guessed.debit) continue
    const heading = headings.find((one) => GUESSES[field].test(one) && !taken.has(one))
    if (heading === undefined) continue
    taken.add(heading)
    guessed[field] = heading
  }
  return guessed
}

/** The heading is likely the first row that speaks of a day and of money. */
function headingOf(rows: readonly Row[]): number {
  const speaks = ({ cells }: Row, ...fields: readonly FieldName[]) => fields.some((field) => cells.some((cell) => GUESSES[field].test(cell.trim())))
  const found = rows.find((row) => row.cells.length > 2 && speaks(row, 'date') && speaks(row, 'amount', 'credit', 'balance'))
  return (found ?? rows.find(({ cells }) => cells.filter((cell) => cell.trim() !== '').length > 2))?.number ?? 1
}

function readMapping(input: object): StatementMapping {
  try {
    return readStatementMapping(input)
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error
    throw new SentenceOnly(word(error.words))
  }
}

function shown(number: number, cells: readonly string[]): Words {
  const text = cells.map((cell) => cell.trim()).filter((cell) => cell !== '').join(' | ').slice(0, 60)
  return { zh: `第 ${number} 行：${text}`, en: `Row ${number}: ${text}` }
}
