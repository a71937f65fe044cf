import { type ChainClient } from './client.ts'
import { type BlockSeal } from './seals.ts'
import { type Server } from './watched.ts'

/** One answer: a page of the journal is a megabyte and one entry at most. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024
const TIMEOUT_MS = 30_000

/**
 * A book's server as a witness elsewhere sees it, through its public addresses below `url`. The chain's own RPC answers only
 * on its machine.
 */
export function openServer(url: string): Server {
  const base = url.replace(/\/+$/, '')
  return {
    name: base,
    chain: openPublicClient(base),
    async post(seal: BlockSeal) {
      await fetchJson(`${base}/v1/seals`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(seal) })
    },
    sealsFrom: (number) => fetchJson(`${base}/v1/seals?from=${number}&limit=100`),
  }
}

/** Answers the four methods that a witness asks. Headers asked for in the same turn are one request. */
function openPublicClient(base: string): ChainClient {
  let page: { from: number; to: number; headers: Promise<Map<number, unknown>> } | undefined

  return {
    async request(method, params = []) {
      switch (method) {
        case 'mz_journal': return await fetchJson(`${base}/v1/journal?from=${Number(params[0])}&limit=${Number(params[1])}`)
        case 'eth_blockNumber': return Object(await fetchJson(`${base}/v1/head`)).number
        case 'eth_chainId': return Object(await fetchJson(`${base}/v1/head`)).chainId
        case 'eth_getBlockByNumber': return await header(Number(params[0]))
        default: throw new RangeError(`a book's server does not answer ${method}`)
      }
    },
  }

  async function header(number: number): Promise<unknown> {
    const asked = page && number === page.to + 1 ? page : { from: number, to: number, headers: headersSoon() }
    asked.to = number
    page = asked
    return (await asked.headers).get(number)

    async function headersSoon(): Promise<Map<number, unknown>> {
      await Promise.resolve()
      const { from, to } = asked
      page = undefined
      const headers = await fetchJson(`${base}/v1/headers?from=${from}&limit=${to - from + 1}`)
      if (!Array.isArray(headers)) throw new Error(`what answers at ${base} is no book`)
      return new Map(headers.map((header, at) => [from + at, header]))
    }
  }
}

async function fetchJson(url: string, request: RequestInit = {}): Promise<unknown> {
  const { origin, pathname } = new URL(url)
  const response = await fetch(url, { ...request, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message || error.cause.name : String(error)
    throw new Error(`no server answers at ${origin}: ${cause}`)
  })
  const text = await textOf(response)
  const answer = parse(text)
  if (response.ok && answer !== undefined) return answer
  const { code, zh, message } = Object(answer)
  const said = typeof message === 'string' ? `${String(code)}: ${String(zh)} ${message}` : `${response.status}`
  throw new Error(`${origin}${pathname} answers ${said.slice(0, 500)}`)
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) throw new Error(`the answer of ${new URL(response.url).origin} is too long`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
