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
export function openState(client: ChainClient, contract: Hex, { maxNodes = 200_000 } = {}) {
  const nodes = new Map<Hex, Rlp>()
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
    const before = storageRootAt(stateRoot)
    const missing = before ? slots.filter((slot) => valueAt(nodes, before, hashedKey(slot)) === null) : slots
    if (missing.length) await fetchNodes(number, missing)

    const storageRoot = storageRootAt(stateRoot)
    if (!storageRoot) throw new Error(`the chain has no contract ${contract} in block ${number}`)
    return { nodes, storageRoot }
  }

  function storageRootAt(stateRoot: Hex): Hex | undefined {
    const account = valueAt(nodes, stateRoot, hashedKey(contract))
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
    if (nodes.size > maxNodes) nodes.clear()
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
