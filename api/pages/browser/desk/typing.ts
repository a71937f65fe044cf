import { useState } from 'preact/hooks'
import type { Hex } from '../../../../ledger/hex.ts'

/** Whoever sits here: what one person types or signs in this tab is nobody else's, who may sit down after them. */
let owner = ''

/** Somebody sat down. */
export function ownedBy(address: Hex): void {
  owner = address
}

/** Where this tab keeps something of whoever sits here. */
export function placeOf(what: string): string {
  return `mz-desk-${owner}-${what}`
}

/**
 * What somebody typed into a form, kept in this tab until it is done: neither a lost connection nor a locked key nor a reload
 * loses any of it.
 */
export function useTyping<Fields extends Readonly<Record<string, string>>>(form: string, empty: Fields) {
  const [fields, setFields] = useState<Fields>(() => ({ ...empty, ...read(form) }))
  const change = (more: Partial<Fields>): void => {
    setFields((before) => {
      const after = { ...before, ...more }
      sessionStorage.setItem(placeOf(`typing-${form}`), JSON.stringify(after))
      return after
    })
  }
  const clear = (): void => {
    sessionStorage.removeItem(placeOf(`typing-${form}`))
    setFields(empty)
  }
  return { fields, change, clear }
}

/** Puts something into a form that is not open yet. */
export function keepTyping(form: string, fields: Readonly<Record<string, string>>): void {
  sessionStorage.setItem(placeOf(`typing-${form}`), JSON.stringify(fields))
}

function read(form: string): object {
  try {
    return Object(JSON.parse(sessionStorage.getItem(placeOf(`typing-${form}`)) ?? '{}')) as object
  } catch {
    return {}
  }
}
