import { plain } from '../../../../intake/columns.ts'
import type { Row } from '../../../../intake/table.ts'

/** What a heading row is remembered by: its text, whatever the file is called. */
export function headingKey({ cells }: Row): string {
  return cells.map(plain).join('|').slice(0, 500)
}
