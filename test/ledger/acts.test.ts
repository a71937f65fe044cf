import { expect } from 'chai'
import { id, Transaction, Wallet } from 'ethers'
import { encodeAct, INTERFACES, signCall, type Act } from '../../ledger/acts.ts'
import { parseDay } from '../../ledger/day.ts'
import type { Hex } from '../../ledger/hex.ts'

const LEDGER: Hex = '0x00000000000000000000000000000000000000ff'
const WALLET = new Wallet(id('an accountant'))
const DAY = parseDay('2020-01-29')

function batch(inflows: readonly unknown[]): Act {
  return { contract: 'ledger', name: 'recordInflows', args: [1, 12_345n, 1, DAY, inflows] }
}

function inflow(number: number, amount: bigint = BigInt(number)) {
  return { ref: id(`ref ${number}`), amount, paper: id(`paper ${number}`) }
}

describe('An act', () => {
  for (const count of [0, 1, 2, 500])
    it(`of recording ${count} inflows is encoded as ethers does it`, () => {
      const act = batch(Array.from({ length: count }, (_, index) => inflow(index + 1)))

      expect(encodeAct(act)).to.equal(INTERFACES.ledger.encodeFunctionData(act.name, act.args))
    })

  it('holds the largest amount that its field can', () => {
    const act = batch([inflow(1, 2n ** 64n - 1n)])

    expect(encodeAct(act)).to.equal(INTERFACES.ledger.encodeFunctionData(act.name, act.args))
  })

  it('takes inflows as lists, too', () => {
    const { ref, amount, paper } = inflow(1)

    expect(encodeAct(batch([[ref, amount, paper]]))).to.equal(encodeAct(batch([inflow(1)])))
  })

  const bad = {
    'an amount beyond 64 bits': inflow(1, 2n ** 64n),
    'a negative amount': inflow(1, -1n),
    'a ref of 31 bytes': { ...inflow(1), ref: `0x${'11'.repeat(31)}` },
    'a paper of 33 bytes': { ...inflow(1), paper: `0x${'11'.repeat(33)}` },
    'no paper': { ref: inflow(1).ref, amount: 1n },
  }
  for (const [what, item] of Object.entries(bad))
    it(`with ${what} is refused`, () => {
      expect(() => encodeAct(batch([inflow(2), item]))).to.throw(TypeError)
    })
})

describe('A signed call', () => {
  // Of lengths around the borders of RLP, and with the smallest and larger numbers.
  for (const length of [0, 1, 4, 55, 56, 255, 256, 65_536])
    for (const nonce of [0, 127, 128, 70_000])
      it(`with ${length} bytes and nonce ${nonce} is the transaction that ethers makes`, async () => {
        const data: Hex = `0x${'5a'.repeat(length)}`
        const envelope = { chainId: 20_200_129n, nonce, to: LEDGER, gasLimit: 15_000_000n }

        const raw = await signCall(WALLET, data, envelope)

        const wanted = await WALLET.signTransaction({
          type: 2, ...envelope, data, value: 0n, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n,
        })
        expect(raw).to.equal(wanted)
        expect(Transaction.from(raw).from).to.equal(WALLET.address)
      })
})
