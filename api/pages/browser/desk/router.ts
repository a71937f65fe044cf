import { useEffect, useState } from 'preact/hooks'

/**
 * Where in the desk somebody is: the address without the language, and how often somebody went somewhere: going where one is
 * begins there anew. The desk is one page, so that the open key stays.
 */
export function usePath(): readonly [path: string, visit: number] {
  const [at, setAt] = useState({ path: location.pathname, visit: 0 })
  useEffect(() => {
    const listen = () => setAt(({ visit }) => ({ path: location.pathname, visit: visit + 1 }))
    addEventListener('popstate', listen)
    return () => removeEventListener('popstate', listen)
  }, [])
  return [at.path, at.visit]
}

/** Goes to a place of the desk. */
export function go(path: string): void {
  history.pushState(null, '', path + location.search)
  dispatchEvent(new PopStateEvent('popstate'))
  scrollTo(0, 0)
}

/** Whose focus was on what is gone now goes on from the top of the place, and not through the page's links again. */
export function focusPlace(): void {
  const at = document.activeElement
  if (!at || at === document.body || at.closest('.desk-bar')) document.querySelector<HTMLElement>('.place')?.focus({ preventScroll: true })
}

/** For links within the desk: a click stays in the page, everything else is the browser's. Tells whether it led to another place. */
export function onLink(event: MouseEvent): boolean {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (!link || !isPlain || link.target !== '' || !/^\/desk(\/|$|\?)/.test(link.getAttribute('href') ?? '')) return false
  event.preventDefault()
  go(link.pathname)
  return true
}
