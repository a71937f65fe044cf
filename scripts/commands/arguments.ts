import { InvalidArgumentError } from 'commander'
import { EARLIEST_ENTRY, formatDay, parseDay, type Day } from '../../ledger/day.ts'
import { MOST_LETTERS } from '../../ledger/complaint.ts'
import { InputRefused } from '../../ledger/failures.ts'
import { parseYuan, type Fen } from '../../ledger/fen.ts'
import { readHead } from '../../ledger/headWords.ts'
import { Address, Hash, type Hex } from '../../ledger/hex.ts'
import { OPINIONS, REASONS, ROLES, SOURCES, type OpinionKind, type Reason, type Role, type Source } from '../../ledger/words.ts'

/** An entry as `/p/{fund}/{number}` names it: `1/12`. */
export type Place = { fund: number; number: number }

/** Reads `1/12`. Like all readers here: what is wrong is a usage error. */
export function place(text: string): Place {
  const [, fund, number] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []
  if (!fund || !number) throw new InvalidArgumentError('应为 基金/编号，例如 1/12 / expected fund/number, such as 1/12')
  return { fund: Number(fund), number: Number(number) }
}

/** Reads a number from 1. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('应为正整数 / expected a number from 1')
  return Number(text)
}

/** Reads yuan, `1,234.50`. */
export function yuan(text: string): Fen {
  const sentence = '应为金额，例如 1,234.50，最多两位小数 / expected yuan, such as 1,234.50'
  return orUsage(() => parseYuan(text.replace(/^[¥￥]/, '')), sentence)
}

/** Reads the date of an entry, `2020-01-29`. */
export function date(text: string): Day {
  const earliest = formatDay(EARLIEST_ENTRY)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && text < earliest)
    throw new InvalidArgumentError(`早于 ${earliest}，应是年份写错 / before ${earliest}, a mistyped year`)
  return orUsage(() => parseDay(text), '应为日期，例如 2020-01-29 / expected a date, such as 2020-01-29')
}

/** Reads a text that says something, without the blanks around it. What is public for ever has an end, too. */
export function filled(text: string): string {
  const said = text.trim()
  const { length } = [...said]
  if (length === 0) throw new InvalidArgumentError('不能为空 / it must not be empty')
  if (length > MOST_LETTERS)
    throw new InvalidArgumentError(`最多 ${MOST_LETTERS} 字，这里有 ${length} 字 / it has ${length} characters, ${MOST_LETTERS} at most`)
  return said
}

/** Reads an address. */
export function address(text: string): Hex {
  return orUsage(() => Address(text), '应为 0x 开头的 40 位地址 / expected an address, 0x and 40 digits')
}

/** Reads a hash. */
export function hash(text: string): Hex {
  return orUsage(() => Hash(text), '应为 0x 开头的 64 位哈希 / expected a hash, 0x and 64 digits')
}

/** Reads what somebody learnt elsewhere of a block: its words, or its hash with or without 0x. */
export function head(text: string): string {
  try {
    return readHead(text)
  } catch (error) {
    throw error instanceof InputRefused ? new InvalidArgumentError(error.message) : error
  }
}

/** Reads the address of a server, without the slash at its end. */
export function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
    throw new InvalidArgumentError('应为网址，例如 https://book.example.org / expected an address such as https://book.example.org')
  return text.replace(/\/+$/, '')
}

/** Reads a reason's word, in any case. */
export function reason(text: string): Reason {
  return oneOf(text, REASONS.slice(1))
}

/** Reads a source that people record. */
export function source(text: string): Source {
  return oneOf(text, SOURCES.slice(1, 6))
}

/** Reads an auditor's opinion, in any case. */
export function opinion(text: string): OpinionKind {
  return oneOf(text, OPINIONS.slice(1))
}

/** Reads a role's name. */
export function role(text: string): Role {
  return oneOf(text, ROLES)
}

/** The words of a list for a help text. */
export function wordsOf(words: readonly string[]): string {
  return words.join(' | ')
}

function oneOf<Word extends string>(text: string, words: readonly Word[]): Word {
  const wanted = text.replace(/[-_ ]/g, '').toLowerCase()
  const found = words.find((word) => word.toLowerCase() === wanted)
  if (!found) throw new InvalidArgumentError(`应为以下之一：${wordsOf(words)} / expected one of: ${wordsOf(words)}`)
  return found
}

function orUsage<Value>(read: () => Value, sentence: string): Value {
  try {
    return read()
  } catch {
    throw new InvalidArgumentError(sentence)
  }
}
