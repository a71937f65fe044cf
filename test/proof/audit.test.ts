import { expect } from 'chai'
import { Wallet } from 'ethers'
import { wordsOf } from '../../ledger/headWords.ts'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { BundleError, type FaultCode } from '../../proof/check/bundle/fault.ts'
import { factSentences, faultSentence, gapSentences, refusalSentence, verdictOf, verdictSentence } from '../../proof/check/bundle/sentences.ts'
import { RECORD } from '../../proof/check/bundle/stream.ts'
import { verifyBundle, type BundleFacts } from '../../proof/check/bundle/verify.ts'
import { ProofError } from '../../proof/check/error.ts'
import { openWorld, type World } from '../api/world.ts'
import { blockWith, blocksIn, bundleOf, inPieces, joined, logsOf, openBlock, resign, retell, rewritten, sealsOf, taken, touched, type Item, type OpenBlock } from './audits.ts'

describe('An audit bundle', function () {
  this.timeout(60_000)
  let world: World
  let bundle: Uint8Array
  let items: Item[]
  before(async () => {
    world = await openWorld()
    bundle = await bundleOf(world)
    items = taken(bundle)
  })
  after(() => world.close())

  const verify = (bytes: Uint8Array, head?: string) => verifyBundle(inPieces(bytes), world.anchor, head ? { head } : {})
  const codesOf = async (bytes: Uint8Array, head?: string): Promise<string[]> => {
    try {
      return (await verify(bytes, head)).faults.map(({ code }) => code)
    } catch (error) {
      if (error instanceof BundleError) return [error.fault.code]
      if (error instanceof ProofError) return [error.code]
      throw error
    }
  }
  /** Everybody conspires: the witnesses seal what the operator has changed. Only the book's own rules are left. */
  const conspired = (name: string, change: (block: OpenBlock) => void, nth = 0) => {
    const number = blockWith(items, name, nth)
    expect(number, name).to.be.above(0)
    return joined(rewritten(items, number, change, world.anchor, world.witnesses))
  }

  describe('of an honest book', () => {
    let facts: BundleFacts
    before(async () => void (facts = await verify(bundle)))

    it('passes, whatever pieces it is read in', async () => {
      expect(facts.faults).to.deep.equal([])
      for (const size of [1_000_000, 7]) expect(await verifyBundle(inPieces(bundle, size), world.anchor)).to.deep.equal(facts)
    })

    it('tells of each fund what the contract says', async () => {
      for (const { fund, received, cursor, uncrossed, held, batches, inflows, outflows, pieces } of facts.funds) {
        const standing = world.reader.fund(fund)
        expect(standing).to.include({ received, cursor, uncrossed, held, batches, inflows, outflows, pieces })
      }
      expect(facts.funds).to.have.length(2)
    })

    it('tells its sums by source and kind', () => {
      expect(facts.funds[0]?.bySource).to.deep.equal({ Donation: 15_001n, Return: 3_000n })
      expect(facts.funds[0]?.byKind).to.deep.equal({ Payment: 12_000n, Transfer: 1_000n, Void: 500n })
      expect(facts.funds[1]?.bySource).to.deep.equal({ Transfer: 1_000n })
    })

    it('names the head, who sealed it, and every paper', () => {
      const { number, hash } = world.chain.head()
      expect(facts.head).to.include({ number, hash })
      expect(facts.head.sealers).to.have.length(2)
      expect(facts.papers.given).to.equal(facts.papers.named)
      expect(facts.papers.opened).to.be.above(3)
    })

    it('says all of it in both languages, without a name', () => {
      const told = [verdictSentence(facts), ...factSentences(facts, world.anchor)]
      const text = told.map(({ zh, en }) => zh + en).join('\n')
      expect(text).to.include('通过：账册完整').and.include('捐赠 ¥150.01').and.include('nothing is missing')
      expect(text).to.not.match(/undefined|欧阳/)
    })

    it('holds private fields in the auditor’s scope only', async () => {
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
      expect(text(bundle)).to.include('欧阳明月')
      const open = await bundleOf(world, { scope: 'public' })
      expect(text(open)).to.not.include('欧阳明月').and.not.include('祝早日康复')
      expect((await verify(open)).faults).to.deep.equal([])
    })

    it('is not called whole when papers are missing, and names each with its entry', async () => {
      const gift = world.vault.giftOf(world.links[1]?.code as never)?.paper ?? '0x'
      const facts = await verify(await bundleOf(world, { paperOf: (hash) => (hash === gift ? undefined : world.vault.paperOf(hash)), scope: 'public' }))

      expect([verdictOf(facts), facts.faults, facts.papers.missing]).to.deep.equal(['partial', [], 1])
      expect(verdictSentence(facts).zh).to.equal('账目通过，凭证不全：每一笔都在、都没有改动，但有 1 份凭证不在册内，它们写了什么无从核对。')
      expect(gapSentences(facts).map(({ zh }) => zh)).to.deep.equal([`缺凭证：基金 1，第 2 笔收入，凭证 ${gift}，第 ${facts.gaps[0]?.block} 个区块`])
    })

    it('says so of all its papers', async () => {
      const facts = await verify(await bundleOf(world, { paperOf: () => undefined }))

      expect([facts.papers.unknown, facts.papers.given, facts.faults.length, verdictOf(facts)]).to.deep.equal([facts.papers.named, 0, 0, 'partial'])
    })

    it('warns when its last block is of a day before the one it is meant to reach', async () => {
      const late = items.map((item) => (item.tag === RECORD.about ? { ...item, content: replaced(item.content, '2020-02-29', '9020-02-29') } : item))
      expect((await verify(joined(late))).endsEarly).to.equal(true)
      expect(facts.endsEarly).to.equal(false)
    })
  })

  describe('notices that somebody changed the file', () => {
    const last = () => blocksIn(items).at(-1) ?? 0
    const without = (index: number) => items.filter((_, at) => at !== index)
    const cases: [string, FaultCode, () => Uint8Array][] = [
      ['an entry left out', 'CHAIN_BROKEN', () => joined(without(blocksIn(items)[5] ?? 0))],
      ['an entry doubled', 'CHAIN_BROKEN', () => joined(items.flatMap((item, at) => (at === blocksIn(items)[5] ? [item, item] : [item])))],
      ['two entries in another order', 'CHAIN_BROKEN', () => {
        const [a = 0, b = 0] = blocksIn(items).slice(5, 7)
        return joined(items.map((item, at) => (at === a ? items[b] : at === b ? items[a] : undefined) ?? item))
      }],
      ['the tail cut off', 'HEAD_OTHER', () => joined(without(last()))],
      ['a receipt taken out of its block', 'RECEIPTS_DIFFER', () => joined(touched(items, blockWith(items, 'PaymentExecuted'), (block) => void (block.calls[0]?.receipt.splice(3, 1, []))))],
      ['a sum changed in a receipt', 'RECEIPTS_DIFFER', () => joined(touched(items, blockWith(items, 'PaymentProposed'), (block) => retell(block, 'PaymentProposed', () => ({ amount: 1n }))))],
      ['another signer', 'TRANSACTIONS_DIFFER', () => joined(touched(items, blockWith(items, 'PaymentApproved'), (block) => resign(block, new Wallet(world.wallets.ACCOUNTANT.privateKey))))],
      ['a paper exchanged', 'PAPER_UNNAMED', () => joined(items.map((item) => (item.tag === RECORD.paper ? { ...item, content: replaced(item.content, '购买 N95 口罩', '购买 KN95 口罩') } : item)))],
      ['a paper left out', 'PAPER_MISSING', () => joined(without(items.findIndex(({ tag }) => tag === RECORD.paper)))],
      ['a private field exchanged', 'FIELD_DIFFERS', () => joined(items.map((item) => (item.tag === RECORD.paper ? { ...item, content: replaced(item.content, '祝早日康复', '祝早日康愈') } : item)))],
      ['private fields left out without a word', 'FIELDS_WITHHELD', () => joined(items.map((item) => (item.tag === RECORD.paper ? { ...item, content: new TextEncoder().encode(new TextDecoder().decode(item.content).replace(/^\{"opened":.*,"paper"/, '{"paper"')) } : item)))],
      ['a byte less', 'DIGEST_DIFFERS', () => bundle.subarray(0, -1)],
      ['a byte more', 'RECORD_MALFORMED', () => Uint8Array.of(...bundle, 0)],
      ['another file', 'NOT_A_BUNDLE', () => new TextEncoder().encode('PK\u0003\u0004 a zip')],
      ['nothing at all', 'NOT_A_BUNDLE', () => new Uint8Array()],
    ]
    for (const [what, code, make] of cases)
      it(`${what}: ${code}`, async () => {
        expect(await codesOf(make())).to.include(code)
      })

    it('names the gift and both sums when a single fen was changed', async () => {
      const number = blockWith(items, 'InflowsRecorded')
      const changed = joined(touched(items, number, (block) => retell(block, 'InflowsRecorded', ({ inflows }) => ({
        inflows: (inflows as [string, bigint, string][]).map(([ref, amount, paper], at) => [ref, at === 1 ? amount + 1n : amount, paper]),
      }))))

      const { faults } = await verify(changed)

      expect(faults).to.have.length(1)
      const [fault] = faults
      if (!fault) return
      expect(fault).to.deep.include({ code: 'RECEIPTS_DIFFER', place: { block: number, fund: 1, entry: 'inflow', number: 2 } })
      expect(fault.expected).to.include('¥50.00 ')
      expect(fault.found).to.include('¥50.01 ')
      expect(faultSentence(fault).where.zh).to.equal(`基金 1，第 2 笔收入，第 ${number} 个区块`)
    })

    it('a paper that is said to be of another fund, though all were asked for', async () => {
      const unknown = taken(await bundleOf(world, { paperOf: () => undefined }))
      const elsewhere = unknown.map((item) => (item.tag === RECORD.gone ? { ...item, content: Uint8Array.from([...item.content.subarray(0, 32), 1]) } : item))

      expect(new Set(await codesOf(joined(elsewhere)))).to.deep.equal(new Set(['PAPER_MISSING']))
    })

    describe('what the law is said to have taken out, the book has no word of', () => {
      const paper = () => world.vault.giftOf(world.links[0]?.code as never)?.paper ?? '0x'

      it('called restricted, to hide a donor or a payee', async () => {
        const { faults } = await verify(await bundleOf(world, { erasureOf: (hash) => (hash === paper() ? 'Restricted' : 'None') }))

        expect(faults).to.deep.equal([{ code: 'ERASURE_DIFFERS', place: { paper: paper() }, expected: 'kept', found: 'restricted' }])
      })

      it('in a bundle for the public, too', async () => {
        const bundle = await bundleOf(world, { scope: 'public', erasureOf: () => 'Destroyed' })

        expect(new Set(await codesOf(bundle))).to.deep.equal(new Set(['ERASURE_DIFFERS']))
      })
    })

    it('any one byte, in 100 places, also when the digest was made to fit', async () => {
      const about = 4 + 5 + (items[0]?.content.length ?? 0)
      let seed = 20_200_129
      for (let round = 0; round < 100; round++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        const at = about + (seed % (bundle.length - about - 37))
        const flipped = Uint8Array.from(bundle)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (round % 8))
        const bytes = round % 2 ? flipped : refit(flipped)
        expect(await codesOf(bytes), `byte ${at}, bit ${round % 8}`).to.not.deep.equal([])
      }
    })
  })

  describe('notices that the operator wrote the history anew', () => {
    it('and sealed it with keys of his own', async () => {
      const own = [Wallet.createRandom(), Wallet.createRandom()]
      const forged = rewritten(items, blockWith(items, 'PaymentExecuted'), (block) => retell(block, 'PaymentExecuted', () => ({ amount: 1n })), world.anchor, own)
      const facts = await verify(joined(forged))
      expect(facts.faults.find(({ code }) => code === 'BLOCK_MALFORMED')?.found).to.include('SEAL_UNKNOWN')
    })

    const sealedBy = (keys: World['witnesses']) => {
      const { number, hash } = world.chain.head()
      return joined(touched(items, number, (block) => void (block.seals = sealsOf(hash, number, world.anchor, keys))))
    }

    it('with too few of the witnesses’ seals, and says how many are missing', async () => {
      const { faults } = await verify(sealedBy(world.witnesses.slice(0, 1)))

      expect(faults).to.deep.equal([{ code: 'QUORUM_MISSED', place: { block: world.chain.head().number }, expected: '≥ 2 / 3', found: '1 / 3' }])
    })

    it('with the same seal twice', async () => {
      const { faults } = await verify(sealedBy([...world.witnesses.slice(0, 1), ...world.witnesses.slice(0, 1)]))

      expect(faults[0]?.found).to.include('SEAL_DUPLICATE')
    })

    it('by the hash of the head that somebody heard elsewhere', async () => {
      const { hash } = world.chain.head()
      expect(await codesOf(bundle, hash)).to.deep.equal([])
      expect(await codesOf(bundle, `0x${'1'.repeat(64)}`)).to.deep.equal(['HEAD_OTHER'])
    })

    it('by the words of the head that a neighbour read to somebody', async () => {
      const { number, hash } = world.chain.head()
      const words = wordsOf(world.anchor.chainId, world.anchor.genesis, BigInt(number), hash as Hex).join(' ')
      const others = wordsOf(world.anchor.chainId, world.anchor.genesis, BigInt(number), `0x${'1'.repeat(64)}`).join('、')

      expect(await codesOf(bundle, words)).to.deep.equal([])
      const { faults } = await verify(bundle, others)
      expect(faults).to.have.length(1)
      expect(faults[0]).to.include({ code: 'HEAD_OTHER', expected: others.replaceAll('、', ' '), found: words })
    })

    it('as another book with another beginning', async () => {
      const other = await openWorld()
      const strange = await bundleOf(other).finally(() => other.close())
      expect(await codesOf(strange)).to.deep.equal(['BOOK_OTHER'])
    })
  })

  describe('holds the entries to the rules even when all witnesses conspire with the operator', () => {
    const cases: [string, FaultCode, () => Uint8Array][] = [
      ['a sum that was not approved', 'AMOUNT_WRONG', () => conspired('PaymentExecuted', (block) => retell(block, 'PaymentExecuted', ({ amount }) => ({ amount: (amount as bigint) + 1n })))],
      ['an entry without its number', 'NUMBER_GAP', () => conspired('PaymentProposed', (block) => retell(block, 'PaymentProposed', ({ outflow }) => ({ outflow: (outflow as bigint) + 1n })))],
      ['money that is passed over', 'LINE_GAP', () => conspired('InflowsRecorded', (block) => retell(block, 'InflowsRecorded', ({ start }) => ({ start: (start as bigint) + 1n })))],
      ['a date that has not come', 'DATE_WRONG', () => conspired('InflowsRecorded', (block) => retell(block, 'InflowsRecorded', () => ({ effectiveOn: 99_999n })))],
      ['a step in another’s name', 'PERSON_OTHER', () => conspired('PaymentAccepted', (block) => retell(block, 'PaymentAccepted', ({ by }) => ({ by: (by as bigint) - 1n })))],
      ['one person who proposes and approves', 'PERSON_SAME', () => conspired('PaymentApproved', (block) => {
        resign(block, new Wallet(world.wallets.ACCOUNTANT.privateKey))
        const by = BigInt(world.reader.persons().find(({ number }) => number === personOf(world, 'ACCOUNTANT'))?.number ?? 0)
        retell(block, 'PaymentApproved', () => ({ by }))
      })],
      ['somebody without the role', 'ROLE_MISSING', () => conspired('PaymentApproved', (block) => resign(block, new Wallet(world.wallets.CASHIER.privateKey)))],
      ['an event dropped', 'PIECE_WRONG', () => conspired('PieceTaken', (block) => {
        for (const call of block.calls) call.receipt[3] = logsOf(call).slice(0, -1) as never
      })],
      ['a piece elsewhere', 'PIECE_WRONG', () => conspired('PieceTaken', (block) => retell(block, 'PieceTaken', ({ start }) => ({ start: (start as bigint) + 1n })))],
      ['money that came back from elsewhere', 'ORIGIN_WRONG', () => conspired('OriginRecorded', (block) => retell(block, 'OriginRecorded', ({ offset }) => ({ offset: (offset as bigint) + 1n })))],
      ['a source used twice', 'REF_REPEATED', () => conspired('PaymentProposed', (block) => retell(block, 'PaymentProposed', () => ({ ref: refIn(items, 1) })), 1)],
      ['a step that is out of turn', 'STEP_WRONG', () => conspired('PaymentRejected', (block) => retell(block, 'PaymentRejected', () => ({ outflow: 1n })))],
      ['a fund that nobody opened', 'FUND_WRONG', () => conspired('PaymentProposed', (block) => retell(block, 'PaymentProposed', () => ({ fund: 9n })))],
      ['a transaction of a kind that binds no chain', 'TRANSACTION_MALFORMED', () => conspired('PaymentApproved', (block) => {
        for (const call of block.calls) call.raw = Uint8Array.from([1, ...call.raw.subarray(1)])
      })],
      ['a receipt without its logs', 'RECEIPT_MALFORMED', () => conspired('PaymentApproved', (block) => {
        for (const call of block.calls) call.receipt = call.receipt.slice(0, 3)
      })],
      ['a receipt of another contract', 'CONTRACT_OTHER', () => conspired('PaymentApproved', (block) => {
        for (const call of block.calls) call.receipt[3] = logsOf(call).map(([, topics, data]) => [new Uint8Array(20).fill(7), topics, data]) as never
      })],
      ['a call for another chain', 'CHAIN_OTHER', () => conspired('PaymentApproved', (block) => resign(block, new Wallet(world.wallets.APPROVER.privateKey), { chainId: 1n }))],
      ['more in the fund than the events bring', 'STATE_DIFFERS', () => conspired('InflowsRecorded', (block) => retell(block, 'InflowsRecorded', ({ inflows }) => ({ inflows: (inflows as unknown[]).slice(0, -1) })))],
    ]
    for (const [what, code, make] of cases)
      it(`${what}: ${code}`, async () => {
        const codes = await codesOf(make())
        expect(codes.join(' ')).to.include(code)
      })
  })

  it('has a sentence for whatever it refuses', async () => {
    const error = await verify(bundle.subarray(0, 100)).then(() => undefined, (error: unknown) => error)
    if (!(error instanceof BundleError)) throw new Error('it was not refused')
    const { what, where } = refusalSentence(error)
    expect([where.zh, what.zh]).to.deep.equal(['账册文件', '文件末尾的摘要与内容不符：文件在传递中损坏、被截断或被改动。请重新取一份；若仍如此，就是有人改动。'])
  })
})

function replaced(content: Uint8Array, from: string, to: string): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(content).replace(from, to))
}

/** A digest that fits the bytes again, where they can still be taken apart. */
function refit(bytes: Uint8Array): Uint8Array {
  try {
    return joined(taken(bytes))
  } catch (error) {
    if (error instanceof RangeError) return bytes
    throw error
  }
}

function personOf(world: World, role: 'ACCOUNTANT'): number {
  return world.reader.holdings().find((held) => held.address === world.wallets[role].address.toLowerCase())?.person ?? 0
}

/** The ref of an inflow of the first batch. */
function refIn(items: readonly Item[], nth: number): string {
  const item = items[blocksIn(items)[blockWith(items, 'InflowsRecorded') - 1] ?? 0]
  const log = item && logsOf(openBlock(item).calls[0])[0]
  return toHex(log?.[2].subarray(32 * (7 + 3 * nth), 32 * (8 + 3 * nth)) ?? new Uint8Array(32))
}
