import { expect } from 'chai'
import { EventFragment, Interface, type Log as EthersLog, type ParamType, type Result } from 'ethers'
import fc from 'fast-check'
import { auditRegisterAbi, bankRegisterAbi, charterAbi, fundLedgerAbi, peopleAbi } from '../../ledger/abi.ts'
import { decodeLog, TOPICS, type Log } from '../../ledger/events.ts'
import { ERASURES, KINDS, OPINIONS, REASONS, SOURCES, UNEXPLAINED } from '../../ledger/words.ts'

const DAYS = new Set(['effectiveOn', 'from', 'through', 'openedOn', 'dueOn', 'day'])
const ADDRESS = `0x${'c0'.repeat(20)}`
const contracts = [fundLedgerAbi, bankRegisterAbi, auditRegisterAbi, peopleAbi, charterAbi].map((abi) => new Interface(abi))
const fragments = new Map(contracts.flatMap(({ fragments }) =>
  fragments.filter((fragment) => fragment instanceof EventFragment).map((fragment) => [fragment.name, fragment] as const)))

describe('The events of the book', () => {
  it('are those of the contracts, by name and topic', () => {
    const topics = [...fragments].map(([name, fragment]) => [name, fragment.topicHash])

    expect([...TOPICS].toSorted()).to.deep.equal(topics.toSorted())
  })

  for (const [name, fragment] of fragments)
    it(`are read as ethers reads them: ${name}`, () => {
      fc.assert(fc.property(fc.tuple(...fragment.inputs.map(valueOf)), (values) => {
        const log = encode(fragment, values)
        const { name: found, ...facts } = decodeLog(log)

        expect(found).to.equal(name)
        expect(plain(Object.values(facts))).to.deep.equal(plain(ethersValues(fragment, log)))
      }))
    })

  it('are told in the words of the book', () => {
    const log = encode(fragment('PaymentProposed'), [2, 7, 2, 5, 12_50n, hash('aa'), hash('bb'), 3])

    expect(decodeLog(log)).to.deep.equal({
      name: 'PaymentProposed', fund: 2, outflow: 7, kind: 'Refund', subject: 5, amount: 1250n, ref: hash('aa'),
      paper: hash('bb'), by: 3,
    })
  })

  it('list the items of a batch', () => {
    const items = [[hash('a1'), 5n, hash('a2')], [hash('b1'), 7n, hash('b2')]]
    const log = encode(fragment('InflowsRecorded'), [1, 2, 9, 1000n, 1, 18_290, 4, items])

    expect(decodeLog(log)).to.deep.equal({
      name: 'InflowsRecorded', fund: 1, batch: 2, firstNumber: 9, start: 1000n, source: 'Donation', effectiveOn: 18_290, by: 4,
      inflows: [{ ref: hash('a1'), amount: 5n, paper: hash('a2') }, { ref: hash('b1'), amount: 7n, paper: hash('b2') }],
    })
  })
})

describe('A list of papers', () => {
  const log = encode(fragment('PapersErased'), [1, 4, [hash('a1'), hash('b1')]])

  it('is told with what the law did to them', () => {
    expect(decodeLog(log)).to.deep.equal({ name: 'PapersErased', erasure: 'Restricted', by: 4, papers: [hash('a1'), hash('b1')] })
  })

  it('is refused when it has more or fewer than it says', () => {
    expect(() => decodeLog({ ...log, data: log.data.slice(0, -64) })).to.throw(RangeError, '2 hashes announced, others follow')
    expect(() => decodeLog({ ...log, data: `${log.data}${'00'.repeat(32)}` })).to.throw(RangeError, '2 hashes announced')
  })
})

describe('A statement of a bank', () => {
  const log = encode(fragment('LinesRecorded'), [3, 2, 8, 18_290, -5n, 95n, hash('aa'), 4, [[hash('a1'), 101n, 18_289, hash('a2')], [hash('b1'), -1n, 18_290, hash('b2')]]])

  it('is told with what went out below zero', () => {
    expect(decodeLog(log)).to.deep.equal({
      name: 'LinesRecorded', account: 3, statement: 2, firstLine: 8, through: 18_290, opening: -5n, closing: 95n, paper: hash('aa'), by: 4,
      lines: [
        { ref: hash('a1'), amount: 101n, day: 18_289, paper: hash('a2') },
        { ref: hash('b1'), amount: -1n, day: 18_290, paper: hash('b2') },
      ],
    })
  })

  it('is refused with a balance beyond 64 bits, or with more lines or fewer than it announces', () => {
    for (const value of [2n ** 63n, 2n ** 255n, 2n ** 256n - 2n ** 63n - 1n])
      expect(() => decodeLog({ ...log, data: replaceWord(log.data, 2, value) }), `${value}`).to.throw(RangeError, /not a signed number of 64 bits/)
    for (const size of [1n, 3n])
      expect(() => decodeLog({ ...log, data: replaceWord(log.data, 7, size) })).to.throw(RangeError, /items announced/)
  })
})

describe('A log that is none of the book', () => {
  const good = encode(fragment('PieceTaken'), [1, 2, 3, 10n, 20n, 0n])
  const batch = encode(fragment('InflowsRecorded'), [1, 2, 9, 0n, 1, 18_290, 4, [[hash('a1'), 5n, hash('a2')]]])
  const [topic = ''] = good.topics

  const refused: [string, Log][] = [
    ['has an unknown topic', { ...good, topics: [hash('00'), ...good.topics.slice(1)] }],
    ['has no topic', { ...good, topics: [] }],
    ['has a topic too few', { ...good, topics: good.topics.slice(0, 2) }],
    ['has a topic too many', { ...good, topics: [...good.topics, hash('01')] }],
    ['has a topic of 31 bytes', { ...good, topics: [topic, good.topics[1]?.slice(0, -2) ?? '', hash('00')] }],
    ['has a word too few', { ...good, data: good.data.slice(0, -64) }],
    ['has a word too many', { ...good, data: `${good.data}${'0'.repeat(64)}` }],
    ['has a number of more than 32 bits', { ...good, data: good.data.replace(/^0x0{8}/, '0x00000001') }],
    ['has a letter that is no digit', { ...good, data: `${good.data.slice(0, -1)}g` }],
    ['has a source that the book does not know', { ...batch, data: replaceWord(batch.data, 2, 8n) }],
    ['has a date that no calendar has', { ...batch, data: replaceWord(batch.data, 3, 4_000_000n) }],
    ['has fen beyond the line', { ...batch, data: replaceWord(batch.data, 1, 2n ** 63n) }],
    ['has its items elsewhere', { ...batch, data: replaceWord(batch.data, 5, 224n) }],
    ['announces more items than it has', { ...batch, data: replaceWord(batch.data, 6, 2n) }],
    ['announces fewer items than it has', { ...batch, data: replaceWord(batch.data, 6, 0n) }],
  ]
  for (const [what, log] of refused)
    it(`is refused when it ${what}`, () => {
      expect(() => decodeLog(log)).to.throw(RangeError)
    })
})

function fragment(name: string): EventFragment {
  const found = fragments.get(name)
  if (!found) throw new RangeError(`no event ${name}`)
  return found
}

function encode(event: EventFragment, values: readonly unknown[]): Log {
  const { topics, data } = new Interface([event]).encodeEventLog(event, values)
  return { address: ADDRESS, topics, data }
}

function ethersValues(event: EventFragment, { topics, data }: Log): unknown[] {
  const result = new Interface([event]).parseLog({ topics, data } as EthersLog)?.args as Result
  return event.inputs.map((input, index) => wordOf(input, result[index]))
}

// Enumerations are numbers to ethers, and words to us.
function wordOf({ name, type }: ParamType, value: unknown): unknown {
  if (type !== 'uint8') return value
  const words: Record<string, readonly string[]> = { source: SOURCES, kind: KINDS, reason: REASONS, why: UNEXPLAINED, opinion: OPINIONS, erasure: ERASURES }
  return words[name]?.[Number(value)]
}

/** Numbers as text and letters in lower case, so that only what is said is compared. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return String(value)
  if (typeof value === 'string') return value.toLowerCase()
  return typeof value === 'object' && value !== null ? Array.from(Object.values(value), plain) : value
}

function valueOf(input: ParamType): fc.Arbitrary<unknown> {
  const { type, name } = input
  if (type === 'uint8') return fc.nat({ source: 7, kind: 4, why: 5, opinion: 4, erasure: 2 }[name] ?? 9)
  if (type === 'int64') return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
  if (DAYS.has(name)) return fc.nat(2_932_896)
  if (name === 'roleId' || name === 'admin' || name === 'guardian') return fc.bigInt(0n, 2n ** 64n - 1n)
  if (type === 'uint64') return fc.bigInt(0n, 2n ** 63n - 1n)
  if (type.startsWith('uint')) return fc.bigInt(0n, 2n ** BigInt(type.slice(4)) - 1n)
  if (type === 'bool') return fc.boolean()
  if (type === 'string') return fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toLowerCase())
  if (type === 'address') return hex(20)
  if (type === 'bytes') return fc.uint8Array({ maxLength: 100 })
  if (input.isArray()) return fc.array(valueOf(input.arrayChildren), { maxLength: 5 })
  if (type.startsWith('bytes')) return hex(Number(type.slice(5)))
  if (input.isTuple()) return fc.tuple(...input.components.map(valueOf))
  throw new RangeError(`no values of ${type}`)
}

function hex(size: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)
}

function hash(byte: string): `0x${string}` {
  return `0x${byte.repeat(32)}`
}

function replaceWord(data: string, index: number, value: bigint): string {
  const at = 2 + index * 64
  return data.slice(0, at) + value.toString(16).padStart(64, '0') + data.slice(at + 64)
}
