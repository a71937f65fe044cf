import { keccak_256 } from '@noble/hashes/sha3.js'
import { fromHex, toHex, type Hex } from '../../ledger/hex.ts'
import { ProofError } from './error.ts'
import { decodeRlp, isBytes } from './rlp.ts'
import { readTrie } from './trie.ts'
import type { Reader } from './wire.ts'

/** What a contract's storage holds at the slots that were proven, as 32-byte words. An empty slot has no word. */
export type Words = ReadonlyMap<Hex, Hex>

/**
 * Reads what lies at `slots` of a contract in the state with this root.
 *
 * @throws {ProofError} when the nodes do not lead to the root, or there is no such contract.
 */
export function readState(reader: Reader, stateRoot: Hex, contract: Hex, slots: readonly Hex[]): Words {
  const storageRoot = readAccount(reader, stateRoot, contract)
  const slotOf = new Map(slots.map((slot) => [hashedKey(slot), slot]))
  const { root, values } = readTrie(reader, [...slotOf.keys()].toSorted())
  if (toHex(root) !== storageRoot)
    throw new ProofError(
      'STORAGE_MISMATCH',
      `the entries shown have the root ${toHex(root)}, the book has ${storageRoot}`,
    )

  const words = new Map<Hex, Hex>()
  for (const [key, slot] of slotOf) {
    const value = values.get(key)
    if (value) words.set(slot, readWord(value))
  }
  return words
}

/** The key under which a secure trie keeps an address or a slot, in nibbles. */
export function hashedKey(key: Hex): string {
  return toHex(keccak_256(fromHex(key))).slice(2)
}

// An account is RLP[nonce, balance, storage root, code hash].
function readAccount(reader: Reader, stateRoot: Hex, contract: Hex): Hex {
  const key = hashedKey(contract)
  const { root, values } = readTrie(reader, [key])
  if (toHex(root) !== stateRoot)
    throw new ProofError('STATE_MISMATCH', `the account shown has the root ${toHex(root)}, the block has ${stateRoot}`)
  const value = values.get(key)
  if (!value) throw new ProofError('CONTRACT_MISSING', `there is no contract ${contract} in this block`)
  const account = decodeRlp(value)
  const storageRoot = isBytes(account) ? undefined : account[2]
  if (!storageRoot || !isBytes(storageRoot)) throw new ProofError('RLP_MALFORMED', 'the account has no storage root')
  return toHex(storageRoot)
}

/** The word that a slot's value in the trie stands for. @throws {ProofError} */
export function readWord(value: Uint8Array): Hex {
  const word = decodeRlp(value)
  if (!isBytes(word) || word.length > 32) throw new ProofError('RLP_MALFORMED', 'a slot holds more than a word')
  return `0x${toHex(word).slice(2).padStart(64, '0')}`
}
