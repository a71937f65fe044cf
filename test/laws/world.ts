import fc from 'fast-check'
import type { EventLog } from 'ethers'
import { fields, loadFixture, openBook, terms } from '../contracts/fixture.ts'
import { ACTS } from './acts.ts'
import { naiveFund } from './naive.ts'
import type { Try, World } from './scene.ts'

/** One block of a random book: what was tried, what the contract said, and how every fund stood after it. */
export type Block = { act: string; refusal: string | undefined; events: Entry[]; standings: Standing[] }
export type Entry = { name: string; args: Record<string, bigint | string> }
export type Standing = Record<'received' | 'cursor' | 'uncrossed' | 'held' | 'available', bigint>
  & Record<'batches' | 'inflows' | 'outflows' | 'pieces', bigint>

/** What the storage holds of a fund: its batches and its pieces, in the order of their numbers. */
export type Stored = { batches: Interval[]; pieces: Piece[] }
export type Interval = { start: bigint; end: bigint }
export type Piece = Interval & { offset: bigint; outflow: bigint }

/** A book after many acts, with all that happened to it and what is stored of each fund in the end. */
export type Story = { world: World; blocks: Block[]; stored: Stored[] }

// How often each act is tried. Changing them changes what is visited, and every law counts its visits.
const WEIGHTS = {
  record: 6, void: 5, pay: 6, refund: 6, transfer: 10, approve: 16, reject: 2, cancel: 2, execute: 18, accept: 8,
  bringBack: 9, skip: 3, close: 12,
}
const SEED = 6
const BOOKS = 6
const ACTS_PER_BOOK = 330

// Without the bias towards small numbers, which would have everything done by the same people to the first entries.
const tries: fc.Arbitrary<Try> = fc.noBias(fc.record({
  act: fc.oneof(...Object.entries(WEIGHTS).map(([act, weight]) => ({ arbitrary: fc.constant(act), weight }))),
  fund: fc.nat(2),
  pick: fc.nat(1_000),
  amount: fc.integer({ min: 1, max: 12 }),
  key: fc.nat(1),
  odd: fc.nat(99),
}))

let played: Promise<Story[]> | undefined

/**
 * Random books, each act done by the contract and by the naive list, which must agree on what is refused.
 * They are played once for all the laws.
 */
export function stories(): Promise<Story[]> {
  played ??= playAll()
  return played
}

async function playAll(): Promise<Story[]> {
  const all: Story[] = []
  const books = fc.array(tries, { minLength: ACTS_PER_BOOK, maxLength: ACTS_PER_BOOK })
  const property = fc.asyncProperty(books, async (book) => void all.push(await play(book)))
  await fc.assert(property, { seed: SEED, numRuns: BOOKS })
  return all
}

/** Fund 1 is free, funds 2 and 3 are restricted, fund 3 has a reserve of 10 fen; all of one community. */
async function threeFunds() {
  const book = await loadFixture(openBook)
  const key = book.ledger.connect(book.steward)
  await key.openFund(terms())
  await key.openFund(terms({ restricted: true }))
  await key.openFund(terms({ restricted: true, reserve: 10n }))
  return book
}

async function play(book: readonly Try[]): Promise<Story> {
  const funds = [naiveFund(1, false, 0), naiveFund(2, true, 0), naiveFund(3, true, 10)]
  const world: World = { book: await loadFixture(threeFunds), funds, refs: 0, lastRef: undefined }
  const blocks: Block[] = []
  for (const wish of book) {
    const step = ACTS[wish.act]?.(world, wish)
    if (!step) continue
    const { refusal, events } = await send(world, step.send)
    const expected = step.allowed ? 'yes' : 'no'
    if (step.allowed !== (refusal === undefined))
      throw new Error(`${JSON.stringify(wish)}: the list says ${expected}, the contract ${refusal ?? 'yes'}`)
    if (step.allowed) step.apply()
    if (step.allowed && step.ref) world.lastRef = step.ref
    blocks.push({ act: wish.act, refusal, events, standings: await standings(world) })
  }
  return { world, blocks, stored: await Promise.all(funds.map(({ number }) => storedIn(world, number))) }
}

async function storedIn({ book: { ledger } }: World, fund: number): Promise<Stored> {
  const standing = await ledger.standingOf(fund)
  const numbers = (count: bigint) => Array.from({ length: Number(count) }, (_, index) => index + 1)
  const batches = await Promise.all(numbers(standing.batches).map((number) => ledger.batchOf(fund, number)))
  const pieces = await Promise.all(numbers(standing.pieces).map((number) => ledger.pieceOf(fund, number)))
  return {
    batches: batches.map(({ start, end }) => ({ start, end })),
    pieces: pieces.map(({ start, end, offset, outflow }) => ({ start, end, offset, outflow })),
  }
}

async function send(world: World, sending: () => Promise<{ wait(): Promise<unknown> }>) {
  const { ledger } = world.book
  try {
    const receipt = (await (await sending()).wait()) as { logs: EventLog[] }
    const logs = receipt.logs.map((log) => ledger.interface.parseLog(log)).filter((log) => log !== null)
    const events = logs.map(({ name, args }) => ({ name, args: args.toObject() as Entry['args'] }))
    return { refusal: undefined, events }
  } catch (error) {
    const { data } = error as { data?: string }
    const refusal = data ? ledger.interface.parseError(data) : null
    if (!refusal) throw error
    return { refusal: refusal.name, events: [] }
  }
}

async function standings(world: World): Promise<Standing[]> {
  const { ledger } = world.book
  return Promise.all(world.funds.map(async ({ number }) => fields(await ledger.standingOf(number)) as Standing))
}

/** Checks that each of `places` was visited: a law that was never put to the test holds too easily. */
export function checkVisits(visits: ReadonlyMap<string, number>, places: readonly string[]): void {
  const unvisited = places.filter((place) => !visits.has(place))
  if (unvisited.length > 0) throw new Error(`never visited: ${unvisited.join(', ')}`)
}

/** Counts one more visit. */
export function visit(visits: Map<string, number>, place: string): void {
  visits.set(place, (visits.get(place) ?? 0) + 1)
}
