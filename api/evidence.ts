import type { ChainClient } from '../chain/client.ts'
import type { Anchor } from '../ledger/anchor.ts'
import { ProofError } from '../proof/check/error.ts'
import { verifyTrace } from '../proof/check/trace.ts'
import { sealedBlock } from '../proof/prove/seals.ts'
import { openProver, type Prover, type TraceQuestion } from '../proof/prove/trace.ts'
import { readChainIndex } from './chainIndex.ts'
import type { Prove } from './routes/traces.ts'

type Parts = { prover: Prover; client: ChainClient; anchor: Anchor }

/**
 * Proves, and looks at each proof before it is given out.
 *
 * A prover takes its bearings from the mirror. Where somebody altered that, its proof does not hold; then the bearings are
 * taken from the chain itself, so that a donor gets a true proof beside a false page, instead of none.
 */
export function proveCarefully({ prover, client, anchor }: Parts): Prove {
  let fromChain: { at: bigint; prover: Promise<Prover> } | undefined

  return async (question, { number, blockHash, seals }) => {
    const block = sealedBlock(anchor, { number: BigInt(number), hash: blockHash }, seals.map(({ signature }) => signature))
    const proof = await prover.trace(question, block).catch(noneFrom)
    if (proof && holds(proof, anchor, question)) return proof

    const { number: at } = block
    if (fromChain?.at !== at) fromChain = { at, prover: proverFromChain(at) }
    return await (await fromChain.prover).trace(question, block)
  }

  async function proverFromChain(at: bigint): Promise<Prover> {
    return openProver({ client, anchor, index: await readChainIndex(client, anchor.contracts.ledger, at) })
  }
}

function holds(proof: Uint8Array, anchor: Anchor, { fund, inflow }: TraceQuestion): boolean {
  try {
    const facts = verifyTrace(proof, anchor)
    const whole = facts.from === 0n && facts.to === facts.inflow.amount
    return whole && facts.fund === fund && facts.inflow.number === inflow
  } catch (error) {
    if (error instanceof ProofError) return false
    throw error
  }
}

// An altered mirror may lead to a piece or an inflow that is not there.
function noneFrom(error: unknown): undefined {
  if (error instanceof RangeError) return undefined
  throw error
}
