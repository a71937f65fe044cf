import type { Hex } from '../../../../ledger/hex.ts'

/** Whoever sits here: what one person types or signs in this tab is nobody else's, who may sit down after them. */
let owner = ''

/** Somebody sat down. */
export function ownedBy(address: Hex): void {
  owner = address
}

/** Where this tab, or this browser, keeps something of whoever sits here. */
export function placeOf(what: string): string {
  return `mz-desk-${owner}-${what}`
}
