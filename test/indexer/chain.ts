import { id, Interface, keccak256, toUtf8Bytes } from 'ethers'
import type { ChainClient } from '../../chain/client.ts'
import { auditRegisterAbi, bankRegisterAbi, charterAbi, fundLedgerAbi, peopleAbi } from '../../ledger/abi.ts'
import type { Hex } from '../../ledger/hex.ts'


/** Where the contracts of the written chain would be. */
export const CONTRACTS = {
  charter: `0x${'c1'.repeat(20)}`, people: `0x${'c2'.repeat(20)}`, ledger: `0x${'c3'.repeat(20)}`, bank: `0x${'c4'.repeat(20)}`,
  audit: `0x${'c5'.repeat(20)}`,
} as const

const INTERFACES = [
  [new Interface(fundLedgerAbi), CONTRACTS.ledger], [new Interface(bankRegisterAbi), CONTRACTS.bank],
  [new Interface(auditRegisterAbi), CONTRACTS.audit], [new Interface(peopleAbi), CONTRACTS.people],
  [new Interface(charterAbi), CONTRACTS.charter],
] as const

/** An event's name and its arguments in the contract's order. */
export type Said = readonly [name: string, ...args: unknown[]]

type Log = Record<string, unknown> & { blockNumber: string }
type Block = { hash: Hex; parentHash: Hex; timestamp: string; logs: Log[] }

/** 2020-01-29T00:00:00Z; each block is a second later. */
export const MORNING = 1_580_256_000

/**
 * A chain that is only written down: what its contracts said, block by block, and a client that answers from it. So a test
 * can say what no contract would.
 */
export function writeChain(name = 'chain') {
  const blocks: Block[] = []
  const asked: string[] = []
  addBlock()

  const client: ChainClient = {
    async request(method, params = []) {
      asked.push(method)
      const [param] = params
      switch (method) {
        case 'eth_chainId': return '0x1267'
        case 'eth_blockNumber': return quantity(blocks.length - 1)
        case 'eth_getBlockByNumber': return blocks[Number(param)] ?? null
        case 'eth_getLogs': return logsIn(blocks, Object(param))
        default: throw new Error(`nobody should ask for ${method}`)
      }
    },
  }
  return { client, blocks, asked, addBlock, write }

  /** Adds a block with the given transactions, each a list of events. */
  function addBlock(...transactions: (readonly Said[])[]): void {
    const number = blocks.length
    const hash = id(`${name}, block ${number}`) as Hex
    const parentHash = blocks.at(-1)?.hash ?? (`0x${'00'.repeat(32)}` as Hex)
    const timestamp = quantity(MORNING + number)
    const logs = transactions.flatMap((events, index) => events.map((event) => ({
      ...encode(event), transactionHash: id(`${name}, transaction ${index} of ${number}`), transactionIndex: quantity(index),
      blockHash: hash, blockNumber: quantity(number), blockTimestamp: timestamp, removed: false,
    })))
    blocks.push({ hash, parentHash, timestamp, logs: logs.map((log, index) => ({ ...log, logIndex: quantity(index) })) })
  }

  /** Adds each event in its own transaction and block. */
  function write(...events: Said[]): void {
    for (const event of events) addBlock([event])
  }
}

/** A fund, the numbers of its entries counted by the one who writes. */
export const fundOpened = (fund: number): Said => ['FundOpened', fund, 1, false, 0, 0, hash('purpose'), 3]

/** A batch of donations, each of `amount` fen. */
export function inflowsRecorded(fund: number, batch: number, first: number, start: number, amounts: readonly number[]): Said {
  const items = amounts.map((amount, index) => [hash(`ref ${fund}/${first + index}`), amount, hash(`paper ${fund}/${first + index}`)])
  return ['InflowsRecorded', fund, batch, first, start, 1, 18_290, 4, items]
}

/** All that happens to a payment that takes one piece from `start` on. */
export function paid(fund: number, outflow: number, piece: number, start: number, amount: number): Said[] {
  return [
    ['PaymentProposed', fund, outflow, 1, 0, amount, hash(`ref of outflow ${fund}/${outflow}`), hash('invoice'), 4],
    ['PaymentApproved', fund, outflow, hash('approval'), 5],
    ['PaymentExecuted', fund, outflow, amount, 0, true, hash(`bank line ${fund}/${outflow}`), 18_290, hash('receipt'), 6],
    ['PieceTaken', fund, outflow, piece, start, start + amount, 0],
    ['PaymentAccepted', fund, outflow, hash('photo'), 7],
  ]
}

/** 32 bytes that stand for something. */
export function hash(name: string): Hex {
  return keccak256(toUtf8Bytes(name)) as Hex
}

function encode([name, ...args]: Said) {
  for (const [contract, address] of INTERFACES)
    if (contract.getEvent(name)) return { address, ...contract.encodeEventLog(name, args) }
  throw new RangeError(`no event ${name}`)
}

function logsIn(blocks: readonly Block[], { fromBlock, toBlock }: { fromBlock: string; toBlock: string }): Log[] {
  return blocks.slice(Number(fromBlock), Number(toBlock) + 1).flatMap(({ logs }) => logs)
}

function quantity(value: number): string {
  return `0x${value.toString(16)}`
}
