import { randomBytes } from 'node:crypto'
import type { Wallet } from 'ethers'
import type { Act } from '../../ledger/acts.ts'
import type { Day } from '../../ledger/day.ts'
import type { LedgerEvent } from '../../ledger/events.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, sealPaper, type Draft } from '../../ledger/papers.ts'
import { keptUntil } from '../../vault/retention.ts'
import type { Vault } from '../../vault/vault.ts'
import { perform, rehearse, type Desk, type Recorded } from './send.ts'

/** An act that needs a paper: `act` gets the paper's hash. `on` is the accounting date from which it must be kept. */
export type Filing = { draft: Draft; on: Day; act: (paper: Hex) => Act }

/** What was recorded, and the paper behind it. */
export type Filed = Recorded & { paper: Hex }

/** Asks the contract, puts the paper into the vault, then signs and sends the act. @throws {Refused} */
export async function fileAct(
  { desk, vault }: { desk: Desk; vault: Vault },
  wallet: Wallet,
  { draft, on, act }: Filing,
): Promise<Filed> {
  // In this order: the vault keeps no names for what is refused, and no entry is without the paper that explains it.
  const sealed = sealPaper(draft, randomBytes)
  await rehearse(desk, wallet, act(hashOfPaper(sealed.paper)))
  const { hash } = vault.putPaper({ ...sealed, keptUntil: keptUntil(on) })
  return { ...(await perform(desk, wallet, act(hash))), paper: hash }
}

/** The first event of a kind among those that an act wrote. @throws {RangeError} when there is none. */
export function eventOf<Name extends LedgerEvent['name']>(
  { events }: Recorded,
  name: Name,
): Extract<LedgerEvent, { name: Name }> {
  const found = events.find((event): event is Extract<LedgerEvent, { name: Name }> => event.name === name)
  if (!found) throw new RangeError(`no ${name} among ${events.map((event) => event.name).join(', ')}`)
  return found
}
