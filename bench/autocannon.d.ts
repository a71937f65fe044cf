// The package has no types of its own. What load.child.ts uses of it, in milliseconds and counts.
declare module 'autocannon' {
  type Request = { method?: string; path: string; headers?: Record<string, string> }
  type Client = { setRequests(requests: readonly Request[]): void }
  type Options = { url: string; connections: number; duration: number; setupClient?(client: Client): void }
  type Result = {
    duration: number
    errors: number
    requests: { total: number }
    latency: { p50: number; p99: number }
    statusCodeStats: Record<string, { count: number }>
  }
  export default function autocannon(options: Options): Promise<Result>
}
