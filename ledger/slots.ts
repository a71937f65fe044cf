import { keccak_256 } from '@noble/hashes/sha3.js'
import { Day } from './day.ts'
import { Fen } from './fen.ts'
import { fromHex, toHex, type Hex } from './hex.ts'
import { BATCH, FUND, FUND_COUNT, MAPPINGS, ORIGIN, OUTFLOW, PIECE, type Field } from './layout.ts'
import { KINDS, SOURCES, STATES, wordAt, type Kind, type Source, type State } from './words.ts'

/** A fund's line as one slot holds it. Amounts and places in fen. */
export type LineWord = { received: Fen; cursor: Fen; uncrossed: Fen; held: Fen }
/** How many entries a fund has of each kind: the highest numbers. */
export type CountsWord = { batches: number; inflows: number; outflows: number; pieces: number }
/** A batch of inflows; its root stands in the slot after it. `recorder` is a person's number. */
export type BatchWord = {
  start: Fen
  end: Fen
  firstNumber: number
  count: number
  effectiveOn: Day
  source: Source
  recorder: number
}
/** An outflow; its paper stands in the slot after it. The last three are persons' numbers, 0 for nobody yet. */
export type OutflowWord = {
  kind: Kind
  state: State
  amount: Fen
  paid: Fen
  returned: Fen
  proposer: number
  approver: number
  cashier: number
}
/** An interval of the line that went into an outflow, at `offset` within it. */
export type PieceWord = { start: Fen; end: Fen; offset: Fen; outflow: number }
/** The outflow that an inflow brings fen back from; zeros when it came from outside. */
export type OriginWord = { fund: number; outflow: number; offset: Fen }

/** The slot of a fund's line: received, cursor, uncrossed, held. */
export function slotOfLine(fund: number): Hex {
  return slotIn(MAPPINGS.funds, fund)
}

/** The slot of a fund's counts of entries. */
export function slotOfCounts(fund: number): Hex {
  return slotAfter(slotOfLine(fund), FUND.batches[0])
}

/** The slot of a batch; `slotAfter(it, 1)` holds its Merkle root. */
export function slotOfBatch(fund: number, batch: number): Hex {
  return slotIn(MAPPINGS.batches, fund, batch)
}

/** The slot of an outflow; `slotAfter(it, 1)` holds its paper. */
export function slotOfOutflow(fund: number, outflow: number): Hex {
  return slotIn(MAPPINGS.outflows, fund, outflow)
}

/** The slot of a piece. */
export function slotOfPiece(fund: number, piece: number): Hex {
  return slotIn(MAPPINGS.pieces, fund, piece)
}

/** The slot of what was cut from an inflow's tail; empty when nothing was. */
export function slotOfCut(fund: number, inflow: number): Hex {
  return slotIn(MAPPINGS.cuts, fund, inflow)
}

/** The slot of the outflow an inflow came back from; empty when it came from outside. */
export function slotOfOrigin(fund: number, inflow: number): Hex {
  return slotIn(MAPPINGS.origins, fund, inflow)
}

/** The slot that holds the number of funds, among other things. */
export function slotOfFundCount(): Hex {
  return wordOf(FUND_COUNT[0])
}

/** The slot `distance` slots after another: where a structure goes on. */
export function slotAfter(slot: Hex, distance: number): Hex {
  return wordOf(BigInt(slot) + BigInt(distance))
}

/** Decoders of 32-byte words. @throws {RangeError} when the word is not one that the contract writes. */
export function decodeLine(word: Hex): LineWord {
  const { received, cursor, uncrossed, held } = FUND
  return {
    received: fen(word, received),
    cursor: fen(word, cursor),
    uncrossed: fen(word, uncrossed),
    held: fen(word, held),
  }
}

export function decodeCounts(word: Hex): CountsWord {
  const { batches, inflows, outflows, pieces } = FUND
  return {
    batches: number(word, batches),
    inflows: number(word, inflows),
    outflows: number(word, outflows),
    pieces: number(word, pieces),
  }
}

export function decodeBatch(word: Hex): BatchWord {
  return {
    start: fen(word, BATCH.start),
    end: fen(word, BATCH.end),
    firstNumber: number(word, BATCH.firstNumber),
    count: number(word, BATCH.count),
    effectiveOn: Day(number(word, BATCH.effectiveOn)),
    source: wordAt(SOURCES, number(word, BATCH.source)),
    recorder: number(word, BATCH.recorder),
  }
}

export function decodeOutflow(word: Hex): OutflowWord {
  return {
    kind: wordAt(KINDS, number(word, OUTFLOW.kind)),
    state: wordAt(STATES, number(word, OUTFLOW.state)),
    amount: fen(word, OUTFLOW.amount),
    paid: fen(word, OUTFLOW.paid),
    returned: fen(word, OUTFLOW.returned),
    proposer: number(word, OUTFLOW.proposer),
    approver: number(word, OUTFLOW.approver),
    cashier: number(word, OUTFLOW.cashier),
  }
}

export function decodePiece(word: Hex): PieceWord {
  const { start, end, offset, outflow } = PIECE
  return { start: fen(word, start), end: fen(word, end), offset: fen(word, offset), outflow: number(word, outflow) }
}

export function decodeOrigin(word: Hex): OriginWord {
  return { fund: number(word, ORIGIN.fund), outflow: number(word, ORIGIN.outflow), offset: fen(word, ORIGIN.offset) }
}

export function decodeCut(word: Hex): Fen {
  return Fen(BigInt(word))
}

export function decodeFundCount(word: Hex): number {
  return number(word, FUND_COUNT)
}

// Solidity: the value of `key` in the mapping at slot p lies at keccak256(key ‖ p), and so on inwards.
function slotIn(mapping: number, ...keys: number[]): Hex {
  return keys.reduce<Hex>((slot, key) => toHex(keccak_256(fromHex(`${wordOf(key)}${slot.slice(2)}`))), wordOf(mapping))
}

function wordOf(value: number | bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`
}

function number(word: Hex, [, offset, size]: Field): number {
  return Number(field(word, offset, size))
}

function fen(word: Hex, [, offset, size]: Field): Fen {
  return Fen(field(word, offset, size))
}

function field(word: Hex, offset: number, size: number): bigint {
  return BigInt.asUintN(8 * size, BigInt(word) >> BigInt(8 * offset))
}
