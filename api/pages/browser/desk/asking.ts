import { useEffect, useState } from 'preact/hooks'
import { useDesk } from './desk.ts'
import { get, Refused } from './server.ts'

/** Does something that asks the server, and once more when the server has forgotten who sits here: it restarts now and then. */
export function useAgain(): <Answer>(work: () => Promise<Answer>) => Promise<Answer> {
  const { refresh } = useDesk()
  return async (work) => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error
      // Looking at the inbox enters again with the key that is open.
      await refresh()
      return await work()
    }
  }
}

/** What the server tells at an address, and anew whenever something was signed: that looks at the inbox, and may have changed this. */
export function useTold<Told>(path: string): { told: Told | undefined; error: unknown } {
  const { inbox } = useDesk()
  const again = useAgain()
  const [told, setTold] = useState<Told>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    let isOver = false
    again(async () => await get<Told>(path)).then((answer) => isOver || setTold(answer), (caught: unknown) => isOver || setError(caught))
    return () => {
      isOver = true
    }
  }, [path, inbox])
  return { told, error }
}
