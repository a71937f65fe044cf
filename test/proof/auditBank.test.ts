import { expect } from 'chai'
import { parseDay } from '../../ledger/day.ts'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { formatShare, headlineOf } from '../../ledger/traceability.ts'
import { REASONS, UNEXPLAINED } from '../../ledger/words.ts'
import type { FaultCode } from '../../proof/check/bundle/fault.ts'
import { factSentences } from '../../proof/check/bundle/sentences.ts'
import { verifyBundle, type BundleFacts } from '../../proof/check/bundle/verify.ts'
import { openWorld, type World } from '../api/world.ts'
import { blockWith, bundleOf, inPieces, joined, retell, rewritten, taken, type Item } from './audits.ts'

describe('The bank in an audit bundle', function () {
  this.timeout(60_000)
  let world: World
  let items: Item[]
  let facts: BundleFacts
  before(async () => {
    world = await openWorld()
    await tellOfTheBank(world)
    await world.seal()
    const bundle = await bundleOf(world)
    items = taken(bundle)
    facts = await verifyBundle(inPieces(bundle), world.anchor)
  })
  after(() => world.close())

  const again = async (bytes: Uint8Array) => await verifyBundle(inPieces(bytes), world.anchor)

  it('is kept again line by line, and traceability with it', () => {
    const { accounts, credits, debits, unexplained } = facts.bank

    expect(facts.faults).to.deep.equal([])
    expect(accounts).to.deep.equal([{ account: 1, community: 1, balance: 5_501n, through: parseDay('2020-02-10'), lines: 4 }])
    expect([credits, debits]).to.deep.equal([{ all: 18_001n, explained: 17_501n }, { all: 12_500n, explained: 12_000n }])
    expect(formatShare(headlineOf({ credits, debits }) ?? credits)).to.equal('96.00%')
    expect(unexplained).to.deep.equal([
      // Of inflow 2, ¥5.00 were void: what the bank received of it beyond that is nobody's.
      { account: 1, line: 1, day: parseDay('2020-01-29'), amount: 15_001n, left: 500n, why: undefined },
      { account: 1, line: 4, day: parseDay('2020-02-10'), amount: -500n, left: 500n, why: 'BankFee' },
    ])
  })

  it('is told in both languages', () => {
    const text = factSentences(facts, world.anchor).map(({ zh, en }) => zh + en).join('')

    expect(text).to.include('银行账户 1：流水 4 行').and.include('资金追溯率 96.00%（收入 97.22%，支出 96.00%')
    expect(text).to.include('没有对应账目的流水 2 行，共 ¥10.00').and.include('Traceability 96.00%')
  })

  it('counts nothing as explained whose papers are not there', async () => {
    const { bank } = await again(await bundleOf(world, { paperOf: () => undefined }))

    expect([bank.credits.explained, bank.debits.explained]).to.deep.equal([0n, 0n])
  })

  const conspired = (name: string, change: (fields: Record<string, unknown>) => Record<string, unknown>) =>
    joined(rewritten(items, blockWith(items, name), (block) => retell(block, name, change), world.anchor, world.witnesses))
  const lines = ({ lines }: Record<string, unknown>) => lines as [string, bigint, bigint, string][]
  const cases: [string, FaultCode, () => Uint8Array][] = [
    ['a line left out', 'BANK_BALANCE', () => conspired('LinesRecorded', (fields) => ({ lines: lines(fields).slice(0, -1) }))],
    ['a line added', 'BANK_BALANCE', () => conspired('LinesRecorded', (fields) => ({ lines: [...lines(fields), lines(fields)[0]] }))],
    ['a line changed by a fen', 'BANK_BALANCE', () => conspired('LinesRecorded', (fields) => ({ lines: lines(fields).map(([ref, amount, day, paper], at) => [ref, at === 1 ? amount + 1n : amount, day, paper]) }))],
    ['a line of an earlier day behind a later one', 'DATE_WRONG', () => conspired('LinesRecorded', (fields) => ({ lines: lines(fields).toReversed() }))],
    ['a statement that begins elsewhere', 'BANK_BALANCE', () => conspired('LinesRecorded', () => ({ opening: 1n }))],
    ['more matched than a line has', 'MATCH_WRONG', () => conspired('LinesMatched', ({ matches }) => ({ matches: (matches as unknown[][]).map((match, at) => (at === 0 ? [...match.slice(0, 4), 15_001n] : match)) }))],
    ['a credit matched with a payment', 'MATCH_WRONG', () => conspired('LinesMatched', ({ matches }) => ({ matches: (matches as unknown[][]).map((match) => [match[0], match[1], true, match[3], match[4]]) }))],
    ['a match that is not numbered on', 'NUMBER_GAP', () => conspired('LinesMatched', () => ({ firstMatch: 2n }))],
    ['a match in another’s name', 'PERSON_OTHER', () => conspired('LinesMatched', ({ by }) => ({ by: (by as bigint) + 1n }))],
  ]
  for (const [what, code, make] of cases)
    it(`notices ${what}, even when all witnesses conspire: ${code}`, async () => {
      const { faults } = await again(make())

      expect(faults.map(({ code }) => code)).to.include(code)
    })

  it('notices what the contract cannot: a line that two entries claim', async () => {
    await world.acts.act('ACCOUNTANT', 'matchLines', [1, [[2, 1, true, 2, 1_000n]], paper(world)], 'bank')
    await world.seal()

    const { faults, bank } = await again(await bundleOf(world))

    expect(faults).to.have.length(1)
    expect(faults[0]).to.deep.include({ code: 'MATCH_WRONG', place: { account: 1, line: 2 }, expected: '≤ 12000', found: '13000' })
    expect(bank.debits.explained, 'that line explains nothing').to.equal(0n)
  })

  it('takes an entry that two lines claim for none of them', async () => {
    await world.acts.act('APPROVER', 'unmatch', [1, 6, REASONS.indexOf('WrongAmount'), paper(world)], 'bank')
    await world.acts.act('ACCOUNTANT', 'matchLines', [1, [[1, 1, false, 2, 500n]], paper(world)], 'bank')
    await world.seal()

    const { faults, bank } = await again(await bundleOf(world))

    expect(faults).to.deep.equal([])
    expect(bank.credits.explained).to.equal(13_001n)
    await world.acts.act('APPROVER', 'unmatch', [1, 7, REASONS.indexOf('WrongAmount'), paper(world)], 'bank')
  })

  it('falls by exactly the fen of a match that another person undoes', async () => {
    await world.acts.act('APPROVER', 'unmatch', [1, 2, REASONS.indexOf('WrongAmount'), paper(world)], 'bank')
    await world.seal()

    const { faults, bank } = await again(await bundleOf(world))

    expect(faults).to.deep.equal([])
    expect([bank.credits.explained, bank.debits.explained]).to.deep.equal([13_001n, 12_000n])
  })
})

/** Gifts came in one sum, the payment went out, part of it came back, and the bank took a fee. */
async function tellOfTheBank(world: World): Promise<void> {
  const { acts } = world
  const line = (amount: bigint, on: string): unknown[] => [toHex(new Uint8Array(32).fill(Number(amount & 0xffn) || 1)), amount, parseDay(on), paper(world)]
  await acts.act('STEWARD', 'openAccount', [1, 0n, parseDay('2020-01-01'), paper(world)], 'bank')
  await acts.act('ACCOUNTANT', 'recordLines', [
    1, 1, parseDay('2020-02-10'), 0n, 5_501n,
    [line(15_001n, '2020-01-29'), line(-12_000n, '2020-02-03'), line(3_000n, '2020-02-08'), line(-500n, '2020-02-10')], paper(world),
  ], 'bank')
  await acts.act('ACCOUNTANT', 'matchLines', [
    1, [[1, 1, false, 1, 10_000n], [1, 1, false, 2, 4_500n], [1, 1, false, 3, 1n], [2, 1, true, 1, 12_000n], [3, 1, false, 4, 3_000n]], paper(world),
  ], 'bank')
  await acts.act('ACCOUNTANT', 'explainLine', [1, 4, UNEXPLAINED.indexOf('BankFee'), paper(world)], 'bank')
  await world.mirrorAll()
}

/** A paper that the vault has. */
function paper({ vault }: World): Hex {
  return vault.putPaper({ paper: { format: 'mingzhang/paper/1', hash: 'keccak256', kind: 'bank-line', public: { title: '银行流水' }, private: {} }, opened: {} }).hash
}
