import type { EntryPlace, Sought, Voucher } from '../../indexer/finding.ts'
import type { Inflow } from '../../indexer/inflows.ts'
import type { Outflow } from '../../indexer/outflows.ts'
import type { Reader } from '../../indexer/read.ts'
import { leafOf, pathOf } from '../../ledger/batch.ts'
import { formatDay, type Day } from '../../ledger/day.ts'
import { titleOf } from '../../ledger/drafts.ts'
import { Fen } from '../../ledger/fen.ts'
import { folded } from '../../ledger/folded.ts'
import type { Hex } from '../../ledger/hex.ts'
import { shownText } from '../../ledger/shown.ts'
import { isPaid, KIND_WORDS, SOURCE_WORDS, type Kind, type Role, type Source, type State, type Words } from '../../ledger/words.ts'
import { partSentences, textOf, type PartTold } from '../pages/browser/sentences.ts'
import type { Titles } from '../titles.ts'
import type { Book, EntryMatchView } from '../views.ts'
import { fieldsFor, mayRead, type PrivatePapers } from './access.ts'
import { isUndone, type AskTold, type AskVault } from './asks.ts'

/** An inflow in a list of the desk. `who` gave it, where they were looked for by name. */
export type InflowFound = {
  readonly fund: number; readonly number: number; readonly amount: Fen; readonly source: Source; readonly on: string; readonly paper: Hex; readonly who?: string
}

/** An outflow in a list of the desk. `on` is absent until something was paid. */
export type OutflowFound = {
  readonly fund: number; readonly number: number; readonly kind: Kind; readonly state: State; readonly amount: Fen; readonly title: Words; readonly on?: string
}

/** What was found, the newest first; `more` says that the list goes on, after `looked` entries where they were looked through. */
export type Found = {
  readonly looked?: number
  readonly inflows: readonly InflowFound[]; readonly outflows: readonly OutflowFound[]; readonly more: { readonly inflows: boolean; readonly outflows: boolean }
}

/** One part of an inflow in the words of its donor's page, with the outflow that took it. */
export type PlaceTold = { readonly words: Words; readonly outflow?: EntryPlace }

/** Everything that somebody at the desk decides by when an inflow is wrong. */
export type InflowTold = InflowFound & {
  readonly ref: Hex; readonly batch: number; readonly recorder: number; readonly recordedAt: number; readonly origin?: EntryPlace
  /** What is unspent of it, and void and still so; what a void may take of what is unspent, and a refund, as the fund stands now. */
  readonly unspent: Fen; readonly voided: Fen; readonly voidable: Fen; readonly refundable: Fen
  readonly where: readonly PlaceTold[]; readonly more: number
  readonly corrections: readonly OutflowFound[]; readonly matches: readonly EntryMatchView[]
  /** A void of it that was asked for, refused or not, until one is made or nothing of it can be voided. */
  readonly asked?: AskTold
}

/** The same of an outflow: `returnable` is what was paid of it and did not come back; `paidFrom` is the first day on which any was. */
export type OutflowTold = OutflowFound & {
  readonly returnable: Fen; readonly paidFrom?: string; readonly unpaid: Fen; readonly subject: number
  readonly returns: readonly { readonly fund: number; readonly inflow: number; readonly amount: Fen; readonly on: string }[]
  readonly matches: readonly EntryMatchView[]
}

/** An inflow as the contract wants it shown: its leaf, and the way from it to its batch's root. */
export type ProvenInflow = {
  readonly batch: number; readonly number: number; readonly start: Fen; readonly ref: Hex; readonly amount: Fen; readonly paper: Hex; readonly path: readonly Hex[]
}

/** A voucher in a list of a month. `first` to `last` are the inflows of a batch. A void stands below zero among what came in. */
export type VoucherTold = {
  readonly on: string; readonly fund: number; readonly first: number; readonly last: number; readonly way: 'in' | 'out'; readonly kind: Words; readonly title: Words
  /** Whether its number is that of an outflow. */
  readonly isOutflow: boolean
  readonly amount: bigint; readonly person: number; readonly paper: Hex
}

type Parts = {
  readonly reader: Reader
  readonly book: Pick<Book, 'trace' | 'bank'>
  readonly papers: PrivatePapers & Pick<AskVault, 'askedVoidOf'>
  readonly titles: Pick<Titles, 'of'>
}

/** So many entries are looked through at once by their papers' words: each takes a fraction of a millisecond, and nobody else is served meanwhile. */
const LOOKED = 1_000

/** So many parts of an inflow are told; the rest is counted. */
const TOLD = 100

/** The public fields that people remember an outflow by. */
const SOUGHT = ['title', 'titleEn', 'project', 'category', 'statement'] as const

/** Tells people at the desk of entries, and what is left of them to correct. */
export function openEntries({ reader, book, papers, titles }: Parts) {
  const outflowFound = (outflow: Outflow): OutflowFound => {
    const { fund, number, kind, state, effectiveOn } = outflow
    const amount = isPaid(outflow) ? outflow.paid : outflow.amount
    return { fund, number, kind, state, amount, title: titles.of(outflow).title, ...(effectiveOn !== undefined && { on: formatDay(effectiveOn) }) }
  }
  const outflowsAt = (places: readonly EntryPlace[]): OutflowFound[] =>
    places.flatMap(({ fund, number }) => reader.outflow(fund, number) ?? []).map(outflowFound)

  return {
    find(sought: Sought): Found {
      const asked = { ...sought, limit: sought.limit + 1 }
      const [inflows, outflows] = [reader.findInflows(asked), reader.findOutflows(asked)]
      return {
        inflows: inflows.slice(0, sought.limit).flatMap(({ fund, number }) => reader.inflow(fund, number) ?? []).map(inflowFound),
        outflows: outflowsAt(outflows.slice(0, sought.limit)),
        more: { inflows: inflows.length > sought.limit, outflows: outflows.length > sought.limit },
      }
    },

    /**
     * Looks for words in what the papers of `LOOKED` entries of each kind say, after the `skip` newest: names, remarks, titles, numbers of
     * invoices. Only what these roles may read is looked at. Each paper is opened for it, since an index of names would be one more thing
     * to steal. `more` says whether there are older entries to look through.
     */
    findNamed(sought: Omit<Sought, 'limit'>, words: string, roles: readonly Role[]): Found {
      const wanted = folded(words)
      const asked = { ...sought, limit: LOOKED + 1 }
      const inflows = mayRead(roles, 'donation') ? reader.findInflows(asked) : []
      const outflows = reader.findOutflows(asked)
      const named = (hash: Hex) => {
        const [said, secret] = [papers.paperOf(hash)?.paper.public ?? {}, fieldsFor(papers, roles, hash) ?? {}]
        const texts = [...SOUGHT.flatMap((name) => said[name] ?? []), ...Object.values(secret).map(({ value }) => value)]
        return texts.some((text) => folded(text).includes(wanted)) ? { who: secret['donor']?.value } : undefined
      }
      return {
        inflows: inflows.slice(0, LOOKED).flatMap(({ fund, number }) => {
          const inflow = reader.inflow(fund, number)
          const found = inflow && named(inflow.paper)
          return found ? [{ ...inflowFound(inflow), ...(found.who && { who: shownText(found.who) }) }] : []
        }),
        outflows: outflows.slice(0, LOOKED).flatMap(({ fund, number }) => {
          const outflow = reader.outflow(fund, number)
          return outflow && named(outflow.paper) ? [outflowFound(outflow)] : []
        }),
        looked: LOOKED, more: { inflows: inflows.length > LOOKED, outflows: outflows.length > LOOKED },
      }
    },

    /** The inflow of a gift that the vault knows. */
    ofGift({ fund, ref }: { fund: number; ref: Hex }): Found {
      const inflow = reader.inflowOfRef(fund, ref)
      return { inflows: inflow ? [inflowFound(inflow)] : [], outflows: [], more: { inflows: false, outflows: false } }
    },

    inflow(fundNumber: number, number: number): InflowTold | undefined {
      const [inflow, fund, trace] = [reader.inflow(fundNumber, number), reader.fund(fundNumber), book.trace(fundNumber, number)]
      if (!inflow || !fund || !trace) return undefined
      const unspent = trace.parts.reduce((sum, part) => (part.place === 'fund' ? sum + part.to - part.from : sum), 0n)
      const voided = trace.told.parts.reduce((sum, part) => (part.place === 'outflow' && part.outflow.kind === 'Void' ? sum + part.backFrom - part.from : sum), 0n)
      const isOpenTo = fund.open && inflow.source !== 'Transfer'
      const { origin } = inflow
      const voidable = isOpenTo ? leastOf(unspent, fund.unspent - fund.held) : Fen(0n)
      const asked = voidable > 0n ? askedOf(fundNumber, number) : undefined
      return {
        ...inflowFound(inflow), ref: inflow.ref, batch: inflow.batch, recorder: inflow.recorder, recordedAt: inflow.recordedAt,
        ...(origin && { origin: { fund: origin.fund, number: origin.outflow } }),
        unspent: Fen(unspent), voided: Fen(voided), voidable,
        refundable: fund.open ? leastOf(unspent, fund.available) : Fen(0n),
        where: trace.told.parts.slice(0, TOLD).map(placeTold), more: Math.max(0, trace.told.parts.length - TOLD),
        corrections: outflowsAt(reader.correctionsOf(fundNumber, number).map((outflow) => ({ fund: fundNumber, number: outflow }))),
        matches: book.bank.matchesOf(fundNumber, false, number), ...(asked && { asked }),
      }
    },

    outflow(fund: number, number: number): OutflowTold | undefined {
      const outflow = reader.outflow(fund, number)
      if (!outflow) return undefined
      const { kind, state, amount, paid, returned, subject } = outflow
      const isReturnable = isPaid(outflow) && kind !== 'Transfer'
      const paidFrom = reader.steps(fund, number).find(({ step }) => step === 'Executed' || step === 'Voided')?.effectiveOn
      return {
        ...outflowFound(outflow), subject, ...(paidFrom !== undefined && { paidFrom: formatDay(paidFrom) }), unpaid: Fen(state === 'Approved' ? amount - paid : 0n), returnable: isReturnable ? Fen(paid - returned) : Fen(0n),
        returns: reader.returnsOf(fund, number).map(({ fund, inflow, start, end, effectiveOn }) =>
          ({ fund, inflow, amount: Fen(end - start), on: formatDay(effectiveOn) })),
        matches: book.bank.matchesOf(fund, true, number),
      }
    },

    proven(fund: number, number: number): ProvenInflow | undefined {
      const inflow = reader.inflow(fund, number)
      const { leaves, firstNumber } = reader.batchOf(fund, number) ?? { leaves: [], firstNumber: 0 }
      if (!inflow || leaves.length === 0) return undefined
      const { batch, start, ref, amount, paper } = inflow
      return { batch, number, start, ref, amount, paper, path: pathOf(leaves.map(leafOf), number - firstNumber) }
    },

    /** What was asked for or approved and is not paid yet, the newest first. */
    underWay: (limit: number): OutflowFound[] => [...reader.outflowsIn('Proposed', limit), ...reader.outflowsIn('Approved', limit)].reverse().map(outflowFound),

    /** What moved money in some days, at most `limit` of it. */
    vouchers: (days: { from: Day; through: Day }, limit: number): VoucherTold[] => reader.vouchers(days, limit).map(voucherTold),
  }

  function askedOf(fund: number, inflow: number): AskTold | undefined {
    const asked = papers.askedVoidOf(fund, inflow)
    if (!asked || !isUndone(reader, asked)) return undefined
    const { amount, reason, person, at, refused } = asked
    return { amount, reason, person, at, ...(refused && { refused }) }
  }

  function voucherTold(voucher: Voucher): VoucherTold {
    const { fund, number, count, amount, on, person, paper } = voucher
    const common = { on: formatDay(on), fund, first: number, last: number + count - 1, amount, person, paper }
    if (voucher.what === 'inflows') return { ...common, way: 'in', isOutflow: false, kind: SOURCE_WORDS[voucher.source], title: inflowsWords(count) }
    const outflow = reader.outflow(fund, number)
    const told = { ...common, kind: KIND_WORDS[voucher.kind], title: outflow ? titles.of(outflow).title : KIND_WORDS[voucher.kind] }
    return voucher.kind === 'Void' ? { ...told, way: 'in', isOutflow: true, amount: -amount } : { ...told, way: 'out', isOutflow: true }
  }

  function placeTold(part: PartTold): PlaceTold {
    const told = (language: 'zh' | 'en') => partSentences(part, (hash) => titleIn(hash, language), language).map(textOf).join(language === 'zh' ? '' : ' ')
    return {
      words: { zh: told('zh'), en: told('en') },
      ...(part.place === 'outflow' && { outflow: { fund: part.outflow.fund, number: part.outflow.number } }),
    }
  }

  function titleIn(hash: Hex, language: 'zh' | 'en'): string | undefined {
    const kept = papers.paperOf(hash)
    return kept && titleOf(kept.paper)?.[language]
  }
}

function inflowFound({ fund, number, amount, source, effectiveOn, paper }: Inflow): InflowFound {
  return { fund, number, amount, source, on: formatDay(effectiveOn), paper }
}

function inflowsWords(count: number): Words {
  return { zh: `登记收入 ${count} 笔`, en: `${count} inflow${count === 1 ? '' : 's'} recorded` }
}

function leastOf(one: bigint, other: bigint): Fen {
  const least = one < other ? one : other
  return Fen(least < 0n ? 0n : least)
}
