import { randomBytes } from 'node:crypto'
import type { Wallet } from 'ethers'
import type { ChainClient } from '../../chain/client.ts'
import type { Reader } from '../../indexer/read.ts'
import { GAS_LIMIT, INTERFACES, signAct, type Act } from '../../ledger/acts.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { leafOf, pathOf } from '../../ledger/batch.ts'
import { parseDay } from '../../ledger/day.ts'
import { demonstrationOf, fundDraft, outflowDraft, stepDraft } from '../../ledger/drafts.ts'
import { parseYuan } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { sealPaper, type Draft } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { REASONS, type Kind, type Reason, type Role } from '../../ledger/words.ts'
import type { Vault } from '../../vault/vault.ts'

type Book = { client: ChainClient; anchor: Anchor; vault: Vault; reader: Reader; wallets: Record<Role, Wallet> }
type Titles = { title: string; titleEn?: string; category?: string; categoryEn?: string }
type Place = readonly [fund: number, outflow: number]

/** What the people of a test's book do. Each act files its paper, is signed by its role's key, and is mined at once. */
export function openActs({ client, anchor, vault, reader, wallets }: Book) {
  const act = async (role: Role, name: string, args: readonly unknown[], contract: Act['contract'] = 'ledger') => {
    const wallet = wallets[role]
    const nonce = Number(await client.request('eth_getTransactionCount', [wallet.address, 'latest']))
    const call: Act = { contract, name, args }
    const raw = await signAct(wallet, call, { chainId: anchor.chainId, nonce, to: anchor.contracts[contract], gasLimit: GAS_LIMIT })
    const hash = await client.request('eth_sendRawTransaction', [raw])
    const receipt = await client.request('eth_getTransactionReceipt', [hash])
    if (Object(receipt).status !== '0x1') throw new Error(`${name} was refused`)
  }
  const file = (draft: Draft): Hex => vault.putPaper(sealPaper(demonstrationOf(draft), randomBytes)).hash
  const refs = { next: 1 }
  const ref = () => refOf(vault.bookKey, ['a test'], refs.next++)
  const outflow = (kind: Kind, yuan: string, titles: Titles) =>
    file(outflowDraft({ kind, amount: parseYuan(yuan), ...titles }, { payee: '某某商店' }))
  const step = (kind: Parameters<typeof stepDraft>[0]['kind'], [fund, number]: Place) => file(stepDraft({ kind, fund, outflow: number, on: parseDay('2020-02-03') }))
  const voucher = (on: string, paper: Hex) => [ref(), parseDay(on), paper]
  /** What an approver agrees to: the amount and the paper that the contract has. */
  const proposed = async (place: Place) => {
    const call = { to: anchor.contracts.ledger, data: INTERFACES.ledger.encodeFunctionData('outflowOf', [...place]) }
    const [{ amount, paper }] = INTERFACES.ledger.decodeFunctionResult('outflowOf', String(await client.request('eth_call', [call, 'latest'])))
    return [amount, paper]
  }

  return {
    act,
    openFund: (fund: Parameters<typeof fundDraft>[0]) => act('STEWARD', 'openFund', [[1, true, 0n, 10n ** 15n, file(fundDraft(fund))]]),
    propose: (fund: number, yuan: string, titles: Titles) =>
      act('ACCOUNTANT', 'proposePayment', [fund, parseYuan(yuan), ref(), outflow('Payment', yuan, titles)]),
    proposeTransfer: (fund: number, to: number, yuan: string, titles: Titles) =>
      act('ACCOUNTANT', 'proposeTransfer', [fund, to, parseYuan(yuan), ref(), outflow('Transfer', yuan, titles)]),
    approve: async (place: Place) => await act('APPROVER', 'approvePayment', [...place, ...(await proposed(place)), step('approval', place)]),
    execute: (place: Place, yuan: string, on = '2020-02-03') =>
      act('CASHIER', 'executePayment', [...place, parseYuan(yuan), false, voucher(on, step('execution', place))]),
    accept: (place: Place) => act('ACCEPTER', 'acceptPayment', [...place, step('acceptance', place)]),
    reject: (place: Place, reason: Reason) => act('APPROVER', 'rejectPayment', [...place, REASONS.indexOf(reason), step('rejection', place)]),
    bringBack: (place: Place, yuan: string, on: string) =>
      act('ACCOUNTANT', 'recordReturn', [...place, place[0], parseYuan(yuan), voucher(on, step('return', place))]),
    voidInflow: (fund: number, inflow: number, yuan: string, reason: Reason, titles: Titles) =>
      act('APPROVER', 'voidInflow', [
        fund, proven(reader, fund, inflow), parseYuan(yuan), REASONS.indexOf(reason),
        voucher('2020-02-10', outflow('Void', yuan, titles)),
      ]),
  }
}

function proven(reader: Reader, fund: number, number: number): unknown[] {
  const inflow = reader.inflow(fund, number)
  const batch = reader.batchOf(fund, number)
  if (!inflow || !batch) throw new RangeError(`fund ${fund} has no inflow ${number}`)
  const path = pathOf(batch.leaves.map(leafOf), number - batch.firstNumber)
  return [batch.number, number, inflow.start, [inflow.ref, inflow.amount, inflow.paper], path]
}

