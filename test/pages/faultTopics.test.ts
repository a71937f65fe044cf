import { expect } from 'chai'
import { codeOf, SENTENCES } from '../../ledger/refusals.ts'
import type { isAbout as IsAbout, TOPICS as Topics } from '../../api/pages/browser/desk/faultTopics.ts'

describe('What a refusal is about', () => {
  let TOPICS: typeof Topics
  let isAbout: typeof IsAbout
  before(async () => {
    // The desk's code asks the page for its language.
    Object.assign(globalThis, { document: { documentElement: { lang: 'zh' } } });
    ({ TOPICS, isAbout } = await import('../../api/pages/browser/desk/faultTopics.ts'))
  })
  after(() => Reflect.deleteProperty(globalThis, 'document'))

  it('is said of refusals that the contracts have', () => {
    const codes = Object.keys(SENTENCES).map(codeOf)

    expect(Object.keys(TOPICS).filter((code) => !codes.includes(code))).to.deep.equal([])
  })

  it('is found by the end of a field’s name', () => {
    const names = ['amount', 'voidAmount', 'key7', 'addressNumber', 'monkey']

    expect(names.filter((name) => isAbout(name, 'amount'))).to.deep.equal(['amount', 'voidAmount'])
    expect(names.filter((name) => isAbout(name, 'key'))).to.deep.equal(['key7'])
  })
})
