import { keccak_256 } from '@noble/hashes/sha3.js'
import type { ChainClient } from '../../chain/client.ts'
import { fromHex, toHex, type Hex } from '../../ledger/hex.ts'
import { decodeRlp, isBytes, type Rlp } from '../check/rlp.ts'
import { hashedKey } from '../check/state.ts'
import { headerOf, type ProvenHeader } from './header.ts'
import { valueAt, type Nodes } from './trie.ts'

/** A contract's storage at a block: the nodes of state and storage that decide about the slots asked for. */
export type ProvenState = { readonly nodes: Nodes; readonly storageRoot: Hex }

/**
 * Headers and trie nodes from a chain, kept as long as there is room: a node is named by its hash and never changes, so
 * most of what one proof needs was fetched for another.
 *
 * The embedded chain's `eth_getProof` takes time linear in the contract's slots, however few are asked for. So there is
 * one call at a time, and what is asked for meanwhile goes together into the next.
 */
export function openState(client: ChainClient, contract: Hex, { maxNodes = 20_000 } = {}) {
  let nodes = new Map<Hex, Rlp>()
  const headers = new Map<bigint, ProvenHeader>()
  let last: Promise<unknown> = Promise.resolve()
  let waiting: { number: bigint; slots: Set<Hex>; answered: Promise<void> } | undefined

  return { headerAt, stateAt }

  async function headerAt(number: bigint): Promise<ProvenHeader> {
    const known =
      headers.get(number) ?? headerOf(await client.request('eth_getBlockByNumber', [quantity(number), false]))
    if (headers.size > 100) headers.clear()
    headers.set(number, known)
    return known
  }

  async function stateAt(number: bigint, slots: readonly Hex[]): Promise<ProvenState> {
    const { stateRoot } = (await headerAt(number)).header
    for (let attempt = 0; attempt < 4; attempt++) {
      const known = nodes
      const storageRoot = storageRootIn(known, stateRoot)
      const missing = storageRoot
        ? slots.filter((slot) => valueAt(known, storageRoot, hashedKey(slot)) === null)
        : slots
      if (storageRoot && missing.length === 0) return { nodes: known, storageRoot }
      // Memory may be emptied while an answer is under way: then all of it is wanted again.
      await fetchNodes(number, attempt ? slots : missing)
    }
    throw new Error(`the chain does not show the contract ${contract} in block ${number}`)
  }

  function storageRootIn(known: Nodes, stateRoot: Hex): Hex | undefined {
    const account = valueAt(known, stateRoot, hashedKey(contract))
    const fields = account ? decodeRlp(account) : []
    const root = isBytes(fields) ? undefined : fields[2]
    return root && isBytes(root) ? toHex(root) : undefined
  }

  function fetchNodes(number: bigint, slots: readonly Hex[]): Promise<void> {
    const batch = waiting?.number === number ? waiting : { number, slots: new Set<Hex>(), answered: Promise.resolve() }
    for (const slot of slots) batch.slots.add(slot)
    if (batch !== waiting) {
      waiting = batch
      batch.answered = last.then(() => ask(batch))
      last = batch.answered.catch(() => {})
    }
    return batch.answered
  }

  async function ask(batch: NonNullable<typeof waiting>): Promise<void> {
    if (waiting === batch) waiting = undefined
    const answer = await client.request('eth_getProof', [contract, [...batch.slots], quantity(batch.number)])
    // Whoever works with the old memory keeps it.
    if (nodes.size > maxNodes) nodes = new Map()
    for (const rlp of nodesIn(answer)) nodes.set(toHex(keccak_256(rlp)), decodeRlp(rlp))
  }
}

// Every list named `accountProof` or `proof` holds nodes.
function nodesIn(answer: unknown): Uint8Array[] {
  const fields = Object(answer)
  const lists: unknown[] = [fields.accountProof, ...Array.from(fields.storageProof ?? [], (slot) => Object(slot).proof)]
  return lists.flatMap((list) => Array.from(Array.isArray(list) ? list : [], (node) => fromHex(String(node))))
}

function quantity(number: bigint): Hex {
  return `0x${number.toString(16)}`
}
