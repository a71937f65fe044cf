import { line } from '../contracts/bank.ts'
import { CASHIER, DUPLICATE, PAPER, STEWARD, TODAY, YESTERDAY, filledFund, loadFixture, type Book } from '../contracts/fixture.ts'

/**
 * Everything that the registers take, one entry after the other, and periods that close. Fund 1 of the book has an
 * inflow 1, and both its funds belong to community 1.
 */
export async function* registerActs({ ledger, bank, audit, ...keys }: Book) {
  const steward = ledger.connect(keys.steward)
  yield steward.closePeriod(1, YESTERDAY - 1, PAPER)
  yield steward.closePeriod(2, YESTERDAY, PAPER)
  yield steward.closePeriod(1, YESTERDAY, PAPER)

  const accountant = bank.connect(keys.accountant)
  yield bank.connect(keys.steward).openAccount(1, 100n, YESTERDAY, PAPER)
  yield accountant.recordLines(1, 1, YESTERDAY, 100n, 150n, [line('credit', 50n, YESTERDAY)], PAPER)
  yield bank.connect(keys.steward).openAccount(1, -5n, TODAY, PAPER)
  yield accountant.recordLines(2, 1, TODAY, -5n, 0n, [line('a', 1n), line('b', 2n), line('c', 2n)], PAPER)
  yield accountant.recordLines(1, 2, TODAY, 150n, 150n, [], PAPER)
  yield accountant.recordLines(1, 2, TODAY, 150n, 0n, [line('debit', -100n), line('fee', -50n)], PAPER)
  const match = { line: 1, fund: 1, outflow: false, number: 1, amount: 25n }
  yield accountant.matchLines(1, [match, match], PAPER)
  yield accountant.matchLines(2, [match], PAPER)
  yield accountant.matchLines(1, [match], PAPER)
  yield bank.connect(keys.approver).unmatch(1, 3, DUPLICATE, PAPER)
  yield accountant.explainLine(1, 3, 1, PAPER)

  const auditor = audit.connect(keys.auditor)
  yield auditor.giveOpinion(1, 0, YESTERDAY, 2, PAPER, PAPER)
  yield auditor.giveOpinion(1, YESTERDAY, YESTERDAY, 1, PAPER, PAPER)
  yield auditor.raiseFinding(1, CASHIER, TODAY, PAPER)
  yield auditor.raiseFinding(1, STEWARD, TODAY, PAPER)
  yield audit.connect(keys.cashier).answerFinding(1, PAPER)
  yield auditor.verifyFinding(1, false, PAPER)

  const resident = audit.connect(keys.stranger)
  yield resident.fileComplaint(1, 1, 0, PAPER)
  yield audit.connect(keys.newKey).fileComplaint(1, 0, 0, PAPER)
  yield audit.connect(keys.respondent).answerComplaint(1, PAPER)
  yield audit.connect(keys.respondent).closeComplaint(1, PAPER)
  yield resident.reopenComplaint(1, PAPER)
  yield resident.fileComplaint(1, 2, 0, PAPER)
  yield audit.connect(keys.registrar).recordErasures(1, [PAPER])
  yield audit.connect(keys.registrar).recordErasures(2, [PAPER])
}

/** A book in which all of these happened. */
export async function everyEntry() {
  const book = await loadFixture(filledFund)
  for await (const _ of registerActs(book));
  return book
}
