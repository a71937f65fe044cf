import { InputRefused } from '../../ledger/failures.ts'
import type { DateOrder } from '../cells.ts'
import type { Field, Form } from './forms.ts'
import type { MinorUnits } from './money.ts'

/**
 * Where another bank's statement has what: the heading of each column, as it stands in the file.
 *
 *     { "date": "交易日", "credit": "贷方发生额", "debit": "借方发生额", "balance": "账户余额", "document": "凭证号" }
 *
 * `date` is needed, and either `amount` or both `credit` (收入) and `debit` (支出). An `amount` has its sign before it, or in the
 * column `way` (收/支, 借/贷; 贷 is money in). `ignore` names columns that are numbered anew in every export, as 序号 is.
 * `minorUnits` is 2 (yuan and fen) unless it says 0. `dateFormat` is needed where the year stands last.
 */
export type StatementMapping = { [F in MappedField]?: string } & {
  date: string
  ignore?: readonly string[]
  minorUnits?: MinorUnits
  dateFormat?: DateOrder
  sheet?: string
}

const FIELDS = [
  'date', 'time', 'amount', 'credit', 'debit', 'way', 'balance', 'kind', 'counterparty', 'counterpartyAccount', 'document',
  'remark', 'account',
] as const satisfies readonly Field[]
type MappedField = (typeof FIELDS)[number]

/** Reads a mapping file's JSON. @throws {InputRefused} naming the field. */
export function readStatementMapping(input: unknown): StatementMapping {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw wrong('映射文件应是 JSON 对象', 'a mapping is a JSON object')
  for (const [name, value] of Object.entries(input)) {
    const rule = RULES.get(name)
    if (!rule) throw wrong(`映射文件里不认识“${name}”`, `a mapping has no ${JSON.stringify(name)}`)
    if (!rule.fits(value)) throw wrong(`映射文件的 ${name} 应是${rule.zh}`, `${name} must be ${rule.en}`)
  }
  const mapping = input as StatementMapping
  if (!mapping.date) throw wrong('映射文件缺少 date', 'a mapping needs "date"')
  const { amount, credit, debit, way } = mapping
  const isOneColumn = amount !== undefined && credit === undefined && debit === undefined
  const isTwoColumns = amount === undefined && credit !== undefined && debit !== undefined && way === undefined
  if (!isOneColumn && !isTwoColumns)
    throw wrong(
      '映射文件要么写 amount（可加 way），要么同时写 credit 和 debit',
      'a mapping has either "amount" (with "way", if need be) or both "credit" and "debit"',
    )
  const headings = FIELDS.flatMap((field) => mapping[field] ?? [])
  const twice = headings.find((heading, index) => headings.indexOf(heading) !== index)
  if (twice !== undefined) throw wrong(`映射文件把“${twice}”用了两次`, `a mapping uses ${JSON.stringify(twice)} twice`)
  return mapping
}

/** The form that a mapping describes. */
export function formOf(mapping: StatementMapping): Form {
  const columns = Object.fromEntries(FIELDS.flatMap((field) => (mapping[field] === undefined ? [] : [[field, [mapping[field]]]])))
  const { dateFormat, ignore = [] } = mapping
  return {
    format: 'mapped', columns, minorUnits: unitOf(mapping), ignore: ['序号', ...ignore],
    ...(dateFormat && { dateFormat }),
  }
}

/** A heading in 万元 would be wrong by ten thousand if it were taken for yuan, one in 分 by a hundred. */
function unitOf({ amount, credit, debit, balance, minorUnits }: StatementMapping): MinorUnits {
  for (const heading of [amount, credit, debit, balance]) {
    const [, unit] = /[(（:：](?:单位[:：]?|人民币)*([百千万]+元?|分)[)）]?$/.exec(heading?.replace(/\s/g, '') ?? '') ?? []
    if (unit !== undefined && !(unit === '分' && minorUnits === 0))
      throw wrong(
        `“${heading}”不是以元计；以分计的请写明 "minorUnits": 0，以${unit === '分' ? '万元' : unit}计的请先换算成元`,
        `${JSON.stringify(heading)} does not count yuan; state "minorUnits": 0 for fen, and convert thousands first`,
      )
  }
  return minorUnits ?? 2
}

type Rule = { fits: (value: unknown) => boolean; zh: string; en: string }

const HEADING: Rule = { fits: (value) => typeof value === 'string' && value.trim() !== '', zh: '列名', en: 'a heading' }
const RULES = new Map<string, Rule>([
  ...FIELDS.map((field): [string, Rule] => [field, HEADING]),
  ['sheet', { ...HEADING, zh: '工作表名', en: 'the name of a sheet' }],
  ['ignore', { fits: (value) => Array.isArray(value) && value.every(HEADING.fits), zh: '列名的数组', en: 'an array of headings' }],
  ['minorUnits', { fits: (value) => value === 0 || value === 2, zh: '0 或 2', en: '0 or 2' }],
  ['dateFormat', { fits: (value) => value === 'DMY' || value === 'MDY', zh: 'DMY、MDY', en: 'DMY, MDY' }],
])

function wrong(zh: string, en: string): InputRefused {
  return new InputRefused('MAPPING_WRONG', { zh, en })
}
