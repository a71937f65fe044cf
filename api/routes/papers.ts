import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { verifyMessage } from 'ethers'
import { INTERFACES } from '../../ledger/acts.ts'
import type { Reader } from '../../indexer/read.ts'
import type { Day } from '../../ledger/day.ts'
import { Address, type Hex } from '../../ledger/hex.ts'
import { hashOfPaper, readOpened, readPaper, type Opened, type Paper } from '../../ledger/papers.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { NewlyPut } from '../../vault/filing.ts'
import { ROLES, type Role } from '../../ledger/words.ts'
import { writersOf } from '../desk/access.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { checkPerson } from '../relay.ts'
import { Exactly, HashText } from '../schemas.ts'
import type { Limits } from '../security.ts'

/** Whether a paper's private fields are still kept: 在档, 已依法限制, 已依法删除. */
export type PaperState = 'kept' | 'restricted' | 'destroyed'

/** A paper to keep; without a day, as long as an entry's. */
type GivenPaper = { paper: Paper; opened: Opened; keptUntil?: Day }

/** What the API asks of the vault about papers. */
export type PaperStore = {
  putPaper(given: GivenPaper): { hash: Hex; known: boolean }
  paperOf(hash: Hex): { paper: Paper; state: PaperState } | undefined
  hasPaper(hash: Hex): boolean
}

type Parts = {
  reader: Pick<Reader, 'ownerOf'>
  vault: PaperStore
  client: ChainClient
  chainId: bigint
  contracts: { readonly people: Hex; readonly charter: Hex }
  limits: Limits
}

const PaperShape = Exactly({
  format: Type.Literal('mingzhang/paper/1'),
  hash: Type.Literal('keccak256'),
  kind: Type.String({ maxLength: 40 }),
  public: Type.Record(Type.String(), Type.String()),
  private: Type.Record(Type.String(), HashText, { description: 'salted commitments' }),
})
const OpenedShape = Type.Record(Type.String(), Exactly({ value: Type.String(), salt: Type.String() }))

/** A paper with its private fields opened. */
export const PaperBody = Exactly({ paper: PaperShape, opened: OpenedShape })

const Signed = Type.Object({
  'x-mz-time': Type.String({ pattern: '^\\d{10}$', description: 'unix seconds, at most five minutes away from the server’s' }),
  'x-mz-signature': Type.String({
    pattern: '^0x[0-9a-fA-F]{130}$',
    description: 'EIP-191 personal signature, by a key that People knows today, of: `mingzhang paper {hash} on chain {chainId} at {time}`',
  }),
})

/** The text that whoever brings a paper signs. Time in unix seconds. */
export function paperMessage(hash: Hex, chainId: bigint, time: number): string {
  return `mingzhang paper ${hash} on chain ${chainId} at ${time}`
}

/** Papers: brought by people of the book, with their private fields opened; shown to everybody without them. */
export const papers: FastifyPluginAsyncTypebox<Parts> = async (app, parts) => {
  app.post(
    '/papers',
    {
      schema: {
        tags: ['writing'], summary: 'Bring a paper with its private fields', headers: Signed,
        body: PaperBody,
        response: { 200: Type.Object({ hash: HashText }), 201: Type.Object({ hash: HashText }), '4xx': ProblemAnswer },
      },
      bodyLimit: 600_000,
      config: { rateLimit: { max: parts.limits.writes, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const { paper, opened } = readPaperBody(request.body)
      const { 'x-mz-time': time, 'x-mz-signature': signature } = request.headers
      const key = bringerOf(hashOfPaper(paper), parts.chainId, Number(time), signature)
      request.person = parts.reader.ownerOf(key)
      // Anybody could fill the disk otherwise. The chain itself is asked, since the mirror may lag.
      await checkPerson(parts.client, parts.contracts.people, key)
      await checkWriter(parts, key, paper.kind)

      const { hash, known } = putInOrder(parts.vault, { paper, opened })
      return reply.code(known ? 200 : 201).send({ hash })
    },
  )

  app.get(
    '/papers/:hash',
    {
      schema: {
        tags: ['evidence'], summary: 'A paper: its public fields, and commitments of its private ones',
        params: Type.Object({ hash: HashText }),
        response: {
          200: Type.Object({ hash: HashText, state: Type.Enum(['kept', 'restricted', 'destroyed']), paper: Type.Any() }),
          '4xx': ProblemAnswer,
        },
      },
      config: { kept: true },
    },
    async ({ params }) => {
      const kept = parts.vault.paperOf(params.hash)
      if (!kept) throw new Problem(404, 'PAPER_UNKNOWN', { zh: '凭证库里没有这份凭证。', en: 'The vault has no such paper.' })
      return { hash: params.hash, state: kept.state, paper: kept.paper }
    },
  )
}

/** @throws {Problem} */
export function readPaperBody(body: { paper: unknown; opened: unknown }): { paper: Paper; opened: Opened } {
  try {
    return { paper: readPaper(body.paper), opened: readOpened(body.opened) }
  } catch (error) {
    throw notInOrder(error)
  }
}

/** A paper with the documents behind it. */
export type FiledPaper = GivenPaper & { documents?: readonly Hex[] }

/** Puts papers into the vault, all or none, and gives what is new. @throws {Problem} */
export function putAllInOrder(vault: { putPapers(given: readonly FiledPaper[]): NewlyPut }, given: readonly FiledPaper[]): NewlyPut {
  try {
    return vault.putPapers(given)
  } catch (error) {
    throw notInOrder(error)
  }
}

/** Keeps a paper whose private fields are what it committed to. @throws {Problem} */
export function putInOrder(vault: PaperStore, given: GivenPaper): { hash: Hex; known: boolean } {
  try {
    return vault.putPaper(given)
  } catch (error) {
    throw notInOrder(error)
  }
}

/** What the vault says of a paper that is none, for people. */
export function notInOrder(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error
  return new Problem(422, 'PAPER_NOT_IN_ORDER', { zh: `凭证不合要求：${error.message}。`, en: `The paper is not in order: ${error.message}.` })
}

/** Whose key signed for a paper, now. @throws {Problem} */
function bringerOf(hash: Hex, chainId: bigint, time: number, signature: string): Hex {
  if (Math.abs(Date.now() / 1000 - time) > 300)
    throw new Problem(401, 'SIGNATURE_TOO_OLD', { zh: '签名的时间与服务器相差超过五分钟。', en: 'The signature is more than five minutes away.' })
  return signerOf(paperMessage(hash, chainId, time), signature)
}

/** A paper is brought before the entry that names it, by whoever may write such an entry. @throws {Problem} */
async function checkWriter({ client, contracts }: Parts, key: string, kind: string): Promise<void> {
  const hasRole = async (role: Role): Promise<boolean> => {
    const data = INTERFACES.charter.encodeFunctionData('hasRole', [ROLES.indexOf(role), key])
    const answer = String(await client.request('eth_call', [{ to: contracts.charter, data }, 'latest']))
    return INTERFACES.charter.decodeFunctionResult('hasRole', answer)['isMember'] === true
  }
  const held = await Promise.all(writersOf(kind).map(hasRole))
  if (held.includes(true)) return
  throw new Problem(403, 'PAPER_OF_OTHERS', {
    zh: `密钥 ${key} 的岗位不办理以 ${kind} 为凭证的事项，不能送交这份凭证。`, en: `The key ${key} has no role that writes entries with a paper of the kind ${kind}.`,
  }, { kind })
}

function signerOf(message: string, signature: string): Hex {
  try {
    return Address(verifyMessage(message, signature))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Problem(401, 'SIGNATURE_MALFORMED', { zh: '签名无法识别。', en: 'This is no signature.' })
  }
}
