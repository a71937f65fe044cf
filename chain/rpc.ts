import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { RpcError, type ChainClient } from './client.ts'
import { ChainStopped } from './embedded.ts'
import { isHeavy } from './methods.ts'

/** The largest signed transaction in hexadecimal, and room for a batch of smaller ones. */
const MAX_BODY_BYTES = 4 * 1024 * 1024

/** Requests in one batch. */
const MAX_BATCH = 100

/** Those of them that are heavy: no transaction is mined while they are answered. */
const MAX_HEAVY = 20

/** The chain's door on this machine. */
export type RpcServer = { url: string; port: number; close(): Promise<void> }

/**
 * Answers JSON-RPC on the loopback address, so that wallets and tools find a node. Port 0 takes a free one.
 *
 * A web page open on this machine can send requests here too. It cannot set the content type without asking first, and
 * a name it has pointed at 127.0.0.1 shows in the Host header: both are refused.
 */
export async function openRpcServer(client: ChainClient, port: number): Promise<RpcServer> {
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => void answer(client, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const taken = typeof address === 'object' && address ? address.port : port

  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    async close() {
      server.closeIdleConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(client: ChainClient, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    checkCaller(request)
    const body = readJson(await bodyOf(request))
    write(response, 200, Array.isArray(body) ? await answerBatch(client, body) : await answerCall(client, body))
  } catch (error) {
    // Neither yes nor no would be true.
    if (error instanceof ChainStopped) return void response.destroy()
    const refusal = error instanceof Refusal ? error : new Refusal(500, -32603, 'the chain could not answer')
    request.resume()
    write(response, refusal.status, failure(null, refusal))
  }
}

function checkCaller({ method, headers, socket }: IncomingMessage): void {
  const port = socket.localPort
  const here = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]
  if (!here.includes(headers.host?.toLowerCase() ?? ''))
    throw new Refusal(403, -32600, 'this chain answers only to the name of this machine')
  if (method !== 'POST') throw new Refusal(405, -32600, 'JSON-RPC is asked by POST')
  if (headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw new Refusal(415, -32600, 'JSON-RPC is asked in application/json')
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  // Left open when it is too long: who still sends could not read the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw new Refusal(413, -32600, `a request has ${MAX_BODY_BYTES} bytes at most`)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, -32700, 'the request is not JSON')
  }
}

async function answerBatch(client: ChainClient, calls: readonly unknown[]): Promise<object[]> {
  if (calls.length === 0) throw new Refusal(400, -32600, 'an empty batch asks nothing')
  if (calls.length > MAX_BATCH) throw new Refusal(400, -32600, `a batch has ${MAX_BATCH} requests at most`)
  if (calls.filter((call) => isHeavy(Object(call).method)).length > MAX_HEAVY)
    throw new Refusal(400, -32600, `a batch has ${MAX_HEAVY} requests at most for calls, logs, proofs and the journal`)
  return await Promise.all(calls.map((call) => answerCall(client, call)))
}

async function answerCall(client: ChainClient, call: unknown): Promise<object> {
  const id = idOf(call)
  try {
    const { method, params } = readCall(call)
    return { jsonrpc: '2.0', id, result: await client.request(method, params) }
  } catch (error) {
    if (error instanceof ChainStopped) throw error
    return failure(id, error)
  }
}

function readCall(call: unknown): { method: string; params: unknown[] } {
  if (typeof call !== 'object' || call === null || !('method' in call) || typeof call.method !== 'string')
    throw new RpcError(-32600, 'a request names its method')
  if (idOf(call) === null) throw new RpcError(-32600, 'a request has an id, a number or a text')
  const params = 'params' in call ? call.params : []
  if (!Array.isArray(params)) throw new RpcError(-32602, 'parameters are given as a list')
  return { method: call.method, params }
}

function idOf(call: unknown): string | number | null {
  if (typeof call !== 'object' || call === null || !('id' in call)) return null
  return typeof call.id === 'string' || typeof call.id === 'number' ? call.id : null
}

// What is no RpcError is our own fault: the caller learns nothing from it.
function failure(id: string | number | null, error: unknown): object {
  if (!(error instanceof RpcError)) return failure(id, new RpcError(-32603, 'the chain could not answer'))
  const { code, message, data } = error
  return { jsonrpc: '2.0', id, error: data === undefined ? { code, message } : { code, message, data } }
}

function write(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** Refuses the whole request, before any method is looked at. */
class Refusal extends RpcError {
  readonly status: number

  constructor(status: number, code: number, message: string) {
    super(code, message)
    this.status = status
  }
}
