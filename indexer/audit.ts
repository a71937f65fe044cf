import type { Database } from 'better-sqlite3'
import { Day } from '../ledger/day.ts'
import type { Hex } from '../ledger/hex.ts'
import { ERASURES, OPINIONS, wordAt, type Erasure, type ComplaintState, type FindingState, type OpinionKind } from '../ledger/words.ts'
import { PAGE_LIMIT, type Page } from './inflows.ts'
import { bytesOf, hexOf, prepare } from './statements.ts'
import { blockOf, placeOf } from './rows.ts'

/** An auditor's opinion on a community's days `from` to `through`. Times in seconds of Unix time, persons are numbers. */
export type Opinion = {
  number: number; community: number; from: Day; through: Day; opinion: OpinionKind; bundle: Hex; paper: Hex; person: number; at: number
}

/** A finding as it stands, and all that happened to it. */
export type Finding = {
  number: number; community: number; owner: number; dueOn: Day; state: FindingState
  steps: Turn<'Raised' | 'Answered' | 'Verified' | 'SentBack'>[]
}

/** A complaint as it stands. Fund and outflow are 0 where it is about none; `key` filed it. */
export type Complaint = {
  number: number; community: number; fund: number; outflow: number; key: Hex; state: ComplaintState
  steps: Turn<'Filed' | 'Answered' | 'Closed' | 'Reopened'>[]
}

/** One act in the life of a finding or a complaint. The person is 0 where it was the key that filed the complaint. */
export type Turn<Step> = { step: Step; person: number; paper: Hex; block: number; transaction: Hex; at: number }

/** A complaint that has waited for an answer since `since`, in seconds of Unix time. */
export type Waiting = { number: number; fund: number; outflow: number; since: number }

/** One paper whose private fields the law took away. Time in seconds of Unix time, the person is a number. */
export type ErasedPaper = { paper: Hex; erasure: Erasure; person: number; block: number; transaction: Hex; at: number }

/** Which numbers: above `after`, going up, or below `before`, going down from the newest. */
export type NumberPage = Pick<Page, 'after' | 'before' | 'limit'>

/** Tells what auditors and residents said of the book, what was answered, and what the law took out of papers. */
export function openAudit(database: Database) {
  const opinions = pageOf<OpinionRow>(database, OPINION)
  const findings = pageOf<FindingRow>(database, 'SELECT t.* FROM findings t')
  const complaints = pageOf<ComplaintRow>(database, 'SELECT t.* FROM complaints t')
  const ofOutflow = prepare<[number, number], ComplaintRow>(database, 'SELECT * FROM complaints WHERE fund = ? AND outflow = ? ORDER BY number')
  const turnsOfFinding = prepare<[{ number: bigint }], TurnRow>(database, FINDING_TURNS)
  const turnsOfComplaint = prepare<[{ number: bigint }], TurnRow>(database, COMPLAINT_TURNS)

  const ofPaper = prepare<[Buffer, Buffer], bigint>(database, `SELECT number FROM complaints WHERE paper = ?
    UNION SELECT complaint FROM complaint_reopenings WHERE paper = ?`).pluck()
  const waiting = prepare<[], WaitingRow>(database, WAITING)

  const erased = prepare<[number], ErasedRow>(database, ERASED)
  const erasure = prepare<[Buffer, number], bigint | null>(database, 'SELECT max(erasure) FROM erasures WHERE paper = ? AND place < ?').pluck()
  const counted = prepare<[number], bigint>(database, 'SELECT count(*) FROM erasures WHERE erasure = ?').pluck()

  const readFinding = ({ number, community, owner, due_on }: FindingRow): Finding => {
    const steps = turnsOfFinding.all({ number }).map(readTurn) as Finding['steps']
    const state = steps.reduce<FindingState>((_, { step }) => FINDING_AFTER[step], 'Open')
    return { number: Number(number), community: Number(community), owner: Number(owner), dueOn: Day(Number(due_on)), state, steps }
  }
  const readComplaint = ({ number, community, fund, outflow, address }: ComplaintRow): Complaint => {
    const steps = turnsOfComplaint.all({ number }).map(readTurn) as Complaint['steps']
    const state = steps.reduce<ComplaintState>((_, { step }) => COMPLAINT_AFTER[step], 'Filed')
    return { number: Number(number), community: Number(community), fund: Number(fund), outflow: Number(outflow), key: hexOf(address), state, steps }
  }

  return {
    opinions: (page: NumberPage): Opinion[] => opinions(page).map(readOpinion),
    findings: (page: NumberPage): Finding[] => findings(page).map(readFinding),
    finding: (number: number): Finding | undefined => findings(only(number)).map(readFinding)[0],
    complaints: (page: NumberPage): Complaint[] => complaints(page).map(readComplaint),
    complaint: (number: number): Complaint | undefined => complaints(only(number)).map(readComplaint)[0],
    /** Of one outflow; with outflow 0 those of the whole fund. */
    complaintsOf: (fund: number, outflow: number): Complaint[] => ofOutflow.all(fund, outflow).map(readComplaint),
    /** The number of the complaint that was filed, or reopened, with this paper. */
    complaintOfPaper(paper: Hex): number | undefined {
      const number = ofPaper.get(bytesOf(paper), bytesOf(paper))
      return number === undefined ? undefined : Number(number)
    },
    /** The complaints that wait for an answer. */
    waitingComplaints: (): Waiting[] => waiting.all().map(({ number, fund, outflow, time }) =>
      ({ number: Number(number), fund: Number(fund), outflow: Number(outflow), since: Number(time) })),
    /** What the book says of a paper up to and with a block. */
    erasureOf: (paper: Hex, through: number): Erasure => wordAt(ERASURES, erasure.get(bytesOf(paper), placeOf({ block: through + 1, log: 0 })) ?? 0n),
    /** The newest `limit` papers that were restricted or destroyed. */
    erasures: (limit: number): ErasedPaper[] => erased.all(Math.min(limit, PAGE_LIMIT)).map(({ paper, erasure, person, place, hash, time }) =>
      ({ paper: hexOf(paper), erasure: wordAt(ERASURES, erasure), person: Number(person), block: blockOf(Number(place)), transaction: hexOf(hash), at: Number(time) })),
    /** How many papers were ever said to be so. */
    erasedCount: (erasure: Erasure): number => Number(counted.get(ERASURES.indexOf(erasure)) ?? 0n),
  }
}

type Asked = { after: number; before: number; limit: number }
type OpinionRow = Record<'number' | 'community' | 'from_day' | 'through_day' | 'opinion' | 'person' | 'time', bigint>
  & { bundle: Buffer; paper: Buffer }
type FindingRow = Record<'number' | 'community' | 'owner' | 'due_on', bigint>
type ComplaintRow = Record<'number' | 'community' | 'fund' | 'outflow', bigint> & { address: Buffer }
type WaitingRow = Record<'number' | 'fund' | 'outflow' | 'time', bigint>
type ErasedRow = Record<'erasure' | 'person' | 'place' | 'time', bigint> & { paper: Buffer; hash: Buffer }
type TurnRow = { step: string; place: bigint; person: bigint; paper: Buffer; hash: Buffer; time: bigint }

const FINDING_AFTER: Record<Finding['steps'][number]['step'], FindingState> = {
  Raised: 'Open', Answered: 'Answered', Verified: 'Verified', SentBack: 'Open',
}
const COMPLAINT_AFTER: Record<Complaint['steps'][number]['step'], ComplaintState> = {
  Filed: 'Filed', Answered: 'Answered', Closed: 'Closed', Reopened: 'Filed',
}

const OPINION = `SELECT t.*, (SELECT time FROM transactions WHERE place <= t.place ORDER BY place DESC LIMIT 1) AS time FROM opinions t`
const FINDING_TURNS = turnsOf(`SELECT 'Raised' AS step, place, person, paper FROM findings WHERE number = :number
  UNION ALL SELECT 'Answered', place, person, paper FROM finding_answers WHERE finding = :number
  UNION ALL SELECT CASE WHEN is_done = 1 THEN 'Verified' ELSE 'SentBack' END, place, person, paper
    FROM finding_verdicts WHERE finding = :number`)
const COMPLAINT_TURNS = turnsOf(`SELECT 'Filed' AS step, place, 0 AS person, paper FROM complaints WHERE number = :number
  UNION ALL SELECT 'Answered', place, person, paper FROM complaint_answers WHERE complaint = :number
  UNION ALL SELECT 'Closed', place, person, paper FROM complaint_closings WHERE complaint = :number
  UNION ALL SELECT 'Reopened', place, person, paper FROM complaint_reopenings WHERE complaint = :number`)

const ERASED = `SELECT e.*, t.hash, t.time FROM erasures e
  JOIN transactions t ON t.place = (SELECT max(place) FROM transactions WHERE place <= e.place)
  ORDER BY e.place DESC, e.paper LIMIT ?`

const WAITING = `WITH asked AS (SELECT number, fund, outflow,
    max(place, coalesce((SELECT max(place) FROM complaint_reopenings r WHERE r.complaint = c.number), 0)) AS since FROM complaints c)
  SELECT a.*, (SELECT time FROM transactions WHERE place <= a.since ORDER BY place DESC LIMIT 1) AS time FROM asked a
  WHERE a.since > coalesce((SELECT max(place) FROM complaint_answers w WHERE w.complaint = a.number), 0) ORDER BY a.number`

function turnsOf(acts: string): string {
  return `SELECT s.*, t.hash, t.time FROM (${acts}) s
    JOIN transactions t ON t.place = (SELECT max(place) FROM transactions WHERE place <= s.place) ORDER BY s.place`
}

function pageOf<Row>(database: Database, select: string) {
  const wanted = `${select} WHERE t.number > :after AND t.number < :before ORDER BY t.number`
  const up = prepare<[Asked], Row>(database, `${wanted} LIMIT :limit`)
  const down = prepare<[Asked], Row>(database, `${wanted} DESC LIMIT :limit`)
  return ({ after, before = 2 ** 32, limit }: NumberPage): Row[] =>
    (after === undefined ? down : up).all({ after: after ?? 0, before, limit: Math.min(limit, PAGE_LIMIT) })
}

function only(number: number): NumberPage {
  return { after: number - 1, before: number + 1, limit: 1 }
}

function readOpinion(row: OpinionRow): Opinion {
  return {
    number: Number(row.number), community: Number(row.community), from: Day(Number(row.from_day)), through: Day(Number(row.through_day)),
    opinion: wordAt(OPINIONS, row.opinion), bundle: hexOf(row.bundle), paper: hexOf(row.paper), person: Number(row.person),
    at: Number(row.time),
  }
}

function readTurn({ step, place, person, paper, hash, time }: TurnRow): Turn<string> {
  return { step, person: Number(person), paper: hexOf(paper), block: blockOf(Number(place)), transaction: hexOf(hash), at: Number(time) }
}
