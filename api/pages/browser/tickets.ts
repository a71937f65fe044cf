import type { Hex } from '../../../ledger/hex.ts'
import type { Opened, Paper } from '../../../ledger/papers.ts'

/** A complaint of this browser: its number once it has one, and the key that opens it again. */
export type Ticket = { readonly key: Hex; readonly number?: number; readonly pending?: Pending }

/** What is still to be sent, written down before anything goes out: whatever is sent again is the same bytes. */
export type Pending = { readonly transaction: Hex; readonly hash: Hex; readonly paper: Paper; readonly opened: Opened }

const PLACE = 'mz-complaints'
let inMemory: Ticket[] = []

/** This browser's tickets, the newest first. */
export function tickets(): readonly Ticket[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof Object(one).key === 'string') as Ticket[] : []
  } catch {
    // Some browsers keep nothing in a private window, and somebody may have edited what was kept.
    return inMemory
  }
}

/** Keeps a ticket in place of the one with the same key. */
export function keep(ticket: Ticket): void {
  store([ticket, ...tickets().filter(({ key }) => key !== ticket.key)])
}

/** Forgets a ticket that came to nothing. */
export function drop(ticket: Ticket): void {
  store(tickets().filter(({ key }) => key !== ticket.key))
}

function store(all: Ticket[]): void {
  inMemory = all
  try {
    localStorage.setItem(PLACE, JSON.stringify(all))
  } catch {
    // Then it lasts as long as the page; the ticket is on the screen.
  }
}
