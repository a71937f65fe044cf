import { expect } from 'chai'
import { shownLines, shownText } from '../../ledger/shown.ts'

describe('Somebody else’s text, as it is shown beside amounts', () => {
  it('has nothing that turns the direction of reading, nor what nobody sees', () => {
    expect(shownText('多付 \u202e001\u202c 元')).to.equal('多付  001  元')
    expect(shownText('\u200b甲\u3164乙\ufeff')).to.equal('甲 乙')
    expect(shownText('👨‍👩‍👧')).to.equal('👨‍👩‍👧')
  })

  it('keeps its lines where it has several, and loses the rest of what is not seen', () => {
    expect(shownLines('一、\u202e缺发票\r\n二、缺回单\n\n\u2066三\u2029四 ')).to.equal('一、 缺发票\n二、缺回单\n\n三\n四')
    expect(shownLines('')).to.equal('')
  })
})
