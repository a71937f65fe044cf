import { useEffect, useState } from 'preact/hooks'
import { useDesk } from './desk.ts'
import { get } from './server.ts'

/** What the server tells at an address, and anew whenever something was signed: that looks at the inbox, and may have changed this. */
export function useTold<Told>(path: string): { told: Told | undefined; error: unknown } {
  const { inbox, inSession } = useDesk()
  const [answer, setAnswer] = useState<{ path: string; told: Told | undefined; error: unknown }>({ path, told: undefined, error: undefined })
  useEffect(() => {
    let isOver = false
    const ask = (): void => {
      inSession(async () => await get<Told>(path)).then(
        (told) => isOver || setAnswer({ path, told, error: undefined }),
        // What was told before stays beside what went wrong: whoever is offline reads on.
        (error: unknown) => isOver || setAnswer((before) => ({ path, told: before.path === path ? before.told : undefined, error })),
      )
    }
    ask()
    // Whoever was offline need not press anything.
    addEventListener('online', ask)
    return () => {
      isOver = true
      removeEventListener('online', ask)
    }
  }, [path, inbox])
  // What was told at another address is no answer here.
  return answer.path === path ? answer : { told: undefined, error: undefined }
}
