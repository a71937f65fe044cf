import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { Wallet, type Wallet as Key } from 'ethers'
import { GAS_LIMIT, signAct } from '../../ledger/acts.ts'
import { parseDay } from '../../ledger/day.ts'
import { inflowDraft } from '../../ledger/drafts.ts'
import { parseYuan } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, sealPaper } from '../../ledger/papers.ts'
import { SOURCES, type Role } from '../../ledger/words.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

const DAY = parseDay('2020-02-11')

describe('/v1/desk/gifts', () => {
  let world: World
  let app: FastifyInstance
  let log: () => string
  const cookies = new Map<Role, string>()
  before(async () => {
    world = await openWorld()
    ;({ app, log } = await serveWorld(world))
    world.follow()
    for (const role of ['ACCOUNTANT', 'APPROVER'] as const) cookies.set(role, await enter(world.wallets[role]))
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const enter = async (wallet: Key) => {
    const { message } = (await app.inject({ method: 'POST', url: '/v1/desk/challenge', payload: { address: wallet.address.toLowerCase() } })).json()
    const signature = await wallet.signMessage(message)
    const { headers } = await app.inject({ method: 'POST', url: '/v1/desk/session', payload: { message, signature } })
    return String(headers['set-cookie']).split(';')[0] ?? ''
  }
  const post = async (path: string, payload: object, role: Role | undefined = 'ACCOUNTANT') => {
    const cookie = role && cookies.get(role)
    const answer = await app.inject({ method: 'POST', url: `/v1/desk/gifts${path}`, payload, headers: { ...(cookie && { cookie }) } })
    return { status: answer.statusCode, body: answer.json() }
  }
  const lineOf = (donor: string, yuan: string) => ['2020-02-11', donor, String(parseYuan(yuan)), '', '']
  const look = async (...lines: readonly string[][]) =>
    (await post('/look', { fund: 1, gifts: lines.map((line) => ({ line, ordinal: 1 })) })).body

  type Given = { donor: string; yuan: string; source?: 'Donation' | 'Corporate' }
  /** Two gifts as a browser would bring them. */
  const made = async (...given: readonly Given[]) => {
    const { received, gifts } = await look(...given.map(({ donor, yuan }) => lineOf(donor, yuan)))
    const items = given.map(({ donor, yuan, source = 'Donation' }, at) => {
      const amount = parseYuan(yuan)
      const sealed = sealPaper(inflowDraft({ source, effectiveOn: DAY, amount }, { donor }), randomBytes)
      return { ref: gifts[at].ref as Hex, amount: String(amount), ...sealed }
    })
    return { received: BigInt(received), items }
  }
  type Made = Awaited<ReturnType<typeof made>>
  const signed = async ({ received, items }: Made, { fund = 1, wallet = world.wallets.ACCOUNTANT } = {}) => {
    const nonce = Number(await world.chain.client.request('eth_getTransactionCount', [wallet.address, 'latest']))
    const inflows = items.map(({ ref, amount, paper }) => ({ ref, amount: BigInt(amount), paper: hashOfPaper(paper) }))
    const args = [fund, received, SOURCES.indexOf('Donation'), DAY, inflows]
    return await signAct(wallet, { contract: 'ledger', name: 'recordInflows', args }, {
      chainId: world.anchor.chainId, nonce, to: world.anchor.contracts.ledger, gasLimit: GAS_LIMIT,
    })
  }
  const received = () => world.reader.fund(1)?.received

  it('tells the refs of gifts, and which of them the book has', async () => {
    const given = await made({ donor: '上官婉', yuan: '12.50' })
    const before = await look(lineOf('上官婉', '12.50'))
    await post('', { rawTransaction: await signed(given), fund: 1, gifts: given.items })

    const after = await look(lineOf('上官婉', '12.50'), lineOf('上官婉', '12.51'))

    expect(before.gifts).to.deep.equal([{ ref: given.items[0]?.ref }])
    expect(after.gifts[0].known).to.deep.equal({ fund: 1, number: 5 })
    expect(Object.keys(after.gifts[1])).to.deep.equal(['ref'])
    expect(BigInt(after.received) - BigInt(before.received)).to.equal(12_50n)
  })

  it('records a signed batch, keeps its names in the vault, and gives its donors their links', async () => {
    const given = await made({ donor: '令狐冲', yuan: '3' }, { donor: '任盈盈', yuan: '4' })

    const { status, body } = await post('', { rawTransaction: await signed(given), fund: 1, gifts: given.items })
    const links = await post('/links', { fund: 1, refs: given.items.map(({ ref }) => ref) })

    expect(status).to.equal(200)
    expect(body.events.map(({ name }: { name: string }) => name)).to.deep.equal(['InflowsRecorded'])
    expect(given.items.map(({ paper }) => world.vault.fieldsOf(hashOfPaper(paper))?.['donor']?.value)).to.deep.equal(['令狐冲', '任盈盈'])
    expect(links.body.base).to.equal('http://localhost:18801')
    expect(links.body.links.map(({ ref }: { ref: Hex }) => ref)).to.deep.equal(given.items.map(({ ref }) => ref))
    expect(links.body.links[0]).to.deep.include(world.vault.linkOf(1, given.items[0]?.ref ?? '0x') ?? {})
    expect(log()).to.not.include('令狐冲')
  })

  it('finds a gift of the same donor, day and amount whatever its remark is, and none of another', async () => {
    const given = await made({ donor: '风清扬', yuan: '8' })
    await post('', { rawTransaction: await signed(given), fund: 1, gifts: given.items })
    const similar = async (more: object, role?: Role) => await post('/similar', { fund: 1, donor: '风清扬', on: '2020-02-11', amount: '800', ...more }, role)
    const answers = [await similar({}), await similar({ donor: '风清' }), await similar({ on: '2020-02-12' }), await similar({ amount: '801' }), await similar({ fund: 2 })]

    expect(answers.map(({ body }) => body.number)).to.deep.equal([world.reader.fund(1)?.inflows, undefined, undefined, undefined, undefined])
    expect((await similar({ on: '2020-02-30' })).status).to.equal(400)
    expect((await similar({}, 'APPROVER')).status).to.equal(403)
    expect(log()).to.not.include('风清扬')
  })

  it('answers the same transaction the same, however often it comes', async () => {
    const given = await made({ donor: '东方不败', yuan: '7' })
    const body = { rawTransaction: await signed(given), fund: 1, gifts: given.items }
    const before = received() ?? 0n

    const first = await post('', body)
    const again = await post('', body)

    expect([first.status, again.status]).to.deep.equal([200, 200])
    expect(again.body).to.deep.equal(first.body)
    expect((received() ?? 0n) - before).to.equal(7_00n)
  })

  it('goes on with the paper that an import which was cut off left in the vault', async () => {
    const cut = await made({ donor: '段誉', yuan: '9' })
    world.vault.putGifts(cut.items.map((item) => ({ fund: 1, ...item })))
    const { gifts: [seen] } = await look(lineOf('段誉', '9'))
    const other = await made({ donor: '段誉', yuan: '9' })

    const wrong = await post('', { rawTransaction: await signed(other), fund: 1, gifts: other.items })
    const right = await post('', { rawTransaction: await signed(cut), fund: 1, gifts: cut.items.map(({ ref, amount }) => ({ ref, amount })) })

    expect(seen.paper).to.equal(hashOfPaper(cut.items[0]?.paper ?? fail()))
    expect([wrong.status, wrong.body.code]).to.deep.equal([409, 'PAPER_KEPT'])
    expect(right.status).to.equal(200)
  })

  describe('when the vault has a paper for a gift that says something else than its line', () => {
    /** The paper of another gift, kept for this one's ref. */
    const planted = async (donor: string, other: { donor?: string; yuan?: string; on?: string; remark?: string }) => {
      const { items: [gift = fail()] } = await made({ donor, yuan: '6' })
      const draft = inflowDraft({ source: 'Donation', effectiveOn: other.on ? parseDay(other.on) : DAY, amount: parseYuan(other.yuan ?? '6') }, { donor: other.donor ?? donor, remark: other.remark ?? '' })
      const [put = fail()] = world.vault.putGifts([{ fund: 1, ref: gift.ref, ...sealPaper(draft, randomBytes) }])
      return put
    }

    for (const [what, other] of [['donor', { donor: '冒名者' }], ['amount', { yuan: '60' }], ['day', { on: '2020-02-10' }], ['remark', { remark: '致冒名者' }]] as const)
      it(`hands out none that says another ${what}, and records the gift with a paper of its own`, async () => {
        const donor = `乔峰${what}`
        const old = await planted(donor, other)
        const seen = await look(lineOf(donor, '6'))
        const honest = await made({ donor, yuan: '6' })

        const { status } = await post('', { rawTransaction: await signed(honest), fund: 1, gifts: honest.items })

        const link = world.vault.linkOf(1, old.ref)
        expect(seen.gifts).to.deep.equal([{ ref: old.ref }])
        expect(status).to.equal(200)
        expect(world.vault.fieldsOf(world.reader.inflowsOfRef(old.ref)[0]?.paper ?? '0x')?.['donor']?.value).to.equal(donor)
        expect(world.vault.giftOf(old.link!.code)).to.equal(undefined)
        expect(world.vault.giftOf(link!.code)).to.deep.include({ ref: old.ref, paper: hashOfPaper(honest.items[0]!.paper) })
        expect((await post('/links', { fund: 1, refs: [old.ref] })).body.links).to.deep.equal([{ ref: old.ref, ...link }])
      })

    it('asks whoever has not looked to look again, and lets go of nothing before', async () => {
      const honest = await made({ donor: '阿朱', yuan: '6' })
      const old = await planted('阿朱', { donor: '阿紫' })
      const body = { rawTransaction: await signed(honest), fund: 1, gifts: honest.items }

      const { status, body: { code } } = await post('', body)

      expect([status, code]).to.deep.equal([409, 'PAPER_KEPT'])
      expect(world.vault.giftOf(old.link!.code)?.paper).to.equal(old.paper)
      await look(lineOf('阿朱', '6'))
      expect((await post('', body)).status).to.equal(200)
    })

    it('hands out one whose fields the law has closed, by its amount and day alone', async () => {
      const { items: [gift = fail()] } = await made({ donor: '游坦之', yuan: '6' })
      world.vault.putGifts([{ fund: 1, ...gift }])
      world.vault.restrict([hashOfPaper(gift.paper)])

      expect((await look(lineOf('游坦之', '6'))).gifts[0].paper).to.equal(hashOfPaper(gift.paper))
    })
  })

  it('gives no link of a gift that was kept and never recorded', async () => {
    const cut = await made({ donor: '虚竹', yuan: '9' })
    world.vault.putGifts(cut.items.map((item) => ({ fund: 1, ...item })))

    const { body } = await post('/links', { fund: 1, refs: cut.items.map(({ ref }) => ref) })

    expect(body.links).to.deep.equal([])
  })

  describe('refusing', () => {
    const refusal = async (body: object, role?: Role) => {
      const before = received()
      const { status, body: { code } } = await post('', body, role)
      expect(received()).to.equal(before)
      return [status, code]
    }
    const TWO = [{ donor: '甲甲', yuan: '1' }, { donor: '乙乙', yuan: '2' }] as const

    it('refuses whoever has not signed in, at every door', async () => {
      const given = await made(...TWO)
      const body = { rawTransaction: await signed(given), fund: 1, gifts: given.items }

      const answers = [await post('/look', { fund: 1, gifts: [] }, 'COUNCIL'), await post('', body, 'COUNCIL'), await post('/links', { fund: 1, refs: [] }, 'COUNCIL')]

      expect(answers.map(({ status, body: { code } }) => [status, code])).to.deep.equal(Array(3).fill([401, 'SIGNED_OUT']))
    })

    it('refuses another role, at every door', async () => {
      const given = await made(...TWO)
      const body = { rawTransaction: await signed(given), fund: 1, gifts: given.items }

      const answers = [await post('/look', { fund: 1, gifts: [] }, 'APPROVER'), await post('', body, 'APPROVER'), await post('/links', { fund: 1, refs: [] }, 'APPROVER')]

      expect(answers.map(({ status, body: { code } }) => [status, code])).to.deep.equal(Array(3).fill([403, 'ROLE_MISSING']))
    })

    it('refuses what another key signed than the one that is here', async () => {
      const given = await made(...TWO)

      expect(await refusal({ rawTransaction: await signed(given, { wallet: Wallet.createRandom() as unknown as Key }), fund: 1, gifts: given.items })).to.deep.equal([403, 'SIGNER_OTHER'])
    })

    it('refuses gifts in another order than they were signed in', async () => {
      const given = await made(...TWO)

      expect(await refusal({ rawTransaction: await signed(given), fund: 1, gifts: given.items.toReversed() })).to.deep.equal([422, 'GIFTS_OTHER'])
    })

    it('refuses one gift fewer, and one more', async () => {
      const given = await made(...TWO)
      const rawTransaction = await signed(given)

      expect(await refusal({ rawTransaction, fund: 1, gifts: given.items.slice(1) })).to.deep.equal([422, 'GIFTS_OTHER'])
      expect(await refusal({ rawTransaction, fund: 1, gifts: [...given.items, ...given.items] })).to.deep.equal([422, 'GIFTS_OTHER'])
    })

    for (const [what, changed] of [['amount', { amount: '101' }], ['ref', { ref: `0x${'11'.repeat(32)}` }], ['paper', sealPaper(inflowDraft({ source: 'Donation', effectiveOn: DAY, amount: parseYuan('1') }, { donor: '丙丙' }), randomBytes)]] as const)
      it(`refuses another ${what} than was signed`, async () => {
        const given = await made(...TWO)
        const [first, second] = given.items

        expect(await refusal({ rawTransaction: await signed(given), fund: 1, gifts: [{ ...first, ...changed }, second] })).to.deep.equal([422, 'GIFTS_OTHER'])
      })

    it('refuses another fund than was signed', async () => {
      const given = await made(...TWO)

      expect(await refusal({ rawTransaction: await signed(given), fund: 2, gifts: given.items })).to.deep.equal([422, 'GIFTS_OTHER'])
    })

    it('refuses a paper that says another source than the call', async () => {
      const given = await made({ donor: '丁丁', yuan: '1', source: 'Corporate' })

      expect(await refusal({ rawTransaction: await signed(given), fund: 1, gifts: given.items })).to.deep.equal([422, 'GIFTS_OTHER'])
    })

    it('refuses a paper of another kind, which others would read', async () => {
      const { received, items: [gift = fail()] } = await made({ donor: '丁丁', yuan: '1' })
      const other = sealPaper({ ...inflowDraft({ source: 'Donation', effectiveOn: DAY, amount: parseYuan('1') }, { donor: '丁丁' }), kind: 'payment' }, randomBytes)
      const given = { received, items: [{ ...gift, ...other }] }

      expect(await refusal({ rawTransaction: await signed(given), fund: 1, gifts: given.items })).to.deep.equal([422, 'GIFTS_OTHER'])
    })

    it('refuses private fields that are not what the paper committed to, and keeps none of them', async () => {
      const given = await made({ donor: '戊戊', yuan: '1' })
      const [gift = fail()] = given.items
      const opened = { donor: { value: '己己', salt: gift.opened['donor']?.salt ?? '0x' } }

      expect(await refusal({ rawTransaction: await signed(given), fund: 1, gifts: [{ ...gift, opened }] })).to.deep.equal([422, 'PAPER_NOT_IN_ORDER'])
      expect(world.vault.hasPaper(hashOfPaper(gift.paper))).to.equal(false)
    })

    it('refuses gifts whose papers nobody brings and nobody has', async () => {
      const given = await made(...TWO)

      expect(await refusal({ rawTransaction: await signed(given), fund: 1, gifts: given.items.map(({ ref, amount }) => ({ ref, amount })) })).to.deep.equal([409, 'PAPER_KEPT'])
    })

    it('refuses gifts that the book has already, in whatever fund', async () => {
      const given = await made({ donor: '庚庚', yuan: '1' })
      await post('', { rawTransaction: await signed(given), fund: 1, gifts: given.items })
      const received = world.reader.fund(1)?.received ?? 0n

      expect(await refusal({ rawTransaction: await signed({ ...given, received }), fund: 1, gifts: given.items })).to.deep.equal([409, 'GIFT_KNOWN'])
      expect(await refusal({ rawTransaction: await signed({ ...given, received: 10_00n }, { fund: 2 }), fund: 2, gifts: given.items })).to.deep.equal([409, 'GIFT_KNOWN'])
    })

    it('refuses, with the contract, what was signed for an older line, and keeps no name of it', async () => {
      const late = await made({ donor: '辛辛', yuan: '1' })
      const first = await made({ donor: '壬壬', yuan: '1' })
      await post('', { rawTransaction: await signed(first), fund: 1, gifts: first.items })

      expect(await refusal({ rawTransaction: await signed(late), fund: 1, gifts: late.items })).to.deep.equal([422, 'LINE_MOVED'])
      expect(world.vault.hasPaper(hashOfPaper(late.items[0]?.paper ?? fail()))).to.equal(false)
    })

    it('refuses an act that records no inflows', async () => {
      const { ACCOUNTANT: wallet } = world.wallets
      const nonce = Number(await world.chain.client.request('eth_getTransactionCount', [wallet.address, 'latest']))
      const rawTransaction = await signAct(wallet, { contract: 'ledger', name: 'closePeriod', args: [1, DAY, `0x${'00'.repeat(32)}`] }, {
        chainId: world.anchor.chainId, nonce, to: world.anchor.contracts.ledger, gasLimit: GAS_LIMIT,
      })
      const { items: gifts } = await made(...TWO)

      expect(await refusal({ rawTransaction, fund: 1, gifts })).to.deep.equal([422, 'NO_INFLOWS'])
    })

    it('refuses to look into a fund that is not there', async () => {
      const { status, body } = await post('/look', { fund: 99, gifts: [] })

      expect([status, body.code]).to.deep.equal([422, 'FUND_UNKNOWN'])
    })
  })
})

function fail(): never {
  throw new Error('no such gift')
}
