import type { Reader } from '../indexer/read.ts'
import { ROLES } from '../ledger/words.ts'
import type { HolderView } from './views.ts'

/** The appointments to roles of the matrix that stand. Those count already whose `since` (seconds of Unix time) is over. */
export function appointmentsOf(reader: Pick<Reader, 'holdings'>): HolderView[] {
  return reader.holdings().flatMap(({ role, address, since, person }) => {
    const name = ROLES[Number(role)]
    return name ? [{ role: name, person, key: address, since }] : []
  })
}
