import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.ts'

/** How many requests one visitor (an IPv4 address, an IPv6 /64) may make in a minute. Kept answers are not counted. */
export type Limits = { readonly reads: number; readonly proofs: number; readonly writes: number }

/** Enough for a family behind one address, too few for copying the book page by page. */
export const LIMITS: Limits = { reads: 600, proofs: 60, writes: 120 }

/** A page loads nothing but from this server, runs no script that stands in it, and may not be framed. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
  requireTrustedTypesFor: ["'script'"],
  trustedTypes: ["'none'"],
}

/** Sets the headers that keep browsers careful, and the rate limits that keep the server up. */
export async function secure(app: FastifyInstance, limits: Limits): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    referrerPolicy: { policy: 'no-referrer' },
    // Whether the site speaks TLS is its proxy's business; a plain http://localhost must stay reachable.
    strictTransportSecurity: false,
    xXssProtection: false,
  })
  await app.register(rateLimit, {
    max: limits.reads,
    timeWindow: '1 minute',
    cache: 20_000,
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_request, { after }) => new Problem(429, 'TOO_MANY_REQUESTS', {
      zh: `请求过于频繁，请${waitZh(after)}后再试。`,
      en: `Too many requests; please try again in ${after}.`,
    }),
  })
}

// The plug-in says "1 minute" or "42 seconds".
function waitZh(after: string): string {
  return after.replace(/ ?minutes?/, '分钟').replace(/ ?seconds?/, '秒')
}
