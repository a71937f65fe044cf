import type { Database } from 'better-sqlite3'
import type { Hex } from '../ledger/hex.ts'
import { bytesOf, hexOf, prepare } from './statements.ts'

/** A person: a number. `enrolledBy` is another person, 0 for a founder. Times in seconds of Unix time. */
export type Person = { number: number; enrolledBy: number; at: number; paper: Hex }

/** A key and whose it is. `retiredAt` says since when it speaks for nobody. */
export type Key = { address: Hex; person: number; addedAt: number; retiredAt?: number }

/** A role that a key holds from `since` (seconds of Unix time) on, which may be to come: the Charter's number of it. */
export type Holding = { role: bigint; address: Hex; since: number; person: number }

/** Tells who is who, and who may do what. */
export function openPeople(database: Database) {
  const persons = prepare<[], PersonRow>(database, `SELECT number, person, paper, ${timeOf('p')} AS time FROM persons p ORDER BY number`)
  const keys = prepare<[], KeyRow>(database, `${KEYS} ORDER BY k.place`)
  const key = prepare<[Buffer], KeyRow>(database, `${KEYS} WHERE k.address = ?`)
  const changes = prepare<[], ChangeRow>(database, CHANGES)
  const losses = prepare<[string, string], { time: bigint | null }>(database, LOSSES)

  return {
    persons: (): Person[] => persons.all().map(readPerson),
    keys: (): Key[] => keys.all().map(readKey),
    /** The person for whom a key speaks today; undefined for a stranger's and a retired one. */
    personOf(address: Hex): number | undefined {
      const row = key.get(bytesOf(address))
      return row && row.retired === null ? Number(row.owner) : undefined
    },
    /** Whose key it is or was: a retired one speaks for nobody and still is somebody's. Undefined for a stranger's. */
    ownerOf(address: Hex): number | undefined {
      const row = key.get(bytesOf(address))
      return row && Number(row.owner)
    },
    /** Who holds which role, or will, with the keys that speak for somebody today. */
    holdings(): Holding[] {
      const owners = new Map(keys.all().filter(({ retired }) => retired === null).map((row) => [hexOf(row.address), Number(row.owner)]))
      return memberships(changes.all()).flatMap(({ role, address, since }) => {
        const person = owners.get(address)
        return person === undefined ? [] : [{ role, address, since, person }]
      })
    },
    /** When a key lost a role last, by dismissal or with its own retirement, in seconds of Unix time; undefined where none ever did. */
    lostAt(role: bigint): number | undefined {
      const time = losses.get(String(role), String(role))?.time
      return time === null || time === undefined ? undefined : Number(time)
    },
  }
}

type PersonRow = { number: bigint; person: bigint; paper: Buffer; time: bigint }
type KeyRow = { address: Buffer; owner: bigint; added: bigint; retired: bigint | null }
type ChangeRow = { role: string; address: Buffer; since: bigint | null; new_member: bigint }

const timeOf = (table: string) => `(SELECT time FROM transactions WHERE place <= ${table}.place ORDER BY place DESC LIMIT 1)`
const KEYS = `SELECT k.address, k.owner, ${timeOf('k')} AS added, CASE WHEN r.place IS NOT NULL THEN ${timeOf('r')} END AS retired
  FROM keys k LEFT JOIN key_retirements r ON r.address = k.address`
const CHANGES = `SELECT role, address, since, new_member, place FROM role_grants
  UNION ALL SELECT role, address, NULL, 0, place FROM role_revocations ORDER BY place`
const LOSSES = `SELECT max(time) AS time FROM (SELECT ${timeOf('v')} AS time FROM role_revocations v WHERE v.role = ?
  UNION ALL SELECT ${timeOf('r')} FROM key_retirements r JOIN role_grants g ON g.address = r.address WHERE g.role = ?)`

// A grant to who already is a member changes only a delay; its `since` is not the membership's.
function memberships(changes: readonly ChangeRow[]): { role: bigint; address: Hex; since: number }[] {
  const members = new Map<string, { role: bigint; address: Hex; since: number }>()
  for (const { role, address, since, new_member } of changes) {
    const name = `${role}/${hexOf(address)}`
    if (since === null) members.delete(name)
    else if (new_member === 1n) members.set(name, { role: BigInt(role), address: hexOf(address), since: Number(since) })
  }
  return [...members.values()]
}

function readPerson({ number, person, paper, time }: PersonRow): Person {
  return { number: Number(number), enrolledBy: Number(person), at: Number(time), paper: hexOf(paper) }
}

function readKey({ address, owner, added, retired }: KeyRow): Key {
  const key = { address: hexOf(address), person: Number(owner), addedAt: Number(added) }
  return retired === null ? key : { ...key, retiredAt: Number(retired) }
}
