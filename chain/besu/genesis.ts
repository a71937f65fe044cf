import { encodeRlp } from 'ethers'
import { Address, type Hex } from '../../ledger/hex.ts'
import { BLOCK_GAS_LIMIT } from '../engine.ts'
import template from './genesis.template.json' with { type: 'json' }

/** What the founding bodies agree upon. Time in unix seconds; each validator is the address of a body's node key. */
export type Founding = { chainId: number; timestamp: number; validators: readonly Hex[] }

/** Below four validators one that fails stops the chain, or one that lies can fork it: n ≥ 3f + 1 with f = 1. */
const LEAST_VALIDATORS = 4

/**
 * The genesis of a shared network: QBFT, the rules of cancun, no fees, nobody owns anything. Every body builds it for
 * itself from the same list, and compares the file's hash with the others before starting a node.
 *
 * @throws {RangeError} for fewer than four validators, or one named twice.
 */
export function besuGenesis({ chainId, timestamp, validators }: Founding) {
  if (!Number.isSafeInteger(chainId) || chainId < 1) throw new RangeError(`not a chain id: ${chainId}`)
  if (!Number.isSafeInteger(timestamp) || timestamp < 0) throw new RangeError(`not a time: ${timestamp}`)
  return {
    ...template,
    config: { chainId, ...template.config },
    timestamp: quantity(timestamp),
    gasLimit: quantity(BLOCK_GAS_LIMIT),
    extraData: genesisExtraData(validators),
  }
}

/** RLP[vanity, validators, vote, round, seals] of block 0: vanity of zeros, no vote, round 0, no seals. */
export function genesisExtraData(validators: readonly Hex[]): string {
  // Besu keeps the list sorted; any other order would be another genesis for the same bodies.
  const addresses = validators.map(Address).sort()
  if (new Set(addresses).size !== addresses.length) throw new RangeError('a validator is named twice')
  if (addresses.length < LEAST_VALIDATORS)
    throw new RangeError(`${addresses.length} validators, ${LEAST_VALIDATORS} at least`)
  return encodeRlp([`0x${'00'.repeat(32)}`, addresses, [], '0x', []])
}

function quantity(value: number): Hex {
  return `0x${value.toString(16)}`
}
