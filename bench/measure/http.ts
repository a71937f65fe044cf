import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRpcServer } from '../../chain/rpc.ts'
import { openSeals } from '../../chain/seals.ts'
import { formatAnchor } from '../../ledger/anchor.ts'
import { sealPaper } from '../../ledger/papers.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { creditBatches } from '../credits.ts'
import { sealsOfHead } from '../evidence.ts'
import { medianOf, timed, type Figure } from '../figures.ts'
import type { Load, Loaded } from '../load.child.ts'
import { MASTER_KEY, type Served } from '../serve.child.ts'
import { openPaid, type OpenedBook } from './proof.ts'

const RPC_PORT = 18_700
const APP_PORT = 18_701
const HELLO_PORT = 18_702
const CONNECTIONS = 50
const SECONDS = 4
const ROUNDS = 3

/** More codes than the server keeps answers for, so that going round them finds none kept; and few enough to be kept. */
const MANY = 20_000
const FEW = 500

/** What a browser says it can read. */
const HEADERS = { 'accept-encoding': 'gzip, deflate, br' }

/** Serves the paid book to 50 connections: a donor's trace and page, each new, and again when nothing has changed. */
export async function measureHttp(folder: string): Promise<Figure[]> {
  const book = await openPaid(folder)
  const codes = await keepFiles(book, folder)
  const rpc = await openRpcServer(book.chain.client, RPC_PORT)
  const server = forked('serve.child.ts')
  server.send({ folder, rpcUrl: rpc.url, port: APP_PORT, helloPort: HELLO_PORT } satisfies Served)
  await once(server, 'message')
  const asker: Asker = { server, loader: forked('load.child.ts') }

  const figures: Figure[] = []
  try {
    for (const { title, path } of [{ title: 'GET /v1/trace/{code}', path: '/v1/trace/' }, { title: 'the page /t/{code}', path: '/t/' }]) {
      const few = codes.slice(0, FEW).map((code) => ({ path: path + code, headers: HEADERS }))
      const visits = [
        { when: 'every code new', status: '200', leastRatio: 0.15, mostMs: 25, requests: codes.map((code) => ({ path: path + code, headers: HEADERS })) },
        { when: 'book unmoved, answer kept', status: '200', leastRatio: 0.6, requests: few },
        { when: 'book unmoved, visitor has it (304)', status: '304', leastRatio: 0.6, requests: () => withTags(few) },
      ]
      for (const { when, status, leastRatio, mostMs, requests } of visits) {
        const load = loadOf(APP_PORT, typeof requests === 'function' ? await requests() : requests)
        const { asked, floor } = await alternate(asker, load, status)
        figures.push(...figuresOf(`${title}, ${when}`, asked, floor, { leastRatio, mostMs }))
      }
    }
  } finally {
    asker.loader.kill()
    server.kill()
  }
  await rpc.close()
  book.reader.close()
  await book.chain.close()
  return figures
}

/** The server, and who asks it, each in a process of its own. */
type Asker = { readonly server: ChildProcess; readonly loader: ChildProcess }

function forked(child: string): ChildProcess {
  return fork(join(import.meta.dirname, '..', child), [], { execArgv: ['--import', 'tsx'] })
}

function loadOf(port: number, requests: Load['requests']): Load {
  return { url: `http://127.0.0.1:${port}`, connections: CONNECTIONS, seconds: SECONDS, requests }
}

type Promised = { readonly leastRatio: number; readonly mostMs: number | undefined }

function figuresOf(what: string, asked: Asked, floor: Asked, { leastRatio, mostMs }: Promised): Figure[] {
  const worked = `the server's thread worked ${Math.round(100 * asked.busy)} % of the time, the bare one ${Math.round(100 * floor.busy)} %`
  return [
    {
      what, figure: asked.rate, unit: '/s', floor: floor.rate, target: { leastRatio },
      limit: `${limitOf(asked.busy)}: ${worked}. p50 ${asked.p50} ms; bare Fastify: p50 ${floor.p50}, p99 ${floor.p99} ms`,
    },
    {
      what: `${what}: for a second of the thread`, figure: asked.rate / asked.busy, unit: '/s', floor: floor.rate / floor.busy,
      limit: 'what one thread would do if whoever asks, on the same two processors, were never the limit',
    },
    {
      what: `${what}: p99`, figure: asked.p99, unit: 'ms', ...(mostMs !== undefined && { target: { most: mostMs } }),
      limit: '50 connections wait for one thread',
    },
  ]
}

function limitOf(busy: number): string {
  return busy > 0.85 ? 'one thread' : 'who asks, or others on the processor'
}

/** Writes what the server reads: gifts with their links, the seals of the head, the anchor. Gives the gifts' codes. */
async function keepFiles({ chain, anchor }: OpenedBook, folder: string): Promise<string[]> {
  const seals = await openSeals(emptied(join(folder, 'seals.jsonl')))
  for (const seal of sealsOfHead({ chain, anchor })) await seals.add(seal)
  writeFileSync(join(folder, 'anchor.json'), formatAnchor(anchor))
  const vault = openVault({ folder: emptied(join(folder, 'vault')), masterKey: MASTER_KEY })
  const codes = keepGifts(vault, MANY)
  vault.close()
  return codes
}

/** Codes of the first credits, which one payment spent. */
function keepGifts(vault: Vault, count: number): string[] {
  const random = (length: number) => new Uint8Array(randomBytes(length))
  const gifts = creditBatches().flatMap(({ inflows }) => inflows).slice(0, count).map(({ ref }, index) => {
    const draft = { kind: 'gift', public: { title: '捐款' }, private: { donor: `捐款人${index}`, bankLine: `line ${index}` } }
    return { ...sealPaper(draft, random), fund: 1, ref }
  })
  const kept = Array.from({ length: Math.ceil(count / 500) }, (_, at) => vault.putGifts(gifts.slice(500 * at, 500 * (at + 1))))
  return kept.flat().flatMap(({ link }) => (link ? [link.code] : []))
}

/** One after the other, since a machine is faster at one time than at another. */
async function alternate(asker: Asker, load: Load, status: string): Promise<{ asked: Asked; floor: Asked }> {
  const floorLoad = loadOf(HELLO_PORT, [{ path: '/hello' }])
  const asked: Asked[] = []
  const floor: Asked[] = []
  await askFor(asker, { ...load, seconds: 1 })
  for (let round = 0; round < ROUNDS; round++) {
    floor.push(await askFor(asker, floorLoad))
    asked.push(await askFor(asker, load))
  }
  const strange = asked.flatMap(({ statuses }) => Object.keys(statuses)).find((found) => found !== status)
  if (strange) throw new Error(`${load.requests[0]?.path} was answered with ${strange} instead of ${status}`)
  return { asked: middleOf(asked), floor: middleOf(floor) }
}

function middleOf(loads: readonly Asked[]): Asked {
  const median = (field: 'rate' | 'p50' | 'p99' | 'busy') => medianOf(loads.map((load) => load[field]))
  return { rate: median('rate'), p50: median('p50'), p99: median('p99'), busy: median('busy'), statuses: {} }
}

async function askFor({ server, loader }: Asker, load: Load): Promise<Asked> {
  const before = await workedSoFar(server)
  const { seconds, result } = await timed(() => loadedBy(loader, load))
  return { ...result, busy: (await workedSoFar(server) - before) / seconds }
}

async function workedSoFar(server: ChildProcess): Promise<number> {
  server.send('how long')
  const [seconds] = await once(server, 'message') as [number]
  return seconds
}

function loadedBy(loader: ChildProcess, load: Load): Promise<Loaded> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the load came to an end'))
    loader.once('exit', ended)
    loader.once('message', (loaded) => {
      loader.off('exit', ended)
      resolve(loaded as Loaded)
    })
    loader.send(load)
  })
}

/** `busy` is the share of the time in which the server's main thread worked. */
type Asked = Loaded & { readonly busy: number }

type Request = { path: string; headers: Record<string, string> }

/** The same requests as a browser makes them that was here before. */
async function withTags(requests: readonly Request[]): Promise<Request[]> {
  return await Promise.all(requests.map(async ({ path, headers }) => {
    const answer = await fetch(`http://127.0.0.1:${APP_PORT}${path}`, { headers })
    await answer.arrayBuffer()
    return { path, headers: { ...headers, 'if-none-match': answer.headers.get('etag') ?? '' } }
  }))
}

function emptied(place: string): string {
  if (existsSync(place)) rmSync(place, { recursive: true })
  return place
}
