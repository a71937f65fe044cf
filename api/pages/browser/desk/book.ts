import type { Words } from '../../../../ledger/words.ts'
import { byId } from '../element.ts'
import { word } from './language.ts'

/** The charity whose book it is, as the page says it. */
export function bookName(): string {
  const { zh = '', en = '' } = JSON.parse(byId('main').dataset['book'] ?? '{}') as Partial<Words>
  return word({ zh, en })
}
