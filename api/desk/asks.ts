import type { Reader } from '../../indexer/read.ts'
import type { AskedVoid } from '../../vault/asks.ts'
import type { Vault } from '../../vault/vault.ts'

/** What the desk asks of the vault about voids that somebody asked for. */
export type AskVault = Pick<Vault, 'askVoid' | 'refuseAskedVoid' | 'dropAskedVoid' | 'askedVoidOf' | 'askedVoids'>

/** A void that waits for an approver, or that one said no to: how much, why, the number of who asked, and when (unix seconds). */
export type AskTold = Pick<AskedVoid, 'amount' | 'reason' | 'person' | 'at' | 'refused'>

type Voids = Pick<Reader, 'correctionsOf' | 'outflow'>

/** How many voids of an inflow the book has. */
export function voidsOf(reader: Voids, fund: number, inflow: number): number {
  return reader.correctionsOf(fund, inflow).filter((outflow) => reader.outflow(fund, outflow)?.kind === 'Void').length
}

/** Whether nobody has voided anything of the inflow since. */
export function isUndone(reader: Voids, { fund, inflow, voids }: AskedVoid): boolean {
  return voidsOf(reader, fund, inflow) === voids
}
