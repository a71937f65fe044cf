import { randomBytes } from 'node:crypto'
import { accountDraft, bankLineDraft, explanationDraft, matchingDraft, statementDraft } from '../../ledger/bankDrafts.ts'
import { parseDay } from '../../ledger/day.ts'
import { demonstrationOf } from '../../ledger/drafts.ts'
import type { Hex } from '../../ledger/hex.ts'
import { sealPaper, type Draft } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { UNEXPLAINED } from '../../ledger/words.ts'
import type { World } from './world.ts'

/** Whoever gave and was paid, as the bank prints them: private, so that a test may look for them. */
export const COUNTERPARTIES = ['欧阳明月等', '某某商店', '某银行', '万俟无名', '某某商店退款'] as const
export const ACCOUNT_NUMBER = '6222020200001234567'

const DAYS = ['2020-01-29', '2020-02-03', '2020-02-05', '2020-02-06', '2020-02-08'] as const
const AMOUNTS = [15_001n, -12_000n, -500n, -800n, 3_000n] as const

/**
 * Account 1 of a world: the gifts in one line, the payment, a fee that was explained, a debit of which nobody said
 * anything, and what came back. Of inflow 2 ¥5.00 are void, so that much of the first line has no entry.
 */
export async function openAccountIn({ acts, vault, mirrorAll, seal }: Pick<World, 'acts' | 'vault' | 'seal'> & { mirrorAll(): Promise<unknown> }): Promise<void> {
  const file = (draft: Draft): Hex => vault.putPaper(sealPaper(demonstrationOf(draft), randomBytes)).hash
  const [from, through] = [parseDay(DAYS[0]), parseDay('2020-02-10')]
  const account = accountDraft({ title: '公益基本户', titleEn: 'Charity account', bank: '某银行' }, { accountNumber: ACCOUNT_NUMBER })
  await acts.act('STEWARD', 'openAccount', [1, 0n, from, file(account)], 'bank')
  const lines = AMOUNTS.map((amount, at) => {
    const on = parseDay(DAYS[at] ?? '')
    const paper = file(bankLineDraft({ account: 1, on, amount }, { counterparty: COUNTERPARTIES[at] ?? '' }))
    return [refOf(vault.bookKey, ['statement', '1', `${at}`], 1), amount, on, paper]
  })
  const statement = statementDraft({ account: 1, format: 'mapped', from, through })
  await acts.act('ACCOUNTANT', 'recordLines', [1, 1, through, 0n, 4_701n, lines, file(statement)], 'bank')
  const matches = [[1, 1, false, 1, 10_000n], [1, 1, false, 2, 4_500n], [1, 1, false, 3, 1n], [2, 1, true, 1, 12_000n], [5, 1, false, 4, 3_000n]]
  await acts.act('ACCOUNTANT', 'matchLines', [1, matches, file(matchingDraft({ account: 1, on: through, by: 'proposal', count: 5 }))], 'bank')
  const fee = explanationDraft({ account: 1, line: 3, on: through, why: 'BankFee', statement: '账户年费' })
  await acts.act('ACCOUNTANT', 'explainLine', [1, 3, UNEXPLAINED.indexOf('BankFee'), file(fee)], 'bank')
  await mirrorAll()
  await seal()
}
