import { postJson } from './post.ts'

/** What everything above the chain speaks: plain JSON-RPC. Embedded chain and Besu look the same through it. */
export type ChainClient = { request(method: string, params?: readonly unknown[]): Promise<unknown> }

/**
 * Speaks to the node at `url` (http or https). Requests made in the same turn travel as one batch.
 *
 * @throws {RpcError} from `request` when the node answers with an error, {Error} when there is no answer at all.
 */
export function openRpcClient(url: string, { batchLimit = 100, timeoutMs = 60_000 } = {}): ChainClient {
  const node = new URL(url)
  let waiting: Waiting[] = []

  return {
    request(method, params = []) {
      return new Promise((resolve, reject) => {
        waiting.push({ method, params, resolve, reject })
        if (waiting.length === 1) queueMicrotask(send)
      })
    },
  }

  function send(): void {
    const asked = waiting
    waiting = []
    for (let at = 0; at < asked.length; at += batchLimit) void exchange(asked.slice(at, at + batchLimit))
  }

  async function exchange(batch: readonly Waiting[]): Promise<void> {
    try {
      const calls = batch.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params }))
      const text = await postJson(node, JSON.stringify(calls.length === 1 ? calls[0] : calls), timeoutMs)
      const answer = readAnswer(text, node)
      settle(batch, Array.isArray(answer) ? answer : [answer], node)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}

/** The same client without a wire, for a chain in this process. */
export function openLocalClient({ client }: { client: ChainClient }): ChainClient {
  return { request: (method, params = []) => client.request(method, params) }
}

/** A node's refusal. `code` is JSON-RPC's, `data` mostly the revert data of a contract (`0x…`). */
export class RpcError extends Error {
  override name = 'RpcError'
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

type Waiting = {
  method: string
  params: readonly unknown[]
  resolve: (result: unknown) => void
  reject: (reason: unknown) => void
}

function readAnswer(text: string, { origin }: URL): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`what answers at ${origin} is no chain: ${JSON.stringify(text.slice(0, 80))}`)
  }
}

function settle(batch: readonly Waiting[], answers: readonly unknown[], { origin }: URL): void {
  const byId = new Map<unknown, object>()
  for (const answer of answers) if (isObject(answer)) byId.set('id' in answer ? answer.id : undefined, answer)
  // A refusal of the whole request comes alone and without an id: it is everybody's.
  const common = byId.get(null)

  for (const [id, { resolve, reject }] of batch.entries()) {
    const answer = byId.get(id) ?? common
    if (answer && 'result' in answer) resolve(answer.result)
    else if (answer && 'error' in answer) reject(readError(answer.error))
    else reject(new Error(`the chain at ${origin} left a request unanswered`))
  }
}

function readError(error: unknown): RpcError {
  if (!isObject(error)) return new RpcError(-32603, 'the chain refused without a reason')
  const code = 'code' in error && typeof error.code === 'number' ? error.code : -32603
  const message = 'message' in error && typeof error.message === 'string' ? error.message : 'refused without a reason'
  return new RpcError(code, message, 'data' in error ? error.data : undefined)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
