import { expect } from 'chai'
import { openVault, type Vault } from '../../vault/vault.ts'
import { bytesIn, giftFrom, openPlace } from './place.ts'

const SCAN = new TextEncoder().encode('abc')

describe('the vault keeps documents', () => {
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

  it('under the SHA-256 of their bytes, once for all papers, and sealed', () => {
    const [first, second] = vault.putGifts([giftFrom(vault, '张三丰'), giftFrom(vault, '李四光')])
    const bytes = new TextEncoder().encode('发票 北京某某公司 '.repeat(9_000))

    const sha256 = vault.putDocument({ paper: first!.paper, mediaType: 'application/pdf', bytes })
    vault.putDocument({ paper: second!.paper, mediaType: 'application/pdf', bytes })

    const kept = vault.documentOf(sha256)!
    expect(kept.mediaType).to.equal('application/pdf')
    expect(kept.bytes.equals(bytes)).to.equal(true)
    expect(vault.documentsOf(second!.paper)).to.deep.equal([sha256])
    expect(bytesIn(place.folder).includes('北京某某公司')).to.equal(false)
    expect(bytesIn(place.folder).length).to.be.lessThan(2 * bytes.length + 400_000)
  })

  it('whose name is what sha256sum says', () => {
    const { hash } = vault.putPaper(giftFrom(vault, '张三丰'))

    expect(vault.putDocument({ paper: hash, mediaType: 'text/plain', bytes: SCAN }))
      .to.equal('0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('but none that is empty, too large, of no media type, or of no paper', () => {
    const { hash: paper } = vault.putPaper(giftFrom(vault, '张三丰'))
    const mediaType = 'image/png'

    expect(() => vault.putDocument({ paper, mediaType, bytes: new Uint8Array() })).to.throw(RangeError, 'not 0')
    expect(() => vault.putDocument({ paper, mediaType, bytes: new Uint8Array(16_777_217) }))
      .to.throw(RangeError, 'not 16777217')
    expect(() => vault.putDocument({ paper, mediaType: 'png', bytes: SCAN }))
      .to.throw(RangeError, 'not a media type: png')
    expect(() => vault.putDocument({ paper: `0x${'00'.repeat(32)}`, mediaType, bytes: SCAN }))
      .to.throw(RangeError, 'has no paper')
  })

  it('and does not know one it never got', () => {
    expect(vault.documentOf(`0x${'00'.repeat(32)}`)).to.equal(undefined)
  })
})
