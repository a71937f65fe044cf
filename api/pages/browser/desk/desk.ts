import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Day } from '../../../../ledger/day.ts'
import type { Light } from '../../../../ledger/deadlines.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import type { InboxKind } from '../../../../ledger/inbox.ts'
import type { Role, Words } from '../../../../ledger/words.ts'
import type { Plan, Prepared, Recorded } from './acting.ts'

/** Who sits here, as the server tells it. */
export type Staff = {
  readonly person: number; readonly key: Hex; readonly roles: readonly Role[]
  /** Appointments that count from a moment on (unix seconds). */
  readonly pending: readonly { readonly role: Role; readonly since: number }[]
}

/** Something that waits for whoever sits here: api/desk/inbox.ts says what each field is. */
export type InboxItem = {
  readonly kind: InboxKind
  readonly title: Words; readonly fund?: number; readonly number: number; readonly amount?: string; readonly paper?: Hex; readonly count?: number
  readonly since: number; readonly light: Light
}

/** A fund, as GET /v1/funds tells it. Amounts are fen as text. */
export type FundTold = {
  readonly number: number; readonly title: Words; readonly purpose: Words; readonly open: boolean; readonly available: string; readonly community: number; readonly restricted: boolean
  readonly received: string; readonly unspent: string; readonly held: string; readonly reserve: string
}

/** What every place of the desk has at hand. */
export type Desk = {
  readonly staff: Staff
  readonly today: Day
  readonly inbox: readonly InboxItem[]
  readonly funds: readonly FundTold[]
  has(...roles: readonly Role[]): boolean
  /** Does something that asks the server, and once more, signed in anew, when the server has forgotten who sits here: it restarts now and then. */
  inSession<Answer>(work: () => Promise<Answer>): Promise<Answer>
  /** Looks again at what waits and how the funds stand. */
  refresh(): Promise<void>
  /**
   * Asks the contract, shows what would be signed in words and yuan, signs, sends. Undefined when the person said no.
   * @throws {Refused} with the contract's sentence.
   */
  act(plan: Plan): Promise<Recorded | undefined>
  /**
   * The same of several calls that were prepared before, shown together and signed one after another. `onDone` hears 0 when the
   * person has said yes and nothing was signed yet, and then how many are recorded.
   */
  actAll(prepared: readonly Prepared[], onDone: (done: number) => void): Promise<readonly Recorded[] | undefined>
}

const Context = createContext<Desk | undefined>(undefined)

export const DeskProvider = Context.Provider

/** The desk. Only for what is shown after signing in. */
export function useDesk(): Desk {
  const desk = useContext(Context)
  if (!desk) throw new RangeError('nobody has signed in')
  return desk
}
