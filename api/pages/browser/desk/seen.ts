import type { InboxItem } from './desk.ts'

const PLACE = 'mz-desk-seen'
const MOST = 200

/** Whether something only tells whoever sits here, and asks nothing of them. */
export function isNews({ kind }: InboxItem): boolean {
  return kind === 'rejected' || kind === 'refused'
}

/** Whether whoever sits here has put news aside. This browser remembers it. */
export function isSeen(item: InboxItem): boolean {
  return isNews(item) && seen().includes(nameOf(item))
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

/** A payment is rejected once; of an inflow a void may be asked for again. */
function nameOf({ kind, fund, number, since }: InboxItem): string {
  return kind === 'refused' ? `${kind}-${fund}-${number}-${since}` : `${kind}-${fund}-${number}`
}
