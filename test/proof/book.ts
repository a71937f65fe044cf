import { Wallet } from 'ethers'
import type { ChainClient } from '../../chain/client.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import type { Leaf } from '../../ledger/batch.ts'
import { Fen } from '../../ledger/fen.ts'
import { Address, Hash, type Hex } from '../../ledger/hex.ts'
import { signSeal } from '../../ledger/seal.ts'
import type { TraceIndex } from '../../proof/prove/route.ts'
import { sealedBlock, type SealedBlock } from '../../proof/prove/seals.ts'
import { openProver } from '../../proof/prove/trace.ts'
import type { FundLedger } from '../../types/ethers-contracts/index.ts'
import { ethers, type Book } from '../contracts/fixture.ts'

/** The witnesses of the test's book. Their keys are theirs alone in real life. */
export const WITNESSES = [1, 2, 3].map((i) => new Wallet(`0x${String(i).padStart(64, '0')}`))

/** The chain of the test's book. */
export const client: ChainClient = { request: (method, params = []) => ethers.provider.send(method, [...params]) }

/** The anchor of a book: two of three witnesses. */
export async function anchorOf({ charter, people, ledger, bank, audit }: Book): Promise<Anchor> {
  const genesis = await ethers.provider.getBlock(0)
  return {
    format: 'mingzhang/anchor/1',
    chainId: 31337n,
    genesis: Hash(String(genesis?.hash)),
    contracts: {
      charter: Address(await charter.getAddress()),
      people: Address(await people.getAddress()),
      ledger: Address(await ledger.getAddress()),
      bank: Address(await bank.getAddress()),
      audit: Address(await audit.getAddress()),
    },
    sealing: 'witness',
    sealers: WITNESSES.map(({ address }, i) => ({ address: Address(address), name: `witness ${i + 1}` })),
    quorum: 2,
  }
}

/** The newest block, sealed by the first witnesses. */
export async function sealHead(anchor: Anchor, count = 2): Promise<SealedBlock> {
  const block = await ethers.provider.getBlock('latest')
  if (!block?.hash) throw new RangeError('the chain has no head')
  const { chainId, genesis } = anchor
  const head = { number: BigInt(block.number), hash: Hash(block.hash) }
  const seal = { chainId, genesis, number: head.number, blockHash: head.hash }
  return sealedBlock(
    anchor,
    head,
    WITNESSES.slice(0, count).map(({ privateKey }) => signSeal(privateKey as Hex, seal)),
  )
}

/** The book's anchor, and a prover that takes the entries from the chain's events; `lie` may change what they say. */
export async function proverOf(book: Book, lie: (index: TraceIndex) => TraceIndex = (index) => index) {
  const anchor = await anchorOf(book)
  return { anchor, prover: openProver({ client, anchor, index: lie(await indexOf(book.ledger)) }) }
}

/** The entries by number, from the events. */
export async function indexOf(ledger: FundLedger): Promise<TraceIndex> {
  const batches = (await ledger.queryFilter(ledger.filters.InflowsRecorded())).map(({ args, blockNumber }) => {
    let start = args.start
    const leaves = args.inflows.map(({ ref, amount, paper }): Leaf => {
      const leaf = { ref: Hash(ref), start: Fen(start), amount: Fen(amount), paper: Hash(paper) }
      start += amount
      return leaf
    })
    const { fund, batch, firstNumber } = args
    return {
      fund: Number(fund),
      number: Number(batch),
      firstNumber: Number(firstNumber),
      leaves,
      end: Fen(start),
      blockNumber,
    }
  })
  const pieces = (await ledger.queryFilter(ledger.filters.PieceTaken())).map(({ args, blockNumber }) => ({
    fund: Number(args.fund),
    piece: Number(args.piece),
    outflow: Number(args.outflow),
    start: Fen(args.start),
    end: Fen(args.end),
    offset: Fen(args.offset),
    blockNumber,
  }))
  const origins = (await ledger.queryFilter(ledger.filters.OriginRecorded())).map(({ args, blockNumber }) => ({
    fund: Number(args.fund),
    inflow: Number(args.inflow),
    originFund: Number(args.originFund),
    originOutflow: Number(args.originOutflow),
    offset: Fen(args.offset),
    blockNumber,
  }))
  const batchOf = (fund: number, inflow: number) =>
    batches.find((b) => b.fund === fund && b.firstNumber <= inflow && inflow < b.firstNumber + b.leaves.length)

  return {
    batchOf,
    piecesOver: (fund, start, end, at) =>
      pieces
        .filter((p) => p.fund === fund && p.start < end && start < p.end && p.blockNumber <= at)
        .toSorted((a, b) => Number(a.start - b.start)),
    returnsOf: (fund, outflow, at) =>
      origins
        .filter((o) => o.originFund === fund && o.originOutflow === outflow && o.blockNumber <= at)
        .toSorted((a, b) => Number(a.offset - b.offset))
        .map(({ fund, inflow, offset }) => {
          const batch = batchOf(fund, inflow)
          if (!batch?.leaves[0]) throw new RangeError(`no inflow ${inflow}`)
          return { fund, inflow, batch: batch.number, offset, start: batch.leaves[0].start, end: batch.end }
        }),
  }
}
