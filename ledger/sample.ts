import { keccak_256 } from '@noble/hashes/sha3.js'
import { fromHex, toHex, type Hex } from './hex.ts'

/** What a sample is drawn from. */
export type Drawable = { readonly kind: 'inflow' | 'outflow'; readonly fund: number; readonly number: number }

/**
 * Draws `size` entries without replacement, as anybody can again:
 *
 *     ticket(entry) = keccak256(blockHash ‖ kind ‖ fund ‖ number)
 *
 * with kind in one byte (1 inflow, 2 outflow), fund and number in four each, the highest first: in Solidity
 * `keccak256(abi.encodePacked(bytes32, uint8, uint32, uint32))`. Drawn are the entries with the lowest tickets, the lowest first.
 *
 * The block must be one that nobody knew when the entries were fixed: the first after their period was closed, or after the last of
 * them was recorded. Whoever writes the
 * very next transaction could still try several beforehand and send the one whose draw suits them; an auditor who fears that signs
 * that transaction personally, right after the closing.
 *
 * One more entry moves none of the others, and the order in which entries are handed in does not matter.
 */
export function drawSample<Entry extends Drawable>(blockHash: Hex, entries: readonly Entry[], size: number): (Entry & { ticket: Hex })[] {
  const words = new Uint8Array(41)
  words.set(fromHex(blockHash, 32))
  const view = new DataView(words.buffer)
  const tickets = entries.map((entry) => {
    view.setUint8(32, entry.kind === 'inflow' ? 1 : 2)
    view.setUint32(33, entry.fund)
    view.setUint32(37, entry.number)
    return { ...entry, ticket: toHex(keccak_256(words)) }
  })
  return tickets.sort((a, b) => (a.ticket < b.ticket ? -1 : 1)).slice(0, size)
}
