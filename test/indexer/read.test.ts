import { expect } from 'chai'
import { flowOf } from '../../api/flow.ts'
import type { Titles } from '../../api/titles.ts'
import type { Reader } from '../../indexer/read.ts'
import { Day } from '../../ledger/day.ts'
import { Fen } from '../../ledger/fen.ts'
import { fundOpened, hash, MORNING, paid, type Said } from './chain.ts'
import { readBook } from './readBook.ts'

const [KEY, OTHER_KEY] = [`0x${'1a'.repeat(20)}`, `0x${'1b'.repeat(20)}`] as const

/** A batch of one source and day. */
function batch(fund: number, number: number, first: number, start: number, source: number, day: number, amounts: number[]): Said {
  const items = amounts.map((amount, index) => [hash(`ref ${fund}/${first + index}`), amount, hash(`paper ${fund}/${first + index}`)])
  return ['InflowsRecorded', fund, number, first, start, source, day, 4, items]
}

const BOOK: Said[] = [
  fundOpened(1), // block 1
  fundOpened(2),
  batch(1, 1, 1, 0, 1, 18_288, [100, 200, 300]), // donations of 2020-01-27
  batch(1, 2, 4, 600, 2, 18_289, [50]), // a grant of 2020-01-28
  batch(1, 3, 5, 650, 1, 18_290, [10, 20]), // donations of 2020-01-29
  ...paid(1, 1, 1, 0, 250), // blocks 6 to 10
  ['PaymentProposed', 1, 2, 1, 0, 400, hash('ref of outflow 1/2'), hash('invoice 2'), 4],
  ['PaymentApproved', 1, 2, hash('approval'), 5],
  ['PaymentExecuted', 1, 2, 360, 40, true, hash('bank line 1/2'), 18_291, hash('receipt'), 6],
  ['PieceTaken', 1, 2, 2, 250, 610, 0],
  batch(1, 4, 7, 680, 6, 18_292, [60]), // sixty fen of payment 2 came back
  ['OriginRecorded', 1, 7, 1, 2, 300],
  ['InflowVoided', 1, 3, 6, 20, 1, hash('ref of void'), 18_293, hash('void'), 5],
  ['PieceTaken', 1, 3, 3, 660, 680, 0],
  ['PaymentProposed', 1, 4, 1, 0, 5, hash('ref of outflow 1/4'), hash('invoice 4'), 4],
]

describe('The reader of a mirror', () => {
  let reader: Reader

  before(async () => {
    reader = await readBook(...BOOK, ...PEOPLE)
  })

  after(() => reader.close())

  it('knows the head', () => {
    expect(reader.head()).to.include({ block: 27, time: MORNING + 27, events: 27, hash: hash('chain, block 27') })
  })

  it('knows how a fund stands', () => {
    expect(reader.fund(1)).to.deep.equal({
      number: 1, community: 1, restricted: false, open: true, purpose: hash('purpose'), reserve: 0n, threshold: 0n,
      openedAt: MORNING + 1, received: 740n, cursor: 610n, uncrossed: 20n, held: 0n, unspent: 110n, available: 110n,
      paid: 610n, refunded: 0n, transferred: 0n, voided: 20n, returned: 60n, returnedElsewhere: 0n, corrected: 80n,
      batches: 4, inflows: 7, outflows: 4, pieces: 3, periods: 0,
    })
    expect(reader.funds().map(({ number, received }) => [number, received])).to.deep.equal([[1, 740n], [2, 0n]])
    expect(reader.fund(3)).to.equal(undefined)
  })

  it('knows an inflow by its number, its ref and its paper', () => {
    const inflow = {
      fund: 1, number: 2, batch: 1, start: 100n, end: 300n, amount: 200n, ref: hash('ref 1/2'), paper: hash('paper 1/2'),
      source: 'Donation', effectiveOn: 18_288, recorder: 4, recordedAt: MORNING + 3,
    }

    expect(reader.inflow(1, 2)).to.deep.equal(inflow)
    expect(reader.inflowsOfRef(hash('ref 1/2'))).to.deep.equal([inflow])
    expect(reader.inflowsOfPaper(hash('paper 1/2'))).to.deep.equal([inflow])
    expect(reader.inflow(1, 7)?.origin).to.deep.equal({ fund: 1, outflow: 2, offset: 300n })
    expect([reader.inflow(1, 8), reader.inflow(2, 1)]).to.deep.equal([undefined, undefined])
    expect(reader.inflowsOfRef(hash('nothing'))).to.deep.equal([])
  })

  it('knows a batch with its leaves by any of its inflows', () => {
    expect(reader.batchOf(1, 6)).to.deep.equal({
      number: 3,
      firstNumber: 5,
      leaves: [
        { ref: hash('ref 1/5'), start: 650n, amount: 10n, paper: hash('paper 1/5') },
        { ref: hash('ref 1/6'), start: 660n, amount: 20n, paper: hash('paper 1/6') },
      ],
    })
    expect(reader.batchOf(1, 8)).to.equal(undefined)
  })

  describe('pages through inflows', () => {
    const numbers = (page: Parameters<Reader['inflows']>[1]) => reader.inflows(1, page).map(({ number }) => number)
    const pages: [string, Parameters<Reader['inflows']>[1], number[]][] = [
      ['from the newest down', { limit: 3 }, [7, 6, 5]],
      ['further down', { before: 5, limit: 3 }, [4, 3, 2]],
      ['to the first', { before: 2, limit: 3 }, [1]],
      ['up from the first', { after: 0, limit: 3 }, [1, 2, 3]],
      ['up to the last', { after: 5, limit: 3 }, [6, 7]],
      ['beyond the last', { after: 7, limit: 3 }, []],
      ['of one source', { limit: 10, source: 'Donation' }, [6, 5, 3, 2, 1]],
      ['of one source, within a batch', { after: 2, limit: 2, source: 'Donation' }, [3, 5]],
      ['of some days', { limit: 10, from: Day(18_289), to: Day(18_290) }, [6, 5, 4]],
      ['of no day', { limit: 10, from: Day(18_295) }, []],
      ['between two numbers', { after: 1, before: 4, limit: 10 }, [2, 3]],
    ]
    for (const [what, page, expected] of pages) it(what, () => expect(numbers(page)).to.deep.equal(expected))

    it('never more than a hundred', () => {
      expect(reader.inflows(1, { limit: 1_000 })).to.have.length(7)
    })
  })

  describe('pages through outflows', () => {
    const numbers = (page: Parameters<Reader['outflows']>[1]) => reader.outflows(1, page).map(({ number }) => number)
    const pages: [string, Parameters<Reader['outflows']>[1], number[]][] = [
      ['from the newest down', { limit: 3 }, [4, 3, 2]],
      ['further down', { before: 2, limit: 3 }, [1]],
      ['up', { after: 1, limit: 2 }, [2, 3]],
      ['by the day they were paid, or else proposed', { limit: 9, from: Day(18_291), to: Day(18_292) }, [2]],
      ['that used money of a source', { limit: 9, source: 'FiscalGrant' }, [2]],
      ['that used donations', { limit: 9, source: 'Donation' }, [3, 2, 1]],
    ]
    for (const [what, page, expected] of pages) it(what, () => expect(numbers(page)).to.deep.equal(expected))
  })

  it('knows an outflow as it stands', () => {
    expect(reader.outflow(1, 2)).to.deep.equal({
      fund: 1, number: 2, kind: 'Payment', state: 'Executed', amount: 400n, paid: 360n, returned: 60n, proposer: 4, approver: 5,
      cashier: 6, paper: hash('invoice 2'), ref: hash('ref of outflow 1/2'), subject: 0, effectiveOn: 18_291, recordedAt: MORNING + 11,
    })
    expect(reader.outflows(1, { after: 0, limit: 9 }).map(({ kind, state }) => `${kind} ${state}`))
      .to.deep.equal(['Payment Accepted', 'Payment Executed', 'Void Executed', 'Payment Proposed'])
    expect(reader.outflow(1, 5)).to.equal(undefined)
  })

  it('knows an outflow by any of its refs', () => {
    const numbers = ['ref of outflow 1/2', 'bank line 1/2', 'ref of void', 'ref 1/1'].map((name) => reader.outflowOfRef(hash(name)))

    expect(numbers).to.deep.equal([{ fund: 1, number: 2 }, { fund: 1, number: 2 }, { fund: 1, number: 3 }, undefined])
  })

  it('knows the outflows of a paper, of whichever of their steps it is', () => {
    const found = (name: string) => reader.outflowsOfPaper(hash(name)).map(({ fund, number }) => `${fund}/${number}`)

    expect(found('invoice')).to.deep.equal(['1/1'])
    expect(found('receipt')).to.deep.equal(['1/1', '1/2'])
    expect(found('photo')).to.deep.equal(['1/1'])
    expect(found('void')).to.deep.equal(['1/3'])
    expect(found('approval')).to.deep.equal([])
  })

  it('tells the steps of an outflow', () => {
    const steps = reader.steps(1, 1)

    expect(steps.map(({ step, person, at }) => [step, person, at - MORNING]))
      .to.deep.equal([['Proposed', 4, 6], ['Approved', 5, 7], ['Executed', 6, 8], ['Accepted', 7, 10]])
    expect(steps[2]).to.deep.equal({
      step: 'Executed', person: 6, paper: hash('receipt'), block: 8, transaction: hash('chain, transaction 0 of 8'), at: MORNING + 8,
      ref: hash('bank line 1/1'), amount: 250n, effectiveOn: 18_290,
    })
    expect(reader.steps(1, 3)).to.have.length(1).and.to.have.nested.property('[0].reason', 'Duplicate')
  })

  it('knows the pieces over an interval, up to a block if asked', () => {
    const piecesOver = (start: bigint, end: bigint, at?: bigint) => reader.piecesOver(1, Fen(start), Fen(end), at).map(({ piece }) => piece)

    expect(piecesOver(0n, 740n)).to.deep.equal([1, 2, 3])
    expect(piecesOver(249n, 250n)).to.deep.equal([1])
    expect(piecesOver(250n, 251n)).to.deep.equal([2])
    expect(piecesOver(610n, 660n)).to.deep.equal([])
    expect(piecesOver(0n, 740n, 13n)).to.deep.equal([1])
    expect(piecesOver(0n, 740n, 14n)).to.deep.equal([1, 2])
    expect(reader.piecesOf(1, 2)).to.deep.equal([{ piece: 2, outflow: 2, start: 250n, end: 610n, offset: 0n }])
  })

  it('knows what came back of an outflow, up to a block if asked', () => {
    expect(reader.returnsOf(1, 2, 15n)).to.deep.equal([])
    expect(reader.returnsOf(1, 2)).to.deep.equal([
      { fund: 1, inflow: 7, batch: 4, offset: 300n, start: 680n, end: 740n, effectiveOn: 18_292, source: 'Return' },
    ])
  })

  it('knows when an outflow took its fen, and why a void did', () => {
    expect(reader.takingOf(1, 1, Fen(249n))).to.deep.equal({ effectiveOn: 18_290 })
    expect(reader.takingOf(1, 1, Fen(250n))).to.equal(undefined)
    expect(reader.takingOf(1, 3, Fen(0n))).to.deep.equal({ effectiveOn: 18_293, reason: 'Duplicate' })
    expect(reader.takingOf(1, 4, Fen(0n))).to.equal(undefined)
  })

  it('tells whose fen an outflow used', () => {
    const short = ({ inflow, amount, offset, source }: ReturnType<Reader['sharesOf']>['shares'][number]) => [inflow, amount, offset, source]

    expect(reader.sharesOf(1, 2).shares.map(short))
      .to.deep.equal([[2, 50n, 0n, 'Donation'], [3, 300n, 50n, 'Donation'], [4, 10n, 350n, 'FiscalGrant']])
    expect(reader.sharesOf(1, 2).more).to.equal(0)
    expect(reader.sharesOf(1, 2, 1)).to.deep.include({ more: 2 })
    expect(reader.sharesOf(1, 4)).to.deep.equal({ shares: [], more: 0 })
  })

  it('traces an inflow through what came back', () => {
    const trace = reader.trace(1, 3)

    expect(trace?.parts).to.have.length(1)
    const [part] = trace?.parts ?? []
    expect(part).to.include({ place: 'outflow', from: 0n, to: 300n, piece: 2, offset: 50n, backFrom: 250n })
    expect(part?.place === 'outflow' && part.back).to.deep.equal([{
      fund: 1, inflow: 7, effectiveOn: 18_292, source: 'Return', from: 250n, to: 300n,
      parts: [{ place: 'fund', fund: 1, from: 250n, to: 300n }],
    }])
    expect(reader.trace(1, 6)).to.include({ cut: 20n, from: 0n, to: 20n })
    expect(reader.trace(1, 99)).to.equal(undefined)
    expect(() => reader.trace(1, 3, Fen(300n))).to.throw(RangeError, 'inflow 3 of fund 1 has no fen 300')
  })

  it('tells the latest entries, the newest first', () => {
    const latest = reader.latest(4)

    expect(latest.map(({ what, block }) => [what, block])).to.deep.equal([['Proposed', 19], ['Voided', 17], ['inflows', 15], ['Executed', 13]])
    expect(latest[2]).to.deep.equal({
      what: 'inflows', block: 15, transaction: hash('chain, transaction 0 of 15'), at: MORNING + 15, fund: 1, amount: 60n, batch: 4,
      firstNumber: 7, count: 1, source: 'Return', effectiveOn: 18_292,
    })
  })

  it('tells what came in and what went out', () => {
    expect(reader.inpours()).to.deep.equal([
      { fund: 1, source: 'Donation', amount: 610n, inflows: 5 },
      { fund: 1, source: 'FiscalGrant', amount: 50n, inflows: 1 },
    ])
    expect(reader.outpours().map(({ outflow, paid, returned }) => [outflow, paid, returned])).to.deep.equal([[2, 360n, 60n], [1, 250n, 0n]])
  })

  it('knows who is who', () => {
    expect(reader.persons()).to.deep.equal([
      { number: 1, enrolledBy: 0, at: MORNING + 20, paper: hash('paper') }, { number: 2, enrolledBy: 1, at: MORNING + 21, paper: hash('paper') },
    ])
    expect(reader.personOf(KEY)).to.equal(1)
    expect(reader.personOf(OTHER_KEY)).to.equal(undefined)
    expect(reader.keys()).to.deep.equal([
      { address: KEY, person: 1, addedAt: MORNING + 20 }, { address: OTHER_KEY, person: 2, addedAt: MORNING + 21, retiredAt: MORNING + 27 },
    ])
  })

  it('knows who may do what, and from when on', () => {
    expect(reader.holdings().map(({ role, person, since }) => [role, person, since])).to.deep.equal([[3n, 1, 1_000], [4n, 1, 2_000]])
  })
})

describe('The reader of a mirror in which a fund was closed and 30 of its 100 fen came back to another', () => {
  let reader: Reader

  before(async () => {
    const back: Said[] = [
      ['FundClosed', 1, hash('closing'), 3], batch(2, 1, 1, 0, 6, 18_292, [30]), ['OriginRecorded', 2, 1, 1, 1, 70],
    ]
    reader = await readBook(fundOpened(1), fundOpened(2), batch(1, 1, 1, 0, 1, 18_288, [100]), ...paid(1, 1, 1, 0, 100), ...back)
  })

  after(() => reader.close())

  it('tells what came back to the fund from what came back elsewhere', () => {
    expect(reader.fund(1)).to.include({ open: false, received: 100n, paid: 100n, returned: 0n, returnedElsewhere: 30n })
    expect(reader.fund(2)).to.include({ received: 30n, unspent: 30n, returned: 0n, returnedElsewhere: 0n })
    expect(reader.outflow(1, 1)).to.include({ paid: 100n, returned: 30n })
    expect(reader.outpours().map(({ paid, returned }) => [paid, returned])).to.deep.equal([[100n, 0n]])
  })

  it('follows the fen from one fund into the other', () => {
    const [part] = reader.trace(1, 1)?.parts ?? []

    expect(part).to.deep.include({ place: 'outflow', from: 0n, to: 100n, backFrom: 70n })
    expect(part).to.have.nested.property('back[0]').that.deep.includes({ fund: 2, inflow: 1, source: 'Return' })
    expect(part).to.have.nested.property('back[0].parts').that.deep.equals([{ place: 'fund', fund: 2, from: 70n, to: 100n }])
  })

  it('lets as much flow into each fund as flows out of it and lies there', () => {
    const words = { zh: '图书', en: 'books' }
    const titles = { of: () => ({ category: words }), ofFund: () => ({ title: words }) } as unknown as Titles

    const { into, outOf } = flowOf(reader, titles)

    expect(into).to.deep.equal([
      { source: 'Donation', fund: 1, amount: 100n }, { source: 'Return', fund: 2, amount: 30n },
    ])
    expect(outOf.map(({ fund, amount }) => [fund, amount])).to.deep.equal([[1, 100n]])
  })
})

describe('The reader of a mirror in which corrections were corrected', () => {
  let reader: Reader

  before(async () => {
    reader = await readBook(
      fundOpened(1), batch(1, 1, 1, 0, 1, 18_288, [100]),
      // Thirty were void, by mistake: they are given back.
      ['InflowVoided', 1, 1, 1, 30, 1, hash('ref of void'), 18_289, hash('void'), 5], ['PieceTaken', 1, 1, 1, 70, 100, 0],
      batch(1, 2, 2, 100, 6, 18_290, [30]), ['OriginRecorded', 1, 2, 1, 1, 0],
      // Twenty of fifty came back, of which five were void: fifteen came back.
      ...paid(1, 2, 2, 0, 50),
      batch(1, 3, 3, 130, 6, 18_291, [20]), ['OriginRecorded', 1, 3, 1, 2, 30],
      ['InflowVoided', 1, 3, 3, 5, 1, hash('ref of another void'), 18_292, hash('another void'), 5], ['PieceTaken', 1, 3, 3, 145, 150, 0],
    )
  })

  after(() => reader.close())

  it('tells what came in and went out in the end', () => {
    expect(reader.fund(1)).to.include({ received: 150n, paid: 50n, voided: 35n, unspent: 65n, returned: 50n, corrected: 50n })
    expect(reader.inpours()).to.deep.equal([{ fund: 1, source: 'Donation', amount: 100n, inflows: 1 }])
    expect(reader.outpours().map(({ outflow, paid, returned }) => [outflow, paid, returned])).to.deep.equal([[2, 50n, 15n]])
  })
})

describe('The reader of a mirror in which periods were closed', () => {
  let reader: Reader

  before(async () => {
    reader = await readBook(
      fundOpened(1), fundOpened(2), batch(1, 1, 1, 0, 1, 18_288, [100]),
      ['PeriodClosed', 1, 1, 0, 18_292, 100, 0, 1, 0, hash('January'), 3],
      ['PeriodClosed', 1, 2, 18_293, 18_321, 100, 0, 1, 0, hash('February'), 3],
    )
  })

  after(() => reader.close())

  it('tells each, the first first', () => {
    const common = { fund: 1, received: 100n, cursor: 0n, inflows: 1, outflows: 0, person: 3 }

    expect(reader.periods(1)).to.deep.equal([
      { ...common, number: 1, through: 18_292, paper: hash('January'), closedAt: MORNING + 4, block: 4 },
      { ...common, number: 2, from: 18_293, through: 18_321, paper: hash('February'), closedAt: MORNING + 5, block: 5 },
    ])
    expect(reader.periods(2)).to.deep.equal([])
  })

  it('says of a fund through which day its books are closed', () => {
    expect(reader.fund(1)).to.include({ periods: 2, closedThrough: 18_321 })
    expect(reader.fund(2)).to.include({ periods: 0 }).and.not.have.property('closedThrough')
  })
})

const PEOPLE: Said[] = [
  ['PersonEnrolled', 1, KEY, hash('paper'), 0], // block 20
  ['PersonEnrolled', 2, OTHER_KEY, hash('paper'), 1],
  ['RoleGranted', 3, KEY, 0, 1_000, true],
  ['RoleGranted', 3, KEY, 60, 9_000, false], // changes a delay only
  ['RoleGranted', 5, KEY, 0, 1_000, true],
  ['RoleRevoked', 5, KEY],
  ['RoleGranted', 4, KEY, 0, 2_000, true],
  ['KeyRetired', 2, OTHER_KEY, hash('paper'), 1], // block 27
]
