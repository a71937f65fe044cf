import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.ts'

/** How many requests one visitor (an IPv4 address, an IPv6 /64) may make in a minute. Kept answers are not counted. */
export type Limits = {
  readonly reads: number; readonly proofs: number; readonly writes: number
  /** Of residents, in an hour. */
  readonly complaints?: number
}

/** Enough for a family behind one address, too few for copying the book page by page. */
export const LIMITS = { reads: 600, proofs: 60, writes: 120, complaints: 20 } satisfies Limits

/** A page loads nothing but from this server, runs no script that stands in it, and may not be framed. */
const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
  "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
].join('; ')

/**
 * The desk reads long lists in a worker, whose address a browser takes from a policy of that name alone, which is made once; and it
 * shows pictures from bytes that it has hashed, which have an address of their own.
 */
export const DESK_POLICY = POLICY.replace("trusted-types 'none'", 'trusted-types mingzhang-worker').replace("img-src 'self' data:", "img-src 'self' data: blob:")

/**
 * The headers of every answer. They are the same for all, so helmet, which works them out anew each time, would only cost.
 * Strict-Transport-Security is for the proxy that speaks TLS: a plain http://localhost must stay reachable.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** A script or style sheet opens nothing by itself: the policies of the page that loads it hold. */
const ASSET_HEADERS = {
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const

/** What programs ask for loads nothing and is framed by nobody, should somebody open it as a page. */
const API_HEADERS = { ...SECURITY_HEADERS, 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" } as const

function headersOf(url: string): Record<string, string> {
  if (url.startsWith('/assets/')) return ASSET_HEADERS
  return url.startsWith('/v1/') ? API_HEADERS : SECURITY_HEADERS
}

/** Sets the headers that keep browsers careful, and the rate limits that keep the server up. */
export async function secure(app: FastifyInstance, limits: Limits): Promise<void> {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headersOf(request.url))
    done()
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
