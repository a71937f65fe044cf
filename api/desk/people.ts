import type { Key } from '../../indexer/people.ts'
import type { Reader } from '../../indexer/read.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { Role } from '../../ledger/words.ts'
import { appointmentsOf } from '../appointments.ts'
import { fieldsFor, type PrivatePapers } from './access.ts'

/** A key with the roles that it has, and those that it will have from a moment on. */
export type KeyTold = {
  readonly address: Hex; readonly addedAt: number; readonly retiredAt?: number
  readonly roles: readonly { readonly role: Role; readonly since: number; readonly isPending: boolean }[]
}

/** A person of the book. The office is public; the name is for whoever keeps the register. */
export type PersonTold = { readonly number: number; readonly office?: string; readonly name?: string; readonly keys: readonly KeyTold[] }

type Parts = { readonly reader: Pick<Reader, 'persons' | 'keys' | 'holdings'>; readonly papers: PrivatePapers }

/** For whom the register is. */
const KEEPERS = ['REGISTRAR', 'COUNCIL'] as const satisfies readonly Role[]

/** Who is in the book, with which keys and roles at `now` (unix seconds), and which appointments still wait. */
export function peopleOf({ reader, papers }: Parts, now: number): PersonTold[] {
  const appointments = Map.groupBy(appointmentsOf(reader), ({ key }) => key)
  const keys = Map.groupBy(reader.keys(), ({ person }) => person)
  const keyTold = ({ address, addedAt, retiredAt }: Key): KeyTold => ({
    address, addedAt, ...(retiredAt !== undefined && { retiredAt }),
    roles: (appointments.get(address) ?? []).map(({ role, since }) => ({ role, since, isPending: since > now })),
  })
  return reader.persons().map(({ number, paper }) => {
    const office = papers.paperOf(paper)?.paper.public['office']
    const name = fieldsFor(papers, KEEPERS, paper, 'person')?.['name']?.value
    return {
      number, ...(office !== undefined && { office }), ...(name !== undefined && { name }), keys: (keys.get(number) ?? []).map(keyTold),
    }
  })
}
