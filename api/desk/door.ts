import cookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import { nameAct } from '../logged.ts'
import { Problem } from '../problem.ts'
import type { Sessions } from './sessions.ts'

/**
 * Makes routes those of the desk: they know cookies, the log knows who came and what for, what they answer is kept by no cache, and no other
 * site may send for them.
 */
export async function openDoor(app: FastifyInstance, sessions: Sessions): Promise<void> {
  await app.register(cookie)
  app.addHook('preValidation', nameAct)

  // Whatever a browser does with cookies.
  app.addHook('onRequest', async (request, reply) => {
    sessions.recognize(request)
    void reply.header('cache-control', 'no-store')
    const from = request.headers['sec-fetch-site']
    if (request.method !== 'GET' && from !== undefined && from !== 'same-origin')
      throw new Problem(403, 'OTHER_SITE', { zh: '只接受本站页面发出的操作。', en: 'Only this site’s own pages may do this.' })
  })
}

/**
 * Asks of every route of the desk who is there before a byte of the body is read: strangers’ bodies would hold the event loop and
 * fill the memory. After the limits, which count strangers too. Only a route that says `stranger` is for those who have not signed in.
 */
export function keepStrangersOut(app: FastifyInstance, sessions: Sessions): void {
  app.addHook('preParsing', async (request) => {
    if (!request.routeOptions.config.stranger) sessions.of(request)
  })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether those who have not signed in may send something here, which is then short (`SHORT_BYTES`). */
    stranger?: boolean
  }
}

/** The longest that anybody sends who has not signed in. */
export const SHORT_BYTES = 16 * 1024
