import { useEffect, useState } from 'preact/hooks'
import { Fen } from '../../../../ledger/fen.ts'
import { say } from './language.ts'
import { yuan } from './pieces.tsx'
import { get } from './server.ts'

/** What went out of a bank account, and is no entry's yet. */
export type BankLine = { readonly account: number; readonly line: number; readonly day: string; readonly amount: Fen; readonly reference: string; readonly who: string }

type OpenTold = { readonly lines: readonly { readonly line: number; readonly day: string; readonly amount: string; readonly left: string; readonly texts: Readonly<Record<string, string>> }[] }

/** So many lines of an account are looked at, the newest statement first. */
const LOOKED_AT = 100

/**
 * Offers the bank's lines that may be a payment: whole debits of at most what is left to pay, those of just that much first. Nothing is
 * shown where the book keeps no account; the number is then typed.
 */
export function BankLineChoice({ most, onChoose }: { most: Fen; onChoose: (line: BankLine) => void }) {
  const [lines, setLines] = useState<readonly BankLine[]>([])
  useEffect(() => {
    linesUpTo(most).then(setLines, () => {})
  }, [most])
  if (lines.length === 0) return null
  return (
    <label>
      <span>{say('付这一笔的银行流水', "The bank's line that paid it")}</span>
      <select name="bankLine" onInput={(event) => {
        const chosen = lines[Number(event.currentTarget.value)]
        if (chosen) onChoose(chosen)
      }}>
        <option value="">{say('请选择，或在下面填流水号', 'choose, or type its number below')}</option>
        {lines.map(({ day, amount, who, reference }, index) => <option value={index}>{day} {yuan(amount)} {who} {reference}</option>)}
      </select>
    </label>
  )
}

async function linesUpTo(most: Fen): Promise<BankLine[]> {
  const accounts = await get<readonly { readonly number: number }[]>('/v1/bank')
  const told = await Promise.all(accounts.map(async ({ number }) =>
    (await get<OpenTold>(`/v1/desk/bank/${number}/open?limit=${LOOKED_AT}`)).lines.map((line) => ({ account: number, ...line }))))
  const found = told.flat().flatMap(({ account, line, day, amount, left, texts }): BankLine[] => {
    const size = -BigInt(amount)
    const isWhole = size > 0n && size === BigInt(left) && size <= most
    return isWhole ? [{ account, line, day, amount: Fen(size), reference: texts['document'] ?? `${account}-${line}`, who: texts['counterparty'] ?? '' }] : []
  })
  return found.sort((a, b) => Number(b.amount === most) - Number(a.amount === most))
}
