import { expect } from 'chai'
import { parseDay } from '../../ledger/day.ts'
import { answerDue, completionOf, isComplaintOverdue, isFindingOverdue } from '../../ledger/deadlines.ts'

const NOON = Date.parse('2026-11-20T12:00:00+08:00') / 1000

describe('Deadlines', () => {
  it('give a complaint 24 hours, while it waits', () => {
    expect(isComplaintOverdue('Filed', NOON - 86_400, NOON)).to.equal(false)
    expect(isComplaintOverdue('Filed', NOON - 86_401, NOON)).to.equal(true)
    expect(isComplaintOverdue('Answered', 0, NOON)).to.equal(false)
    expect(answerDue(NOON)).to.equal(NOON + 86_400)
  })

  it('give a finding to the end of its day in China', () => {
    const dueOn = parseDay('2026-11-20')

    expect(isFindingOverdue({ state: 'Open', dueOn }, NOON + 43_199)).to.equal(false)
    expect(isFindingOverdue({ state: 'Open', dueOn }, NOON + 43_200)).to.equal(true)
    expect(isFindingOverdue({ state: 'Answered', dueOn }, NOON + 86_400)).to.equal(false)
  })

  it('count what is verified, and say nothing of nothing', () => {
    expect(completionOf(['Verified', 'Open', 'Answered'])).to.equal('33.3%')
    expect(completionOf(['Verified'])).to.equal('100.0%')
    expect(completionOf([])).to.equal(undefined)
  })
})
