import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { newLinkKey } from '../../ledger/code.ts'
import { hashOfPaper, sealPaper } from '../../ledger/papers.ts'
import { lockFields, unlockFields } from '../../ledger/link.ts'

describe("a donor's private fields", () => {
  const { paper, opened } = sealPaper({ kind: 'donation', public: {}, private: { donor: '张三丰', remark: '' } }, randomBytes)
  const hash = hashOfPaper(paper)

  it('are opened by the key in the link', () => {
    const key = newLinkKey(randomBytes)

    expect(unlockFields(key, hash, lockFields(key, hash, opened, randomBytes))).to.deep.equal(opened)
  })

  it('are not opened by another key, for another paper, or with any byte changed', () => {
    const key = newLinkKey(randomBytes)
    const locked = lockFields(key, hash, opened, randomBytes)
    const refused = 'the key in this link does not open this entry'

    expect(() => unlockFields(newLinkKey(randomBytes), hash, locked)).to.throw(RangeError, refused)
    expect(() => unlockFields(key, `0x${'00'.repeat(32)}`, locked)).to.throw(RangeError, refused)
    expect(() => unlockFields(key, hash, new Uint8Array())).to.throw(RangeError, refused)
    for (let place = 0; place < locked.length; place++) {
      const changed = Uint8Array.from(locked)
      changed[place]! ^= 1
      expect(() => unlockFields(key, hash, changed), `byte ${place}`).to.throw(RangeError, refused)
    }
  })

  it('do not tell by their length whether the name has two or three characters', () => {
    const lengths = ['李四', '张三丰'].map((donor) => {
      const sealed = sealPaper({ kind: 'donation', public: {}, private: { donor, remark: '' } }, randomBytes)
      return lockFields(newLinkKey(randomBytes), hashOfPaper(sealed.paper), sealed.opened, randomBytes).length
    })

    expect(lengths[0]).to.equal(lengths[1])
  })
})
