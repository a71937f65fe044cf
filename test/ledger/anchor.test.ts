import { expect } from 'chai'
import { InputRefused } from '../../ledger/failures.ts'
import { formatAnchor, leastQuorum, readAnchor } from '../../ledger/anchor.ts'

const file = {
  format: 'mingzhang/anchor/1',
  chainId: '31337',
  genesis: `0x${'ab'.repeat(32)}`,
  contracts: {
    charter: `0x${'01'.repeat(20)}`, people: `0x${'02'.repeat(20)}`, ledger: `0x${'0C'.repeat(20)}`, bank: `0x${'04'.repeat(20)}`,
    audit: `0x${'05'.repeat(20)}`,
  },
  sealing: 'witness',
  sealers: [
    { address: `0x${'0a'.repeat(20)}`, name: '审计人' },
    { address: `0x${'0b'.repeat(20)}`, name: '居民监督员' },
  ],
  quorum: 2,
}

describe('An anchor', () => {
  it('is read from its file, with addresses in lower case', () => {
    const anchor = readAnchor(JSON.stringify(file))

    expect(anchor.chainId).to.equal(31337n)
    expect(anchor.contracts.ledger).to.equal(`0x${'0c'.repeat(20)}`)
    expect(anchor.sealers[1]).to.deep.equal({ address: `0x${'0b'.repeat(20)}`, name: '居民监督员' })
    expect(readAnchor(file)).to.deep.equal(anchor)
  })

  it('is written and read again as the same', () => {
    const anchor = readAnchor(file)

    expect(readAnchor(formatAnchor(anchor))).to.deep.equal(anchor)
    expect(formatAnchor(anchor)).to.match(/^\{\n {2}"format": "mingzhang\/anchor\/1",\n {2}"chainId": "31337",/)
  })

  for (const [what, change] of Object.entries<Record<string, unknown>>({
    'another format': { format: 'mingzhang/anchor/2' },
    'a chain id that is a number': { chainId: 31337 },
    'chain 0': { chainId: '0' },
    'a short genesis': { genesis: '0xab' },
    'a contract that is no address': { contracts: { ...file.contracts, ledger: '0x00' } },
    'a contract too many': { contracts: { ...file.contracts, storeroom: `0x${'06'.repeat(20)}` } },
    'a contract too few': { contracts: { ...file.contracts, audit: undefined } },
    'no contracts': { contracts: undefined },
    'another way of sealing': { sealing: 'trust me' },
    'no sealers': { sealers: [] },
    'sealers that are no list': { sealers: {} },
    'a sealer whose name is empty': { sealers: [{ address: `0x${'0a'.repeat(20)}`, name: ' ' }], quorum: 1 },
    'a name with a line in it': { sealers: [{ address: `0x${'0a'.repeat(20)}`, name: '审计人\n居民监督员' }], quorum: 1 },
    'a name with a delete in it': { sealers: [{ address: `0x${'0a'.repeat(20)}`, name: '审计\u007f人' }], quorum: 1 },
    'a name that turns the writing round': { sealers: [{ address: `0x${'0a'.repeat(20)}`, name: '\u202e人计审' }], quorum: 1 },
    'a name with a mark of direction': { sealers: [{ address: `0x${'0a'.repeat(20)}`, name: '审计人\u200f' }], quorum: 1 },
    'a name in an isolate': { sealers: [{ address: `0x${'0a'.repeat(20)}`, name: '\u2066审计人\u2069' }], quorum: 1 },
    'a sealer without a name': { sealers: [{ address: `0x${'0a'.repeat(20)}` }] },
    'the same sealer twice': { sealers: [file.sealers[0], file.sealers[0]] },
    'a quorum of half': { quorum: 1 },
    'a quorum above all': { quorum: 3 },
    'a quorum in words': { quorum: 'two' },
    'a field that nobody knows': { trust: true },
  }))
    it(`with ${what} is refused`, () => {
      expect(() => readAnchor({ ...file, ...change })).to.throw(RangeError)
    })

  it('that is no JSON, or no object, is refused', () => {
    for (const text of ['', '{', '[]', 'null', '"x"', '7']) expect(() => readAnchor(text), text).to.throw(RangeError)
  })

  it('is read with the byte order mark that some editors put in front', () => {
    expect(readAnchor(`\ufeff${JSON.stringify(file)}`)).to.deep.equal(readAnchor(file))
  })

  for (const [change, zh, en] of [
    [{ quorum: 9 }, '2 位见证人的签封数须为 2 至 2，不能是 9', 'the quorum of 2 sealers is 2 to 2, not 9'],
    [{ contracts: { ...file.contracts, ledger: '0x00' } }, 'contracts.ledger 应为 0x 和 40 位十六进制数', 'contracts.ledger is not 0x and 40 digits'],
    [{ genesis: 7 }, 'genesis 不是一段短文字', 'genesis is no short text'],
    [{ contracts: undefined }, '缺少 contracts ', 'contracts is missing'],
    [{ trust: true }, '信任锚里有不认识的字段 "trust"', 'the anchor has an unknown field "trust"'],
  ] as const)
    it(`says in both languages that ${en}`, () => {
      expect(() => readAnchor({ ...file, ...change })).to.throw(InputRefused).with.deep.property('words', { zh, en })
    })

  it('has a quorum of more than half of witnesses, of two thirds of validators', () => {
    expect([1, 2, 3, 4, 5].map((count) => leastQuorum('witness', count))).to.deep.equal([1, 2, 2, 3, 3])
    expect([1, 3, 4, 5, 7].map((count) => leastQuorum('qbft', count))).to.deep.equal([1, 2, 3, 4, 5])
  })
})
