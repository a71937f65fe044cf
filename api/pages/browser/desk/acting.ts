import type { Row } from '../../../../ledger/actWords.ts'
import { encodeAct, GAS_LIMIT, type ContractName } from '../../../../ledger/acts.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import type { Draft } from '../../../../ledger/papers.ts'
import type { Words } from '../../../../ledger/words.ts'
import { makePaper, type MadePaper } from '../sealing.ts'
import type { Signer } from './keys.ts'
import { say } from './language.ts'
import { post, Refused, SentenceOnly } from './server.ts'
import { placeOf } from './typing.ts'

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
}

/** An entry of the book, or without an amount a person of it, as the server tells it. */
export type About = { readonly title: Words; readonly amount?: string; readonly paper?: Hex; readonly rows?: undefined }

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
export async function prepare({ contract, name, drafts, args, about, warnings = [] }: Plan): Promise<Prepared> {
  const papers = drafts.map(makePaper)
  const data = encodeAct({ contract, name, args: args(papers.map(({ hash }) => hash)) })
  const { nonce } = await post<{ nonce: number }>('/v1/desk/rehearsals', { contract, data })
  return { contract, data, nonce, papers, warnings, ...(about && { about }) }
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

/** Signs what was prepared, to the byte. */
export async function sign(signer: Signer, { chainId, contracts }: BookOf, { contract, data, nonce, papers, delivery }: Prepared): Promise<Signed> {
  const rawTransaction = await signer.signCall(data, { chainId, nonce, to: contracts[contract], gasLimit: GAS_LIMIT })
  const { path, body } = delivery ?? { path: '/v1/desk/acts', body: { papers: papers.map(({ paper, opened }) => ({ paper, opened })) } }
  return { path, body: { rawTransaction, ...body } }
}

/** What was signed and must reach the server, byte by byte, however often it is sent. */
export type Signed = { readonly path: string; readonly body: object }

const OUTBOX = 'outbox'

const WAITING: Words = {
  zh: '已签名，还没有送达。网络恢复后会自动送出，只登记一次，不用再按。', en: 'Signed, and not arrived yet. It goes out by itself when the network is back, and only once; there is nothing more to press.',
}

/** What is on its way just now, as it lies in the outbox. */
let underWay: string | undefined

/** What was signed in this tab and did not reach the server yet. It is kept until the tab is closed, not longer: names are in it. */
export function unsent(): Signed | undefined {
  try {
    const kept = sessionStorage.getItem(placeOf(OUTBOX))
    // Whoever is still waited for is not sent a second time beside it.
    return kept === (underWay ?? null) ? undefined : ((JSON.parse(kept ?? 'null') as Signed | null) ?? undefined)
  } catch {
    return undefined
  }
}

/**
 * One after another: what was signed first must stand in the book before anything is made on top of it, or its nonce is another's.
 * @throws {SentenceOnly}
 */
export function checkNothingUnsent(): void {
  if (unsent()) throw new SentenceOnly(say('还有一笔已签名、尚未送达：等它送到以后再签下一笔。您填写的内容都还在。', 'One signed act has not arrived yet: sign the next one when it has. What you typed is still here.'))
}

/**
 * Sends what was signed. When the network is gone it stays in the outbox, and goes out again as it is: the book takes the same
 * bytes once. @throws {Refused}
 */
export async function send(signed: Signed): Promise<Recorded> {
  const kept = JSON.stringify(signed)
  const place = placeOf(OUTBOX)
  underWay = kept
  const done = (): void => {
    if (sessionStorage.getItem(place) === kept) sessionStorage.removeItem(place)
  }
  try {
    sessionStorage.setItem(place, kept)
    const recorded = await post<Recorded>(signed.path, signed.body)
    done()
    return recorded
  } catch (error) {
    // Whoever is signed out signs in again, and it goes out then.
    const isKept = error instanceof Refused && (error.isPassing || error.status === 401)
    if (!isKept) done()
    throw isKept && error.isPassing ? new Refused(error.status, 'WAITING', WAITING) : error
  } finally {
    if (underWay === kept) underWay = undefined
  }
}
