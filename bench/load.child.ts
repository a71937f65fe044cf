import autocannon from 'autocannon'

/** What to ask for: each connection goes round its own share of the requests. */
export type Load = {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  readonly requests: readonly { readonly path: string; readonly headers?: Record<string, string> }[]
}

/** Answers a second, milliseconds, and how many answers had which status. */
export type Loaded = { readonly rate: number; readonly p50: number; readonly p99: number; readonly statuses: Record<string, number> }

// Asks a server from a process of its own, so that asking and answering do not share one thread.
process.on('message', (load: Load) => void run(load))

async function run({ url, connections, seconds, requests }: Load): Promise<void> {
  let connection = 0
  const result = await autocannon({
    url, connections, duration: seconds,
    setupClient(client) {
      const share = connection++ % Math.min(connections, requests.length)
      client.setRequests(requests.filter((_, index) => index % connections === share))
    },
  })
  const statuses = Object.fromEntries(Object.entries(result.statusCodeStats).map(([status, { count }]) => [status, count]))
  const { p50, p99 } = result.latency
  process.send?.({ rate: result.requests.total / result.duration, p50, p99, statuses } satisfies Loaded)
}
