import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Anchor } from '../../ledger/anchor.ts'
import type { AuditBook } from '../audit.ts'
import { auditPage } from '../pages/audit.tsx'
import { complainPage } from '../pages/complain.tsx'
import { complaintPage, complaintsPage } from '../pages/complaints.tsx'
import type { Site } from '../pages/visit.ts'
import type { Book } from '../views.ts'
import { complaintOf } from './complaints.ts'
import { numberOf, sendPage, visitFor } from './pages.ts'

type Parts = { site: Site; book: Book; audit: AuditBook; anchor: Anchor }

const ROWS = 30
const OPINIONS = 20
const ERASURES = 20

/** The pages of auditors and of residents who complain. */
export const auditPages: FastifyPluginAsyncTypebox<Parts> = async (app, { site, book, audit, anchor: { chainId, contracts } }) => {
  const kept = { config: { kept: true }, schema: { hide: true } }
  const chain = { chain: String(chainId), audit: contracts.audit }

  app.get('/audit', kept, async (request, reply) => {
    const audited = { opinions: audit.opinions(OPINIONS), findings: audit.findings(), periods: audit.periods(), erasures: audit.erasures(ERASURES), funds: book.funds() }
    return sendPage(reply, visitFor(site, request), (visit) => auditPage(visit, audited))
  })

  app.get('/complain', kept, async (request, reply) => {
    const { fund, outflow } = Object(request.query) as Record<string, unknown>
    const funds = book.funds()
    const chosen = numberOf(String(fund))
    const payment = book.payment(chosen, numberOf(String(outflow)))
    const { community } = funds.find(({ number }) => number === chosen) ?? funds[0] ?? { community: 1 }
    const isVacant = !book.rights().holders.some(({ role }) => role === 'RESPONDENT')
    return sendPage(reply, visitFor(site, request), (visit) => complainPage(visit, { funds, chosen, community, isVacant, ...(payment && { payment }) }, chain))
  })

  app.get('/complaints', kept, async (request, reply) => {
    const before = numberOf(String(Object(request.query).before))
    const complaints = audit.complaints({ limit: ROWS, ...(before > 0 && { before }) })
    const last = complaints.at(-1)?.number ?? 1
    const list = { complaints, overdue: audit.overdue().length, ...(complaints.length === ROWS && last > 1 && { older: last }) }
    return sendPage(reply, visitFor(site, request), (visit) => complaintsPage(visit, list))
  })

  app.get('/complaints/:number', { ...kept, schema: { hide: true, params: Type.Object({ number: Type.String() }) } }, async (request, reply) => {
    const complaint = complaintOf(audit, numberOf(request.params.number))
    // What the key that filed it signed so far: its next act has this nonce.
    const acts = String(complaint.steps.filter(({ person }) => person === 0).length)
    return sendPage(reply, visitFor(site, request), (visit) => complaintPage(visit, complaint, { ...chain, acts, key: complaint.key }))
  })
}
