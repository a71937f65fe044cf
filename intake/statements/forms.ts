import { InputRefused } from '../../ledger/failures.ts'
import { trim, type DateOrder } from '../cells.ts'
import { plain } from '../columns.ts'
import { letterOf, type Fault, type Problem } from '../problem.ts'
import type { Row, Sheet, Table } from '../table.ts'
import { isBlank, type MinorUnits } from './money.ts'

export type Format = 'wechat' | 'alipay' | 'icbc' | 'boc' | 'abc' | 'mapped'

/** What a statement can tell about each line. `funding` and `status` are a wallet's: paid from where, and whether at all. */
export type Field =
  | 'date' | 'time' | 'amount' | 'credit' | 'debit' | 'way' | 'balance' | 'kind' | 'counterparty' | 'counterpartyAccount'
  | 'document' | 'remark' | 'account' | 'currency' | 'funding' | 'status'

/**
 * One bank's form: under which headings it prints what. All of them together are how it is recognised. Where a field has
 * several headings, its texts are put one behind the other.
 */
export type Form = {
  format: Format
  columns: { readonly [F in Field]?: readonly string[] }
  minorUnits: MinorUnits
  dateFormat?: DateOrder
  /** Headings that are no part of a line's identity: what the next export numbers anew. */
  ignore: readonly string[]
}

/** A statement whose heading was found. `places` are column indices, `identity` those that a line is known by. */
export type Layout = {
  file: string
  sheet: Sheet
  rows: ReadonlyMap<number, Row>
  header: Row
  form: Form
  places: Places
  identity: readonly number[]
}
export type Places = { readonly [F in Field]?: readonly number[] }

const YUAN = { minorUnits: 2, ignore: ['序号'] } as const

const FORMS: readonly Form[] = [
  {
    ...YUAN, format: 'wechat',
    columns: {
      date: ['交易时间'], kind: ['交易类型'], counterparty: ['交易对方'], way: ['收/支'], amount: ['金额(元)'], funding: ['支付方式'],
      status: ['当前状态'], document: ['交易单号'], remark: ['商品', '备注'],
    },
  },
  {
    ...YUAN, format: 'alipay',
    columns: {
      date: ['交易时间'], kind: ['交易分类'], counterparty: ['交易对方'], counterpartyAccount: ['对方账号'], way: ['收/支'], amount: ['金额'],
      funding: ['收/付款方式'], status: ['交易状态'], document: ['交易订单号'], remark: ['商品说明', '备注'],
    },
  },
  {
    ...YUAN, format: 'icbc',
    columns: {
      date: ['交易日期'], kind: ['摘要'], remark: ['交易场所'], credit: ['记账金额(收入)'], debit: ['记账金额(支出)'], currency: ['记账币种'],
      balance: ['余额'], counterparty: ['对方户名'],
    },
  },
  {
    ...YUAN, format: 'boc',
    columns: {
      date: ['记账日期'], time: ['记账时间'], currency: ['币别'], amount: ['金额'], balance: ['余额'], kind: ['交易名称'], remark: ['附言'],
      counterparty: ['对方账户名'], counterpartyAccount: ['对方卡号/账号'], account: ['借记卡号'],
    },
  },
  {
    ...YUAN, format: 'abc',
    columns: {
      date: ['交易日期'], time: ['交易时间'], kind: ['交易摘要'], amount: ['交易金额'], balance: ['本次余额'], counterparty: ['对手信息'],
      document: ['日志号'], remark: ['交易附言'],
    },
  },
]

/** A wallet's heading stands under its account, its totals and its notes. */
const HEADER_ROWS = 60

/**
 * Finds the heading: a known bank's, or the one that `mapped` describes.
 * @throws {InputRefused} when there is none, or several.
 */
export function findLayout(table: Table, mapped: Form | undefined, chosen: string | undefined): Layout {
  const forms = mapped ? [mapped] : FORMS
  const sheets = table.sheets.filter(({ name }) => chosen === undefined || name === chosen)
  const found = sheets.flatMap((sheet) => {
    const headers = sheet.rows.slice(0, HEADER_ROWS)
    return headers.flatMap((header) => forms.flatMap((form) => layoutOf(table.file, sheet, header, form))).slice(0, 1)
  })
  const [layout, second] = found
  if (second)
    throw new InputRefused('SHEETS_ALIKE', {
      zh: `${table.file}：有几个工作表都像流水（${found.map(({ sheet }) => sheet.name).join('、')}），请用 sheet 指定一个`,
      en: `${table.file}: several sheets look like statements; name one as "sheet"`,
    })
  if (layout) return layout
  const wanted = mapped ? Object.values(mapped.columns).flat().join('、') : '微信支付、支付宝、工商银行、中国银行、农业银行'
  throw new InputRefused('HEADINGS_MISSING', {
    zh: `${table.file}：前 ${HEADER_ROWS} 行里找不到流水的表头：${wanted}。其他银行的流水请用映射文件`,
    en: `${table.file}: no heading of a statement in the first ${HEADER_ROWS} rows: ${wanted}; use a mapping for another bank's`,
  })
}

function layoutOf(file: string, sheet: Sheet, header: Row, form: Form): Layout[] {
  const headings = header.cells.map(plain)
  const places: { [F in Field]?: readonly number[] } = {}
  for (const [field, names] of Object.entries(form.columns) as [Field, readonly string[]][]) {
    const columns = names.map((name) => headings.indexOf(plain(name)))
    if (columns.includes(-1)) return []
    places[field] = columns
  }
  for (const column of Object.values(places).flat())
    if (headings.indexOf(headings[column] ?? '', column + 1) >= 0) throw doubled(file, header, column)
  const ignored = form.ignore.map(plain)
  const identity = headings.flatMap((heading, column) => (heading === '' || ignored.includes(heading) ? [] : [column]))
  const rows = new Map(sheet.rows.map((row) => [row.number, row]))
  return [{ file, sheet, rows, header, form, places, identity }]
}

/** What stands in a row for a field, one column behind the other; nothing where the form has no such column. */
export function textOf({ places }: Layout, row: Row, field: Field): string {
  return (places[field] ?? []).map((column) => trim(row.cells[column] ?? '')).filter((text) => !isBlank(text)).join(' ')
}

/** A fault with the place where it stands, a field or a column. Without either it is the whole row's. */
export function problemAt(layout: Layout, row: Row, place: Field | number | undefined, fault: Fault): Problem {
  const { file, sheet, header, places } = layout
  const column = typeof place === 'string' ? places[place]?.[0] : place
  return {
    ...fault,
    file,
    ...(sheet.name !== '' && { sheet: sheet.name }),
    row: row.number,
    ...(column !== undefined && {
      column: { letter: letterOf(column), heading: (header.cells[column] ?? '').trim() }, value: (row.cells[column] ?? '').trim(),
    }),
  }
}

function doubled(file: string, header: Row, column: number): InputRefused {
  const heading = header.cells[column]?.trim() ?? ''
  return new InputRefused('COLUMNS_ALIKE', {
    zh: `${file} 第 ${header.number} 行：有两列都叫“${heading}”，分不清用哪一列`,
    en: `${file} row ${header.number}: two columns are called ${JSON.stringify(heading)}, and which one is meant is not told`,
  })
}
