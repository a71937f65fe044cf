import { formatDay, type Day } from './day.ts'
import type { Draft } from './papers.ts'
import type { Reason, Unexplained } from './words.ts'

/**
 * What stands in the papers of the bank's side. As in drafts.ts: public fields are for everybody for ever, so no name, no
 * account and no number of the bank is among them.
 */
type Fields = Record<string, string>

/** An account: its name and bank are public, its number is not. */
export function accountDraft(
  { title, titleEn = '', bank = '' }: { title: string; titleEn?: string; bank?: string },
  { accountNumber = '' }: { accountNumber?: string } = {},
): Draft {
  return { kind: 'bank-account', public: withoutEmpty({ title, titleEn, bank }), private: withoutEmpty({ accountNumber }) }
}

/** A statement: the days it covers, and privately which file it was and which account the bank printed on it. */
export function statementDraft(
  { account, format, from, through }: { account: number; format: string; from: Day; through: Day },
  { file = '', sha256 = '', printedAccount = '' }: Fields = {},
): Draft {
  return {
    kind: 'bank-statement',
    public: { account: `${account}`, format, from: formatDay(from), through: formatDay(through) },
    private: withoutEmpty({ file, sha256, printedAccount }),
  }
}

/** One line: the chain has amount and day, and whatever else the bank printed is private. */
export function bankLineDraft(
  { account, on, amount }: { account: number; on: Day; amount: bigint },
  { counterparty = '', counterpartyAccount = '', document = '', remark = '', kind = '', time = '' }: Fields = {},
): Draft {
  return {
    kind: 'bank-line',
    public: { account: `${account}`, on: formatDay(on), amount: String(amount) },
    private: withoutEmpty({ counterparty, counterpartyAccount, document, remark, kind, time }),
  }
}

/** Why lines and entries are the same money: somebody confirmed proposals, or named one by hand. */
export function matchingDraft({ account, on, by, count }: { account: number; on: Day; by: 'proposal' | 'hand'; count: number }): Draft {
  return { kind: 'bank-matching', public: { account: `${account}`, on: formatDay(on), by, count: `${count}` }, private: {} }
}

/** Why a match was undone. */
export function undoingDraft(
  { account, match, on, reason }: { account: number; match: number; on: Day; reason: Reason },
  { note = '' }: { note?: string } = {},
): Draft {
  return {
    kind: 'bank-undoing', public: { account: `${account}`, match: `${match}`, on: formatDay(on), reason }, private: withoutEmpty({ note }),
  }
}

/** Why a line has no entry: the statement is public, the note is not. */
export function explanationDraft(
  { account, line, on, why, statement }: { account: number; line: number; on: Day; why: Unexplained; statement: string },
  { note = '' }: { note?: string } = {},
): Draft {
  return {
    kind: 'bank-explanation',
    public: { account: `${account}`, line: `${line}`, on: formatDay(on), why, ...withoutEmpty({ statement }) },
    private: withoutEmpty({ note }),
  }
}

function withoutEmpty(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}
