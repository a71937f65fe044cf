import { MAX_ENTRY_FEN } from '../../ledger/fen.ts'
import type { Words } from '../../ledger/words.ts'
import type { Reading } from '../cells.ts'
import type { Fault } from '../problem.ts'
import type { Row } from '../table.ts'
import { textOf, type Layout } from './forms.ts'
import { effectOf, isClosed, wayOf } from './wallets.ts'

/** A row as the file's own totals count it, whether it moved money or not. */
export type Counted = { row: number; way: 'credit' | 'debit' | 'neutral'; size: bigint; closed: boolean }

type Moved = { counted: Counted; effect: bigint | Words }
type Amounts = { credit: bigint | undefined; debit: bigint | undefined; amount: bigint | undefined }

/** What a row moves: which way, how much, or why nothing. */
export function moveOf(layout: Layout, row: Row, { credit, debit, amount }: Amounts): Reading<Moved> {
  if (credit && debit) return { fault: BOTH_WAYS }
  const printed = amount ?? (credit || debit || (credit ?? debit))
  if (printed === undefined) return { fault: AMOUNT_MISSING }
  if (printed > MAX_ENTRY_FEN || printed < -MAX_ENTRY_FEN) return { fault: AMOUNT_TOO_LARGE }

  if (layout.places.funding) return walletMove(layout, row, printed)
  const sign = layout.places.way ? signOf(textOf(layout, row, 'way')) : debit ? -1n : 1n
  if (sign === undefined) return { fault: WAY_UNKNOWN }
  const effect = sign * printed
  // A minus in a column of its own for money out takes from that column's total, and is none of money in.
  const isSigned = layout.places.amount !== undefined && layout.places.way === undefined
  const way = (isSigned ? effect : sign) < 0n ? 'debit' : 'credit'
  const counted: Counted = { row: row.number, way, size: way === 'debit' ? -effect : effect, closed: false }
  return { ok: { counted, effect: effect === 0n ? ZERO : effect } }
}

function walletMove(layout: Layout, row: Row, printed: bigint): Reading<Moved> {
  if (printed < 0n) return { fault: AMOUNT_NEGATIVE }
  const said = (field: 'way' | 'kind' | 'remark' | 'funding' | 'status') => textOf(layout, row, field)
  const [way, kind, funding, status] = [said('way'), said('kind'), said('funding'), said('status')]
  const effect = effectOf({ way, kind, remark: said('remark'), funding, status })
  if (effect === undefined) return { fault: unknownWay([way, kind, funding]) }
  const counted: Counted = { row: row.number, way: wayOf(way) ?? 'neutral', size: printed, closed: isClosed(status) }
  return { ok: { counted, effect: printed === 0n ? ZERO : 'why' in effect ? effect.why : effect.sign * printed } }
}

function signOf(text: string): 1n | -1n | undefined {
  if (/^(?:收[入款]?|贷方?|进|转入|存入|cr?|credit|\+)$/i.test(text)) return 1n
  return /^(?:支出?|付款?|借方?|出|转出|支取|dr?|debit)$/i.test(text) ? -1n : undefined
}

function unknownWay(said: readonly string[]): Fault {
  const shown = said.filter((text) => text !== '')
  return { ...WAY_UNKNOWN, zh: `${WAY_UNKNOWN.zh}（${shown.join('，')}）`, en: `${WAY_UNKNOWN.en} (${shown.join(', ')})` }
}

const ZERO: Words = { zh: '金额为零', en: 'the amount is zero' }
const BOTH_WAYS: Fault = {
  code: 'WAY_UNKNOWN', zh: '既有收入又有支出，分不清是收是支',
  en: 'has money in and money out: which it is cannot be told',
}
const WAY_UNKNOWN: Fault = { code: 'WAY_UNKNOWN', zh: '看不出是收是支', en: 'whether money came in or went out cannot be told' }
const AMOUNT_MISSING: Fault = { code: 'AMOUNT_MISSING', zh: '没有金额', en: 'the amount is missing' }
const AMOUNT_NEGATIVE: Fault = {
  code: 'AMOUNT_NEGATIVE', zh: '是负数，而这里收支另有一列',
  en: 'is negative, where a column of its own says the direction',
}
const AMOUNT_TOO_LARGE: Fault = { code: 'AMOUNT_TOO_LARGE', zh: '超过一百亿元，应是笔误', en: 'is above ten billion yuan: a typing mistake' }
