import type { Result } from 'ethers'
import { INTERFACES } from '../../ledger/acts.ts'
import { bankLineDraft } from '../../ledger/bankDrafts.ts'
import { Day } from '../../ledger/day.ts'
import { Hash, type Hex } from '../../ledger/hex.ts'
import { commitmentOf, hashOfPaper, readOpened, readPaper, type Opened, type Paper } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { keptUntil } from '../../vault/retention.ts'
import { Problem } from '../problem.ts'

/** A line of a statement as whoever signed for it brings it: all cells of it, by which its ref is made, and its private texts. */
export type BroughtLine = { readonly source: readonly string[]; readonly ordinal: number; readonly opened: unknown }

/** A paper for the vault. */
export type KeptPaper = { paper: Paper; opened: Opened; keptUntil: Day }

/** A signed call of `recordLines`. */
export type RecordedLines = { account: number; through: Day; paper: Hex; lines: readonly { ref: Hex; amount: bigint; day: Day; paper: Hex }[] }

/** Reads a call of one function of the bank's register. @throws {Problem} for any other. */
export function readBankCall(name: 'recordLines' | 'matchLines', data: string): Result {
  const call = INTERFACES.bank.getFunction(name)
  if (call && data.slice(0, 10).toLowerCase() === call.selector) return INTERFACES.bank.decodeFunctionData(call, data)
  throw new Problem(422, 'OTHER_ACT', { zh: `签名的不是这一项操作（${name}）。`, en: `What was signed is no call of ${name}.` })
}

/** What a signed `recordLines` says. */
export function readRecordedLines(data: string): RecordedLines {
  const { accountNumber, through, paper, lines } = readBankCall('recordLines', data)
  return {
    account: Number(accountNumber), through: Day(Number(through)), paper: Hash(paper),
    lines: lines.map((line: Result) => ({ ref: Hash(line.ref), amount: line.amount, day: Day(Number(line.day)), paper: Hash(line.paper) })),
  }
}

/**
 * The papers of the lines of a signed call. Each is made here of the call's own amount and day, and must then have the hash that
 * was signed; its ref is worked out from the cells that the bank printed. So nothing is kept that was not signed for.
 * @throws {Problem} naming the line.
 */
export function papersOfLines(bookKey: Uint8Array, { account, lines }: RecordedLines, brought: readonly BroughtLine[]): KeptPaper[] {
  if (lines.length !== brought.length)
    throw new Problem(422, 'LINES_DIFFER', { zh: `签名的是 ${lines.length} 笔流水，送来的是 ${brought.length} 笔。`, en: `${lines.length} lines were signed for, and ${brought.length} were brought.` })
  return lines.map(({ ref, amount, day, paper: hash }, at) => {
    const { source, ordinal, opened } = brought[at] ?? { source: [], ordinal: 1, opened: {} }
    if (refOf(bookKey, ['statement', `${account}`, ...source], ordinal) !== ref) throw otherLine(at, '标识', 'ref')
    const made = paperOf(account, { amount, day }, opened)
    if (hashOfPaper(made.paper) !== hash) throw otherLine(at, '凭证', 'paper')
    return { ...made, keptUntil: keptUntil(day, 'statement') }
  })
}

/** The statement's own paper. @throws {Problem} unless it is the one that was signed for. */
export function checkCover({ account, paper: hash, through }: RecordedLines, { paper, opened }: { paper: Paper; opened: Opened }): KeptPaper {
  if (paper.kind !== 'bank-statement' || paper.public.account !== `${account}` || hashOfPaper(paper) !== hash)
    throw new Problem(422, 'PAPER_OTHER', { zh: '流水的凭证不是签名的那一份。', en: 'The statement’s paper is not the one that was signed for.' })
  return { paper, opened, keptUntil: keptUntil(through, 'statement') }
}

function paperOf(account: number, { amount, day }: { amount: bigint; day: Day }, given: unknown): { paper: Paper; opened: Opened } {
  try {
    const opened = readOpened(given)
    const { kind, public: said } = bankLineDraft({ account, on: day, amount })
    const commitments = Object.fromEntries(Object.entries(opened).map(([field, { value, salt }]) => [field, commitmentOf(field, value, salt)]))
    return { opened, paper: readPaper({ format: 'mingzhang/paper/1', hash: 'keccak256', kind, public: said, private: commitments }) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Problem(422, 'PAPER_NOT_IN_ORDER', { zh: `凭证不合要求：${error.message}。`, en: `The paper is not in order: ${error.message}.` })
  }
}

function otherLine(at: number, zh: string, en: string): Problem {
  return new Problem(422, 'LINE_OTHER', {
    zh: `第 ${at + 1} 笔流水的${zh}与签名的不符，没有登记任何内容。`, en: `The ${en} of line ${at + 1} is not the one that was signed for; nothing was recorded.`,
  }, { index: String(at) })
}
