import { expect } from 'chai'
import type { Reader } from '../../indexer/read.ts'
import { openReconciling } from '../../api/desk/reconciling.ts'

describe('What is open in an account', () => {
  it('is worked out anew after a failure, and once where somebody asked anew meanwhile', async () => {
    const book = { version: 'a', looks: 0, failures: 1 }
    const reader = {
      version: () => book.version,
      bankLines: () => {
        book.looks++
        return []
      },
      // Asked last, when others have come already.
      explainedLines: () => {
        if (book.failures-- > 0) throw new Error('torn')
        return []
      },
    } as unknown as Reader
    const ask = openReconciling(reader, { paperOf: () => undefined, fieldsOf: () => undefined, version: () => '' })

    const first = ask(1).catch((error: Error) => error.message)
    book.version = 'b'
    const second = ask(1)
    expect(await first).to.equal('torn')
    expect((await second).lines).to.deep.equal([])
    await ask(1)
    expect(book.looks).to.equal(2)

    Object.assign(book, { version: 'c', failures: 1 })
    await ask(1).catch(() => undefined)
    await ask(1)
    expect(book.looks).to.equal(4)
  })
})
