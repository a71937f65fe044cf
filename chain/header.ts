import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { Hash, toHex, type Hex } from '../ledger/hex.ts'

/** What must be the same for the engine to come to the same first block. Time in unix seconds. */
export type Genesis = { timestamp: number; blockGasLimit: number; transactionGasCap: number }

/** The machine that executed the blocks. Another version may come to other hashes. */
export type EngineName = { name: string; version: string }

/** The head of an older journal that this one re-executes: what a witness of the old one signed last. */
export type OldHead = { genesisHash: Hex; engine: EngineName; number: number; blockHash: Hex }

/** The journal's first line: everything needed to build the same chain again. */
export type JournalHeader = {
  format: 'mingzhang-journal'
  version: 1
  chainId: number
  genesisHash: Hex
  hardfork: 'cancun'
  engine: EngineName
  genesis: Genesis
  continues?: OldHead
}

/** The header as its line of text, sealed with its own keccak256: a changed chain id would else show nowhere. */
export function encodeHeader(header: JournalHeader): string {
  return JSON.stringify({ ...inOrder(header), keccak256: digestOf(header) })
}

/** Reads the first line. @throws {RangeError} saying what is wrong with it. */
export function decodeHeader(text: string): JournalHeader {
  const header = readFields(text)
  if (encodeHeader(header) !== text) throw new RangeError('it was altered: its keccak256 is another')
  return header
}

function readFields(text: string): JournalHeader {
  const read: Partial<JournalHeader> = JSON.parse(text)
  const { format, version, chainId, genesisHash, hardfork, engine, genesis, continues } = read
  if (format !== 'mingzhang-journal') throw new RangeError('it is no journal of a book')
  if (version !== 1) throw new RangeError(`it has format ${version}, this program reads 1`)
  if (hardfork !== 'cancun') throw new RangeError(`it has the rules of ${hardfork}, this program those of cancun`)
  if (!isWhole(chainId) || typeof engine?.version !== 'string' || typeof engine.name !== 'string')
    throw new RangeError('chain id or engine are missing')
  if (!isWhole(genesis?.timestamp) || !isWhole(genesis.blockGasLimit) || !isWhole(genesis.transactionGasCap))
    throw new RangeError('the genesis is missing')
  const header = { format, version, chainId, genesisHash: Hash(String(genesisHash)), hardfork, engine, genesis }
  return continues === undefined ? header : { ...header, continues }
}

// One order of fields, so that the same header is the same text.
function inOrder({ format, version, chainId, genesisHash, hardfork, engine, genesis, continues }: JournalHeader) {
  const { timestamp, blockGasLimit, transactionGasCap } = genesis
  return {
    format, version, chainId, genesisHash, hardfork,
    engine: { name: engine.name, version: engine.version },
    genesis: { timestamp, blockGasLimit, transactionGasCap },
    ...(continues && { continues: oldHeadInOrder(continues) }),
  }
}

function oldHeadInOrder({ genesisHash, engine, number, blockHash }: OldHead): OldHead {
  return { genesisHash, engine: { name: engine.name, version: engine.version }, number, blockHash }
}

function digestOf(header: JournalHeader): Hex {
  return toHex(keccak_256(utf8ToBytes(JSON.stringify(inOrder(header)))))
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
