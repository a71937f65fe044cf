import { expect } from 'chai'
import { GAS_LIMIT } from '../../ledger/acts.ts'
import {
  ACCEPTER, AUDITOR, CASHIER, NO_PAPER, PAPER, REGISTRAR, RESPONDENT, TODAY, TOMORROW, YESTERDAY, ethers, fields, filledFund,
  inflow, loadFixture, pay, terms, type Book,
} from './fixture.ts'

// The enumerations of IAuditRegister.
const [NO_OPINION, , QUALIFIED, , DISCLAIMER] = [0, 1, 2, 3, 4]
const [OPEN, ANSWERED, VERIFIED] = [1n, 2n, 3n]
const [FILED, ANSWERED_COMPLAINT, CLOSED] = [1n, 2n, 3n]
const { paper: BUNDLE } = inflow('an audit bundle', 1n)
const { paper: OTHER_PAPER } = inflow('another paper', 1n)

/** Fund 1 received 15,001 fen and paid 12,000 as outflow 1; fund 3 belongs to community 2. */
async function paidBook() {
  const book = await loadFixture(filledFund)
  await pay(book, 12_000n, 'P')
  await book.ledger.connect(book.steward).openFund(terms({ community: 2 }))
  return book
}

/** Finding 1, which the cashier must answer by tomorrow. */
async function raisedFinding() {
  const book = await loadFixture(paidBook)
  await book.audit.connect(book.auditor).raiseFinding(1, CASHIER, TOMORROW, PAPER)
  return book
}

async function answeredFinding() {
  const book = await loadFixture(raisedFinding)
  await book.audit.connect(book.cashier).answerFinding(1, PAPER)
  return book
}

/** A book in which the cashier has become an auditor too. */
async function auditingCashier() {
  const book = await loadFixture(answeredFinding)
  await book.charter.connect(book.council).grantRole(7, book.cashier.address, 0)
  await ethers.provider.send('evm_increaseTime', [2 * 86_400])
  return book
}

/** Complaint 1 of outflow 1, by a key that is nobody's. */
async function filedComplaint() {
  const book = await loadFixture(paidBook)
  await book.audit.connect(book.stranger).fileComplaint(1, 1, 1, PAPER)
  return book
}

async function answeredComplaint() {
  const book = await loadFixture(filedComplaint)
  await book.audit.connect(book.respondent).answerComplaint(1, PAPER)
  return book
}

async function closedComplaint() {
  const book = await loadFixture(answeredComplaint)
  await book.audit.connect(book.respondent).closeComplaint(1, PAPER)
  return book
}

describe('AuditRegister.giveOpinion', () => {
  const refused = [
    { what: 'of no community', args: [0, 0, YESTERDAY, QUALIFIED, BUNDLE, PAPER], error: 'CommunityMissing', facts: [] },
    {
      what: 'on days that end before they begin', args: [1, YESTERDAY, YESTERDAY - 1, QUALIFIED, BUNDLE, PAPER],
      error: 'PeriodReversed', facts: [YESTERDAY, YESTERDAY - 1],
    },
    { what: 'on a day that is not over', args: [1, 0, TODAY, QUALIFIED, BUNDLE, PAPER], error: 'PeriodNotOver', facts: [TODAY, TODAY] },
    { what: 'that says nothing', args: [1, 0, YESTERDAY, NO_OPINION, BUNDLE, PAPER], error: 'OpinionMissing', facts: [] },
    { what: 'on no bundle', args: [1, 0, YESTERDAY, QUALIFIED, NO_PAPER, PAPER], error: 'BundleMissing', facts: [] },
    { what: 'without a paper', args: [1, 0, YESTERDAY, QUALIFIED, BUNDLE, NO_PAPER], error: 'PaperMissing', facts: [] },
  ] as const
  for (const { what, args, error, facts } of refused)
    it(`refuses an opinion ${what}`, async () => {
      const { audit, auditor } = await loadFixture(paidBook)

      await expect(audit.connect(auditor).giveOpinion(...args))
        .to.be.revertedWithCustomError(audit, error)
        .withArgs(...facts)
    })

  it('refuses an opinion that does not exist', async () => {
    const { audit, auditor } = await loadFixture(paidBook)

    await expect(audit.connect(auditor).giveOpinion(1, 0, YESTERDAY, 5, BUNDLE, PAPER))
      .to.be.revertedWithoutReason(ethers)
  })

  it('gives opinions 1, 2 …', async () => {
    const { audit, auditor } = await loadFixture(paidBook)
    await audit.connect(auditor).giveOpinion(1, 0, YESTERDAY, QUALIFIED, BUNDLE, PAPER)

    const giving = audit.connect(auditor).giveOpinion(2, YESTERDAY, YESTERDAY, DISCLAIMER, BUNDLE, PAPER)

    await expect(giving)
      .to.emit(audit, 'OpinionGiven')
      .withArgs(2, 2, YESTERDAY, YESTERDAY, DISCLAIMER, BUNDLE, PAPER, AUDITOR)
    expect(await audit.opinionCount()).to.equal(2n)
  })
})

describe('AuditRegister.raiseFinding', () => {
  const refused = [
    { what: 'of no community', args: [0, CASHIER, TODAY, PAPER], error: 'CommunityMissing', facts: [] },
    { what: 'that nobody owns', args: [1, 0, TODAY, PAPER], error: 'PersonUnknown', facts: [0] },
    { what: 'that a person owns who was never enrolled', args: [1, 11, TODAY, PAPER], error: 'PersonUnknown', facts: [11] },
    { what: 'that the auditor owns', args: [1, AUDITOR, TODAY, PAPER], error: 'OwnFinding', facts: [AUDITOR] },
    { what: 'that was due yesterday', args: [1, CASHIER, YESTERDAY, PAPER], error: 'DueDateOver', facts: [YESTERDAY, TODAY] },
    { what: 'without a paper', args: [1, CASHIER, TODAY, NO_PAPER], error: 'PaperMissing', facts: [] },
  ] as const
  for (const { what, args, error, facts } of refused)
    it(`refuses a finding ${what}`, async () => {
      const { audit, auditor } = await loadFixture(paidBook)

      await expect(audit.connect(auditor).raiseFinding(...args))
        .to.be.revertedWithCustomError(audit, error)
        .withArgs(...facts)
    })

  it('raises findings 1, 2 …, each for one person to answer, also the last that was enrolled', async () => {
    const { audit, auditor } = await loadFixture(raisedFinding)

    const raising = audit.connect(auditor).raiseFinding(1, RESPONDENT, TODAY, PAPER)

    await expect(raising).to.emit(audit, 'FindingRaised').withArgs(2, 1, RESPONDENT, TODAY, PAPER, AUDITOR)
    expect(await audit.findingCount()).to.equal(2n)
    expect(fields(await audit.findingOf(2))).to.deep.equal({
      community: 1n, owner: BigInt(RESPONDENT), dueOn: BigInt(TODAY), state: OPEN,
    })
  })
})

describe('AuditRegister.answerFinding', () => {
  it('refuses a finding that was never raised', async () => {
    const { audit, cashier } = await loadFixture(raisedFinding)

    await expect(audit.connect(cashier).answerFinding(2, PAPER))
      .to.be.revertedWithCustomError(audit, 'FindingUnknown')
      .withArgs(2)
  })

  it('refuses a key that is nobody’s', async () => {
    const { audit, stranger } = await loadFixture(raisedFinding)

    await expect(audit.connect(stranger).answerFinding(1, PAPER))
      .to.be.revertedWithCustomError(audit, 'KeyUnknown')
      .withArgs(stranger.address)
  })

  it('refuses anybody but its owner', async () => {
    const { audit, accepter } = await loadFixture(raisedFinding)

    await expect(audit.connect(accepter).answerFinding(1, PAPER))
      .to.be.revertedWithCustomError(audit, 'NotOwner')
      .withArgs(1, CASHIER, ACCEPTER)
  })

  it('refuses a second answer', async () => {
    const { audit, cashier } = await loadFixture(answeredFinding)

    await expect(audit.connect(cashier).answerFinding(1, PAPER))
      .to.be.revertedWithCustomError(audit, 'FindingNotIn')
      .withArgs(1, ANSWERED)
  })

  it('refuses an answer without a paper', async () => {
    const { audit, cashier } = await loadFixture(raisedFinding)

    await expect(audit.connect(cashier).answerFinding(1, NO_PAPER))
      .to.be.revertedWithCustomError(audit, 'PaperMissing')
      .withArgs()
  })

  it('takes the answer of its owner, with any key of theirs', async () => {
    const { audit, people, registrar, newKey } = await loadFixture(raisedFinding)
    await people.connect(registrar).addKey(CASHIER, newKey.address, PAPER)

    const answering = audit.connect(newKey).answerFinding(1, OTHER_PAPER)

    await expect(answering).to.emit(audit, 'FindingAnswered').withArgs(1, OTHER_PAPER, CASHIER)
    expect((await audit.findingOf(1)).state).to.equal(ANSWERED)
  })
})

describe('AuditRegister.verifyFinding', () => {
  it('refuses a finding that was never raised', async () => {
    const { audit, auditor } = await loadFixture(answeredFinding)

    await expect(audit.connect(auditor).verifyFinding(2, true, PAPER))
      .to.be.revertedWithCustomError(audit, 'FindingUnknown')
      .withArgs(2)
  })

  for (const done of [true, false])
    it(`refuses to call a finding ${done ? 'done' : 'open'} that nobody answered`, async () => {
      const { audit, auditor } = await loadFixture(raisedFinding)

      await expect(audit.connect(auditor).verifyFinding(1, done, PAPER))
        .to.be.revertedWithCustomError(audit, 'FindingNotIn')
        .withArgs(1, OPEN)
    })

  it('refuses what is verified', async () => {
    const { audit, auditor } = await loadFixture(answeredFinding)
    await audit.connect(auditor).verifyFinding(1, true, PAPER)

    await expect(audit.connect(auditor).verifyFinding(1, false, PAPER))
      .to.be.revertedWithCustomError(audit, 'FindingNotIn')
      .withArgs(1, VERIFIED)
  })

  it('refuses its owner, who has become an auditor', async () => {
    const { audit, cashier } = await loadFixture(auditingCashier)

    await expect(audit.connect(cashier).verifyFinding(1, true, PAPER))
      .to.be.revertedWithCustomError(audit, 'OwnFinding')
      .withArgs(CASHIER)
  })

  it('refuses to verify without a paper', async () => {
    const { audit, auditor } = await loadFixture(answeredFinding)

    await expect(audit.connect(auditor).verifyFinding(1, true, NO_PAPER))
      .to.be.revertedWithCustomError(audit, 'PaperMissing')
      .withArgs()
  })

  it('ends the finding', async () => {
    const { audit, auditor } = await loadFixture(answeredFinding)

    const verifying = audit.connect(auditor).verifyFinding(1, true, PAPER)

    await expect(verifying).to.emit(audit, 'FindingVerified').withArgs(1, true, PAPER, AUDITOR)
    expect((await audit.findingOf(1)).state).to.equal(VERIFIED)
  })

  it('sends it back to its owner, who answers again', async () => {
    const { audit, auditor, cashier } = await loadFixture(answeredFinding)

    const verifying = audit.connect(auditor).verifyFinding(1, false, OTHER_PAPER)

    await expect(verifying).to.emit(audit, 'FindingVerified').withArgs(1, false, OTHER_PAPER, AUDITOR)
    expect((await audit.findingOf(1)).state).to.equal(OPEN)
    await audit.connect(cashier).answerFinding(1, PAPER)
    expect((await audit.findingOf(1)).state).to.equal(ANSWERED)
  })
})

describe('AuditRegister.fileComplaint', () => {
  it('refuses a complaint of no community', async () => {
    const { audit, stranger } = await loadFixture(paidBook)

    await expect(audit.connect(stranger).fileComplaint(0, 0, 0, PAPER))
      .to.be.revertedWithCustomError(audit, 'CommunityMissing')
      .withArgs()
  })

  it('refuses a fund that was never opened', async () => {
    const { audit, ledger, stranger } = await loadFixture(paidBook)

    await expect(audit.connect(stranger).fileComplaint(1, 4, 0, PAPER))
      .to.be.revertedWithCustomError(ledger, 'FundUnknown')
      .withArgs(4)
  })

  it('refuses a fund of another community', async () => {
    const { audit, stranger } = await loadFixture(paidBook)

    await expect(audit.connect(stranger).fileComplaint(1, 3, 0, PAPER))
      .to.be.revertedWithCustomError(audit, 'FundElsewhere')
      .withArgs(3, 1)
  })

  for (const [fund, outflow] of [[1, 2], [0, 1]] as const)
    it(`refuses outflow ${outflow} of fund ${fund}, which does not exist`, async () => {
      const { audit, ledger, stranger } = await loadFixture(paidBook)

      await expect(audit.connect(stranger).fileComplaint(1, fund, outflow, PAPER))
        .to.be.revertedWithCustomError(ledger, 'OutflowUnknown')
        .withArgs(fund, outflow)
    })

  it('refuses a complaint without a paper', async () => {
    const { audit, stranger } = await loadFixture(paidBook)

    await expect(audit.connect(stranger).fileComplaint(1, 1, 1, NO_PAPER))
      .to.be.revertedWithCustomError(audit, 'PaperMissing')
      .withArgs()
  })

  it('refuses a complaint that comes through the Charter, which is nobody’s key', async () => {
    const { audit, charter, stranger } = await loadFixture(paidBook)
    const data = audit.interface.encodeFunctionData('fileComplaint', [1, 1, 1, PAPER])

    await expect(charter.connect(stranger).execute(await audit.getAddress(), data))
      .to.be.revertedWithCustomError(audit, 'KeyUnknown')
      .withArgs(await charter.getAddress())
  })

  for (const [about, fund, outflow] of [['outflow', 1, 1], ['fund', 1, 0], ['community', 0, 0]] as const)
    it(`takes a complaint about the ${about} from a key that is nobody’s`, async () => {
      const { audit, stranger } = await loadFixture(filedComplaint)

      const filing = audit.connect(stranger).fileComplaint(1, fund, outflow, PAPER)

      await expect(filing).to.emit(audit, 'ComplaintFiled').withArgs(2, fund, outflow, 1, PAPER, stranger.address)
      expect(await audit.complaintCount()).to.equal(2n)
      expect(fields(await audit.complaintOf(2))).to.deep.equal({ key: stranger.address, community: 1n, state: FILED })
    })
})

describe('AuditRegister.answerComplaint', () => {
  it('refuses a complaint that was never filed', async () => {
    const { audit, respondent } = await loadFixture(filedComplaint)

    await expect(audit.connect(respondent).answerComplaint(2, PAPER))
      .to.be.revertedWithCustomError(audit, 'ComplaintUnknown')
      .withArgs(2)
  })

  it('refuses a second answer', async () => {
    const { audit, respondent } = await loadFixture(answeredComplaint)

    await expect(audit.connect(respondent).answerComplaint(1, PAPER))
      .to.be.revertedWithCustomError(audit, 'ComplaintNotIn')
      .withArgs(1, ANSWERED_COMPLAINT)
  })

  it('refuses an answer without a paper', async () => {
    const { audit, respondent } = await loadFixture(filedComplaint)

    await expect(audit.connect(respondent).answerComplaint(1, NO_PAPER))
      .to.be.revertedWithCustomError(audit, 'PaperMissing')
      .withArgs()
  })

  it('answers', async () => {
    const { audit, respondent } = await loadFixture(filedComplaint)

    const answering = audit.connect(respondent).answerComplaint(1, OTHER_PAPER)

    await expect(answering).to.emit(audit, 'ComplaintAnswered').withArgs(1, OTHER_PAPER, RESPONDENT)
    expect((await audit.complaintOf(1)).state).to.equal(ANSWERED_COMPLAINT)
  })
})

describe('AuditRegister.closeComplaint', () => {
  it('refuses a complaint that was never filed', async () => {
    const { audit, respondent } = await loadFixture(filedComplaint)

    await expect(audit.connect(respondent).closeComplaint(2, PAPER))
      .to.be.revertedWithCustomError(audit, 'ComplaintUnknown')
      .withArgs(2)
  })

  it('refuses what nobody answered', async () => {
    const { audit, respondent } = await loadFixture(filedComplaint)

    await expect(audit.connect(respondent).closeComplaint(1, PAPER))
      .to.be.revertedWithCustomError(audit, 'ComplaintNotIn')
      .withArgs(1, FILED)
  })

  it('refuses to close without a paper', async () => {
    const { audit, respondent } = await loadFixture(answeredComplaint)

    await expect(audit.connect(respondent).closeComplaint(1, NO_PAPER))
      .to.be.revertedWithCustomError(audit, 'PaperMissing')
      .withArgs()
  })

  it('closes', async () => {
    const { audit, respondent } = await loadFixture(answeredComplaint)

    const closing = audit.connect(respondent).closeComplaint(1, PAPER)

    await expect(closing).to.emit(audit, 'ComplaintClosed').withArgs(1, PAPER, RESPONDENT)
    expect((await audit.complaintOf(1)).state).to.equal(CLOSED)
  })
})

/** The two ways back: by the key that filed it, and by an auditor. */
const WAYS = [
  { name: 'reopenComplaint', who: 'stranger', by: 0 },
  { name: 'reopenComplaintAsAuditor', who: 'auditor', by: AUDITOR },
] as const

for (const { name, who, by } of WAYS)
  describe(`AuditRegister.${name}`, () => {
    const reopen = (book: Book, number: number, paper: string) => book.audit.connect(book[who])[name](number, paper)

    it('refuses a complaint that was never filed', async () => {
      const book = await loadFixture(answeredComplaint)

      await expect(reopen(book, 2, PAPER)).to.be.revertedWithCustomError(book.audit, 'ComplaintUnknown').withArgs(2)
    })

    it('refuses what waits for an answer already', async () => {
      const book = await loadFixture(filedComplaint)

      await expect(reopen(book, 1, PAPER)).to.be.revertedWithCustomError(book.audit, 'ComplaintNotIn').withArgs(1, FILED)
    })

    it('refuses to reopen without a paper that says why', async () => {
      const book = await loadFixture(answeredComplaint)

      await expect(reopen(book, 1, NO_PAPER)).to.be.revertedWithCustomError(book.audit, 'PaperMissing').withArgs()
    })

    for (const [what, fixture] of [['answered', answeredComplaint], ['closed', closedComplaint]] as const)
      it(`reopens what was ${what}, which is answered again`, async () => {
        const book = await loadFixture(fixture)

        const reopening = reopen(book, 1, OTHER_PAPER)

        await expect(reopening)
          .to.emit(book.audit, 'ComplaintReopened')
          .withArgs(1, OTHER_PAPER, book[who].address, by)
        expect((await book.audit.complaintOf(1)).state).to.equal(FILED)
        await book.audit.connect(book.respondent).answerComplaint(1, PAPER)
        expect((await book.audit.complaintOf(1)).state).to.equal(ANSWERED_COMPLAINT)
      })
  })

describe('AuditRegister.reopenComplaint', () => {
  it('refuses another key than the one that filed it, whosever it is', async () => {
    const { audit, auditor } = await loadFixture(closedComplaint)

    await expect(audit.connect(auditor).reopenComplaint(1, PAPER))
      .to.be.revertedWithCustomError(audit, 'NotComplainant')
      .withArgs(1, auditor.address)
  })
})

describe('AuditRegister.recordErasures', () => {
  const [NONE, RESTRICTED, DESTROYED] = [0, 1, 2]
  const record = ({ audit, registrar }: Book, erasure: number, papers: string[]) => audit.connect(registrar).recordErasures(erasure, papers)

  async function restrictedPaper() {
    const book = await loadFixture(paidBook)
    await record(book, RESTRICTED, [PAPER])
    return book
  }

  async function destroyedPaper() {
    const book = await loadFixture(restrictedPaper)
    await record(book, DESTROYED, [PAPER])
    return book
  }

  it('names the papers, what was done, and by whom', async () => {
    const book = await loadFixture(paidBook)

    const recording = record(book, RESTRICTED, [PAPER, OTHER_PAPER])

    await expect(recording).to.emit(book.audit, 'PapersErased').withArgs(RESTRICTED, REGISTRAR, [PAPER, OTHER_PAPER])
    expect(await book.audit.erasureOf(OTHER_PAPER)).to.equal(RESTRICTED)
  })

  it('lets what is restricted be destroyed, and what is neither be destroyed at once', async () => {
    const book = await loadFixture(restrictedPaper)

    await record(book, DESTROYED, [PAPER, OTHER_PAPER])

    expect([await book.audit.erasureOf(PAPER), await book.audit.erasureOf(OTHER_PAPER)]).to.deep.equal([2n, 2n])
  })

  for (const [what, fixture, erasure, state] of [
    ['restrict twice', restrictedPaper, RESTRICTED, RESTRICTED],
    ['destroy twice', destroyedPaper, DESTROYED, DESTROYED],
    ['restrict what is destroyed', destroyedPaper, RESTRICTED, DESTROYED],
  ] as const)
    it(`refuses to ${what}, and the other papers with it`, async () => {
      const book = await loadFixture(fixture)

      await expect(record(book, erasure, [OTHER_PAPER, PAPER]))
        .to.be.revertedWithCustomError(book.audit, 'PaperErased')
        .withArgs(PAPER, state)
      expect(await book.audit.erasureOf(OTHER_PAPER)).to.equal(NONE)
    })

  it('refuses the same paper twice at once', async () => {
    const book = await loadFixture(paidBook)

    await expect(record(book, RESTRICTED, [PAPER, PAPER])).to.be.revertedWithCustomError(book.audit, 'PaperErased').withArgs(PAPER, RESTRICTED)
  })

  it('refuses neither of the two', async () => {
    const book = await loadFixture(paidBook)

    await expect(record(book, NONE, [PAPER])).to.be.revertedWithCustomError(book.audit, 'ErasureMissing').withArgs()
  })

  it('refuses a paper that is none', async () => {
    const book = await loadFixture(paidBook)

    await expect(record(book, RESTRICTED, [PAPER, NO_PAPER])).to.be.revertedWithCustomError(book.audit, 'PaperMissing').withArgs()
  })

  const papers = (count: number) => Array.from({ length: count }, (_, at) => inflow(`paper ${at}`, 1n).paper)
  for (const count of [0, 501])
    it(`refuses ${count} papers`, async () => {
      const book = await loadFixture(paidBook)

      await expect(record(book, RESTRICTED, papers(count))).to.be.revertedWithCustomError(book.audit, 'BatchSizeOutOfRange').withArgs(count)
    })

  it('takes 500 papers within the gas that people sign for', async () => {
    const book = await loadFixture(paidBook)

    const { hash } = await book.audit.connect(book.registrar).recordErasures(DESTROYED, papers(500), { gasLimit: GAS_LIMIT })

    expect((await ethers.provider.getTransactionReceipt(hash))?.status).to.equal(1)
  })
})

describe('What AuditRegister says', () => {
  it('of a finding or complaint that does not exist is nothing', async () => {
    const { audit } = await loadFixture(raisedFinding)

    await expect(audit.findingOf(2)).to.be.revertedWithCustomError(audit, 'FindingUnknown').withArgs(2)
    await expect(audit.complaintOf(1)).to.be.revertedWithCustomError(audit, 'ComplaintUnknown').withArgs(1)
  })
})
