import { expect } from 'chai'
import type { ContractTransactionResponse } from 'ethers'
import hre from 'hardhat'
import { OPENING, line, openAccount } from './bank.ts'
import {
  BATCH, DONATION, DUPLICATE, PAPER, TODAY, approve, ethers, filledFund, inflow, loadFixture, openBook, openFunds, proven,
  voucher,
} from './fixture.ts'

// Coverage weighs the code down with its own marks.
const measured = hre.globalOptions.coverage ? describe.skip : describe

async function gasOf(sending: Promise<ContractTransactionResponse>): Promise<bigint> {
  return (await (await sending).wait())?.gasUsed ?? 0n
}

// Gas costs nothing in this book, but a block has a ceiling and a machine a speed.
measured('The gas', () => {
  it('of a batch of 500 is at most 5,000 an inflow', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)
    const batch = Array.from({ length: 500 }, (_, at) => inflow(`donation ${at}`, 1_000_000_000_000n - BigInt(at)))

    const gas = await gasOf(ledger.connect(accountant).recordInflows(1, 15_001n, DONATION, TODAY, batch))

    expect(gas).to.be.within(500n * 3_000n, 500n * 5_000n)
  })

  it('of one inflow alone is at most 110,000', async () => {
    const { ledger, accountant } = await loadFixture(filledFund)

    const gas = await gasOf(ledger.connect(accountant).recordInflows(1, 15_001n, DONATION, TODAY, [inflow('D', 5n)]))

    expect(gas).to.be.within(50_000n, 110_000n)
  })

  it('of a payment that jumps 30 cuts is at most 70,000 a piece', async () => {
    const book = await loadFixture(openFunds)
    const items = Array.from({ length: 31 }, (_, at) => inflow(`donation ${at}`, 2n))
    await book.ledger.connect(book.accountant).recordInflows(1, 0n, DONATION, TODAY, items)
    const batch = { ...BATCH, items }
    for (let at = 0; at < 30; at++)
      await book.ledger.connect(book.approver).voidInflow(1, proven(batch, at), 1n, DUPLICATE, voucher(`void ${at}`))
    await approve(book, 32n, 'P')

    const gas = await gasOf(book.ledger.connect(book.cashier).executePayment(1, 31, 32n, true, voucher('paid')))

    expect((await book.ledger.standingOf(1)).pieces).to.equal(61n)
    expect(gas).to.be.within(31n * 30_000n, 31n * 70_000n)
  })

  it('of a statement of 500 lines is at most 5,000 a line, of its matches at most 10,000 each', async () => {
    const book = await loadFixture(openAccount)
    const lines = Array.from({ length: 500 }, (_, at) => line(`line ${at}`, 1_000_000_000_000n - BigInt(at)))
    const sum = lines.reduce((sum, { amount }) => sum + amount, OPENING)
    const matches = lines.map((_, at) => ({ line: at + 1, fund: 1, outflow: false, number: 1 + (at % 3), amount: 1n }))

    const recording = await gasOf(book.bank.connect(book.accountant).recordLines(1, 1, TODAY, OPENING, sum, lines, PAPER))
    const matching = await gasOf(book.bank.connect(book.accountant).matchLines(1, matches, PAPER))

    expect(recording).to.be.within(500n * 3_000n, 500n * 5_000n)
    expect(matching).to.be.within(500n * 3_000n, 500n * 10_000n)
  })

  it('of the founding is at most half of what its transactions may use', async () => {
    const { founder, transactions } = await loadFixture(openBook)

    for (const { nonce, gasLimit } of transactions) {
      const block = await ethers.provider.getBlock(nonce + 1, true)
      const [sent] = block?.prefetchedTransactions ?? []
      expect(sent?.from).to.equal(founder.address)
      expect(((await sent?.wait())?.gasUsed ?? gasLimit) * 2n <= gasLimit, `transaction ${nonce}`).to.equal(true)
    }
  })
})

measured('The size of the contracts', () => {
  for (const name of ['charter', 'people', 'ledger', 'bank', 'audit'] as const)
    it(`lets the ${name} be created on any Ethereum chain`, async () => {
      const book = await loadFixture(openBook)

      const code = await ethers.provider.getCode(await book[name].getAddress())

      expect(ethers.dataLength(code)).to.be.within(1_000, 24_576)
    })
})
