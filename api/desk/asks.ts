import type { Reader } from '../../indexer/read.ts'
import type { Fen } from '../../ledger/fen.ts'
import type { Reason } from '../../ledger/words.ts'
import type { AskedVoid } from '../../vault/asks.ts'
import type { Vault } from '../../vault/vault.ts'

/** What the desk asks of the vault about voids that somebody asked for. */
export type AskVault = Pick<Vault, 'askVoid' | 'dropAskedVoid' | 'askedVoidOf' | 'askedVoids'>

/** A void that waits for an approver: how much, why, the number of who asked, and when (unix seconds). */
export type AskTold = { readonly amount: Fen; readonly reason: Reason; readonly person: number; readonly at: number }

type Voids = Pick<Reader, 'correctionsOf' | 'outflow'>

/** How many voids of an inflow the book has. */
export function voidsOf(reader: Voids, fund: number, inflow: number): number {
  return reader.correctionsOf(fund, inflow).filter((outflow) => reader.outflow(fund, outflow)?.kind === 'Void').length
}

/** Whether nobody has voided anything of the inflow since. */
export function isUndone(reader: Voids, { fund, inflow, voids }: AskedVoid): boolean {
  return voidsOf(reader, fund, inflow) === voids
}
