import type { ChainClient } from '../../chain/client.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import type { Leaf } from '../../ledger/batch.ts'
import { Fen } from '../../ledger/fen.ts'
import { fromHex, type Hex } from '../../ledger/hex.ts'
import { slotsOf } from '../check/entries.ts'
import type { Beginning, Route } from '../check/route.ts'
import { hashedKey } from '../check/state.ts'
import { MAGIC, SEALING } from '../check/trace.ts'
import { openInflows } from './inflow.ts'
import { routeOf, type PieceRange, type TraceIndex } from './route.ts'
import type { SealedBlock } from './seals.ts'
import { openState } from './state.ts'
import { writeTrie } from './trie.ts'
import { openWriter, type Writer } from './wire.ts'

/**
 * Whose fen are to be traced: an inflow's. Where its history is long, `range` picks so many of the pieces over it,
 * after the first `skip`; proofs of neighbouring ranges fit together.
 */
export type TraceQuestion = { readonly fund: number; readonly inflow: number; readonly range?: PieceRange }

/** A prover with the memory that makes the next proof cheaper. */
export type Prover = { trace(question: TraceQuestion, sealed: SealedBlock): Promise<Uint8Array> }

/** Opens a prover of a book's entries. It keeps headers, trie nodes and batches' trees, all of which never change. */
export function openProver({
  client,
  anchor,
  index,
}: {
  client: ChainClient
  anchor: Anchor
  index: TraceIndex
}): Prover {
  const source = { anchor, index, inflows: openInflows(index), state: openState(client, anchor.contracts.ledger) }
  return { trace: (question, sealed) => proveTrace(source, question, sealed) }
}

type Source = {
  readonly anchor: Anchor
  readonly index: TraceIndex
  readonly inflows: ReturnType<typeof openInflows>
  readonly state: ReturnType<typeof openState>
}

/**
 * Makes the proof that proof/check/trace.ts verifies: what became of an inflow's fen, as of a sealed block.
 *
 * Nothing here is trusted: what the index says wrongly, the checker refuses.
 *
 * @throws {RangeError} when the book has no such inflow, or not in this block; {Error} when the chain's answers do not
 * fit together.
 */
async function proveTrace({ anchor, index, inflows, state }: Source, question: TraceQuestion, sealed: SealedBlock) {
  const { batch, leaf, path } = await inflows.inflowOf(question.fund, question.inflow)
  const beginning = await beginningOf(index, question, batch, leaf, sealed.number)
  const slots = [...slotsOf(beginning.route).values()]
  const { nodes, storageRoot } = await state.stateAt(sealed.number, slots)
  const { header, rlp } = await state.headerAt(sealed.number)

  const writer = openWriter()
  writeBlock(writer, anchor, rlp, sealed.seals)
  writeBeginning(writer, beginning)
  writeTrie(writer, nodes, header.stateRoot, [hashedKey(anchor.contracts.ledger)])
  writeTrie(writer, nodes, storageRoot, slots.map(hashedKey).toSorted())
  for (const hash of path) writer.hex(hash)
  return writer.done()
}

async function beginningOf(
  index: TraceIndex,
  { fund, inflow, range }: TraceQuestion,
  batch: number,
  leaf: Leaf,
  at: bigint,
) {
  const stretch = { fund, inflow, batch, start: leaf.start, end: Fen(leaf.start + leaf.amount) }
  return { leaf, ...(await routeOf(index, stretch, at, range)) }
}

function writeBlock(
  writer: Writer,
  { chainId, genesis, contracts, sealing }: Anchor,
  header: Uint8Array,
  seals: readonly Hex[],
) {
  writer.hex(MAGIC)
  writer.varint(chainId)
  writer.hex(genesis)
  writer.hex(contracts.ledger)
  writer.byte(SEALING[sealing])
  writer.sized(header)
  writer.varint(seals.length)
  for (const seal of seals) writer.bytes(fromHex(seal, 65))
}

function writeBeginning(writer: Writer, { leaf, moreBefore, moreAfter, route }: Beginning): void {
  writer.hex(leaf.ref)
  writer.varint(leaf.start)
  writer.varint(leaf.amount)
  writer.hex(leaf.paper)
  writer.byte(Number(moreBefore) + 2 * Number(moreAfter))
  writeRoute(writer, route)
}

function writeRoute(writer: Writer, { fund, inflow, batch, steps }: Route): void {
  for (const number of [fund, inflow, batch, steps.length]) writer.varint(number)
  for (const { piece, outflow, returns } of steps) {
    for (const number of [piece, outflow, returns.length]) writer.varint(number)
    for (const next of returns) writeRoute(writer, next)
  }
}
