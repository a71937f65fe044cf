import { expect } from 'chai'
import { id } from 'ethers'
import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import {
  checkField, commitmentOf, formatPaper, hashOfPaper, readOpened, readPaper, sealPaper, type Paper,
} from '../../ledger/papers.ts'

const SALT = '0x000102030405060708090a0b0c0d0e0f'
const PAPER: Paper = {
  format: 'mingzhang/paper/1',
  hash: 'keccak256',
  kind: 'donation',
  public: { receivedOn: '2020-01-29' },
  private: { donor: '0x67e02abe57ed41fd8eb1c78d8e1ee3ed1b1acfee49c84de2a9e1a2a5b6f6ae67' },
}

describe('a paper', () => {
  it('has one canonical text, in the order of RFC 8785 and without blanks', () => {
    const shuffled = readPaper(JSON.parse(`{ "kind": "donation", "private": ${JSON.stringify(PAPER.private)},
      "public": { "receivedOn": "2020-01-29" }, "hash": "keccak256", "format": "mingzhang/paper/1" }`))

    expect(formatPaper(shuffled)).to.equal(
      '{"format":"mingzhang/paper/1","hash":"keccak256","kind":"donation","private":{"donor":"' +
        '0x67e02abe57ed41fd8eb1c78d8e1ee3ed1b1acfee49c84de2a9e1a2a5b6f6ae67"},"public":{"receivedOn":"2020-01-29"}}',
    )
    expect(hashOfPaper(shuffled)).to.equal(hashOfPaper(PAPER))
  })

  it('has the keccak256 of that text as its hash', () => {
    expect(hashOfPaper(PAPER)).to.equal(id(formatPaper(PAPER)))
    expect(hashOfPaper(PAPER)).to.equal('0xd95b8c75476475d33dac4bbf767ed7a41bec3f47e99c9e28175ea369338806c1')
  })

  it('commits to a private field by name, value and salt, kept apart', () => {
    expect(commitmentOf('donor', '刘**', SALT))
      .to.equal('0x8f50a3e65dd1c9718604a52c7ae57da601754a581b835e788ad21c28615de2c1')
    expect(commitmentOf('donor', 'ab', SALT)).not.to.equal(commitmentOf('donora', 'b', SALT))
  })

  it('shows nothing of its private fields, and two papers of one donor have nothing in common', () => {
    const draft = { kind: 'donation', public: { receivedOn: '2020-01-29' }, private: { donor: '张三丰', remark: '' } }

    const [first, second] = [sealPaper(draft, randomBytes), sealPaper(draft, randomBytes)]

    expect(formatPaper(first.paper)).not.to.include('张三丰')
    expect(first.paper.private['donor']).not.to.equal(second.paper.private['donor'])
    expect(hashOfPaper(first.paper)).not.to.equal(hashOfPaper(second.paper))
  })

  it('recognises its own fields opened, and no other value, salt or name', () => {
    const { paper, opened } = sealPaper({ kind: 'donation', public: {}, private: { donor: '张三丰', remark: '' } }, randomBytes)
    const donor = opened['donor']!

    expect(checkField(paper, 'donor', donor)).to.equal(true)
    expect(checkField(paper, 'donor', { ...donor, value: '张三' })).to.equal(false)
    expect(checkField(paper, 'donor', { ...donor, salt: SALT })).to.equal(false)
    expect(checkField(paper, 'remark', donor)).to.equal(false)
    expect(checkField(paper, 'constructor', donor)).to.equal(false)
  })

  it('keeps any well-formed text, whatever it holds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 })
    fc.assert(fc.property(text, text, (donor, subject) => {
      const { paper, opened } = sealPaper({ kind: 'donation', public: { subject }, private: { donor } }, randomBytes)

      expect(opened['donor']?.value).to.equal(donor)
      expect(checkField(paper, 'donor', opened['donor']!)).to.equal(true)
      expect(hashOfPaper(readPaper(JSON.parse(formatPaper(paper))))).to.equal(hashOfPaper(paper))
    }))
  })

  for (const [what, input, sentence] of [
    ['no object', [], 'a paper must be a JSON object'],
    ['null', null, 'a paper must be a JSON object'],
    ['another format', { ...PAPER, format: 'mingzhang/paper/2' }, 'not a paper of format mingzhang/paper/1: "mingzhang/paper/2"'],
    ['another hash', { ...PAPER, hash: 'md5' }, `a paper's hash is keccak256, not "md5"`],
    ['an unknown field', { ...PAPER, donor: '张三丰' }, 'a paper has no field "donor"'],
    ['a number as a value', { ...PAPER, public: { amount: 1250 } }, 'public.amount must be text'],
    ['a nested value', { ...PAPER, public: { payee: { name: '' } } }, 'public.payee must be text'],
    ['a private field in plain words', { ...PAPER, private: { donor: '张三丰' } }, 'not hexadecimal bytes: "张三丰"'],
    ['a short commitment', { ...PAPER, private: { donor: '0x00' } }, '32 bytes expected, 1 found: 0x00'],
    ['a Chinese field name', { ...PAPER, public: { 捐赠人: '' } }, `not a field's name: "捐赠人"`],
    ['a field named __proto__', { ...PAPER, public: JSON.parse('{"__proto__":"x"}') }, `not a field's name: "__proto__"`],
    ['half a character', { ...PAPER, public: { subject: '\ud83d' } }, 'subject is not well-formed text'],
    ['an endless value', { ...PAPER, public: { subject: 'x'.repeat(4_001) } }, 'subject is longer than 4000 characters'],
    ['a kind that is none', { ...PAPER, kind: 'Donation list' }, 'not a kind of paper: "Donation list"'],
    ['too many fields',
      { ...PAPER, public: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`f${n}`, ''])) },
      'a paper has at most 64 public fields, not 65'],
  ] as const)
    it(`is refused with ${what}`, () => {
      expect(() => readPaper(input)).to.throw(RangeError, sentence)
    })

  for (const [what, input, sentence] of [
    ['a salt of 8 bytes', { donor: { value: '刘**', salt: '0x0001020304050607' } }, '16 bytes expected, 8 found'],
    ['no salt', { donor: { value: '刘**' } }, 'opened.donor must have a value and a salt, and nothing else'],
    ['something beside', { donor: { value: '刘**', salt: SALT, name: '' } }, 'and nothing else'],
    ['text instead of fields', '刘**', 'opened must be a JSON object'],
  ] as const)
    it(`does not read opened fields with ${what}`, () => {
      expect(() => readOpened(input)).to.throw(RangeError, sentence)
    })
})
