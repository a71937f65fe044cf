import { keccak_256 } from '@noble/hashes/sha3.js'
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { Day } from './day.ts'
import { Fen } from './fen.ts'
import { toHex, type Hex } from './hex.ts'
import { ERASURES, KINDS, OPINIONS, REASONS, SOURCES, UNEXPLAINED } from './words.ts'

/** A log as JSON-RPC gives it. */
export type Log = { readonly address: string; readonly topics: readonly string[]; readonly data: string }

/** One item of a batch of inflows. */
export type InflowItem = { ref: Hex; amount: Fen; paper: Hex }

type Field<Value> = { abi: string; indexed: boolean; dynamic: boolean; read: (text: string, at: number) => Value }

const person = number(32)
const count = number(32)
const seconds = number(48)
const role = field('uint64', readUint64)
// Money of a bank account: what went out is below zero.
const signedFen = field('int64', readInt64)
const fen = field('uint64', (text, at) => Fen(readUint64(text, at)))
const day = field('uint32', (text, at) => Day(readNumber(text, at, 32)))
const flag = field('bool', (text, at) => readNumber(text, at, 1) === 1)
const hash = field('bytes32', readHash)
const address = field<Hex>('address', (text, at) => `0x${readRight(text, at, 40)}`)
const selector = field<Hex>('bytes4', (text, at) => `0x${readLeft(text, at, 8)}`)
const source = oneOf(SOURCES)
const kind = oneOf(KINDS)
const reason = oneOf(REASONS)
const why = oneOf(UNEXPLAINED)
const opinion = oneOf(OPINIONS)
const erasure = oneOf(ERASURES)
const text = dynamic('string', (data, at) => new TextDecoder().decode(readBytes(data, at)))
const bytes = dynamic('bytes', (data, at) => toHex(readBytes(data, at)))
const hashes = dynamic('bytes32[]', readHashes)
const items = dynamic('(bytes32,uint64,bytes32)[]', readItems)
const bankLines = listOf({ ref: hash, amount: signedFen, day, paper: hash })
const matches = listOf({ line: count, fund: count, outflow: flag, number: count, amount: fen })

const fund = indexed(number(32))
const outflow = indexed(number(32))
const account = indexed(count)
const entry = indexed(count)
const community = indexed(count)
const key = { person: indexed(person), key: indexed(address), paper: hash, by: person }
const operation = { operation: indexed(hash), nonce: indexed(count) }

/**
 * Every event of the book's contracts, its fields in the order of their declaration: FundLedger, BankRegister,
 * AuditRegister, People, then the Charter (OpenZeppelin's AccessManager). What each means stands in contracts/interfaces; `by` is a person's number.
 */
const EVENTS = {
  FundOpened: { fund, community, restricted: flag, reserve: fen, threshold: fen, purpose: hash, by: person },
  FundClosed: { fund, paper: hash, by: person },
  PeriodClosed: {
    fund, period: indexed(count), from: day, through: day, received: fen, cursor: fen, inflows: count, outflows: count,
    paper: hash, by: person,
  },
  InflowsRecorded: {
    fund, batch: indexed(count), firstNumber: count, start: fen, source, effectiveOn: day, by: person, inflows: items,
  },
  OriginRecorded: { fund, inflow: indexed(count), originFund: count, originOutflow: count, offset: fen },
  PaymentProposed: { fund, outflow, kind, subject: count, amount: fen, ref: hash, paper: hash, by: person },
  PaymentApproved: { fund, outflow, paper: hash, by: person },
  PaymentRejected: { fund, outflow, reason, paper: hash, by: person },
  PaymentCancelled: { fund, outflow, reason, released: fen, paper: hash, by: person },
  PaymentExecuted: {
    fund, outflow, amount: fen, released: fen, last: flag, ref: hash, effectiveOn: day, paper: hash, by: person,
  },
  PaymentAccepted: { fund, outflow, paper: hash, by: person },
  InflowVoided: {
    fund, outflow, inflow: count, amount: fen, reason, ref: hash, effectiveOn: day, paper: hash, by: person,
  },
  PieceTaken: { fund, outflow, piece: count, start: fen, end: fen, offset: fen },
  CutsSkipped: { fund, crossed: count, cursor: fen },

  AccountOpened: { account, community, opening: signedFen, openedOn: day, paper: hash, by: person },
  LinesRecorded: {
    account, statement: entry, firstLine: count, through: day, opening: signedFen, closing: signedFen, paper: hash, by: person,
    lines: bankLines,
  },
  LinesMatched: { account, firstMatch: entry, paper: hash, by: person, matches },
  MatchUndone: { account, number: entry, reason, paper: hash, by: person },
  LineExplained: { account, line: entry, why, paper: hash, by: person },

  OpinionGiven: { number: entry, community, from: day, through: day, opinion, bundle: hash, paper: hash, by: person },
  FindingRaised: { number: entry, community, owner: entry, dueOn: day, paper: hash, by: person },
  FindingAnswered: { number: entry, paper: hash, by: person },
  FindingVerified: { number: entry, done: flag, paper: hash, by: person },
  ComplaintFiled: { number: entry, fund, outflow, community: count, paper: hash, key: address },
  ComplaintAnswered: { number: entry, paper: hash, by: person },
  ComplaintClosed: { number: entry, paper: hash, by: person },
  ComplaintReopened: { number: entry, paper: hash, key: address, by: person },
  PapersErased: { erasure, by: person, papers: hashes },

  PersonEnrolled: key,
  KeyAdded: key,
  KeyRetired: key,

  RoleLabel: { role: indexed(role), label: text },
  RoleGranted: { role: indexed(role), account: indexed(address), delay: count, since: seconds, newMember: flag },
  RoleRevoked: { role: indexed(role), account: indexed(address) },
  RoleAdminChanged: { role: indexed(role), admin: indexed(role) },
  RoleGuardianChanged: { role: indexed(role), guardian: indexed(role) },
  RoleGrantDelayChanged: { role: indexed(role), delay: count, since: seconds },
  TargetClosed: { target: indexed(address), closed: flag },
  TargetFunctionRoleUpdated: { target: indexed(address), selector, role: indexed(role) },
  TargetAdminDelayUpdated: { target: indexed(address), delay: count, since: seconds },
  OperationScheduled: { ...operation, schedule: seconds, caller: address, target: address, call: bytes },
  OperationExecuted: operation,
  OperationCanceled: operation,
  AuthorityUpdated: { authority: address },
}

/** The name of an event of the book. */
export type EventName = keyof typeof EVENTS

type Facts<Fields> = { [Name in keyof Fields]: Fields[Name] extends Field<infer Value> ? Value : never }

/** One event with its facts. Money is `Fen`, a date is `Day`, a role is a bigint, times are seconds of Unix time. */
export type LedgerEvent = { [Name in EventName]: { name: Name } & Facts<(typeof EVENTS)[Name]> }[EventName]

/** An event of this name. */
export type EventOf<Name extends EventName> = Extract<LedgerEvent, { name: Name }>

const HEX = /^0x[0-9a-f]*$/
const HIGH_ZEROS = '0'.repeat(51)

/** The first topic of each event: the hash of its signature. */
export const TOPICS: ReadonlyMap<EventName, Hex> = new Map(
  Object.entries(EVENTS).map(([name, fields]) => [name as EventName, topicOf(name, Object.values(fields))]),
)

const READERS = new Map(
  Object.entries(EVENTS).map(([name, fields]) => [String(TOPICS.get(name as EventName)), readerOf(name, fields)]),
)

/**
 * Reads a log of one of the book's contracts. Made by hand, because a mirror reads tens of thousands in a second.
 *
 * Whose log it is (`address`) is for the caller to check. @throws {RangeError} for a log of any other shape.
 */
export function decodeLog({ topics, data }: Log): LedgerEvent {
  const read = READERS.get(topics[0] ?? '')
  if (!read) throw new RangeError(`no event of the book has the topic ${topics[0]}`)
  // parseInt stops at the first character that is no digit, so it is made sure here that there is none.
  if (!HEX.test(data) || !topics.every((topic) => HEX.test(topic))) throw new RangeError('a log is not hexadecimal')
  return read(topics, data)
}

function topicOf(name: string, fields: readonly Field<unknown>[]): Hex {
  return toHex(keccak_256(utf8ToBytes(`${name}(${fields.map(({ abi }) => abi).join(',')})`)))
}

function readerOf(name: string, fields: Record<string, Field<unknown>>) {
  let topicAt = 1
  let dataAt = 2
  const places = Object.entries(fields).map(([key, { indexed, dynamic, read }]) => {
    const at = indexed ? 2 : dataAt
    if (!indexed) dataAt += 64
    return { key, read, dynamic, topic: indexed ? topicAt++ : 0, at }
  })
  const open = places.some(({ dynamic }) => dynamic)

  return (topics: readonly string[], data: string): LedgerEvent => {
    if (topics.length !== topicAt || (open ? data.length <= dataAt : data.length !== dataAt))
      throw new RangeError(`${name}: ${topics.length} topics and ${data.length / 2 - 1} bytes are not its shape`)
    const event: Record<string, unknown> = { name }
    for (const { key, read, topic, at } of places) event[key] = read(topic === 0 ? data : topics[topic] ?? '', at)
    return event as LedgerEvent
  }
}

function field<Value>(abi: string, read: Field<Value>['read']): Field<Value> {
  return { abi, indexed: false, dynamic: false, read }
}

function indexed<Value>(field: Field<Value>): Field<Value> {
  return { ...field, indexed: true }
}

function number(bits: number): Field<number> {
  return field(`uint${bits}`, (text, at) => readNumber(text, at, bits))
}

function oneOf<Word extends string>(words: readonly Word[]): Field<Word> {
  return field('uint8', (text, at) => {
    const word = words[readNumber(text, at, 8)]
    if (word === undefined) throw new RangeError(`no word for ${readNumber(text, at, 8)}; there are ${words.join(', ')}`)
    return word
  })
}

/** A field of any length. It is the last of its event, so that its content follows the fixed words at once. */
function dynamic<Value>(abi: string, read: Field<Value>['read']): Field<Value> {
  return {
    abi,
    indexed: false,
    dynamic: true,
    read(data, at) {
      if (2 + 2 * readNumber(data, at, 32) !== at + 64) throw new RangeError(`${abi} does not follow the fixed words`)
      return read(data, at + 64)
    },
  }
}

/** A list of structures, each of a fixed size. */
function listOf<Fields extends Record<string, Field<unknown>>>(fields: Fields): Field<Facts<Fields>[]> {
  const places = Object.entries(fields)
  const digits = places.length * 64
  return dynamic(`(${places.map(([, { abi }]) => abi).join(',')})[]`, (data, at) => {
    const size = readNumber(data, at, 32)
    if (data.length !== at + 64 + size * digits) throw new RangeError(`${size} items announced, others follow`)
    return Array.from({ length: size }, (_, index) => {
      const from = at + 64 + index * digits
      return Object.fromEntries(places.map(([key, { read }], place) => [key, read(data, from + place * 64)])) as Facts<Fields>
    })
  })
}

function readWord(text: string, at: number): string {
  const word = text.slice(at, at + 64)
  if (word.length !== 64) throw new RangeError(`a word of 32 bytes is missing at ${at}`)
  return word
}

// The last 13 of a word's 64 digits are 52 bits, which a number holds exactly.
function readNumber(text: string, at: number, bits: number): number {
  const value = text.startsWith(HIGH_ZEROS, at) ? parseInt(readWord(text, at).slice(-13), 16) : Infinity
  if (!(value < 2 ** bits)) throw new RangeError(`not a number of ${bits} bits: ${readWord(text, at)}`)
  return value
}

function readUint64(text: string, at: number): bigint {
  if (text.startsWith(HIGH_ZEROS, at)) return BigInt(readNumber(text, at, 52))
  const value = BigInt(`0x${readWord(text, at)}`)
  if (value >= 2n ** 64n) throw new RangeError(`not a number of 64 bits: ${readWord(text, at)}`)
  return value
}

function readInt64(text: string, at: number): bigint {
  const word = BigInt(`0x${readWord(text, at)}`)
  const value = BigInt.asIntN(64, word)
  if (BigInt.asUintN(256, value) !== word) throw new RangeError(`not a signed number of 64 bits: ${readWord(text, at)}`)
  return value
}

function readHash(text: string, at: number): Hex {
  return `0x${readWord(text, at)}`
}

function readRight(text: string, at: number, digits: number): string {
  const word = readWord(text, at)
  if (/[^0]/.test(word.slice(0, 64 - digits))) throw new RangeError(`more than ${digits / 2} bytes: ${word}`)
  return word.slice(64 - digits)
}

function readLeft(text: string, at: number, digits: number): string {
  const word = readWord(text, at)
  if (/[^0]/.test(word.slice(digits))) throw new RangeError(`more than ${digits / 2} bytes: ${word}`)
  return word.slice(0, digits)
}

function readBytes(data: string, at: number): Uint8Array {
  const size = readNumber(data, at, 32)
  if (data.length !== at + 64 + Math.ceil(size / 32) * 64) throw new RangeError(`${size} bytes announced, others follow`)
  return hexToBytes(data.slice(at + 64, at + 64 + size * 2))
}

function readHashes(data: string, at: number): Hex[] {
  const size = readNumber(data, at, 32)
  if (data.length !== at + 64 + size * 64) throw new RangeError(`${size} hashes announced, others follow`)
  return Array.from({ length: size }, (_, index) => readHash(data, at + 64 + index * 64))
}

function readItems(data: string, at: number): InflowItem[] {
  const size = readNumber(data, at, 32)
  if (data.length !== at + 64 + size * 192) throw new RangeError(`${size} inflows announced, others follow`)
  return Array.from({ length: size }, (_, index) => {
    const from = at + 64 + index * 192
    return { ref: readHash(data, from), amount: fen.read(data, from + 64), paper: readHash(data, from + 128) }
  })
}
