import type { Words } from '../../ledger/words.ts'

/** What a wallet's row does to the wallet: 1 in, -1 out, 0 nothing, and then `why`. Nothing at all when it cannot be told. */
export type Effect = { sign: 1n | -1n } | { sign: 0n; why: Words }

/** What a wallet prints of a row. `way` is its 收/支. */
export type Move = { way: string; kind: string; remark: string; funding: string; status: string }

/**
 * What a row of WeChat Pay or Alipay does to the wallet, which is 零钱 and 零钱通, 余额 and 余额宝, together.
 *
 * These bills also list what was paid by bank card: that money moved in the bank's account, stands in the bank's statement,
 * and would be counted twice. A neutral row (中性交易, 不计收支) says no direction of its own; it is told from what it is.
 */
export function effectOf(move: Move): Effect | undefined {
  const paidFrom = fundingOf(move.funding)
  if (NEVER_PAID.test(move.status)) return unmoved(move.status)
  const isNeutral = wayOf(move.way) === 'neutral'
  // 交易关闭 beside 支出 was paid first and refunded then, and the refund has a row of its own.
  if (isClosed(move.status) && (isNeutral || move.funding === '')) return unmoved(move.status)
  if (isNeutral) return neutralEffectOf(move)
  if (paidFrom === 'elsewhere') return leftTo(move.funding)
  if (paidFrom === undefined || wayOf(move.way) === undefined) return undefined
  return { sign: wayOf(move.way) === 'credit' ? 1n : -1n }
}

/** The wallet's own word for the direction. */
export function wayOf(text: string): 'credit' | 'debit' | 'neutral' | undefined {
  if (text === '收入') return 'credit'
  if (text === '支出') return 'debit'
  return /^(?:\/|中性交易|不计收支|其他)?$/.test(text) ? 'neutral' : undefined
}

/** Whether the row was called off, before or after it was paid. */
export function isClosed(status: string): boolean {
  return /关闭/.test(status)
}

function neutralEffectOf({ kind, remark, funding }: Move): Effect | undefined {
  const act = NEUTRAL.find(({ said }) => said.test(`${kind} ${remark}`))?.act
  const place = fundingOf(funding)
  if (act === 'within' || (act === 'deposit' && place === 'wallet'))
    return left('钱包内部互转，总额不变', 'moved from one pocket of the wallet to another')
  if (act === 'withdraw') return { sign: -1n }
  if (act === undefined || place === undefined) return undefined
  if (act === 'deposit') return { sign: 1n }
  if (place === 'elsewhere') return leftTo(funding)
  return { sign: act === 'back' ? 1n : -1n }
}

/** The first that fits. `back` and `spend` move the wallet only when they name it; a deposit names where it came from. */
const NEUTRAL: readonly { said: RegExp; act: 'within' | 'back' | 'deposit' | 'withdraw' | 'spend' }[] = [
  { said: /零钱通转出-到零钱(?!通)|转入零钱通-来自零钱(?!通)|转出到(?:账户)?余额/, act: 'within' },
  { said: /退款|退回|收益|卖出|赎回|分红/, act: 'back' },
  { said: /还款|购买|买入|申购|定投/, act: 'spend' },
  { said: /充值(?!缴费)|转入/, act: 'deposit' },
  { said: /提现|转出/, act: 'withdraw' },
]
const NEVER_PAID = /等待(?:对方|买家)?付款|待付款|未支付|失败|已取消|已撤销/
const POCKETS = /^(?:\/|零钱|零钱通|余额|余额宝|账户余额)?$/

/** Nothing when part of it came out of the wallet and part did not: how much each is not printed. */
function fundingOf(text: string): 'wallet' | 'elsewhere' | undefined {
  const parts = text.split(/[&+]/).map((part) => POCKETS.test(part.trim()))
  return parts.every(Boolean) ? 'wallet' : parts.some(Boolean) ? undefined : 'elsewhere'
}

function unmoved(status: string): Effect {
  return left(`${status}，没有动钱`, `${status}: no money moved`)
}

function leftTo(funding: string): Effect {
  return left(`经${funding}收付，不动钱包里的钱，见那个账户的流水`, `moved at ${funding}, not in the wallet: see that account's statement`)
}

function left(zh: string, en: string): Effect {
  return { sign: 0n, why: { zh, en } }
}
