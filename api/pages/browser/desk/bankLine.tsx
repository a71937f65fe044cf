import { useEffect, useState } from 'preact/hooks'
import { Fen } from '../../../../ledger/fen.ts'
import { doubtsOfLine } from './bankDoubts.ts'
import { useFaults } from './faults.tsx'
import { say } from './language.ts'
import { yuan } from './pieces.tsx'
import { get } from './server.ts'

/** What went out of a bank account, and is no entry's yet. */
export type BankLine = { readonly account: number; readonly line: number; readonly day: string; readonly amount: Fen; readonly reference: string; readonly who: string }

type OpenTold = { readonly lines: readonly { readonly line: number; readonly day: string; readonly amount: string; readonly left: string; readonly texts: Readonly<Record<string, string>> }[] }

/** So many lines of an account are looked at, the newest statement first. */
const LOOKED_AT = 100

/** What is known of a payment that a line may have paid: what is left of it, to whom it is due, and the day it was asked for. */
export type Due = { readonly left: Fen; readonly payee?: string; readonly askedOn: string }

/**
 * Offers the bank's lines that may be a payment: whole debits of at most what is left to pay, the likeliest first. Nothing is shown
 * where the book keeps no account; the number is then typed.
 */
export function BankLineChoice({ due, onChoose }: { due: Due; onChoose: (line: BankLine | undefined) => void }) {
  const faults = useFaults()
  const [lines, setLines] = useState<readonly BankLine[]>([])
  useEffect(() => {
    linesUpTo(due.left).then(setLines, () => {})
  }, [due.left])
  if (lines.length === 0) return null
  const likeliest = lines.toSorted((a, b) => Number(b.amount === due.left) - Number(a.amount === due.left) || doubtsOfLine(a, due).length - doubtsOfLine(b, due).length)
  return (
    <label>
      <span>{say('付这一笔的银行流水', "The bank's line that paid it")}</span>
      <select name="bankLine" onInput={(event) => {
        faults?.clear()
        onChoose(lines.find((line) => nameOf(line) === event.currentTarget.value))
      }}>
        <option value="">{say('请选择，或在下面填流水号', 'choose, or type its number below')}</option>
        {likeliest.map((line) => <option key={nameOf(line)} value={nameOf(line)}>{line.day} {yuan(line.amount)} {line.who} {line.reference}</option>)}
      </select>
    </label>
  )
}

function nameOf({ account, line }: BankLine): string {
  return `${account}-${line}`
}

async function linesUpTo(most: Fen): Promise<BankLine[]> {
  const accounts = await get<readonly { readonly number: number }[]>('/v1/bank')
  const told = await Promise.all(accounts.map(async ({ number }) =>
    (await get<OpenTold>(`/v1/desk/bank/${number}/open?limit=${LOOKED_AT}`)).lines.map((line) => ({ account: number, ...line }))))
  return told.flat().flatMap(({ account, line, day, amount, left, texts }): BankLine[] => {
    const size = -BigInt(amount)
    const isWhole = size > 0n && size === BigInt(left) && size <= most
    return isWhole ? [{ account, line, day, amount: Fen(size), reference: texts['document'] ?? `${account}-${line}`, who: texts['counterparty'] ?? '' }] : []
  })
}
