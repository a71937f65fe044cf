import http from 'node:http'
import https from 'node:https'

// A few connections stay open between requests: a new one for each would cost three times the time.
const KEEP = { keepAlive: true, maxSockets: 8 }
const WIRES = {
  'http:': { request: http.request, agent: new http.Agent(KEEP) },
  'https:': { request: https.request, agent: new https.Agent(KEEP) },
}

/** Sends JSON to a node and returns its answer's text. @throws {Error} saying why there was no answer. */
export async function postJson(url: URL, body: string, timeoutMs: number): Promise<string> {
  try {
    return await postOnce(url, body, timeoutMs)
  } catch (error) {
    // A node may close an idle connection in the moment we use it. Asking again is safe: a transaction is mined once.
    if (!(error instanceof Unanswered) || !error.onOldConnection) throw error
    return await postOnce(url, body, timeoutMs)
  }
}

function postOnce(url: URL, body: string, timeoutMs: number): Promise<string> {
  const wire = url.protocol === 'https:' ? WIRES['https:'] : WIRES['http:']
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }

  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new Unanswered(url, error, request.reusedSocket))
    const options = { method: 'POST', agent: wire.agent, headers, timeout: timeoutMs }
    const request = wire.request(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
      response.on('error', fail)
    })
    request.on('timeout', () => request.destroy(new Error(`nothing heard for ${timeoutMs} ms`)))
    request.on('error', fail)
    request.end(body)
  })
}

class Unanswered extends Error {
  readonly onOldConnection: boolean

  constructor({ origin }: URL, cause: Error, reused: boolean) {
    super(`no chain answers at ${origin}: ${cause.message || cause.name}`, { cause })
    this.onOldConnection = reused && 'code' in cause && cause.code === 'ECONNRESET'
  }
}
