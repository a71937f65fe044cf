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
    inSession(async () => await get<Told>(path)).then((answer) => isOver || setTold(answer), (caught: unknown) => isOver || setError(caught))
    return () => {
      isOver = true
    }
  }, [path, inbox])
  return { told, error }
}
