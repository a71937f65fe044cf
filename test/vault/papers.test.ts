import Database from 'better-sqlite3'
import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { formatDay, parseDay } from '../../ledger/day.ts'
import { hashOfPaper, sealPaper } from '../../ledger/papers.ts'
import { keptUntil } from '../../vault/retention.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { bytesIn, giftFrom, openPlace } from './place.ts'

describe('the vault keeps papers', () => {
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

  it('and gives back the manifest to anybody and the private fields to those who may see them', () => {
    const { paper, opened } = giftFrom(vault, '张三丰')

    const { hash, known } = vault.putPaper({ paper, opened })

    expect(known).to.equal(false)
    expect(hash).to.equal(hashOfPaper(paper))
    expect(vault.paperOf(hash)).to.deep.include({ hash, paper, state: 'kept' })
    expect(vault.fieldsOf(hash)).to.deep.equal(opened)
  })

  it('once, however often they come', () => {
    const { paper, opened } = giftFrom(vault, '张三丰')
    vault.putPaper({ paper, opened })

    expect(vault.putPaper({ paper, opened })).to.deep.equal({ hash: hashOfPaper(paper), known: true })
  })

  it('for thirty years from the end of the year, unless told another day', () => {
    const { paper, opened } = giftFrom(vault, '张三丰')

    const { hash } = vault.putPaper({ paper, opened })

    expect(formatDay(vault.paperOf(hash)!.keptUntil)).to.equal('2057-01-01')
    expect(formatDay(keptUntil(parseDay('2020-01-29')))).to.equal('2051-01-01')
    expect(formatDay(keptUntil(parseDay('2020-12-31'), 'statement'))).to.equal('2031-01-01')
  })

  it('only with every private field opened, whatever a field is called', () => {
    const { paper, opened } = sealPaper({ kind: 'payment', public: {}, private: { constructor: '某某商店' } }, randomBytes)

    expect(() => vault.putPaper({ paper, opened: {} })).to.throw(RangeError, 'the private field constructor is not opened')
    expect(vault.fieldsOf(vault.putPaper({ paper, opened }).hash)?.['constructor']?.value).to.equal('某某商店')
  })

  it('with no name in any byte of its folder', () => {
    const { paper, opened } = giftFrom(vault, '张三丰')
    vault.putPaper({ paper, opened })
    vault.putGifts([giftFrom(vault, '李四光')])

    const bytes = bytesIn(place.folder)

    expect(bytes.includes('2020-01-29')).to.equal(true)
    for (const name of ['张三丰', '李四光']) expect(bytes.includes(name), name).to.equal(false)
  })

  it('and does not know a paper it never got', () => {
    expect(vault.paperOf(`0x${'00'.repeat(32)}`)).to.equal(undefined)
    expect(vault.fieldsOf(`0x${'00'.repeat(32)}`)).to.equal(undefined)
  })

  it('and finds all papers in which a field says what was asked', () => {
    const [first, second] = vault.putGifts([giftFrom(vault, '张三丰'), giftFrom(vault, '张三丰', 2), giftFrom(vault, '张三')])

    expect(vault.papersWith('donor', '张三丰')).to.deep.equal([first!.paper, second!.paper])
    expect(vault.papersWith('remark', '张三丰')).to.deep.equal([])
  })

  it('and finds them however they are written', () => {
    const paperWith = (invoice: string) => vault.putPaper(sealPaper({ kind: 'payment', public: {}, private: { invoice } }, randomBytes)).hash
    const same = [paperWith('INV-1'), paperWith('inv -1'), paperWith('ＩＮＶ－１')]
    paperWith('INV-11')

    expect(vault.papersWith('invoice', ' Inv-1', 'payment')).to.have.members(same)
  })

  it('and finds those of one kind without opening the others', () => {
    const [gift] = vault.putGifts([giftFrom(vault, '张三丰')])
    const { hash } = vault.putPaper(sealPaper({ kind: 'payment', public: {}, private: { donor: '张三丰' } }, randomBytes))
    spoil(place.folder, gift!.paper)

    expect(vault.papersWith('donor', '张三丰', 'payment')).to.deep.equal([hash])
    expect(() => vault.papersWith('donor', '张三丰')).to.throw(Error, `does not open at paper ${gift!.paper}`)
  })

  it('but not with a private field left out, added, or changed', () => {
    const { paper, opened } = giftFrom(vault, '张三丰')
    const { donor, remark } = opened as Required<typeof opened>

    expect(() => vault.putPaper({ paper, opened: { donor: donor! } }))
      .to.throw(RangeError, 'the private field remark is not opened')
    expect(() => vault.putPaper({ paper, opened: { ...opened, phone: donor! } }))
      .to.throw(RangeError, 'the paper has no private field phone')
    expect(() => vault.putPaper({ paper, opened: { donor: { ...donor!, value: '李四' }, remark: remark! } }))
      .to.throw(RangeError, 'the private field donor is not what the paper committed to')
    expect(vault.paperOf(hashOfPaper(paper))).to.equal(undefined)
  })

  it('also those with nothing private', () => {
    const { paper, opened } = sealPaper({ kind: 'purpose', public: { title: '疫情防控' }, private: {} }, randomBytes)

    const { hash } = vault.putPaper({ paper, opened })

    expect(vault.fieldsOf(hash)).to.deep.equal({})
  })
})

/** Changes what is sealed of a paper, so that opening it fails. */
function spoil(folder: string, paper: string): void {
  const db = new Database(join(folder, 'vault.sqlite'))
  db.prepare('UPDATE paper SET sealed = zeroblob(64) WHERE hash = ?').run(paper)
  db.close()
}
