import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { checkQuorum, formatAnchor, type Anchor } from '../../../ledger/anchor.ts'
import { dayAt, formatDay } from '../../../ledger/day.ts'
import { decodeLog, type LedgerEvent } from '../../../ledger/events.ts'
import { formatWords, readWords, wordsOf } from '../../../ledger/headWords.ts'
import { Hash, toHex, type Hex } from '../../../ledger/hex.ts'
import { decodeCounts, decodeFundCount, decodeLine, slotOfCounts, slotOfFundCount, slotOfLine } from '../../../ledger/slots.ts'
import { ProofError } from '../error.ts'
import { readState } from '../state.ts'
import { openReader } from '../wire.ts'
import { readAbout, type About } from './about.ts'
import { openAudit } from './audit.ts'
import { openBank, type BankFacts } from './bank.ts'
import { linkOf, readBlock, type Block, type Call } from './block.ts'
import { BundleError, refuse, type Fault, type Place } from './fault.ts'
import { openFunds, type FundFacts } from './funds.ts'
import { openPapers, papersNamedBy, type PaperFacts } from './papers.ts'
import { openPeople } from './people.ts'
import { RECORD, recordsIn, type BundleRecord } from './stream.ts'

/** What a bundle was found to hold. It passed when `faults` is empty. */
export type BundleFacts = {
  readonly about: About
  /** Whether the bundle was made beside this very anchor. */
  readonly sameAnchor: boolean
  readonly head: { readonly number: number; readonly hash: Hex; readonly time: number; readonly sealers: readonly Hex[] }
  readonly blocks: number
  readonly calls: number
  readonly persons: number
  readonly funds: readonly FundFacts[]
  readonly bank: BankFacts
  readonly papers: PaperFacts
  /** Everything that is wrong, in the order of the book; at most `MAX_FAULTS`, and `more` beyond. */
  readonly faults: readonly Fault[]
  readonly more: number
  /** The entries whose papers are not here, at most 200. */
  readonly gaps: readonly Place[]
  /** The head is of an earlier day than the bundle is meant to reach: entries after it would not be seen. */
  readonly endsEarly: boolean
}

export type Verifying = {
  /** Told how many bytes were read so far. */
  readonly onRead?: (bytes: number) => void
  /**
   * What somebody learnt elsewhere of the newest block, its hash or its words as a text: against a tail that was cut off, and
   * two histories.
   */
  readonly head?: string
}

const MAX_FAULTS = 200

/**
 * Keeps the whole book again from a bundle and an anchor, without a network: seals, every block's place in the chain, every
 * transaction's signer and his role at that time, every entry by the rules, the papers by their hashes, and that nothing is
 * missing up to the last block.
 *
 * @throws {BundleError} {ProofError} where the file is so wrong that the rest of it means nothing; {RangeError} for an anchor
 * that would trust anybody.
 */
export async function verifyBundle(source: AsyncIterable<Uint8Array>, anchor: Anchor, { onRead, head: wanted }: Verifying = {}): Promise<BundleFacts> {
  checkQuorum(anchor)
  const expected = wanted === undefined ? undefined : readHead(wanted)
  const book = openBook(anchor)
  let about: About | undefined
  let read = 0
  const records = recordsIn(source, (bytes) => onRead?.((read += bytes)))

  for await (const { tag, content } of untilDamaged(records, book)) {
    if (!about) {
      if (tag !== RECORD.about) refuse('RECORD_MALFORMED', 'about', `record ${tag}`)
      about = readAbout(content)
      book.begin(about)
    } else if (tag === RECORD.block) book.takeBlock(content)
    else if (tag === RECORD.paper) book.takePaper(content)
    else if (tag === RECORD.gone) book.takeGone(content)
    else if (tag === RECORD.state) book.takeState(content)
    else refuse('RECORD_MALFORMED', Object.keys(RECORD).join(' | '), `record ${tag}`)
  }
  if (!about) refuse('RECORD_MALFORMED', 'about', '—')
  return { about, ...book.end(about, expected) }
}

/** A block's hash or its words (ledger/headWords.ts). */
type Head = { readonly hash: Hex } | { readonly words: readonly string[] }

/** What somebody heard of a block and what it is, where these differ. @throws {RangeError} for a text that is neither hash nor words. */
export function headDiffers(anchor: Anchor, text: string, block: { number: bigint; hash: Hex }): { expected: string; found: string } | undefined {
  return otherHead(anchor, readHead(text), block)
}

function otherHead({ chainId, genesis }: Anchor, wanted: Head, { number, hash }: { number: bigint; hash: Hex }): { expected: string; found: string } | undefined {
  const [expected, found] = 'hash' in wanted
    ? [wanted.hash, hash]
    : [formatWords(wanted.words), formatWords(wordsOf(chainId, genesis, number, hash))]
  return expected === found ? undefined : { expected, found }
}

/** @throws {RangeError} for a text that is neither. */
function readHead(text: string): Head {
  return text.startsWith('0x') ? { hash: Hash(text.toLowerCase()) } : { words: readWords(text) }
}

/** Where the book itself is at fault, a wrong digest or a torn end is one fault more, and does not hide the others. */
async function* untilDamaged(records: AsyncIterable<BundleRecord>, book: Pick<Book, 'hasFaults' | 'note'>): AsyncGenerator<BundleRecord> {
  try {
    yield* records
  } catch (error) {
    if (!(error instanceof BundleError) || !book.hasFaults()) throw error
    book.note([error.fault])
  }
}

type Book = ReturnType<typeof openBook>

function openBook(anchor: Anchor) {
  const people = openPeople(anchor)
  const funds = openFunds()
  const papers = openPapers(funds.certificateOf)
  const banks = openBank({ bankFenOf: funds.bankFenOf, isWhole: papers.isWhole })
  const audits = openAudit()
  const faults: Fault[] = []
  let more = 0
  let last: Block | undefined
  let blocks = 0
  let calls = 0
  let proven = false
  let asked: About['funds']
  let scope: About['scope'] = 'public'
  // Once a block does not fit, entries mean nothing any more: from then on only the blocks themselves are looked at.
  let broken = false

  return { begin, takeBlock, takePaper, takeGone, takeState, end, note, hasFaults: () => broken || faults.length > 0 }

  function begin({ chainId, genesis, funds, scope: given }: About): void {
    asked = funds
    scope = given
    if (chainId !== String(anchor.chainId) || genesis !== anchor.genesis)
      refuse('BOOK_OTHER', `${anchor.chainId} ${anchor.genesis}`, `${chainId} ${genesis}`)
  }

  function takeBlock(content: Uint8Array): void {
    if (proven) refuse('RECORD_MALFORMED', 'the end', 'a block')
    const block = readNext(content)
    if (!broken) note(papers.endBlock())
    blocks++
    if (!block) return
    const faults = [...placeFaults(block), ...block.faults]
    note(faults)
    broken ||= faults.length > 0
    last = block
    if (!broken) for (const call of block.calls) takeCall(call, block)
  }

  /** A block; undefined, with a fault noted, where it cannot be read. */
  function readNext(content: Uint8Array): Block | undefined {
    try {
      return readBlock(content, anchor)
    } catch (error) {
      if (!(error instanceof ProofError || error instanceof BundleError)) throw error
      broken = true
      const place = { block: Number(last?.header.number ?? 0n) + 1 }
      note([error instanceof BundleError ? error.fault : faultOfBlock(error, place)])
      last = undefined
      return undefined
    }
  }

  /** An honest bundle that is older than the anchor lacks seals; everything else is somebody's doing. */
  function faultOfBlock({ code, message }: ProofError, place: Place): Fault {
    return code === 'QUORUM_MISSED'
      ? { code, place, expected: `≥ ${anchor.quorum} / ${anchor.sealers.length}`, found: `${Number.parseInt(message, 10)} / ${anchor.sealers.length}` }
      : { code: 'BLOCK_MALFORMED', place, expected: '—', found: `${code}: ${message}` }
  }

  // A chain of witnesses is one hash after another; on a chain of validators each block brings its own seals.
  function placeFaults({ header }: Block): Fault[] {
    const number = Number(header.number)
    const fault = (expected: string, found: string): Fault[] => [{ code: 'CHAIN_BROKEN', place: { block: number }, expected, found }]
    if (!last && broken) return []
    if (anchor.sealing === 'qbft') return last && header.number <= last.header.number ? fault(`> ${last.header.number}`, `${number}`) : []

    const expected = last ? last.header.number + 1n : 1n
    if (header.number !== expected) return fault(`block ${expected}`, `block ${number}`)
    const parent = last ? linkOf(last.header, anchor) : anchor.genesis
    return header.parentHash === parent ? [] : fault(parent, header.parentHash)
  }

  function takeCall(call: Call, { header }: Block): void {
    calls++
    const block = Number(header.number)
    const ours: readonly (Hex | undefined)[] = [...Object.values(anchor.contracts), undefined]
    if (anchor.sealing === 'witness' && !ours.includes(call.to)) note([{ code: 'CONTRACT_OTHER', place: { block }, expected: Object.values(anchor.contracts).join(', '), found: `${call.to}` }])
    const wrong = people.faultOf(call, header.time, { block })
    if (wrong) note([wrong])
    const moment = { block, time: header.time, person: people.personOf(call.sender) }
    for (const log of call.logs) {
      const { charter, people: enrolments, ledger, bank, audit } = anchor.contracts
      if (log.address === ledger) {
        const event = read(log, block)
        note(funds.take(event, moment))
        namePapers(event, block)
      } else if (log.address === charter || log.address === enrolments) {
        const event = read(log, block)
        note(people.take(event, { block }))
        namePapers(event, block)
      } else if (log.address === bank || log.address === audit) {
        const event = read(log, block)
        note(log.address === bank ? banks.take(event, moment) : audits.take(event, moment, call.sender))
        namePapers(event, block)
      } else if (anchor.sealing === 'witness') note([{ code: 'CONTRACT_OTHER', place: { block }, expected: ledger, found: log.address }])
    }
    note(funds.endCall(block))
  }

  function read(log: Call['logs'][number], block: number): LedgerEvent {
    try {
      return decodeLog(log)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return refuse('RECEIPT_MALFORMED', 'an event of the book', error.message, { block })
    }
  }

  function namePapers(event: LedgerEvent, block: number): void {
    for (const { paper, place } of papersNamedBy(event)) papers.name(paper, { block, ...place }, isResidents(event))
  }

  function takePaper(content: Uint8Array): void {
    if (!broken) note(papers.take(content, scope))
  }

  function takeGone(content: Uint8Array): void {
    if (!broken) note(papers.takeGone(content, asked))
  }

  /**
   * The state at the last block says how many entries there are of each kind, so that none can have been left out at the end.
   */
  function takeState(content: Uint8Array): void {
    if (proven) refuse('RECORD_MALFORMED', 'the end', 'a state')
    proven = true
    if (broken) return
    if (!last) refuse('RECORD_MALFORMED', 'a block', 'a state')
    note(papers.endBlock())
    const found = funds.facts()
    const slots = [slotOfFundCount(), ...found.flatMap(({ fund }) => [slotOfLine(fund), slotOfCounts(fund)])]
    const place: Place = { block: Number(last.header.number) }
    const words = wordsIn(content, last.header.stateRoot, slots, place)
    if (!words) return
    compare(place, { funds: words.has(slotOfFundCount()) ? decodeFundCount(words.get(slotOfFundCount()) ?? '0x') : 0 }, { funds: found.length })
    for (const fund of found) {
      const line = decodeLine(words.get(slotOfLine(fund.fund)) ?? EMPTY)
      const counts = decodeCounts(words.get(slotOfCounts(fund.fund)) ?? EMPTY)
      compare({ ...place, fund: fund.fund }, { ...line, ...counts }, fund)
    }
  }

  /** What lies at the slots; undefined, with a fault noted, when it is not of this block. */
  function wordsIn(content: Uint8Array, stateRoot: Hex, slots: readonly Hex[], place: Place): ReturnType<typeof readState> | undefined {
    try {
      const reader = openReader(content)
      const words = readState(reader, stateRoot, anchor.contracts.ledger, slots)
      reader.end()
      return words
    } catch (error) {
      if (!(error instanceof ProofError)) throw error
      note([{ code: 'STATE_DIFFERS', place, expected: stateRoot, found: `${error.code}: ${error.message}` }])
      return undefined
    }
  }

  function compare(place: Place, state: Readonly<Record<string, bigint | number>>, found: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(state))
      if (value !== found[name]) note([{ code: 'STATE_DIFFERS', place, expected: `${name} ${value}`, found: `${name} ${String(found[name])}` }])
  }

  function end(about: About, wanted: Head | undefined): Omit<BundleFacts, 'about'> {
    if (!broken && (!last || !proven)) refuse('RECORD_MALFORMED', 'blocks and the state at the last', '—')
    const { hash = NO_HASH, sealers = [], header: { number: at = 0n, time = 0 } = {} } = last ?? {}
    const number = Number(at)
    if (last && sealers.length === 0) note([{ code: 'HEAD_OTHER', place: { block: number }, expected: 'a sealed block', found: '—' }])
    if (wanted) note(headFaults(wanted, number, hash))
    const bank = banks.end()
    if (!broken) note([...bank.faults, ...papers.end(audits.erased())])
    return {
      sameAnchor: about.anchor === hashOfAnchor(anchor), head: { number, hash, time, sealers }, blocks, calls, persons: people.count(),
      funds: funds.facts(), bank: bank.facts, papers: papers.facts(), gaps: papers.gaps(), faults, more, endsEarly: formatDay(dayAt(time)) < about.through,
    }
  }

  function headFaults(wanted: Head, number: number, hash: Hex): Fault[] {
    const other = otherHead(anchor, wanted, { number: BigInt(number), hash })
    return other ? [{ code: 'HEAD_OTHER', place: { block: number }, ...other }] : []
  }

  function note(found: readonly Fault[]): void {
    for (const fault of found)
      if (faults.length < MAX_FAULTS) faults.push(fault)
      else more++
  }
}

const NO_HASH: Hex = `0x${'0'.repeat(64)}`
const EMPTY: Hex = `0x${'0'.repeat(64)}`

/** Whether residents wrote what the event names: it comes after the event, or never. */
function isResidents(event: LedgerEvent): boolean {
  return event.name === 'ComplaintFiled' || (event.name === 'ComplaintReopened' && event.by === 0)
}

/** The hash by which a bundle names its anchor. */
export function hashOfAnchor(anchor: Anchor): Hex {
  return toHex(keccak_256(utf8ToBytes(formatAnchor(anchor))))
}
