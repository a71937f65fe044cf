import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { replyDraft, type Reply } from '../../ledger/auditDrafts.ts'
import { COMPLAINT_GAS, complaintDraft, fileCall, reopenCall, reopeningDraft } from '../../ledger/complaint.ts'
import { Day, dayAt, formatDay, formatMinute } from '../../ledger/day.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, sealPaper, type Draft } from '../../ledger/papers.ts'
import { newResidentKey, signWithKey } from '../../ledger/residentKey.ts'
import { GENEROUS, serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

const SECRET = '验收单上的签字不是本人'
const CONCERN = { community: 1, fund: 1, outflow: 1 }
const DAY_SECONDS = 86_400

describe('/v1/complaints', () => {
  let world: World
  let app: FastifyInstance
  let log: () => string
  let time = 0
  before(async () => {
    world = await openWorld()
    // Not when the file was read: the tests of other files may have taken minutes since.
    time = Date.now() / 1000
    const served = await serveWorld(world, { now: () => time })
    app = served.app
    log = served.log
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const call = async (url: string, payload?: object) => {
    const answer = await app.inject({ url, ...(payload && { method: 'POST' as const, payload }) })
    return { status: answer.statusCode, body: answer.json(), text: answer.body }
  }
  const signed = (key: Hex, nonce: number, data: Hex) =>
    signWithKey(key, { chainId: world.anchor.chainId, nonce, gasLimit: COMPLAINT_GAS, to: world.anchor.contracts.audit, data })
  /** What a browser does, up to the transaction. */
  const file = async (draft: Draft = complaintDraft(CONCERN, { text: SECRET, name: '欧阳某', phone: '13800001234' }), concern = CONCERN) => {
    const key = newResidentKey()
    const sealed = sealPaper(draft, randomBytes)
    const hash = hashOfPaper(sealed.paper)
    const rawTransaction = signed(key, 0, fileCall(concern, hash))
    const sent = await call('/v1/transactions', { rawTransaction })
    await world.mirrorAll()
    const [complaint] = (await call(`/v1/complaints?paper=${hash}`)).body
    return { key, sealed, hash, rawTransaction, sent, number: Number(complaint?.number) }
  }
  const respond = async (kind: Reply, act: string, number: number, text: string) => {
    const { hash } = world.vault.putPaper(sealPaper(replyDraft(kind, number, text), randomBytes))
    await world.acts.act('RESPONDENT', act, [number, hash], 'audit')
    await world.mirrorAll()
  }

  it('takes the paper of a complaint that stands in the book, and no other', async () => {
    const { hash, sealed, number, sent } = await file()

    const early = world.vault.paperOf(hash)
    const other = await call(`/v1/complaints/${number}/paper`, sealPaper(complaintDraft(CONCERN, { text: 'x' }), randomBytes))
    const brought = await call(`/v1/complaints/${number}/paper`, sealed)
    const again = await call(`/v1/complaints/${number}/paper`, sealed)

    expect([sent.status, early]).to.deep.equal([202, undefined])
    expect([other.status, other.body.code]).to.deep.equal([422, 'PAPER_NOT_OF_COMPLAINT'])
    expect([brought.status, again.status]).to.deep.equal([201, 200])
    expect(world.vault.fieldsOf(hash)?.['text']?.value).to.equal(SECRET)
    expect(formatDay(world.vault.paperOf(hash)?.keptUntil ?? Day(0)).slice(0, 4)).to.equal(String(Number(formatDay(dayAt(time)).slice(0, 4)) + 11))
    expect((await call('/v1/complaints/99/paper', sealed)).body.code).to.equal('COMPLAINT_UNKNOWN')
  })

  it('takes the same transaction twice as one', async () => {
    const { rawTransaction, sent } = await file()
    const before = (await call('/v1/complaints')).body.length

    const again = await call('/v1/transactions', { rawTransaction })
    await world.mirrorAll()

    expect(again).to.deep.include({ status: 200, body: sent.body })
    expect((await call('/v1/complaints')).body).to.have.length(before)
  })

  it('takes no paper that would show a text to everybody, whatever the book says of it', async () => {
    const draft = complaintDraft(CONCERN, { text: 'x' })
    const { number, sealed, hash } = await file({ ...draft, public: { ...draft.public, title: SECRET } })

    const { status, body } = await call(`/v1/complaints/${number}/paper`, sealed)

    expect([status, body.code]).to.deep.equal([422, 'PAPER_NOT_IN_ORDER'])
    expect(world.vault.paperOf(hash)).to.equal(undefined)
  })

  it('tells what complaints are about and how far they are, and not a word of what they say', async () => {
    const { number, sealed } = await file()
    await call(`/v1/complaints/${number}/paper`, sealed)
    const answers = await Promise.all(['/v1/complaints', `/v1/complaints/${number}`, '/complaints', `/complaints/${number}`, '/p/1/1', `/v1/papers/${hashOfPaper(sealed.paper)}`]
      .map(async (url) => (await app.inject(url)).body))

    expect((await call(`/v1/complaints/${number}`)).body).to.include({ number, community: 1, fund: 1, outflow: 1, state: 'Filed', overdue: false })
    for (const text of [...answers, log()]) expect(text).to.not.match(new RegExp(`${SECRET}|欧阳某|13800001234`))
    expect(log()).to.not.include('127.0.0.1')
  })

  it('lists those on one payment in pages, like any others', async () => {
    const first = await file()
    const second = await file()
    const numbersOf = async (query: string) => {
      const { body } = await call(`/v1/complaints?fund=1&outflow=1${query}`)
      return body.map(({ number }: { number: number }) => number)
    }

    expect((await numbersOf('')).slice(0, 2)).to.deep.equal([second.number, first.number])
    expect(await numbersOf('&limit=1')).to.deep.equal([second.number])
    expect(await numbersOf(`&before=${second.number}&limit=1`)).to.deep.equal([first.number])
    expect(await numbersOf(`&after=${first.number - 1}`)).to.deep.equal([first.number, second.number])
    expect((await call('/v1/complaints?fund=1&outflow=2')).body).to.deep.equal([])
  })

  it('says by when a complaint is to be answered, counted from when it was filed or opened again', async () => {
    const { key, number } = await file()
    const textOf = async (lang = '') => (await app.inject(`/complaints/${number}${lang}`)).body
    const dueAfter = () => formatMinute((world.reader.complaint(number)?.steps.at(-1)?.at ?? 0) + DAY_SECONDS)
    const first = await textOf()
    const english = await textOf('?lang=en')
    const filed = dueAfter()
    await respond('complaint-answer', 'answerComplaint', number, '已补发')
    const answered = await textOf()
    await call('/v1/transactions', { rawTransaction: signed(key, 1, reopenCall(number, hashOfPaper(sealPaper(reopeningDraft(number, { text: 'x' }), randomBytes).paper))) })
    await world.mirrorAll()
    const again = await textOf()
    time += DAY_SECONDS + 60
    const late = await textOf()
    time -= DAY_SECONDS + 60

    expect(first).to.include(`等待答复：应在 ${filed} 前答复（提出后 24 小时内）<`)
    expect(english).to.include(`it is due by ${filed} China time (24 hours after it was filed)<`)
    expect(answered).to.not.include('等待答复')
    expect(again).to.include(`等待答复：应在 ${dueAfter()} 前答复（重开后 24 小时内）<`)
    expect(late).to.include(`等待答复：应在 ${dueAfter()} 前答复（重开后 24 小时内），已逾期<`)
  })

  it('marks in red what nobody answered within a day, on the pages it is about, though nothing moved', async () => {
    const { number } = await file()
    const red = `<a href="/complaints/${number}">`
    const pages = ['/p/1/1', '/f/1', '/complaints']
    const before = (await Promise.all(pages.map((page) => app.inject(page)))).map(({ body }) => body.includes('逾期未答复'))
    time += DAY_SECONDS + 60
    const after = (await Promise.all(pages.map((page) => app.inject(page)))).map(({ body }) => body)

    expect(before).to.deep.equal([false, false, false])
    for (const body of after) expect(body).to.include('逾期未答复')
    expect(after[0]).to.include(red)
    expect(after[1]).to.include(red)
    expect((await app.inject('/p/1/3')).body).to.not.include('逾期未答复')
    expect((await call(`/v1/complaints/${number}`)).body.overdue).to.equal(true)
    time -= DAY_SECONDS + 60
  })

  it('shows the public answer, and lets only the key that filed it open it again', async () => {
    const { key, number } = await file()
    await respond('complaint-answer', 'answerComplaint', number, '已请验收人\u202e重新\u202c签字')
    const draft = reopeningDraft(number, { text: '还是代签的' })
    const sealed = sealPaper(draft, randomBytes)
    const data = reopenCall(number, hashOfPaper(sealed.paper))

    const stranger = await call('/v1/transactions', { rawTransaction: signed(newResidentKey(), 0, data) })
    const own = await call('/v1/transactions', { rawTransaction: signed(key, 1, data) })
    await world.mirrorAll()
    const brought = await call(`/v1/complaints/${number}/paper`, sealed)
    const { body } = await app.inject(`/complaints/${number}`)

    expect([stranger.status, stranger.body.code]).to.deep.equal([422, 'NOT_COMPLAINANT'])
    expect([own.status, brought.status]).to.deep.equal([202, 201])
    // Nothing in it may turn what stands beside it.
    expect(body).to.include('已请验收人 重新 签字').and.not.include('还是代签的').and.not.match(/[\u202a-\u202e]/)
    expect((await call(`/v1/complaints/${number}`)).body.state).to.equal('Filed')
  })

  it('lets one visitor bring so many in an hour, and keeps the desk open for people of the book', async () => {
    const { app: few } = await serveWorld(world, { limits: { ...GENEROUS, complaints: 2 } })
    const bring = async () => {
      const { paper } = sealPaper(complaintDraft(CONCERN, { text: 'x' }), randomBytes)
      const payload = { rawTransaction: signed(newResidentKey(), 0, fileCall(CONCERN, hashOfPaper(paper))) }
      return await few.inject({ method: 'POST', url: '/v1/transactions', payload })
    }
    const answers = [await bring(), await bring(), await bring()]

    expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal([202, 202, 429])
    expect(answers[2]?.json().code).to.equal('TOO_MANY_COMPLAINTS')
    await few.close()
    await world.mirrorAll()
  })

  for (const [what, url] of [
    ['a number that is none', '/v1/complaints/x'], ['0', '/v1/complaints/0'], ['a paper that is no hash', '/v1/complaints?paper=0x12'],
    ['a field that nobody knows', '/v1/complaints?text=x'],
  ] as const)
    it(`answers 400 to ${what}`, async () => {
      expect((await call(url)).status).to.equal(400)
    })

  it('answers 404 to a complaint that nobody filed, on its page too', async () => {
    expect((await call('/v1/complaints/9999')).body.code).to.equal('COMPLAINT_UNKNOWN')
    expect((await app.inject('/complaints/9999')).statusCode).to.equal(404)
    expect((await app.inject('/complaints/0x')).statusCode).to.equal(404)
  })

  it('refuses fields of a paper that are not what it committed to', async () => {
    const { number, sealed: { paper, opened } } = await file()

    const { status, body } = await call(`/v1/complaints/${number}/paper`, { paper, opened: { ...opened, text: { ...opened['text'], value: 'y' } } })

    expect([status, body.code]).to.deep.equal([422, 'PAPER_NOT_IN_ORDER'])
  })
})
