import { Fen, formatYuan } from '../../ledger/fen.ts'
import type { Words } from '../../ledger/words.ts'
import { Refused } from './refused.ts'

type Facts = Readonly<Record<string, string>>

/** Sentences that say more than the contract's, by code; undefined leaves the contract's own. */
export type Sentences = Record<string, (facts: Facts) => Words | undefined | Promise<Words | undefined>>

/** Waits for an act, and says in the words of who asked for it why it was refused. Code and facts stay the contract's. */
export async function explained<Done>(act: Promise<Done>, sentences: Sentences): Promise<Done> {
  try {
    return await act
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { code, facts } = error
    const words = await sentences[code]?.(facts)
    throw words ? new Refused(code, words, facts) : error
  }
}

/** The contract knows a bank's number by its hash only. */
export function sentenceOfUsed(reference: string, way: 'in' | 'out') {
  return ({ fund, number }: Facts): Words => ({
    zh: `银行流水号“${reference}”已经登记过：基金 ${fund} 第 ${number} 笔${way === 'out' ? '支出' : '收入'}。一笔银行转账只登记一次；`
      + `确是另一笔而流水号相同的，请在流水号后加序号，例如“${reference}#2”。`,
    en: `The bank's number "${reference}" was recorded before, at ${way === 'out' ? 'outflow' : 'inflow'} ${number} of fund ${fund}. One transfer `
      + `is recorded once; where the bank gave two transfers one number, add an ordinal, such as "${reference}#2".`,
  })
}

/** For a refund the contract's "available" is what is left of the gift. */
export function sentenceOfSpent(inflow: number) {
  return ({ fund, available = '0', requested = '0' }: Facts): Words => {
    const [left, asked] = [available, requested].map((fen) => `¥${formatYuan(Fen(BigInt(fen)))}`)
    return {
      zh: `基金 ${fund} 第 ${inflow} 笔收入只剩 ${left} 未用，不能退 ${asked}。`,
      en: `Only ${left} of inflow ${inflow} of fund ${fund} is unspent; ${asked} cannot be given back.`,
    }
  }
}
