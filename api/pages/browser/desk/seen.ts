import type { InboxItem } from './desk.ts'

const PLACE = 'mz-desk-seen'
const MOST = 200

/** Whether whoever sits here has put aside news that asks nothing of them. This browser remembers it. */
export function isSeen(item: InboxItem): boolean {
  return item.kind === 'rejected' && seen().includes(nameOf(item))
}

/** Puts news aside. */
export function markSeen(item: InboxItem): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify([nameOf(item), ...seen()].slice(0, MOST)))
  } catch {
    // A private window keeps nothing: it comes again the next time.
  }
}

function seen(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]')
    return Array.isArray(kept) ? kept.map(String) : []
  } catch {
    return []
  }
}

function nameOf({ kind, fund, number }: InboxItem): string {
  return `${kind}-${fund}-${number}`
}
