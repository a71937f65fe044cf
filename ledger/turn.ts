/**
 * Asks once per turn of the event loop: requests that came in together see one moment, and asking a file whether it has
 * changed, which takes a system call or two, is not done for each of them.
 */
export function oncePerTurn<Answer>(ask: () => Answer): () => Answer {
  let kept: { readonly answer: Answer } | undefined
  const forget = () => (kept = undefined)
  return () => {
    if (!kept) {
      kept = { answer: ask() }
      setImmediate(forget)
    }
    return kept.answer
  }
}
