import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Reader } from '../../indexer/read.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import type { ContractName } from '../../ledger/acts.ts'
import type { Light } from '../../ledger/deadlines.ts'
import type { Hex } from '../../ledger/hex.ts'
import { INBOX_KINDS, type InboxKind } from '../../ledger/inbox.ts'
import { hashOfPaper, type Opened } from '../../ledger/papers.ts'
import { lineOfBank, lineOfProposal, lineOfVoid, refOf } from '../../ledger/refs.ts'
import { dayAt } from '../../ledger/day.ts'
import { ROLES, type Role } from '../../ledger/words.ts'
import type { AuditBook } from '../audit.ts'
import { fieldsFor } from '../desk/access.ts'
import { checkComplete, checkPapers, papersOfAct } from '../desk/actPapers.ts'
import type { Acts } from '../desk/acts.ts'
import type { AskVault } from '../desk/asks.ts'
import { checkCertificate } from '../desk/closing.ts'
import { checkDocuments, documentsOf, sharedWith, usersOf, type DocumentStore } from '../desk/documents.ts'
import { openDoor, SHORT_BYTES } from '../desk/door.ts'
import { openEntries } from '../desk/entries.ts'
import { inboxOf } from '../desk/inbox.ts'
import { RecordedAnswer, toldOf } from '../desk/recorded.ts'
import { checkRole, COOKIE, type Sessions } from '../desk/sessions.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import { AddressText, BytesText, Exactly, FenText, HashText, ListOf, Number32 } from '../schemas.ts'
import type { Limits } from '../security.ts'
import { openTitles } from '../titles.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Book } from '../views.ts'
import { WordsAnswer } from './answers.ts'
import { UsedAnswer } from './deskDocuments.ts'
import { deskGifts, type GiftVault } from './deskGifts.ts'
import { PaperBody, putAllInOrder, readPaperBody, type PaperStore } from './papers.ts'

/** What the desk asks of the vault, for those who may see it. */
export type DeskVault = GiftVault & Pick<Vault, 'putPapers' | 'takeBack'> & { fieldsOf(hash: Hex): Opened | undefined }

type Parts = {
  reader: Reader
  vault: PaperStore & DeskVault & AskVault & DocumentStore
  acts: Acts
  anchor: Anchor
  book: Book
  audit: AuditBook
  sessions: Sessions
  settings: { readonly publicUrl: string }
  now: () => number
  limits: Limits
}

const StaffAnswer = Type.Object({
  person: Type.Integer(), key: AddressText, roles: Type.Unsafe<readonly Role[]>(Type.Array(Type.Enum([...ROLES]))),
  pending: ListOf(Type.Object({ role: Type.Unsafe<Role>(Type.Enum([...ROLES])), since: Type.Integer({ description: 'unix seconds' }) })),
})
const ItemAnswer = Type.Object({
  kind: Type.Unsafe<InboxKind>(Type.Enum([...INBOX_KINDS])), title: WordsAnswer,
  fund: Type.Optional(Type.Integer()), number: Type.Integer(), amount: Type.Optional(FenText), paper: Type.Optional(HashText), count: Type.Optional(Type.Integer()),
  since: Type.Integer({ description: 'unix seconds' }), light: Type.Unsafe<Light>(Type.Enum(['green', 'yellow', 'red'])),
})
const DeskAnswer = Type.Object({
  staff: StaffAnswer, today: Type.Integer({ description: 'days since 1970-01-01, China Standard Time' }), inbox: ListOf(ItemAnswer),
})
const ContractText = Type.Unsafe<ContractName>(Type.Enum(['ledger', 'bank', 'audit', 'people', 'charter']))
const ActBody = Exactly({ rawTransaction: BytesText, papers: Type.Array(PaperBody, { maxItems: 3 }) })

const Text = Type.String({ maxLength: 4_000 })
const OutflowRef = Exactly({
  kind: Type.Unsafe<'Payment' | 'Refund' | 'Transfer'>(Type.Enum(['Payment', 'Refund', 'Transfer'])), fund: Number32, subject: Type.Optional(Number32),
  amount: FenText, title: Text, payee: Type.Optional(Text), invoice: Type.Optional(Text), reference: Type.Optional(Text),
})
const BankRef = Exactly({ kind: Type.Literal('Bank'), way: Type.Unsafe<'in' | 'out'>(Type.Enum(['in', 'out'])), reference: Type.String({ minLength: 1, maxLength: 200 }) })
const VoidRef = Exactly({ kind: Type.Literal('Void'), fund: Number32, inflow: Number32, amount: FenText, on: Type.Integer({ minimum: 0, maximum: 100_000 }), reference: Type.Optional(Text) })

/** A photograph of an invoice and a batch of gifts are the longest that anybody brings. */
const MOST_BYTES = 1_500_000

/** The desk: the book's people sign in, see what waits for them, and bring what they sign. No key is ever here. */
export const desk: FastifyPluginAsyncTypebox<Parts> = async (app, { reader, vault, acts, anchor, book, audit, sessions, settings, now, limits }) => {
  const titles = openTitles(vault)
  const entries = openEntries({ reader, book, papers: vault, titles })
  const { protocol } = new URL(settings.publicUrl)
  const cookieOptions = { path: '/v1/desk', httpOnly: true, sameSite: 'strict', secure: protocol === 'https:' } as const
  const writes = { rateLimit: { max: limits.writes, timeWindow: '1 minute' } }
  const enters = { bodyLimit: SHORT_BYTES, config: { ...writes, stranger: true } }
  const problems = { '4xx': ProblemAnswer }
  await openDoor(app, sessions)

  await app.register(deskGifts, { reader, vault, anchor, acts, sessions, settings, limits })

  app.post('/desk/challenge', {
    schema: { tags: ['desk'], summary: 'The text that a key signs to enter (EIP-4361)', body: Exactly({ address: AddressText }), response: { 200: Type.Object({ message: Type.String() }), ...problems } },
    ...enters,
  }, async ({ body }) => ({ message: sessions.challenge(body.address) }))

  app.post('/desk/session', {
    schema: {
      tags: ['desk'], summary: 'Enter with a signed challenge', body: Exactly({ message: Type.String({ maxLength: 2_000 }), signature: BytesText }),
      response: { 200: StaffAnswer, ...problems },
    },
    ...enters,
  }, async (request, reply) => {
    const { message, signature } = request.body
    const { token, staff } = sessions.begin(request, message, signature)
    return reply.setCookie(COOKIE, token, cookieOptions).send(staff)
  })

  app.delete('/desk/session', {
    schema: { tags: ['desk'], summary: 'Leave', response: { 204: Type.Null() } }, bodyLimit: SHORT_BYTES, config: { stranger: true },
  }, async (request, reply) => {
    sessions.end(request)
    return reply.clearCookie(COOKIE, cookieOptions).code(204).send(null)
  })

  app.get('/desk', {
    schema: { tags: ['desk'], summary: 'Who I am, and what waits for me', response: { 200: DeskAnswer, ...problems } },
  }, async (request) => {
    const staff = sessions.of(request)
    return { staff, today: dayAt(now()), inbox: reader.atOnce(() => inboxOf({ reader, bank: book.bank, titles, audit, entries, asks: vault, now }, staff)) }
  })

  app.post('/desk/rehearsals', {
    schema: {
      tags: ['desk'], summary: 'Would the contract take this call of mine? Gives the nonce to sign it with',
      body: Exactly({ contract: ContractText, data: BytesText }), response: { 200: Type.Object({ nonce: Type.Integer() }), ...problems },
    },
    bodyLimit: MOST_BYTES, config: writes,
  }, async (request) => ({ nonce: await acts.rehearse(sessions.of(request), request.body.contract, request.body.data) }))

  app.post('/desk/acts', {
    schema: { tags: ['desk'], summary: 'Bring a signed act, with the papers that it names; the documents that these name were brought before', body: ActBody, response: { 200: RecordedAnswer, ...problems } },
    bodyLimit: MOST_BYTES, config: writes,
  }, async (request) => {
    const staff = sessions.of(request)
    const papers = request.body.papers.map(readPaperBody)
    const signed = acts.read(staff, request.body.rawTransaction)
    const hashes = papers.map(({ paper }) => hashOfPaper(paper))
    const act = papersOfAct(anchor, signed)
    checkAddress(act)
    checkPapers(vault, act, papers.map(({ paper }) => paper))
    const keep = () => {
      checkDocuments(vault, staff, papers.map(({ paper }) => paper))
      for (const { paper } of papers) checkCertificate(reader, paper)
      return putAllInOrder(vault, papers.map((given) => ({ ...given, documents: documentsOf(given.paper) })))
    }
    return toldOf(await acts.record(signed, { papers: act.papers, check: () => checkComplete(vault, act, hashes), keep }))
  })

  app.post('/desk/refs', {
    schema: {
      tags: ['desk'], summary: 'The ref of an entry to be, and the entry that has it already', body: Type.Union([OutflowRef, BankRef, VoidRef]),
      response: { 200: Type.Object({ ref: HashText, used: Type.Optional(Type.Object({ fund: Number32, number: Number32 })) }), ...problems },
    },
    config: writes,
  }, async (request) => {
    checkRole(sessions.of(request), 'ACCOUNTANT', 'APPROVER', 'CASHIER')
    const ref = refOf(vault.bookKey, lineOf(request.body), 1)
    const used = reader.outflowOfRef(ref)
    return { ref, ...(used && { used }) }
  })

  app.post('/desk/invoices', {
    schema: {
      tags: ['desk'], summary: 'The payments whose paper has an invoice number, which stands in no address and so in no log',
      body: Exactly({ number: Type.String({ minLength: 1, maxLength: 200 }) }), response: { 200: ListOf(UsedAnswer), ...problems },
    },
    config: writes,
  }, async (request) => {
    checkRole(sessions.of(request), 'ACCOUNTANT', 'APPROVER', 'AUDITOR')
    // The number stands among the private fields, of which nobody learns anything once the law has closed them.
    const open = vault.papersWith('invoice', request.body.number.trim(), 'payment').filter((hash) => vault.paperOf(hash)?.state === 'kept')
    return usersOf(reader, titles, open)
  })

  app.get('/desk/papers/:hash', {
    schema: {
      tags: ['desk'], summary: 'A paper, with its private fields for whoever may read them', params: Type.Object({ hash: HashText }),
      response: { 200: Type.Object({ state: Type.Enum(['kept', 'restricted', 'destroyed']), paper: Type.Any(), opened: Type.Optional(Type.Any()), shared: Type.Optional(Type.Any()) }), ...problems },
    },
  }, async (request) => {
    const { roles } = sessions.of(request)
    const { hash } = request.params
    const kept = vault.paperOf(hash)
    if (!kept) throw new Problem(404, 'PAPER_UNKNOWN', { zh: '凭证库里没有这份凭证。', en: 'The vault has no such paper.' })
    const opened = fieldsFor(vault, roles, hash)
    return { state: kept.state, paper: kept.paper, ...(opened && { opened, shared: sharedWith({ vault, reader, titles }, hash, kept.paper, opened) }) }
  })
}

/** Acts of which the server must see more than the papers, or of which only strangers' papers are known: where they are brought. */
const ELSEWHERE = new Map([
  ['recordInflows', '/v1/desk/gifts'], ['recordLines', '/v1/desk/bank/lines'], ['matchLines', '/v1/desk/bank/matches'],
  ['fileComplaint', '/v1/transactions'], ['reopenComplaint', '/v1/transactions'],
])

/** @throws {Problem} naming the address that takes an act. */
function checkAddress({ name }: { name: string }): void {
  const address = ELSEWHERE.get(name)
  if (address === undefined) return
  throw new Problem(422, 'ACT_ELSEWHERE', { zh: `${name} 请送到 ${address}。`, en: `${name} is brought to ${address}.` }, { address })
}

type RefBody =
  | { kind: 'Payment' | 'Refund' | 'Transfer'; fund: number; subject?: number; amount: string; title: string; payee?: string; invoice?: string; reference?: string }
  | { kind: 'Bank'; way: 'in' | 'out'; reference: string }
  | { kind: 'Void'; fund: number; inflow: number; amount: string; on: number; reference?: string }

function lineOf(body: object): string[] {
  const asked = body as RefBody
  switch (asked.kind) {
    case 'Bank':
      return lineOfBank(asked.way, asked.reference)
    case 'Void':
      return lineOfVoid(asked.fund, asked.inflow, { ...asked, amount: BigInt(asked.amount) })
    default:
      return lineOfProposal(asked.kind, asked.fund, asked.subject ?? '', { ...asked, amount: BigInt(asked.amount) })
  }
}
