import type { Anchor } from '../../../ledger/anchor.ts'
import { byId, element } from './element.ts'
import { fetchHere } from './fetching.ts'

const KEPT = 'mingzhang.anchor'

/** An anchor and where it came from. One that this server gave cannot convict this server. */
export type FoundAnchor = { readonly text: string; readonly mine: boolean }

/** The visitor's own anchor, if one was brought before, else this server's. */
export async function findAnchor(language: 'zh' | 'en'): Promise<FoundAnchor> {
  const kept = localStorage.getItem(KEPT)
  if (kept !== null) return { text: kept, mine: true }
  return { text: await (await fetchHere('/v1/anchor', language)).text(), mine: false }
}

/**
 * Lets a visitor bring an anchor from elsewhere as a file or as text, and put it away again. `changed` runs after each.
 * What is no anchor is kept as well: the check says so, instead of falling back to the server's in silence.
 */
export function offerAnchors(readAnchor: (text: string) => Anchor, changed: () => void): void {
  const form = byId('anchor-form')
  const field = byId('anchor-text') as HTMLTextAreaElement
  const file = byId('anchor-file') as HTMLInputElement
  const forget = byId('anchor-forget')
  form.hidden = false
  showKept()

  file.addEventListener('change', async () => {
    const chosen = file.files?.[0]
    if (chosen && chosen.size <= 65_536) keep(await chosen.text())
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (field.value.trim()) keep(field.value)
  })
  forget.addEventListener('click', () => {
    localStorage.removeItem(KEPT)
    field.value = ''
    file.value = ''
    showKept()
    changed()
  })

  function keep(text: string): void {
    localStorage.setItem(KEPT, text)
    showKept()
    changed()
  }

  function showKept(): void {
    const kept = localStorage.getItem(KEPT)
    forget.hidden = kept === null
    byId('anchor-sealers').replaceChildren(...(kept === null ? [] : sealersOf(kept)))
  }

  function sealersOf(text: string): HTMLElement[] {
    try {
      return readAnchor(text).sealers.map(({ name, address }) => element('li', {}, `${name} `, element('code', {}, address)))
    } catch {
      return []
    }
  }
}
