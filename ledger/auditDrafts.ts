import { formatDay, type Day } from './day.ts'
import type { Hex } from './hex.ts'
import type { Draft } from './papers.ts'
import { KINDS, SOURCES, type Kind, type OpinionKind, type Source } from './words.ts'

/**
 * What stands in the papers of closings, opinions, findings and answers to complaints. All of it is public and for ever: no names,
 * phones or accounts. Amounts are fen, which may be below zero where a payment is dated before the gift that it took.
 */
export type Certificate = {
  readonly fund: number
  /** Absent in the first period, which reaches back to the fund's beginning. */
  readonly from?: Day
  readonly through: Day
  readonly opening: bigint
  readonly closing: bigint
  readonly inflows: readonly { readonly source: Source; readonly amount: bigint; readonly count: number }[]
  readonly outflows: readonly { readonly kind: Kind; readonly amount: bigint; readonly count: number }[]
}

/** The certificate of a closed period (结账凭证): `in.Donation` is a sum, `in.Donation.count` of how many entries. */
export function certificateDraft({ fund, from, through, opening, closing, inflows, outflows }: Certificate): Draft {
  const sums = [
    ...inflows.map(({ source, amount, count }) => [`in.${source}`, amount, count] as const),
    ...outflows.map(({ kind, amount, count }) => [`out.${kind}`, amount, count] as const),
  ]
  return {
    kind: 'period-certificate',
    public: {
      fund: `${fund}`, ...(from !== undefined && { from: formatDay(from) }), through: formatDay(through),
      opening: `${opening}`, closing: `${closing}`,
      ...Object.fromEntries(sums.flatMap(([name, amount, count]) => [[name, `${amount}`], [`${name}.count`, `${count}`]])),
    },
    private: {},
  }
}

/** One sum of a certificate. */
export type CertifiedSum = { readonly way: 'in' | 'out'; readonly of: Source | Kind; readonly amount: bigint; readonly count: number }

/** The sums that a certificate's public fields give; undefined when they are none. */
export function readCertificate(fields: Readonly<Record<string, string>>): { opening: bigint; closing: bigint; sums: CertifiedSum[] } | undefined {
  const amountOf = (name: string) => (/^-?\d{1,19}$/.test(fields[name] ?? '') ? BigInt(fields[name] ?? '') : undefined)
  const [opening, closing] = [amountOf('opening'), amountOf('closing')]
  if (opening === undefined || closing === undefined) return undefined
  const sum = (way: CertifiedSum['way'], of: Source | Kind) => {
    const amount = amountOf(`${way}.${of}`)
    return amount === undefined ? [] : [{ way, of, amount, count: Number(fields[`${way}.${of}.count`] ?? 0) }]
  }
  const sums = [...SOURCES.slice(1).flatMap((source) => sum('in', source)), ...KINDS.slice(1).flatMap((kind) => sum('out', kind))]
  return { opening, closing, sums }
}

/** An auditor's opinion on the days `from` to `through`. `bundle` is the SHA-256 of the examined file. */
export function opinionDraft(
  { from, through, opinion, bundle, statement }: { from: Day; through: Day; opinion: OpinionKind; bundle: Hex; statement: string },
): Draft {
  return {
    kind: 'opinion',
    public: { from: formatDay(from), through: formatDay(through), opinion, bundleSha256: bundle, statement },
    private: {},
  }
}

/** A finding (审计问题) that its owner must answer by a day. */
export function findingDraft({ owner, dueOn, statement }: { owner: number; dueOn: Day; statement: string }): Draft {
  return { kind: 'finding', public: { owner: `${owner}`, dueOn: formatDay(dueOn), statement }, private: {} }
}

/** What followed upon a finding, or what was done with a complaint by somebody of the book. */
export type Reply = 'finding-answer' | 'finding-verified' | 'finding-sent-back' | 'complaint-answer' | 'complaint-closing' | 'complaint-review'

/** A reply to the finding or complaint of that number. */
export function replyDraft(kind: Reply, number: number, statement: string): Draft {
  return { kind, public: { number: `${number}`, statement }, private: {} }
}

/** What a paper of these says in words; undefined where it says nothing. */
export function statementOf(paper: { readonly public: Readonly<Record<string, string>> } | undefined): string | undefined {
  return paper?.public['statement']
}
