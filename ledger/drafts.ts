import { formatDay, type Day } from './day.ts'
import type { Fen } from './fen.ts'
import type { Draft, Paper } from './papers.ts'
import { shownText } from './shown.ts'
import type { Kind, Reason, Source, Words } from './words.ts'

/**
 * What stands in the paper of each entry. Public fields are shown to everybody for ever: never a name, a phone or an
 * account. `title` says in a few words what an entry is for and `category` what it is counted under (both with `…En`
 * beside, where known), `project` which undertaking it belongs to; `demonstration` marks what was invented. Amounts are fen, dates ISO 8601.
 */
type Titles = { title: string; titleEn?: string; project?: string; category?: string; categoryEn?: string }

/** A fund's name and what may be paid from it. */
export function fundDraft(fund: { title: string; titleEn?: string; purpose: string; purposeEn?: string }): Draft {
  return { kind: 'fund', public: withoutEmpty(fund), private: {} }
}

/** A gift, or other money that came in. Donor and remark are private: a remark may name somebody. */
export function inflowDraft(
  { source, effectiveOn, amount }: { source: Source; effectiveOn: Day; amount: Fen },
  { donor, remark = '', reference = '' }: { donor: string; remark?: string; reference?: string },
): Draft {
  return {
    kind: source === 'Donation' ? 'donation' : 'inflow',
    public: { source, effectiveOn: formatDay(effectiveOn), amount: String(amount) },
    private: withoutEmpty({ donor, remark, reference }),
  }
}

/** What is proposed to go out: a payment, refund, or transfer with the fund that takes it; or what a void takes back. */
export function outflowDraft(
  { kind, amount, toFund, ...titles }: Titles & { kind: Kind; amount: Fen; toFund?: number },
  { payee = '', account = '', invoice = '', note = '' }: Record<string, string>,
): Draft {
  return {
    kind: kind.toLowerCase(),
    public: { amount: String(amount), ...(toFund !== undefined && { toFund: `${toFund}` }), ...withoutEmpty(titles) },
    private: withoutEmpty({ payee, account, invoice, note }),
  }
}

/** One step of an outflow (outflow 0: of its fund), on an accounting date. */
type Step = {
  kind: 'approval' | 'rejection' | 'cancellation' | 'execution' | 'acceptance' | 'return' | 'closing'
  fund: number
  outflow: number
  on: Day
  amount?: Fen
  reason?: Reason
  statement?: string
}

/** A step: who took it stands in the book, why stands here. */
export function stepDraft(step: Step, { bankReference = '', note = '' }: Record<string, string> = {}): Draft {
  const { kind, fund, outflow, on, amount, reason = '', statement = '' } = step
  const sum = amount === undefined ? '' : String(amount)
  return {
    kind,
    public: withoutEmpty({ fund: `${fund}`, outflow: `${outflow}`, on: formatDay(on), amount: sum, reason, statement }),
    private: withoutEmpty({ bankReference, note }),
  }
}

/** A person of the book, and who vouches for them: the public fields say the office, never the name. */
export function personDraft({ office, voucher }: { office: string; voucher: string }, name: string): Draft {
  return { kind: 'person', public: withoutEmpty({ office, voucher }), private: withoutEmpty({ name }) }
}

/** A key that was given to a person, or retired. */
export function keyDraft(act: 'added' | 'retired', on: Day): Draft {
  return { kind: 'key', public: { act, on: formatDay(on) }, private: {} }
}

/** The same paper, marked as invented for the demonstration. */
export function demonstrationOf(draft: Draft): Draft {
  return { ...draft, public: { ...draft.public, demonstration: '示范数据' } }
}

/** What a paper calls its entry, in both languages where it has both. */
export function titleOf(paper: Paper): Words | undefined {
  return wordsOf(paper, 'title')
}

/** The project that a paper counts its entry to. */
export function projectOf(paper: Paper): string | undefined {
  return wordsOf(paper, 'project')?.zh
}

/** What a paper counts its entry under. */
export function categoryOf(paper: Paper): Words | undefined {
  return wordsOf(paper, 'category')
}

/** Whether the entry was invented for the demonstration. */
export function isDemonstration(paper: Paper): boolean {
  return Object.hasOwn(paper.public, 'demonstration')
}

function wordsOf(paper: Paper, field: string): Words | undefined {
  const zh = shownText(paper.public[field] ?? '')
  return zh === '' ? undefined : { zh, en: shownText(paper.public[`${field}En`] ?? '') || zh }
}

function withoutEmpty(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}
