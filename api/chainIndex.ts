import type { ChainClient } from '../chain/client.ts'
import type { Leaf } from '../ledger/batch.ts'
import { decodeLog, TOPICS, type LedgerEvent } from '../ledger/events.ts'
import { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'
import type { IndexedPiece, IndexedReturn, TraceIndex } from '../proof/prove/route.ts'

type Inflows = Extract<LedgerEvent, { name: 'InflowsRecorded' }>
type Origin = Extract<LedgerEvent, { name: 'OriginRecorded' }>
type Piece = Extract<LedgerEvent, { name: 'PieceTaken' }>
type Batch = { number: number; firstNumber: number; leaves: readonly Leaf[] }

/** So many blocks are asked for at once. */
const BLOCKS = 2_000n

/** What a prover asks, read from the ledger's events up to block `at`. It takes seconds where a mirror takes microseconds. */
export async function readChainIndex(client: ChainClient, ledger: Hex, at: bigint): Promise<TraceIndex> {
  const batches = new Map<number, Batch[]>()
  const pieces = new Map<number, IndexedPiece[]>()
  const origins: Origin[] = []
  for (const event of await readEvents(client, ledger, at)) {
    if (event.name === 'OriginRecorded') origins.push(event)
    else if (event.name === 'PieceTaken') addTo(pieces, event.fund, pieceOf(event))
    else addTo(batches, event.fund, batchOfEvent(event))
  }

  const batchOf = (fund: number, inflow: number) =>
    batches.get(fund)?.find(({ firstNumber, leaves }) => firstNumber <= inflow && inflow < firstNumber + leaves.length)
  return {
    batchOf,
    piecesOver: (fund, start, end) =>
      (pieces.get(fund) ?? []).filter((piece) => piece.start < end && start < piece.end).sort((a, b) => (a.start < b.start ? -1 : 1)),
    returnsOf: (fund, outflow) =>
      origins
        .filter(({ originFund, originOutflow }) => originFund === fund && originOutflow === outflow)
        .flatMap((origin) => returnOf(origin, batchOf(origin.fund, origin.inflow)))
        .sort((a, b) => (a.offset < b.offset ? -1 : 1)),
  }
}

async function readEvents(client: ChainClient, ledger: Hex, at: bigint): Promise<(Inflows | Origin | Piece)[]> {
  const topics = [['InflowsRecorded', 'OriginRecorded', 'PieceTaken'] as const].map((names) => names.map((name) => TOPICS.get(name)))
  const events: (Inflows | Origin | Piece)[] = []
  for (let from = 0n; from <= at; from += BLOCKS) {
    const to = from + BLOCKS - 1n < at ? from + BLOCKS - 1n : at
    const range = { address: ledger, fromBlock: quantity(from), toBlock: quantity(to), topics }
    for (const log of (await client.request('eth_getLogs', [range])) as Parameters<typeof decodeLog>[0][]) {
      const event = decodeLog(log)
      if (event.name === 'InflowsRecorded' || event.name === 'OriginRecorded' || event.name === 'PieceTaken') events.push(event)
    }
  }
  return events
}

function batchOfEvent({ batch, firstNumber, start, inflows }: Inflows): Batch {
  let place: bigint = start
  const leaves = inflows.map(({ ref, amount, paper }) => {
    const leaf = { ref, start: Fen(place), amount, paper }
    place += amount
    return leaf
  })
  return { number: batch, firstNumber, leaves }
}

function pieceOf({ piece, outflow, start, end, offset }: Piece): IndexedPiece {
  return { piece, outflow, start, end, offset }
}

function returnOf({ fund, inflow, offset }: Origin, batch: Batch | undefined): IndexedReturn[] {
  const leaf = batch?.leaves[inflow - batch.firstNumber]
  return batch && leaf ? [{ fund, inflow, batch: batch.number, offset, start: leaf.start, end: Fen(leaf.start + leaf.amount) }] : []
}

function addTo<Entry>(lists: Map<number, Entry[]>, key: number, entry: Entry): void {
  const list = lists.get(key)
  if (list) list.push(entry)
  else lists.set(key, [entry])
}

function quantity(value: bigint): Hex {
  return `0x${value.toString(16)}`
}
