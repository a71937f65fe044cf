import { expect } from 'chai'
import {
  checkVisits, stories, visit, type Entry, type Interval, type Piece, type Standing, type Story,
} from './world.ts'

/** What the events say of one fund: its inflows and pieces as intervals. */
type Told = { inflows: Interval[]; pieces: Piece[]; origins: Map<bigint, Origin> }
type Origin = { fund: bigint; outflow: bigint; offset: bigint }
type Visits = Map<string, number>

function tell(funds: Map<bigint, Told>, { name, args }: Entry): void {
  const fund = args.fund as bigint
  const told: Told = funds.get(fund) ?? { inflows: [], pieces: [], origins: new Map() }
  funds.set(fund, told)
  if (name === 'InflowsRecorded') {
    let start = args.start as bigint
    for (const { amount } of args.inflows as unknown as { amount: bigint }[]) {
      told.inflows.push({ start, end: start + amount })
      start += amount
    }
  }
  if (name === 'PieceTaken') told.pieces.push(args as unknown as Piece)
  if (name === 'OriginRecorded')
    told.origins.set(args.inflow as bigint, {
      fund: args.originFund as bigint, outflow: args.originOutflow as bigint, offset: args.offset as bigint,
    })
}

/** Throws unless the intervals follow one another from `from` to `to`. */
function checkTiling(intervals: readonly Interval[], from: bigint, to: bigint): void {
  let next = from
  for (const { start, end } of intervals.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    expect(start, 'a gap or an overlap').to.equal(next)
    expect(end > start, 'an empty interval').to.equal(true)
    next = end
  }
  expect(next).to.equal(to)
}

function checkLaw({ inflows, pieces }: Told, { received, cursor, uncrossed }: Standing, visits: Visits): void {
  checkTiling(inflows, 0n, received)
  const below = pieces.filter(({ end }) => end <= cursor)
  const above = pieces.filter(({ end }) => end > cursor)
  checkTiling(below, 0n, cursor)
  let sum = 0n
  for (const { start, end } of above) {
    expect(start >= cursor, 'a piece across the cursor').to.equal(true)
    sum += end - start
    visit(visits, 'a cut above the cursor')
  }
  expect(sum).to.equal(uncrossed)
  for (const outflow of new Set(pieces.map((piece) => piece.outflow))) {
    const own = pieces
      .filter((piece) => piece.outflow === outflow)
      .map(({ start, end, offset }) => ({ start: offset, end: offset + end - start }))
    checkTiling(own, 0n, own.reduce((sum, { start, end }) => sum + end - start, 0n))
    if (own.length > 2) visit(visits, 'an outflow of many pieces')
  }
}

/** Where one fen came from in the end, by intervals: inflow, origin, the piece at its offset, and on. */
function rootOf(funds: ReadonlyMap<bigint, Told>, fund: bigint, place: bigint, visits: Visits, depth = 0): string {
  const told = funds.get(fund)
  const index = told?.inflows.findIndex(({ start, end }) => start <= place && place < end) ?? -1
  const origin = told?.origins.get(BigInt(index + 1))
  const inflow = told?.inflows[index]
  if (depth > 1) visit(visits, 'a fen that came back twice')
  if (!origin || !inflow) return `${fund}:${place}`

  const offset = origin.offset + place - inflow.start
  const piece = funds.get(origin.fund)?.pieces.find((piece) => {
    return piece.outflow === origin.outflow && piece.offset <= offset && offset < piece.offset + piece.end - piece.start
  })
  if (!piece) return 'nowhere'
  if (origin.fund !== fund) visit(visits, 'a fen from another fund')
  return rootOf(funds, origin.fund, piece.start + offset - piece.offset, visits, depth + 1)
}

function told(story: Story): Map<bigint, Told> {
  const funds = new Map<bigint, Told>()
  for (const { events } of story.blocks) for (const event of events) tell(funds, event)
  return funds
}

describe('L2: the tiling law', () => {
  it('holds in the events after every block of every book', async function () {
    this.timeout(180_000)
    const visits = new Map<string, number>()

    for (const { blocks } of await stories()) {
      const funds = new Map<bigint, Told>()
      for (const { events, standings } of blocks) {
        for (const event of events) tell(funds, event)
        for (const [fund, told] of funds) {
          const standing = standings[Number(fund) - 1]
          if (standing) checkLaw(told, standing, visits)
        }
      }
    }

    checkVisits(visits, ['a cut above the cursor', 'an outflow of many pieces'])
  })

  it('holds in the storage at the end of every book, which says what the events say', async () => {
    for (const story of await stories())
      for (const [fund, { pieces }] of told(story)) {
        const stored = story.stored[Number(fund) - 1]

        checkTiling(stored?.batches ?? [], 0n, story.blocks.at(-1)?.standings[Number(fund) - 1]?.received ?? -1n)
        const sent = pieces.map(({ start, end, offset, outflow }) => ({ start, end, offset, outflow }))
        expect(stored?.pieces).to.deep.equal(sent)
      }
  })

  it('lets every single fen be traced to where the naive list says it came from', async () => {
    const visits = new Map<string, number>()

    for (const story of await stories()) {
      const funds = told(story)
      for (const { number, fates } of story.world.funds)
        for (const [place, { root }] of fates.entries())
          expect(rootOf(funds, BigInt(number), BigInt(place), visits), `fund ${number}, fen ${place}`).to.equal(root)
    }

    checkVisits(visits, ['a fen from another fund', 'a fen that came back twice'])
  })
})
