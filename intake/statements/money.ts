import { Fen, formatYuan, sizeOf } from '../../ledger/fen.ts'
import { bareAmount, type Reading } from '../cells.ts'
import type { Fault } from '../problem.ts'

/** How many decimals the currency has: 2 for yuan and fen, 0 where the smallest unit is the one printed. */
export type MinorUnits = 0 | 2

/** What a statement prints where there is nothing: `-`, `--`, `/`, `-------------------`. */
export function isBlank(text: string): boolean {
  return /^[\s\u200b\ufeff/－—-]*$/.test(text)
}

/**
 * Reads an amount with its sign, zero included; nothing when the cell is blank. Digits of any width, thousands separated or
 * not, ¥ or 元 or none, `-`, `+` or brackets. What is finer than the currency's smallest unit is refused, never rounded.
 */
export function readMoney(text: string, minorUnits: MinorUnits): Reading<bigint | undefined> {
  if (isBlank(text)) return { ok: undefined }
  const bare = bareAmount(text.normalize('NFKC').trim().replace(/^\+(?![-−–—(])/, ''))
  const [, minus, inBrackets, rest = ''] = /^(?:([-−–—])|(\())?(.*?)\)?$/.exec(bare) ?? []
  const match = /^(\d{1,18}|\d{1,3}(?:,\d{3}){1,5})(?:\.(\d+))?$/.exec(rest)
  if (!match || (inBrackets !== undefined) !== bare.endsWith(')')) return { fault: UNREADABLE }

  const [, whole = '', written = ''] = match
  const fraction = written.replace(/0+$/, '')
  if (fraction.length > minorUnits) return { fault: FINER }
  const size = BigInt(whole.replaceAll(',', '') + fraction.padEnd(minorUnits, '0'))
  return { ok: minus !== undefined || inBrackets !== undefined ? -size : size }
}

/** Writes an amount as the statement does: `-123456n` → `"-1,234.56"`. */
export function formatMoney(amount: bigint, minorUnits: MinorUnits): string {
  const size = sizeOf(amount)
  const digits = minorUnits === 2 ? formatYuan(Fen(size)) : size.toString().replace(/\B(?=(\d{3})+$)/g, ',')
  return amount < 0n ? `-${digits}` : digits
}

const UNREADABLE: Fault = { code: 'AMOUNT_UNREADABLE', zh: '不是金额', en: 'is not an amount' }
const FINER: Fault = {
  code: 'AMOUNT_FINER_THAN_FEN', zh: '比最小货币单位还细，不会替您四舍五入', en: 'is finer than the smallest unit and is not rounded for you',
}
