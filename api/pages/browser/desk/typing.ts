import { useEffect, useState } from 'preact/hooks'
import { Day } from '../../../../ledger/day.ts'
import { useDesk } from './desk.ts'
import { placeOf } from './owner.ts'
import { isoOf } from './pieces.tsx'

/** A form that was typed on an earlier day and not brought to its end. `isMoved`: a date nobody had chosen is today's now. */
export type Draft = { readonly on: Day; readonly isMoved: boolean }

/** What is typed into a form. */
export type Typing<Fields> = {
  /** By what it is kept. */
  readonly form: string
  readonly fields: Fields
  /** Of an earlier day, when that is where the fields come from. */
  readonly draft: Draft | undefined
  change(more: Partial<Fields>): void
  /** Empties the form, but for what the next one of the same day mostly has as well. */
  clear(next?: Partial<Fields>): void
}

const CLEARED = 'mz-typing-cleared'

/**
 * As it is kept: the day, and the fields that are other than an empty form has them, so that a date which nobody chose is not
 * kept for another day. `isNext`: nothing was typed, the fields are from the form before.
 */
type Kept = { readonly on?: number; readonly fields: Readonly<Record<string, string>>; readonly isNext?: boolean }

/**
 * What somebody typed into a form, kept in this tab until it is done: neither a lost connection nor a locked key nor a reload
 * loses any of it.
 */
export function useTyping<Fields extends Readonly<Record<string, string>>>(form: string, empty: Fields): Typing<Fields> {
  const { today } = useDesk()
  const [begun] = useState(() => begin(form, empty, today))
  const [fields, setFields] = useState<Fields>(begun.fields)
  const [draft, setDraft] = useState(begun.draft)
  const change = (more: Partial<Fields>): void => {
    setFields((before) => {
      const after = { ...before, ...more }
      keep(form, { on: today, fields: othersOf(after, empty) })
      return after
    })
  }
  const clear = (next: Partial<Fields> = {}): void => {
    const after = { ...empty, ...next }
    if (Object.keys(next).length === 0) sessionStorage.removeItem(placeOf(`typing-${form}`))
    else keep(form, { on: today, fields: othersOf(after, empty), isNext: true })
    dispatchEvent(new CustomEvent(CLEARED, { detail: { form, fields: after } }))
  }
  // What was signed before a lock may arrive after it, when the same form is open anew.
  useEffect(() => {
    const onCleared = ({ detail }: CustomEventInit): void => {
      if (detail.form !== form) return
      setFields(detail.fields ?? empty)
      setDraft(undefined)
    }
    addEventListener(CLEARED, onCleared)
    return () => removeEventListener(CLEARED, onCleared)
  }, [form])
  return { form, fields, draft, change, clear }
}

/** Puts something into a form that is not open yet. */
export function keepTyping(form: string, fields: Readonly<Record<string, string>>): void {
  keep(form, { fields })
}

/** Empties a form, whether it is open or not. */
export function emptyTyping(form: string): void {
  sessionStorage.removeItem(placeOf(`typing-${form}`))
  dispatchEvent(new CustomEvent(CLEARED, { detail: { form } }))
}

function begin<Fields extends Readonly<Record<string, string>>>(form: string, empty: Fields, today: Day): { fields: Fields; draft: Draft | undefined } {
  const { on, fields, isNext = false } = read(form)
  if (on === undefined || on === today) return { fields: { ...empty, ...fields }, draft: undefined }
  const dates = Object.keys(empty).filter((name) => empty[name] === isoOf(today))
  if (isNext) return { fields: { ...empty, ...Object.fromEntries(Object.entries(fields).filter(([name]) => !dates.includes(name))) }, draft: undefined }
  const isTyped = Object.keys(fields).length > 0
  return { fields: { ...empty, ...fields }, draft: isTyped ? { on: Day(on), isMoved: dates.some((name) => !(name in fields)) } : undefined }
}

function othersOf(fields: Readonly<Record<string, string>>, empty: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== empty[name]))
}

function keep(form: string, kept: Kept): void {
  sessionStorage.setItem(placeOf(`typing-${form}`), JSON.stringify(kept))
}

function read(form: string): Kept {
  try {
    const { on, fields, isNext } = Object(JSON.parse(sessionStorage.getItem(placeOf(`typing-${form}`)) ?? '{}'))
    return { fields: Object(fields), isNext: isNext === true, ...(Number.isInteger(on) && { on }) }
  } catch {
    return { fields: {} }
  }
}
