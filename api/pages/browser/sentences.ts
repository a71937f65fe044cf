import { formatDay, type Day } from '../../../ledger/day.ts'
import { Fen, formatYuan } from '../../../ledger/fen.ts'
import type { Hex } from '../../../ledger/hex.ts'
import { KIND_WORDS, SOURCE_WORDS, takenWords, type Kind, type Source, type State } from '../../../ledger/words.ts'
import { sumsOf, type Part, type Sums } from '../../../proof/check/facts.ts'

/**
 * The sentences of the donor's page, written once: the server writes them from its rows, the browser from what the proof
 * proved, and compares the two letter by letter. So they say nothing that a proof does not hold.
 */
export type Trace = {
  readonly fund: number
  readonly inflow: { readonly number: number; readonly amount: Fen; readonly effectiveOn: Day; readonly source: Source }
  readonly parts: readonly PartTold[]
}

/** What a sentence needs of a part; what the proof knows beyond it is left to the proof. */
export type PartTold = UnspentTold | SpentTold
export type UnspentTold = { readonly place: 'fund'; readonly fund: number; readonly from: Fen; readonly to: Fen }
export type SpentTold = {
  readonly place: 'outflow'
  readonly from: Fen
  readonly to: Fen
  readonly outflow: OutflowTold
  readonly backFrom: Fen
  readonly back: readonly BackTold[]
}
export type OutflowTold = {
  readonly fund: number; readonly number: number; readonly kind: Kind; readonly state: State; readonly paper: Hex
}
export type BackTold = {
  readonly fund: number; readonly inflow: number; readonly effectiveOn: Day; readonly source: Source
  readonly from: Fen; readonly to: Fen; readonly parts: readonly PartTold[]
}

export type Language = 'zh' | 'en'

/** What a paper says its entry is for, once its hash was looked at; undefined where the paper is missing. */
export type TitleOf = (paper: Hex) => string | undefined

/** A sentence in pieces: amounts stand out. */
export type Sentence = readonly (string | { readonly strong: string })[]

/** The letters of a sentence. */
export function textOf(sentence: Sentence): string {
  return sentence.map((piece) => (typeof piece === 'string' ? piece : piece.strong)).join('')
}

/** All that the page claims, in the order in which it stands there. */
export function claimsOf(trace: Trace, titleOf: TitleOf, language: Language): Sentence[] {
  return [
    giftSentence(trace), entrySentence(trace, language), sumsSentence(sumsOfTold(trace.parts), language),
    ...trace.parts.flatMap((part) => partSentences(part, titleOf, language)),
  ]
}

/** `¥100.00`. */
export function giftSentence({ inflow }: Trace): Sentence {
  return [yuan(inflow.amount)]
}

/** When and where the gift stands in the book. */
export function entrySentence({ fund, inflow }: Trace, language: Language): Sentence {
  const source = SOURCE_WORDS[inflow.source]
  const given = inflow.source === 'Donation'
  const day = formatDay(inflow.effectiveOn)
  return language === 'zh'
    ? [`${given ? '捐赠日' : '入账日'} ${day} · 来源：${source.zh} · 基金 ${fund} 第 ${inflow.number} 笔收入`]
    : [`${given ? 'Given on' : 'Received on'} ${day} · source: ${source.en} · inflow ${inflow.number} of fund ${fund}`]
}

/** How much is used, how much is not. */
export function sumsSentence(sums: Sums, language: Language): Sentence {
  const told: Sentence[] = SUMS.filter(({ key }) => sums[key] > 0n || key === 'unspent').map(({ key, zh, en }) =>
    language === 'zh' ? [zh, ' ', { strong: yuan(sums[key]) }] : [en, ' ', { strong: yuan(sums[key]) }],
  )
  return told.flatMap((one, at) => (at ? [language === 'zh' ? '，' : ', ', ...one] : one))
}

/** The sentences of one part and of what came back of it. */
export function partSentences(part: PartTold, titleOf: TitleOf, language: Language): Sentence[] {
  if (part.place === 'fund') return [unspentSentence(part, language)]
  return [
    spentSentence(part, titleOf, language),
    ...part.back.flatMap((back) => [
      backSentence(back, language),
      ...back.parts.flatMap((then) => partSentences(then, titleOf, language)),
    ]),
    ...(untracedSentence(part, language) ?? []),
  ]
}

/** `¥40.00 尚未使用，留在基金 1。` */
export function unspentSentence({ fund, from, to }: UnspentTold, language: Language): Sentence {
  return language === 'zh'
    ? [amount(from, to), ` 尚未使用，留在基金 ${fund}。`]
    : [amount(from, to), ` is not used yet; it lies in fund ${fund}.`]
}

/** `¥60.00 用于「购买 N95 口罩」（基金 1 第 3 笔拨付，已验收）。` */
export function spentSentence({ from, to, outflow }: SpentTold, titleOf: TitleOf, language: Language): Sentence {
  const { fund, number, kind, state, paper } = outflow
  const title = titleOf(paper)
  const quoted = title === undefined ? '' : language === 'zh' ? `「${title}」` : `“${title}”`
  const words = VERBS[kind]
  // A void is done at once, and its verb says so.
  const taken = kind === 'Void' ? undefined : takenWords(kind, state)
  return language === 'zh'
    ? [amount(from, to), ` ${words.zh}${quoted}（基金 ${fund} 第 ${number} 笔${KIND_WORDS[kind].zh}${taken ? `，${taken.zh}` : ''}）。`]
    : [amount(from, to), ` ${words.en}${quoted && ` ${quoted}`} (${KIND_WORDS[kind].en} ${number} of fund ${fund}${taken ? `, ${taken.en}` : ''}).`]
}

/** `其中 ¥20.00 于 2020-02-10 退回基金 1（第 9 笔收入）。` */
export function backSentence(back: BackTold, language: Language): Sentence {
  const { fund, inflow, effectiveOn, source, from, to } = back
  const arrived = source === 'Transfer'
  if (language === 'zh')
    return ['其中 ', amount(from, to), ` 于 ${formatDay(effectiveOn)} ${arrived ? '划入' : '退回'}基金 ${fund}（第 ${inflow} 笔收入）：`]
  return ['Of it, ', amount(from, to), ` ${arrived ? 'arrived in' : 'came back to'} fund ${fund} on ${formatDay(effectiveOn)} (inflow ${inflow}):`]
}

/** Says where tracing stops, when it does. */
export function untracedSentence({ to, backFrom, back }: SpentTold, language: Language): [Sentence] | undefined {
  if (backFrom === to || back.length > 0) return undefined
  return [
    language === 'zh'
      ? ['其中 ', amount(backFrom, to), ' 后来退回或划转，往来过多，此处不再追踪。']
      : ['Of it, ', amount(backFrom, to), ' came back or moved on later; the trace stops here.'],
  ]
}

/** The sums over the last places of a trace as it is told. */
export function sumsOfTold(parts: readonly PartTold[]): Sums {
  // The sums look at places, kinds and amounts only, all of which are told.
  return sumsOf(parts as readonly Part[])
}

type Amount = { readonly strong: string }

function amount(from: Fen, to: Fen): Amount {
  return { strong: yuan(Fen(to - from)) }
}

function yuan(fen: Fen): string {
  return `¥${formatYuan(fen)}`
}

const VERBS: Record<Kind, { zh: string; en: string }> = {
  None: { zh: '', en: '' },
  Payment: { zh: '用于', en: 'went to' },
  Refund: { zh: '退还捐赠人', en: 'was given back to the donor' },
  Transfer: { zh: '划往另一基金', en: 'moved to another fund' },
  Void: { zh: '已冲销', en: 'was voided' },
}

const SUMS: readonly { key: keyof Sums; zh: string; en: string }[] = [
  { key: 'paid', zh: '已使用', en: 'used' },
  { key: 'unspent', zh: '尚未使用', en: 'not yet used' },
  { key: 'refunded', zh: '已退还', en: 'given back' },
  { key: 'voided', zh: '已冲销', en: 'void' },
  { key: 'untraced', zh: '不再追踪', en: 'not traced further' },
]
