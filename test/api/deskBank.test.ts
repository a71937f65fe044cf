import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { accountDraft, bankLineDraft, explanationDraft, matchingDraft, statementDraft } from '../../ledger/bankDrafts.ts'
import { complaintDraft } from '../../ledger/complaint.ts'
import { parseDay } from '../../ledger/day.ts'
import { inflowDraft } from '../../ledger/drafts.ts'
import { parseYuan } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { Draft } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { SOURCES, UNEXPLAINED, type Role } from '../../ledger/words.ts'
import { COUNTERPARTIES, openAccountIn } from './accounts.ts'
import { freshRef, paperOf, signedBy, sitDown, type Sitting } from './desks.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

const DAY = parseDay('2020-02-11')

describe('the bank’s side of the desk', function () {
  this.timeout(60_000)
  let world: World
  let app: FastifyInstance
  const at = {} as Record<Role, Sitting>
  before(async () => {
    world = await openWorld()
    await openAccountIn(world)
    app = (await serveWorld(world)).app
    for (const role of ['ACCOUNTANT', 'APPROVER', 'CASHIER', 'AUDITOR', 'ACCEPTER', 'RESPONDENT', 'STEWARD'] as const) at[role] = await sitDown(app, world.wallets[role])
    world.follow()
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const standing = () => world.reader.accounts()[0]!
  const sourceOf = (document: string) => ['2020-02-11', document, '某某商店']

  /** A signed batch of one line, as the desk brings it. */
  async function batch({ document, amount = -100n, account = 1 }: { document: string; amount?: bigint; account?: number }) {
    const line = paperOf(bankLineDraft({ account, on: DAY, amount }, { counterparty: '某某商店', document }))
    const cover = paperOf(statementDraft({ account, format: 'icbc', from: DAY, through: DAY }, { file: '流水.csv', sha256: 'ab' }))
    const { balance, lines } = standing()
    const ref = refOf(world.vault.bookKey, ['statement', `${account}`, ...sourceOf(document)], 1)
    const rawTransaction = await signedBy(world, world.wallets.ACCOUNTANT, {
      contract: 'bank', name: 'recordLines', args: [account, lines + 1, DAY, balance, balance + amount, [[ref, amount, DAY, line.hash]], cover.hash],
    })
    const body = { rawTransaction, cover: { paper: cover.paper, opened: cover.opened }, lines: [{ source: sourceOf(document), ordinal: 1, opened: line.opened }] }
    return { body, line, cover }
  }

  async function matches(rows: readonly (readonly [number, number, boolean, number, bigint])[], by: 'hand' | 'proposal' = 'hand') {
    const { paper, opened, hash } = paperOf(matchingDraft({ account: 1, on: DAY, by, count: rows.length }))
    const rawTransaction = await signedBy(world, world.wallets.ACCOUNTANT, { contract: 'bank', name: 'matchLines', args: [1, rows, hash] })
    return { rawTransaction, papers: [{ paper, opened }] }
  }

  const READING = ['/v1/desk/bank/1/open', '/v1/desk/bank/1/balance', '/v1/desk/bank/1/matches'] as const
  const WORKING = ['/v1/desk/bank/1', '/v1/desk/bank/1/recorded?from=0&to=20000', '/v1/desk/bank/1/proposals?atLeast=85', '/v1/desk/bank/1/candidates?line=4'] as const

  it('shows a stranger nothing', async () => {
    for (const url of [...READING, ...WORKING]) {
      const answer = await app.inject({ url })
      expect(answer.statusCode, url).to.equal(401)
      expect(answer.body).not.to.include(COUNTERPARTIES[3])
    }
    for (const [url, payload] of [['/v1/desk/bank/1/refs', { lines: [] }], ['/v1/desk/bank/lines', (await batch({ document: 'S1' })).body], ['/v1/desk/bank/matches', await matches([[4, 1, true, 1, 1n]])]] as const)
      expect((await app.inject({ method: 'POST', url, payload })).statusCode, url).to.equal(401)
  })

  it('shows lines and matches to accountant, approver, cashier and auditor, and to nobody else of the book', async () => {
    for (const url of READING) {
      for (const role of ['ACCOUNTANT', 'APPROVER', 'CASHIER', 'AUDITOR'] as const) expect((await at[role].get(url)).status, `${role} ${url}`).to.equal(200)
      for (const role of ['ACCEPTER', 'RESPONDENT', 'STEWARD'] as const) {
        const { status, body } = await at[role].get(url)
        expect([status, body.code], `${role} ${url}`).to.deep.equal([403, 'ROLE_MISSING'])
      }
    }
  })

  it('lets only the accountant see what an import needs, ask for refs, and bring lines and matches', async () => {
    for (const role of ['APPROVER', 'CASHIER', 'AUDITOR', 'ACCEPTER'] as const) {
      for (const url of WORKING) expect((await at[role].get(url)).status, `${role} ${url}`).to.equal(403)
      expect((await at[role].post('/v1/desk/bank/1/refs', { lines: [] })).status).to.equal(403)
      expect((await at[role].post('/v1/desk/bank/lines', (await batch({ document: 'S1' })).body)).status).to.equal(403)
      expect((await at[role].post('/v1/desk/bank/matches', await matches([[4, 1, true, 1, 1n]]))).status).to.equal(403)
    }
    expect(standing()).to.include({ lines: 5, matches: 5 })
  })

  it('lists what is open, the newest statement first, with what the bank printed and how far the book is from it', async () => {
    const { body } = await at.ACCOUNTANT.get('/v1/desk/bank/1/open')
    const { body: said } = await at.ACCOUNTANT.get('/v1/desk/bank/1/open?said=true')

    expect(body.lines.map(({ line, amount, left, texts }: any) => [line, amount, left, texts.counterparty])).to.deep.equal([[1, '15001', '500', '欧阳明月等'], [4, '-800', '800', '万俟无名']])
    expect(said.lines.map(({ line, explained }: any) => [line, explained.why, explained.statement])).to.deep.equal([[3, 'BankFee', '账户年费']])
    expect(body.standing).to.deep.include({
      balance: '4701', credits: { all: '18001', explained: '17501', share: '97.22%' }, debits: { all: '13300', explained: '12000', share: '90.22%' },
      waiting: { lines: 2, credits: '500', creditLines: 1, debits: '800', debitLines: 1 }, said: { lines: 1, credits: '0', creditLines: 0, debits: '500', debitLines: 1 },
    })
  })

  const NOTHING = { count: 0, amount: '0' }
  const sum = (amount: string, count = 1) => ({ count, amount })
  const balance = async (account = 1) => (await at.ACCOUNTANT.get(`/v1/desk/bank/${account}/balance`)).body.balance
  const mirrored = async () => {
    while ((world.reader.head()?.block ?? 0) < world.chain.head().number) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  it('brings the bank’s balance and the book’s together, void and transfer being no movement of the bank', async () => {
    expect(await balance()).to.deep.equal({
      openedOn: '2020-01-29', through: '2020-02-10', accounts: 1,
      bank: { opening: '0', credits: sum('18001', 2), debits: sum('13300', 3), balance: '4701' },
      book: { credits: sum('17501', 4), debits: sum('12000'), balance: '5501' }, matched: { credits: sum('17501', 4), debits: sum('12000') },
      onlyBook: { credits: NOTHING, debits: NOTHING }, waiting: { credits: sum('500'), debits: sum('800') }, said: { credits: NOTHING, debits: sum('500') },
      otherDays: { credits: NOTHING, debits: NOTHING }, elsewhere: { credits: NOTHING, debits: NOTHING }, otherFunds: { credits: NOTHING, debits: NOTHING }, faults: '0',
      adjusted: { bank: '4701', book: '4701' }, entries: [], more: 0,
    })
  })

  it('pages through what is open', async () => {
    const { body: first } = await at.ACCOUNTANT.get('/v1/desk/bank/1/open?limit=1')
    const { body: second } = await at.ACCOUNTANT.get(`/v1/desk/bank/1/open?limit=1&after=${first.next}`)

    expect([first.lines[0].line, first.next]).to.deep.equal([1, 1])
    expect([second.lines[0].line, second.next]).to.deep.equal([4, undefined])
  })

  it('names donors only to those who may read a gift’s paper', async () => {
    const { body: mine } = await at.ACCOUNTANT.get('/v1/desk/bank/1/matches')
    const { body: theirs } = await at.CASHIER.get('/v1/desk/bank/1/matches')

    expect(mine.map(({ number, entry, amount }: any) => [number, entry, amount])).to.deep.equal([[5, 4, '3000'], [4, 1, '12000'], [3, 3, '1'], [2, 2, '4500'], [1, 1, '10000']])
    expect(JSON.stringify(theirs)).not.to.include('慕容清风')
  })

  it('makes the refs that the command line makes', async () => {
    const { body } = await at.ACCOUNTANT.post('/v1/desk/bank/1/refs', { lines: [{ source: sourceOf('R1'), ordinal: 1 }, { source: sourceOf('R1'), ordinal: 2 }] })

    expect(body).to.deep.equal([1, 2].map((ordinal) => refOf(world.vault.bookKey, ['statement', '1', ...sourceOf('R1')], ordinal)))
  })

  describe('lines that are brought', () => {
    const refused = async (body: object) => {
      const answer = await at.ACCOUNTANT.post('/v1/desk/bank/lines', body)
      return [answer.status, answer.body.code]
    }
    const isKept = (hash: Hex) => world.vault.hasPaper(hash)

    it('are refused when their cells are not those of the signed ref', async () => {
      const { body, line } = await batch({ document: 'L1' })

      expect(await refused({ ...body, lines: [{ ...body.lines[0], source: sourceOf('L2') }] })).to.deep.equal([422, 'LINE_OTHER'])
      expect(await refused({ ...body, lines: [{ ...body.lines[0], ordinal: 2 }] })).to.deep.equal([422, 'LINE_OTHER'])
      expect(isKept(line.hash)).to.equal(false)
    })

    it('are refused when their texts or salts are not those of the signed paper', async () => {
      const { body, line } = await batch({ document: 'L1' })
      const [one] = body.lines
      const opened = { ...one!.opened, counterparty: { ...one!.opened.counterparty!, value: '别人' } }

      expect(await refused({ ...body, lines: [{ ...one, opened }] })).to.deep.equal([422, 'LINE_OTHER'])
      expect(await refused({ ...body, lines: [{ ...one, opened: {} }] })).to.deep.equal([422, 'LINE_OTHER'])
      expect(await refused({ ...body, lines: [{ ...one, opened: { counterparty: 1 } }] })).to.deep.equal([422, 'PAPER_NOT_IN_ORDER'])
      expect(isKept(line.hash)).to.equal(false)
    })

    it('are refused when the amount or the day of the signed call is not that of their paper', async () => {
      const paper = paperOf(bankLineDraft({ account: 1, on: DAY, amount: -100n }, { counterparty: '某某商店' }))
      const { cover, body } = await batch({ document: 'L1' })
      const { balance, lines } = standing()
      const ref = refOf(world.vault.bookKey, ['statement', '1', ...sourceOf('L1')], 1)
      const sign = async (amount: bigint, day: number) => await signedBy(world, world.wallets.ACCOUNTANT, {
        contract: 'bank', name: 'recordLines', args: [1, lines + 1, DAY, balance, balance + amount, [[ref, amount, day, paper.hash]], cover.hash],
      })
      const brought = { ...body, lines: [{ source: sourceOf('L1'), ordinal: 1, opened: paper.opened }] }

      expect(await refused({ ...brought, rawTransaction: await sign(-101n, DAY) })).to.deep.equal([422, 'LINE_OTHER'])
      expect(await refused({ ...brought, rawTransaction: await sign(-100n, DAY - 1) })).to.deep.equal([422, 'LINE_OTHER'])
    })

    it('are refused when there are more or fewer than were signed for, or with another statement’s paper', async () => {
      const { body } = await batch({ document: 'L1' })
      const other = paperOf(statementDraft({ account: 2, format: 'icbc', from: DAY, through: DAY }))

      expect(await refused({ ...body, lines: [] })).to.deep.equal([422, 'LINES_DIFFER'])
      expect(await refused({ ...body, cover: { paper: other.paper, opened: other.opened } })).to.deep.equal([422, 'PAPER_OTHER'])
    })

    it('are refused when something else was signed', async () => {
      const { body } = await batch({ document: 'L1' })
      const { rawTransaction } = await matches([[4, 1, true, 1, 1n]])

      expect(await refused({ ...body, rawTransaction })).to.deep.equal([422, 'OTHER_ACT'])
    })

    it('leave nothing in the vault when the contract refuses them', async () => {
      const { body, line, cover } = await batch({ document: 'L1', amount: 0n })

      expect(await refused(body)).to.deep.equal([422, 'LINE_AMOUNT_OUT_OF_RANGE'])
      expect([isKept(line.hash), isKept(cover.hash)]).to.deep.equal([false, false])
    })

    it('are recorded with their papers in the vault, once however often they are brought', async () => {
      const { body, line } = await batch({ document: 'L1' })
      const first = await at.ACCOUNTANT.post('/v1/desk/bank/lines', body)
      const again = await at.ACCOUNTANT.post('/v1/desk/bank/lines', body)

      expect([first.status, again.status]).to.deep.equal([200, 200])
      expect(again.body).to.deep.equal(first.body)
      expect(first.body.events[0]).to.deep.include({ name: 'LinesRecorded', account: 1, firstLine: 6, closing: '4601' })
      expect(standing()).to.include({ lines: 6, statements: 2, balance: 4_601n })
      expect(world.vault.fieldsOf(line.hash)?.counterparty?.value).to.equal('某某商店')
      expect((await at.AUDITOR.get('/v1/desk/bank/1/open')).body.lines[0]).to.deep.include({ line: 6, amount: '-100', texts: { counterparty: '某某商店', document: 'L1' } })
    })
  })

  describe('matches that are brought', () => {
    const refused = async (...rows: Parameters<typeof matches>[0]) => {
      const answer = await at.ACCOUNTANT.post('/v1/desk/bank/matches', await matches(rows))
      return [answer.status, answer.body.code]
    }

    it('are refused beyond a line, beyond an entry, and the wrong way, which the contract cannot see', async () => {
      expect(await refused([4, 1, true, 1, 801n])).to.deep.equal([422, 'MATCH_TOO_MUCH'])
      expect(await refused([4, 1, true, 1, 1n])).to.deep.equal([422, 'MATCH_TOO_MUCH'])
      expect(await refused([4, 1, false, 2, 1n])).to.deep.equal([422, 'MATCH_WRONG_WAY'])
      expect(await refused([99, 1, true, 1, 1n])).to.deep.equal([422, 'LINE_UNKNOWN'])
      expect(standing().matches).to.equal(5)
    })

    it('that two accountants sign of the same fen at the same time are recorded once', async () => {
      await world.acts.propose(1, '8', { title: '消毒液' })
      await world.acts.approve([1, 6])
      await world.acts.execute([1, 6], '8', '2020-02-06')
      while ((world.reader.outflow(1, 6)?.paid ?? 0n) === 0n) await new Promise((resolve) => setTimeout(resolve, 10))
      const [first, second] = [await matches([[4, 1, true, 6, 800n]], 'hand'), await matches([[4, 1, true, 6, 800n]], 'proposal')]

      const answers = await Promise.all([first, second].map((body) => at.ACCOUNTANT.post('/v1/desk/bank/matches', body)))
      const again = await at.ACCOUNTANT.post('/v1/desk/bank/matches', first)

      expect(answers.map(({ status, body }) => [status, body.code])).to.deep.equal([[200, undefined], [422, 'MATCH_TOO_MUCH']])
      expect([again.status, again.body]).to.deep.equal([200, answers[0]!.body])
      expect(standing().matches).to.equal(6)
    })
  })

  describe('the bank reconciliation statement', () => {
    const agree = async (account = 1) => {
      const told = await balance(account)
      expect(told.adjusted.book).to.equal(told.adjusted.bank)
      return told
    }

    const file = (draft: Draft) => world.vault.putPaper(paperOf(draft)).hash
    /** A gift on a day that the account covers. */
    const give = async (fund: number, yuan: string, donor: string) => {
      const [on, amount] = [parseDay('2020-01-29'), parseYuan(yuan)]
      const paper = file(inflowDraft({ source: 'Donation', effectiveOn: on, amount }, { donor }))
      await world.acts.act('ACCOUNTANT', 'recordInflows', [fund, world.reader.fund(fund)!.received, SOURCES.indexOf('Donation'), on, [[refOf(world.vault.bookKey, ['gift', donor], 1), amount, paper]]])
      await mirrored()
    }

    it('lists what of the book’s days no bank line explains, and still adds up', async () => {
      const before = await agree()
      await give(1, '70', '上官婉儿')
      const told = await agree()

      expect(told.onlyBook.credits).to.deep.equal(sum('7000'))
      expect(told.entries).to.deep.equal([{ fund: 1, outflow: false, number: 5, day: '2020-01-29', amount: '7000', title: { zh: '捐赠', en: 'donation' }, who: '上官婉儿' }])
      expect(BigInt(told.adjusted.bank) - BigInt(before.adjusted.bank)).to.equal(7_000n)
      expect(JSON.stringify((await at.CASHIER.get('/v1/desk/bank/1/balance')).body)).to.include('"number":5').and.not.include('上官婉儿')
    })

    it('takes a line over to the explained ones when somebody says why, and still adds up', async () => {
      expect((await at.ACCOUNTANT.post('/v1/desk/bank/lines', (await batch({ document: 'B0', amount: -36n })).body)).status).to.equal(200)
      await mirrored()
      const before = await agree()
      const line = standing().lines
      const fee = explanationDraft({ account: 1, line, on: DAY, why: 'BankFee', statement: '转账手续费' })
      await world.acts.act('ACCOUNTANT', 'explainLine', [1, line, UNEXPLAINED.indexOf('BankFee'), file(fee)], 'bank')
      await mirrored()
      const told = await agree()

      expect([before.waiting.debits.amount, told.waiting.debits.amount].map(BigInt).reduce((a, b) => a - b)).to.equal(36n)
      expect([told.said.debits.amount, before.said.debits.amount].map(BigInt).reduce((a, b) => a - b)).to.equal(36n)
      expect(told.adjusted).to.deep.equal(before.adjusted)
    })

    it('waits in the accountant’s inbox while its papers are to come, and no longer than that', async () => {
      const line = standing().lines
      const explain = async (why: 'AwaitingPaper' | 'BankFee') => {
        await world.acts.act('ACCOUNTANT', 'explainLine', [1, line, UNEXPLAINED.indexOf(why), file(explanationDraft({ account: 1, line, on: DAY, why, statement: '' }))], 'bank')
        await mirrored()
      }
      const waiting = async (role: 'ACCOUNTANT' | 'CASHIER') => (await at[role].get('/v1/desk')).body.inbox.filter(({ kind }: { kind: string }) => kind === 'paper')
      expect(await waiting('ACCOUNTANT')).to.deep.equal([])
      await explain('AwaitingPaper')
      const told = await waiting('ACCOUNTANT')
      const toldCashier = await waiting('CASHIER')
      await explain('BankFee')

      expect(told).to.have.length(1)
      expect(told[0]).to.include({ fund: 1, number: line, count: 1, light: 'green' })
      expect(toldCashier).to.deep.equal([])
      expect(await waiting('ACCOUNTANT')).to.deep.equal([])
    })

    it('adds up after a match, after what was matched is void, and with a payment of other days in a row of its own', async () => {
      const { body, line } = await batch({ document: 'B1', amount: 7_000n })
      expect(line.hash).to.match(/^0x/)
      expect((await at.ACCOUNTANT.post('/v1/desk/bank/lines', body)).status).to.equal(200)
      await mirrored()
      const number = standing().lines
      expect((await at.ACCOUNTANT.post('/v1/desk/bank/matches', await matches([[number, 1, false, 5, 7_000n]]))).status).to.equal(200)
      await mirrored()
      const matched = await agree()
      await world.acts.voidInflow(1, 5, '20', 'WrongAmount', { title: '误记' })
      await mirrored()
      const voided = await agree()
      const { body: open } = await at.ACCOUNTANT.get('/v1/desk/bank/1/open')
      const waiting = (await at.ACCOUNTANT.get('/v1/desk')).body.inbox.find(({ kind }: { kind: string }) => kind === 'explain')

      await world.acts.propose(1, '1', { title: '期外的付款' })
      const late = world.reader.fund(1)!.outflows + 1
      await world.acts.approve([1, late])
      await world.acts.execute([1, late], '1', '2020-02-12')
      await mirrored()
      const unmatched = await agree()
      expect((await at.ACCOUNTANT.post('/v1/desk/bank/matches', await matches([[6, 1, true, late, 100n]]))).status).to.equal(200)
      await mirrored()
      const told = await agree()

      expect([matched.onlyBook.credits, matched.faults]).to.deep.equal([NOTHING, '0'])
      expect([voided.onlyBook.credits, voided.faults]).to.deep.equal([NOTHING, '2000'])
      expect(open.doubtful.map(({ line, entry, amount }: Record<string, unknown>) => [line, entry, amount])).to.deep.equal([[number, 5, '7000']])
      expect(waiting.count).to.equal(open.standing.waiting.lines + 1)
      expect(unmatched.onlyBook.debits).to.deep.equal(NOTHING)
      expect(told.otherDays).to.deep.equal({ credits: NOTHING, debits: sum('100') })
    })

    it('leaves to another account what its lines explain, and says nothing before the first statement', async () => {
      await world.acts.act('STEWARD', 'openAccount', [1, 5_000n, DAY - 20, file(accountDraft({ title: '第二个账户' }))], 'bank')
      await mirrored()
      expect((await at.ACCOUNTANT.get('/v1/desk/bank/2/balance')).body).to.deep.equal({})

      await give(2, '9', '公孙大娘')
      const unmatched = await agree(1)
      expect(unmatched.otherFunds).to.deep.equal({ credits: sum('900'), debits: NOTHING })
      expect([unmatched.onlyBook.credits, unmatched.entries]).to.deep.equal([NOTHING, []])
      const [ref, paper] = [refOf(world.vault.bookKey, ['second'], 1), file(bankLineDraft({ account: 2, on: DAY, amount: 900n }))]
      await world.acts.act('ACCOUNTANT', 'recordLines', [2, 1, DAY, 5_000n, 5_900n, [[ref, 900n, DAY, paper]], file(statementDraft({ account: 2, format: 'mapped', from: DAY, through: DAY }))], 'bank')
      await world.acts.act('ACCOUNTANT', 'matchLines', [2, [[1, 2, false, 2, 900n]], file(matchingDraft({ account: 2, on: DAY, by: 'hand', count: 1 }))], 'bank')
      await mirrored()
      const [first, second] = [await agree(1), await agree(2)]

      expect(first.accounts).to.equal(2)
      expect(first.elsewhere).to.deep.equal({ credits: sum('900'), debits: NOTHING })
      expect(second.matched.credits).to.deep.equal(sum('900'))
      expect(first.otherFunds).to.deep.equal({ credits: NOTHING, debits: NOTHING })
    })
  })

  describe('a complaint’s paper', () => {
    it('is opened neither as a line nor as an entry, though somebody named it there', async () => {
      const complaint = paperOf(complaintDraft({ community: 1, fund: 1, outflow: 0 }, { text: '有人拿回扣', name: '匿名居民', phone: '13800001111' }))
      world.vault.putPaper(complaint)
      const { balance, lines } = standing()
      await world.acts.act('ACCOUNTANT', 'recordLines', [1, lines + 1, DAY, balance, balance + 8_00n, [[freshRef(), 8_00n, DAY, complaint.hash]], complaint.hash], 'bank')
      await world.acts.act('ACCOUNTANT', 'recordInflows', [2, world.reader.fund(2)!.received, 1, DAY, [[freshRef(), 8_00n, complaint.hash]]])
      while (standing().lines === lines) await new Promise((resolve) => setTimeout(resolve, 10))

      const answers = await Promise.all(['open', `candidates?line=${lines + 1}`, 'proposals?atLeast=0', 'matches'].map(async (path) => await at.ACCOUNTANT.get(`/v1/desk/bank/1/${path}`)))

      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200])
      expect(answers[0]!.body.lines.find(({ line }: any) => line === lines + 1)).to.deep.include({ amount: '800', texts: {} })
      for (const word of ['有人拿回扣', '匿名居民', '13800001111']) expect(JSON.stringify(answers), word).to.not.include(word)
    })
  })
})
