import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import { buildApp } from '../../api/app.ts'
import { openSeals } from '../../chain/seals.ts'
import { sealPaper } from '../../ledger/papers.ts'
import { openProver } from '../../proof/prove/trace.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { creditBatches } from '../credits.ts'
import { sealsOfHead } from '../evidence.ts'
import { medianOf, timed, type Figure } from '../figures.ts'
import type { Load, Loaded } from '../load.child.ts'
import { openPaid, type OpenedBook } from './proof.ts'

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
  const vault = openVault({ folder: emptied(join(folder, 'vault')), masterKey: new Uint8Array(32).fill(9) })
  const codes = keepGifts(vault, MANY)
  const app = await serve(book, vault, folder)
  const hello = Fastify()
  hello.get('/hello', () => ({ hello: 'world' }))
  await hello.listen({ port: HELLO_PORT })
  const helloLoad = { url: `http://127.0.0.1:${HELLO_PORT}`, connections: CONNECTIONS, seconds: SECONDS, requests: [{ path: '/hello' }] }

  const loader = fork(join(import.meta.dirname, '..', 'load.child.ts'), [], { execArgv: ['--import', 'tsx'] })
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
        const load = { ...helloLoad, url: `http://127.0.0.1:${APP_PORT}`, requests: typeof requests === 'function' ? await requests() : requests }
        const { asked, floor } = await alternate(loader, load, helloLoad, status)
        figures.push(...figuresOf(`${title}, ${when}`, asked, floor, { leastRatio, mostMs }))
      }
    }
  } finally {
    loader.kill()
  }
  await Promise.all([app.close(), hello.close()])
  vault.close()
  book.reader.close()
  await book.chain.close()
  return figures
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
      what: `${what}: p99`, figure: asked.p99, unit: 'ms', ...(mostMs !== undefined && { target: { most: mostMs } }),
      limit: '50 connections wait for one thread',
    },
  ]
}

function limitOf(busy: number): string {
  return busy > 0.85 ? 'one thread' : 'who asks, or others on the processor'
}

async function serve({ chain, anchor, reader }: OpenedBook, vault: Vault, folder: string) {
  const file = join(folder, 'seals.jsonl')
  rmSync(file, { force: true })
  const seals = await openSeals(file)
  for (const seal of sealsOfHead({ chain, anchor })) await seals.add(seal)
  const names = { zh: '测量用账本', en: 'Measured book' }
  const everything = { reads: 1e9, proofs: 1e9, writes: 1e9 }
  const app = await buildApp({
    reader, vault, client: chain.client, anchor, seals, prover: openProver({ client: chain.client, anchor, index: reader }),
    settings: { publicUrl: `http://127.0.0.1:${APP_PORT}`, demo: false, book: names, community: names, ownSealers: [], limits: everything },
  })
  await app.listen({ port: APP_PORT })
  return app
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
async function alternate(loader: ChildProcess, load: Load, floorLoad: Load, status: string): Promise<{ asked: Asked; floor: Asked }> {
  const asked: Asked[] = []
  const floor: Asked[] = []
  await askFor(loader, { ...load, seconds: 1 })
  for (let round = 0; round < ROUNDS; round++) {
    floor.push(await askFor(loader, floorLoad))
    asked.push(await askFor(loader, load))
  }
  const strange = asked.flatMap(({ statuses }) => Object.keys(statuses)).find((found) => found !== status)
  if (strange) throw new Error(`${load.requests[0]?.path} was answered with ${strange} instead of ${status}`)
  return { asked: middleOf(asked), floor: middleOf(floor) }
}

function middleOf(loads: readonly Asked[]): Asked {
  const median = (field: 'rate' | 'p50' | 'p99' | 'busy') => medianOf(loads.map((load) => load[field]))
  return { rate: median('rate'), p50: median('p50'), p99: median('p99'), busy: median('busy'), statuses: {} }
}

async function askFor(loader: ChildProcess, load: Load): Promise<Asked> {
  const before = process.threadCpuUsage()
  const { seconds, result } = await timed(() => loadedBy(loader, load))
  const { user, system } = process.threadCpuUsage(before)
  return { ...result, busy: (user + system) / 1e6 / seconds }
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

/** `busy` is the share of the time in which this process's main thread worked. */
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

function emptied(folder: string): string {
  if (existsSync(folder)) rmSync(folder, { recursive: true })
  return folder
}
