import { formatDay, type Day } from '../../ledger/day.ts'
import { InputRefused } from '../../ledger/failures.ts'
import type { Hex } from '../../ledger/hex.ts'
import { refOf } from '../../ledger/refs.ts'
import type { Words } from '../../ledger/words.ts'
import { formatProblem } from '../problem.ts'
import type { StatementLine } from './lines.ts'
import { formatMoney } from './money.ts'
import type { Statement } from './statement.ts'

/**
 * What is recorded of the account already. `through`: the last day of which all lines are recorded, as `whole.through` of
 * the statement said; `from`: the first. `balance`: after the last line recorded.
 */
export type Known = { refs: ReadonlyMap<Day, readonly Hex[]>; from?: Day; through: Day; balance?: bigint }

/** Whose lines: two accounts may have equal lines. `account` is what the book calls it, not what the bank masks. */
export type Owner = { bookKey: Uint8Array; account: string }

export type RefLine = StatementLine & { ref: Hex }

/** A day that is recorded already and that the bank now tells otherwise: recorded lines that are gone, and new ones. */
export type Change = { day: Day; missing: Hex[]; found: RefLine[] }

/** What a statement adds to what is known. With `changes` or a `gap` somebody must look before anything is recorded. */
export type Overlap = { added: RefLine[]; known: RefLine[]; changes: Change[]; gap?: Words }

/**
 * Compares a statement with what is recorded of its account, so that overlapping exports record nothing twice and a bank's
 * correction is not recorded in silence.
 * @throws {InputRefused} when the statement has problems, naming the first.
 */
export function newLines(statement: Statement, known: Known | undefined, owner: Owner): Overlap {
  return overlapOf(statement, statement.lines.map((line) => ({ ...line, ref: refOfLine(owner, line) })), known)
}

/** The same of lines whose refs came from whoever has the book's key. @throws {InputRefused} */
export function overlapOf(statement: Statement, lines: RefLine[], known: Known | undefined): Overlap {
  refuseProblems(statement)
  if (!known) return { added: lines, known: [], changes: [] }

  const recorded = new Set([...known.refs.values()].flat())
  const isCovered = ({ day }: StatementLine) => day <= known.through && day >= (known.from ?? day)
  const fresh = lines.filter(({ ref }) => !recorded.has(ref))
  const overlap = {
    added: fresh.filter((line) => !isCovered(line)),
    known: lines.filter(({ ref }) => recorded.has(ref)),
    changes: changesOf(statement, known, { lines, found: fresh.filter(isCovered) }),
  }
  const gap = overlap.changes.length === 0 ? gapOf(statement, known, overlap.added) : undefined
  return { ...overlap, ...(gap && { gap }) }
}

/** The `ref` under which a line of the owner's account is recorded. */
export function refOfLine({ bookKey, account }: Owner, { source, ordinal }: StatementLine): Hex {
  return refOf(bookKey, ['statement', account, ...source], ordinal)
}

function changesOf({ whole }: Statement, known: Known, { lines, found }: { lines: RefLine[]; found: RefLine[] }): Change[] {
  const present = new Set(lines.map(({ ref }) => ref))
  const changes = new Map<Day, Change>()
  const changeOn = (day: Day) => {
    const change = changes.get(day) ?? { day, missing: [], found: [] }
    changes.set(day, change)
    return change
  }
  for (const line of found) changeOn(line.day).found.push(line)
  for (const [day, refs] of known.refs) {
    if (!whole || day < whole.from || day > whole.through) continue
    const missing = refs.filter((ref) => !present.has(ref))
    if (missing.length > 0) changeOn(day).missing = missing
  }
  return [...changes.values()].sort((a, b) => a.day - b.day)
}

/** Between what is recorded and this statement something may lie that is in neither. */
function gapOf(statement: Statement, known: Known, added: readonly RefLine[]): Words | undefined {
  const { file, closing, minorUnits } = statement
  if (closing !== undefined && known.balance !== undefined) {
    // An export that ends before what is recorded says nothing of the balance after it.
    if (statement.through < known.through || added.some(({ day }) => day < known.through)) return undefined
    const before = added.reduce((sum, { amount }) => sum - amount, closing)
    if (before === known.balance) return undefined
    const [expected, found] = [formatMoney(known.balance, minorUnits), formatMoney(before, minorUnits)]
    return {
      zh: `${file}：接不上已登记的流水：已登记的余额是 ${expected}，本流水由此之前的余额是 ${found}，中间可能缺了一段`,
      en: `${file}: does not follow what is recorded: the balance there is ${expected}, here ${found}; a part may be missing`,
    }
  }
  if (statement.from <= known.through + 1) return undefined
  const [last, first] = [formatDay(known.through), formatDay(statement.from)]
  return {
    zh: `${file}：已登记到 ${last}，本流水从 ${first} 开始，中间的日子没有流水`,
    en: `${file}: recorded through ${last}, and this statement begins on ${first}: nothing covers the days between`,
  }
}

function refuseProblems({ problems: [first, ...others] }: Statement): void {
  if (!first) return
  const more = others.length
  throw new InputRefused('STATEMENT_UNSOUND', {
    zh: `${formatProblem(first)}${more > 0 ? `（另有 ${more} 处）` : ''}`,
    en: `${formatProblem(first, 'en')}${more > 0 ? ` (and ${more} more)` : ''}`,
  })
}
