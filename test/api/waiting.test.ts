import { expect } from 'chai'
import { openWaiting } from '../../api/desk/waiting.ts'
import type { Hex } from '../../ledger/hex.ts'

describe('openWaiting', () => {
  const [A, B]: Hex[] = ['11', '22'].map((byte): Hex => `0x${byte.repeat(32)}`)
  const open = (staged: ReadonlySet<Hex | undefined>) =>
    openWaiting({ standingOf: (sha256) => ({ staged: staged.has(sha256), papers: [] }) }, { files: 3, bytes: 100 })

  it('counts the bytes of each person', () => {
    const waiting = open(new Set([A, B]))
    waiting.add(4, A!, 60)
    waiting.checkRoom(4)
    waiting.add(4, B!, 60)

    expect(() => waiting.checkRoom(4)).to.throw(Error, '2 files of yours').with.property('code', 'DOCUMENTS_WAITING')
    expect(() => waiting.checkRoom(5)).to.not.throw()
  })

  it('counts a document once, and no more when it waits no longer', () => {
    const staged = new Set([A, B])
    const waiting = open(staged)
    waiting.add(4, A!, 60)
    waiting.add(4, A!, 60)
    waiting.checkRoom(4)
    waiting.add(4, B!, 60)
    staged.delete(A)

    expect(() => waiting.checkRoom(4)).to.not.throw()
  })
})
