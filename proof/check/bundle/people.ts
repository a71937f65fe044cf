import type { Anchor } from '../../../ledger/anchor.ts'
import type { LedgerEvent } from '../../../ledger/events.ts'
import type { Hex } from '../../../ledger/hex.ts'
import type { Call } from './block.ts'
import type { Fault, Place } from './fault.ts'

/** Roles as the Charter numbers them: the council, which has every power nobody else was given, and everybody. */
const COUNCIL = 0n
const PUBLIC = 2n ** 64n - 1n

/** Who signs for whom, and who may do what, as the book tells it from its first block on. */
export type People = ReturnType<typeof openPeople>

/** Begins with nobody: the founding appoints the first. */
export function openPeople({ contracts }: Anchor) {
  const personOf = new Map<Hex, number>()
  const memberSince = new Map<string, number>()
  const powers = new Map<string, bigint>()
  const closed = new Set<Hex>()
  let persons = 0

  return {
    /** How many persons there are. */
    count: () => persons,
    personOf: (key: Hex): number => personOf.get(key) ?? 0,

    /** Whether whoever signed had the role for what they called, at that time. Nothing is said of calls that failed. */
    faultOf({ sender, to, selector, succeeded }: Call, time: number, place: Place): Fault | undefined {
      const { ledger, people, bank, audit } = contracts
      if (!succeeded || to === undefined || ![ledger, people, bank, audit].includes(to)) return undefined
      const role = powers.get(`${to} ${selector}`) ?? COUNCIL
      const since = memberSince.get(`${role} ${sender}`)
      const may = !closed.has(to) && (role === PUBLIC || (since !== undefined && since <= time))
      return may ? undefined : { code: 'ROLE_MISSING', place, expected: `role ${role}`, found: sender }
    },

    /** Takes an event of People or the Charter. Gives what is wrong with it. */
    take(event: LedgerEvent, place: Place): Fault[] {
      switch (event.name) {
        case 'PersonEnrolled': {
          const expected = persons + 1
          persons = Math.max(persons, event.person)
          personOf.set(event.key, event.person)
          return event.person === expected ? [] : [{ code: 'NUMBER_GAP', place, expected: `person ${expected}`, found: `person ${event.person}` }]
        }
        case 'KeyAdded':
          personOf.set(event.key, event.person)
          return []
        case 'KeyRetired':
          personOf.delete(event.key)
          return []
        case 'RoleGranted':
          // With a delay of execution the contracts refuse every call, so that such a member may do nothing.
          if (event.newMember) memberSince.set(`${event.role} ${event.account}`, event.delay === 0 ? event.since : Infinity)
          return []
        case 'RoleRevoked':
          memberSince.delete(`${event.role} ${event.account}`)
          return []
        case 'TargetFunctionRoleUpdated':
          powers.set(`${event.target} ${event.selector}`, event.role)
          return []
        case 'TargetClosed':
          if (event.closed) closed.add(event.target)
          else closed.delete(event.target)
          return []
        default:
          return []
      }
    },
  }
}
