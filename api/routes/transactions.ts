import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Hex } from '../../ledger/hex.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Reader } from '../../indexer/read.ts'
import { nameSigner } from '../logged.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { checkPerson, isForEverybody, isNew, passOn, readTransaction } from '../relay.ts'
import { BytesText, Exactly, HashText } from '../schemas.ts'
import { LIMITS, type Limits } from '../security.ts'

type Parts = {
  reader: Pick<Reader, 'ownerOf'>
  client: ChainClient
  chainId: bigint
  contracts: { readonly charter: Hex; readonly people: Hex; readonly ledger: Hex; readonly bank: Hex; readonly audit: Hex }
  limits: Limits
}

/** A batch of 500 inflows is 97 kB of hexadecimal digits. */
const MOST_BYTES = 300_000

const Accepted = Type.Object({ transaction: HashText })

/**
 * Passes a signed transaction on to the chain. Its signer's own key made it, so this server holds none, and the contract
 * alone decides who may write; it is asked first, so that whoever is refused hears why.
 */
export const transactions: FastifyPluginAsyncTypebox<Parts> = async (app, { reader, client, chainId, contracts, limits }) => {
  const countResident = app.createRateLimit({ max: limits.complaints ?? LIMITS.complaints, timeWindow: '1 hour' })
  app.post(
    '/transactions',
    {
      schema: {
        tags: ['writing'], summary: 'Pass on a signed transaction for one of the contracts',
        body: Exactly({ rawTransaction: BytesText }),
        response: { 200: Accepted, 202: Accepted, '4xx': ProblemAnswer },
      },
      bodyLimit: MOST_BYTES,
      config: { rateLimit: { max: limits.writes, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const transaction = readTransaction(request.body.rawTransaction, chainId, Object.values(contracts))
      const { hash } = transaction
      if (!isForEverybody(transaction, contracts.audit)) nameSigner(request, reader, transaction)
      if (!(await isNew(client, transaction))) return reply.send({ transaction: hash })

      if (isForEverybody(transaction, contracts.audit)) checkPatience(await countResident(request))
      else await checkPerson(client, contracts.people, transaction.from)
      await passOn(client, transaction)
      return reply.code(202).send({ transaction: hash })
    },
  )
}

/** Every complaint is a block for ever, so that one visitor may bring a few in an hour. @throws {Problem} */
function checkPatience(count: { isAllowed: boolean; isExceeded?: boolean }): void {
  if (count.isAllowed || !count.isExceeded) return
  throw new Problem(429, 'TOO_MANY_COMPLAINTS', {
    zh: '这一小时里从您的网络提交的投诉太多了，请稍后再试；您写的内容还在。',
    en: 'Too many complaints came from your network within this hour; please try again later. What you wrote is kept.',
  })
}
