import { expect } from 'chai'
import { ProofError } from '../../proof/check/error.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { slotsOf } from '../../proof/check/entries.ts'
import { encodeRlp, type Rlp } from '../../proof/check/rlp.ts'
import { hashedKey } from '../../proof/check/state.ts'
import { NODE } from '../../proof/check/trie.ts'
import { openState } from '../../proof/prove/state.ts'
import { openWriter, type Writer } from '../../proof/prove/wire.ts'
import { writeTrie } from '../../proof/prove/trie.ts'
import { openInflows } from '../../proof/prove/inflow.ts'
import { slotOfCut } from '../../ledger/slots.ts'
import { fromHex, toHex } from '../../ledger/hex.ts'
import { DONATION, DUPLICATE, inflow, loadFixture, openFunds, proven, TODAY, voucher } from '../contracts/fixture.ts'
import { client, indexOf, proverOf, sealHead } from './book.ts'

const N = 40
const items = Array.from({ length: N }, (_, i) => inflow(`D${i}`, 10_000n))
const batch = { number: 1, first: 1, start: 0n, items }

async function book() {
  const book = await loadFixture(openFunds)
  await book.ledger.connect(book.accountant).recordInflows(1, 0n, DONATION, TODAY, items)
  for (let i = 0; i < N; i++)
    await book.ledger.connect(book.approver).voidInflow(1, proven(batch, i), 9_999n, DUPLICATE, voucher(`void ${i}`))
  return book
}

type Choice = { kind: 'empty' | 'hash' | 'small' | 'real'; bytes: Uint8Array }

/** How to tell a branch's bytes again so that nibble `hide` looks empty. */
function retell(children: readonly Rlp[], asked: Set<number>, hide: number): Choice[] | undefined {
  const parts = children.map((c) => encodeRlp(c))
  const offsets = parts.reduce<number[]>((o, p) => [...o, (o.at(-1) ?? 0) + p.length], [0])
  const body = new Uint8Array(parts.flatMap((p) => [...p]))
  const dead = new Set<string>()
  function go(n: number, at: number): Choice[] | undefined {
    if (n === 16) return at === body.length ? [] : undefined
    if (at >= body.length || dead.has(`${n} ${at}`)) return undefined
    const tries: Choice[] = []
    if (n !== hide && asked.has(n)) { if (offsets[n] === at) tries.push({ kind: 'real', bytes: parts[n]! }) }
    else {
      if (body[at] === 0x80) tries.push({ kind: 'empty', bytes: body.subarray(at, at + 1) })
      if (n !== hide) {
        if (body[at] === 0xa0 && at + 33 <= body.length) tries.push({ kind: 'hash', bytes: body.subarray(at, at + 33) })
        for (let l = 1; l <= 31 && at + l <= body.length; l++) tries.push({ kind: 'small', bytes: body.subarray(at, at + l) })
      }
    }
    for (const t of tries) { const rest = go(n + 1, at + t.bytes.length); if (rest) return [t, ...rest] }
    dead.add(`${n} ${at}`)
    return undefined
  }
  return go(0, 0)
}

type Nodes = ReadonlyMap<string, Rlp>
function writeForged(w: Writer, nodes: Nodes, node: Rlp, keys: string[], target: string, depth: number, log: string[]): boolean {
  const list = node as Rlp[]
  if (list.length !== 17) return false
  const k = parseInt(target[depth]!, 16)
  const sharers = keys.filter((key) => key !== target && parseInt(key[depth]!, 16) === k)
  const children = list.slice(0, 16)
  const childNode = (c: Rlp) => (c instanceof Uint8Array ? nodes.get(toHex(c))! : c)
  const inside = (n: number) => keys.filter((key) => parseInt(key[depth]!, 16) === n)
  if (sharers.length === 0) {
    const asked = new Set(keys.filter((x) => x !== target).map((x) => parseInt(x[depth]!, 16)))
    const told = retell(children, asked, k)
    if (told) {
      log.push(`forged at depth ${depth}: ${told.map((t, i) => `${i.toString(16)}:${t.kind}${t.kind === 'small' ? t.bytes.length : ''}${i === k ? '<-hidden' : ''}`).join(' ')}`)
      const mask = (f: (c: Choice) => boolean) => told.reduce((m, c, i) => (f(c) ? m | (1 << i) : m), 0)
      const present = mask((c) => c.kind !== 'empty'); const small = mask((c) => c.kind === 'small')
      w.byte(small ? NODE.branchWithSmall : NODE.branch)
      for (const m of small ? [present, small] : [present]) w.bytes(Uint8Array.of(m >> 8, m & 255))
      told.forEach((c, i) => {
        if (c.kind === 'hash') w.bytes(c.bytes.subarray(1))
        else if (c.kind === 'small') { w.byte(c.bytes.length); w.bytes(c.bytes) }
        else if (c.kind === 'real') writeHonest(w, nodes, childNode(children[i]!), inside(i), depth + 1)
      })
      return true
    }
  }
  // honest here, forged below
  const present = children.reduce<number>((m, c, i) => ((c as Uint8Array).length > 0 ? m | (1 << i) : m), 0)
  w.byte(NODE.branch); w.bytes(Uint8Array.of(present >> 8, present & 255))
  let ok = true
  children.forEach((c, i) => {
    if ((c as Uint8Array).length === 0) return
    const ks = inside(i)
    if (i === k) ok = writeForged(w, nodes, childNode(c), ks, target, depth + 1, log) && ok
    else if (ks.length) writeHonest(w, nodes, childNode(c), ks, depth + 1)
    else w.bytes(c as Uint8Array)
  })
  return ok
}
function writeHonest(w: Writer, nodes: Nodes, node: Rlp, keys: string[], depth: number): void {
  // the project's own writer, entered at a depth: prefix keys are handled by slicing through a wrapper
  const list = node as Rlp[]
  if (list.length === 17) {
    const present = list.slice(0, 16).reduce<number>((m, c, i) => ((c as Uint8Array).length > 0 ? m | (1 << i) : m), 0)
    w.byte(NODE.branch); w.bytes(Uint8Array.of(present >> 8, present & 255))
    list.slice(0, 16).forEach((c, i) => {
      if ((c as Uint8Array).length === 0) return
      const ks = keys.filter((key) => parseInt(key[depth]!, 16) === i)
      if (ks.length) writeHonest(w, nodes, nodes.get(toHex(c as Uint8Array))!, ks, depth + 1)
      else w.bytes(c as Uint8Array)
    })
    return
  }
  const digits = toHex(list[0] as Uint8Array).slice(2); const flag = parseInt(digits[0]!, 16)
  const path = digits.slice(flag % 2 ? 1 : 2)
  if (flag < 2) throw new Error('extension: choose another inflow')
  const own = keys.findIndex((key) => key.slice(depth) === path)
  w.byte(own >= 0 ? NODE.leaf : NODE.foreignLeaf)
  if (own < 0) w.bytes(Uint8Array.from(path.match(/..?/g)!, (p) => parseInt(p.padEnd(2, '0'), 16)))
  else if (keys.length > 1) w.varint(own)
  w.sized(list[1] as Uint8Array)
}

/**
 * Small children of a branch were once taken as any bytes: a branch could then be told otherwise, with the same hash, so
 * that the slot of a cut looked empty and a void vanished. Here every such telling is tried, and refused.
 */
describe('A proof whose branches are told otherwise with the same hash', function () {
  this.timeout(120_000)

  it('is refused, however a void is hidden', async () => {
    const b = await loadFixture(book)
    const { anchor, prover } = await proverOf(b)
    const sealed = await sealHead(anchor)
    const index = await indexOf(b.ledger)
    const inflows = openInflows(index)
    const state = openState(client, anchor.contracts.ledger)
    let forged = 0
    for (let n = 1; n <= N; n++) {
      const honest = await prover.trace({ fund: 1, inflow: n }, sealed)
      const truth = verifyTrace(honest, anchor)
      expect(truth.sums).to.include({ voided: 9_999n, unspent: 1n })
      const { batch: number, leaf, path } = await inflows.inflowOf(1, n)
      const route = { fund: 1, inflow: n, batch: number, steps: [] }
      const slots = [...slotsOf(route).values()]
      const { nodes, storageRoot } = await state.stateAt(sealed.number, slots)
      const { header, rlp } = await state.headerAt(sealed.number)
      const w = openWriter()
      w.hex('0x4d5a5401'); w.varint(anchor.chainId); w.hex(anchor.genesis); w.hex(anchor.contracts.ledger); w.byte(0)
      w.sized(rlp); w.varint(sealed.seals.length); for (const s of sealed.seals) w.bytes(fromHex(s))
      w.hex(leaf.ref); w.varint(leaf.start); w.varint(leaf.amount); w.hex(leaf.paper); w.byte(0)
      for (const x of [1, n, number, 0]) w.varint(x)
      writeTrie(w, nodes as never, header.stateRoot, [hashedKey(anchor.contracts.ledger)])
      const log: string[] = []
      try {
        if (!writeForged(w, nodes as never, nodes.get(storageRoot)!, slots.map(hashedKey).toSorted(), hashedKey(slotOfCut(1, n)), 0, log)) continue
      } catch { continue }
      for (const h of path) w.hex(h)
      forged++
      expect(() => verifyTrace(w.done(), anchor), log.join()).to.throw(ProofError)
    }
    expect(forged).to.be.greaterThan(0)
  })
})
