import { useEffect, useState } from 'preact/hooks'
import { useDesk } from './desk.ts'
import { get } from './server.ts'

/** What the server tells at an address, and anew whenever something was signed: that looks at the inbox, and may have changed this. */
export function useTold<Told>(path: string): { told: Told | undefined; error: unknown } {
  const { inbox, inSession } = useDesk()
  const [told, setTold] = useState<Told>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    let isOver = false
    const ask = (): void => {
      inSession(async () => await get<Told>(path)).then((answer) => {
        if (isOver) return
        setTold(answer)
        setError(undefined)
      }, (caught: unknown) => isOver || setError(caught))
    }
    ask()
    // Whoever was offline need not press anything.
    addEventListener('online', ask)
    return () => {
      isOver = true
      removeEventListener('online', ask)
    }
  }, [path, inbox])
  return { told, error }
}
