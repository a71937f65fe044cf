import { InputRefused } from './failures.ts'
import { Address, Hash, type Hex } from './hex.ts'
import type { Words } from './words.ts'

/**
 * What a visitor trusts, and the only thing: which book, and who seals it. It comes from outside (a file, the notice
 * board, a QR), never from the answer it judges. A QBFT block does not name its chain, so a validator's key must serve
 * one chain only.
 */
export type Anchor = {
  readonly format: 'mingzhang/anchor/1'
  readonly chainId: bigint
  readonly genesis: Hex
  readonly contracts: { readonly charter: Hex; readonly people: Hex; readonly ledger: Hex; readonly bank: Hex; readonly audit: Hex }
  readonly sealing: 'witness' | 'qbft'
  readonly sealers: readonly Sealer[]
  /** How many of the sealers must have sealed: more than half of witnesses, ⌈2n/3⌉ of validators. */
  readonly quorum: number
}

/** Who seals, and what people call them. */
export type Sealer = { readonly address: Hex; readonly name: string }

/** The least quorum that `count` sealers may have: two that reach it share an honest one. */
export function leastQuorum(sealing: Anchor['sealing'], count: number): number {
  return sealing === 'qbft' ? Math.ceil((2 * count) / 3) : Math.floor(count / 2) + 1
}

/** Reads an anchor's file (or what JSON.parse made of it). @throws {InputRefused} saying what is wrong with it. */
export function readAnchor(json: unknown): Anchor {
  const fields = readObject(typeof json === 'string' ? parse(json) : json, THE_ANCHOR, FIELDS)
  if (fields.format !== FORMAT) throw refused(`这不是账本的信任锚（${FORMAT}）`, `this is no anchor of a book (${FORMAT})`)
  const contracts = readObject(fields.contracts, named('contracts'), CONTRACTS)
  const anchor: Anchor = {
    format: fields.format,
    chainId: readChainId(fields.chainId),
    genesis: readHash(fields.genesis, 'genesis'),
    contracts: {
      charter: readAddress(contracts.charter, 'contracts.charter'),
      people: readAddress(contracts.people, 'contracts.people'),
      ledger: readAddress(contracts.ledger, 'contracts.ledger'),
      bank: readAddress(contracts.bank, 'contracts.bank'),
      audit: readAddress(contracts.audit, 'contracts.audit'),
    },
    sealing: readSealing(fields.sealing),
    sealers: readSealers(fields.sealers),
    quorum: Number(fields.quorum),
  }
  checkQuorum(anchor)
  return anchor
}

/** The anchor as its file: JSON with two spaces and a line's end. */
export function formatAnchor(anchor: Anchor): string {
  const { format, chainId, genesis, contracts, sealing, sealers, quorum } = anchor
  const { charter, people, ledger, bank, audit } = contracts
  const inOrder = {
    format,
    chainId: String(chainId),
    genesis,
    contracts: { charter, people, ledger, bank, audit },
    sealing,
    sealers: sealers.map(({ address, name }) => ({ address, name })),
    quorum,
  }
  return `${JSON.stringify(inOrder, null, 2)}\n`
}

/** Refuses an anchor that would trust anybody or nobody. @throws {InputRefused} */
export function checkQuorum({ sealing, sealers, quorum }: Anchor): void {
  if (sealers.length === 0) throw refused('没有列出见证人的信任锚谁都信', 'an anchor without sealers trusts anybody')
  const twice = sealers.find(({ address }, at) => sealers.findIndex((other) => other.address === address) < at)
  if (twice) throw refused(`见证人 ${twice.address} 列了两次`, `the sealer ${twice.address} is listed twice`)
  const least = leastQuorum(sealing, sealers.length)
  if (!Number.isInteger(quorum) || quorum < least || quorum > sealers.length)
    throw refused(
      `${sealers.length} 位见证人的签封数须为 ${least} 至 ${sealers.length}，不能是 ${quorum}`,
      `the quorum of ${sealers.length} sealers is ${least} to ${sealers.length}, not ${quorum}`,
    )
}

const FORMAT = 'mingzhang/anchor/1'
const FIELDS = ['format', 'chainId', 'genesis', 'contracts', 'sealing', 'sealers', 'quorum']
const CONTRACTS = ['charter', 'people', 'ledger', 'bank', 'audit']
const MAX_SEALERS = 100
const THE_ANCHOR: Words = { zh: '信任锚', en: 'the anchor' }

/** Controls, line separators, and marks that turn the direction of writing: a name with them shows as another one. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

function parse(text: string): unknown {
  try {
    // Some editors put a byte order mark in front.
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw refused('内容不是 JSON', 'the anchor is no JSON')
  }
}

function readChainId(value: unknown): bigint {
  const text = readText(value, 'chainId')
  if (!/^[1-9]\d{0,18}$/.test(text)) throw refused(`${JSON.stringify(text)} 不是链的编号`, `not a chain id: ${JSON.stringify(text)}`)
  return BigInt(text)
}

function readSealing(value: unknown): Anchor['sealing'] {
  if (value !== 'witness' && value !== 'qbft') throw refused('sealing 应为 "witness" 或 "qbft"', 'sealing is "witness" or "qbft"')
  return value
}

function readSealers(value: unknown): Sealer[] {
  if (!Array.isArray(value) || value.length > MAX_SEALERS)
    throw refused(`sealers 应列出 1 至 ${MAX_SEALERS} 位见证人`, `sealers are a list of 1 to ${MAX_SEALERS}`)
  return value.map((item: unknown, i) => {
    const place = `sealers[${i}]`
    const { address, name } = readObject(item, named(place), ['address', 'name'])
    return { address: readAddress(address, `${place}.address`), name: readName(name, `${place}.name`) }
  })
}

function readName(value: unknown, place: string): string {
  const name = readText(value, place)
  if (name.trim() === '' || UNSEEN.test(name))
    throw refused(`见证人的名称（${place}）是空的，或含有看不见的字符`, `the name of a sealer (${place}) is empty or has characters that nobody sees`)
  return name
}

function readAddress(value: unknown, place: string): Hex {
  return readHex(Address, value, place, 40)
}

function readHash(value: unknown, place: string): Hex {
  return readHex(Hash, value, place, 64)
}

function readText(value: unknown, place: string): string {
  if (typeof value !== 'string' || value.length > 200) throw refused(`${place} 不是一段短文字`, `${place} is no short text`)
  return value
}

function readObject(value: unknown, { zh, en }: Words, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(`缺少${zh}`, `${en} is missing`)
  const strange = Object.keys(value).find((name) => !names.includes(name))
  if (strange !== undefined)
    throw refused(`${zh}里有不认识的字段 ${JSON.stringify(strange)}`, `${en} has an unknown field ${JSON.stringify(strange)}`)
  return Object.fromEntries(Object.entries(value))
}

function named(place: string): Words {
  return { zh: ` ${place} `, en: place }
}

function readHex(read: (text: string) => Hex, value: unknown, place: string, digits: number): Hex {
  const text = readText(value, place)
  try {
    return read(text)
  } catch {
    throw refused(`${place} 应为 0x 和 ${digits} 位十六进制数`, `${place} is not 0x and ${digits} digits`)
  }
}

function refused(zh: string, en: string): InputRefused {
  return new InputRefused('ANCHOR_WRONG', { zh, en })
}
