import type { ChainClient } from '../chain/client.ts'
import { parseDay } from '../ledger/day.ts'
import type { Act } from '../ledger/acts.ts'
import type { Role } from '../ledger/words.ts'
import { benchBook, hashOf, openSigner, PAPER, receiptOf, sendThrough, walletOf } from './book.ts'
import { creditBatches } from './credits.ts'

/** The inflows of the paid book, in the middle of the list, by how many payments each was spent through. */
export const SPENT_THROUGH = [[1, 100_001], [2, 100_002], [3, 100_003], [10, 100_004]] as const

/** Pays from the 200,360 credits until each inflow of the table lies in as many pieces as it says. The rest is unspent. */
export async function payCredits(client: ChainClient): Promise<void> {
  const send = sendThrough(client)
  const book = benchBook()
  const signers = new Map<Role, (act: Act) => Promise<`0x${string}`>>()
  for (const role of ['ACCOUNTANT', 'APPROVER', 'CASHIER', 'ACCEPTER'] as const) {
    const nonce = Number(await client.request('eth_getTransactionCount', [walletOf(role).address, 'latest']))
    signers.set(role, openSigner(book, role, nonce))
  }
  let outflow = 0
  const act = async (role: Role, name: string, ...args: readonly unknown[]) => {
    const raw = await signers.get(role)?.({ contract: 'ledger', name, args: [1, ...args] })
    if (raw) await receiptOf(client, await send(raw))
  }
  const pay = async (fen: bigint) => {
    outflow++
    await act('ACCOUNTANT', 'proposePayment', fen, hashOf(`payment ${outflow}`), PAPER)
    await act('APPROVER', 'approvePayment', outflow, fen, PAPER, PAPER)
    const voucher = { ref: hashOf(`bank line ${outflow}`), effectiveOn: parseDay('2024-09-11'), paper: PAPER }
    await act('CASHIER', 'executePayment', outflow, fen, true, voucher)
    await act('ACCEPTER', 'acceptPayment', outflow, PAPER)
  }

  const amounts = creditBatches().flatMap(({ inflows }) => inflows.map(({ amount }) => amount))
  const [[, first]] = SPENT_THROUGH
  await pay(amounts.slice(0, first).reduce<bigint>((sum, amount) => sum + amount, 0n))
  for (const [pieces, number] of SPENT_THROUGH.slice(1)) {
    const amount = amounts[number - 1] ?? 0n
    const part = amount / BigInt(pieces)
    for (let piece = 1; piece < pieces; piece++) await pay(part)
    await pay(amount - part * BigInt(pieces - 1))
  }
}
