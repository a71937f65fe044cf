import { expect } from 'chai'
import {
  AWAITING_PAPER, BANK_FEE, CLOSING, LINES, MATCHES, NO_WHY, OPENING, filledAccount, line, matchedAccount, openAccount,
} from './bank.ts'
import {
  ACCOUNTANT, APPROVER, DUPLICATE, NO_PAPER, NO_REASON, NO_REF, PAPER, STEWARD, TODAY, TOMORROW, WRONG_AMOUNT,
  YESTERDAY, ethers, fields, inflow, loadFixture, openBook, ref, time,
} from './fixture.ts'

const MAX_ENTRY = 1_000_000_000_000n
const INT64_MAX = 2n ** 63n - 1n

describe('BankRegister.openAccount', () => {
  it('refuses an account of no community', async () => {
    const { bank, steward } = await loadFixture(openBook)

    await expect(bank.connect(steward).openAccount(0, 0n, TODAY, PAPER))
      .to.be.revertedWithCustomError(bank, 'CommunityMissing')
      .withArgs()
  })

  it('refuses an account that begins tomorrow', async () => {
    const { bank, steward } = await loadFixture(openBook)

    await expect(bank.connect(steward).openAccount(1, 0n, TOMORROW, PAPER))
      .to.be.revertedWithCustomError(bank, 'DateInFuture')
      .withArgs(TOMORROW, TODAY)
  })

  it('refuses an account without a paper', async () => {
    const { bank, steward } = await loadFixture(openBook)

    await expect(bank.connect(steward).openAccount(1, 0n, TODAY, NO_PAPER))
      .to.be.revertedWithCustomError(bank, 'PaperMissing')
      .withArgs()
  })

  it('opens accounts 1, 2 …, also an overdrawn one', async () => {
    const { bank, steward } = await loadFixture(openBook)
    await bank.connect(steward).openAccount(1, 7n, TODAY, PAPER)

    const opening = bank.connect(steward).openAccount(2, -3n, YESTERDAY, PAPER)

    await expect(opening).to.emit(bank, 'AccountOpened').withArgs(2, 2, -3n, YESTERDAY, PAPER, STEWARD)
    expect(await bank.accountCount()).to.equal(2n)
    expect(fields(await bank.accountOf(2))).to.deep.equal({
      community: 2n, through: BigInt(YESTERDAY), lines: 0n, statements: 0n, matches: 0n, balance: -3n,
    })
  })
})

describe('BankRegister.recordLines', () => {
  for (const unknown of [0, 2])
    it(`refuses account ${unknown} when there is only account 1`, async () => {
      const { bank, accountant } = await loadFixture(openAccount)

      await expect(bank.connect(accountant).recordLines(unknown, 1, TODAY, OPENING, CLOSING, LINES, PAPER))
        .to.be.revertedWithCustomError(bank, 'AccountUnknown')
        .withArgs(unknown)
    })

  for (const first of [2, 4])
    it(`refuses a caller who takes the third line to be number ${first}`, async () => {
      const { bank, accountant } = await loadFixture(filledAccount)

      await expect(bank.connect(accountant).recordLines(1, first, TODAY, CLOSING, CLOSING, [], PAPER))
        .to.be.revertedWithCustomError(bank, 'LinesMoved')
        .withArgs(1, first, 3)
    })

  for (const opening of [8_000n, 8_002n, -8_001n])
    it(`refuses a statement that begins with ${opening} fen when the last one ended with 8001`, async () => {
      const { bank, accountant } = await loadFixture(filledAccount)

      await expect(bank.connect(accountant).recordLines(1, 3, TODAY, opening, opening, [], PAPER))
        .to.be.revertedWithCustomError(bank, 'OpeningDiffers')
        .withArgs(1, opening, CLOSING)
    })

  it('refuses a statement that ends before what is covered', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).recordLines(1, 3, YESTERDAY, CLOSING, CLOSING, [], PAPER))
      .to.be.revertedWithCustomError(bank, 'StatementTooEarly')
      .withArgs(1, YESTERDAY, TODAY)
  })

  it('refuses a statement that ends before the account begins', async () => {
    const { bank, accountant } = await loadFixture(openAccount)

    await expect(bank.connect(accountant).recordLines(1, 1, YESTERDAY - 1, OPENING, OPENING, [], PAPER))
      .to.be.revertedWithCustomError(bank, 'StatementTooEarly')
      .withArgs(1, YESTERDAY - 1, YESTERDAY)
  })

  it('refuses a statement that covers tomorrow', async () => {
    const { bank, accountant } = await loadFixture(openAccount)

    await expect(bank.connect(accountant).recordLines(1, 1, TOMORROW, OPENING, CLOSING, LINES, PAPER))
      .to.be.revertedWithCustomError(bank, 'DateInFuture')
      .withArgs(TOMORROW, TODAY)
  })

  it('refuses 501 lines at once', async () => {
    const { bank, accountant } = await loadFixture(openAccount)
    const lines = Array.from({ length: 501 }, (_, at) => line(`line ${at}`, 1n))

    await expect(bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, OPENING + 501n, lines, PAPER))
      .to.be.revertedWithCustomError(bank, 'BatchSizeOutOfRange')
      .withArgs(501)
  })

  it('refuses a statement without a paper', async () => {
    const { bank, accountant } = await loadFixture(openAccount)

    await expect(bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, CLOSING, LINES, NO_PAPER))
      .to.be.revertedWithCustomError(bank, 'PaperMissing')
      .withArgs()
  })

  for (const amount of [0n, MAX_ENTRY + 1n, -MAX_ENTRY - 1n, -(2n ** 63n)])
    it(`refuses all lines when one moves ${amount} fen`, async () => {
      const { bank, accountant } = await loadFixture(openAccount)
      const lines = [line('a', 1n), line('b', amount)]

      await expect(bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, OPENING, lines, PAPER))
        .to.be.revertedWithCustomError(bank, 'LineAmountOutOfRange')
        .withArgs(1, amount)
    })

  it('refuses a line without a ref', async () => {
    const { bank, accountant } = await loadFixture(openAccount)
    const lines = [line('a', 1n), { ...line('b', 1n), ref: NO_REF }]

    await expect(bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, OPENING + 2n, lines, PAPER))
      .to.be.revertedWithCustomError(bank, 'LineRefMissing')
      .withArgs(1)
  })

  it('refuses a line without a paper', async () => {
    const { bank, accountant } = await loadFixture(openAccount)
    const lines = [line('a', 1n), { ...line('b', 1n), paper: NO_PAPER }]

    await expect(bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, OPENING + 2n, lines, PAPER))
      .to.be.revertedWithCustomError(bank, 'LinePaperMissing')
      .withArgs(1)
  })

  it('refuses a ref that stands in the statement twice', async () => {
    const { bank, accountant } = await loadFixture(openAccount)
    const lines = [line('a', 1n), line('b', 1n), line('a', 2n)]

    await expect(bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, OPENING + 4n, lines, PAPER))
      .to.be.revertedWithCustomError(bank, 'LineRefRepeated')
      .withArgs(2, ref('a'))
  })

  it('refuses a line of a day that is covered and closed', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).recordLines(1, 3, TODAY, CLOSING, 8_002n, [line('late', 1n, YESTERDAY)], PAPER))
      .to.be.revertedWithCustomError(bank, 'LineTooEarly')
      .withArgs(0, YESTERDAY, TODAY)
  })

  it('refuses lines that go back in time', async () => {
    const { bank, accountant } = await loadFixture(openAccount)
    const lines = [line('a', 1n, TODAY), line('b', 1n, YESTERDAY)]

    await expect(bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, OPENING + 2n, lines, PAPER))
      .to.be.revertedWithCustomError(bank, 'LineTooEarly')
      .withArgs(1, YESTERDAY, TODAY)
  })

  it('refuses a line after the last day of its statement', async () => {
    const { bank, accountant } = await loadFixture(openAccount)

    await expect(bank.connect(accountant).recordLines(1, 1, YESTERDAY, OPENING, CLOSING, LINES, PAPER))
      .to.be.revertedWithCustomError(bank, 'LineTooLate')
      .withArgs(1, TODAY, YESTERDAY)
  })

  it('refuses a statement from which a line was left out', async () => {
    const { bank, accountant } = await loadFixture(openAccount)

    await expect(bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, CLOSING, LINES.slice(0, 1), PAPER))
      .to.be.revertedWithCustomError(bank, 'ClosingDiffers')
      .withArgs(1, 20_001n, CLOSING)
  })

  it('refuses a sum that no balance can be', async () => {
    const { bank, steward, accountant } = await loadFixture(openAccount)
    await bank.connect(steward).openAccount(1, INT64_MAX, TODAY, PAPER)

    await expect(bank.connect(accountant).recordLines(2, 1, TODAY, INT64_MAX, INT64_MAX, [line('a', 1n)], PAPER))
      .to.be.revertedWithCustomError(bank, 'ClosingDiffers')
      .withArgs(2, INT64_MAX + 1n, INT64_MAX)
  })

  it('records the lines and where the balance stands after them', async () => {
    const { bank, accountant } = await loadFixture(openAccount)

    const recording = bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, CLOSING, LINES, PAPER)

    const told = LINES.map(({ ref, amount, day, paper }) => [ref, amount, day, paper])
    await expect(recording)
      .to.emit(bank, 'LinesRecorded')
      .withArgs(1, 1, 1, TODAY, OPENING, CLOSING, PAPER, ACCOUNTANT, told)
    expect(fields(await bank.accountOf(1))).to.deep.equal({
      community: 1n, through: BigInt(TODAY), lines: 2n, statements: 1n, matches: 0n, balance: CLOSING,
    })
  })

  it('lets the last day grow, and numbers the lines on', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await bank.connect(accountant).recordLines(1, 3, TODAY, CLOSING, -1n, [line('fee', -8_002n)], PAPER)

    expect(fields(await bank.accountOf(1))).to.include({ lines: 3n, statements: 2n, balance: -1n })
  })

  it('covers days on which nothing moved', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)
    await time.increase(86_400)

    const recording = bank.connect(accountant).recordLines(1, 3, TOMORROW, CLOSING, CLOSING, [], PAPER)

    await expect(recording)
      .to.emit(bank, 'LinesRecorded')
      .withArgs(1, 2, 3, TOMORROW, CLOSING, CLOSING, PAPER, ACCOUNTANT, [])
    expect(fields(await bank.accountOf(1))).to.include({ lines: 2n, through: BigInt(TOMORROW) })
  })

  it('takes 500 lines of the largest amounts', async () => {
    const { bank, accountant } = await loadFixture(openAccount)
    const lines = Array.from({ length: 500 }, (_, at) => line(`line ${at}`, at % 2 === 0 ? MAX_ENTRY : -MAX_ENTRY))

    await bank.connect(accountant).recordLines(1, 1, TODAY, OPENING, OPENING, lines, PAPER)

    expect((await bank.accountOf(1)).lines).to.equal(500n)
  })
})

describe('BankRegister.matchLines', () => {
  const [good] = MATCHES
  if (!good) throw new RangeError('no match')

  it('refuses an account that was never opened', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).matchLines(2, MATCHES, PAPER))
      .to.be.revertedWithCustomError(bank, 'AccountUnknown')
      .withArgs(2)
  })

  for (const count of [0, 501])
    it(`refuses ${count} matches at once`, async () => {
      const { bank, accountant } = await loadFixture(filledAccount)

      await expect(bank.connect(accountant).matchLines(1, Array.from({ length: count }, () => good), PAPER))
        .to.be.revertedWithCustomError(bank, 'BatchSizeOutOfRange')
        .withArgs(count)
    })

  it('refuses to match without a paper', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).matchLines(1, MATCHES, NO_PAPER))
      .to.be.revertedWithCustomError(bank, 'PaperMissing')
      .withArgs()
  })

  for (const unknown of [0, 3])
    it(`refuses line ${unknown} of an account with two`, async () => {
      const { bank, accountant } = await loadFixture(filledAccount)

      await expect(bank.connect(accountant).matchLines(1, [good, { ...good, line: unknown }], PAPER))
        .to.be.revertedWithCustomError(bank, 'LineUnknown')
        .withArgs(1, unknown)
    })

  for (const amount of [0n, MAX_ENTRY + 1n])
    it(`refuses a match of ${amount} fen`, async () => {
      const { bank, accountant } = await loadFixture(filledAccount)

      await expect(bank.connect(accountant).matchLines(1, [good, { ...good, amount }], PAPER))
        .to.be.revertedWithCustomError(bank, 'MatchAmountOutOfRange')
        .withArgs(1, amount)
    })

  it('refuses an entry of fund 0, which is none', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).matchLines(1, [{ ...good, fund: 0 }], PAPER))
      .to.be.revertedWithCustomError(bank, 'EntryUnknown')
      .withArgs(0, false, 1)
  })

  it('refuses an entry of a fund that was never opened', async () => {
    const { bank, ledger, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).matchLines(1, [{ ...good, fund: 3 }], PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(3)
  })

  it('asks each fund for its own entries', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)
    const other = { ...good, fund: 2 }

    await expect(bank.connect(accountant).matchLines(1, [good, other], PAPER))
      .to.be.revertedWithCustomError(bank, 'EntryUnknown')
      .withArgs(2, false, 1)
  })

  for (const [outflow, number] of [[false, 0], [false, 4], [true, 0], [true, 2]] as const)
    it(`refuses ${outflow ? 'outflow' : 'inflow'} ${number} of a fund with three inflows and one outflow`, async () => {
      const { bank, accountant } = await loadFixture(filledAccount)

      await expect(bank.connect(accountant).matchLines(1, [{ ...good, outflow, number }], PAPER))
        .to.be.revertedWithCustomError(bank, 'EntryUnknown')
        .withArgs(1, outflow, number)
    })

  it('numbers the matches on and remembers who made them', async () => {
    const { bank, deputy, secondKey } = await loadFixture(matchedAccount)
    await bank.connect(deputy).matchLines(1, [good], PAPER)

    const matching = bank.connect(secondKey).matchLines(1, [good, good], PAPER)

    const told = [good.line, good.fund, good.outflow, good.number, good.amount]
    await expect(matching).to.emit(bank, 'LinesMatched').withArgs(1, 6, PAPER, ACCOUNTANT, [told, told])
    expect((await bank.accountOf(1)).matches).to.equal(7n)
    const makers = await Promise.all([1, 4, 5, 6, 7].map(async (number) => (await bank.matchOf(1, number)).by))
    expect(makers).to.deep.equal([4n, 4n, 8n, 4n, 4n])
  })
})

describe('BankRegister.unmatch', () => {
  it('refuses an account that was never opened', async () => {
    const { bank, approver } = await loadFixture(matchedAccount)

    await expect(bank.connect(approver).unmatch(2, 1, DUPLICATE, PAPER))
      .to.be.revertedWithCustomError(bank, 'AccountUnknown')
      .withArgs(2)
  })

  for (const unknown of [0, 5])
    it(`refuses match ${unknown} when there are four`, async () => {
      const { bank, approver } = await loadFixture(matchedAccount)

      await expect(bank.connect(approver).unmatch(1, unknown, DUPLICATE, PAPER))
        .to.be.revertedWithCustomError(bank, 'MatchUnknown')
        .withArgs(1, unknown)
    })

  it('refuses the person who matched, with another key', async () => {
    const { bank, secondKey } = await loadFixture(matchedAccount)

    await expect(bank.connect(secondKey).unmatch(1, 2, DUPLICATE, PAPER))
      .to.be.revertedWithCustomError(bank, 'MatcherCannotUndo')
      .withArgs(1, 2, ACCOUNTANT)
  })

  it('refuses what is undone', async () => {
    const { bank, approver } = await loadFixture(matchedAccount)
    await bank.connect(approver).unmatch(1, 2, DUPLICATE, PAPER)

    await expect(bank.connect(approver).unmatch(1, 2, DUPLICATE, PAPER))
      .to.be.revertedWithCustomError(bank, 'MatchIsUndone')
      .withArgs(1, 2)
  })

  it('refuses to undo without a reason', async () => {
    const { bank, approver } = await loadFixture(matchedAccount)

    await expect(bank.connect(approver).unmatch(1, 2, NO_REASON, PAPER))
      .to.be.revertedWithCustomError(bank, 'ReasonMissing')
      .withArgs()
  })

  it('refuses to undo without a paper', async () => {
    const { bank, approver } = await loadFixture(matchedAccount)

    await expect(bank.connect(approver).unmatch(1, 2, DUPLICATE, NO_PAPER))
      .to.be.revertedWithCustomError(bank, 'PaperMissing')
      .withArgs()
  })

  it('undoes one match and no other', async () => {
    const { bank, approver } = await loadFixture(matchedAccount)

    const undoing = bank.connect(approver).unmatch(1, 2, WRONG_AMOUNT, PAPER)

    await expect(undoing).to.emit(bank, 'MatchUndone').withArgs(1, 2, WRONG_AMOUNT, PAPER, APPROVER)
    const undone = await Promise.all([1, 2, 3].map(async (number) => (await bank.matchOf(1, number)).undone))
    expect(undone).to.deep.equal([false, true, false])
  })
})

describe('BankRegister.explainLine', () => {
  it('refuses an account that was never opened', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).explainLine(2, 1, BANK_FEE, PAPER))
      .to.be.revertedWithCustomError(bank, 'AccountUnknown')
      .withArgs(2)
  })

  for (const unknown of [0, 3])
    it(`refuses line ${unknown} of an account with two`, async () => {
      const { bank, accountant } = await loadFixture(filledAccount)

      await expect(bank.connect(accountant).explainLine(1, unknown, BANK_FEE, PAPER))
        .to.be.revertedWithCustomError(bank, 'LineUnknown')
        .withArgs(1, unknown)
    })

  it('refuses to explain by nothing', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).explainLine(1, 1, NO_WHY, PAPER))
      .to.be.revertedWithCustomError(bank, 'ReasonMissing')
      .withArgs()
  })

  it('refuses an explanation without a paper', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).explainLine(1, 1, BANK_FEE, NO_PAPER))
      .to.be.revertedWithCustomError(bank, 'PaperMissing')
      .withArgs()
  })

  it('refuses a reason that does not exist', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)

    await expect(bank.connect(accountant).explainLine(1, 1, 6, PAPER)).to.be.revertedWithoutReason(ethers)
  })

  it('says why a line has no entry', async () => {
    const { bank, accountant } = await loadFixture(filledAccount)
    await bank.connect(accountant).explainLine(1, 2, AWAITING_PAPER, PAPER)

    const explaining = bank.connect(accountant).explainLine(1, 2, BANK_FEE, inflow('slip', 1n).paper)

    await expect(explaining)
      .to.emit(bank, 'LineExplained')
      .withArgs(1, 2, BANK_FEE, inflow('slip', 1n).paper, ACCOUNTANT)
  })
})

describe('What BankRegister says', () => {
  for (const unknown of [0, 2])
    it(`of account ${unknown} is nothing when there is only account 1`, async () => {
      const { bank } = await loadFixture(openAccount)

      await expect(bank.accountOf(unknown)).to.be.revertedWithCustomError(bank, 'AccountUnknown').withArgs(unknown)
    })
})
