import { formatYuan, sumFen, type Fen } from '../ledger/fen.ts'
import { readTotal, trim } from './cells.ts'
import { cellOf, isDated, problemAt, type List } from './list.ts'
import type { Problem } from './problem.ts'
import type { Row } from './table.ts'

/** A sum that the list states itself. `rounded`: it was not whole fen, as floating point leaves it. */
export type Total = { row: number; stated: Fen; sum: Fen; agrees: boolean; rounded: boolean }

type Amount = { readonly amount: Fen }

/** What a total row says: its label, and the amount as written. */
export type Statement = { label: string; stated: string }

const TOTAL = /^(本?[页日月天]?(?:合计|总计|共计|累计|小计|总额)(?:金额)?|总金额|(?:grand)?total|subtotal)[:：]?([¥￥\d,.]*元?)$/i
const SUBTOTAL = /^本|小计|^[页日月天]|^sub/i

/**
 * What a row states, if it is a total's. In a row with a date a donor or a remark may be called so, unless the amount
 * is just what the rows above add up to.
 */
export function statementOf(list: List, row: Row, above: readonly Amount[]): Statement | undefined {
  const { donor, remark } = list.layout.places
  for (const [column, cell] of row.cells.entries()) {
    const [, label, behind = ''] = TOTAL.exec(cell.replace(/\s/g, '')) ?? []
    if (label === undefined) continue
    const stated = trim(cellOf(list, row, 'amount')) || behind
    const isName = isDated(list, row) && (column === donor || column === remark)
    if (!isName || readTotal(stated, list.layout.unit)?.amount === sumOf(above)) return { label, stated }
  }
  return undefined
}

/** Whether a total is of the rows since the one before (小计) and not of all (合计). */
export function isSubtotal({ label }: Statement): boolean {
  return SUBTOTAL.test(label)
}

/** Compares what a row states with the sum of the gifts it is of. No total when it has no readable amount. */
export function checkTotal(
  list: List,
  row: Row,
  { stated }: Statement,
  above: readonly Amount[],
): { total?: Total; problem?: Problem } {
  const sum = sumOf(above)
  const read = readTotal(stated, list.layout.unit)
  if (read?.amount === sum) return { total: { row: row.number, stated: sum, sum, agrees: true, rounded: read.rounded } }

  const shown = formatYuan(sum)
  const problem: Problem = {
    ...problemAt(list, row, 'amount', {
      code: 'TOTAL_DIFFERS',
      zh: `与各行之和 ${shown} 元不符`,
      en: `the list says so, but its rows add up to ${shown} yuan`,
    }),
    value: stated,
  }
  if (!read) return { problem }
  return { problem, total: { row: row.number, stated: read.amount, sum, agrees: false, rounded: read.rounded } }
}

function sumOf(gifts: readonly Amount[]): Fen {
  return sumFen(gifts.map(({ amount }) => amount))
}
