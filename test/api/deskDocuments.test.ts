import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { FastifyInstance, InjectOptions } from 'fastify'
import sharp from 'sharp'
import type { Act } from '../../ledger/acts.ts'
import { outflowDraft } from '../../ledger/drafts.ts'
import { parseYuan } from '../../ledger/fen.ts'
import { toHex, type Hex } from '../../ledger/hex.ts'
import type { Draft } from '../../ledger/papers.ts'
import type { Role } from '../../ledger/words.ts'
import { freshRef, paperOf, signedBy, sitDown } from './desks.ts'
import { bomb, largePhotograph, photograph, TELEPHONE } from './pictures.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

const PDF = Buffer.from('%PDF-1.7\n% an electronic invoice\n%%EOF\n')
const DAY_MS = 24 * 3600 * 1000
const MOST = 20 * 1024 * 1024

describe('/v1/desk/documents', () => {
  let world: World
  let app: FastifyInstance
  let time = Date.now()
  let cookies: Record<Role, string>
  before(async () => {
    world = await openWorld({ now: () => new Date(time) })
    app = (await serveWorld(world)).app
    const sitting = await Promise.all(Object.entries(world.wallets).map(async ([role, wallet]) => [role, (await sitDown(app, wallet)).cookie]))
    cookies = Object.fromEntries(sitting) as typeof cookies
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const send = (role: Role, { headers, ...request }: InjectOptions) => app.inject({ ...request, headers: { ...headers, cookie: cookies[role] } })
  const bring = async (file: Buffer, { role = 'ACCOUNTANT', headers = {} }: { role?: Role; headers?: Record<string, string> } = {}) => {
    const answer = await send(role, { method: 'POST', url: '/v1/desk/documents', payload: file, headers: { 'content-type': 'application/octet-stream', ...headers } })
    return { status: answer.statusCode, body: answer.json() }
  }
  const look = async (role: Role, sha256: string, query = '') => {
    const { statusCode, headers, rawPayload } = await send(role, { url: `/v1/desk/documents/${sha256}${query}` })
    return { status: statusCode, headers, bytes: rawPayload, code: statusCode === 200 ? undefined : JSON.parse(rawPayload.toString()).code as string }
  }
  /** Signs an act of a role, and brings it to the desk with its paper, as a browser does. */
  const act = async (role: Role, draft: Draft, callOf: (paper: Hex) => Pick<Act, 'name' | 'args'>) => {
    const { hash, paper, opened } = paperOf(draft)
    const rawTransaction = await signedBy(world, world.wallets[role], { contract: 'ledger', ...callOf(hash) })
    const bringIt = async () => {
      let answered = false
      const answer = send(role, { method: 'POST', url: '/v1/desk/acts', payload: { rawTransaction, papers: [{ paper, opened }] } }).finally(() => (answered = true))
      while (!answered) {
        await world.mirrorAll()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      const { statusCode, json } = await answer
      return { status: statusCode, body: json() }
    }
    return { paper: hash, again: bringIt, ...(await bringIt()) }
  }
  /** The accountant proposes a payment of one fen whose paper names these documents. */
  const propose = (documents: Record<string, string>, opened: { title?: string; invoice?: string } = {}) => {
    const { title = '购买消毒液', invoice = '' } = opened
    const amount = parseYuan('0.01')
    const draft = outflowDraft({ kind: 'Payment', amount, title }, { payee: '某某商店', invoice })
    const named = { ...draft, public: { ...draft.public, ...documents } }
    return act('ACCOUNTANT', named, (paper) => ({ name: 'proposePayment', args: [1, amount, freshRef(), paper] }))
  }
  const count = () => world.reader.outflows(1, { after: 0, limit: 100 }).length

  describe('takes', () => {
    it('a photograph, and keeps the picture upright without the place, the telephone or anything else', async () => {
      const photo = await photograph()
      expect(photo.includes(TELEPHONE)).to.equal(true)
      expect((await sharp(photo).metadata()).exif).to.not.equal(undefined)

      const { status, body } = await bring(photo)

      const { bytes } = world.vault.documentOf(body.sha256)!
      expect(status).to.equal(200)
      expect(body).to.deep.equal({ sha256: toHex(createHash('sha256').update(bytes).digest()), mediaType: 'image/jpeg', bytes: bytes.length, used: [] })
      const { format, width, height, ...rest } = await sharp(bytes).metadata()
      expect({ format, width, height }).to.deep.equal({ format: 'jpeg', width: 40, height: 60 })
      for (const part of ['exif', 'xmp', 'xmpAsString', 'icc', 'iptc', 'orientation', 'comments']) expect(rest, part).to.not.have.property(part)
      for (const trace of [TELEPHONE, 'Exif', 'GPS', 'xmp']) expect(bytes.includes(trace), trace).to.equal(false)
    })

    it('a photograph of 20 MB, of which 2,400 pixels are kept', async () => {
      const { status, body } = await bring(await largePhotograph(MOST))

      expect(status).to.equal(200)
      const { width, height } = await sharp(world.vault.documentOf(body.sha256)?.bytes).metadata()
      expect({ width, height }).to.deep.equal({ width: 2_400, height: 1_800 })
    })

    it('a PNG with clear parts, which become white as paper is', async () => {
      const { body } = await bring(await sharp({ create: { width: 2, height: 2, channels: 4, background: '#00000000' } }).png().toBuffer())

      const { bytes } = world.vault.documentOf(body.sha256)!
      expect([...await sharp(bytes).raw().toBuffer()]).to.deep.equal(Array(12).fill(255))
    })

    it('a WebP', async () => {
      const { body } = await bring(await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } }).webp().toBuffer())

      expect(body.mediaType).to.equal('image/jpeg')
    })

    it('a PDF, as it is', async () => {
      const { body } = await bring(PDF)

      expect(body).to.deep.equal({ sha256: toHex(createHash('sha256').update(PDF).digest()), mediaType: 'application/pdf', bytes: 39, used: [] })
      expect(world.vault.documentOf(body.sha256)?.bytes.equals(PDF)).to.equal(true)
    })

    it('what the browser hashed, if it is what arrives', async () => {
      const headers = { 'x-mz-sha256': toHex(createHash('sha256').update(PDF).digest()) }

      expect((await bring(PDF, { headers })).status).to.equal(200)
      expect((await bring(Buffer.concat([PDF, PDF]), { headers }))).to.deep.include({ status: 422 }).and.to.have.nested.property('body.code', 'DOCUMENT_DAMAGED')
    })

    for (const role of ['APPROVER', 'CASHIER', 'ACCEPTER'] as const)
      it(`what ${role} brings`, async () => {
        expect((await bring(PDF, { role })).status).to.equal(200)
      })
  })

  describe('refuses', () => {
    const refusals: [string, () => Buffer | Promise<Buffer>, number, string][] = [
      ['a text file that is called photo.jpg', () => Buffer.from('this is no picture'), 422, 'DOCUMENT_KIND'],
      ['nothing', () => Buffer.alloc(0), 422, 'DOCUMENT_KIND'],
      ['a page with a script in it', () => Buffer.from('<!doctype html><script>alert(1)</script>'), 422, 'DOCUMENT_KIND'],
      ['an SVG, which may ask for other files', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 422, 'DOCUMENT_KIND'],
      ['a PDF behind something else', () => Buffer.from(' %PDF-1.7'), 422, 'DOCUMENT_KIND'],
      ['the HEIC of an iPhone', () => Buffer.from('00000018667479706865696300000000', 'hex'), 422, 'DOCUMENT_HEIC'],
      ['half a photograph', async () => (await largePhotograph(MOST)).subarray(0, 1_000_000), 422, 'IMAGE_BROKEN'],
      ['three bytes of one', () => Buffer.from('ffd8ff', 'hex'), 422, 'IMAGE_BROKEN'],
      ['a bomb: 50 kilobytes that are 400 million pixels', () => bomb(20_000), 422, 'IMAGE_TOO_LARGE'],
      ['more than 20 MiB', () => Buffer.alloc(MOST + 1), 413, 'TOO_LARGE'],
      ['a PDF of more than the vault takes', () => Buffer.concat([PDF, Buffer.alloc(16 * 1024 * 1024)]), 413, 'DOCUMENT_TOO_LARGE'],
    ]
    for (const [what, make, status, code] of refusals)
      it(what, async () => {
        const answer = await bring(await make())

        expect({ status: answer.status, code: answer.body.code }).to.deep.equal({ status, code })
        expect(answer.body.zh).to.match(/。$/)
      })

    it('what is sent as something else than bytes', async () => {
      const asked = { method: 'POST', url: '/v1/desk/documents', payload: { file: 'photo.jpg' } } as const

      const answer = await send('ACCOUNTANT', asked)

      expect({ status: answer.statusCode, code: answer.json().code }).to.deep.equal({ status: 415, code: 'NOT_BYTES' })
    })

    it('a stranger, before a byte of it is read', async () => {
      const answer = await app.inject({ method: 'POST', url: '/v1/desk/documents', payload: PDF, headers: { 'content-type': 'application/octet-stream' } })

      expect({ status: answer.statusCode, code: answer.json().code }).to.deep.equal({ status: 401, code: 'SIGNED_OUT' })
    })

    it('another site', async () => {
      const answer = await bring(PDF, { headers: { 'sec-fetch-site': 'cross-site' } })

      expect({ status: answer.status, code: answer.body.code }).to.deep.equal({ status: 403, code: 'OTHER_SITE' })
    })

    it('more than sixty that nobody names in a paper, of one person, until one of them is named', async () => {
      const pdf = (number: number) => Buffer.concat([PDF, Buffer.from(`% ${number}`)])
      const first = await bring(pdf(0), { role: 'ACCEPTER' })
      let last = first
      for (let number = 1; number <= 60 && last.status === 200; number++) last = await bring(pdf(number), { role: 'ACCEPTER' })
      const ofAnother = await bring(pdf(60), { role: 'CASHIER' })
      world.vault.attachDocument(world.reader.outflow(1, 1)!.paper, first.body.sha256)

      expect([last.status, last.body.code, last.body.facts.files]).to.deep.equal([422, 'DOCUMENTS_WAITING', '60'])
      expect(last.body.zh).to.match(/^您已有 60 份文件（1 MB）上传后还没有用上。/)
      expect(ofAnother.status).to.equal(200)
      expect((await bring(pdf(60), { role: 'ACCEPTER' })).status).to.equal(200)
    })

    for (const role of ['COUNCIL', 'REGISTRAR', 'STEWARD', 'AUDITOR', 'RESPONDENT'] as const)
      it(`what ${role} brings`, async () => {
        const answer = await bring(PDF, { role })

        expect({ status: answer.status, code: answer.body.code }).to.deep.equal({ status: 403, code: 'ROLE_MISSING' })
      })
  })

  describe('shows', () => {
    it('a picture that waits for its paper to those who bring such, within a page and kept by no cache', async () => {
      const { sha256 } = (await bring(await photograph('#102030'))).body

      const { status, headers, bytes } = await look('CASHIER', sha256)

      expect(status).to.equal(200)
      expect(bytes.equals(world.vault.documentOf(sha256)!.bytes)).to.equal(true)
      expect(headers).to.deep.include({
        'content-type': 'image/jpeg', 'content-disposition': `inline; filename="${sha256.slice(2, 14)}.jpeg"`,
        'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'cross-origin-resource-policy': 'same-origin',
      })
      expect(await look('AUDITOR', sha256)).to.deep.include({ status: 403, code: 'ROLE_MISSING' })
    })

    it('a PDF never within a page', async () => {
      const { sha256 } = (await bring(PDF)).body

      const { headers, bytes } = await look('ACCOUNTANT', sha256)

      expect(headers).to.deep.include({ 'content-type': 'application/pdf', 'content-disposition': `attachment; filename="${sha256.slice(2, 14)}.pdf"` })
      expect(bytes.equals(PDF)).to.equal(true)
    })

    it('what belongs to a paper to whoever may read that paper', async () => {
      const { sha256 } = (await bring(await photograph('#203040'))).body
      await propose({ document1: sha256 })

      expect((await look('AUDITOR', sha256)).status).to.equal(200)
      for (const role of ['COUNCIL', 'REGISTRAR', 'STEWARD', 'RESPONDENT'] as const)
        expect(await look(role, sha256), role).to.deep.include({ status: 403, code: 'ROLE_MISSING' })
    })

    it('nothing to a stranger', async () => {
      const { sha256 } = (await bring(PDF)).body

      expect((await app.inject(`/v1/desk/documents/${sha256}`)).statusCode).to.equal(401)
    })

    it('nothing of what it never got', async () => {
      expect(await look('ACCOUNTANT', `0x${'12'.repeat(32)}`)).to.deep.include({ status: 404, code: 'DOCUMENT_UNKNOWN' })
      expect((await look('ACCOUNTANT', '0x12')).status).to.equal(400)
      expect((await look('ACCOUNTANT', `0x${'12'.repeat(32)}`, '?size=thumb')).status).to.equal(400)
    })

    it('nothing of what the law has restricted, and does not take it again', async () => {
      const photo = await photograph('#304050')
      const { sha256 } = (await bring(photo)).body
      const { paper } = await propose({ document1: sha256 })
      expect((await look('ACCOUNTANT', sha256)).status).to.equal(200)

      world.vault.restrict([paper])

      expect(await look('ACCOUNTANT', sha256)).to.deep.include({ status: 404, code: 'DOCUMENT_UNKNOWN' })
      expect(await bring(photo)).to.have.nested.property('body.code', 'DOCUMENT_CLOSED')
    })

    it('nothing of what waited for a paper for a day', async () => {
      const { sha256 } = (await bring(await photograph('#405060'))).body
      time += DAY_MS
      await bring(PDF)

      expect(await look('ACCOUNTANT', sha256)).to.deep.include({ status: 404, code: 'DOCUMENT_UNKNOWN' })
    })
  })

  describe('and acts', () => {
    it('attach what their papers name, which then no longer waits', async () => {
      const [photo, pdf] = [(await bring(await photograph('#506070'))).body, (await bring(PDF)).body]

      const { status, paper } = await propose({ document1: photo.sha256, document2: pdf.sha256, documentary: 'a field of another name' })

      expect(status).to.equal(200)
      expect(world.vault.documentsOf(paper)).to.deep.equal([photo.sha256, pdf.sha256].sort())
      expect(world.vault.standingOf(photo.sha256)).to.deep.equal({ staged: false, papers: [paper] })
    })

    it('are answered again when they are sent again, though the law closed the paper meanwhile', async () => {
      const { sha256 } = (await bring(await photograph('#607080'))).body
      const first = await propose({ document1: sha256 })
      world.vault.restrict([first.paper])

      const again = await first.again()

      expect(again.status).to.equal(200)
      expect(again.body.transaction).to.equal(first.body.transaction)
    })

    it('attach nothing to a paper that the law has closed', async () => {
      const { sha256 } = (await bring(await photograph('#617181'))).body
      const draft = outflowDraft({ kind: 'Payment', amount: parseYuan('0.01'), title: '购买消毒液' }, { payee: '某某商店' })
      const { paper, opened, hash } = paperOf({ ...draft, public: { ...draft.public, document1: sha256 } })
      world.vault.putPaper({ paper, opened })
      world.vault.restrict([hash])
      const rawTransaction = await signedBy(world, world.wallets.ACCOUNTANT, { contract: 'ledger', name: 'proposePayment', args: [1, parseYuan('0.01'), freshRef(), hash] })

      const answer = await send('ACCOUNTANT', { method: 'POST', url: '/v1/desk/acts', payload: { rawTransaction, papers: [{ paper, opened }] } })

      expect([answer.statusCode, answer.json().code]).to.deep.equal([422, 'PAPER_CLOSED'])
      expect(world.vault.standingOf(sha256)).to.deep.equal({ staged: true, papers: [] })
    })

    for (const document of [`0x${'34'.repeat(32)}`, 'photo.jpg'])
      it(`are refused with a document that is not here, before anything is sent or kept: ${document.slice(0, 10)}`, async () => {
        const before = count()

        const { status, body, paper } = await propose({ document1: document })

        expect(status).to.equal(422)
        expect(body).to.deep.include({ code: 'DOCUMENT_MISSING', facts: { document } })
        expect(body.zh).to.include(document)
        expect(world.vault.hasPaper(paper)).to.equal(false)
        await world.mirrorAll()
        expect(count()).to.equal(before)
      })

    it('are refused with a document of a paper that whoever signs may not read: its hash stands there for everybody', async () => {
      const { sha256 } = (await bring(await photograph('#708090'))).body
      await propose({ document1: sha256 })

      const { status, body } = await act('STEWARD', { kind: 'fund', public: { title: '第三基金', document1: sha256 }, private: {} },
        (paper) => ({ name: 'openFund', args: [[1, true, 0n, 10n ** 15n, paper]] }))

      expect({ status, code: body.code }).to.deep.equal({ status: 403, code: 'DOCUMENT_OTHERS' })
      expect(await look('STEWARD', sha256)).to.deep.include({ status: 403 })
    })
  })

  describe('tells of a picture that was used before', () => {
    it('the entry that has it, whether the file is picked again or what is kept of it', async () => {
      const photo = await photograph('#8090a0')
      const { sha256 } = (await bring(photo)).body
      await propose({ document1: sha256 }, { title: '购买酒精' })
      const used = [{ fund: 1, number: count(), title: { zh: '购买酒精', en: '购买酒精' } }]

      expect((await bring(photo)).body).to.deep.include({ sha256, used })
      expect((await bring(world.vault.documentOf(sha256)!.bytes)).body).to.deep.include({ used })
    })

    it('every entry that has it, once', async () => {
      const photo = await photograph('#90a0b0')
      const { sha256 } = (await bring(photo)).body
      await propose({ document1: sha256, document2: sha256 })
      await propose({ document1: sha256 })

      const { used } = (await bring(photo)).body

      expect(used.map(({ number }: { number: number }) => number)).to.deep.equal([count() - 1, count()])
    })
  })

  describe('/v1/desk/invoices', () => {
    const ask = async (role: Role, number: string) => {
      const answer = await send(role, { method: 'POST', url: '/v1/desk/invoices', payload: { number } })
      return { status: answer.statusCode, body: answer.json() }
    }

    it('finds the payments that have an invoice’s number', async () => {
      await propose({}, { title: '购买手套', invoice: '24312000000012345678' })
      const found = [{ fund: 1, number: count(), title: { zh: '购买手套', en: '购买手套' } }]

      for (const role of ['ACCOUNTANT', 'APPROVER', 'AUDITOR'] as const)
        expect(await ask(role, ' 24312000000012345678 '), role).to.deep.equal({ status: 200, body: found })
    })

    it('finds none that has another number, or whose fields the law closed', async () => {
      const { paper } = await propose({}, { invoice: '99' })
      world.vault.restrict([paper])

      expect(await ask('ACCOUNTANT', '99')).to.deep.equal({ status: 200, body: [] })
      expect(await ask('ACCOUNTANT', '2431200000001234567')).to.deep.equal({ status: 200, body: [] })
    })

    it('tells nobody else', async () => {
      for (const role of ['CASHIER', 'ACCEPTER', 'COUNCIL', 'RESPONDENT'] as const) expect((await ask(role, '99')).body.code, role).to.equal('ROLE_MISSING')
      expect((await app.inject({ method: 'POST', url: '/v1/desk/invoices', payload: { number: '99' } })).statusCode).to.equal(401)
      expect((await ask('ACCOUNTANT', '')).status).to.equal(400)
    })

    it('takes no number in an address, where a log would have it', async () => {
      expect((await send('ACCOUNTANT', { url: '/v1/desk/invoices', query: { number: '99' } })).statusCode).to.equal(404)
    })
  })
})
