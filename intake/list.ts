import type { Day } from '../ledger/day.ts'
import { readDate, trim } from './cells.ts'
import type { Field, Layout, Mapping } from './columns.ts'
import { letterOf, type Fault, type Problem } from './problem.ts'
import type { Row, Table } from './table.ts'

/** `today`: a gift of a later date is a problem. */
export type Options = { mapping?: Mapping; today?: Day }

/** A table whose columns were found. */
export type List = { table: Table; layout: Layout; options: Options }

/** What stands in a row's cell for a field; nothing where the list has no such column. */
export function cellOf({ layout }: List, row: Row, field: Field): string {
  const column = layout.places[field]
  return (column === undefined ? undefined : row.cells[column]) ?? ''
}

/** A fault with the place where it stands. Without a field it is the whole row's. */
export function problemAt(list: List, row: Row, field: Field | undefined, fault: Fault): Problem {
  const { table, layout } = list
  const column = field && layout.places[field]
  return {
    ...fault,
    file: table.file,
    ...(layout.sheet.name !== '' && { sheet: layout.sheet.name }),
    row: row.number,
    ...(column !== undefined && {
      column: { letter: letterOf(column), heading: trim(layout.header.cells[column] ?? '') },
      value: row.cells[column] ?? '',
    }),
  }
}

/** Whether a row has a date, in whatever order. */
export function isDated(list: List, row: Row): boolean {
  return 'ok' in readDate(cellOf(list, row, 'date'), list.layout.dateFormat ?? 'DMY')
}
