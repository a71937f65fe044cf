import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import type { ChainClient } from '../../chain/client.ts'
import { slotOfCut, slotOfLine } from '../../ledger/slots.ts'
import { openProver } from '../../proof/prove/trace.ts'
import { openState } from '../../proof/prove/state.ts'
import { valueAt } from '../../proof/prove/trie.ts'
import { hashedKey } from '../../proof/check/state.ts'
import { filledFund, loadFixture } from '../contracts/fixture.ts'
import { anchorOf, client, indexOf, sealHead } from './book.ts'

/** The test's chain, and what it was asked. `pause` keeps an answer back until everybody has asked, however busy the machine is. */
function countingClient(pause = 0) {
  const asked: string[] = []
  const counting: ChainClient = {
    request: async (method, params) => {
      asked.push(method)
      if (method === 'eth_getProof') await setTimeout(pause)
      return await client.request(method, params)
    },
  }
  return { counting, proofs: () => asked.filter((method) => method === 'eth_getProof').length }
}

describe("The prover's memory of the chain", () => {
  it('asks once for the nodes that many proofs at one time need', async () => {
    const book = await loadFixture(filledFund)
    const anchor = await anchorOf(book)
    const { counting, proofs } = countingClient(500)
    const prover = openProver({ client: counting, anchor, index: await indexOf(book.ledger) })
    const sealed = await sealHead(anchor)

    const made = await Promise.all([1, 2, 3, 1, 2, 3].map((inflow) => prover.trace({ fund: 1, inflow }, sealed)))

    expect(made[0]).to.deep.equal(made[3])
    expect(proofs()).to.be.at.most(2)
  })

  it('asks nothing more for a proof that it made before', async () => {
    const book = await loadFixture(filledFund)
    const anchor = await anchorOf(book)
    const { counting, proofs } = countingClient()
    const prover = openProver({ client: counting, anchor, index: await indexOf(book.ledger) })
    const sealed = await sealHead(anchor)
    const first = await prover.trace({ fund: 1, inflow: 1 }, sealed)

    const second = await prover.trace({ fund: 1, inflow: 1 }, sealed)

    expect(second).to.deep.equal(first)
    expect(proofs()).to.equal(1)
  })

  it('finds its way again after it was full and forgot', async () => {
    const { contracts } = await anchorOf(await loadFixture(filledFund))
    const number = BigInt(String(await client.request('eth_blockNumber')))
    const state = openState(client, contracts.ledger, { maxNodes: 1 })
    await state.stateAt(number, [slotOfLine(1)])

    const { nodes, storageRoot } = await state.stateAt(number, [slotOfCut(1, 1), slotOfLine(2), slotOfLine(1)])

    expect(valueAt(nodes, storageRoot, hashedKey(slotOfCut(1, 1)))).to.equal(undefined)
    expect(valueAt(nodes, storageRoot, hashedKey(slotOfLine(1)))).to.be.instanceOf(Uint8Array)
  })

  it('passes a failure of the chain on to whoever waits, and asks anew next time', async () => {
    const { contracts } = await anchorOf(await loadFixture(filledFund))
    const number = BigInt(String(await client.request('eth_blockNumber')))
    let broken = true
    const moody: ChainClient = {
      request: async (method, params) => {
        if (broken && method === 'eth_getProof') throw new Error('no chain answers')
        return client.request(method, params)
      },
    }
    const state = openState(moody, contracts.ledger)
    const failed = await Promise.allSettled([
      state.stateAt(number, [slotOfLine(1)]),
      state.stateAt(number, [slotOfLine(2)]),
    ])
    broken = false

    const { nodes, storageRoot } = await state.stateAt(number, [slotOfLine(1)])

    expect(failed.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
    expect(valueAt(nodes, storageRoot, hashedKey(slotOfLine(1)))).to.be.instanceOf(Uint8Array)
  })

  it('says when there is no such contract', async () => {
    await loadFixture(filledFund)
    const number = BigInt(String(await client.request('eth_blockNumber')))

    const failed = await openState(client, `0x${'ab'.repeat(20)}`)
      .stateAt(number, [])
      .catch((error: unknown) => error)

    expect(String(failed)).to.match(/does not show the contract 0xabab/)
  })
})
