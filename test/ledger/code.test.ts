import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { formatCode, newCode, newLinkKey, readCode, readLinkKey, splitLink } from '../../ledger/code.ts'

const SYMBOLS = [...'0123456789ACDEFGHJKMNPQRTVWXY']
const ascending = (length: number) => Uint8Array.from({ length }, (_, place) => place)
const isRead = (text: string, read: (text: string) => string) => {
  try {
    return read(text) !== undefined
  } catch {
    return false
  }
}

describe("a donor's code", () => {
  it('is 15 drawn symbols and a check', () => {
    expect(formatCode(newCode(ascending))).to.equal('0123-4567-89AC-DEFJ')
  })

  it('is read in small letters, with blanks and dashes, in full width and with look-alikes', () => {
    const code = readCode('0123-4567-89AC-DEFJ')

    expect(readCode(' 0123 4567 89ac defj ')).to.equal(code)
    expect(readCode('OIZ3-4S67-B9AC-DEFJ')).to.equal(code)
    expect(readCode('０１２３－４５６７－８９ＡＣ－ＤＥＦＪ')).to.equal(code)
  })

  it('is never read with one symbol wrong', () => {
    const code = newCode(randomBytes)
    let tried = 0
    for (let place = 0; place < code.length; place++)
      for (const symbol of SYMBOLS) {
        if (symbol === code[place]) continue
        expect(isRead(code.slice(0, place) + symbol + code.slice(place + 1), readCode)).to.equal(false)
        tried++
      }
    expect(tried).to.equal(16 * 28)
  })

  for (const [what, draw, read] of [['code', newCode, readCode], ['link key', newLinkKey, readLinkKey]] as const)
    it(`is never read with any two symbols of the ${what} exchanged`, () => {
      for (let round = 0; round < 20; round++) {
        const code = draw(randomBytes)
        for (let left = 0; left < code.length; left++)
          for (let right = left + 1; right < code.length; right++) {
            if (code[left] === code[right]) continue
            const exchanged = [...code]
            ;[exchanged[left], exchanged[right]] = [exchanged[right]!, exchanged[left]!]
            expect(isRead(exchanged.join(''), read)).to.equal(false)
          }
      }
    })

  it('is drawn evenly: no symbol comes much more often than another', () => {
    const counts = new Map<string, number>()
    for (let round = 0; round < 2_000; round++)
      for (const symbol of newCode(randomBytes).slice(0, 15)) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)

    // 30,000 symbols: 1,034 of each are expected, and 6 deviations are 190.
    expect(counts.size).to.equal(29)
    for (const [symbol, count] of counts) expect(count, symbol).to.be.within(844, 1_224)
  })

  it('draws again when the random bytes would favour some symbols', () => {
    const bytes = [255, 232, 240, ...Array<number>(40).fill(7)]
    const random = (length: number) => Uint8Array.from(bytes.splice(0, length))

    expect(newCode(random).slice(0, 15)).to.equal('7'.repeat(15))
  })

  for (const [what, text, sentence] of [
    ['nothing', '', '查询码应有 16 个字符，这里有 0 个'],
    ['a symbol too few', '0123-4567-89AC-DEF', 'a code has 16 symbols, not 15'],
    ['a strange symbol', '0123-4567-89AC-DE中X', '查询码里不会有“中”'],
    ['a sign', "0123-4567-89AC-DE'X", "查询码里不会有“'”"],
    ['a wrong symbol', '0123-4567-89AC-DEFK', '查询码有一处写错了，请对照收据再看一遍'],
    ['a book', '0'.repeat(10_000_000), '查询码应有 16 个字符'],
  ] as const)
    it(`is refused with ${what}, and the sentence says why`, () => {
      expect(() => readCode(text)).to.throw(RangeError, sentence)
    })
})

describe('what people paste', () => {
  const CODE = '0123-4567-89AC-DEFG'
  for (const [text, code, key] of [
    [CODE, CODE, ''],
    [`https://book.example.org/t/${CODE}#KEY`, CODE, 'KEY'],
    [` https://book.example.org/t/${CODE}?lang=en#KEY\n`, CODE, 'KEY'],
    [`book.example.org/t/${CODE}/`, CODE, ''],
    [`https://book.example.org/t/${CODE}%23KEY`, CODE, 'KEY'],
    [`${CODE}＃KEY`, CODE, 'KEY'],
  ] as const)
    it(`is split into code and key: ${text.trim()}`, () => expect(splitLink(text)).to.deep.equal({ code, key }))
})

describe('a link key', () => {
  it('has 27 random symbols, which are more than 128 bits, and a check', () => {
    const key = newLinkKey(randomBytes)

    expect(key).to.have.length(28)
    expect(readLinkKey(formatCode(key).toLowerCase())).to.equal(key)
    expect(Math.log2(29) * 27).to.be.greaterThan(128)
  })
})
