import { expect } from 'chai'
import type { Reader } from '../../indexer/read.ts'
import { hash, MORNING, type Said } from './chain.ts'
import { readBook } from './readBook.ts'

const [KEY, OTHER_KEY] = [`0x${'1a'.repeat(20)}`, `0x${'1b'.repeat(20)}`] as const

const BOOK: Said[] = [
  ['OpinionGiven', 1, 1, 0, 18_262, 1, hash('bundle 1'), hash('opinion 1'), 9], // block 1
  ['OpinionGiven', 2, 1, 18_263, 18_290, 2, hash('bundle 2'), hash('opinion 2'), 9],
  ['FindingRaised', 1, 1, 6, 18_300, hash('finding'), 9], // block 3
  ['FindingRaised', 2, 1, 4, 18_301, hash('finding 2'), 9],
  ['FindingRaised', 3, 1, 4, 18_301, hash('finding 3'), 9],
  ['FindingAnswered', 1, hash('answer'), 6],
  ['FindingAnswered', 2, hash('answer'), 4],
  ['FindingVerified', 2, false, hash('not so'), 9],
  ['FindingVerified', 1, true, hash('done'), 9], // block 9
  ['ComplaintFiled', 1, 1, 7, 1, hash('complaint'), KEY],
  ['ComplaintFiled', 2, 0, 0, 1, hash('complaint 2'), OTHER_KEY],
  ['ComplaintFiled', 3, 1, 7, 1, hash('complaint 3'), KEY],
  ['ComplaintAnswered', 1, hash('answer'), 10],
  ['ComplaintClosed', 1, hash('closing'), 10], // block 14
  ['ComplaintAnswered', 3, hash('answer'), 10],
  ['ComplaintReopened', 3, hash('still'), KEY, 0],
  ['PapersErased', 1, 2, [hash('a gift'), hash('a payee')]], // block 17
  ['PapersErased', 2, 2, [hash('a gift')]],
]

describe('The reader of a mirror with opinions, findings and complaints', () => {
  let reader: Reader

  before(async () => {
    reader = await readBook(...BOOK)
  })

  after(() => reader.close())

  it('tells the opinions, the newest first', () => {
    expect(reader.opinions({ limit: 1 })).to.deep.equal([{
      number: 2, community: 1, from: 18_263, through: 18_290, opinion: 'Qualified', bundle: hash('bundle 2'), paper: hash('opinion 2'),
      person: 9, at: MORNING + 2,
    }])
    expect(reader.opinions({ after: 0, limit: 9 }).map(({ number }) => number)).to.deep.equal([1, 2])
  })

  it('knows how far each finding has come', () => {
    expect(reader.findings({ limit: 9 }).map(({ number, state }) => [number, state]))
      .to.deep.equal([[3, 'Open'], [2, 'Open'], [1, 'Verified']])
    expect(reader.findings({ after: 1, limit: 1 }).map(({ number }) => number)).to.deep.equal([2])
  })

  it('tells what happened to a finding', () => {
    const finding = reader.finding(2)

    expect(finding).to.include({ number: 2, community: 1, owner: 4, dueOn: 18_301, state: 'Open' })
    expect(finding?.steps.map(({ step, person, at }) => [step, person, at - MORNING]))
      .to.deep.equal([['Raised', 9, 4], ['Answered', 4, 7], ['SentBack', 9, 8]])
    expect(finding?.steps[2]).to.deep.equal({
      step: 'SentBack', person: 9, paper: hash('not so'), block: 8, transaction: hash('chain, transaction 0 of 8'), at: MORNING + 8,
    })
    expect(reader.finding(4)).to.equal(undefined)
  })

  it('knows how far each complaint has come, and what it is about', () => {
    expect(reader.complaints({ limit: 9 }).map(({ number, fund, outflow, key, state }) => [number, fund, outflow, key, state])).to.deep.equal([
      [3, 1, 7, KEY, 'Filed'], [2, 0, 0, OTHER_KEY, 'Filed'], [1, 1, 7, KEY, 'Closed'],
    ])
    expect(reader.complaints({ before: 3, limit: 1 }).map(({ number }) => number)).to.deep.equal([2])
    expect(reader.complaintsOf(1, 7).map(({ number }) => number)).to.deep.equal([1, 3])
    expect(reader.complaintsOf(1, 0)).to.deep.equal([])
  })

  it('tells what happened to a complaint', () => {
    const turns = (number: number) => reader.complaint(number)?.steps.map(({ step, person }) => [step, person])

    expect(turns(1)).to.deep.equal([['Filed', 0], ['Answered', 10], ['Closed', 10]])
    expect(turns(3)).to.deep.equal([['Filed', 0], ['Answered', 10], ['Reopened', 0]])
    expect(turns(4)).to.equal(undefined)
  })

  it('knows which complaints wait for an answer, and since when', () => {
    expect(reader.waitingComplaints()).to.deep.equal([
      { number: 2, fund: 0, outflow: 0, since: MORNING + 11 }, { number: 3, fund: 1, outflow: 7, since: MORNING + 16 },
    ])
  })

  it('finds a complaint by the paper that it was filed or reopened with', () => {
    expect(reader.complaintOfPaper(hash('complaint 2'))).to.equal(2)
    expect(reader.complaintOfPaper(hash('still'))).to.equal(3)
    expect(reader.complaintOfPaper(hash('closing'))).to.equal(undefined)
  })

  it('knows what the law took out of a paper, at any block', () => {
    const said = (paper: string) => [16, 17, 18].map((block) => reader.erasureOf(hash(paper), block))

    expect(said('a gift')).to.deep.equal(['None', 'Restricted', 'Destroyed'])
    expect(said('a payee')).to.deep.equal(['None', 'Restricted', 'Restricted'])
    expect(said('a fund')).to.deep.equal(['None', 'None', 'None'])
  })

  it('lists what the law took out, the newest first', () => {
    const [newest, ...rest] = reader.erasures(9)

    expect(newest).to.deep.equal({
      paper: hash('a gift'), erasure: 'Destroyed', person: 2, block: 18, transaction: hash('chain, transaction 0 of 18'), at: MORNING + 18,
    })
    expect(rest.map(({ paper, erasure }) => [paper, erasure])).to.have.deep.members([[hash('a gift'), 'Restricted'], [hash('a payee'), 'Restricted']])
    expect([reader.erasures(1).length, reader.erasedCount('Restricted'), reader.erasedCount('Destroyed')]).to.deep.equal([1, 2, 1])
  })
})
