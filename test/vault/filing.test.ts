import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, sealPaper } from '../../ledger/papers.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { giftFrom, openPlace } from './place.ts'

const ORIGINAL: Hex = `0x${'01'.repeat(32)}`
const UNKNOWN: Hex = `0x${'00'.repeat(32)}`
const NOON = new Date('2026-03-01T12:00:00.000Z')
const DAY_MS = 24 * 3600 * 1000

describe('the vault files what stands behind an act', () => {
  let place: ReturnType<typeof openPlace>
  let vault: Vault
  let time: Date
  beforeEach(() => {
    place = openPlace()
    time = NOON
    vault = openVault({ ...place, now: () => time })
  })
  afterEach(() => {
    vault.close()
    place.remove()
  })

  const payment = (payee = '某某商店') => sealPaper({ kind: 'payment', public: { title: '口罩' }, private: { payee } }, randomBytes)
  const approval = () => sealPaper({ kind: 'approval', public: { fund: '1', outflow: '5', on: '2020-02-03' }, private: {} }, randomBytes)
  const stage = (text: string) => vault.stageDocument({ mediaType: 'image/jpeg', bytes: new TextEncoder().encode(text), original: ORIGINAL })

  it('all papers with their documents', () => {
    const [one, other] = [payment(), payment()]
    const document = stage('abc')

    const put = vault.putPapers([{ ...one, documents: [document] }, other])

    expect(put).to.deep.equal({ papers: [hashOfPaper(one.paper), hashOfPaper(other.paper)], gifts: [] })
    expect(vault.standingOf(document)).to.deep.equal({ staged: false, papers: [hashOfPaper(one.paper)] })
  })

  it('or none, when one of them is not in order or a document is missing', () => {
    const [one, other] = [payment(), payment()]

    expect(() => vault.putPapers([one, { ...other, opened: {} }])).to.throw(RangeError, 'the private field payee is not opened')
    expect(() => vault.putPapers([one, { ...other, documents: [UNKNOWN] }])).to.throw(RangeError, 'the vault has no document')
    expect([one, other].map(({ paper }) => vault.hasPaper(hashOfPaper(paper)))).to.deep.equal([false, false])
  })

  it('and tells only what is new', () => {
    const [one, other] = [payment(), payment()]
    vault.putPapers([one])

    expect(vault.putPapers([one, other]).papers).to.deep.equal([hashOfPaper(other.paper)])
    expect(vault.putPapers([one, other]).papers).to.deep.equal([])
  })

  it('and takes it out again, so that its documents wait for a paper as before', () => {
    const given = payment()
    const document = stage('abc')
    const put = vault.putPapers([{ ...given, documents: [document] }])

    vault.takeBack(put)

    expect(vault.hasPaper(hashOfPaper(given.paper))).to.equal(false)
    expect(vault.papersWith('payee', '某某商店')).to.deep.equal([])
    expect(vault.standingOf(document)).to.deep.equal({ staged: true, papers: [] })
    time = new Date(NOON.getTime() + DAY_MS)
    stage('something else')
    expect(vault.standingOf(document)).to.equal(undefined)
  })

  it('and leaves a document with the other paper that has it', () => {
    const [kept, given] = [payment(), payment()]
    const document = stage('abc')
    vault.putPapers([{ ...kept, documents: [document] }])

    vault.takeBack(vault.putPapers([{ ...given, documents: [document] }]))

    expect(vault.standingOf(document)).to.deep.equal({ staged: false, papers: [hashOfPaper(kept.paper)] })
  })

  it('and leaves a paper with nothing private, which somebody else may have brought to the byte', () => {
    const given = approval()

    vault.takeBack(vault.putPapers([given]))

    expect(vault.hasPaper(hashOfPaper(given.paper))).to.equal(true)
  })

  it('and takes gifts out with their links, but for a paper that another gift has', () => {
    const [gift, other] = [giftFrom(vault, '张三丰'), giftFrom(vault, '李四光')]
    const [first, second] = vault.putGifts([gift, other])
    const again = vault.putGifts([{ ...gift, ref: UNKNOWN }])
    const papers = [first!.paper, second!.paper]

    vault.takeBack({ papers, gifts: [{ fund: 1, ref: gift.ref, paper: first!.paper }, { fund: 1, ref: other.ref, paper: second!.paper }] })

    expect(vault.knownRefs(1, [gift.ref, other.ref, UNKNOWN])).to.deep.equal(new Map([[UNKNOWN, first!.paper]]))
    expect([first, second, ...again].map((put) => vault.giftOf(put!.link!.code)?.ref)).to.deep.equal([undefined, undefined, UNKNOWN])
    expect(papers.map((paper) => vault.hasPaper(paper))).to.deep.equal([true, false])
  })

  it('and lets a ref have another paper: one link, which finds the new one', () => {
    const old = giftFrom(vault, '冒名者')
    const [before] = vault.putGifts([old])
    const gift = { ...giftFrom(vault, '张三丰'), ref: old.ref }

    vault.dropGift(1, old.ref)
    const [after] = vault.putGifts([gift])

    expect(after).to.include({ known: false, paper: hashOfPaper(gift.paper) })
    expect(vault.giftOf(before!.link!.code)).to.equal(undefined)
    expect(vault.giftOf(after!.link!.code)).to.include({ ref: old.ref, paper: after!.paper })
    expect(vault.linkOf(1, old.ref)).to.deep.equal(after!.link)
    expect(vault.hasPaper(before!.paper)).to.equal(true)
  })
})
