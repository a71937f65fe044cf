import { scryptSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { AbiCoder, keccak256 } from 'ethers'
import { formatWords, readHead, readWords, wordsOf } from '../../ledger/headWords.ts'
import type { Hex } from '../../ledger/hex.ts'

const LIST: string[] = JSON.parse(readFileSync(new URL('../../ledger/headWords.json', import.meta.url), 'utf8'))
const GENESIS: Hex = `0x${'ab'.repeat(32)}`
const HASH: Hex = `0x${'cd'.repeat(32)}`

/** Sounds that many people do not tell apart. */
const heard = (pinyin: string) => pinyin.replace(/\b([zcs])h/g, '$1').replace(/([ie])ng\b/g, '$1n').replace(/\bl/g, 'n')

describe('The list of words', () => {
  it('has 2,048 lines of two characters and their pinyin', () => {
    expect(LIST).to.have.length(2048)
    for (const line of LIST) expect(line).to.match(/^\p{Script=Han}{2} [a-z]{1,6} [a-z]{1,6}$/u)
  })

  it('has no word twice', () => expect(new Set(LIST.map((line) => line.slice(0, 2))).size).to.equal(2048))

  it('has no two words that sound alike, tones aside, nor where zh is said as z, -ng as -n or l as n', () => {
    expect(new Set(LIST.map((line) => heard(line.slice(3)))).size).to.equal(2048)
  })

  it('is the one whose words people wrote down: it never changes', () => {
    expect(keccak256(Buffer.from(LIST.join('\n')))).to.equal('0xca3e082b9caed8f246800eb54d50efeacf5801491cef3e976d552158d80a360d')
  })
})

describe('The words of a block', () => {
  it('are known for known blocks', () => {
    expect(formatWords(wordsOf(31337n, GENESIS, 12n, HASH))).to.equal('改制 水流 提示 相识 织机 事态')
    expect(formatWords(wordsOf(20200129n, GENESIS, 0n, GENESIS))).to.equal('订单 账目 验证 分解 定价 福气')
  })

  it('are the first 66 bits of scrypt, as another library has it, eleven bits each', () => {
    const [salt, statement] = [[31337n, GENESIS], [12n, HASH]].map((pair) => Buffer.from(AbiCoder.defaultAbiCoder().encode(['uint256', 'bytes32'], pair).slice(2), 'hex'))
    const hash = scryptSync(statement ?? '', salt ?? '', 32, { N: 16_384, r: 8, p: 1 })
    const bits = BigInt(`0x${hash.toString('hex')}`).toString(2).padStart(256, '0')
    const expected = [0, 11, 22, 33, 44, 55].map((at) => LIST[Number.parseInt(bits.slice(at, at + 11), 2)]?.slice(0, 2))

    expect(wordsOf(31337n, GENESIS, 12n, HASH)).to.deep.equal(expected)
  })

  for (const [what, words] of Object.entries({
    chain: () => wordsOf(31338n, GENESIS, 12n, HASH),
    genesis: () => wordsOf(31337n, HASH, 12n, HASH),
    number: () => wordsOf(31337n, GENESIS, 13n, HASH),
    hash: () => wordsOf(31337n, GENESIS, 12n, GENESIS),
  }))
    it(`are others for another ${what}`, () => {
      expect(words()).not.to.deep.equal(wordsOf(31337n, GENESIS, 12n, HASH))
    })
})

describe('Words that somebody typed', () => {
  const words = wordsOf(31337n, GENESIS, 12n, HASH)

  for (const mark of [' ', '', '-', '、', '，', '·', '\n', '　'])
    it(`are read with ${JSON.stringify(mark)} between them`, () => {
      expect(readWords(words.join(mark))).to.deep.equal(words)
    })

  it('are refused where one is none of the list, which is named', () => {
    expect(() => readWords(words.with(2, '乒乓').join(' '))).to.throw(RangeError, '“乒乓”不是校验词 / not one of the words: 乒乓')
  })

  for (const count of [0, 5, 7])
    it(`are refused when there are ${count}`, () => {
      const text = [...words, ...words].slice(0, count).join(' ')

      expect(() => readWords(text)).to.throw(RangeError, `6 words expected, not ${count}`)
    })
})

describe('What somebody learnt of a block', () => {
  const words = wordsOf(31337n, GENESIS, 12n, HASH)

  for (const text of [HASH, HASH.slice(2), `0X${HASH.slice(2).toUpperCase()}`, ` ${HASH}\n`])
    it(`is its hash, also when it is typed ${JSON.stringify(text.slice(0, 6))}…`, () => {
      expect(readHead(text)).to.equal(HASH)
    })

  it('is its words, which are written as everywhere', () => {
    expect(readHead(words.join('-'))).to.equal(formatWords(words))
  })

  for (const [text, zh] of [
    ['0xab', '区块的哈希应有 64 位，而不是 2 位'], [`${HASH}ab`, '区块的哈希应有 64 位，而不是 66 位'], ['', '校验词应有 6 个，而不是 0 个'],
    ['乒乓', '“乒乓”不是校验词'],
  ] as const)
    it(`is neither where somebody typed ${JSON.stringify(text.slice(0, 8))}`, () => {
      expect(() => readHead(text)).to.throw(RangeError).with.nested.property('words.zh', zh)
    })
})
