import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { newCode } from '../../ledger/code.ts'
import { unlockFields } from '../../ledger/link.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { bytesIn, giftFrom, openPlace } from './place.ts'

describe('the vault gives every gift a link', () => {
  let place: ReturnType<typeof openPlace>
  let vault: Vault
  beforeEach(() => {
    place = openPlace()
    vault = openVault(place)
  })
  afterEach(() => {
    vault.close()
    place.remove()
  })

  it('whose code finds the entry, and whose key opens the private fields in the browser', () => {
    const gift = giftFrom(vault, '张三丰')

    const [put] = vault.putGifts([gift])

    const { code, key } = put!.link!
    const found = vault.giftOf(code)!
    expect(found).to.include({ fund: 1, ref: gift.ref, paper: put!.paper, state: 'kept' })
    expect(unlockFields(key, found.paper, found.locked!)).to.deep.equal(gift.opened)
  })

  it('and gives the same link again for a receipt printed anew', () => {
    const gift = giftFrom(vault, '张三丰')
    const [put] = vault.putGifts([gift])

    expect(vault.linkOf(1, gift.ref)).to.deep.equal(put!.link)
    expect(vault.linkOf(2, gift.ref)).to.equal(undefined)
  })

  it('and lets an import that was cut off run again: same papers, same links, nothing doubled', () => {
    const first = vault.putGifts([giftFrom(vault, '张三丰'), giftFrom(vault, '李四光')])

    const again = vault.putGifts([giftFrom(vault, '张三丰'), giftFrom(vault, '李四光'), giftFrom(vault, '王五', 1)])

    expect(again.map(({ known }) => known)).to.deep.equal([true, true, false])
    expect(again.slice(0, 2)).to.deep.equal(first.map((put) => ({ ...put, known: true })))
    expect(vault.papersWith('remark', '')).to.have.length(3)
  })

  it('and says which refs a fund has already', () => {
    const [first, second] = [giftFrom(vault, '张三丰'), giftFrom(vault, '张三丰', 2)]
    const [put] = vault.putGifts([first])

    expect(vault.knownRefs(1, [first.ref, second.ref])).to.deep.equal(new Map([[first.ref, put!.paper]]))
    expect(vault.knownRefs(2, [first.ref])).to.deep.equal(new Map())
  })

  it('and keeps none of a list in which one is bad', () => {
    const good = giftFrom(vault, '张三丰')
    const bad = { ...giftFrom(vault, '李四光'), opened: {} }

    expect(() => vault.putGifts([good, bad])).to.throw(RangeError, 'the private field donor is not opened')
    expect(vault.linkOf(1, good.ref)).to.equal(undefined)
  })

  it('and finds nothing for a code it never gave', () => {
    expect(vault.giftOf(newCode(randomBytes))).to.equal(undefined)
  })

  it('and holds neither code nor key in any byte of its folder', () => {
    const { code, key } = vault.putGifts([giftFrom(vault, '张三丰')])[0]!.link!

    const bytes = bytesIn(place.folder)

    for (const secret of [code, key, code.toLowerCase()]) expect(bytes.includes(secret)).to.equal(false)
  })
})
