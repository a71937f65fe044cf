import { checkQuorum, type Anchor } from '../../ledger/anchor.ts'
import { leafOf, pathLength, rootFrom } from '../../ledger/batch.ts'
import { Fen, sumFen } from '../../ledger/fen.ts'
import { decodeBatch, decodeCut, decodeLine } from '../../ledger/slots.ts'
import { NAMES, openEntries, slotsOf, type Entries } from './entries.ts'
import { ProofError } from './error.ts'
import { sumsOf, type ProvenInflow, type TraceFacts } from './facts.ts'
import { follow } from './follow.ts'
import { readHeader } from './header.ts'
import { readBeginning, type Beginning } from './route.ts'
import { checkSeals } from './seals.ts'
import { readState } from './state.ts'
import { stretchOf } from './stretch.ts'
import { openReader, type Reader } from './wire.ts'

/** The first bytes of every trace proof: what it is, and the version of its form. */
export const MAGIC = '0x4d5a5401' // MZT, 1

/**
 * Verifies what became of one inflow, in a block that a quorum of the anchor's sealers sealed.
 *
 * Returns what was proven instead of `true`, so that nobody shows unproven data beside a green tick. Whether it is the
 * inflow that was asked for, and whether the block is recent, the caller sees in the facts.
 *
 * @throws {ProofError} with the first reason found; {RangeError} for an anchor that would trust anybody.
 */
export function verifyTrace(bytes: Uint8Array, anchor: Anchor): TraceFacts {
  checkQuorum(anchor)
  const reader = openReader(bytes)
  checkBook(reader, anchor)
  const header = readHeader(reader.bytes(reader.number(MAX_HEADER)))
  const seals = Array.from({ length: reader.number(anchor.sealers.length) }, () => reader.bytes(65))
  const { hash, sealers } = checkSeals(header, seals, anchor)

  const beginning = readBeginning(reader)
  const slots = slotsOf(beginning.route)
  const words = readState(reader, header.stateRoot, anchor.contracts.ledger, [...slots.values()])
  const entries = openEntries(words, slots)
  const inflow = readInflow(reader, beginning, entries)
  reader.end()

  const { fund } = beginning.route
  return {
    chainId: anchor.chainId,
    genesis: anchor.genesis,
    ledger: anchor.contracts.ledger,
    block: { number: header.number, hash, time: header.time },
    sealing: anchor.sealing,
    sealers,
    quorum: anchor.quorum,
    fund,
    line: entries.must(NAMES.line(fund), decodeLine),
    inflow,
    ...readParts(beginning, entries),
  }
}

/** No header is longer: the extra data of a hundred validators has 9,000 bytes. */
const MAX_HEADER = 32_768

// The seals bind all of it; it stands here so that a visitor with the wrong anchor is told so.
function checkBook(reader: Reader, { chainId, genesis, contracts, sealing }: Anchor): void {
  if (reader.hex(4) !== MAGIC) throw new ProofError('NOT_A_PROOF', 'the file is no trace proof')
  const proven = {
    chainId: reader.varint(2n ** 63n - 1n),
    genesis: reader.hex(32),
    ledger: reader.hex(20),
    sealing: reader.byte(),
  }
  if (proven.chainId !== chainId)
    throw new ProofError('WRONG_CHAIN', `the proof is of chain ${proven.chainId}, the anchor of ${chainId}`)
  if (proven.genesis !== genesis)
    throw new ProofError(
      'WRONG_GENESIS',
      `the proof is of the chain that began with ${proven.genesis}, the anchor of ${genesis}`,
    )
  if (proven.ledger !== contracts.ledger)
    throw new ProofError(
      'WRONG_CONTRACT',
      `the proof is of contract ${proven.ledger}, the anchor of ${contracts.ledger}`,
    )
  if (proven.sealing !== SEALING[sealing])
    throw new ProofError('WRONG_SEALING', `the proof is sealed in another way than the anchor's: ${sealing}`)
}

/** How a proof names the way its block was sealed. */
export const SEALING: Record<Anchor['sealing'], number> = { witness: 0, qbft: 1 }

function readInflow(reader: Reader, { route, leaf }: Beginning, entries: Entries): ProvenInflow {
  const { fund, inflow, batch } = route
  const { firstNumber, count, effectiveOn, source, recorder } = entries.must(NAMES.batch(fund, batch), decodeBatch)
  const index = inflow - firstNumber
  if (index < 0 || index >= count)
    throw new ProofError('INFLOW_MISMATCH', `batch ${batch} in fund ${fund} has no inflow ${inflow}`)

  const path = Array.from({ length: pathLength(index, count) }, () => reader.hex(32))
  const root = entries.must(NAMES.root(fund, batch), (word) => word)
  if (rootFrom(leafOf(leaf), index, count, path) !== root)
    throw new ProofError('INFLOW_MISMATCH', `inflow ${inflow} in fund ${fund} is not as its batch ${batch} says`)
  const cut = entries.may(NAMES.cut(fund, inflow), decodeCut) ?? Fen(0n)
  return { number: inflow, batch, ...leaf, effectiveOn, source, recorder, cut }
}

// Every fen of the stretch has a last place, or somebody has written over the state.
function readParts(beginning: Beginning, entries: Entries): Pick<TraceFacts, 'from' | 'to' | 'parts' | 'sums'> {
  const stretch = stretchOf(beginning, entries)
  const from = Fen(stretch.start - stretch.shift)
  const to = Fen(stretch.end - stretch.shift)
  const parts = follow(beginning.route, stretch, entries)
  const sums = sumsOf(parts)
  const found = sumFen(Object.values(sums))
  if (found !== to - from) throw new ProofError('SUMS_DIFFER', `the places found hold ${found} fen of ${to - from}`)
  return { from, to, parts, sums }
}
