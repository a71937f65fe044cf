import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ChainClient } from '../../chain/client.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { formatWords } from '../../ledger/headWords.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { AddressText, Exactly, HashText, TimeText } from '../schemas.ts'
import type { SealedHead } from '../sealed.ts'

type Parts = {
  client: ChainClient
  anchor: Anchor
  sealedHead: () => Promise<SealedHead | undefined>
  /** Addresses of the sealers that whoever runs this server runs as well. */
  own: readonly string[]
}

/** As many as a node takes in one batch. */
const MOST_HEADERS = 100

const From = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'from this block on' })
const Witnessed = Type.Object({ address: AddressText, name: Type.String(), own: Type.Boolean(), sealed: Type.Boolean() })
const HeadAnswer = Type.Object({
  chainId: Type.String(),
  genesis: HashText,
  number: Type.Integer({ description: 'the newest block' }),
  sealed: Type.Optional(Type.Object({
    number: Type.Integer({ description: 'the newest block that enough witnesses sealed' }),
    hash: HashText,
    time: TimeText,
    words: Type.String({ description: '校验词: the hash in six words, to be compared aloud' }),
    sealedBy: Type.Integer(),
  })),
  witnesses: Type.Integer(),
  quorum: Type.Integer(),
  sealers: Type.Array(Witnessed),
})

/** What a witness elsewhere needs to work the whole book out again, and what neighbours compare. Nothing in it is personal. */
export const journal: FastifyPluginAsyncTypebox<Parts> = async (app, { client, anchor, sealedHead, own }) => {
  app.get(
    '/head',
    { schema: { tags: ['evidence'], summary: 'The newest block, who sealed up to where, and the words to compare', querystring: Exactly({}), response: { 200: HeadAnswer, '4xx': ProblemAnswer } } },
    async () => {
      const { chainId, genesis, quorum } = anchor
      const head = await sealedHead()
      const sealers = anchor.sealers.map(({ address, name }) =>
        ({ address, name, own: own.includes(address), sealed: head?.sealers.includes(address) ?? false }))
      return {
        chainId: String(chainId), genesis, number: await newest(), quorum, witnesses: sealers.length, sealers,
        ...(head && { sealed: {
          number: head.number, hash: head.hash, time: new Date(head.time * 1000).toISOString().replace('.000', ''),
          words: formatWords(head.words), sealedBy: head.sealers.length,
        } }),
      }
    },
  )

  app.get(
    '/journal',
    {
      schema: {
        tags: ['evidence'], summary: 'The journal: entry 0 names the book, entry n is block n with its signed transaction',
        querystring: Exactly({ from: From, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
      },
    },
    async ({ query: { from, limit = 500 } }, reply) => {
      const page = await client.request('mz_journal', [from, limit]).catch((error: unknown) => {
        if (!(error instanceof Error) || !('code' in error) || error.code !== -32601) throw error
        throw new Problem(404, 'JOURNAL_MISSING', {
          zh: '这本账不在本机的日志里，没有日志可供重算。', en: 'This book is kept on a chain of its own and has no journal here.',
        })
      })
      return reply.send(page)
    },
  )

  app.get(
    '/headers',
    {
      schema: {
        tags: ['evidence'], summary: 'Headers of blocks, as the chain gives them',
        querystring: Exactly({ from: From, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_HEADERS })) }),
      },
    },
    async ({ query: { from, limit = MOST_HEADERS } }, reply) => {
      const count = Math.max(0, Math.min(limit, (await newest()) - from + 1))
      const numbers = Array.from({ length: count }, (_, at) => `0x${(from + at).toString(16)}`)
      return reply.send(await Promise.all(numbers.map((number) => client.request('eth_getBlockByNumber', [number, false]))))
    },
  )

  async function newest(): Promise<number> {
    return Number(await client.request('eth_blockNumber'))
  }
}
