import { hexlify, randomBytes, type Wallet } from 'ethers'
import type { FastifyInstance } from 'fastify'
import { encodeAct, GAS_LIMIT, signCall, type Act } from '../../ledger/acts.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, sealPaper, type Draft } from '../../ledger/papers.ts'
import type { World } from './world.ts'

/** Somebody who sits at the desk without a browser. */
export type Sitting = {
  readonly cookie: string
  get(path: string): Promise<{ status: number; body: any; headers: Record<string, unknown> }>
  post(path: string, payload: object, headers?: Record<string, string>): Promise<{ status: number; body: any }>
}

/** Signs in with a key. @throws {Error} with the answer when the door stays shut. */
export async function sitDown(app: FastifyInstance, wallet: { address: string; signMessage(text: string): Promise<string> }): Promise<Sitting> {
  const challenge = await app.inject({ method: 'POST', url: '/v1/desk/challenge', payload: { address: wallet.address.toLowerCase() } })
  const { message } = challenge.json()
  const answer = await app.inject({ method: 'POST', url: '/v1/desk/session', payload: { message, signature: await wallet.signMessage(message) } })
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${answer.body}`)
  return sittingWith(app, String(answer.headers['set-cookie']).split(';')[0] ?? '')
}

/** A sitting with a cookie. */
export function sittingWith(app: FastifyInstance, cookie: string): Sitting {
  return {
    cookie,
    async get(path) {
      const answer = await app.inject({ url: path, headers: { cookie } })
      return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
    },
    async post(path, payload, headers = {}) {
      const answer = await app.inject({ method: 'POST', url: path, headers: { cookie, ...headers }, payload })
      return { status: answer.statusCode, body: answer.json() }
    },
  }
}

/** A paper as a browser makes it. */
export function paperOf(draft: Draft) {
  const sealed = sealPaper(draft, (length) => Buffer.from(randomBytes(length)))
  return { ...sealed, hash: hashOfPaper(sealed.paper) }
}

/** Signs an act as it would be at the desk. */
export async function signedBy({ anchor, chain }: World, wallet: Wallet, act: Act): Promise<Hex> {
  const nonce = Number(await chain.client.request('eth_getTransactionCount', [wallet.address, 'latest']))
  return await signCall(wallet, encodeAct(act), { chainId: anchor.chainId, nonce, to: anchor.contracts[act.contract], gasLimit: GAS_LIMIT })
}

/** A ref that nothing has. */
export function freshRef(): Hex {
  return hexlify(randomBytes(32)) as Hex
}
