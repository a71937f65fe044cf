import type { FundTold } from './desk.ts'
import { Choice, UNCHOSEN, yuan } from './pieces.tsx'

/** One of the funds, each with what may be spent of it. */
export function FundWithMoney({ label, name, value, funds, onInput }: {
  label: string; name: string; value: string; funds: readonly FundTold[]; onInput: (number: string) => void
}) {
  const options = funds.map(({ number, title, available }) =>
    [String(number), { zh: `${title.zh}（可用 ${yuan(available)}）`, en: `${title.en} (${yuan(available)} available)` }] as const)
  return <Choice label={label} name={name} value={value} options={[UNCHOSEN, ...options]} onInput={onInput} />
}
