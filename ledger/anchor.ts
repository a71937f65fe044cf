import { Address, Hash, type Hex } from './hex.ts'

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

/** Reads an anchor's file (or what JSON.parse made of it). @throws {RangeError} saying what is wrong with it. */
export function readAnchor(json: unknown): Anchor {
  const fields = readObject(typeof json === 'string' ? parse(json) : json, 'the anchor', FIELDS)
  if (fields.format !== 'mingzhang/anchor/1') throw new RangeError('this is no anchor of a book (mingzhang/anchor/1)')
  const contracts = readObject(fields.contracts, 'contracts', CONTRACTS)
  const anchor: Anchor = {
    format: fields.format,
    chainId: readChainId(fields.chainId),
    genesis: Hash(readText(fields.genesis, 'genesis')),
    contracts: {
      charter: Address(readText(contracts.charter, 'contracts.charter')),
      people: Address(readText(contracts.people, 'contracts.people')),
      ledger: Address(readText(contracts.ledger, 'contracts.ledger')),
      bank: Address(readText(contracts.bank, 'contracts.bank')),
      audit: Address(readText(contracts.audit, 'contracts.audit')),
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

/** Refuses an anchor that would trust anybody or nobody. @throws {RangeError} */
export function checkQuorum({ sealing, sealers, quorum }: Anchor): void {
  if (sealers.length === 0) throw new RangeError('an anchor without sealers trusts anybody')
  if (new Set(sealers.map(({ address }) => address)).size < sealers.length)
    throw new RangeError('a sealer is listed twice')
  const least = leastQuorum(sealing, sealers.length)
  if (!Number.isInteger(quorum) || quorum < least || quorum > sealers.length)
    throw new RangeError(`the quorum of ${sealers.length} sealers is ${least} to ${sealers.length}, not ${quorum}`)
}

const FIELDS = ['format', 'chainId', 'genesis', 'contracts', 'sealing', 'sealers', 'quorum']
const CONTRACTS = ['charter', 'people', 'ledger', 'bank', 'audit']
const MAX_SEALERS = 100

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RangeError('the anchor is no JSON')
  }
}

function readChainId(value: unknown): bigint {
  const text = readText(value, 'chainId')
  if (!/^[1-9]\d{0,18}$/.test(text)) throw new RangeError(`not a chain id: ${JSON.stringify(text)}`)
  return BigInt(text)
}

function readSealing(value: unknown): Anchor['sealing'] {
  if (value !== 'witness' && value !== 'qbft') throw new RangeError('sealing is "witness" or "qbft"')
  return value
}

function readSealers(value: unknown): Sealer[] {
  if (!Array.isArray(value) || value.length > MAX_SEALERS)
    throw new RangeError(`sealers are a list of 1 to ${MAX_SEALERS}`)
  return value.map((item: unknown, i) => {
    const { address, name } = readObject(item, `sealers[${i}]`, ['address', 'name'])
    return { address: Address(readText(address, `sealers[${i}].address`)), name: readText(name, `sealers[${i}].name`) }
  })
}

function readText(value: unknown, place: string): string {
  if (typeof value !== 'string' || value.length > 200) throw new RangeError(`${place} is no short text`)
  return value
}

function readObject(value: unknown, place: string, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RangeError(`${place} is missing`)
  const strange = Object.keys(value).find((name) => !names.includes(name))
  if (strange !== undefined) throw new RangeError(`${place} has an unknown field ${JSON.stringify(strange)}`)
  return Object.fromEntries(Object.entries(value))
}
