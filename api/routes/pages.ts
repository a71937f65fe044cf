import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toString as drawQr } from 'qrcode'
import type { Anchor } from '../../ledger/anchor.ts'
import { splitLink } from '../../ledger/code.ts'
import { parseDay } from '../../ledger/day.ts'
import { SOURCES, type Source } from '../../ledger/words.ts'
import type { AuditBook } from '../audit.ts'
import { encodingOf } from '../delivery.ts'
import type { Months } from '../months.ts'
import { bankPage } from '../pages/bank.tsx'
import { deskPage } from '../pages/desk.tsx'
import { donorPage, type Donor } from '../pages/donor.tsx'
import { fundPage, type Filter } from '../pages/fund.tsx'
import { guidePage } from '../pages/guide.tsx'
import { homePage, type Sealing } from '../pages/home.tsx'
import { noticePage } from '../pages/notice.tsx'
import { paymentPage } from '../pages/payment.tsx'
import { problemPage } from '../pages/problem.tsx'
import { rightsPage, type Matrix } from '../pages/rights.tsx'
import { renderPage, type Page } from '../pages/shell.tsx'
import { verifierPage } from '../pages/verifier.ts'
import { visitOf, type Site, type Visit } from '../pages/visit.ts'
import { Problem } from '../problem.ts'
import { DESK_POLICY } from '../security.ts'
import type { Book } from '../views.ts'
import { accountOf } from './bank.ts'
import { fundOf, paymentUnknown } from './funds.ts'
import { codeOf, giftOf, notRecorded, type Gift, type GiftStore } from './traces.ts'

type Parts = {
  site: Site
  book: Book
  audit: AuditBook
  vault: GiftStore
  anchor: Anchor
  matrix: Matrix
  sealing: () => Promise<Sealing>
  own: readonly string[]
  months: Months
}

const Numbered = Type.Object({ fund: Type.String(), number: Type.Optional(Type.String()) })
const Coded = Type.Object({ code: Type.String() })

/** Lists on pages are shorter than the API's: a phone shows ten rows at once. */
const ROWS = 30
const FEW = 10

/**
 * The pages. Unlike the API they overlook query fields that they do not know: whoever passes a link on adds some, WeChat for one.
 */
export const pages: FastifyPluginAsyncTypebox<Parts> = async (app, { site, book, audit, vault, anchor, matrix, sealing, own, months }) => {
  const kept = { config: { kept: true }, schema: { hide: true } }

  app.get('/', kept, async (request, reply) => {
    const home = { funds: book.funds(), flow: book.flow(), latest: book.latest(12), head: book.head(), sealing: await sealing(), bank: book.bank }
    return answer(reply, request, (visit) => homePage(visit, home))
  })

  app.get('/f/:fund', { ...kept, schema: { hide: true, params: Numbered } }, async (request, reply) => {
    const fund = fundOf(book, numberOf(request.params.fund))
    const query = filterOf(request.query)
    const limitOf = (show: string) => (query.show === 'all' ? { limit: show === 'payments' ? ROWS : FEW } : { limit: ROWS })
    const payments = book.payments(fund.number, { ...query, ...limitOf('payments') })
    const inflows = book.inflows(fund.number, { ...query, ...limitOf('inflows') })
    const overdue = audit.overdue().filter((one) => one.fund === fund.number).map(({ number }) => number)
    return answer(reply, request, (visit) => fundPage(visit, { fund, payments, inflows, query, bank: book.bank, overdue }))
  })

  app.get('/p/:fund/:number', { ...kept, schema: { hide: true, params: Numbered } }, async (request, reply) => {
    const fund = fundOf(book, numberOf(request.params.fund))
    const number = numberOf(request.params.number)
    const payment = book.payment(fund.number, number)
    if (!payment) throw paymentUnknown(fund.number, number)
    return answer(reply, request, (visit) => paymentPage(visit, fund, payment, audit.complaintsOf(fund.number, number)))
  })

  app.get('/bank', kept, async (request, reply) => {
    const { account: asked, before: below } = Object(request.query) as Record<string, unknown>
    const accounts = book.bank.accounts()
    const account = asked === undefined ? accounts[0] : accountOf(book.bank, numberOf(String(asked)))
    const before = numberOf(String(below))
    const lines = account ? book.bank.lines(account.number, { limit: ROWS, ...(before > 0 && { before }) }) : []
    const bank = { accounts, traceability: book.bank.traceability(), lines, isNewest: before === 0, ...(account && { account }) }
    return answer(reply, request, (visit) => bankPage(visit, bank))
  })

  app.get('/t', { schema: { hide: true } }, async (request, reply) => {
    const code = codeOf(splitLink(String(Object(request.query).code ?? '')).code)
    return reply.redirect(visitFor(site, request).href(`/t/${code}`), 303)
  })

  app.get('/t/:code', { ...kept, schema: { hide: true, params: Coded } }, async (request, reply) => {
    const code = codeOf(request.params.code)
    const gift = giftOf(vault, code)
    const found = traceOrContradiction(gift)
    if ('problem' in found) void reply.code(found.problem.status).header('cache-control', 'no-store')
    return answer(reply, request, (visit) => donorPage(visit, { code, found, state: gift.state, own }))
  })

  app.get('/t/:code/qr.svg', { ...kept, schema: { hide: true, params: Coded } }, async (request, reply) => {
    const code = codeOf(request.params.code)
    const svg = await drawQr(`${site.publicUrl}/t/${code}`, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' })
    return reply.type('image/svg+xml').send(svg)
  })

  app.get('/notice', kept, async (request, reply) => {
    const month = months.of(String(Object(request.query).month))
    const notice = { funds: book.funds(), head: book.head(), sealing: await sealing(), months: months.all(), ...(month && { month }) }
    return answer(reply, request, (visit) => noticePage(visit, notice))
  })

  app.get('/qr.svg', kept, async (_request, reply) =>
    reply.type('image/svg+xml').send(await drawQr(`${site.publicUrl}/`, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' })))

  app.get('/rights', kept, async (request, reply) => answer(reply, request, (visit) => rightsPage(visit, matrix, book.rights())))
  // To be kept and carried away: opened here it would be no more than another of this server's pages.
  app.get('/verify.html', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-disposition', 'attachment; filename="verify.html"').send(await verifierPage()))
  for (const place of ['/desk', '/desk/*'])
    app.get(place, kept, async (request, reply) => sendPage(reply.header('content-security-policy', DESK_POLICY), visitFor(site, request), (visit) => deskPage(visit, anchor)))
  app.get('/check', kept, async (request, reply) => answer(reply, request, (visit) => guidePage(visit, anchor)))

  for (const asset of site.assets.all)
    app.get(asset.path, { schema: { hide: true } }, async (request, reply) => {
      const encoding = encodingOf(request)
      const bodies = { br: asset.brotli, gzip: asset.gzip, identity: asset.body }
      void reply.type(asset.type).header('cache-control', 'public, max-age=31536000, immutable').header('vary', 'accept-encoding')
      if (encoding !== 'identity') void reply.header('content-encoding', encoding)
      return reply.send(bodies[encoding])
    })

  /** A proof needs no mirror: where that contradicts itself, the page can still tell what is proven. */
  function traceOrContradiction({ fund, ref }: Gift): Donor['found'] {
    try {
      const trace = book.traceOfRef(fund, ref)
      if (!trace) throw notRecorded()
      return { trace }
    } catch (error) {
      if (error instanceof Problem && error.code === 'MIRROR_CONTRADICTS') return { problem: error }
      throw error
    }
  }

  function answer(reply: FastifyReply, request: FastifyRequest, pageOf: (visit: Visit) => Page): FastifyReply {
    return sendPage(reply, visitFor(site, request), pageOf)
  }
}

/** Sends a problem as a page. */
export function sendProblemPage(reply: FastifyReply, request: FastifyRequest, site: Site, problem: Problem): FastifyReply {
  void reply.code(problem.status).header('cache-control', 'no-store')
  return sendPage(reply, visitFor(site, request), (visit) => problemPage(visit, problem))
}

/** Sends a page. */
export function sendPage(reply: FastifyReply, visit: Visit, pageOf: (visit: Visit) => Page): FastifyReply {
  return reply.sendText('text/html; charset=utf-8', renderPage(visit, pageOf(visit)))
}

/** The visit that a request makes. */
export function visitFor(site: Site, request: FastifyRequest): Visit {
  const [path = '/', query = ''] = request.url.split('?')
  // A link to //host, or to /\host, would lead to another site.
  return visitOf(site, path.replace(/^[/\\]+/, '/'), /(?:^|&)lang=en(?:&|$)/.test(query) ? 'en' : 'zh')
}

/** A number in an address; 0, which no entry has, for whatever is none. */
export function numberOf(text: string | undefined): number {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0
}

/** What a form sent; what makes no sense is overlooked, as an empty field is. */
function filterOf(input: unknown): Filter {
  const { show, before, from, to, source } = Object(input) as Record<string, unknown>
  return {
    limit: ROWS,
    show: show === 'payments' || show === 'inflows' ? show : 'all',
    ...(numberOf(String(before)) > 0 && { before: numberOf(String(before)) }),
    ...(isDate(from) && { from }),
    ...(isDate(to) && { to }),
    ...(isSource(source) && { source }),
  }
}

function isDate(value: unknown): value is string {
  if (typeof value !== 'string') return false
  try {
    return parseDay(value) >= 0
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function isSource(value: unknown): value is Source {
  return SOURCES.slice(1).some((source) => source === value)
}
