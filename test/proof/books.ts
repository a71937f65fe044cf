import {
  BATCH,
  DONATION,
  DUPLICATE,
  filledFund,
  inflow,
  loadFixture,
  openFunds,
  PAPER,
  pay,
  proposed, proven,
  ref,
  TODAY,
  voucher,
} from '../contracts/fixture.ts'

/**
 * A's ¥100.00 were paid; the last ¥15.00 and then ¥25.00 before them came back; ¥30.00 of that went to fund 2, where
 * ¥20.00 were spent.
 */
export async function travelledBook() {
  const book = await loadFixture(openFunds)
  await book.ledger.connect(book.accountant).recordInflows(1, 0n, DONATION, TODAY, [inflow('A', 10_000n)])
  const paid = await pay(book, 10_000n, 'P')
  await book.ledger.connect(book.accountant).recordReturn(1, paid, 1, 1_500n, voucher('P came back'))
  await book.ledger.connect(book.accountant).recordReturn(1, paid, 1, 2_500n, voucher('more of P came back'))
  await book.ledger.connect(book.accountant).proposeTransfer(1, 2, 3_000n, ref('T'), PAPER)
  await book.ledger.connect(book.approver).approvePayment(1, 2, ...(await proposed(book.ledger, 1, 2)), PAPER)
  await book.ledger.connect(book.cashier).executePayment(1, 2, 3_000n, true, voucher('T moved'))
  await pay(book, 2_000n, 'R', 2)
  return book
}

/** Fund 1 paid A's ¥100.00 and was closed; then ¥30.00 of the payment came back to fund 2, where ¥20.00 were spent. */
export async function returnedElsewhereBook() {
  const book = await loadFixture(openFunds)
  await book.ledger.connect(book.accountant).recordInflows(1, 0n, DONATION, TODAY, [inflow('A', 10_000n)])
  const paid = await pay(book, 10_000n, 'P')
  await book.ledger.connect(book.steward).closeFund(1, PAPER)
  await book.ledger.connect(book.accountant).recordReturn(1, paid, 2, 3_000n, voucher('P came back'))
  await pay(book, 2_000n, 'R', 2)
  return book
}

/**
 * Three payments took ¥40.00, ¥20.00 and ¥10.00 of A's ¥100.00, and its last ¥10.00 were voided: ¥20.00 lie between.
 */
export async function longBook() {
  const book = await filledFund()
  for (const amount of [4_000n, 2_000n, 1_000n]) await pay(book, amount, `P of ${amount}`)
  await book.ledger.connect(book.approver).voidInflow(1, proven(BATCH, 0), 1_000n, DUPLICATE, voucher('void of A'))
  return book
}
