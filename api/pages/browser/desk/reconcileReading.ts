import { readTable, type Row } from '../../../../intake/table.ts'
import { overlapOf, type RefLine } from '../../../../intake/statements/overlap.ts'
import { changeWords, coverageOf, isNew, lineOutside, planOf, type BookedAccount, type Plan } from '../../../../intake/statements/plan.ts'
import type { StatementMapping } from '../../../../intake/statements/mapping.ts'
import { readStatement, type Statement } from '../../../../intake/statements/statement.ts'
import { InputRefused } from '../../../../ledger/failures.ts'
import { Day } from '../../../../ledger/day.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import type { Words } from '../../../../ledger/words.ts'

// Loaded when somebody brings a file: spreadsheets take more code than the rest of the desk.

/** A file, and how it is to be read: by a mapping of its own, or a certain sheet. */
export type GivenFile = { readonly name: string; readonly bytes: Uint8Array; readonly mapping?: StatementMapping; readonly sheet?: string }

/** A file read, or why not, with what helps to read it: its sheets, and its first rows. */
export type FileRead =
  | { readonly statement: Statement }
  | { readonly refusal: { readonly code: string; readonly words: Words }; readonly sheets: readonly string[]; readonly rows: readonly Row[] }

/** How the server is asked about an account. */
export type Ask = { get<Answer>(path: string): Promise<Answer>; post<Answer>(path: string, body: object): Promise<Answer> }

/** A statement beside what the book has of its account. */
export type Compared = {
  readonly account: BookedAccount; readonly plan: Plan
  /** What forbids to record any of it. */
  readonly refusals: readonly Words[]
  /** Days of which no statement is there, where the statement prints no balance that would bridge them. */
  readonly quietDays?: Words
  readonly isNew: boolean
}

const HEAD_ROWS = 60
const REFS_AT_ONCE = 500

/** Reads a file. Faults of single rows are in the statement's `problems`. */
export function readFile({ name, bytes, mapping, sheet }: GivenFile): FileRead {
  try {
    return { statement: readStatement(bytes, { name, ...(mapping && { mapping }), ...(sheet !== undefined && { sheet }) }) }
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error
    return { refusal: error, ...headOf(bytes, name, sheet) }
  }
}

/** Compares a statement with what is recorded. Refs are the server's to make, which has the book's key. @throws {Refused} */
export async function compare(ask: Ask, number: number, statement: Statement, today: Day): Promise<Compared> {
  const account = readBooked(await ask.get(`/v1/desk/bank/${number}`))
  const refs: Hex[] = []
  for (let at = 0; at < statement.lines.length; at += REFS_AT_ONCE) {
    const lines = statement.lines.slice(at, at + REFS_AT_ONCE).map(({ source, ordinal }) => ({ source, ordinal }))
    refs.push(...(await ask.post<Hex[]>(`/v1/desk/bank/${number}/refs`, { lines })))
  }
  const recorded = await recordedOf(ask, number, statement)
  const lines = statement.lines.map((line, at): RefLine => ({ ...line, ref: refs[at] ?? '0x' }))
  const known = { refs: new Map([...Map.groupBy(recorded, ({ day }) => Day(day))].map(([day, ones]) => [day, ones.map(({ ref }) => ref)])), ...coverageOf(account) }
  const plan = planOf(statement, account, overlapOf(statement, lines, known), today)
  const outside = lineOutside(statement, account, today)
  const numberOf = new Map(recorded.map(({ ref, number }) => [ref, number]))
  const hasBalances = statement.closing !== undefined
  return {
    account, plan, isNew: isNew(plan, account),
    refusals: [
      ...(outside ? [outside.words] : []),
      ...plan.changes.map((change) => changeWords(change, (ref) => numberOf.get(ref))),
      ...(plan.gap && hasBalances ? [plan.gap] : []),
    ],
    ...(plan.gap && !hasBalances && { quietDays: plan.gap }),
  }
}

type Recorded = { number: number; day: number; ref: Hex }

/** What is recorded of the statement's days: of any other nothing can be the same. */
async function recordedOf(ask: Ask, number: number, { from, through, lines }: Statement): Promise<Recorded[]> {
  const days: number[] = [from, through, ...lines.map(({ day }) => day)]
  const [first, last] = [days.reduce((a, b) => Math.min(a, b)), days.reduce((a, b) => Math.max(a, b))]
  const recorded: Recorded[] = []
  for (;;) {
    const page = await ask.get<Recorded[]>(`/v1/desk/bank/${number}/recorded?from=${first}&to=${last}&after=${recorded.at(-1)?.number ?? 0}`)
    recorded.push(...page)
    if (page.length === 0) return recorded
  }
}

function readBooked({ balance, openedOn, through, ...rest }: Record<'number' | 'openedOn' | 'through' | 'lines' | 'statements', number> & { balance: string }): BookedAccount {
  return { ...rest, balance: BigInt(balance), openedOn: Day(openedOn), through: Day(through) }
}

function headOf(bytes: Uint8Array, name: string, sheet: string | undefined): { sheets: string[]; rows: Row[] } {
  try {
    const { sheets } = readTable(bytes, name, 'loose')
    const chosen = sheets.find((one) => one.name === sheet) ?? sheets[0]
    return { sheets: sheets.map((one) => one.name), rows: chosen?.rows.slice(0, HEAD_ROWS) ?? [] }
  } catch (error) {
    // What is no table at all has no rows to choose from.
    if (error instanceof InputRefused) return { sheets: [], rows: [] }
    throw error
  }
}
