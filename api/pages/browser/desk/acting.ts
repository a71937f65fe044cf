import { Transaction } from 'ethers'
import { titleOfCall, type Row } from '../../../../ledger/actWords.ts'
import { encodeAct, GAS_LIMIT, type ContractName, type Envelope } from '../../../../ledger/acts.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import type { Draft } from '../../../../ledger/papers.ts'
import type { Words } from '../../../../ledger/words.ts'
import { makePaper, type MadePaper } from '../sealing.ts'
import type { Signer } from './keys.ts'
import { say } from './language.ts'
import type { Signed } from './outbox.ts'
import { post, SentenceOnly } from './server.ts'

/** Something to be done: a call of a contract, and what stands behind it. `args` get the papers' hashes, in the drafts' order. */
export type Plan = {
  readonly contract: ContractName
  readonly name: string
  readonly drafts: readonly Draft[]
  readonly args: (papers: readonly Hex[]) => readonly unknown[]
  /** The entry that it is about, where the call names it by its number alone: what the book says of it now. */
  readonly about?: About | Listed
  /** What the form warned of, said once more before it is signed. */
  readonly warnings?: readonly string[]
  /** What it was typed into, by its name in `useTyping`: it is emptied when this has arrived. */
  readonly form?: string
}

/** An entry of the book, or without an amount a person of it, as the server tells it; `paid` is what was paid of it before. */
export type About = { readonly title: Words; readonly amount?: string; readonly paid?: string; readonly paper?: Hex; readonly rows?: undefined }

/** Several things that a call names by their numbers, row by row, as the server tells them. */
export type Listed = { readonly rows: readonly Row[]; readonly title?: undefined; readonly amount?: undefined; readonly paper?: undefined }

/** A plan that the contract would take, as it will be signed. */
export type Prepared = {
  readonly contract: ContractName
  readonly data: Hex
  readonly nonce: number
  readonly papers: readonly MadePaper[]
  readonly about?: About | Listed
  readonly warnings?: readonly string[]
  readonly form?: string
  /** Where it is brought, and with what beside the signed transaction; `/v1/desk/acts` with the papers when absent. */
  readonly delivery?: { readonly path: string; readonly body: object }
}

/** An event as the server tells it: numbers that a JSON number would lose fen of are text. */
export type ToldEvent = { readonly name: string } & Readonly<Record<string, unknown>>

/** What became of an act. */
export type Recorded = { readonly transaction: Hex; readonly block: number; readonly events: readonly ToldEvent[] }

/** Which book this is: what every transaction must be for. */
export type BookOf = { readonly chainId: bigint; readonly contracts: Readonly<Record<ContractName, Hex>> }

/** Makes the papers and asks the contract. Nothing is signed, and nothing of the papers is sent. @throws {Refused} */
export async function prepare({ contract, name, drafts, args, about, warnings = [], form }: Plan): Promise<Prepared> {
  const papers = drafts.map(makePaper)
  const data = encodeAct({ contract, name, args: args(papers.map(({ hash }) => hash)) })
  const { nonce } = await post<{ nonce: number }>('/v1/desk/rehearsals', { contract, data })
  return { contract, data, nonce, papers, warnings, ...(about && { about }), ...(form !== undefined && { form }) }
}

/** Prepares several that follow on each other, to be shown together. The contract is asked about each as the book stands now. @throws {Refused} */
export async function prepareAll(plans: readonly Plan[]): Promise<Prepared[]> {
  const prepared: Prepared[] = []
  for (const plan of plans) {
    const one = await prepare(plan)
    prepared.push({ ...one, nonce: one.nonce + prepared.length })
  }
  return prepared
}

/** Signs what was prepared, to the byte. @throws {SentenceOnly} for a signature of anything else: a wallet is a program of others. */
export async function sign(signer: Signer, { chainId, contracts }: BookOf, { contract, data, nonce, papers, delivery, form }: Prepared): Promise<Signed> {
  const envelope = { chainId, nonce, to: contracts[contract], gasLimit: GAS_LIMIT }
  const rawTransaction = await signer.signCall(data, envelope)
  if (!isSignedAs(rawTransaction, { from: signer.address, data, envelope }))
    throw new SentenceOnly(say('钱包签的不是刚才给您看的那一笔，没有送出。请不要再用它签名，改用密钥文件，并告诉管理员。', 'The wallet signed something else than what was shown to you; nothing was sent. Do not sign with it again: use a key file, and tell whoever runs the book.'))
  const { path, body } = delivery ?? { path: '/v1/desk/acts', body: { papers: papers.map(({ paper, opened }) => ({ paper, opened })) } }
  return { path, body: { rawTransaction, ...body }, title: titleOfCall(data), ...(form !== undefined && { form }) }
}

/** Whether a raw transaction is this very call, without fees or money, and signed by this key. */
function isSignedAs(rawTransaction: Hex, { from, data, envelope }: { from: Hex; data: Hex; envelope: Envelope }): boolean {
  try {
    const signed = Transaction.from(rawTransaction)
    const asked = Transaction.from({ ...envelope, data, type: 2, value: 0n, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n })
    return signed.from?.toLowerCase() === from && signed.unsignedSerialized === asked.unsignedSerialized
  } catch {
    return false
  }
}
