import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { EmbeddedChain } from '../../chain/embedded.ts'
import { catchUp } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { openReader, type Reader } from '../../indexer/read.ts'
import { formatAnchor, type Anchor } from '../../ledger/anchor.ts'
import { openProver } from '../../proof/prove/trace.ts'
import { openBook } from '../books.ts'
import { anchorOf, sealedHead } from '../evidence.ts'
import { medianOf, timed, type Figure } from '../figures.ts'
import { SPENT_THROUGH } from '../paid.ts'

const COLD_STARTS = 9
const CHROMIUM = '/usr/bin/chromium'
const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']

/** Proves what became of inflows among 200,360 that were spent through 1, 2, 3 and 10 payments, and checks the proofs. */
export async function measureProof(folder: string): Promise<Figure[]> {
  const book = await openPaid(folder)
  const anchorFile = join(folder, 'anchor.json')
  writeFileSync(anchorFile, formatAnchor(book.anchor))
  const figures: Figure[] = []

  for (const [pieces, inflow] of SPENT_THROUGH) {
    const { bytes, coldMs, warmMs } = await prove(book, inflow)
    const file = join(folder, `${pieces}.mzproof`)
    writeFileSync(file, bytes)
    const inNode = await checkInNode(file, anchorFile)
    const inBrowser = await checkInBrowser(bytes, formatAnchor(book.anchor))
    const what = `trace of 1 inflow among 200,360 in ${pieces} ${pieces === 1 ? 'piece' : 'pieces'}`
    figures.push(
      {
        what: `${what}: bytes`, figure: bytes.length, unit: 'bytes', ...(pieces <= 3 && { target: { most: 8_192 } }),
        limit: 'trie nodes of up to 532 bytes; 2 seals; 9 hashes of the batch',
      },
      { what: `${what}: made, nothing kept`, figure: coldMs, unit: 'ms', limit: 'eth_getProof rebuilds the storage trie of the contract' },
      { what: `${what}: made, nodes of this head kept`, figure: warmMs, unit: 'ms', limit: 'the way through the index, and copying' },
      { what: `${what}: checked in Node, first call`, figure: inNode.cold, unit: 'ms', limit: 'code not yet compiled; 2 signatures to recover' },
      { what: `${what}: checked in Node, later`, figure: inNode.warm, unit: 'ms', limit: '2 signatures to recover; a keccak for each node' },
      {
        what: `${what}: checked in chromium, first call of a page`, figure: inBrowser.warmed, unit: 'ms', target: { most: 10 },
        limit: 'after the warm-up that the page does while the proof is on its way, here for 60 ms; what it does not reach is not compiled yet',
      },
      {
        what: `${what}: checked in chromium, nothing ran before`, figure: inBrowser.cold, unit: 'ms', target: { most: 10 },
        limit: 'nothing is compiled: the first 20 keccak permutations take 7 ms, the first signature 8 ms, the second 2 ms',
      },
      { what: `${what}: checked in chromium, later`, figure: inBrowser.later, unit: 'ms', limit: '2 signatures to recover' },
    )
  }
  book.reader.close()
  await book.chain.close()
  return figures
}

/** A book with its mirror, ready for questions. */
export type OpenedBook = { readonly chain: EmbeddedChain; readonly anchor: Anchor; readonly reader: Reader }

/** Opens the paid book and mirrors it. */
export async function openPaid(folder: string): Promise<OpenedBook> {
  const chain = await openBook(folder, 'paid')
  const anchor = anchorOf(chain)
  const file = join(folder, 'paid.sqlite')
  const mirror = await openMirror(file)
  await catchUp({ client: chain.client, contracts: anchor.contracts, mirror })
  await mirror.close()
  return { chain, anchor, reader: openReader(file) }
}

async function prove(book: OpenedBook, inflow: number): Promise<{ bytes: Uint8Array; coldMs: number; warmMs: number }> {
  const { chain: { client }, anchor, reader: index } = book
  const sealed = sealedHead(book)
  const cold: number[] = []
  const warm: number[] = []
  let bytes = new Uint8Array()
  for (let round = 0; round < COLD_STARTS; round++) {
    const prover = openProver({ client, anchor, index })
    const first = await timed(() => prover.trace({ fund: 1, inflow }, sealed))
    cold.push(1000 * first.seconds)
    warm.push(1000 * (await timed(() => prover.trace({ fund: 1, inflow }, sealed))).seconds)
    bytes = new Uint8Array(first.result)
  }
  return { bytes, coldMs: medianOf(cold), warmMs: medianOf(warm) }
}

type Times = { readonly cold: number; readonly warm: number }

async function checkInNode(proof: string, anchor: string): Promise<Times> {
  const times: Times[] = []
  for (let round = 0; round < COLD_STARTS; round++)
    times.push(await new Promise((resolve, reject) => {
      const child = fork(join(import.meta.dirname, '..', 'checking.child.ts'), [proof, anchor], { execArgv: ['--import', 'tsx'] })
      child.on('message', (message) => resolve(message as Times))
      child.on('exit', (code) => reject(new Error(`the checker ended with code ${code}`)))
    }))
  return { cold: medianOf(times.map(({ cold }) => cold)), warm: medianOf(times.map(({ warm }) => warm)) }
}

/** The checker as the donor's page bundles it, each time in a browser that never saw it, with its warm-up and without. */
async function checkInBrowser(proof: Uint8Array, anchor: string): Promise<{ cold: number; warmed: number; later: number }> {
  const { outputFiles: [script] } = await build({
    entryPoints: [join(import.meta.dirname, '..', '..', 'api', 'pages', 'browser', 'checker.ts')],
    bundle: true, minify: true, write: false, format: 'iife', globalName: 'checker', target: ['es2020', 'chrome90'],
  })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS })
  const cold: number[][] = []
  const warmed: number[][] = []
  try {
    for (let round = 0; round < COLD_STARTS; round++)
      for (const [times, before] of [[cold, ''], [warmed, 'await checker.warmUp(new Promise((resolve) => setTimeout(resolve, 60)))']] as const) {
        const context = await browser.newContext()
        const page = await context.newPage()
        await page.addScriptTag({ content: script?.text ?? '' })
        times.push(await page.evaluate<number[]>(checkingTenTimes(proof, anchor, before)))
        await context.close()
      }
  } finally {
    await browser.close()
  }
  const callOf = (times: readonly number[][], call: number) => medianOf(times.map((calls) => calls[call] ?? NaN))
  return { cold: callOf(cold, 0), warmed: callOf(warmed, 0), later: callOf(warmed, 9) }
}

function checkingTenTimes(proof: Uint8Array, anchor: string, before: string): string {
  return `(async () => {
    const bytes = new Uint8Array(${JSON.stringify([...proof])})
    const anchor = checker.readAnchor(${JSON.stringify(anchor)})
    ${before}
    return Array.from({ length: 10 }, () => {
      const began = performance.now()
      checker.verifyTrace(bytes, anchor)
      return performance.now() - began
    })
  })()`
}
