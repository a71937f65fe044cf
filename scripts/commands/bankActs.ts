import { createHash, randomBytes } from 'node:crypto'
import { accountDraft, bankLineDraft, explanationDraft, matchingDraft, statementDraft, undoingDraft } from '../../ledger/bankDrafts.ts'
import type { Act } from '../../ledger/acts.ts'
import type { Day } from '../../ledger/day.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, sealPaper, type Draft } from '../../ledger/papers.ts'
import { REASONS, UNEXPLAINED, type Reason, type Unexplained } from '../../ledger/words.ts'
import type { BankAccount } from '../../indexer/bank.ts'
import type { Statement } from '../../intake/statements/statement.ts'
import type { RefLine } from '../../intake/statements/overlap.ts'
import { keptUntil } from '../../vault/retention.ts'
import { fileAct, type Filed } from './filed.ts'
import type { Clerk } from './outflows.ts'
import { Refused } from './refused.ts'
import { perform, rehearse } from './send.ts'

/** An account as somebody opens it. Its number is private. */
export type NewAccount = {
  title: string; titleEn?: string; bank?: string; accountNumber?: string; opening: bigint; on: Day; community: number
}

/** Fen of a line that are what an entry says. */
export type NewMatch = { line: number; fund: number; outflow: boolean; number: number; amount: bigint }

/** A statement whose lines are to be recorded: `lines` are those that the book does not have. */
export type NewStatement = { statement: Statement; bytes: Uint8Array; lines: readonly RefLine[]; through: Day }

/** As many lines, or matches, go into one transaction. */
const BATCH_SIZE = 500

/** Opens an account. */
export async function openAccount(clerk: Clerk, { opening, on, community, accountNumber, ...titles }: NewAccount): Promise<Filed> {
  return await file(clerk, accountDraft(titles, { ...(accountNumber && { accountNumber }) }), (paper) =>
    ({ contract: 'bank', name: 'openAccount', args: [community, opening, on, paper] }))
}

/**
 * Records the lines in batches, each with the balance before and after it; all but the last end on the day of their last line.
 * `onProgress` is told how many are recorded, and `signal` ends it after the batch under way.
 * @throws {Refused} as the contract does. What was recorded before stays.
 */
export async function recordLines(
  clerk: Clerk, account: BankAccount, given: NewStatement, { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal } = {},
): Promise<void> {
  const { lines, through } = given
  let { balance, lines: before } = account
  let done = 0
  // Once also without a new line: the account is then covered up to a later day.
  do {
    if (signal?.aborted) return
    const batch = lines.slice(done, done + BATCH_SIZE)
    const end = done + batch.length === lines.length ? through : (batch.at(-1)?.day ?? through)
    const closing = batch.reduce((sum, { amount }) => sum + amount, balance)
    await recordBatch(clerk, account.number, given, { firstLine: before + 1, through: end, opening: balance, closing, batch })
    balance = closing
    before += batch.length
    done += batch.length
    onProgress?.(done)
  } while (done < lines.length)
}

type Batch = { firstLine: number; through: Day; opening: bigint; closing: bigint; batch: readonly RefLine[] }

async function recordBatch(clerk: Clerk, account: number, given: NewStatement, { batch, firstLine, through, opening, closing }: Batch): Promise<void> {
  const { office: { desk, vault }, wallet } = clerk
  const { statement, bytes } = given
  const seal = (draft: Draft) => sealPaper(clerk.mark?.(draft) ?? draft, randomBytes)
  const from = batch[0]?.day ?? statement.from
  // Its hash only: in the file itself somebody who asks to be forgotten would stay.
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const printed = { file: statement.file, sha256, ...(statement.account && { printedAccount: statement.account }) }
  const cover = seal(statementDraft({ account, format: statement.format, from, through }, printed))
  const drawn = batch.map(({ day, amount, ...line }) => ({ day, ...seal(bankLineDraft({ account, on: day, amount }, textsOf(line))) }))
  const lines = batch.map(({ ref, amount, day }, at) => [ref, amount, day, hashOfPaper(drawn[at]?.paper ?? cover.paper)])
  const act: Act = {
    contract: 'bank', name: 'recordLines',
    args: [account, firstLine, through, opening, closing, lines, hashOfPaper(cover.paper)],
  }

  // As for gifts: the vault keeps no names for what is refused, and no line is without the paper that explains it.
  await rehearse(desk, wallet, act)
  vault.putPaper({ ...cover, keptUntil: keptUntil(through, 'statement') })
  for (const { day, ...sealed } of drawn) vault.putPaper({ ...sealed, keptUntil: keptUntil(day, 'statement') })
  await perform(desk, wallet, act)
}

function textsOf({ counterparty, counterpartyAccount, document, remark, kind, time }: Omit<RefLine, 'day' | 'amount'>) {
  const texts = { counterparty, counterpartyAccount, document, remark, kind, time }
  return Object.fromEntries(Object.entries(texts).filter((field): field is [string, string] => field[1] !== undefined))
}

/** Matches lines with entries. Sums are the caller's to check, since the contract keeps no line. */
export async function matchLines(clerk: Clerk, account: number, matches: readonly NewMatch[], by: 'proposal' | 'hand'): Promise<Filed[]> {
  const filed: Filed[] = []
  for (let at = 0; at < matches.length; at += BATCH_SIZE) {
    const batch = matches.slice(at, at + BATCH_SIZE)
    const draft = matchingDraft({ account, on: clerk.today, by, count: batch.length })
    const rows = batch.map(({ line, fund, outflow, number, amount }) => [line, fund, outflow, number, amount])
    filed.push(await file(clerk, draft, (paper) => ({ contract: 'bank', name: 'matchLines', args: [account, rows, paper] })))
  }
  return filed
}

/** Undoes a match that somebody else made. */
export async function undoMatch(clerk: Clerk, account: number, match: number, { reason, note }: { reason: Reason; note?: string }): Promise<Filed> {
  const draft = undoingDraft({ account, match, on: clerk.today, reason }, { ...(note && { note }) })
  return await file(clerk, draft, (paper) => ({ contract: 'bank', name: 'unmatch', args: [account, match, REASONS.indexOf(reason), paper] }))
}

/** Says why a line has no entry: `text` for everybody, `note` for the office. */
export async function explainLine(
  clerk: Clerk, account: number, line: number, { why, text = '', note }: { why: Unexplained; text?: string; note?: string },
): Promise<Filed> {
  const draft = explanationDraft({ account, line, on: clerk.today, why, statement: text }, { ...(note && { note }) })
  return await file(clerk, draft, (paper) => ({ contract: 'bank', name: 'explainLine', args: [account, line, UNEXPLAINED.indexOf(why), paper] }))
}

/** An account as the mirror has it. @throws {Refused} when there is none. */
export function accountAt({ books }: Clerk['office'], number: number): BankAccount {
  const found = books.accounts().find((account) => account.number === number)
  if (found) return found
  throw new Refused('ACCOUNT_UNKNOWN', {
    zh: `没有编号为 ${number} 的银行账户；请先开立（bank open）。`, en: `There is no bank account ${number}; open one first (bank open).`,
  }, { account: String(number) })
}

async function file({ office, wallet, today, mark = (draft) => draft }: Clerk, draft: Draft, act: (paper: Hex) => Act): Promise<Filed> {
  return await fileAct(office, wallet, { draft: mark(draft), on: today, act })
}
