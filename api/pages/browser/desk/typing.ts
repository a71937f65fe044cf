import { useState } from 'preact/hooks'

const PLACE = 'mz-desk-typing-'

/**
 * What somebody typed into a form, kept in this tab until it is done: neither a lost connection nor a locked key nor a reload
 * loses any of it.
 */
export function useTyping<Fields extends Readonly<Record<string, string>>>(form: string, empty: Fields) {
  const [fields, setFields] = useState<Fields>(() => ({ ...empty, ...read(form) }))
  const change = (more: Partial<Fields>): void => {
    setFields((before) => {
      const after = { ...before, ...more }
      sessionStorage.setItem(PLACE + form, JSON.stringify(after))
      return after
    })
  }
  const clear = (): void => {
    sessionStorage.removeItem(PLACE + form)
    setFields(empty)
  }
  return { fields, change, clear }
}

function read(form: string): object {
  try {
    return Object(JSON.parse(sessionStorage.getItem(PLACE + form) ?? '{}')) as object
  } catch {
    return {}
  }
}
