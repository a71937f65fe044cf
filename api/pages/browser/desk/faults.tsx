import { createContext, type ComponentChildren, type RefObject } from 'preact'
import { useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { isAbout, topicsOf } from './faultTopics.ts'
import { sentenceOf } from './server.ts'

type Faults = {
  readonly at: { readonly field: string; readonly sentence: string } | undefined
  /** A field is there, until what is given back is called. */
  add(field: string): () => void
  /** Says what went wrong at the field that it concerns; false where no field does. */
  place(error: unknown): boolean
  clear(): void
}

const Context = createContext<Faults | undefined>(undefined)

/** The form around, where what goes wrong may have its place. */
export function useFaults(): Faults | undefined {
  return useContext(Context)
}

type LetterOf = { look?: string; label?: string; labelledby?: string; of?: RefObject<HTMLFormElement | null>; children: ComponentChildren }

/** A form whose faults stand at the field that they concern: it is opened if it is folded away, and the cursor goes there. */
export function Letter({ look = '', label, labelledby, of, children }: LetterOf) {
  const [at, setAt] = useState<Faults['at']>()
  const fields = useRef(new Set<string>())
  const faults = useMemo((): Faults => ({
    at,
    add(field) {
      fields.current.add(field)
      return () => void fields.current.delete(field)
    },
    place(error) {
      const [field] = topicsOf(error).flatMap((topic) => [...fields.current].filter((name) => isAbout(name, topic)))
      if (field !== undefined) setAt({ field, sentence: sentenceOf(error) })
      return field !== undefined
    },
    clear: () => setAt(undefined),
  }), [at])
  return (
    <Context.Provider value={faults}>
      <form class={`letter ${look}`} aria-label={label} aria-labelledby={labelledby} ref={of ?? null} noValidate onSubmit={(event) => event.preventDefault()}>{children}</form>
    </Context.Provider>
  )
}

/** What is wrong at a field, and what to call when somebody mends it. `input` is where the cursor goes. */
export function useFault(field: string, input: RefObject<HTMLElement | null>): { sentence: string | undefined; onMend: () => void } {
  const faults = useFaults()
  const add = faults?.add
  useEffect(() => add?.(field), [field])
  const at = faults?.at?.field === field ? faults.at : undefined
  useLayoutEffect(() => {
    if (!at) return
    for (let around = input.current?.closest('details') ?? null; around; around = around.parentElement?.closest('details') ?? null) around.open = true
    input.current?.focus()
  }, [at])
  return { sentence: at?.sentence, onMend: () => at && faults?.clear() }
}
