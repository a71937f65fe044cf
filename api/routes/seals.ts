import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Anchor } from '../../ledger/anchor.ts'
import type { Hex } from '../../ledger/hex.ts'
import { recoverSealer } from '../../ledger/seal.ts'
import type { ChainClient } from '../../chain/client.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { AddressText, BytesText, Exactly, HashText } from '../schemas.ts'
import type { Limits } from '../security.ts'

/** One signature under one block. `signature` is r‖s‖v of the EIP-712 seal. */
export type KeptSeal = { number: number; blockHash: Hex; sealer: Hex; signature: Hex }

/** Where seals are kept: beside the journal, on the disk before `add` returns. */
export type SealStore = {
  /** Keeps a seal that was checked. @throws an error named `ForkedSeal` when its sealer sealed another block of that number. */
  add(seal: KeptSeal): Promise<void>
  /** Seals of blocks from number `from` on, in the order of the blocks. */
  list(range: { from?: number; limit?: number }): KeptSeal[]
  /** The newest seal of each sealer. */
  newestOfEach(): KeptSeal[]
  /** The newest block that a quorum of `sealers` sealed, with its seals. */
  newestSealed(quorum: { sealers: readonly Hex[]; quorum: number }): SealedBlock | undefined
}

/** A block that enough sealers sealed. */
export type SealedBlock = { number: number; blockHash: Hex; seals: readonly KeptSeal[] }

const SealAnswer = Type.Object({ number: Type.Integer(), blockHash: HashText, sealer: AddressText, signature: BytesText })
const NewSeal = Exactly({
  number: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  blockHash: HashText,
  sealer: Type.Optional(AddressText),
  signature: Type.Unsafe<Hex>(Type.String({ pattern: '^0x[0-9a-fA-F]{130}$', description: 'r, s and v (0 or 1) of the EIP-712 seal' })),
})
const Page = Exactly({
  from: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'seals of blocks from here on' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
})

type Parts = { seals: SealStore; anchor: Anchor; client: ChainClient; limits: Limits }

/** The seals of the witnesses: anybody may read them, and whoever the anchor lists may bring one. */
export const seals: FastifyPluginAsyncTypebox<Parts> = async (app, { seals, anchor, client, limits }) => {
  app.get(
    '/seals',
    { schema: { tags: ['evidence'], summary: 'The newest seal of each sealer, or all from a block on', querystring: Page, response: { 200: Type.Array(SealAnswer), '4xx': ProblemAnswer } } },
    async ({ query }) => {
      const { from, limit = 100 } = query
      return from === undefined ? seals.newestOfEach() : seals.list({ from, limit })
    },
  )

  app.post(
    '/seals',
    {
      schema: {
        tags: ['evidence'], summary: 'Bring a seal', body: NewSeal,
        response: { 200: SealAnswer, 201: SealAnswer, '4xx': ProblemAnswer },
      },
      config: { rateLimit: { max: limits.writes, timeWindow: '1 minute' } },
    },
    async ({ body }, reply) => {
      const { number, blockHash, signature } = body
      const seal = { number, blockHash, sealer: sealerOf(anchor, body), signature }
      await checkBlock(client, seal)

      const known = seals.list({ from: seal.number, limit: 100 }).some(({ sealer, number }) => sealer === seal.sealer && number === seal.number)
      await seals.add(seal).catch(forked)
      return reply.code(known ? 200 : 201).send(seal)
    },
  )
}

/** Who signed it. @throws {Problem} unless it is one of the anchor's sealers. */
function sealerOf(anchor: Anchor, brought: Omit<KeptSeal, 'sealer'> & { sealer?: Hex }): Hex {
  const { chainId, genesis } = anchor
  const { number, blockHash, signature } = brought
  const sealer = recover({ chainId, genesis, number: BigInt(number), blockHash }, signature)
  if (sealer && (brought.sealer ?? sealer) === sealer && anchor.sealers.some(({ address }) => address === sealer)) return sealer
  throw new Problem(422, 'SEALER_UNKNOWN', {
    zh: '这枚签封不是本账信任锚所列见证人的签名。',
    en: 'The signature is of none of the sealers that the anchor lists.',
  })
}

function recover(seal: Parameters<typeof recoverSealer>[0], signature: Hex): Hex | undefined {
  try {
    return recoverSealer(seal, signature)
  } catch (error) {
    // Bytes that are no point of the curve are nobody's signature.
    if (error instanceof Error) return undefined
    throw error
  }
}

/** A seal over another history would be evidence of a fork; but it is nothing that this server may show as its own. */
async function checkBlock(client: ChainClient, { number, blockHash }: KeptSeal): Promise<void> {
  const block = await client.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
  if (!block)
    throw new Problem(409, 'BLOCK_UNKNOWN', { zh: `本账还没有第 ${number} 个区块。`, en: `There is no block ${number} here yet.` })
  if (typeof block === 'object' && 'hash' in block && block.hash === blockHash) return
  throw new Problem(409, 'BLOCK_DIFFERS', {
    zh: `本账第 ${number} 个区块与签封的不同：请保存这枚签封，作为账本分叉的证据。`,
    en: `Block ${number} here is another one: keep this seal, it is evidence of a fork.`,
  })
}

function forked(error: unknown): never {
  if (!(error instanceof Error) || error.name !== 'ForkedSeal') throw error
  throw new Problem(409, 'SEAL_FORKED', {
    zh: '这位见证人签过同一编号的另一个区块：两枚签封都已作为证据保存。',
    en: 'This sealer sealed another block of the same number before: both seals are kept as evidence.',
  })
}
