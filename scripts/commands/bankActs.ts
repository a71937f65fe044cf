import { createHash, randomBytes } from 'node:crypto'
import { accountDraft, explanationDraft, matchingDraft, undoingDraft } from '../../ledger/bankDrafts.ts'
import type { Act } from '../../ledger/acts.ts'
import type { Day } from '../../ledger/day.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, sealPaper, type Draft } from '../../ledger/papers.ts'
import { REASONS, UNEXPLAINED, type Reason, type Unexplained } from '../../ledger/words.ts'
import type { BankAccount } from '../../indexer/bank.ts'
import type { Statement } from '../../intake/statements/statement.ts'
import type { NewMatch } from '../../intake/matching.ts'
import type { RefLine } from '../../intake/statements/overlap.ts'
import { BATCH_SIZE, batchesOf, draftsOf, type Batch } from '../../intake/statements/plan.ts'
import { keptUntil } from '../../vault/retention.ts'
import { fileAct, type Filed } from './filed.ts'
import type { Clerk } from './outflows.ts'
import { Refused } from './refused.ts'
import { perform, rehearse } from './send.ts'

/** An account as somebody opens it. Its number is private. */
export type NewAccount = {
  title: string; titleEn?: string; bank?: string; accountNumber?: string; opening: bigint; on: Day; community: number
}

/** A statement whose lines are to be recorded: `lines` are those that the book does not have. */
export type NewStatement = { statement: Statement; bytes: Uint8Array; lines: readonly RefLine[]; through: Day }

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
  let done = 0
  for (const batch of batchesOf(account, { added: [...given.lines], through: given.through })) {
    if (signal?.aborted) return
    await recordBatch(clerk, account.number, given, batch)
    done += batch.lines.length
    onProgress?.(done)
  }
}

async function recordBatch(clerk: Clerk, account: number, { statement, bytes }: NewStatement, batch: Batch): Promise<void> {
  const { office: { desk, vault }, wallet } = clerk
  const { firstLine, through, opening, closing } = batch
  const seal = (draft: Draft) => sealPaper(clerk.mark?.(draft) ?? draft, randomBytes)
  const drafts = draftsOf(account, { statement, sha256: createHash('sha256').update(bytes).digest('hex') }, batch)
  const cover = seal(drafts.cover)
  const drawn = drafts.lines.map((draft, at) => ({ ...seal(draft), day: batch.lines[at]?.day ?? through }))
  const lines = batch.lines.map(({ ref, amount, day }, at) => [ref, amount, day, hashOfPaper(drawn[at]?.paper ?? cover.paper)])
  const act: Act = {
    contract: 'bank', name: 'recordLines',
    args: [account, firstLine, through, opening, closing, lines, hashOfPaper(cover.paper)],
  }

  // As for gifts: the vault keeps no names for what is refused, and no line is without the paper that explains it.
  await rehearse(desk, wallet, act)
  vault.putPapers([{ ...cover, day: through }, ...drawn].map(({ day, ...sealed }) => ({ ...sealed, keptUntil: keptUntil(day, 'statement') })))
  await perform(desk, wallet, act)
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
