import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { Wallet } from 'ethers'
import { writersOf } from '../../api/desk/access.ts'
import { paperMessage } from '../../api/routes/papers.ts'
import { KINDS } from '../../ledger/actPapers.ts'
import type { ContractName } from '../../ledger/acts.ts'
import { hashOfPaper, sealPaper } from '../../ledger/papers.ts'
import { ROLES } from '../../ledger/words.ts'
import { serveWorld } from './served.ts'
import { openWorld, type World } from './world.ts'

describe('/v1/papers', () => {
  let world: World
  let app: FastifyInstance
  before(async () => {
    world = await openWorld()
    app = (await serveWorld(world)).app
  })
  after(async () => {
    await app.close()
    await world.close()
  })

  const draft = () => sealPaper({ kind: 'payment', public: { title: '发票' }, private: { payee: '某某商店' } }, randomBytes)
  const now = () => Math.floor(Date.now() / 1000)
  type Changes = { wallet?: { signMessage(message: string): Promise<string> }; time?: number; signedTime?: number }
  const bring = async (payload: ReturnType<typeof draft> | object, { wallet = world.wallets.ACCOUNTANT, time = now(), signedTime = time }: Changes = {}) => {
    const hash = 'paper' in payload ? hashOfPaper((payload as ReturnType<typeof draft>).paper) : `0x${'00'.repeat(32)}` as const
    const signature = await wallet.signMessage(paperMessage(hash, world.anchor.chainId, signedTime))
    const headers = { 'x-mz-time': String(time), 'x-mz-signature': signature }
    const answer = await app.inject({ method: 'POST', url: '/v1/papers', payload, headers })
    return { status: answer.statusCode, body: answer.json() }
  }

  it('keeps a paper that somebody of the book brings, once', async () => {
    const given = draft()

    const first = await bring(given)
    const again = await bring(given)

    expect(first).to.deep.equal({ status: 201, body: { hash: hashOfPaper(given.paper) } })
    expect(again.status).to.equal(200)
    expect(world.vault.fieldsOf(hashOfPaper(given.paper))?.['payee']?.value).to.equal('某某商店')
  })

  it('shows a paper without its private fields', async () => {
    const given = draft()
    await bring(given)

    const { statusCode, body } = await app.inject(`/v1/papers/${hashOfPaper(given.paper)}`)

    expect(statusCode).to.equal(200)
    expect(JSON.parse(body)).to.deep.equal({ hash: hashOfPaper(given.paper), state: 'kept', paper: given.paper })
    expect(body).to.not.include('某某商店')
  })

  for (const [role, kind] of [['STEWARD', 'payment'], ['ACCOUNTANT', 'person'], ['REGISTRAR', 'complaint'], ['COUNCIL', 'founding'], ['ACCOUNTANT', 'constructor']] as const)
    it(`refuses of ${role} a paper of the kind ${kind}, which no entry of theirs has`, async () => {
      const given = sealPaper({ kind, public: {}, private: { payee: '植入者' } }, randomBytes)

      const { status, body } = await bring(given, { wallet: world.wallets[role] })

      expect([status, body.code, body.facts]).to.deep.equal([403, 'PAPER_OF_OTHERS', { kind }])
      expect(world.vault.hasPaper(hashOfPaper(given.paper))).to.equal(false)
    })

  it('takes of each role the papers of its own entries, as the matrix has them', () => {
    const { powers } = JSON.parse(readFileSync('contracts/roles.json', 'utf8')) as { powers: { contract: string; function: string; role: string }[] }
    const NAMES: Record<string, ContractName> = { People: 'people', FundLedger: 'ledger', BankRegister: 'bank', AuditRegister: 'audit' }
    const said = powers.flatMap(({ contract, function: name, role }) => (KINDS[NAMES[contract]!][name] ?? []).map((kind) => [kind, role] as const))

    for (const [kind, role] of said)
      expect(writersOf(kind), kind).to.deep.equal(kind === 'finding-answer' ? ROLES : role === 'PUBLIC' ? [] : [role])
  })

  it('refuses a stranger', async () => {
    const { status, body } = await bring(draft(), { wallet: Wallet.createRandom() })

    expect(status).to.equal(403)
    expect(body.code).to.equal('KEY_UNKNOWN')
  })

  it('refuses a signature of long ago', async () => {
    const { status, body } = await bring(draft(), { time: now() - 600 })

    expect(status).to.equal(401)
    expect(body.code).to.equal('SIGNATURE_TOO_OLD')
  })

  it('refuses a signature over another time, which is somebody else’s', async () => {
    expect((await bring(draft(), { signedTime: now() - 100 })).status).to.equal(403)
  })

  it('refuses bytes that are no signature', async () => {
    const { status, body } = await bring(draft(), { wallet: { signMessage: async () => `0x${'ff'.repeat(65)}` } })

    expect(status).to.equal(401)
    expect(body.code).to.equal('SIGNATURE_MALFORMED')
  })

  it('refuses a request without a signature', async () => {
    const answer = await app.inject({ method: 'POST', url: '/v1/papers', payload: draft() })

    expect(answer.statusCode).to.equal(400)
    expect(answer.json().code).to.equal('INVALID')
  })

  it('refuses private fields that are not what the paper committed to', async () => {
    const { paper, opened } = draft()
    const payee = { value: '别的商店', salt: opened['payee']?.salt ?? '0x' }

    const { status, body } = await bring({ paper, opened: { payee } })

    expect(status).to.equal(422)
    expect(body.code).to.equal('PAPER_NOT_IN_ORDER')
  })

  it('refuses private fields that stay closed', async () => {
    expect((await bring({ paper: draft().paper, opened: {} })).status).to.equal(422)
  })

  it('refuses a paper with a field that papers do not have', async () => {
    const { paper, opened } = draft()

    expect((await bring({ paper: { ...paper, note: 'x' }, opened })).status).to.equal(400)
  })

  it('answers 404 for a paper that the vault does not have', async () => {
    const { statusCode, body } = await app.inject(`/v1/papers/0x${'12'.repeat(32)}`)

    expect(statusCode).to.equal(404)
    expect(JSON.parse(body).code).to.equal('PAPER_UNKNOWN')
  })

  it('answers 400 for a hash that is none', async () => {
    expect((await app.inject('/v1/papers/0x12')).statusCode).to.equal(400)
  })
})
