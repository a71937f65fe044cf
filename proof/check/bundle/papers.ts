import canonicalize from 'canonicalize'
import { checkField, formatPaper, hashOfPaper, readOpened, readPaper, type Opened, type Paper } from '../../../ledger/papers.ts'
import type { LedgerEvent } from '../../../ledger/events.ts'
import { toHex, type Hex } from '../../../ledger/hex.ts'
import { ERASURES, type Erasure } from '../../../ledger/words.ts'
import type { About } from './about.ts'
import type { MatchedEntry } from '../../../ledger/traceability.ts'
import { refuse, type Fault, type Place } from './fault.ts'

/** Why a paper is not in a bundle: whoever made it has it not, or it is not of the funds that were asked for. */
export const GONE = ['unknown', 'elsewhere'] as const

/**
 * How the private fields of a paper stand: the law lets a person have them restricted, and destroyed when their time has
 * come.
 */
export const PAPER_STATES = ['kept', 'restricted', 'destroyed'] as const
export type PaperState = (typeof PAPER_STATES)[number]

/** How a paper stands of which the book says this. */
export function stateAfter(erasure: Erasure): PaperState {
  return PAPER_STATES[ERASURES.indexOf(erasure)] ?? 'kept'
}

/** What became of the papers that entries name: how many are there, and of how many the private fields. */
export type PaperFacts = {
  readonly named: number
  readonly given: number
  readonly opened: number
  /** Of the unknown ones those that the book's own people should have; what residents wrote may never have arrived. */
  readonly missing: number
} & Readonly<Record<(typeof GONE)[number] | 'restricted' | 'destroyed', number>>

/** Every paper that an event names, with the entry that it stands behind, in the order in which a bundle has them. */
export function papersNamedBy(event: LedgerEvent): { readonly paper: Hex; readonly place: Place }[] {
  const fund = 'fund' in event ? { fund: event.fund } : {}
  const outflow = 'outflow' in event ? { entry: 'outflow' as const, number: event.outflow } : {}
  return [
    ...('paper' in event ? [{ paper: event.paper, place: { ...fund, ...outflow } }] : []),
    ...('purpose' in event ? [{ paper: event.purpose, place: fund }] : []),
    ...(event.name === 'InflowsRecorded' ? event.inflows.map(({ paper }, index) => ({ paper, place: { ...fund, entry: 'inflow' as const, number: event.firstNumber + index } })) : []),
    ...(event.name === 'LinesRecorded' ? event.lines.map(({ paper }, index) => ({ paper, place: { account: event.account, line: event.firstLine + index } })) : []),
  ]
}

/** So many missing papers are named. */
const MAX_GAPS = 200

/**
 * The papers of a bundle: each follows the block that first names it, or a word on why it is not there.
 *
 * @param certificateOf What the certificate with this hash must say, where it is one of a closed period.
 */
export function openPapers(certificateOf: (hash: Hex) => Readonly<Record<string, string>> | undefined) {
  const seen = new Set<Hex>()
  const notHere = new Set<Hex>()
  const incomplete = new Set<string>()
  const claimed = new Map<Hex, PaperState>()
  let waiting = new Map<Hex, Place>()
  const residents = new Set<Hex>()
  const gaps: Place[] = []
  const counts = { given: 0, opened: 0, missing: 0, unknown: 0, elsewhere: 0, restricted: 0, destroyed: 0 }

  return {
    /** An entry names a paper. */
    name(paper: Hex, place: Place, isResidents: boolean): void {
      if (isResidents) residents.add(paper)
      if (notHere.has(paper)) incomplete.add(entryOf(place))
      if (seen.has(paper)) return
      seen.add(paper)
      waiting.set(paper, place)
    },
    /** The next block begins: all that were named before must be there. */
    endBlock(): Fault[] {
      const faults = Array.from(waiting, ([paper, place]): Fault => ({ code: 'PAPER_MISSING', place: { ...place, paper }, expected: paper, found: '—' }))
      waiting = new Map()
      return faults
    },
    take(content: Uint8Array, scope: About['scope']): Fault[] {
      const { paper, opened, state } = readRecord(content)
      const hash = hashOfPaper(paper)
      const place = waiting.get(hash)
      if (!waiting.delete(hash)) return [{ code: 'PAPER_UNNAMED', place: { paper: hash }, expected: [...waiting.keys()].join(', ') || '—', found: `${hash} ${formatPaper(paper).slice(0, 200)}` }]
      counts.given++
      if (state !== 'kept') {
        counts[state]++
        claimed.set(hash, state)
      }
      const certified = differencesOf(paper, certificateOf(hash), { ...place, paper: hash })
      // The law takes private fields out of an auditor's hands, and nobody else does: then the state says so, and the book.
      const withheld = scope === 'auditor' && state === 'kept' && !opened && Object.keys(paper.private).length > 0
      if (withheld) return [...certified, { code: 'FIELDS_WITHHELD', place: { ...place, paper: hash }, expected: Object.keys(paper.private).join(', '), found: '—' }]
      if (!opened) return certified
      counts.opened++
      return [...certified, ...Object.entries(opened).flatMap(([field, value]): Fault[] =>
        checkField(paper, field, value) ? [] : [{ code: 'FIELD_DIFFERS', place: { ...place, paper: hash }, expected: paper.private[field] ?? '—', found: `${field}: ${value.value}` }])]
    },
    /** `funds` are those whose papers were asked for; undefined for all. */
    takeGone(content: Uint8Array, funds: readonly number[] | undefined): Fault[] {
      const hash = toHex(content.subarray(0, 32))
      const why = GONE[content[32] ?? 0]
      if (content.length !== 33 || !why) refuse('RECORD_MALFORMED', '33', String(content.length))
      const place = waiting.get(hash)
      if (!place) return [{ code: 'PAPER_UNNAMED', place: { paper: hash }, expected: '—', found: hash }]
      const asked = !funds || place.fund === undefined || funds.includes(place.fund)
      if (why === 'elsewhere' && asked) return [{ code: 'PAPER_MISSING', place: { ...place, paper: hash }, expected: hash, found: why }]
      waiting.delete(hash)
      notHere.add(hash)
      incomplete.add(entryOf(place))
      counts[why]++
      if (why === 'unknown' && !residents.has(hash)) {
        counts.missing++
        if (gaps.length < MAX_GAPS) gaps.push({ ...place, paper: hash })
      }
      return []
    },
    /** Once all is read: each paper that is here stands as the book says. */
    end(erased: ReadonlyMap<Hex, Erasure>): Fault[] {
      const here = [...erased.keys()].filter((paper) => seen.has(paper) && !notHere.has(paper))
      return [...new Set([...claimed.keys(), ...here])].flatMap((paper): Fault[] => {
        const [expected, found] = [stateAfter(erased.get(paper) ?? 'None'), claimed.get(paper) ?? 'kept']
        return expected === found ? [] : [{ code: 'ERASURE_DIFFERS', place: { paper }, expected, found }]
      })
    },
    /** Whether every paper of an entry is here. */
    isWhole: ({ fund, outflow, entry }: MatchedEntry): boolean =>
      !incomplete.has(entryOf({ fund, entry: outflow ? 'outflow' : 'inflow', number: entry })),
    gaps: (): readonly Place[] => gaps,
    facts: (): PaperFacts => ({ named: seen.size, ...counts }),
  }
}

function differencesOf({ public: fields }: Paper, expected: Readonly<Record<string, string>> | undefined, place: Place): Fault[] {
  if (!expected) return []
  const sums = Object.keys(fields).filter((name) => /^(in|out)\.|^(opening|closing|through|from|fund)$/.test(name))
  return [...new Set([...Object.keys(expected), ...sums])].flatMap((name): Fault[] => {
    const [wanted, found] = [expected[name] ?? '—', fields[name] ?? '—']
    return wanted === found ? [] : [{ code: 'CERTIFICATE_DIFFERS', place, expected: `${name} ${wanted}`, found: `${name} ${found}` }]
  })
}

function entryOf({ fund, entry, number }: Place): string {
  return `${fund} ${entry} ${number}`
}

type PaperRecord = { paper: Paper; state: (typeof PAPER_STATES)[number]; opened?: Opened }

function readRecord(content: Uint8Array): PaperRecord {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content)
    const { paper, state, opened } = Object(JSON.parse(text))
    const found = PAPER_STATES.find((one) => one === state)
    if (!found) throw new RangeError(`state ${String(state)}`)
    const record: PaperRecord = { paper: readPaper(paper), state: found, ...(opened !== undefined && { opened: readOpened(opened) }) }
    // Written from what was read: a strange field, or a capital letter in a hash, would not be in it.
    if (canonicalize(record) !== text) throw new RangeError('not canonical {paper, state, opened}')
    if (record.opened && Object.keys(record.paper.private).some((field) => !Object.hasOwn(record.opened ?? {}, field)))
      throw new RangeError('some private fields are there, others not')
    return record
  } catch (error) {
    return refuse('RECORD_MALFORMED', 'a paper', error instanceof Error ? error.message : String(error))
  }
}
