import { readFileSync } from 'node:fs'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { ChainClient } from '../chain/client.ts'
import type { Anchor } from '../ledger/anchor.ts'
import type { Words } from '../ledger/words.ts'
import type { Reader } from '../indexer/read.ts'
import type { Prover } from '../proof/prove/trace.ts'
import { openAuditBook, type Clock } from './audit.ts'
import { openBook } from './book.ts'
import { deliver } from './delivery.ts'
import { proveCarefully } from './evidence.ts'
import { openMonths } from './months.ts'
import { bundleAssets } from './pages/bundle.ts'
import type { Sealing } from './pages/home.tsx'
import type { Matrix } from './pages/rights.tsx'
import type { Site } from './pages/visit.ts'
import { logFault, nothingHere, Problem, problemOf, sendProblem } from './problem.ts'
import { auditPages } from './routes/auditPages.ts'
import { bank } from './routes/bank.ts'
import { bundles } from './routes/bundles.ts'
import { openActs } from './desk/acts.ts'
import type { AskVault } from './desk/asks.ts'
import { keepStrangersOut } from './desk/door.ts'
import { openSessions } from './desk/sessions.ts'
import type { DocumentStore } from './desk/documents.ts'
import { desk, type DeskVault } from './routes/desk.ts'
import { deskAsks } from './routes/deskAsks.ts'
import { deskBank } from './routes/deskBank.ts'
import { deskDocuments } from './routes/deskDocuments.ts'
import { deskBooks } from './routes/deskBooks.ts'
import { complaints } from './routes/complaints.ts'
import { describe, showDocs } from './routes/docs.ts'
import { funds } from './routes/funds.ts'
import { journal } from './routes/journal.ts'
import { measure, operations } from './routes/operations.ts'
import { pages, sendProblemPage } from './routes/pages.ts'
import { papers, type PaperStore } from './routes/papers.ts'
import { seals, type SealedBlock, type SealStore } from './routes/seals.ts'
import { traces, type GiftStore } from './routes/traces.ts'
import { transactions } from './routes/transactions.ts'
import { openSealedHead } from './sealed.ts'
import { LIMITS, secure, type Limits } from './security.ts'
import { validate } from './validation.ts'

/** What the server is made of. It holds no key and opens nothing by itself: whoever starts it hands in all it needs. */
export type Parts = {
  readonly reader: Reader
  readonly vault: PaperStore & GiftStore & DeskVault & AskVault & DocumentStore
  readonly client: ChainClient
  readonly anchor: Anchor
  readonly seals: SealStore
  readonly prover: Prover
  readonly settings: Settings
  /** What time it is, by which answers are overdue; for tests. */
  readonly now?: Clock
  /** Absent: silent. */
  readonly log?: FastifyBaseLogger
}

export type Settings = {
  /** Where people reach the pages, as it stands in links and QR codes. */
  readonly publicUrl: string
  readonly demo: boolean
  /** The charity whose book it is, and the community whose funds it shows. */
  readonly book: Words
  readonly community: Words
  /** Addresses of the sealers that whoever runs this server runs as well. */
  readonly ownSealers: readonly string[]
  readonly limits?: Limits
  /** Addresses of the proxies in front that are believed when they name the visitor's address (`X-Forwarded-For`). */
  readonly trustProxy?: readonly string[]
}

/** Assembles the server; it does not listen yet. */
export async function buildApp(parts: Parts): Promise<FastifyInstance> {
  const { reader, vault, client, anchor, settings } = parts
  const book = openBook(reader, vault)
  const audit = openAuditBook(reader, vault, parts.now)
  const { chainId, contracts } = anchor
  const limits = settings.limits ?? LIMITS
  const site: Site = { ...settings, id: ++sites, assets: await bundleAssets() }
  const app = openApp(parts, site)
  const { now = () => Date.now() / 1000 } = parts
  const acts = openActs({ client, anchor, reader, vault })
  const sessions = openSessions({ reader, publicUrl: settings.publicUrl, chainId, now })

  const sealed = newestSealed(parts)
  const sealedHead = openSealedHead(parts, sealed)
  const sealing = async (): Promise<Sealing> => {
    const newest = await sealedHead()
    return { anchor, own: settings.ownSealers, ...(newest && { newest }) }
  }
  // One more witness of the same block changes what pages say, too.
  const stampOfSeals = () => {
    const number = sealed()?.number ?? -1
    return `${number}.${parts.seals.list({ from: Math.max(0, number), limit: 500 }).length}`
  }

  // Before everything else: a kept answer needs nothing of what follows.
  deliver(app, () => `${book.version()} ${vault.version()} ${stampOfSeals()} ${audit.stamp()}`)
  await secure(app, limits)
  answerNothing(app, site)
  await describe(app, settings.publicUrl)
  const figures = measure(app, () => book.head(), () => sealed()?.number)
  await app.register(operations, { headOf: () => book.head(), client, figures })
  await app.register(async (v1) => {
    await v1.register(funds, { book })
    await v1.register(bank, { bank: book.bank })
    await v1.register(traces, { book, vault, prove: proveCarefully(parts), sealed, anchor, limits })
    await v1.register(journal, { client, anchor, sealedHead, own: settings.ownSealers })
    await v1.register(seals, { seals: parts.seals, anchor, client, limits })
    await v1.register(bundles, { book, audit, vault, client, anchor, sealed, limits })
    await v1.register(transactions, { reader, client, chainId, contracts, limits })
    await v1.register(complaints, { audit, vault, limits })
    await v1.register(async (office) => {
      keepStrangersOut(office, sessions)
      await office.register(desk, { ...parts, acts, book, audit, sessions, now, limits })
      await office.register(deskBank, { reader, vault, acts, book, sessions, limits })
      await office.register(deskDocuments, { reader, vault, sessions, limits })
      await office.register(deskBooks, { reader, vault, book, audit, sessions, matrix: readMatrix(), now })
      await office.register(deskAsks, { reader, vault, book, sessions, now, limits })
    })
    await v1.register(papers, { reader, vault, client, chainId, contracts, limits })
  }, { prefix: '/v1' })
  await app.register(auditPages, { site, book, audit, anchor })
  await app.register(pages, { site, book, audit, vault, anchor, matrix: readMatrix(), sealing, own: settings.ownSealers, months: openMonths({ reader, book, audit, now }) })
  await showDocs(app)
  return app
}

let sites = 0

/** Which block is proven: the newest that a quorum of witnesses sealed. A QBFT block carries its validators' seals itself. */
function newestSealed({ reader, anchor, seals }: Parts): () => SealedBlock | undefined {
  const { sealing, quorum } = anchor
  const sealers = anchor.sealers.map(({ address }) => address)
  return () => {
    if (sealing === 'witness') return seals.newestSealed({ sealers, quorum })
    const head = reader.head()
    return head && { number: head.block, blockHash: head.hash, seals: [] }
  }
}

/** Fastify with our limits, our answers to what goes wrong, and a log without visitors in it. */
function openApp({ settings, log }: Parts, site: Site): FastifyInstance {
  const app = Fastify({
    ...(log ? { loggerInstance: log } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: settings.trustProxy?.length ? [...settings.trustProxy] : false,
    bodyLimit: 64 * 1024,
    // A photograph of 20 MB over a slow line needs so long; whoever dawdles with the first lines has no photograph.
    requestTimeout: 120_000,
    http: { headersTimeout: 30_000 },
    connectionTimeout: 60_000,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, problemOf(error)),
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(validate)

  app.setErrorHandler<FastifyError | Problem>((error, request, reply) => {
    const problem = problemOf(error)
    if (problem.status === 500) logFault(request, error)
    return isPage(request.url) ? sendProblemPage(reply, request, site, problem) : sendProblem(reply, problem)
  })
  // The route's pattern, not the address: a donor's code in a log would be a donor's visit in a log. Who and what: api/logged.ts.
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions: { url: route = 'none' }, person, act, code } = request
    request.log.info({ method, route, person, act, status: reply.raw.statusCode, code, ms: Math.round(reply.elapsedTime) }, 'answered')
    done()
  })
  return app as unknown as FastifyInstance
}

/** Says that there is nothing at an address. This is no route, so its limit is not the plug-in's doing. */
function answerNothing(app: FastifyInstance, site: Site): void {
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) =>
    isPage(request.url) ? sendProblemPage(reply, request, site, nothingHere()) : sendProblem(reply, nothingHere()))
}

/** Whether somebody looks at a page there; programs get JSON. */
function isPage(url: string): boolean {
  return !/^\/(v1|openapi\.json|healthz|readyz|metrics|docs|assets)\b/.test(url)
}

function readMatrix(): Matrix {
  return JSON.parse(readFileSync(new URL('../contracts/roles.json', import.meta.url), 'utf8')) as Matrix
}
