import { FunctionFragment } from 'ethers'
import type { FastifyRequest } from 'fastify'
import { INTERFACES, type ContractName } from '../ledger/acts.ts'
import type { Hex } from '../ledger/hex.ts'
import type { Reader } from '../indexer/read.ts'
import { dataOf, type Signed } from './relay.ts'

/**
 * What the log says of a request, in one line (`answered`): its `method` and `route`, never its address; `status`, `ms` and the time; and
 * where they are known `person`, `act` and `code`.
 *
 * Who: the number of the person in the book, whom only the vault calls by name. It is that of the session, of the key that signed in, or of the
 * key that signed what was brought without a session; also of a key that was retired since. A key that the book never had is told by its code
 * alone (`KEY_UNKNOWN` without a person): keys of the book are public, but a stranger's address is in no public place of ours, and may lead
 * to everything that they do elsewhere.
 *
 * What: the contract's function, and the numbers of what it is about, also when it was only rehearsed or was refused. Amounts, papers and
 * reasons stand in the book; a name, a title, a token or the signed bytes stand in no log.
 *
 * Public reads (`/v1/funds`, `/v1/payments/…`) and what residents send have no person, whoever sits at the desk meanwhile: its cookie is
 * for `/v1/desk`, and nobody who reads the book is written down.
 */
declare module 'fastify' {
  interface FastifyRequest {
    /** Who of the book made it. */
    person?: number | undefined
    /** What they brought to be done. */
    act?: LoggedAct | undefined
    /** Why it was refused: the code of the problem that was answered. */
    code?: string
  }
}

/** A function of a contract, and the numbers of what it is about. */
export type LoggedAct = { readonly name: string; readonly [about: string]: string | number }

/** Names for the log what somebody of the book brings to be done, before anybody judges it, so that it is known of what is refused, too. */
export async function nameAct(request: FastifyRequest): Promise<void> {
  if (request.person === undefined) return
  const { rawTransaction, data } = Object(request.body) as { rawTransaction?: unknown; data?: unknown }
  const bytes = typeof rawTransaction === 'string' ? dataOf(rawTransaction) : data
  if (typeof bytes === 'string') request.act = actOf(bytes)
}

/** Names for the log who signed something outside a session, and its act; of strangers nothing. */
export function nameSigner(request: FastifyRequest, reader: Pick<Reader, 'ownerOf'>, { from, data }: Pick<Signed, 'from' | 'data'>): void {
  request.person = reader.ownerOf(from.toLowerCase() as Hex)
  if (request.person !== undefined) request.act = actOf(data)
}

/** The act of a call; undefined when it writes nothing in any contract. */
export function actOf(data: string): LoggedAct | undefined {
  const plain = data.toLowerCase()
  const act = ACTS.get(plain.slice(0, 10))
  if (!act) return undefined
  return { name: act.name, ...Object.fromEntries(act.numbers.flatMap(({ at, label }) => numberAt(plain, at).map((number) => [label, number]))) }
}

/** None where the call is cut off, or says more than a number of the book: whatever is hidden there is none of the log's. */
function numberAt(data: string, at: number): number[] {
  const word = data.slice(10 + 64 * at, 74 + 64 * at)
  return /^0{56}[0-9a-f]{8}$/.test(word) ? [Number(`0x${word}`)] : []
}

/** Arguments that are numbers of the book, with what the log calls them. */
const LABELS: Readonly<Record<ContractName, Readonly<Record<string, string>>>> = {
  charter: {},
  people: { person: 'person' },
  ledger: { fundNumber: 'fund', number: 'outflow', toFund: 'toFund' },
  bank: { accountNumber: 'account', line: 'line', number: 'match' },
  audit: { number: 'number', owner: 'owner' },
}

/** Every writing function by its selector. None has a list or a structure before its numbers, so that each stands at its own index. */
const ACTS = new Map(Object.entries(LABELS).flatMap(([contract, labels]) =>
  INTERFACES[contract as ContractName].fragments.filter(FunctionFragment.isFragment).filter(({ constant }) => !constant).map(({ selector, name, inputs }) => {
    const numbers = inputs.flatMap((input, at) => (Object.hasOwn(labels, input.name) ? [{ at, label: labels[input.name] ?? '' }] : []))
    return [selector, { name, numbers }] as const
  })))
