import { Fen, formatYuan } from '../../ledger/fen.ts'

/** `¥1,234.50`, `-¥1,234.50`. */
export function formatSigned(amount: bigint): string {
  return amount < 0n ? `-¥${formatYuan(Fen(-amount))}` : `¥${formatYuan(Fen(amount))}`
}
