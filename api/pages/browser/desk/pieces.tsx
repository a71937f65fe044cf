import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { MOST_LETTERS } from '../../../../ledger/complaint.ts'
import { Day, formatDay, formatMinute, parseDay } from '../../../../ledger/day.ts'
import { Fen, formatYuan, parseYuan } from '../../../../ledger/fen.ts'
import { REASON_WORDS, type Reason, type Words } from '../../../../ledger/words.ts'
import { useFault, useFaults } from './faults.tsx'
import { language, say, word } from './language.ts'
import { UNSENT, waitingTold } from './outbox.ts'
import { SentenceOnly, sentenceOf } from './server.ts'

/** `¥1,234.50` of fen as text. */
export function yuan(fen: string | bigint): string {
  const amount = BigInt(fen)
  return amount < 0n ? `−¥${formatYuan(Fen(-amount))}` : `¥${formatYuan(Fen(amount))}`
}

/** A labelled field; `error` stands where the fault is, and a screen reader hears it with the field. */
export function Field({ label, name, value, onInput, error, hint, type = 'text', ...rest }: FieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const { sentence, onMend } = useFault(name, input)
  useEffect(() => {
    // A telephone would open its keyboard before anybody asked for it.
    if (rest.autofocus && !matchMedia('(pointer: coarse)').matches) input.current?.focus()
  }, [])
  const wrong = sentence ?? error
  return (
    <label>
      <span>{label}</span>
      <input {...(rest as object)} ref={input} type={type as 'text'} name={name} value={value} aria-invalid={wrong !== undefined} aria-describedby={wrong || hint ? `${name}-about` : undefined}
        onInput={(event) => { onMend(); onInput(event.currentTarget.value) }} />
      <About name={name} wrong={wrong} hint={hint} isSaid={sentence !== undefined} />
    </label>
  )
}

/** Below a field: what is wrong with it, or else what helps. What went wrong just now is said to screen readers at once. */
function About({ name, wrong, hint, isSaid }: { name: string; wrong: string | undefined; hint?: string | undefined; isSaid: boolean }) {
  if (!wrong && !hint) return null
  return <small id={`${name}-about`} class={wrong ? 'field-error' : ''} role={isSaid ? 'alert' : undefined}>{wrong ?? hint}</small>
}

/** Some lines that everybody may read. */
export function Writing({ label, hint = say('不要写人名、电话、账号。', 'No names, phones or accounts.'), value, onInput }: { label: string; hint?: string | undefined; value: string; onInput: (text: string) => void }) {
  const input = useRef<HTMLTextAreaElement>(null)
  const { sentence, onMend } = useFault('text', input)
  return (
    <label>
      <span>{label}</span>
      <textarea ref={input} name="text" rows={5} maxLength={MOST_LETTERS} aria-invalid={sentence !== undefined} aria-describedby="text-about" value={value}
        onInput={(event) => { onMend(); onInput(event.currentTarget.value) }} />
      <About name="text" wrong={sentence} hint={hint} isSaid={sentence !== undefined} />
    </label>
  )
}

type FieldProps = {
  label: string; name: string; value: string; onInput: (value: string) => void; error?: string | undefined; hint?: string | undefined
  type?: 'text' | 'password' | 'date' | 'tel'; required?: boolean; maxLength?: number; min?: string; max?: string; autocomplete?: string; inputMode?: 'decimal' | 'numeric'
  placeholder?: string; list?: string; autofocus?: boolean
}

/** What a choice shows until somebody chooses. */
export const UNCHOSEN = ['', { zh: '请选择', en: 'choose' }] as const

/** One of some words. */
export function Choice<Value extends string>({ label, name, value, options, onInput }: {
  label: string; name: string; value: Value; options: readonly (readonly [Value, Words])[]; onInput: (value: Value) => void
}) {
  const input = useRef<HTMLSelectElement>(null)
  const { sentence, onMend } = useFault(name, input)
  return (
    <label>
      <span>{label}</span>
      <select ref={input} name={name} value={value} aria-invalid={sentence !== undefined} aria-describedby={sentence && `${name}-about`} onInput={(event) => { onMend(); onInput(event.currentTarget.value as Value) }}>
        {options.map(([of, words]) => <option value={of} selected={of === value}>{word(words)}</option>)}
      </select>
      <About name={name} wrong={sentence} isSaid />
    </label>
  )
}

/** Of the contract's reasons those that fit: money that comes in (`REASONS_IN`) may be taken back for others than money that goes out. */
export const REASONS_OUT = ['PaperIncomplete', 'WrongAmount', 'WrongFund', 'OutsidePurpose', 'Duplicate', 'PayeeRequest', 'Other'] as const satisfies readonly Reason[]
export const REASONS_MATCH = ['WrongAmount', 'WrongFund', 'Duplicate', 'Other'] as const satisfies readonly Reason[]

/** Why something is taken back or refused, or nothing chosen yet. */
export function ReasonChoice({ label, name = 'reason', of, value, onInput }: { label: string; name?: string; of: readonly Reason[]; value: Reason | ''; onInput: (reason: Reason | '') => void }) {
  const options = of.map((reason) => [reason, REASON_WORDS[reason]] as const)
  return <Choice<Reason | ''> label={label} name={name} value={value} options={[UNCHOSEN, ...options]} onInput={onInput} />
}

/** What went wrong, said at once to screen readers too. */
export function Fault({ error }: { error: unknown }) {
  return error === undefined ? null : <p class="overdue" role="alert">{sentenceOf(error)}</p>
}

/** What stands in a place until what it shows is there, or why it cannot be. */
export function Opening({ error, children }: { error: unknown; children?: ComponentChildren }) {
  return error === undefined ? <p class="opening">{children ?? say('正在打开……', 'Opening …')}</p> : <Fault error={error} />
}

/** A button that does something for a while: it cannot be pressed twice, and what went wrong stands at its field, or else below the button. */
export function Doing({ children, quiet = false, onDo, type = 'button', disabled = false }: {
  children: ComponentChildren; quiet?: boolean; onDo: () => Promise<unknown>; type?: 'button' | 'submit'; disabled?: boolean
}) {
  const { isBusy, error, run } = useDoing(onDo)
  return (
    <span class="doing">
      <button type={type} class={quiet ? 'button-quiet' : ''} disabled={isBusy || disabled} aria-busy={isBusy} onClick={() => void run()}>{children}</button>
      <Fault error={error} />
    </span>
  )
}

/** The same for a form: `run` does nothing while it is under way. */
export function useDoing(onDo: () => Promise<unknown>): { isBusy: boolean; error: unknown; run: () => Promise<void> } {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const faults = useFaults()
  useEffect(() => {
    if (!isBusy) return undefined
    const tell = (): void => setError(waitingTold())
    addEventListener(UNSENT, tell)
    return () => removeEventListener(UNSENT, tell)
  }, [isBusy])
  const run = async (): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    setError(undefined)
    faults?.clear()
    try {
      await onDo()
      setError(undefined)
    } catch (caught) {
      setError(faults?.place(caught) ? undefined : caught)
    } finally {
      setBusy(false)
    }
  }
  return { isBusy, error, run }
}

/** How long ago, in the largest unit that fits. */
export function ageOf(since: number): string {
  const minutes = Math.max(0, Math.floor((Date.now() / 1000 - since) / 60))
  if (minutes < 60) return say(`${minutes} 分钟`, `${minutes} min`)
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? say(`${hours} 小时`, `${hours} h`) : say(`${Math.floor(hours / 24)} 天`, `${Math.floor(hours / 24)} days`)
}

/** A day as people write it in forms. */
export function isoOf(day: number): string {
  return formatDay(Day(day))
}

export { formatMinute }

/** A link within the desk. */
export function DeskLink({ to, children, here = false, look = '' }: { to: string; children: ComponentChildren; here?: boolean; look?: string }) {
  return <a class={look} aria-current={here ? 'page' : undefined} href={to + (language === 'en' ? '?lang=en' : '')}>{children}</a>
}

/** Digits, stops and commas as a Chinese keyboard may give them, in their usual width; nothing else is taken for a digit. */
export function narrow(text: string): string {
  return text.trim().replace(/[\uff10-\uff19\uff0c\uff0e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
}

/** What a person typed as yuan. `at` is the field. @throws {SentenceOnly} */
export function amountOf(text: string, at = 'amount'): Fen {
  try {
    return parseYuan(narrow(text).replace(/^[¥￥]\s*/, '').replace(/\s*元$/, ''))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new SentenceOnly(say(`“${text}”不是金额：请写成 120、120.50 或 1,200，最多两位小数。`, `"${text}" is no amount: write 120, 120.50 or 1,200, with two decimals at most.`), { at })
  }
}

/** What was typed so far, where it is an amount. */
export function amountIn(text: string): Fen | undefined {
  try {
    return amountOf(text)
  } catch (error) {
    if (!(error instanceof SentenceOnly)) throw error
    return undefined
  }
}

/** A day that a person chose. `at` is the field. @throws {SentenceOnly} */
export function dayOf(text: string, at = 'on'): Day {
  try {
    return parseDay(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new SentenceOnly(say('请填日期。', 'Give the date.'), { cause: error, at })
  }
}
