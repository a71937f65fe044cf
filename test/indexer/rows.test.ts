import { expect } from 'chai'
import { TOPICS, type EventName, type LedgerEvent } from '../../ledger/events.ts'
import { Day } from '../../ledger/day.ts'
import { Fen } from '../../ledger/fen.ts'
import { blockOf, placeOf, rowsOf, type Entry, type Rows } from '../../indexer/rows.ts'

const [ref, paper, key] = [`0x${'aa'.repeat(32)}`, `0x${'bb'.repeat(32)}`, `0x${'cc'.repeat(20)}`] as const
const outflow = { fund: 2, outflow: 7 }
const signed = { paper, by: 5 }
const dated = { ref, effectiveOn: Day(18_290), ...signed }
const step = { fund: 2, outflow: 7, paper, person: 5 }
const keyRow = { address: key, owner: 3, paper, person: 1 }

/** Each event, and the rows that it becomes beside its place. */
const cases: { [Name in EventName]: [Omit<Extract<LedgerEvent, { name: Name }>, 'name'>, object] } = {
  FundOpened: [
    { fund: 2, community: 1, restricted: true, reserve: Fen(10n), threshold: Fen(20n), purpose: paper, by: 3 },
    { funds: [{ number: 2, community: 1, restricted: 1, reserve_fen: 10n, threshold_fen: 20n, purpose: paper, person: 3 }] },
  ],
  FundClosed: [{ fund: 2, ...signed }, { fund_closings: [{ fund: 2, paper, person: 5 }] }],
  PeriodClosed: [
    {
      fund: 2, period: 3, from: Day(18_262), through: Day(18_290), received: Fen(100n), cursor: Fen(40n), inflows: 9,
      outflows: 7, ...signed,
    },
    {
      periods: [{
        fund: 2, number: 3, from_day: 18_262, through_day: 18_290, received_fen: 100n, cursor_fen: 40n, inflows: 9,
        outflows: 7, paper, person: 5,
      }],
    },
  ],
  InflowsRecorded: [
    {
      fund: 2, batch: 3, firstNumber: 8, start: Fen(100n), source: 'Donation', effectiveOn: Day(18_290), by: 4,
      inflows: [{ ref, amount: Fen(5n), paper }, { ref: paper, amount: Fen(7n), paper: ref }],
    },
    {
      batches: [{ fund: 2, number: 3, first_number: 8, size: 2, start_fen: 100n, end_fen: 112n, source: 1, effective_on: 18_290, person: 4 }],
      inflows: [
        { fund: 2, number: 8, batch: 3, start_fen: 100n, end_fen: 105n, ref, paper },
        { fund: 2, number: 9, batch: 3, start_fen: 105n, end_fen: 112n, ref: paper, paper: ref },
      ],
    },
  ],
  OriginRecorded: [
    { fund: 2, inflow: 9, originFund: 1, originOutflow: 4, offset: Fen(30n) },
    { origins: [{ fund: 2, inflow: 9, origin_fund: 1, origin_outflow: 4, offset_fen: 30n }] },
  ],
  PaymentProposed: [
    { ...outflow, kind: 'Transfer', subject: 1, amount: Fen(50n), ref, ...signed },
    { proposals: [{ ...step, kind: 3, subject: 1, fen: 50n, ref }] },
  ],
  PaymentApproved: [{ ...outflow, ...signed }, { approvals: [step] }],
  PaymentRejected: [{ ...outflow, reason: 'PaperIncomplete', ...signed }, { rejections: [{ ...step, reason: 7 }] }],
  PaymentCancelled: [
    { ...outflow, reason: 'PayeeRequest', released: Fen(6n), ...signed },
    { cancellations: [{ ...step, reason: 6, released_fen: 6n }] },
  ],
  PaymentExecuted: [
    { ...outflow, amount: Fen(40n), released: Fen(10n), last: true, ...dated },
    { executions: [{ ...step, fen: 40n, released_fen: 10n, is_last: 1, ref, effective_on: 18_290 }] },
  ],
  PaymentAccepted: [{ ...outflow, ...signed }, { acceptances: [step] }],
  InflowVoided: [
    { ...outflow, inflow: 8, amount: Fen(3n), reason: 'Duplicate', ...dated },
    { voids: [{ ...step, inflow: 8, fen: 3n, reason: 1, ref, effective_on: 18_290 }] },
  ],
  PieceTaken: [
    { ...outflow, piece: 6, start: Fen(100n), end: Fen(140n), offset: Fen(0n) },
    { pieces: [{ ...outflow, number: 6, start_fen: 100n, end_fen: 140n, offset_fen: 0n }] },
  ],
  CutsSkipped: [{ fund: 2, crossed: 4, cursor: Fen(99n) }, { skips: [{ fund: 2, crossed: 4, cursor_fen: 99n }] }],
  AccountOpened: [
    { account: 2, community: 1, opening: -5n, openedOn: Day(18_290), ...signed },
    { accounts: [{ number: 2, community: 1, opening_fen: -5n, opened_on: 18_290, paper, person: 5 }] },
  ],
  LinesRecorded: [
    {
      account: 2, statement: 3, firstLine: 8, through: Day(18_291), opening: 10n, closing: -2n, ...signed,
      lines: [{ ref, amount: 8n, day: Day(18_290), paper }, { ref: paper, amount: -20n, day: Day(18_291), paper: ref }],
    },
    {
      bank_statements: [{
        account: 2, number: 3, first_line: 8, size: 2, through_day: 18_291, opening_fen: 10n, closing_fen: -2n, paper, person: 5,
      }],
      bank_lines: [
        { account: 2, number: 8, statement: 3, fen: 8n, day: 18_290, ref, paper },
        { account: 2, number: 9, statement: 3, fen: -20n, day: 18_291, ref: paper, paper: ref },
      ],
    },
  ],
  LinesMatched: [
    {
      account: 2, firstMatch: 6, ...signed,
      matches: [{ line: 8, fund: 1, outflow: false, number: 4, amount: Fen(8n) }, { line: 9, fund: 3, outflow: true, number: 2, amount: Fen(20n) }],
    },
    {
      matches: [
        { account: 2, number: 6, line: 8, fund: 1, is_outflow: 0, entry: 4, fen: 8n, paper, person: 5 },
        { account: 2, number: 7, line: 9, fund: 3, is_outflow: 1, entry: 2, fen: 20n, paper, person: 5 },
      ],
    },
  ],
  MatchUndone: [
    { account: 2, number: 6, reason: 'WrongFund', ...signed }, { match_undoings: [{ account: 2, number: 6, reason: 3, paper, person: 5 }] },
  ],
  LineExplained: [
    { account: 2, line: 8, why: 'AwaitingPaper', ...signed }, { line_explanations: [{ account: 2, line: 8, why: 3, paper, person: 5 }] },
  ],
  OpinionGiven: [
    { number: 2, community: 1, from: Day(18_262), through: Day(18_290), opinion: 'Adverse', bundle: ref, ...signed },
    { opinions: [{ number: 2, community: 1, from_day: 18_262, through_day: 18_290, opinion: 3, bundle: ref, paper, person: 5 }] },
  ],
  FindingRaised: [
    { number: 2, community: 1, owner: 6, dueOn: Day(18_290), ...signed },
    { findings: [{ number: 2, community: 1, owner: 6, due_on: 18_290, paper, person: 5 }] },
  ],
  FindingAnswered: [{ number: 2, ...signed }, { finding_answers: [{ finding: 2, paper, person: 5 }] }],
  FindingVerified: [{ number: 2, done: true, ...signed }, { finding_verdicts: [{ finding: 2, is_done: 1, paper, person: 5 }] }],
  ComplaintFiled: [
    { number: 2, fund: 1, outflow: 7, community: 3, paper, key },
    { complaints: [{ number: 2, community: 3, fund: 1, outflow: 7, address: key, paper }] },
  ],
  ComplaintAnswered: [{ number: 2, ...signed }, { complaint_answers: [{ complaint: 2, paper, person: 5 }] }],
  ComplaintClosed: [{ number: 2, ...signed }, { complaint_closings: [{ complaint: 2, paper, person: 5 }] }],
  ComplaintReopened: [
    { number: 2, paper, key, by: 0 }, { complaint_reopenings: [{ complaint: 2, address: key, paper, person: 0 }] },
  ],
  PapersErased: [
    { erasure: 'Destroyed', by: 5, papers: [paper, ref] },
    { erasures: [{ paper, erasure: 2, person: 5 }, { paper: ref, erasure: 2, person: 5 }] },
  ],
  PersonEnrolled: [{ person: 3, key, paper, by: 1 }, { persons: [{ number: 3, paper, person: 1 }], keys: [keyRow] }],
  KeyAdded: [{ person: 3, key, paper, by: 1 }, { keys: [keyRow] }],
  KeyRetired: [{ person: 3, key, paper, by: 1 }, { key_retirements: [keyRow] }],
  RoleLabel: [{ role: 3n, label: 'ACCOUNTANT' }, { role_labels: [{ role: '3', label: 'ACCOUNTANT' }] }],
  RoleGranted: [
    { role: 2n ** 64n - 1n, account: key, delay: 0, since: 1_580_256_000, newMember: true },
    { role_grants: [{ role: '18446744073709551615', address: key, delay: 0, since: 1_580_256_000, new_member: 1 }] },
  ],
  RoleRevoked: [{ role: 3n, account: key }, { role_revocations: [{ role: '3', address: key }] }],
  TargetFunctionRoleUpdated: [
    { target: key, selector: '0x01020304', role: 3n }, { powers: [{ target: key, selector: '0x01020304', role: '3' }] },
  ],
  RoleAdminChanged: [{ role: 3n, admin: 0n }, act('RoleAdminChanged', '{"role":"3","admin":"0"}')],
  RoleGuardianChanged: [{ role: 3n, guardian: 0n }, act('RoleGuardianChanged', '{"role":"3","guardian":"0"}')],
  RoleGrantDelayChanged: [{ role: 3n, delay: 86_400, since: 9 }, act('RoleGrantDelayChanged', '{"role":"3","delay":86400,"since":9}')],
  TargetClosed: [{ target: key, closed: true }, act('TargetClosed', `{"target":"${key}","closed":true}`)],
  TargetAdminDelayUpdated: [
    { target: key, delay: 432_000, since: 9 }, act('TargetAdminDelayUpdated', `{"target":"${key}","delay":432000,"since":9}`),
  ],
  OperationScheduled: [
    { operation: ref, nonce: 1, schedule: 9, caller: key, target: key, call: '0x01' },
    act('OperationScheduled', `{"operation":"${ref}","nonce":1,"schedule":9,"caller":"${key}","target":"${key}","call":"0x01"}`),
  ],
  OperationExecuted: [{ operation: ref, nonce: 1 }, act('OperationExecuted', `{"operation":"${ref}","nonce":1}`)],
  OperationCanceled: [{ operation: ref, nonce: 1 }, act('OperationCanceled', `{"operation":"${ref}","nonce":1}`)],
  AuthorityUpdated: [{ authority: key }, act('AuthorityUpdated', `{"authority":"${key}"}`)],
}

describe('The rows of an event', () => {
  for (const name of TOPICS.keys())
    it(`are those of its table: ${name}`, () => {
      const [facts, expected] = cases[name]

      const rows = rowsOf([at({ name, ...facts } as LedgerEvent, 12, 3)])

      const place = 12 * 1_048_576 + 3
      expect(rows.transactions).to.deep.equal([{ place, hash: ref, time: 1_580_256_000 }])
      expect(filled({ ...rows, transactions: [] }, place)).to.deep.equal(expected)
    })
})

describe('The rows of several events', () => {
  const event: LedgerEvent = { name: 'PaymentApproved', ...outflow, ...signed }

  it('stand in the order of the book', () => {
    const entries = [at(event, 12, 0), at(event, 12, 1), at(event, 13, 0)]

    expect(rowsOf(entries).approvals.map(({ place }) => place)).to.deep.equal([12_582_912, 12_582_913, 13_631_488])
  })

  it('name a transaction once, by its first event', () => {
    const other = `0x${'dd'.repeat(32)}` as const
    const entries = [at(event, 12, 0), at(event, 12, 1), at(event, 12, 2, other), at(event, 13, 0)]

    expect(rowsOf(entries).transactions.map(({ place, hash }) => [place, hash])).to.deep.equal([
      [12_582_912, ref], [12_582_914, other], [13_631_488, ref],
    ])
  })

  it('are none for no event', () => {
    expect(filled(rowsOf([]))).to.deep.equal({})
  })
})

describe('A place', () => {
  it('tells its block', () => {
    expect(blockOf(placeOf({ block: 8_589_934_591, log: 1_048_575 }))).to.equal(8_589_934_591)
  })

  for (const place of [{ block: 8_589_934_592, log: 0 }, { block: 0, log: 1_048_576 }])
    it(`is not made for log ${place.log} of block ${place.block}`, () => {
      expect(() => placeOf(place)).to.throw(RangeError, `no place for log ${place.log} of block ${place.block}`)
    })
})

function at(event: LedgerEvent, block: number, log: number, transaction: `0x${string}` = ref): Entry {
  return { place: { block, log, transaction, time: 1_580_256_000 }, event }
}

function act(name: string, facts: string) {
  return { charter_acts: [{ name, facts }] }
}

/** The tables with rows, their places looked at and left out. */
function filled(rows: Rows, place?: number): object {
  const tables = Object.entries(rows).filter(([, list]) => list.length > 0)
  return Object.fromEntries(tables.map(([table, list]) => [table, list.map((row) => {
    const { place: found, ...rest } = { place, ...row }
    expect(found).to.equal(place)
    return rest
  })]))
}
