import { expect } from 'chai'
import { Fen } from '../../ledger/fen.ts'
import type { Kind, State } from '../../ledger/words.ts'
import { ProofError } from '../../proof/check/error.ts'
import type { LastPlace, Part } from '../../proof/check/facts.ts'
import { errorSentence, placeSentence } from '../../proof/check/sentences.ts'

function outflow(kind: Kind, state: State = 'Accepted'): Part {
  return {
    place: 'outflow',
    from: Fen(0n),
    to: Fen(1_250n),
    piece: 1,
    offset: Fen(0n),
    backFrom: Fen(1_250n),
    back: [],
    outflow: {
      fund: 1,
      number: 7,
      kind,
      state,
      amount: Fen(1_250n),
      paid: Fen(1_250n),
      returned: Fen(0n),
      proposer: 4,
      approver: 5,
      cashier: 6,
      paper: `0x${'11'.repeat(32)}`,
    },
  }
}

const place = (part: Part, untraced = false): LastPlace => ({ from: Fen(0n), to: Fen(1_250n), untraced, part })
const lying: Part = { place: 'fund', fund: 2, from: Fen(0n), to: Fen(1_250n) }

describe('A sentence about money', () => {
  for (const [what, { zh, en }] of Object.entries({
    'went into a payment': placeSentence(place(outflow('Payment'))),
    'was given back': placeSentence(place(outflow('Refund'))),
    'was never there': placeSentence(place(outflow('Void'))),
    'is unspent': placeSentence(place(lying)),
    'came back and is lost from sight': placeSentence(place(outflow('Payment'), true)),
  }))
    it(`that ${what} names the sum in both languages`, () => {
      expect(zh).to.match(/^¥12\.50 .*基金 [12].*。$/)
      expect(en).to.match(/^¥12\.50 .*fund [12].*\.$/)
    })

  it("says in a resident's words what became of it", () => {
    expect(placeSentence(place(outflow('Payment'))).zh).to.equal('¥12.50 用于基金 1 第 7 笔拨付（已付款并验收）。')
    expect(placeSentence(place(outflow('Refund'))).zh).to.equal('¥12.50 退还捐赠人：基金 1 第 7 笔退款（已退还并验收）。')
    expect(placeSentence(place(outflow('Transfer'))).en).to.equal('¥12.50 moved to another fund: transfer 7 of fund 1 (transferred and accepted).')
    expect(placeSentence(place(lying)).zh).to.equal('¥12.50 尚未使用，在基金 2。')
  })

  it('says of a void that it is void, and never that it was paid', () => {
    const { zh, en } = placeSentence(place(outflow('Void', 'Executed')))

    expect(zh).to.equal('¥12.50 已冲销，不再算作收入：基金 1 第 7 笔冲销。')
    expect(en).to.equal('¥12.50 was voided and no longer counts as received: void 7 of fund 1.')
  })

  it('says that a payment in instalments is not finished', () => {
    expect(placeSentence(place(outflow('Payment', 'Approved'))).zh).to.equal('¥12.50 用于基金 1 第 7 笔拨付（分期付款中）。')
  })
})

describe('A sentence about a bad proof', () => {
  it('says what is wrong and what to do', () => {
    const { zh, en } = errorSentence(new ProofError('PIECES_GAP', 'no piece holds fen 7 of fund 1'))

    expect(zh).to.equal('有一部分钱的去向没有出示。网站显示的内容不能相信，请告诉审计人。')
    expect(en).to.equal(
      'Where some of the money went is not shown. Do not believe what the site shows; tell the auditor.',
    )
  })
})
