import { formatDay, type Day } from '../../ledger/day.ts'
import { bankLineDraft, statementDraft } from '../../ledger/bankDrafts.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { Draft } from '../../ledger/papers.ts'
import type { Words } from '../../ledger/words.ts'
import type { Change, Known, Overlap, RefLine } from './overlap.ts'
import type { Statement } from './statement.ts'

/** An account as the book has it. */
export type BookedAccount = {
  readonly number: number; readonly openedOn: Day; readonly through: Day; readonly balance: bigint; readonly lines: number; readonly statements: number
}

/** What is going to be recorded of a statement: `added`, in the order of days, up to and with `through`. */
export type Plan = Overlap & { through: Day }

/** As many lines go into one transaction. */
export const BATCH_SIZE = 500

/** Which days are complete: of the last one that a statement covered more may come. */
export function coverageOf({ openedOn, through, balance, statements }: BookedAccount): Omit<Known, 'refs'> {
  return { from: openedOn, through: ((statements > 0 ? through : openedOn) - 1) as Day, balance }
}

/** What to record of a statement beside what the book has. With `changes` or a `gap` somebody must look first. */
export function planOf(statement: Statement, account: BookedAccount, { gap, ...overlap }: Overlap, today: Day): Plan {
  // What ends where the book ends already, and has no new line, was exported earlier on that day.
  const isOld = overlap.added.length === 0 && statement.through <= account.through
  // The contract wants days in order; within a day the bank's order stays.
  const added = overlap.added.toSorted((a, b) => a.day - b.day)
  const last = Math.max(statement.through, added.at(-1)?.day ?? 0, account.through)
  return { ...overlap, ...(gap && !isOld && { gap }), added, through: Math.min(last, today) as Day }
}

/** Whether there is anything to record: a new line, or days without any. */
export function isNew({ added, through }: Pick<Plan, 'added' | 'through'>, account: BookedAccount): boolean {
  return added.length > 0 || account.statements === 0 || through > account.through
}

/** A line that no statement of this account can have, and why. */
export function lineOutside({ file, lines }: Statement, { number, openedOn }: BookedAccount, today: Day): { code: string; words: Words; row: number } | undefined {
  const early = lines.find(({ day }) => day < openedOn)
  if (early)
    return {
      code: 'LINE_BEFORE_ACCOUNT', row: early.row,
      words: {
        zh: `${file} 第 ${early.row} 行：${formatDay(early.day)} 早于账户 ${number} 开始记账的 ${formatDay(openedOn)}；请从那一天起导出。没有登记任何内容。`,
        en: `${file}, row ${early.row}: ${formatDay(early.day)} is before ${formatDay(openedOn)}, when account ${number} begins; export from that day on. Nothing was recorded.`,
      },
    }
  const late = lines.find(({ day }) => day > today)
  return late && {
    code: 'LINE_IN_FUTURE', row: late.row,
    words: {
      zh: `${file} 第 ${late.row} 行：${formatDay(late.day)} 晚于今天。没有登记任何内容。`,
      en: `${file}, row ${late.row}: ${formatDay(late.day)} lies after today. Nothing was recorded.`,
    },
  }
}

/** A day that the bank tells otherwise now. `lineOf` is the number of a recorded line. */
export function changeWords({ day, missing, found }: Change, lineOf: (ref: Hex) => number | undefined): Words {
  const lines = missing.map(lineOf).join('、')
  const rows = found.map(({ row }) => row).join('、')
  return {
    zh: `${formatDay(day)}：${missing.length > 0 ? `已登记的第 ${lines} 笔在流水里没有了；` : ''}${found.length > 0 ? `流水第 ${rows} 行没有登记过；` : ''}`,
    en: `${formatDay(day)}:${missing.length > 0 ? ` recorded lines ${lines} are gone;` : ''}${found.length > 0 ? ` rows ${rows} were never recorded;` : ''}`,
  }
}

/** Lines that are recorded together, between the balances before and after them. */
export type Batch = { firstLine: number; through: Day; opening: bigint; closing: bigint; lines: readonly RefLine[] }

/** The batches of a plan; all but the last end on the day of their last line. One also without a new line: the account is then covered further. */
export function batchesOf({ lines: before, balance }: Pick<BookedAccount, 'lines' | 'balance'>, { added, through }: Pick<Plan, 'added' | 'through'>): Batch[] {
  const batches: Batch[] = []
  for (let done = 0, opening = balance; done === 0 || done < added.length; done += BATCH_SIZE) {
    const lines = added.slice(done, done + BATCH_SIZE)
    const closing = lines.reduce((sum, { amount }) => sum + amount, opening)
    const isLast = done + lines.length === added.length
    batches.push({ firstLine: before + done + 1, through: isLast ? through : (lines.at(-1)?.day ?? through), opening, closing, lines })
    opening = closing
  }
  return batches
}

/** The papers of a batch: of the statement, by its hash only since in the file somebody who asks to be forgotten would stay, and of each line. */
export function draftsOf(account: number, { statement, sha256 }: { statement: Statement; sha256: string }, { lines, through }: Batch): { cover: Draft; lines: Draft[] } {
  const { file, format } = statement
  const printed = { file, sha256, ...(statement.account && { printedAccount: statement.account }) }
  return {
    cover: statementDraft({ account, format, from: lines[0]?.day ?? statement.from, through }, printed),
    lines: lines.map(({ day, amount, ...line }) => bankLineDraft({ account, on: day, amount }, textsOf(line))),
  }
}

function textsOf({ counterparty, counterpartyAccount, document, remark, kind, time }: Omit<RefLine, 'day' | 'amount'>): Record<string, string> {
  const texts = { counterparty, counterpartyAccount, document, remark, kind, time }
  return Object.fromEntries(Object.entries(texts).filter((field): field is [string, string] => field[1] !== undefined))
}
