import { expect } from 'chai'
import { explainCall } from '../../ledger/actWords.ts'
import { encodeAct } from '../../ledger/acts.ts'
import { parseDay } from '../../ledger/day.ts'
import { Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { readInflowCall } from '../../ledger/inflowCall.ts'

describe('a call of recordInflows', () => {
  const hash = (byte: string): Hex => `0x${byte.repeat(32)}`
  const inflows = [{ ref: hash('11'), amount: Fen(1n), paper: hash('22') }, { ref: hash('33'), amount: Fen(12_345_678n), paper: hash('44') }]
  const data = encodeAct({ contract: 'ledger', name: 'recordInflows', args: [7, 100n, 3, parseDay('2020-01-29'), inflows] })

  it('reads back as it was written', () => {
    expect(readInflowCall(data)).to.deep.equal({ fund: 7, expected: 100n, source: 'Corporate', effectiveOn: parseDay('2020-01-29'), inflows })
  })

  it('is read of no other call', () => {
    expect(readInflowCall(encodeAct({ contract: 'ledger', name: 'approvePayment', args: [1, 1, 1n, hash('10'), hash('11')] }))).to.equal(undefined)
    expect(readInflowCall('0x')).to.equal(undefined)
  })

  it('is not read with a byte more, a byte less, or one inflow more than it counts', () => {
    expect(readInflowCall(`${data}00`)).to.equal(undefined)
    expect(readInflowCall(data.slice(0, -2) as Hex)).to.equal(undefined)
    expect(readInflowCall(`${data}${'00'.repeat(96)}`)).to.equal(undefined)
  })

  it('is not read with any of its head words beyond what the book has', () => {
    for (let word = 0; word < 6; word++) {
      const at = 10 + word * 64
      const strange = `${data.slice(0, at)}${'f'.repeat(64)}${data.slice(at + 64)}` as Hex
      expect(readInflowCall(strange), `word ${word}`).to.equal(undefined)
    }
  })

  it('is told in words, with its sum and the papers that its entries will name', () => {
    const { title, rows, papers } = explainCall('ledger', data, { fund: () => ({ zh: '某基金', en: 'A fund' }) })

    expect(title.zh).to.equal('登记收入')
    expect(rows.map(({ label, value }) => [label.zh, value.zh])).to.deep.equal([
      ['基金', '基金 7（某基金）'], ['来源', '社会资本'], ['记账日期', '2020-01-29'], ['笔数', '2 笔'], ['合计', '¥123,456.79'],
      ['最大一笔', '¥123,456.78'], ['最小一笔', '¥0.01'], ['此前累计登记（含退回和冲销）', '¥1.00'],
    ])
    expect(papers).to.deep.equal([hash('22'), hash('44')])
  })

  it('is not told at all with a byte more', () => {
    expect(() => explainCall('ledger', `${data}00`, { fund: () => undefined })).to.throw(RangeError)
  })
})
