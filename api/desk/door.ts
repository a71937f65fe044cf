import cookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../problem.ts'

/** Makes routes those of the desk: they know cookies, what they answer is kept by no cache, and no other site may send for them. */
export async function openDoor(app: FastifyInstance): Promise<void> {
  await app.register(cookie)

  // Whatever a browser does with cookies.
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store')
    const from = request.headers['sec-fetch-site']
    if (request.method !== 'GET' && from !== undefined && from !== 'same-origin')
      throw new Problem(403, 'OTHER_SITE', { zh: '只接受本站页面发出的操作。', en: 'Only this site’s own pages may do this.' })
  })
}
